"""The waitlist table: entries, their facts, and what keeps one guest from standing in line twice.

| pk | sk | what |
|---|---|---|
| entry | `entry` | the entry, written whole on the condition that its version has not moved |
| entry | `fact#<id>` | what happened, once; the stream of these items is the only source of side effects |
| `wish#<hash>` | `open` | that somebody waits for just this already: mail address, services and days |
| `guest#<hash>` | `open` | how many entries of a mail address are open |

Index `line` has the entries that wait, by their turn, and those with an offer, by when it lapses; no others. Everything
expires: what was told about a guest goes KEPT_AFTER the entry has ended.
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from ..aws.facts import StoredFact
from ..aws.tables import BaseTable
from ..aws.transactions import Transaction
from ..core.clock import at_spa, epoch
from ..core.errors import Conflict, NotFound, Retryable
from ..core.events import Fact
from .model import KEPT_AFTER, MOST_ENTRIES, Entry, EntryState, Joiner, Wanted

_SK, _OPEN = "entry", "open"
_COUNTED = timedelta(days=400)  # longer than anybody can wait
_VALUES = ("wanted", "guest", "language", "known", "declined", "offer", "offers", "lapses")
_TIMES = ("since", "created_at", "updated_at")


class LineIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """Open entries: `waiting` by turn, `offered` by the end of the offer."""

    class Meta:
        index_name = "line"
        projection = AllProjection()

    line = UnicodeAttribute(hash_key=True)
    turn = UnicodeAttribute(range_key=True)


class EntryRecord(BaseTable):
    """The stored form of an `Entry`."""

    class Meta:
        area = "waitlist"
        table_name = None

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default=_SK)
    state = UnicodeAttribute()
    wanted = JSONAttribute()
    guest = JSONAttribute()
    language = UnicodeAttribute()
    known = JSONAttribute()
    declined = JSONAttribute()
    offer = JSONAttribute(null=True)
    offers = NumberAttribute()
    lapses = NumberAttribute()
    version = NumberAttribute()
    trace = UnicodeAttribute()
    since = UnicodeAttribute()
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()
    expires = NumberAttribute()
    line = UnicodeAttribute(null=True)
    turn = UnicodeAttribute(null=True)
    line_index = LineIndex()


class FactRecord(StoredFact):
    """The stored form of a `Fact` of an entry."""

    class Meta:
        area = "waitlist"
        table_name = None

    expires = NumberAttribute()


class Marker(BaseTable):
    """That a wish waits, or how many entries of a guest do: under hashes, which name nobody."""

    class Meta:
        area = "waitlist"
        table_name = None

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default=_OPEN)
    entries = NumberAttribute(null=True)
    expires = NumberAttribute(null=True)


def load(entry_id: str) -> Entry:
    """Return an entry as it is now, guest included: also for mails. One consistent read.

    Raises NotFound("waitlist_not_found").
    """
    try:
        return _entry(EntryRecord.get(entry_id, _SK, consistent_read=True))
    except DoesNotExist:
        raise NotFound("waitlist_not_found") from None


def waiting(before: Entry | None = None) -> list[Entry]:
    """Return who waits, in turn; `before` narrows it down to whoever is before an entry. One query of the index.

    Eventually consistent: who has just joined, or come back to the end of the line, may be missing.
    """
    until = LineIndex.turn < _turn(before) if before else None
    return [_entry(record) for record in EntryRecord.line_index.query(EntryState.WAITING.value, until)]


def lapsing(at: datetime) -> Iterator[str]:
    """Yield the ids of entries whose offer is over. One query of the index."""
    for record in EntryRecord.line_index.query(EntryState.OFFERED.value, LineIndex.turn < _stamp(at)):
        yield record.pk


def joined(tx: Transaction, entry: Entry, *facts: Fact) -> None:
    """Write a new entry as part of `tx`.

    The commit raises Conflict("already_waiting") when the guest waits for the same services on the same days,
    Conflict("too_many_waiting") when she has MOST_ENTRIES open entries.
    """
    saved(tx, entry, *facts)
    tx.put(Marker(pk=_wish(entry), sk=_OPEN, expires=_expires(entry)), condition=Marker.pk.does_not_exist(),
           otherwise=Conflict("already_waiting"))
    tx.update(Marker(_guest(entry), _OPEN), condition=Marker.pk.does_not_exist() | (Marker.entries < MOST_ENTRIES),
              actions=[Marker.entries.add(1), Marker.expires.set(epoch(entry.created_at + _COUNTED))],
              otherwise=Conflict("too_many_waiting", max=MOST_ENTRIES))


def saved(tx: Transaction, entry: Entry, *facts: Fact) -> None:
    """Write the entry's next version and its facts as part of `tx`; one that is over makes room for another.

    The commit raises Retryable("waitlist_changed") when somebody else wrote in between: load, decide, try again.
    """
    condition = (EntryRecord.pk.does_not_exist() if entry.version == 1
                 else EntryRecord.version == entry.version - 1)
    tx.put(_record(entry), condition=condition, otherwise=Retryable("waitlist_changed"))
    for one in facts:
        tx.put(FactRecord.of(one, expires=_expires(entry)), condition=FactRecord.pk.does_not_exist(),
               otherwise=Retryable("waitlist_changed"))


def closed(tx: Transaction, entry: Entry) -> None:
    """Let the guest of an entry that is over join again, as part of the `tx` that ends it."""
    tx.delete(Marker(_wish(entry), _OPEN))
    tx.update(Marker(_guest(entry), _OPEN), actions=[Marker.entries.add(-1)])


def fact(entry: Entry, type: str, /, **data: Any) -> Fact:
    """Return the fact of this version of the entry; the same step gives the same id."""
    return Fact(id=f"{entry.id}.{entry.version:06d}", type=type, at=entry.updated_at, order=entry.id,
                trace=entry.trace, data=data)


def _record(entry: Entry) -> EntryRecord:
    values = entry.model_dump(mode="json", exclude={"id", "state", "version", "trace"})
    values["known"] = sorted(values["known"])
    return EntryRecord(pk=entry.id, sk=_SK, state=entry.state.value, version=entry.version, trace=entry.trace,
                       expires=_expires(entry), line=entry.state.value if entry.state.open else None,
                       turn=_turn(entry) if entry.state.open else None, **values)


def _entry(record: EntryRecord) -> Entry:
    return Entry.model_validate({
        "id": record.pk, "state": EntryState(record.state), "version": int(record.version), "trace": record.trace,
        **{name: getattr(record, name) for name in (*_VALUES, *_TIMES)}})


def _turn(entry: Entry) -> str:
    if entry.state is EntryState.OFFERED and entry.offer:
        return f"{_stamp(entry.offer.until)}#{entry.id}"
    return f"{_stamp(entry.since)}#{entry.id}"


def _stamp(at: datetime) -> str:
    """Return an instant as a text that sorts like it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _expires(entry: Entry) -> int:
    last = at_spa(entry.wanted.last + timedelta(days=1), time(6))
    return epoch((last if entry.state.open else entry.updated_at) + KEPT_AFTER)


def _wish(entry: Entry) -> str:
    return f"wish#{_hash(_mail(entry.guest), *_named(entry.wanted))}"


def _guest(entry: Entry) -> str:
    return f"guest#{_hash(_mail(entry.guest))}"


def _mail(guest: Joiner) -> str:
    return guest.email.lower()


def _named(wanted: Wanted) -> list[str]:
    return [wanted.first.isoformat(), wanted.last.isoformat(), *sorted(wanted.services)]


def _hash(*texts: str) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()
