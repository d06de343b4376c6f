"""Standing in line: a new entry, and who is before it."""

from datetime import datetime

from ..availability.look import Look
from ..availability.table import read_sheets
from ..aws.transactions import Transaction
from ..catalog.model import Catalogue
from ..core.clock import Clock
from ..core.texts import Lang
from . import model, table
from .match import free_hours, sheets_needed
from .model import Entry, EntryState, Joiner, Wanted


def join(tx: Transaction, wanted: Wanted, guest: Joiner, catalogue: Catalogue, *, language: Lang, trace: str,
         clock: Clock) -> Entry:
    """Put a guest at the end of the line, as part of `tx`; return her entry.

    What is free now is not what she waits for, or she would book it: it is no news until it was taken. One read of the
    day sheets. The commit raises as `table.joined`.
    """
    now = clock.now()
    entry = model.joined(wanted, guest, _free(wanted, catalogue, now), language=language, trace=trace, now=now)
    table.joined(tx, entry, table.fact(entry, "waitlist.joined", services=list(wanted.services),
                                       first=wanted.first.isoformat(), last=wanted.last.isoformat()))
    return entry


def ahead_of(entry: Entry) -> int | None:
    """Return how many are before an entry that waits and may be after the same hours; None once it waits no more.

    One query of the index, eventually consistent.
    """
    if entry.state is not EntryState.WAITING:
        return None
    return sum(entry.wanted.meets(other.wanted) for other in table.waiting(before=entry))


def _free(wanted: Wanted, catalogue: Catalogue, now: datetime) -> frozenset[str]:
    look = Look(catalogue, read_sheets(catalogue, sheets_needed(catalogue, [wanted])), now)
    return frozenset(hour.key for hour in free_hours(look, wanted))
