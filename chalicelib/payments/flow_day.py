"""A day of Flow's, for the comparison with ours (PROVIDERS.md §A.7).

The payments of a day are listed by `getPayments`, and by the newer `getTransactions` where an account has it. What was
taken off, for fees, refunds and chargebacks, is in the settlement that pays the day out, a few days later: until then
the day is not whole. Settlements name the payment, and no refund.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from .entry import EntryKind
from .flow_wire import payment_report, rows
from .gateway import Back, DayList, PaymentReport, Reason, Refused, Reported, Unclear
from .model import PaymentId
from .wire import day_in, integer_text, nested, rounded, text, whole_pesos

PAGE_SIZE = 100  # the most getPayments gives; more falls back to 10
MAX_PAGES = 500
SETTLED_WITHIN = timedelta(days=7)
MAX_SETTLEMENTS = 20
_CLAIMED = ("contracargo", "chargeback", "desconocimiento")  # in a settlement's `concept`; no list is published

Call = Callable[[str, str, Mapping[str, str | None]], dict[str, Any]]
Row = dict[str, Any]


def list_day(call: Call, day: date) -> DayList:
    """Return what Flow lists of a day; `call` sends one signed request. Raises as the gateway."""
    found = {report.provider_ref: report for path in ("getPayments", "getTransactions")
             for report in _paid(call, path, day)}
    headers = _headers(call, day)
    settled, back = _settlements(call, day, headers)
    names = {number: report.payment for number, report in found.items()}
    payments = tuple(_with_fee(report, settled.get(report.provider_ref)) for report in found.values())
    whole = bool(headers) and set(found) <= set(settled)
    return DayList(payments=payments, whole=whole,
                   back=tuple(line for row in back if (line := _back(call, row, day, names))))


def _paid(call: Call, path: str, day: date) -> Iterator[PaymentReport]:
    """Yield the paid ones of a list page by page until `hasMore` says no; none if there is no such list.

    Raises Unclear for a list that ends before its `total`.
    """
    seen = 0
    for page in range(MAX_PAGES):
        asked = {"date": day.isoformat(), "start": str(page * PAGE_SIZE), "limit": str(PAGE_SIZE)}
        try:
            reply = call("GET", f"/payment/{path}", asked)
        except Refused as refusal:
            if refusal.reason in (Reason.NO_SERVICE, Reason.NOT_FOUND) and path == "getTransactions":
                return
            raise
        found, more = rows(reply)
        seen += len(found)
        reports = [payment_report(row) for row in found]
        yield from (report for report in reports if report.state is Reported.PAID and report.provider_ref)
        if not more or not found:
            if seen < (rounded(reply.get("total")) or 0):
                raise Unclear("flow", "list cut short")
            return


def _headers(call: Call, day: date) -> list[Row]:
    """Return the settlements that may pay a day out."""
    until = day + SETTLED_WITHIN
    found, _ = rows(call("GET", "/settlement/search", {"startDate": day.isoformat(), "endDate": until.isoformat()}))
    return found[:MAX_SETTLEMENTS]


def _settlements(call: Call, day: date, headers: list[Row]) -> tuple[dict[str, Row], list[Row]]:
    """Return the settled payments by Flow's number, and the day's rows of what was taken off or given back.

    Each of the latter says under `ref` which row of which settlement it is. One call for each settlement.
    """
    settled: dict[str, Row] = {}
    back: list[Row] = []
    for header in headers:
        number = integer_text(header.get("id"))
        detail = nested(call("GET", "/settlement/getByIdv2", {"id": number}).get("detail"))
        settled |= {integer_text(row.get("trxId")): row for row in _rows(detail, "payment")}
        for kind in ("debit", "credit"):
            back += [{**row, "kind": kind, "ref": f"s{number}-{kind}-{place}"}
                     for place, row in enumerate(_rows(detail, kind)) if day_in(row.get("date")) == day]
    return settled, back


def _rows(detail: Row, name: str) -> list[Row]:
    return rows({"data": detail.get(name)})[0]


def _with_fee(report: PaymentReport, row: Row | None) -> PaymentReport:
    """Return a payment with what its settlement says was kept of it: that is the last word."""
    if row is None:
        return report
    parts = [rounded(row.get(name)) for name in ("commission", "taxes")]
    fee = sum(part for part in parts if part is not None) if any(part is not None for part in parts) else report.fee
    net = rounded(row.get("balance"))
    return replace(report, fee=fee, net=report.net if net is None else net)


def _back(call: Call, row: Row, day: date, names: dict[str, PaymentId]) -> Back | None:
    """Return what a row of a settlement says went back; None for a credit that is no chargeback's, or no amount."""
    claimed = any(word in text(row.get("concept")).lower() for word in _CLAIMED)
    amount, number = whole_pesos(row.get("amount")), integer_text(row.get("trxId"))
    if not amount or (row["kind"] == "credit" and not claimed):
        return None
    kind = EntryKind.REFUND if not claimed else (
        EntryKind.CHARGEBACK_REVERSED if row["kind"] == "credit" else EntryKind.CHARGEBACK)
    return Back(kind=kind, payment=names.get(number) or _named(call, number), payment_ref=number, ref=row["ref"],
                amount=amount, day=day, loose=True)


def _named(call: Call, number: str) -> PaymentId:
    """Return which payment of ours a number of Flow's is; empty if Flow does not say."""
    try:
        return payment_report(call("GET", "/payment/getStatusByFlowOrder", {"flowOrder": number})).payment
    except Refused:
        return PaymentId("")
