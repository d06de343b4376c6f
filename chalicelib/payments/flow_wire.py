"""Flow's JSON, read tolerantly: numbers come as strings, objects as strings, booleans as numbers, and
properties may appear, move or be null without notice (PROVIDERS.md §A.1, §A.6). Money alone is strict: whole
pesos or nothing.
"""

import json
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from ..core.money import Clp
from .gateway import PaymentReport, Reason, RefundReport, RefundReported, Reported
from .model import PaymentId

_STATES = {"1": Reported.PENDING, "2": Reported.PAID, "3": Reported.REJECTED, "4": Reported.ANNULLED}
_REFUND_STATES = {
    "created": RefundReported.REQUESTED,
    "accepted": RefundReported.ACCEPTED,
    "refunded": RefundReported.REFUNDED,
    "rejected": RefundReported.REJECTED,
    "canceled": RefundReported.REJECTED,
}
_REASONS = {  # seen in the field; Flow publishes no table (PROVIDERS.md §A.9)
    "108": Reason.CREDENTIALS,
    "1605": Reason.ALREADY_PAID,
    "1620": Reason.EMAIL,
    "1700": Reason.CREDENTIALS,
    "1901": Reason.AMOUNT,
    "1990": Reason.CURRENCY,
}
_MAX_DIGITS = 15


def payment_report(reply: dict[str, Any], *, token: str | None = None) -> PaymentReport:
    """Return Flow's PaymentStatus as a report.

    For a paid one, the amount and currency that were really paid (`paymentData`) speak, if they differ from
    the order's. An amount that is not whole pesos is None: it equals nothing.
    """
    state = _STATES.get(_integer_text(reply.get("status")), Reported.UNKNOWN)
    paid, pending = _nested(reply.get("paymentData")), _nested(reply.get("pending_info"))
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
        fee=_rounded(paid.get("fee")),
        net=_rounded(paid.get("balance")),
        installments=_rounded(paid.get("installments")),
        provider_date=text(paid.get("date")) or text(reply.get("requestDate")) or None,
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
        fee=_rounded(reply.get("fee")),
    )


def rows(reply: dict[str, Any]) -> tuple[list[dict[str, Any]], bool]:
    """Return one page of a list and whether there is more."""
    data = reply.get("data")
    found = [_nested(row) for row in data] if isinstance(data, list) else []
    return [row for row in found if row], text(reply.get("hasMore")).lower() in ("1", "true")


def reason_of(code: str, message: str) -> Reason:
    """Return what a refusal means to us.

    That something is unknown has no documented code, only a sentence ("Transaction not found", seen in the
    field).
    """
    if "not found" in message.lower():
        return Reason.NOT_FOUND
    return _REASONS.get(code, Reason.OTHER)


def whole_pesos(value: Any) -> Clp | None:
    """Return a provider's number as pesos; None for decimals, negatives, and whatever is not a number.

    >>> whole_pesos("12000.00"), whole_pesos(12000), whole_pesos("12000.50"), whole_pesos(True)
    (12000, 12000, None, None)
    """
    number = _decimal(value)
    if number is None or number < 0 or number != number.to_integral_value():
        return None
    return Clp(int(number))


def text(value: Any) -> str:
    """Return a JSON scalar as text; empty for null, objects and lists."""
    if value is None or isinstance(value, dict | list):
        return ""
    return str(value).strip()


def _decimal(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < _MAX_DIGITS else None


def _rounded(value: Any) -> int | None:
    number = _decimal(value)
    return None if number is None else int(number.quantize(Decimal(1), ROUND_HALF_UP))


def _integer_text(value: Any) -> str:
    number = _decimal(value)
    return str(int(number)) if number is not None and number == number.to_integral_value() else ""


def _nested(value: Any) -> dict[str, Any]:
    """Return an object that may have come as its JSON text; empty for anything else."""
    if isinstance(value, str):
        try:
            value = json.loads(value, parse_float=Decimal, parse_constant=str)
        except (ValueError, RecursionError):
            return {}
    return value if isinstance(value, dict) else {}
