"""The scheduled look at payments that are still open: heals a lost webhook, and ends what was not paid in time."""

from collections.abc import Callable
from datetime import timedelta

from ..aws import logs
from ..aws.transactions import Transaction
from ..core.clock import Clock
from ..core.errors import Retryable
from ..payments import table as payments
from ..payments.gateway import Gateway, Refused
from ..payments.model import PaymentId
from ..payments.model import expired as expired_payment
from . import model, table
from .give_back import REFUND_CHECK, follow_refund, refund_under_way
from .model import GRACE, Order, OrderState
from .settle import settle_payment

GatewayFor = Callable[[str], Gateway]

CHECK_EVERY = timedelta(minutes=1)


def look_after(order_id: str, gateway_for: GatewayFor, clock: Clock) -> Order:
    """Ask the provider about every payment of an order that may have news; when its time is over, expire it.

    A confirmed order is looked at too when it has several payments, because two of them may have been paid, and any
    order while a refund of it is under way. An order whose provider can't be asked is never expired: it is looked at
    again in CHECK_EVERY. Two reads, then a read and a transaction for each payment that moved, and one transaction
    for the order.
    """
    order = table.load(order_id)
    answered = [_ask(payment, order_id, gateway_for, clock) for payment in order.payments]
    return _reschedule_or_expire(table.load(order_id), not all(answered), clock)


def _ask(payment_id: str, order_id: str, gateway_for: GatewayFor, clock: Clock) -> bool:
    """Bring one payment up to date; return False when its provider could not be asked."""
    payment = payments.load(PaymentId(payment_id))
    try:
        if payment.state.undecided:
            settle_payment(payment.id, gateway_for(payment.method), clock)
        else:
            follow_refund(payment, gateway_for(payment.method), clock)
    except (Retryable, Refused) as error:
        logs.warning("provider could not be asked", order=order_id, payment=payment_id, code=error.code)
        return False
    return True


def _reschedule_or_expire(order: Order, unanswered: bool, clock: Clock) -> Order:
    now = clock.now()
    if order.due_at is None:
        return order
    over = order.pay_until is not None and now >= order.pay_until + GRACE
    tx = Transaction()
    if unanswered or not over:
        after = model.check_again(order, now + CHECK_EVERY, now)
    else:
        pending = order.state is OrderState.PENDING_PAYMENT
        after = model.expired(order, now) if pending else model.looked_after(order, now)
        _expire_payments(tx, order, clock)
        if refund_under_way(order):
            after = after.model_copy(update={"due_at": now + REFUND_CHECK})
    ended = after.state is OrderState.EXPIRED and after.state is not order.state
    table.saved(tx, after, *([table.fact(after, "order.expired")] if ended else []))
    tx.commit()
    if ended:
        logs.info("order expired", order=order.id)
    return after


def _expire_payments(tx: Transaction, order: Order, clock: Clock) -> None:
    """Close every payment that is still open; money that comes all the same still counts (`settle`)."""
    for payment_id in order.payments:
        payment = payments.load(PaymentId(payment_id))
        closed = expired_payment(payment, now=clock.now())
        if closed is not payment:
            payments.moved(tx, closed)
