"""What gift cards still owe their holders, by the month of their issue (DOMAIN.md, Gift cards). Pure; money in CLP.

Every figure is a sum of ledger entries and has their sign: what was issued, returned to cards or added counts up, what
was redeemed, written off or taken off counts down. So the columns of a row sum up to what is outstanding.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from ..core.clock import at_spa
from .model import EntryKind

MONTH = r"^20\d\d-(0[1-9]|1[0-2])$"


class Moved(NamedTuple):
    """As much of a ledger's entry as a sum needs."""

    kind: EntryKind
    amount: int
    at: datetime


class Ledger(NamedTuple):
    """As much of a card as a sum needs; `held` is what orders hold of it now."""

    entries: tuple[Moved, ...]
    held: int


@dataclass(frozen=True, slots=True)
class Sums:
    """What the entries of some cards come to. `cards` is how many were issued by then, `held` is part of the rest."""

    cards: int = 0
    issued: int = 0
    redeemed: int = 0
    refunded: int = 0
    expired: int = 0
    adjusted: int = 0
    held: int = 0

    @property
    def outstanding(self) -> int:
        """What is still owed."""
        return self.issued + self.redeemed + self.refunded + self.expired + self.adjusted

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


_COLUMNS = {EntryKind.ISSUE: "issued", EntryKind.REDEEM: "redeemed", EntryKind.REFUND: "refunded",
            EntryKind.EXPIRE: "expired", EntryKind.ADJUST: "adjusted"}


def sums(ledgers: Iterable[Ledger], as_of: date | None = None) -> Sums:
    """Return what ledgers come to: of all their entries, or of those up to the end of a local day.

    What is held is known of now only, so it is 0 for a day.
    """
    until = end_of(as_of) if as_of else None
    found = dict.fromkeys(("cards", "held", *_COLUMNS.values()), 0)
    for ledger in ledgers:
        for entry in ledger.entries:
            if until is None or entry.at < until:
                found[_COLUMNS[entry.kind]] += entry.amount
                found["cards"] += entry.kind is EntryKind.ISSUE
        found["held"] += ledger.held if until is None else 0
    return Sums(**found)


def end_of(day: date) -> datetime:
    """Return the first instant after a local day."""
    return at_spa(day + timedelta(days=1), time())


def months(first: str, last: str) -> list[str]:
    """Return the months from one to another, both included; none when they stand the wrong way round.

    >>> months("2026-11", "2027-01")
    ['2026-11', '2026-12', '2027-01']
    """
    begin, end = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (first, last))
    return [f"{number // 12}-{number % 12 + 1:02}" for number in range(begin, end + 1)]


def months_before(month: str, count: int) -> str:
    """Return the month so many months before one.

    >>> months_before("2026-02", 3)
    '2025-11'
    """
    number = int(month[:4]) * 12 + int(month[5:]) - 1 - count
    return f"{number // 12}-{number % 12 + 1:02}"
