"""Flow's JSON, read tolerantly (`wire.py`): properties may appear, move or be null without notice (PROVIDERS.md §A.1,
§A.6).
"""

from typing import Any

from . import wire
from .gateway import PaymentReport, Reason, RefundReport, RefundReported, Reported
from .model import PaymentId
from .wire import day_in, integer_text, nested, rounded, text, whole_pesos

_STATES = {"1": Reported.PENDING, "2": Reported.PAID, "3": Reported.REJECTED, "4": Reported.ANNULLED}
_REFUND_STATES = {
    "created": RefundReported.REQUESTED,
    "accepted": RefundReported.ACCEPTED,
    "refunded": RefundReported.REFUNDED,
    "rejected": RefundReported.REJECTED,
    "canceled": RefundReported.CANCELLED,
    "cancelled": RefundReported.CANCELLED,
}
_REASONS = {  # seen in the field; Flow publishes no table (PROVIDERS.md §A.9)
    "108": Reason.CREDENTIALS,
    "1605": Reason.ALREADY_PAID,
    "1620": Reason.EMAIL,
    "1700": Reason.CREDENTIALS,
    "1901": Reason.AMOUNT,
    "1990": Reason.CURRENCY,
}


def payment_report(reply: dict[str, Any], *, token: str | None = None) -> PaymentReport:
    """Return Flow's PaymentStatus as a report.

    For a paid one, the amount and currency that were really paid (`paymentData`) speak, if they differ from
    the order's. An amount that is not whole pesos is None: it equals nothing.
    """
    state = _STATES.get(integer_text(reply.get("status")), Reported.UNKNOWN)
    paid, pending = nested(reply.get("paymentData")), nested(reply.get("pending_info"))
    amount, currency = whole_pesos(reply.get("amount")), text(reply.get("currency"))
    if state is Reported.PAID and paid.get("amount") is not None:
        amount = whole_pesos(paid["amount"]) if whole_pesos(paid["amount"]) != amount else amount
        currency = text(paid.get("currency")) or currency
    return PaymentReport(
        payment=PaymentId(text(reply.get("commerceOrder"))),
        provider_ref=text(reply.get("flowOrder")),
        state=state,
        amount=amount,
        currency=currency,
        raw_status=text(reply.get("status")),
        token=token,
        media=text(paid.get("media")) or text(pending.get("media")) or None,
        fee=rounded(paid.get("fee")),
        net=rounded(paid.get("balance")),
        installments=rounded(paid.get("installments")),
        provider_date=text(paid.get("date")) or text(reply.get("requestDate")) or None,
        day=day_in(paid.get("date")),
    )


def refund_report(reply: dict[str, Any], *, token: str = "") -> RefundReport:
    """Return Flow's RefundStatus as a report; `token` is the one asked with, if any."""
    raw = text(reply.get("status"))
    return RefundReport(
        token=token or text(reply.get("token")),
        provider_ref=text(reply.get("flowRefundOrder")),
        state=_REFUND_STATES.get(raw.lower(), RefundReported.UNKNOWN),
        amount=whole_pesos(reply.get("amount")),
        raw_status=raw,
        fee=rounded(reply.get("fee")),
    )


def rows(reply: dict[str, Any]) -> tuple[list[dict[str, Any]], bool]:
    """Return one page of a list and whether there is more."""
    return wire.rows(reply.get("data")), text(reply.get("hasMore")).lower() in ("1", "true")


def reason_of(code: str, message: str) -> Reason:
    """Return what a refusal means to us.

    That something is unknown has no documented code, only a sentence ("Transaction not found", seen in the
    field).
    """
    if "not found" in message.lower():
        return Reason.NOT_FOUND
    return _REASONS.get(code, Reason.OTHER)
