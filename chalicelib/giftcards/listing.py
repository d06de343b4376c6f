"""Cards as staff and the books find them: by code, by order, by month of issue; and what happened to one.

The index `order` names the cards that an order has bought; `month` has the money of all cards of a month, without what
is personal.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pynamodb.exceptions import DoesNotExist

from ..core.errors import NotFound
from ..core.events import FACT_PREFIX, Fact
from . import table
from .codes import find_key
from .liability import Ledger, Moved
from .model import Card, CardState, Entry, EntryKind
from .records import CODE, CardRecord, CodeRecord, FactRecord, MonthIndex, money_of

MOST_LOOKED_AT = 1_000
"""Cards that one page of a list looks at, whether they are in it or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A card as the index `month` has it; money in CLP."""

    id: str
    ending: str
    state: CardState
    blocked_because: str | None
    issued: int
    balance: int
    free: int
    last_day: date
    month: str
    order: str
    created_at: datetime


def find(typed: str) -> Card:
    """Return the card that a typed code opens, blocked or over as it may be. Two consistent reads.

    Raises NotFound("gift_card_not_found").
    """
    wanted = find_key(typed)
    try:
        card = table.load(CodeRecord.get(CodeRecord.key(wanted), CODE, consistent_read=True).card)
    except DoesNotExist:
        raise NotFound("gift_card_not_found") from None
    if card.code_hash != wanted:
        raise NotFound("gift_card_not_found")
    return card


def history(card: str) -> list[Fact]:
    """Return a card's facts, oldest first. One query."""
    found = FactRecord.query(card, FactRecord.sk.startswith(FACT_PREFIX), consistent_read=True)
    return sorted((record.fact() for record in found), key=lambda fact: (fact.at, fact.id))


def of_order(order: str) -> list[Listed]:
    """Return the cards that an order has bought, oldest first. One query of an index and one BatchGetItem."""
    bought = table.load_all(record.pk for record in CardRecord.order_index.query(order))
    return [listed(card) for card in sorted(bought, key=lambda card: (card.created_at, card.id))]


def of_month(month: str, wanted: Callable[[Listed], bool], *, limit: int,
             after: Any = None) -> tuple[list[Listed], Any]:
    """Return a page of a month's cards that are `wanted`, and where the next one begins (None at the end).

    Queries of the index `month`, eventually consistent: one, unless most cards are not wanted.
    """
    found: list[Listed] = []
    cards = CardRecord.month_index.query(month, last_evaluated_key=after, page_size=2 * limit)
    for looked_at, record in enumerate(cards, start=1):
        one = _listed(record)
        if wanted(one):
            found.append(one)
        if len(found) == limit or looked_at == MOST_LOOKED_AT:
            break
    return found, cards.last_evaluated_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """A card's money as the index `month` has it: what `model.Money` asks for."""

    id: str
    order: str
    issued: int
    ceiling: int
    balance: int
    free: int
    holds: Mapping[str, int]
    entries: Sequence[Entry]
    last_day: date


def books(month: str) -> Iterator[Book]:
    """Yield the money of all cards issued in a month, page by page of the index; eventually consistent."""
    for record in CardRecord.month_index.query(month):
        money = {**money_of(record), "last_day": date.fromisoformat(record.last_day)}
        yield Book(id=record.pk, order=record.order, **money)


def openable(cards: Iterable[Card]) -> set[str]:
    """Return which of some cards their own codes open. One consistent BatchGetItem per hundred, none for no cards."""
    keys = [(CodeRecord.key(card.code_hash), CODE) for card in cards]
    return {record.card for record in CodeRecord.batch_get(keys, consistent_read=True)} if keys else set()


def ledgers(month: str) -> Iterator[Ledger]:
    """Yield the ledgers of all cards issued in a month, a page of the index `month` in memory at a time.

    Read as DynamoDB has them: making models of a hundred thousand cards takes longer than a request may.
    """
    after: Any = None
    while True:
        page = CardRecord._get_connection().query(
            month, index_name=MonthIndex.Meta.index_name, exclusive_start_key=after,
            attributes_to_get=["entries", "holds"])
        for item in page["Items"]:
            yield _ledger(item)
        after = page.get("LastEvaluatedKey")
        if after is None:
            return


def _ledger(item: dict[str, Any]) -> Ledger:
    entries = (entry["M"] for entry in item["entries"]["L"])
    return Ledger(held=sum(int(amount["N"]) for amount in item["holds"]["M"].values()), entries=tuple(
        Moved(EntryKind(one["kind"]["S"]), int(one["amount"]["N"]), datetime.fromisoformat(one["at"]["S"]))
        for one in entries))


def listed(card: Card) -> Listed:
    """Return a card as lists show it."""
    return Listed(**{name: getattr(card, name) for name in Listed.__dataclass_fields__})


def _listed(record: CardRecord) -> Listed:
    return Listed(
        id=record.pk, ending=record.ending, state=CardState(record.state), blocked_because=record.blocked_because,
        issued=int(record.issued), balance=int(record.balance), free=int(record.free),
        last_day=date.fromisoformat(record.last_day), month=record.month, order=record.order,
        created_at=datetime.fromisoformat(record.created_at))
