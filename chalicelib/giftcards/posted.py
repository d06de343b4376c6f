"""What became of a card's mail: it went out, or it came back."""

from ..aws import logs, metrics
from ..aws.transactions import Transaction, decided_again
from ..core.clock import Clock
from ..core.errors import NotFound
from ..core.events import Fact
from ..items import table as items
from ..items.model import ItemKind
from . import table, way
from .deliver import DUE
from .model import Card

DELIVERED, SENT_AGAIN, BOUNCED = "giftcard.delivered", "giftcard.sent_again", "giftcard.bounced"


def went_out(fact: Fact, clock: Clock) -> bool:
    """Note that the mail went out that a fact has asked for; return whether that was news.

    The first time the card is delivered by it. One read; one transaction if it is news. Raises NotFound, Retryable.
    """
    return decided_again(lambda: _went_out(fact, clock))


def came_back(mail: str, clock: Clock) -> bool:
    """Note that a gift's mail came back, by the id under which SendGrid has it; return whether that was news.

    The card is undelivered then, its buyer hears of it by the fact, and a person by an item. One read of the fact, for
    a mail that was a gift one of the card and, if it is news, one transaction. Raises Retryable.
    """
    fact = table.stated_as(mail)
    return fact is not None and fact.type == DUE and decided_again(lambda: _came_back(fact, clock))


def _went_out(fact: Fact, clock: Clock) -> bool:
    card, now = table.load(fact.order), clock.now()
    after = way.sent(card, int(fact.data["told"]), now)
    if after is None:
        return False
    first = card.delivery.sent_at is None
    tx = Transaction()
    table.saved(tx, after, table.fact(after, DELIVERED if first else SENT_AGAIN, told=after.delivery.told))
    if card.delivery.returned:
        items.settled(tx, _key(card, card.delivery.returned), now)
    tx.commit()
    logs.info("gift card delivered", card=card.id)
    metrics.count("GiftCardDelivered", kind="first" if first else "again")
    return True


def _came_back(fact: Fact, clock: Clock) -> bool:
    try:
        card, now = table.load(fact.order), clock.now()
    except NotFound:
        return False
    after = way.bounced(card, int(fact.data["told"]), now)
    if after is None:
        return False
    tx = Transaction()
    table.saved(tx, after, table.fact(after, BOUNCED, told=after.delivery.told))
    items.opened(tx, kind=ItemKind.GIFT_CARD_BOUNCED, key=_key(card, after.delivery.told), now=now,
                 about={"order": card.order, "card": card.id})
    tx.commit()
    logs.warning("gift card's mail came back", card=card.id)
    return True


def _key(card: Card, told: int) -> str:
    return f"{ItemKind.GIFT_CARD_BOUNCED.value}.{card.id}.{told}"
