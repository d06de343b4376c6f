"""The settlement report: configured once, made when asked for, downloaded as CSV (PROVIDERS.md §B.6)."""

import csv
import io
import secrets
from datetime import UTC, datetime
from typing import Any

from infra.local.sandbox import Document

from . import wire
from .checks import MercadoPagoError
from .desk import Desk

READY_SECONDS = 60  # a report takes its time
_CONFIG = "config"
_COLUMNS = ("EXTERNAL_REFERENCE", "SOURCE_ID", "PAYMENT_METHOD_TYPE", "TRANSACTION_TYPE", "TRANSACTION_AMOUNT",
            "TRANSACTION_CURRENCY", "FEE_AMOUNT", "SETTLEMENT_NET_AMOUNT", "SETTLEMENT_CURRENCY", "INSTALLMENTS")


def configure(desk: Desk, asked: Any) -> dict[str, Any]:
    """Keep how reports are to be made; without it there are none."""
    config = asked if isinstance(asked, dict) else {}
    if desk.store.get("reports", _CONFIG) is None:
        desk.store.add("reports", _CONFIG, {"config": config})
    return config


def ask(desk: Desk, asked: Any) -> dict[str, Any]:
    """Begin to make a report of a span. Raises MercadoPagoError."""
    _configured(desk)
    if not isinstance(asked, dict) or not asked.get("begin_date") or not asked.get("end_date"):
        raise MercadoPagoError(400, "bad_request", "begin_date and end_date are required")
    token = secrets.token_hex(8)
    desk.store.add("reports", token, {"begin": asked["begin_date"], "end": asked["end_date"], "asked": desk.now()})
    return {"id": token, "begin_date": asked["begin_date"], "end_date": asked["end_date"], "status": "pending"}


def listed(desk: Desk) -> list[dict[str, Any]]:
    """Return the reports, those still in the making without a file. Raises MercadoPagoError."""
    _configured(desk)
    return [{"id": one["token"], "begin_date": one["begin"], "end_date": one["end"], "created_from": "manual",
             "date_created": wire.stamp(one["asked"]),
             "file_name": _file_name(one) if desk.now() >= one["asked"] + READY_SECONDS else None}
            for one in desk.store.all("reports") if one["token"] != _CONFIG]


def sheet(desk: Desk, file: str) -> str:
    """Return a report that is ready. Raises MercadoPagoError."""
    found = next((one for one in desk.store.all("reports") if _file_name(one) == file and "asked" in one), None)
    if found is None or desk.now() < found["asked"] + READY_SECONDS:
        raise MercadoPagoError(404, "not_found", "Report not found")
    begin, end = (datetime.fromisoformat(found[name]).astimezone(UTC).timestamp() for name in ("begin", "end"))
    out = io.StringIO()
    write = csv.writer(out, delimiter=";")
    write.writerow(_COLUMNS)
    for one in reversed(desk.payments()):
        if one["approved"] is not None and begin <= one["approved"] < end + 1:
            kept = one.get("kept", wire.fee(one["amount"]))
            write.writerow([one["order"], one["token"], one["type"], "SETTLEMENT", f"{one['amount']}.00", "CLP",
                            f"-{kept}.00", f"{one['amount'] - kept}.00", "CLP", one["installments"]])
    return out.getvalue()


def _configured(desk: Desk) -> None:
    if desk.store.get("reports", _CONFIG) is None:
        raise MercadoPagoError(404, "config_not_found_for_user", "Configuration not found")


def _file_name(report: Document) -> str:
    return f"settlement-report-{report['token']}.csv"
