"""A day of Mercado Pago's, for the comparison with ours (PROVIDERS.md §B.3, §B.6)."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from ..core.clock import at_spa, spa_date
from .entry import EntryKind
from .gateway import Back, DayList, PaymentReport, Refused, Reported
from .mercadopago_report import Charges, Download, charges_of
from .mercadopago_wire import moment, payment_report
from .wire import day_in, integer_text, rows, text

Reply = dict[str, Any]
Search = Callable[..., Iterator[Reply]]
Call = Callable[..., Reply]


def list_day(search: Search, call: Call, download: Download, day: date, now: datetime) -> DayList:
    """Return what Mercado Pago lists of a day; `search` pages through payments, `call` and `download` send one request.

    What went back is told by the payments themselves, so all that have changed since the day began are looked through.
    The fees are those of the settlement report; the day is not whole while that is being made.
    """
    begin, end = at_spa(day, time()), at_spa(day + timedelta(days=1), time()) - timedelta(milliseconds=1)
    approved = search(_span("date_approved", begin, end), sort="date_approved")
    changed = search(_span("date_last_updated", begin, max(now, end)), sort="date_last_updated")
    back = [line for reply in changed for line in _back(call, reply) if line.day == day]
    payments = [_as_it_came(reply) for reply in approved]
    over = day < spa_date(now)
    charges, whole = charges_of(call, download, day) if payments and over else ({}, True)
    return DayList(payments=tuple(_charged(report, charges) for report in payments), back=tuple(back), whole=whole)


def _span(range: str, begin: datetime, end: datetime) -> dict[str, str]:
    return {"range": range, "begin_date": moment(begin), "end_date": moment(end)}


def _as_it_came(reply: Reply) -> PaymentReport:
    """Return a payment that brought money as it was then; what went back of it is told by itself."""
    return replace(payment_report(reply), state=Reported.PAID, provider_ref=integer_text(reply.get("id")), back=())


def _charged(report: PaymentReport, charges: Charges) -> PaymentReport:
    fee, net = charges.get(report.provider_ref, (None, None))
    return replace(report, fee=report.fee if fee is None else fee, net=report.net if net is None else net)


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
