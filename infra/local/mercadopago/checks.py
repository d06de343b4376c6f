"""What Mercado Pago refuses, in its words: {message, error, status, cause} (PROVIDERS.md §B.1 – §B.4).

Not documented and chosen here: invalid_auto_return and invalid_notification_url (seen in the field), 2063 for a state
that cannot be cancelled, 2085 for more than is left to give back, 3024 for part of a cash payment.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from infra.local.sandbox import Document

from . import states

REFUND_SECONDS = 180 * 86_400
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(Z|[+-]\d\d:\d\d)")


@dataclass
class MercadoPagoError(Exception):
    """A refusal; `code` is the number in `cause`."""

    status: int
    error: str
    message: str
    code: int | None = None

    def body(self) -> dict[str, Any]:
        """Return the reply."""
        cause = [] if self.code is None else [{"code": self.code, "description": self.message, "data": None}]
        return {"message": self.message, "error": self.error, "status": self.status, "cause": cause}


def check_caller(header: str, access_token: str, path: str) -> None:
    """Demand the access token; about preferences Mercado Pago says 400."""
    if not header:
        raise MercadoPagoError(401, "unauthorized", "Must provide your access_token to proceed", 5)
    if header != f"Bearer {access_token}":
        if path.startswith("/checkout"):
            raise MercadoPagoError(400, "invalid_access_token", "invalid access token")
        raise MercadoPagoError(401, "unauthorized", "invalid access token", 8)


def check_key(key: str | None, *, mandatory: bool) -> None:
    """Demand a usable X-Idempotency-Key."""
    if key is None and mandatory:
        raise MercadoPagoError(400, "bad_request", "Header X-Idempotency-Key can't be null", 4292)
    if key is not None and not 1 <= len(key) <= 64:
        raise MercadoPagoError(400, "bad_request", "X-Idempotency-Key must have 1 to 64 characters", 4292)


def check_preference(asked: Any, *, now: float, collector: int, localhost: bool) -> None:
    """Demand what a preference needs; `localhost` tolerates addresses on this machine, which the real one does not."""
    if not isinstance(asked, dict):
        raise MercadoPagoError(400, "bad_request", "the body must be an object")
    _check_items(asked.get("items"))
    _check_urls(asked, localhost)
    _check_methods(asked.get("payment_methods"))
    _check_times(asked, now)
    if not isinstance(asked.get("binary_mode", False), bool):
        raise _invalid("binary_mode")
    if asked.get("collector_id", collector) != collector:
        raise _invalid("collector_id")
    if not isinstance(asked.get("shipments") or {}, dict):
        raise _invalid("shipments")
    payer = asked.get("payer") or {}
    if not isinstance(payer, dict) or len(str(payer.get("email") or "")) > 150:
        raise _invalid("payer")


def price(item: dict[str, Any]) -> int:
    """Return an item's unit price, CLP."""
    return int(item["unit_price"])


def check_refund(payment: Document, amount: Any, *, given: int, now: float) -> int:
    """Demand that an amount (None: all that is left) can go back, and return it. `given` went back or is on its way."""
    left = int(payment["amount"]) - given
    if amount is not None and not _is_whole(amount):
        raise MercadoPagoError(401, "unauthorized", "The amount must be a number", 4041)
    if amount is not None and amount <= 0:
        raise MercadoPagoError(401, "unauthorized", "The amount must be positive", 4040)
    if payment["status"] == "refunded" or (payment["status"] == "approved" and left == 0):
        raise MercadoPagoError(404, "not_found", "The payment is already refunded", 4296)
    if payment["status"] != "approved":
        raise MercadoPagoError(
            400, "bad_request", "The action requested is not valid for the current payment state", 2063)
    if now - payment["approved"] > REFUND_SECONDS:
        raise MercadoPagoError(404, "not_found", "Payment too old to be refunded", 2024)
    wanted = left if amount is None else int(amount)
    if wanted > left:
        raise MercadoPagoError(400, "bad_request", "The amount exceeds what is left of the payment", 2085)
    if payment["type"] == "ticket" and wanted < payment["amount"]:
        raise MercadoPagoError(404, "not_found", "The payment does not support partial refunds", 3024)
    return wanted


