"""How cards, codes and facts of gift cards are stored; `table.py` says under which keys."""

from typing import Any

from pynamodb.attributes import JSONAttribute, ListAttribute, MapAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection, KeysOnlyProjection

from ..aws.facts import StoredFact
from ..aws.tables import BaseTable
from .model import Entry

LIVE, DELIVER = "live", "deliver"
CARD, CODE = "card", "code"
MONEY = ("issued", "ceiling", "balance", "free", "holds", "entries", "last_day", "state", "ending", "order",
         "created_at", "blocked_because")


class DueIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """Cards whose mail is still to be sent, by when (epoch seconds)."""

    class Meta:
        index_name = "due"
        projection = KeysOnlyProjection()

    due = UnicodeAttribute(hash_key=True)
    due_at = NumberAttribute(range_key=True)


class LiveIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """Cards that are worth something, by their last local day."""

    class Meta:
        index_name = "live"
        projection = KeysOnlyProjection()

    live = UnicodeAttribute(hash_key=True)
    last_day = UnicodeAttribute(range_key=True)


class MonthIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """All cards by the month of their issue, with their money and nothing personal."""

    class Meta:
        index_name = "month"
        projection = IncludeProjection(list(MONEY))

    month = UnicodeAttribute(hash_key=True)
    pk = UnicodeAttribute(range_key=True)


class OrderIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """Cards by the order that bought them."""

    class Meta:
        index_name = "order"
        projection = KeysOnlyProjection()

    order = UnicodeAttribute(hash_key=True)
    pk = UnicodeAttribute(range_key=True)


class CardRecord(BaseTable):
    """The stored form of a `Card`."""

    class Meta:
        area = "giftcards"
        table_name = None

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default=CARD)
    version = NumberAttribute()
    state = UnicodeAttribute()
    blocked_because = UnicodeAttribute(null=True)
    blocked_by = UnicodeAttribute(null=True)
    reminded = UnicodeAttribute(null=True)
    face = JSONAttribute()
    delivery = JSONAttribute()
    order = UnicodeAttribute()
    line = UnicodeAttribute()
    buyer_language = UnicodeAttribute()
    code_hash = UnicodeAttribute()
    sealed = UnicodeAttribute()
    ending = UnicodeAttribute()
    printed = NumberAttribute()
    issued = NumberAttribute()
    ceiling = NumberAttribute()
    balance = NumberAttribute()
    free = NumberAttribute()
    holds: MapAttribute[str, Any] = MapAttribute()  # type: ignore[no-untyped-call]
    entries: ListAttribute[Any] = ListAttribute()
    last_day = UnicodeAttribute()
    month = UnicodeAttribute()
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()
    trace = UnicodeAttribute()
    due = UnicodeAttribute(null=True)
    due_at = NumberAttribute(null=True)
    due_index = DueIndex()
    live = UnicodeAttribute(null=True)
    live_index = LiveIndex()
    month_index = MonthIndex()
    order_index = OrderIndex()


class CodeRecord(BaseTable):
    """Which card a code opens."""

    class Meta:
        area = "giftcards"
        table_name = None

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default=CODE)
    card = UnicodeAttribute()

    @classmethod
    def key(cls, code_hash: str) -> str:
        """Return the partition of a code."""
        return f"code#{code_hash}"


class FactRecord(StoredFact):
    """The stored form of a `Fact` of a card."""

    class Meta:
        area = "giftcards"
        table_name = None


def as_stored(entry: Entry) -> dict[str, Any]:
    """Return a line of the ledger as the list in the item holds it."""
    return entry.model_dump(mode="json", exclude_none=True)


def money_of(record: CardRecord) -> dict[str, Any]:
    """Return the amounts of a stored card, or of what the index `month` has of it."""
    holds: dict[str, Any] = record.holds.as_dict()  # type: ignore[no-untyped-call]
    return {
        **{name: int(getattr(record, name)) for name in ("issued", "ceiling", "balance", "free")},
        "holds": {order: int(amount) for order, amount in holds.items()},
        "entries": [Entry.model_validate(one) for one in record.entries],
        "last_day": record.last_day,
    }
