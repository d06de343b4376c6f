"""Have a card's mail sent now, or once more, because a member of staff says so."""

from datetime import datetime

from ..aws.transactions import Transaction
from . import deliver, table, way
from .model import Card, changed


def resend(tx: Transaction, card: Card, now: datetime, *, by: str, email: str | None = None) -> Card:
    """Add the steps that send a card now, or once more, and return it; one being printed is sent by its printer.

    `email` corrects an address at which nothing has arrived: what is in somebody's hands gets another code to go
    elsewhere (`replace.py`). The commit raises Retryable. Raises as `way.sent_for`.
    """
    after = way.sent_for(changed(card, now), now, email)
    told = table.fact(after, "giftcard.resent", by=by)
    if after.printed:
        return deliver.ask(tx, after, told)
    table.saved(tx, after, told)
    return after
