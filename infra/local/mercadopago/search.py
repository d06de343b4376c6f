"""GET /v1/payments/search (PROVIDERS.md §B.3)."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from infra.local.sandbox import Document

from .checks import MercadoPagoError
from .wire import RELEASE_SECONDS

RANGES = {"date_created": "created", "date_approved": "approved", "date_last_updated": "updated",
          "money_release_date": "approved"}
_SORTS = {**RANGES, "id": "token"}
_MOST = 1000
_USUAL = 30
_RELATIVE = re.compile(r"NOW(?:-(\d+)(MINUTES?|HOURS?|DAYS?|MONTHS?|YEARS?))?", re.IGNORECASE)
_SECONDS = {"MINUTE": 60, "HOUR": 3600, "DAY": 86_400, "MONTH": 30 * 86_400, "YEAR": 365 * 86_400}


def search(payments: list[Document], query: dict[str, str], now: float,
           shown: Callable[[Document], dict[str, Any]]) -> dict[str, Any]:
    """Return the page of the payments (given newest first) that a query asks for. Raises MercadoPagoError."""
    limit, offset = _count(query, "limit", _USUAL), _count(query, "offset", 0)
    if limit > _MOST:
        raise MercadoPagoError(400, "bad_request", "Number of rows requested exceeds the maximum", 1000)
    name, begin, end = _range(query, now)
    found = [one for one in payments if _fits(one, query) and _within(one[name], begin, end)]
    found = _sorted(found, query)
    page = found[offset : offset + limit]
    paging = {"total": len(found), "limit": limit, "offset": offset}
    return {"paging": paging, "results": [shown(one) for one in page]}


def _fits(payment: Document, query: dict[str, str]) -> bool:
    wanted = (("external_reference", "order"), ("status", "status"), ("id", "token"))
    return all(query[name] == payment[ours] for name, ours in wanted if query.get(name))


def _range(query: dict[str, str], now: float) -> tuple[str, float | None, float | None]:
    """Return which of our times is asked for, from when and until when."""
    span = query.get("range") or "date_created"
    if span not in RANGES:
        raise MercadoPagoError(400, "bad_request", "Invalid range", 1001)
    release = RELEASE_SECONDS if span == "money_release_date" else 0
    begin, end = (_moment(query.get(name), now) for name in ("begin_date", "end_date"))
    return RANGES[span], None if begin is None else begin - release, None if end is None else end - release


def _within(at: float | None, begin: float | None, end: float | None) -> bool:
    if begin is None and end is None:
        return True
    return at is not None and (begin is None or begin <= at) and (end is None or at <= end)


def _moment(text: str | None, now: float) -> float | None:
    """Return NOW, NOW-30DAYS or an ISO time as epoch seconds."""
    if not text:
        return None
    relative = _RELATIVE.fullmatch(text)
    if relative:
        back = int(relative[1] or 0)
        return now - back * _SECONDS[(relative[2] or "DAY").upper().rstrip("S")]
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise MercadoPagoError(400, "bad_request", "Invalid date parameter", 1001)
    return found.timestamp()


def _sorted(found: list[Document], query: dict[str, str]) -> list[Document]:
    sort, criteria = query.get("sort") or "date_created", query.get("criteria") or "desc"
    if sort not in _SORTS:
        raise MercadoPagoError(400, "bad_request", "Invalid sort parameter", 1003)
    if criteria not in ("asc", "desc"):
        raise MercadoPagoError(400, "bad_request", "Invalid criteria parameter", 1004)
    name = _SORTS[sort]
    oldest_first = sorted(found, key=lambda one: (one[name] is not None, one[name] or 0, one["number"]))
    return oldest_first if criteria == "asc" else oldest_first[::-1]


def _count(query: dict[str, str], name: str, usual: int) -> int:
    text = query.get(name) or str(usual)
    if not text.isdecimal():
        raise MercadoPagoError(400, "bad_request", f"Invalid {name}", 1000)
    return int(text)
