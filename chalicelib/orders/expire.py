"""The scheduled look at payments that are still open: heals a lost webhook, and ends what was not paid in time."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import NamedTuple

from ..aws import logs
from ..aws.transactions import Transaction
from ..carts.lines import products
from ..catalog import stock
from ..core.clock import Clock
from ..core.errors import Retryable
from ..payments import table as payments
from ..payments.gateway import Gateway, Refused
from ..payments.model import Payment, PaymentId, owe_refund
from ..payments.model import expired as expired_payment
from . import model, table
from .give_back import REFUND_CHECK, REFUND_RETRY, follow_refunds, refund_due, refund_under_way
from .model import TRANSFER, Order, OrderState
from .receive import NOTHING_TO_PAY
from .settle import settle_payment

GatewayFor = Callable[[str], Gateway]

CHECK_EVERY = timedelta(minutes=1)


def look_after(order_id: str, gateway_for: GatewayFor, clock: Clock) -> Order:
    """Ask the provider about every payment of an order that may have news; when its time is over, expire it.

    A confirmed order is looked at too when it has several payments, because two of them may have been paid, and any
    order while a refund of it is under way. An order whose provider can't be asked is never expired: it is looked at
    again in CHECK_EVERY. A bank tells us nothing, so an order that only waits for a transfer is looked at when its time
    is over. Two reads, then a read and a transaction for each payment that moved, and one transaction for the order.
    """
    order = table.load(order_id)
    asked = [_ask(payment, order_id, gateway_for, clock) for payment in order.payments]
    return _reschedule_or_expire(table.load(order_id), asked, clock)


class _Asked(NamedTuple):
    """What asking about a payment came to: could the provider be asked, and is it worth asking again soon."""

    answered: bool
    news_may_come: bool


def _ask(payment_id: str, order_id: str, gateway_for: GatewayFor, clock: Clock) -> _Asked:
    """Bring one payment up to date."""
    payment = payments.load(PaymentId(payment_id))
    try:
        if payment.state.undecided:
            payment = settle_payment(payment.id, gateway_for(payment.method), clock)
        else:
            follow_refunds(payment, gateway_for(payment.method), clock)
    except (Retryable, Refused) as error:
        logs.warning("provider could not be asked", order=order_id, payment=payment_id, code=error.code)
        return _Asked(answered=False, news_may_come=True)
    return _Asked(answered=True, news_may_come=payment.state.undecided and payment.method != TRANSFER)


def _reschedule_or_expire(order: Order, asked: Sequence[_Asked], clock: Clock) -> Order:
    now = clock.now()
    if order.due_at is None:
        return order
    over = order.held_until is None or now >= order.held_until
    if not over or not all(one.answered for one in asked):
        return _check_again(order, asked, clock)
    tx = Transaction()
    ended = order.state is OrderState.PENDING_PAYMENT
    dead = ended or order.state is OrderState.EXPIRED  # also when late money found its hours gone
    after = model.expired(order, now) if ended else model.looked_after(order, now)
    owed = _close_payments(tx, order, dead, clock)
    after = model.with_money(after, -sum(payment.refunds[-1].amount for payment in owed))
    if owed or refund_under_way(order):
        after = after.model_copy(update={"due_at": now + (REFUND_RETRY if owed else REFUND_CHECK)})
    if ended:
        stock.put_back(tx, products(order.lines))
    facts = [table.fact(after, "order.expired")] if ended else []
    facts += [refund_due(after, payment, nth) for nth, payment in enumerate(owed, 1)]
    table.saved(tx, after, *facts)
    tx.commit()
    if ended:
        logs.info("order expired", order=order.id)
    return after


def _check_again(order: Order, asked: Sequence[_Asked], clock: Clock) -> Order:
    """Put the next look at the order on the list."""
    now = clock.now()
    soon = order.held_until is None or any(one.news_may_come for one in asked)
    after = model.check_again(order, now + CHECK_EVERY if soon else order.held_until or now, now)
    tx = Transaction()
    table.saved(tx, after)
    tx.commit()
    return after


def _close_payments(tx: Transaction, order: Order, dead: bool, clock: Clock) -> list[Payment]:
    """Close every payment that is still open; money that comes all the same still counts (`settle`).

    When the order is `dead`, what wrong amounts have left as its credit is owed back, once; return those payments.
    """
    owed = []
    for payment_id in order.payments:
        payment = payments.load(PaymentId(payment_id))
        closed = expired_payment(payment, now=clock.now())
        if dead and payment.credited and not payment.refunds:
            closed = owe_refund(payment, amount=payment.credited, reason=NOTHING_TO_PAY, now=clock.now())
            owed.append(closed)
        if closed is not payment:
            payments.moved(tx, closed)
    return owed
