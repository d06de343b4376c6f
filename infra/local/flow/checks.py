"""What Flow refuses: 401 for business rules, 400 for errors in the call, both {code, message} (PROVIDERS.md §A.9)"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from infra.local.sandbox import Document, Store

from . import wire
from .signature import signed_well

MINIMUM_CLP = 350
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}")
_REFUSED_DOMAINS = ("example.com", "gmail.con")  # Flow checks more than the form (field reports)
_CREATE = ("commerceOrder", "subject", "amount", "email", "urlConfirmation", "urlReturn")
_REFUND = ("refundCommerceOrder", "receiverEmail", "amount", "urlCallBack")


@dataclass
class FlowError(Exception):
    """A refusal in Flow's words."""

    status: int
    code: int
    message: str


def check_caller(pairs: list[tuple[str, str]], *, api_key: str, secret_key: str) -> None:
    """Demand the right key and a right signature over all that came."""
    if dict(pairs).get("apiKey") != api_key:
        raise FlowError(401, 1700, "apiKey not found")
    if not signed_well(pairs, secret_key):
        raise FlowError(400, 108, "Invalid Signature")


def check_payment(fields: dict[str, str], store: Store) -> None:
    """Demand what /payment/create needs."""
    _demand(fields, _CREATE)
    _check_amount(fields["amount"])
    if fields.get("currency", "CLP") != "CLP":
        raise FlowError(401, 1990, "The commerce has not this currency")
    _check_email(fields["email"], "userEmail")
    _check_urls(fields, "urlConfirmation", "urlReturn")
    if fields.get("timeout") and not fields["timeout"].isdecimal():
        raise FlowError(400, 102, "timeout is not valid")
    if any(p["commerceOrder"] == fields["commerceOrder"] and p["status"] == wire.PAID for p in store.all("payments")):
        raise FlowError(401, 1605, "This commerceOrder has been previously paid")


def check_refund(fields: dict[str, str], store: Store, now: float) -> Document:
    """Demand what /refund/create needs and return the payment that is given back."""
    _demand(fields, _REFUND)
    _check_email(fields["receiverEmail"], "receiverEmail")
    _check_urls(fields, "urlCallBack")
    _check_amount(fields["amount"], minimum=1)
    order, number = fields.get("commerceTrxId"), fields.get("flowTrxId")
    payment = _first(store, lambda p: p["commerceOrder"] == order and str(p["number"]) == (number or str(p["number"])))
    if payment["status"] != wire.PAID:
        raise FlowError(401, 1606, "The transaction is not paid")
    given = sum(
        r["amount"]
        for r in store.all("refunds")
        if r["payment"] == payment["token"] and wire.refund_state(r, now) not in ("rejected", "canceled")
    )
    if given + int(fields["amount"]) > payment["amount"]:
        raise FlowError(401, 1607, "The amount exceeds what was paid")
    return payment


def payment_by(store: Store, fields: dict[str, str], name: str) -> Document:
    """Return the payment named by `token`, `commerceId` or `flowOrder`; the latest one of a commerceId."""
    value = _required(fields, name)
    keys: dict[str, Callable[[Document], str]] = {
        "token": lambda p: str(p["token"]),
        "commerceId": lambda p: str(p["commerceOrder"]),
        "flowOrder": lambda p: str(p["number"]),
    }
    return _first(store, lambda p: keys[name](p) == value)


def refund_by_token(store: Store, fields: dict[str, str]) -> Document:
    """Return the refund named by `token`."""
    refund = store.get("refunds", _required(fields, "token"))
    if refund is None:
        raise FlowError(400, 105, "Refund not found")
    return refund


def page_of(fields: dict[str, str]) -> tuple[str, int, int]:
    """Return the day, the start and the limit of a list; a limit above 100 falls back to 10."""
    day = _required(fields, "date")
    try:
        date.fromisoformat(day)
        start, limit = int(fields.get("start") or 0), int(fields.get("limit") or 10)
    except ValueError:
        raise FlowError(400, 102, "date, start or limit is not valid") from None
    return day, max(0, start), limit if 0 < limit <= 100 else 10


def _first(store: Store, fits: Callable[[Document], bool]) -> Document:
    found = next(filter(fits, store.all("payments")), None)
    if found is None:
        raise FlowError(400, 105, "Transaction not found")
    return found


def _required(fields: dict[str, str], name: str) -> str:
    _demand(fields, (name,))
    return fields[name]


def _demand(fields: dict[str, str], names: tuple[str, ...]) -> None:
    for name in names:
        if not fields.get(name):
            raise FlowError(400, 100, f"{name} is mandatory")


def _check_amount(text: str, minimum: int = MINIMUM_CLP) -> None:
    if not text.isdecimal():
        raise FlowError(400, 102, "amount is not valid: CLP has no decimals")
    if int(text) < minimum:
        raise FlowError(401, 1901, f"The minimum amount is {minimum} CLP")


def _check_email(text: str, name: str) -> None:
    if not _EMAIL.fullmatch(text) or text.lower().endswith(_REFUSED_DOMAINS):
        raise FlowError(401, 1620, f"{name} is not valid")


def _check_urls(fields: dict[str, str], *names: str) -> None:
    for name in names:
        if not fields[name].startswith(("http://", "https://")):
            raise FlowError(400, 102, f"{name} is not valid")
