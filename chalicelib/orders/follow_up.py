"""Stating that a visit is near, or over: the mails follow from the fact, as all do."""

from ..aws import logs
from ..aws.transactions import Transaction
from ..core.clock import Clock
from . import model, table
from .visit_mails import followed_up, next_follow_up, worth_telling


def follow_up(order_id: str, clock: Clock) -> bool:
    """State what an order's guest is to hear of now, if it is still worth telling; return whether it was.

    The order remembers it in the same transaction, so a second run finds nothing to do. One read, one query, one
    transaction. Raises Retryable("order_changed") when somebody else wrote in between: the next run looks again.
    """
    order, now = table.load(order_id), clock.now()
    due = next_follow_up(order)
    if due is None or due.at > now:
        return False
    logs.bind(order.trace, order=order.id)
    telling = worth_telling(due, table.history(order.id), now)
    after = model.changed(order, now, **followed_up(due))
    tx = Transaction()
    table.saved(tx, after, *([table.fact(after, due.fact, visit=due.visit.isoformat())] if telling else ()))
    tx.commit()
    logs.info("visit followed up", order=order.id, kind=due.fact, reason="told" if telling else "too_late")
    return telling
