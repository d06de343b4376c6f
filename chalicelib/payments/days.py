"""The days that were compared with a provider, in the payments table: one item for each day and method.

| pk | sk | what |
|---|---|---|
| `days#<method>` | `<day>` | sums of both sides, what differs, when it was looked at and since when it is closed |
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from pynamodb.attributes import BooleanAttribute, JSONAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.exceptions import DoesNotExist

from ..aws.tables import BaseTable
from ..aws.transactions import Transaction
from ..items.model import ItemKind
from .entry import EntryKind
from .tally import Difference, Sums

MOST_DIFFERENCES = 300  # kept with a day; an item of DynamoDB has an end


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day of one method. It is closed while all is listed (`whole`) and nothing differs."""

    day: date
    method: str
    ours: Sums
    theirs: Sums
    differences: tuple[Difference, ...] = ()
    whole: bool
    looked_at: datetime
    closed_at: datetime | None = None  # since when


class DayRecord(BaseTable):
    """The stored form of a `Day`."""

    class Meta:
        area = "payments"
        table_name = None

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    ours = JSONAttribute()
    theirs = JSONAttribute()
    differences = JSONAttribute(null=True)
    whole = BooleanAttribute()
    looked_at = UTCDateTimeAttribute()
    closed_at = UTCDateTimeAttribute(null=True)


def load(day: date, method: str) -> Day | None:
    """Return a day as it was last compared, None if it never was. One consistent read."""
    try:
        return _day(DayRecord.get(_partition(method), day.isoformat(), consistent_read=True), method)
    except DoesNotExist:
        return None


def of_span(method: str, first: date, last: date) -> list[Day]:
    """Return the days of a method from `first` to `last` that were compared, in order. One Query."""
    span = DayRecord.sk.between(first.isoformat(), last.isoformat())
    return [_day(record, method) for record in DayRecord.query(_partition(method), span)]


def written(tx: Transaction, day: Day) -> None:
    """Add the step that writes a day over what was known of it."""
    shown = day.differences[:MOST_DIFFERENCES]
    tx.put(DayRecord(pk=_partition(day.method), sk=day.day.isoformat(), ours=asdict(day.ours),
                     theirs=asdict(day.theirs), differences=[asdict(one) for one in shown] or None, whole=day.whole,
                     looked_at=day.looked_at, closed_at=day.closed_at))


def closed(day: Day, before: Day | None) -> Day:
    """Return a day with the time since which it is closed: that of before, if it was."""
    if not day.whole or day.differences or day.ours != day.theirs:
        return replace(day, closed_at=None)
    return replace(day, closed_at=(before and before.closed_at) or day.looked_at)


def _partition(method: str) -> str:
    return f"days#{method}"


def _day(record: DayRecord, method: str) -> Day:
    return Day(day=date.fromisoformat(record.sk), method=method, ours=Sums(**record.ours), theirs=Sums(**record.theirs),
               differences=tuple(_differences(record.differences or ())), whole=record.whole,
               looked_at=record.looked_at, closed_at=record.closed_at)


def _differences(stored: Iterable[dict[str, Any]]) -> Iterable[Difference]:
    for one in stored:
        yield Difference(**{**one, "kind": ItemKind(one["kind"]), "of": EntryKind(one["of"])})
