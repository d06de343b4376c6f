"""One movement of money: a line of the ledger of a day. A value."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ..core.money import Clp


class EntryKind(StrEnum):
    """Which way the money went, and why."""

    IN = "in"
    REFUND = "refund"
    CHARGEBACK = "chargeback"
    CHARGEBACK_REVERSED = "chargeback_reversed"  # a claim that was won: the money is here again

    @property
    def back(self) -> bool:
        """Whether it went out."""
        return self in (EntryKind.REFUND, EntryKind.CHARGEBACK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """`amount` is positive whichever way it went; `fee` and `net` are the provider's, None while unknown."""

    day: date
    kind: EntryKind
    payment: str
    order: str
    amount: Clp
    number: int = 0  # of the refund; 0 for what came
    fee: int | None = None
    net: int | None = None
    ref: str = ""  # the provider's number of it
    by_hand: bool = False  # a person transferred it: no provider lists it

    @property
    def name(self) -> tuple[str, str, int]:
        """What it is a line about: of these there is one a day at most."""
        return self.kind.value, self.payment, self.number
