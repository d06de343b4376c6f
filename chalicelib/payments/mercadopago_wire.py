"""Mercado Pago's JSON: what a preference says, and what its payments, refunds and refusals mean (PROVIDERS.md §B)."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from ..core.clock import spa_time
from .gateway import PaymentReport, PaymentRequest, Reason, RefundReport, RefundReported, Reported
from .mercadopago_back import went_back
from .model import PaymentId
from .wire import day_in, integer_text, nested, number, rounded, rows, text, whole_pesos

INSTALLMENTS = 12  # the most cuotas we offer; the interest is between the guest and the bank
STATEMENT = "AREMKO SPA"  # on the card's statement; at most 13 characters
TITLE_CHARS = 255
EMAIL_CHARS = 150
_OFFLINE = ("ticket", "atm")  # cash is paid days later, when the hours are no longer held

_STATES = {
    "approved": Reported.PAID,  # also after a part of it was refunded
    "authorized": Reported.PENDING,  # reserved on the card, not captured
    "in_process": Reported.PENDING,
    "pending": Reported.PENDING,
    "rejected": Reported.REJECTED,
    "cancelled": Reported.ANNULLED,
    "refunded": Reported.RETURNED,
    "in_mediation": Reported.DISPUTED,
    "charged_back": Reported.DISPUTED,
}
_BEST_FIRST = (
    Reported.PAID,
    Reported.DISPUTED,
    Reported.PENDING,
    Reported.UNKNOWN,
    Reported.RETURNED,
    Reported.REJECTED,
    Reported.ANNULLED,
)
_REFUND_STATES = {
    "approved": RefundReported.REFUNDED,
    "in_process": RefundReported.REQUESTED,
    "rejected": RefundReported.REJECTED,
    "cancelled": RefundReported.CANCELLED,
}
_REASONS = {  # by the number in `cause` (§B.4)
    "2000": Reason.NOT_FOUND,
    "2032": Reason.NOT_FOUND,
    "2024": Reason.OTHER,
    "15016": Reason.OTHER,
    "3024": Reason.OTHER,
    "4296": Reason.OTHER,
    "2085": Reason.AMOUNT,
    "4040": Reason.AMOUNT,
    "4041": Reason.AMOUNT,
    "invalid_access_token": Reason.CREDENTIALS,
    "invalid_items": Reason.AMOUNT,
}
_BY_STATUS = {401: Reason.CREDENTIALS, 403: Reason.CREDENTIALS, 404: Reason.NOT_FOUND}


def preference(ask: PaymentRequest, *, notify: str, back: str, now: datetime) -> dict[str, Any]:
    """Return the body of `POST /checkout/preferences` (§B.2): payable from now until the payment's deadline.

    Cash is left out, because it is paid when the hours are no longer held.
    """
    return {
        "items": [
            {
                "id": ask.payment,
                "title": ask.subject[:TITLE_CHARS],
                "quantity": 1,
                "currency_id": ask.currency,
                "unit_price": int(ask.amount),
            }
        ],
        "payer": {"email": ask.email} if len(ask.email) <= EMAIL_CHARS else {},
        "back_urls": {"success": back, "failure": back, "pending": back},
        "auto_return": "approved",
        "notification_url": f"{notify}?source_news=webhooks",
        "external_reference": ask.payment,
        "statement_descriptor": STATEMENT,
        "expires": True,
        "expiration_date_from": moment(now),
        "expiration_date_to": moment(now + timedelta(seconds=ask.seconds_to_pay)),
        "payment_methods": {
            "installments": INSTALLMENTS,
            "excluded_payment_types": [{"id": kind} for kind in _OFFLINE],
        },
    }


def moment(instant: datetime) -> str:
    """Return an instant as Mercado Pago wants it: ISO 8601 with milliseconds and offset, at the spa's clocks.

    >>> from datetime import UTC
    >>> moment(datetime(2026, 12, 1, 15, tzinfo=UTC)), moment(datetime(2026, 7, 1, 15, tzinfo=UTC))
    ('2026-12-01T12:00:00.000-03:00', '2026-07-01T11:00:00.000-04:00')
    """
    return spa_time(instant).isoformat(timespec="milliseconds")


def payment_report(reply: dict[str, Any], *, token: str | None = None) -> PaymentReport:
    """Return a payment of Mercado Pago's, one attempt to pay a preference, as a report.

    `transaction_amount` speaks: what the guest pays beyond it is interest of the cuotas. Only an attempt that brought
    money tells its number: the others are no payment of ours, and there may be several.
    """
    raw = text(reply.get("status"))
    state = _STATES.get(raw, Reported.UNKNOWN)
    details = nested(reply.get("transaction_details"))
    return PaymentReport(
        payment=PaymentId(text(reply.get("external_reference"))),
        provider_ref=integer_text(reply.get("id")) if state is Reported.PAID else "",
        state=state,
        amount=whole_pesos(reply.get("transaction_amount")),
        currency=text(reply.get("currency_id")),
        raw_status=raw,
        token=token,
        media=_media(reply),
        fee=_fee(reply.get("fee_details")),
        net=rounded(details.get("net_received_amount")),
        installments=rounded(reply.get("installments")),
        provider_date=text(reply.get("date_approved")) or text(reply.get("date_created")) or None,
        day=day_in(reply.get("date_approved")),
        back=tuple(went_back(reply)),
    )


def best(reports: list[PaymentReport]) -> PaymentReport | None:
    """Return the report that decides among all attempts at one payment, None if there was none.

    Paid beats everything, the first paid the later ones: those are named by `also_paid`, because their money has to go
    back. What might still be money beats a no.
    """
    if not reports:
        return None
    found = min(reports, key=lambda one: (_BEST_FIRST.index(one.state), one.provider_date or "", one.provider_ref))
    others = {one.provider_ref for one in reports if one.state is Reported.PAID} - {found.provider_ref}
    return replace(found, also_paid=tuple(sorted(others)))


def refund_report(reply: dict[str, Any], *, payment_ref: str) -> RefundReport:
    """Return a refund as a report; its token names payment and refund, because both are needed to ask for it."""
    number_of_refund = integer_text(reply.get("id"))
    raw = text(reply.get("status"))
    return RefundReport(
        token=refund_token(payment_ref, number_of_refund) if number_of_refund else "",
        provider_ref=number_of_refund,
        state=_REFUND_STATES.get(raw, RefundReported.UNKNOWN),
        amount=whole_pesos(reply.get("amount")),
        raw_status=raw,
    )


def refund_token(payment_ref: str, refund_ref: str) -> str:
    """Return the one name for a refund that the ledger keeps."""
    return f"{payment_ref}-{refund_ref}"


def page_of(reply: dict[str, Any]) -> tuple[list[dict[str, Any]], int | None]:
    """Return the payments of a search's page and how many there are in all, None if it does not say."""
    return rows(reply.get("results")), rounded(nested(reply.get("paging")).get("total"))


