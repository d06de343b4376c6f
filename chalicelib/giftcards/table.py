"""The gift cards' table: cards with their ledgers, the codes that open them, their facts.

| pk | sk | what |
|---|---|---|
| card | `card` | the card: its money moves by the steps of `ledger.py`, its paper when its version has not moved |
| card | `fact#<id>` | what happened, once; the stream of these items is the only source of side effects |
| `code#<keyed hash>` | `code` | which card a code opens; gone when the card was given another code |

Index `due` has the cards whose mail is still to be sent, by when; `live` those with value or a hold on them, by their
last day; `month` all of them by the local month of issue, without what is personal.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from pynamodb.exceptions import DoesNotExist

from ..aws.transactions import Transaction
from ..core.clock import epoch
from ..core.errors import NotFound, Retryable
from ..core.events import FACT_PREFIX, Fact
from .codes import find_key
from .model import Card, CardState, Delivery, Face
from .nobody import NOBODY
from .records import (
    CARD,
    CODE,
    DELIVER,
    LIVE,
    CardRecord,
    CodeRecord,
    DueIndex,
    FactRecord,
    LiveIndex,
    as_stored,
    money_of,
)


def load(card: str) -> Card:
    """Return a card as it is now. One consistent read. Raises NotFound("gift_card_not_found")."""
    try:
        return card_of(CardRecord.get(card, CARD, consistent_read=True))
    except DoesNotExist:
        raise NotFound("gift_card_not_found") from None


def load_all(cards: Iterable[str]) -> list[Card]:
    """Return several cards as they are now, those that exist. One consistent BatchGetItem, none for no cards."""
    keys = [(card, CARD) for card in cards]
    return [card_of(record) for record in CardRecord.batch_get(keys, consistent_read=True)] if keys else []


def good_card(typed: str, today: date) -> Card:
    """Return the card that a typed code opens, if it can be used on a local day.

    Two reads and the making of a card, whatever was typed: neither the answer nor the time it takes says what is wrong
    with a code. Raises NotFound("gift_card_not_found") for everything that is not a good card.
    """
    wanted = find_key(typed)
    try:
        pointer = CodeRecord.get(CodeRecord.key(wanted), CODE, consistent_read=True)
    except DoesNotExist:
        pointer = _no_code(wanted)
    try:
        card: Card | None = load(pointer.card)
    except NotFound:
        card = _no_card()
    if card is None or card.code_hash != wanted or not card.good(today):
        raise NotFound("gift_card_not_found")
    return card


def due_before(at: datetime, limit: int) -> Iterator[str]:
    """Yield at most `limit` cards whose mail is to be sent by now, the longest waiting first. One query."""
    for record in CardRecord.due_index.query(DELIVER, DueIndex.due_at <= epoch(at), limit=limit):
        yield record.pk


def live_until(last_day: date, limit: int | None, *, first: date = date.min) -> Iterator[str]:
    """Yield at most `limit` live cards, or all, that end between two local days, soonest first. One query."""
    days = LiveIndex.last_day.between(first.isoformat(), last_day.isoformat())
    for record in CardRecord.live_index.query(LIVE, days, limit=limit):
        yield record.pk


def issued(tx: Transaction, card: Card, *facts: Fact) -> None:
    """Write a new card, its code and its facts as part of `tx`; the commit raises Retryable if one is there already."""
    there = Retryable("gift_card_issued")
    tx.put(_record(card), condition=CardRecord.pk.does_not_exist(), otherwise=there)
    tx.put(CodeRecord(CodeRecord.key(card.code_hash), CODE, card=card.id), condition=CodeRecord.pk.does_not_exist(),
           otherwise=there)
    stated(tx, *facts)


def saved(tx: Transaction, card: Card, *facts: Fact) -> None:
    """Write the paper side of a card's next version and its facts as part of `tx`; its money stays as it is.

    The commit raises Retryable("gift_card_changed") when somebody else wrote in between.
    """
    record = _record(card)
    paper = ("version", "state", "face", "delivery", "code_hash", "sealed", "ending", "printed", "updated_at")
    maybe = ("blocked_because", "blocked_by", "reminded", "due", "due_at")
    actions = [getattr(CardRecord, name).set(getattr(record, name)) for name in paper]
    for name in maybe:
        value, attribute = getattr(record, name), getattr(CardRecord, name)
        actions.append(attribute.remove() if value is None else attribute.set(value))
    tx.update(CardRecord(card.id, CARD), actions=actions, condition=CardRecord.version == card.version - 1,
              otherwise=Retryable("gift_card_changed"))
    stated(tx, *facts)


def recoded(tx: Transaction, before: Card, after: Card) -> None:
    """Let another code open a card as part of `tx`, and the old one no more; the card itself is for `saved`."""
    tx.delete(CodeRecord(CodeRecord.key(before.code_hash), CODE))
    tx.put(CodeRecord(CodeRecord.key(after.code_hash), CODE, card=after.id),
           condition=CodeRecord.pk.does_not_exist(), otherwise=Retryable("gift_card_changed"))


def stated(tx: Transaction, *facts: Fact) -> None:
    """Write facts as part of `tx`, each once."""
    for fact in facts:
        tx.put(FactRecord.of(fact), condition=FactRecord.pk.does_not_exist(), otherwise=Retryable("gift_card_changed"))


def fact(card: Card, type: str, /, nth: int = 0, **data: Any) -> Fact:
    """Return the `nth` fact of this version of a card; the same step gives the same id."""
    return Fact(id=f"{card.id}.{card.version:06d}.{nth}", type=type, at=card.updated_at, order=card.id,
                trace=card.trace, data={"order": card.order, **data})


def money_fact(card: Card, type: str, now: datetime, /, **data: Any) -> Fact:
    """Return the fact of a step on a card's money, which moves no version: named by the length of the ledger as read.

    Of two steps that read the same ledger the second finds its fact stated, and has to read again.
    """
    return Fact(id=f"{card.id}.ledger.{len(card.entries):06d}", type=type, at=now, order=card.id, trace=card.trace,
                data={"order": card.order, **data})


def stated_as(id: str) -> Fact | None:
    """Return the fact of a card that has an id, None if there is none. One consistent read, none for other ids."""
    card = id.partition(".")[0]
    if not card.startswith("gft_"):
        return None
    try:
        return FactRecord.get(card, f"{FACT_PREFIX}{id}", consistent_read=True).fact()
    except DoesNotExist:
        return None


def _record(card: Card) -> CardRecord:
    due_at = card.due_at
    values = card.model_dump(mode="json", exclude={"id", "holds", "entries"})
    return CardRecord(
        pk=card.id, sk=CARD, due=DELIVER if due_at else None, due_at=epoch(due_at) if due_at else None,
        live=LIVE if card.balance else None, holds=dict(card.holds), entries=[as_stored(one) for one in card.entries],
        **values)


def _no_code(wanted: str) -> CodeRecord:
    """Return a pointer to no card: ids have letters beyond f in all likelihood, and the hash is compared."""
    return CodeRecord.from_raw_data({"pk": {"S": wanted}, "sk": {"S": CODE}, "card": {"S": f"gft_{wanted[:22]}"}})


def _no_card() -> Card | None:
    return card_of(CardRecord.from_raw_data(NOBODY))


def card_of(record: CardRecord) -> Card:
    """Return the card that is stored."""
    plain = ("blocked_because", "blocked_by", "reminded", "order", "line", "buyer_language", "code_hash", "sealed",
             "ending", "month", "created_at", "updated_at", "trace")
    return Card.model_validate({
        "id": record.pk, "version": int(record.version), "state": CardState(record.state),
        "face": Face.model_validate(record.face), "delivery": Delivery.model_validate(record.delivery),
        "printed": int(record.printed), **{name: getattr(record, name) for name in plain}, **money_of(record)})