def check_cancel(payment: Document, asked: Any) -> None:
    """Demand that a payment can be cancelled, and that this is what was asked for."""
    if not isinstance(asked, dict) or asked.get("status") != "cancelled":
        raise MercadoPagoError(400, "bad_request", "The only change offered here is status cancelled")
    if payment["status"] not in states.UNFINISHED:
        raise MercadoPagoError(
            400, "bad_request", "The action requested is not valid for the current payment state", 2063)


def moment(text: Any) -> float | None:
    """Return an ISO 8601 time with milliseconds and offset as epoch seconds, None for anything else."""
    if not isinstance(text, str) or not _MOMENT.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        return None


def _is_whole(amount: Any) -> bool:
    """Tell whether an amount is a number without decimals: CLP has none."""
    return not isinstance(amount, bool) and isinstance(amount, int | float) and float(amount).is_integer()


def _invalid(name: str, why: str = "Wrong format") -> MercadoPagoError:
    return MercadoPagoError(400, f"invalid_{name}", f"{name} invalid. {why}")


def _check_items(items: Any) -> None:
    if not isinstance(items, list) or not items:
        raise _invalid("items", "At least one item is needed")
    for item in items:
        if not isinstance(item, dict) or not isinstance(item.get("title"), str) or not item["title"].strip():
            raise _invalid("items", "title is needed")
        if type(item.get("quantity")) is not int or item["quantity"] < 1:
            raise _invalid("items", "quantity must be a positive integer")
        if item.get("currency_id", "CLP") != "CLP":
            raise _invalid("items", "currency_id must be CLP")
        if not _is_whole(item.get("unit_price")) or item["unit_price"] <= 0:
            raise _invalid("items", "unit_price must be a positive whole number of CLP")


def _check_urls(asked: dict[str, Any], localhost: bool) -> None:
    urls = asked.get("back_urls") or {}
    if not isinstance(urls, dict) or not all(_is_url(url, localhost) for url in urls.values() if url):
        raise _invalid("back_urls")
    automatic = asked.get("auto_return")
    if automatic and (automatic not in ("approved", "all") or not urls.get("success")):
        raise _invalid("auto_return", "back_url.success must be defined")
    if asked.get("notification_url") and not _is_url(asked["notification_url"], localhost):
        raise _invalid("notification_url", "must be a valid url")


def _is_url(url: Any, localhost: bool) -> bool:
    if not isinstance(url, str):
        return False
    parts = urlsplit(url)
    host = parts.hostname or ""
    here = host in ("localhost", "127.0.0.1", "::1") or host.endswith(".localhost")
    return parts.scheme in ("http", "https") and bool(host) and (localhost or not here)


def _check_methods(rules: Any) -> None:
    if rules is None:
        return
    if not isinstance(rules, dict):
        raise _invalid("payment_methods")
    most = rules.get("installments")
    if most is not None and (type(most) is not int or not 1 <= most <= 36):
        raise _invalid("payment_methods", "installments must be from 1 to 36")
    usual = rules.get("default_installments")
    if usual is not None and (type(usual) is not int or not 1 <= usual <= (most or 36)):
        raise _invalid("payment_methods", "default_installments must be from 1 to installments")
    for name in ("excluded_payment_methods", "excluded_payment_types"):
        excluded = rules.get(name) or []
        if not isinstance(excluded, list) or not all(isinstance(one, dict) and "id" in one for one in excluded):
            raise _invalid("payment_methods", f"{name} must be a list of ids")


def _check_times(asked: dict[str, Any], now: float) -> None:
    names = ("expiration_date_from", "expiration_date_to", "date_of_expiration")
    begin, end, _ = (_moment_of(asked, name) for name in names)
    if end is not None and asked.get("expires") and end <= now:
        raise _invalid("expiration_date_to", "must be in the future")
    if begin is not None and end is not None and begin >= end:
        raise _invalid("expiration_date_to", "must be after expiration_date_from")


def _moment_of(asked: dict[str, Any], name: str) -> float | None:
    given = asked.get(name)
    found = moment(given)
    if given and found is None:
        raise _invalid(name)
    return found
