"""Asking for a card's mail: once, as soon as its time has come and it is printed as it is."""

from datetime import datetime

from ..aws import logs
from ..aws.transactions import Transaction
from ..core.clock import Clock
from ..core.events import Fact
from . import table, way
from .model import Card, changed

DUE = "giftcard.delivery_due"


def due(tx: Transaction, card: Card, now: datetime, *facts: Fact) -> Card:
    """Write a card's next version as part of `tx`, with its facts, and ask for its mail in it if that is due now.

    `card` is the next version, not yet written (`model.changed`, or a step of `way.py`); returned as it is written. So
    whatever makes a card ready to be sent, a printer or an unblocking, loses no minute. No request.
    """
    if way.is_due(card, now):
        return ask(tx, card, *facts)
    table.saved(tx, card, *facts)
    return card


def ask(tx: Transaction, card: Card, *facts: Fact) -> Card:
    """Write a card's next version as part of `tx`, with its facts, and ask for its mail in it. No request."""
    after = way.asked(card)
    table.saved(tx, after, *facts, table.fact(after, DUE, len(facts), told=after.delivery.told))
    return after


def deliver(card_id: str, clock: Clock) -> bool:
    """Ask for the mail of a card whose time has come; return whether there was anything to ask for.

    One read and one transaction. A second run finds nothing to do, and of two at once one raises
    Retryable("gift_card_changed"): the next minute looks again. Raises NotFound.
    """
    card, now = table.load(card_id), clock.now()
    logs.bind(card.trace, card=card.id)
    if not way.is_due(card, now):
        return False
    tx = Transaction()
    ask(tx, changed(card, now))
    tx.commit()
    logs.info("gift card's mail asked for", card=card.id)
    return True
