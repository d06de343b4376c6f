"""Stating that a card is soon over, while it is worth something: its holder hears of it once."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from ..aws import logs
from ..aws.transactions import Transaction
from ..core.clock import Clock, spa_date
from . import table
from .model import Card, changed, last_day_of

EXPIRING = "giftcard.expiring"
BEFORE = timedelta(days=30)
CATCH_UP = timedelta(days=7)
"""How late a reminder still goes out when runs were missed."""


def soon_over(now: datetime) -> Iterator[str]:
    """Yield the cards whose holders are to be reminded by now, and those that were within CATCH_UP. One query."""
    last = spa_date(now) + BEFORE
    return table.live_until(last, None, first=last - CATCH_UP)


def remind(card_id: str, clock: Clock) -> bool:
    """State that a card is soon over, if its holder has not heard of just that last day; return whether it was stated.

    One that was prolonged, which leaves it BEFORE to live, is printed anew: its prints have the day it was to end.
    One read and one transaction. Raises NotFound, Retryable("gift_card_changed"): the next night looks again.
    """
    card, now = table.load(card_id), clock.now()
    logs.bind(card.trace, card=card.id)
    if card.reminded == card.last_day or not is_worth_telling(card, spa_date(now)):
        return False
    prolonged = card.last_day != last_day_of(card.created_at)
    after = changed(card, now, reminded=card.last_day, printed=0 if prolonged else card.printed)
    tx = Transaction()
    table.saved(tx, after, table.fact(after, EXPIRING, last_day=card.last_day.isoformat()))
    tx.commit()
    logs.info("gift card is soon over", card=card.id)
    return True


def is_worth_telling(card: Card, today: date) -> bool:
    """Tell whether a card can still be used, has something left, and is over within BEFORE."""
    return card.good(today) and card.free > 0 and card.last_day <= today + BEFORE
