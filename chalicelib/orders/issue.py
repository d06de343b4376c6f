"""Gift cards come into being: once their order is fully paid, and once only (DOMAIN.md, Gift cards)."""

from datetime import datetime

from ..aws import logs, metrics
from ..aws.transactions import Transaction, decided_again
from ..carts.lines import GiftLine
from ..core.clock import Clock, spa_date
from ..core.ids import gift_code, random_id
from ..giftcards import codes
from ..giftcards import table as giftcards
from ..giftcards.model import Card, Entry, EntryKind, last_day_of
from . import model, table
from .model import Order


def issue(order_id: str, clock: Clock) -> list[Card]:
    """Issue the gift cards that an order's buyer has paid for and does not have yet; return them.

    One read and one transaction: the order, which then names them, so that nobody issues them twice; for each the card,
    its code and its fact. Nothing when there is nothing to issue. Raises NotFound, Retryable.
    """
    return decided_again(lambda: _issue(order_id, clock))


def _issue(order_id: str, clock: Clock) -> list[Card]:
    order, now = table.load(order_id), clock.now()
    logs.bind(order.trace, order=order.id)
    cards = {line.id: _card(line, order, now) for line in order.to_issue}
    if not cards:
        return []
    tx = Transaction()
    lines = tuple(_issued(line, cards[line.id]) if isinstance(line, GiftLine) and line.id in cards else line
                  for line in order.lines)
    after = model.changed(order, now, lines=lines)
    table.saved(tx, after, table.fact(after, "order.cards_issued", cards=[card.id for card in cards.values()]))
    for card in cards.values():
        giftcards.issued(tx, card, giftcards.fact(card, "giftcard.issued"))
    tx.commit()
    logs.info("gift cards issued", order=order.id, count=len(cards))
    metrics.count("GiftCardIssued", len(cards))
    return list(cards.values())


def _card(line: GiftLine, order: Order, now: datetime) -> Card:
    """Return the card that a line buys, with a code of its own."""
    id, code = random_id("gft"), gift_code()
    return Card(
        id=id, face=line.face, delivery=line.delivery, order=order.id, line=line.id, buyer_language=order.language,
        code_hash=codes.find_key(code), sealed=codes.seal(code, id), ending=codes.ending_of(code), issued=line.total,
        ceiling=line.total, balance=line.total, free=line.total, last_day=last_day_of(now),
        entries=(Entry(kind=EntryKind.ISSUE, amount=line.total, at=now, order=order.id),),
        month=f"{spa_date(now):%Y-%m}", created_at=now, updated_at=now, trace=order.trace)


def _issued(line: GiftLine, card: Card) -> GiftLine:
    return line.model_copy(update={"card": card.id, "ending": card.ending})
