"""Put value on a card, or take some off, as a member of staff says, with a reason."""

from datetime import datetime

from ..aws.transactions import Transaction
from . import ledger, table
from .model import Card


def adjust(tx: Transaction, card: Card, amount: int, now: datetime, *, by: str, reason: str) -> None:
    """Add the steps that move a card's value by `amount` (CLP, negative to take off) and say who did it and why.

    The commit raises Conflict("gift_card_short") when so much is not free to be taken off,
    Retryable("gift_card_changed") when the ledger has grown meanwhile.
    """
    ledger.adjust(tx, card, amount, now, by=by, reason=reason)
    table.stated(tx, table.money_fact(card, "giftcard.adjusted", now, amount=amount, by=by, reason=reason))
