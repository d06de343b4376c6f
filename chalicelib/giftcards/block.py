"""Block a card, so that nobody can use it, and let it be used again. What an order holds of it stays the order's."""

from datetime import datetime

from ..aws.transactions import Transaction
from ..core.errors import Conflict
from . import table, way
from .deliver import due
from .model import Card, CardState


def block(tx: Transaction, card: Card, because: str, now: datetime, *, by: str | None = None) -> Card:
    """Add the steps that block a card, and return it. `by` is a member of staff's id, None for the system.

    The commit raises Retryable("gift_card_changed"). Raises Conflict("gift_card_blocked") when it is blocked already:
    the first reason stays.
    """
    if card.state is CardState.BLOCKED:
        raise Conflict("gift_card_blocked")
    after = way.blocked(card, because, now, by=by)
    table.saved(tx, after, table.fact(after, "giftcard.blocked", by=by, reason=because))
    return after


def unblock(tx: Transaction, card: Card, now: datetime, *, by: str | None = None) -> Card:
    """Add the steps that let a card be used again, and return it; a mail that was held back is asked for.

    The commit raises Retryable("gift_card_changed"). Raises Conflict("gift_card_not_blocked").
    """
    if card.state is not CardState.BLOCKED:
        raise Conflict("gift_card_not_blocked")
    after = way.unblocked(card, now)
    return due(tx, after, now, table.fact(after, "giftcard.unblocked", by=by, reason=card.blocked_because))
