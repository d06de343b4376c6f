"""Give a lost card another code: the ledger stays, the old code opens nothing from that moment on."""

from datetime import datetime

from ..aws.transactions import Transaction
from ..core.ids import gift_code
from . import codes, table, way
from .model import Card, changed


def replace(tx: Transaction, card: Card, now: datetime, *, by: str, reason: str, email: str | None = None) -> Card:
    """Add the steps that give a card another code, and return it; it is printed anew, and mailed anew if it was mailed.

    `email` is where it goes instead. The commit raises Retryable("gift_card_changed").
    """
    code = gift_code()
    after = changed(way.mailed_anew(card, email), now, printed=0, code_hash=codes.find_key(code),
                    sealed=codes.seal(code, card.id), ending=codes.ending_of(code))
    table.recoded(tx, card, after)
    table.saved(tx, after, table.fact(after, "giftcard.replaced", by=by, reason=reason))
    return after
