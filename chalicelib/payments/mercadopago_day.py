"""A day of Mercado Pago's, for the comparison with ours (PROVIDERS.md §B.3, §B.6)."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from ..core.clock import at_spa
from .entry import EntryKind
from .gateway import Back, DayList, PaymentReport, Refused, Reported
from .mercadopago_wire import moment, payment_report
from .wire import day_in, integer_text, rows, text

Reply = dict[str, Any]
Search = Callable[..., Iterator[Reply]]
Call = Callable[..., Reply]


def list_day(search: Search, call: Call, day: date, now: datetime) -> DayList:
    """Return what Mercado Pago lists of a day; `search` pages through payments, `call` sends one request.

    What went back is told by the payments themselves, so all that have changed since the day began are looked through.
    """
    begin, end = at_spa(day, time()), at_spa(day + timedelta(days=1), time()) - timedelta(milliseconds=1)
    approved = search(_span("date_approved", begin, end), sort="date_approved")
    changed = search(_span("date_last_updated", begin, max(now, end)), sort="date_last_updated")
    back = [line for reply in changed for line in _back(call, reply) if line.day == day]
    return DayList(payments=tuple(_as_it_came(reply) for reply in approved), back=tuple(back))


def _span(range: str, begin: datetime, end: datetime) -> dict[str, str]:
    return {"range": range, "begin_date": moment(begin), "end_date": moment(end)}


def _as_it_came(reply: Reply) -> PaymentReport:
    """Return a payment that brought money as it was then; what went back of it is told by itself."""
    return replace(payment_report(reply), state=Reported.PAID, provider_ref=integer_text(reply.get("id")), back=())


def _back(call: Call, reply: Reply) -> Iterator[Back]:
    """Yield what went back of a payment; the day of a chargeback is the one it was opened on, if that is told."""
    for line in payment_report(reply).back:
        if line.kind is EntryKind.CHARGEBACK and (opened := _opened_on(call, line.payment_ref)):
            line = replace(line, day=opened)
        yield line


def _opened_on(call: Call, payment_ref: str) -> date | None:
    """Return the day on which a chargeback was opened; None if Mercado Pago has no more to say about it."""
    try:
        found = rows(call("GET", "/v1/chargebacks/search", params={"payment_id": payment_ref}).get("results"))
    except Refused:
        return None
    days = [day for row in found if text(row.get("id")) and (day := day_in(row.get("date_created")))]
    return min(days, default=None)
