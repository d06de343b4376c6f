"""Writing off what a card is still worth once its last day is over; what an order holds of it stays that order's."""

from ..aws import logs
from ..aws.transactions import Transaction, decided_again
from ..core.clock import Clock, spa_date
from ..core.money import Clp
from . import ledger, table


def expire(card_id: str, clock: Clock) -> Clp:
    """Write off what is free of a card whose last local day is over, once; return how much that was, in CLP.

    One read, and one transaction if there is anything to do: a card that comes to nothing is only struck off the list
    of those to look at. What an order lets go of later is written off by a later run. Raises NotFound, Retryable.
    """
    return decided_again(lambda: _expire(card_id, clock))


def _expire(card_id: str, clock: Clock) -> Clp:
    card, now = table.load(card_id), clock.now()
    logs.bind(card.trace, card=card.id)
    if spa_date(now) <= card.last_day or (card.holds and not card.free):
        return Clp(0)
    tx = Transaction()
    ledger.expire(tx, card, now)
    if card.free:
        table.stated(tx, table.money_fact(card, "giftcard.expired", now, amount=card.free))
    tx.commit()
    if card.free:
        logs.info("gift card expired", card=card.id)
    return Clp(card.free)
