"""The items table: one item per thing to look at, under the key that whoever found it gave it.

Every write leaves alone what stands there (`if_not_exists`), so finding the same thing again changes nothing and
nothing closed is ever opened again. The index `open` is asked for the open ones only.
"""

from datetime import datetime
from typing import Any

from pynamodb.attributes import JSONAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.exceptions import DoesNotExist, PutError
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from ..aws import logs
from ..aws.tables import BaseTable
from ..aws.transactions import Transaction
from ..core.clock import Clock
from ..core.errors import NotFound, Retryable
from ..core.roles import Actor
from .model import About, Item, ItemKind, ItemState, is_key


class OpenIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """Items by state, the oldest first."""

    class Meta:
        index_name = "open"
        projection = AllProjection()

    state = UnicodeAttribute(hash_key=True)
    opened_at = UTCDateTimeAttribute(range_key=True)


class ItemRecord(BaseTable):
    """The stored form of an `Item`; one that was put right before anybody opened it has no `kind`."""

    class Meta:
        area = "items"
        table_name = None

    pk = UnicodeAttribute(hash_key=True)
    kind = UnicodeAttribute(null=True)
    about = JSONAttribute(null=True)
    state = UnicodeAttribute(null=True)
    opened_at = UTCDateTimeAttribute(null=True)
    resolved_at = UTCDateTimeAttribute(null=True)
    resolved_by = UnicodeAttribute(null=True)
    note = UnicodeAttribute(null=True)
    open_index = OpenIndex()


def opened(tx: Transaction, *, kind: ItemKind, key: str, about: About, now: datetime) -> None:
    """Open an item as part of `tx`; if there is one under this key, in whatever state, nothing changes."""
    tx.update(_named(key), actions=[ItemRecord.kind.set(ItemRecord.kind | kind.value),
                                    ItemRecord.about.set(ItemRecord.about | about),
                                    ItemRecord.state.set(ItemRecord.state | ItemState.OPEN.value),
                                    ItemRecord.opened_at.set(ItemRecord.opened_at | now)])


def open_item(*, kind: ItemKind, key: str, about: About, now: datetime) -> bool:
    """Open an item by itself and tell whether it is new. One write."""
    record = _named(key)
    record.kind, record.about, record.state, record.opened_at = kind.value, about, ItemState.OPEN.value, now
    try:
        record.save(condition=ItemRecord.pk.does_not_exist())
    except PutError as error:
        if error.cause_response_code == "ConditionalCheckFailedException":
            return False
        raise
    logs.warning("item opened", kind=kind.value)
    return True


def settled(tx: Transaction, key: str, now: datetime) -> None:
    """Close an item that put itself right, as part of `tx`: one that is not open yet will never be.

    What a person said who had closed it before is kept.
    """
    tx.update(_named(key), actions=[ItemRecord.state.set(ItemState.SETTLED.value),
                                    ItemRecord.resolved_at.set(ItemRecord.resolved_at | now),
                                    ItemRecord.opened_at.set(ItemRecord.opened_at | now)])


def resolve(tx: Transaction, key: str, *, by: Actor, note: str, clock: Clock) -> Item:
    """Close an open item as part of `tx`: a person has seen to it. Return it as it then stands. One read.

    A closed one stays as it is, whoever says what. Raises NotFound("item_not_found"); the commit raises
    Retryable("item_changed") when somebody else closed it meanwhile.
    """
    item = load(key)
    if item.state is not ItemState.OPEN:
        return item
    now = clock.now()
    tx.update(_named(key), condition=ItemRecord.state == ItemState.OPEN.value, otherwise=Retryable("item_changed"),
              actions=[ItemRecord.state.set(ItemState.RESOLVED.value), ItemRecord.resolved_at.set(now),
                       ItemRecord.resolved_by.set(by.id), ItemRecord.note.set(note)])
    return Item(key=item.key, kind=item.kind, about=item.about, opened_at=item.opened_at, state=ItemState.RESOLVED,
                resolved_at=now, resolved_by=by.id, note=note)


def load(key: str) -> Item:
    """Return an item as it is now. One consistent read. Raises NotFound("item_not_found")."""
    try:
        record = ItemRecord.get(key, consistent_read=True) if is_key(key) else None
    except DoesNotExist:
        record = None
    if record is None or record.kind is None:
        raise NotFound("item_not_found")
    return _item(record)


def waiting(*, limit: int, after: Any = None) -> tuple[list[Item], Any]:
    """Return a page of the open items, oldest first, and where the next one begins (None at the end).

    One Query of an index, eventually consistent.
    """
    found = ItemRecord.open_index.query(ItemState.OPEN.value, limit=limit, last_evaluated_key=after)
    return [_item(record) for record in found], found.last_evaluated_key


def _named(key: str) -> ItemRecord:
    if not is_key(key):
        raise ValueError(f"not an item's key: {key}")
    return ItemRecord(key)


def _item(record: ItemRecord) -> Item:
    return Item(key=record.pk, kind=ItemKind(record.kind), about=record.about, state=ItemState(record.state),
                opened_at=record.opened_at, resolved_at=record.resolved_at, resolved_by=record.resolved_by,
                note=record.note)
