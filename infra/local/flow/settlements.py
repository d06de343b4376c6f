"""What Flow pays out: one settlement for each day on which money moved (PROVIDERS.md §A.7).

What the panel and the banks do (refunds, chargebacks) is stored as `movements` and stands in the settlement alone.
"""

import secrets
from collections.abc import Iterator
from datetime import date
from typing import Any

from infra.local.sandbox import Document, Store

from . import wire
from .checks import FlowError

REFUND, CLAIMED, WON = "Reembolso", "Contracargo", "Abono por contracargo"
_VAT_PER_CENT = 19
Row = dict[str, Any]


def give_back(store: Store, token: str, now: float, amount: int | None = None) -> Document:
    """Give money back in the merchant's panel, all of it without an amount; return the payment. Raises KeyError."""
    return _booked(store, token, "debit", REFUND, now, amount)


def claim(store: Store, token: str, now: float, *, won: bool = False) -> Document:
    """Let the payer's bank take a payment back, or (`won`) give it up; return the payment. Raises KeyError."""
    return _booked(store, token, "credit" if won else "debit", WON if won else CLAIMED, now, None)


def _booked(store: Store, token: str, kind: str, concept: str, now: float, amount: int | None) -> Document:
    payment = store.get("payments", token)
    if payment is None:
        raise KeyError(token)
    movement: Document = {"order": payment["number"], "kind": kind, "concept": concept, "at": now,
                          "amount": int(payment["amount"]) if amount is None else amount}
    store.add("movements", secrets.token_hex(20), movement)
    return payment


def search(store: Store, fields: dict[str, str], now: float) -> list[Row]:
    """Return the headers of the settlements from `startDate` to `endDate`."""
    try:
        first, last = (date.fromisoformat(fields.get(name, "")) for name in ("startDate", "endDate"))
    except ValueError:
        raise FlowError(400, 102, "startDate or endDate is not valid") from None
    days = sorted({row["date"][:10] for _, row in _rows(store, now)})
    return [_header(store, day, now) for day in days if first <= date.fromisoformat(day) <= last]


def detail(store: Store, fields: dict[str, str], now: float) -> Row:
    """Return a settlement with its rows."""
    number = fields.get("id", "")
    found = [day for day in {row["date"][:10] for _, row in _rows(store, now)} if _number(day) == number]
    if not found:
        raise FlowError(400, 105, "Settlement not found")
    rows: dict[str, list[Row]] = {"payment": [], "debit": [], "credit": []}
    for kind, row in _rows(store, now):
        if row["date"][:10] == found[0]:
            rows[kind].append(row)
    sums = {kind: sum(row["amount"] for row in rows[kind]) for kind in rows}
    commission = sum(row["commission"] + row["taxes"] for row in rows["payment"])
    transferred = sums["payment"] - commission - sums["debit"] + sums["credit"]
    summary = {"transferred": transferred, "commission": commission, **sums, "billed": commission}
    return {**_header(store, found[0], now), "summary": summary, "detail": rows}


def _header(store: Store, day: str, now: float) -> Row:
    moved = sum(row["amount"] for kind, row in _rows(store, now) if row["date"][:10] == day and kind == "payment")
    return {"id": _number(day), "date": day, "taxId": "76086428-5", "name": "Aremko SpA", "email": "pagos@aremko.cl",
            "currency": "CLP", "initial_balance": 0, "final_balance": 0, "transferred": moved, "billed": 0}


def _number(day: str) -> str:
    return str(date.fromisoformat(day).toordinal())


def _rows(store: Store, now: float) -> Iterator[tuple[str, Row]]:
    """Yield (payment | debit | credit, row) for all that moved, oldest first."""
    payments = {payment["token"]: payment for payment in reversed(store.all("payments"))}
    for payment in payments.values():
        if payment.get("paid_at"):
            fee = wire.fee_of(payment)
            taxes = fee - round(fee * 100 / (100 + _VAT_PER_CENT))
            yield "payment", {**_row(payment["number"], payment["paid_at"], "Pago", payment["amount"]),
                              "commission": fee - taxes, "taxes": taxes, "balance": payment["amount"] - fee}
    for refund in reversed(store.all("refunds")):
        if wire.refund_state(refund, now) == "refunded":
            yield "debit", _row(payments[refund["payment"]]["number"], refund["paid_out"], REFUND, refund["amount"])
    for movement in reversed(store.all("movements")):
        yield movement["kind"], _row(movement["order"], movement["at"], movement["concept"], movement["amount"])


def _row(number: int, at: float, concept: str, amount: int) -> Row:
    return {"trxId": number, "date": wire.stamp(at), "concept": concept, "paymentMethod": wire.MEDIA,
            "amount": amount, "rate": 0, "commission": 0, "taxes": 0, "balance": amount}