def refusal(status: int, reply: dict[str, Any]) -> tuple[str, str, Reason]:
    """Return a refusal's number, its message, and what it means to us (§B.1, §B.2, §B.4)."""
    causes = rows(reply.get("cause")) or [nested(reply.get("cause"))]
    error, message = text(reply.get("error")), text(reply.get("message"))
    code = text(causes[0].get("code"))
    known = _REASONS.get(code) or _REASONS.get(error) or _BY_STATUS.get(status)
    return code or error or str(status), message, known or _reason_in(message.lower())


def code_of(reply: dict[str, Any]) -> str:
    """Return the number of a refusal, for the log."""
    return refusal(0, reply)[0]


def _reason_in(message: str) -> Reason:
    if "email" in message:
        return Reason.EMAIL
    return Reason.CURRENCY if "currency" in message else Reason.OTHER


def _media(reply: dict[str, Any]) -> str | None:
    words = (text(reply.get("payment_type_id")), text(reply.get("payment_method_id")))
    return " ".join(dict.fromkeys(word for word in words if word)) or None


def _fee(details: Any) -> int | None:
    """Return what Mercado Pago keeps of ours, CLP; fees that the payer bears are not ours."""
    ours = [number(fee.get("amount")) for fee in rows(details) if text(fee.get("fee_payer")) == "collector"]
    return rounded(sum(amount for amount in ours if amount is not None)) if ours else None
