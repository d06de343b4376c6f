"""The ledger by day, beside the payments in their table: one Query reads what moved on a day by one method.

| pk | sk | what |
|---|---|---|
| `ledger#<day>#<method>` | `<kind>#pay_…#<number>` | one movement, written in the transaction that moves the payment |

What a person transfers back stands under `transfer`, whatever way it had come.

A payment knows which of its movements stand here (`Payment.entries`), so that only what is new is written. What turns
out to be another day's is written there and left here with amount 0: nothing about money is ever deleted.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from ..aws.tables import BaseTable
from ..aws.transactions import Transaction
from ..core.money import Clp
from .entry import Entry, EntryKind
from .ledger import entries_of
from .model import BANK, Payment


class EntryRecord(BaseTable):
    """The stored form of an `Entry`."""

    class Meta:
        area = "payments"
        table_name = None

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    order = UnicodeAttribute()
    amount = NumberAttribute()
    fee = NumberAttribute(null=True)
    net = NumberAttribute(null=True)
    ref = UnicodeAttribute(null=True)


def of_day(day: date, method: str) -> list[Entry]:
    """Return what moved on a day by one method, by kind and payment. One Query, consistent."""
    found = EntryRecord.query(_partition(day, method), consistent_read=True)
    return [entry for record in found if (entry := _entry(record, day)).amount]


def entered(tx: Transaction, payment: Payment) -> Payment:
    """Add the steps by which the ledger says what it has to about a payment; return it with those entries.

    No step when it says so already.
    """
    wanted = entries_of(payment)
    if wanted == payment.entries:
        return payment
    keys = {(entry.day, entry.name) for entry in wanted}
    for entry in _not_in(payment.entries, wanted):
        if (entry.day, entry.name) not in keys:
            tx.put(_record(replace(entry, amount=Clp(0)), payment.method))
    for entry in _not_in(wanted, payment.entries):
        tx.put(_record(entry, payment.method))
    return replace(payment, entries=wanted)


def as_json(entries: Iterable[Entry]) -> list[list[Any]] | None:
    """Return entries as they stand in their payment's item."""
    return [[one.day.isoformat(), one.kind.value, one.number, one.amount, one.fee, one.net, one.ref, one.by_hand]
            for one in entries] or None


def from_json(stored: list[list[Any]] | None, payment: str, order: str) -> tuple[Entry, ...]:
    """Read back what `as_json` wrote."""
    return tuple(
        Entry(day=date.fromisoformat(day), kind=EntryKind(kind), payment=payment, order=order, number=number,
              amount=Clp(amount), fee=fee, net=net, ref=ref, by_hand=by_hand)
        for day, kind, number, amount, fee, net, ref, by_hand in stored or ())


def _not_in(entries: Iterable[Entry], others: Iterable[Entry]) -> list[Entry]:
    known = set(others)
    return [entry for entry in entries if entry not in known]


def _partition(day: date, method: str) -> str:
    return f"ledger#{day.isoformat()}#{method}"


def _record(entry: Entry, method: str) -> EntryRecord:
    way = BANK if entry.by_hand else method
    return EntryRecord(pk=_partition(entry.day, way), sk=f"{entry.kind.value}#{entry.payment}#{entry.number}",
                       order=entry.order, amount=entry.amount, fee=entry.fee, net=entry.net, ref=entry.ref or None)


def _entry(record: EntryRecord, day: date) -> Entry:
    kind, payment, number = record.sk.split("#")
    return Entry(day=day, kind=EntryKind(kind), payment=payment, order=record.order, number=int(number),
                 amount=Clp(int(record.amount)), fee=_whole(record.fee), net=_whole(record.net), ref=record.ref or "")


def _whole(stored: float | None) -> int | None:
    return None if stored is None else int(stored)
