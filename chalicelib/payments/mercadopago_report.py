"""Mercado Pago's settlement report of a day ("Todas las transacciones"): its last word on fees (PROVIDERS.md §B.6).

The report is made when it is asked for, and is there some time later; the columns are known by their headers. An
account without a configuration of it has none: then what the payments themselves say stands.
"""

import csv
import io
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from ..core.clock import at_spa
from .gateway import Refused, Unclear
from .wire import integer_text, rounded, rows, text

Charges = Mapping[str, tuple[int | None, int | None]]  # fee and net by the payment's number
Call = Callable[..., dict[str, Any]]
Download = Callable[[str], bytes]
_PATH = "/v1/account/settlement_report"
_FILE = re.compile(r"^[A-Za-z0-9][\w.-]*\.csv$")
_SETTLED = "SETTLEMENT"
_COLUMNS = {"SOURCE_ID", "TRANSACTION_TYPE", "FEE_AMOUNT", "SETTLEMENT_NET_AMOUNT"}


def charges_of(call: Call, download: Download, day: date) -> tuple[Charges, bool]:
    """Return what a day's report says was kept of each payment, and whether there is nothing to wait for.

    A report that nobody has asked for is asked for. Two calls at most. Raises as the gateway.
    """
    begin, end = at_spa(day, time()), at_spa(day + timedelta(days=1), time()) - timedelta(seconds=1)
    try:
        listed = [row for row in rows(call("GET", f"{_PATH}/list").get("data")) if _covers(row, begin, end)]
        ready = [name for row in listed if _FILE.match(name := text(row.get("file_name")))]
        if ready:
            return _read(download(f"{_PATH}/{ready[0]}")), True
        if not listed:
            call("POST", _PATH, body={"begin_date": _utc(begin), "end_date": _utc(end)})
    except Refused:
        return {}, True
    return {}, False


def _covers(row: dict[str, Any], begin: datetime, end: datetime) -> bool:
    try:
        first, last = (datetime.fromisoformat(text(row.get(name))) for name in ("begin_date", "end_date"))
    except ValueError:
        return False
    return first.tzinfo is not None and last.tzinfo is not None and first <= begin and end <= last


def _read(content: bytes) -> Charges:
    """Return fee and net by payment; what a report calls a fee is negative. Raises Unclear for what is no report."""
    sheet = content.decode("utf-8-sig", errors="replace")
    separator = ";" if ";" in sheet.partition("\n")[0] else ","
    reader = csv.DictReader(io.StringIO(sheet), delimiter=separator)
    if not set(reader.fieldnames or ()) >= _COLUMNS:
        raise Unclear("mercadopago", "report without columns")
    found: dict[str, tuple[int | None, int | None]] = {}
    for row in reader:
        number = integer_text(row["SOURCE_ID"])
        if number and text(row["TRANSACTION_TYPE"]).upper() == _SETTLED:
            fee = rounded(row["FEE_AMOUNT"])
            found[number] = (None if fee is None else abs(fee), rounded(row["SETTLEMENT_NET_AMOUNT"]))
    return found


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
