"""The scheduled look at payments that are still open: heals a lost webhook, and ends what was not paid in time."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from ..aws import logs
from ..aws.transactions import Transaction
from ..carts.lines import products
from ..catalog import stock
from ..core.clock import Clock
from ..core.errors import Retryable
from ..core.money import Clp
from ..payments import table as payments
from ..payments.gateway import Gateway, Refused
from ..payments.model import Payment, PaymentId, owe_refund
from ..payments.model import expired as expired_payment
from . import cards, model, table
from .change import freed
from .give_back import REFUND_CHECK, REFUND_RETRY, follow_refunds, refund_due, refund_under_way
from .model import TRANSFER, Order, OrderState
from .receive import NOTHING_TO_PAY, SLOT_LOST
from .settle import settle_payment

GatewayFor = Callable[[str], Gateway]

CHECK_EVERY = timedelta(minutes=1)


def look_after(order_id: str, gateway_for: GatewayFor, clock: Clock) -> Order:
    """Ask the provider about every payment of an order that may have news; when its time is over, expire it.

    A confirmed order is looked at too when it has several payments, because two of them may have been paid, and any
    order while a refund of it is under way. An order whose provider can't be asked is never expired: it is looked at
    again in CHECK_EVERY. A bank tells us nothing, so an order that only waits for a transfer is looked at when its time
    is over. Money that waits for other hours to be chosen goes back when that time is over. Two reads, then a read and
    a transaction for each payment that moved, and one transaction for the order.
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
    after = cards.released(model.expired(order, now)) if ended else model.looked_after(order, now)
    owed = _close_payments(tx, order, now)
    after = model.with_money(after, -sum(payment.refunds[-1].amount for payment in owed))
    after = after.model_copy(update=_next_look(order, owed, now))
    if ended:
        stock.put_back(tx, products(order.lines))
    cards.moved(tx, order, after, now)
    facts = [table.fact(after, "order.expired", freed=freed(order.claims))] if ended else []
    facts += [refund_due(after, payment, nth) for nth, payment in enumerate(owed, 1)]
    table.saved(tx, after, *facts)
    tx.commit()
    if ended:
        logs.info("order expired", order=order.id)
    return after


def _next_look(order: Order, owed: Sequence[Payment], now: datetime) -> dict[str, datetime | None]:
    """Return when to look again, and until when other hours may be chosen: None once that time is over."""
    choosing = order.choose_until if order.choose_until and now < order.choose_until else None
    looks = [choosing] if choosing else []
    if owed:
        looks.append(now + REFUND_RETRY)
    elif refund_under_way(order):
        looks.append(now + REFUND_CHECK)
    return {"due_at": min(looks, default=None), "choose_until": choosing}


def _check_again(order: Order, asked: Sequence[_Asked], clock: Clock) -> Order:
    """Put the next look at the order on the list."""
    now = clock.now()
    soon = order.held_until is None or any(one.news_may_come for one in asked)
    after = model.check_again(order, now + CHECK_EVERY if soon else order.held_until or now, now)
    tx = Transaction()
    table.saved(tx, after)
    tx.commit()
    return after


def _close_payments(tx: Transaction, order: Order, now: datetime) -> list[Payment]:
    """Close every payment that is still open; money that comes all the same still counts (`settle`).

    Return the payments that owe money back because the order is dead.
    """
    owed = []
    for payment_id in order.payments:
        payment = payments.load(PaymentId(payment_id))
        closed = expired_payment(payment, now=now)
        if amount := _left_over(order, payment, now):
            reason = SLOT_LOST if order.choose_until else NOTHING_TO_PAY
            closed = owe_refund(payment, amount=amount, reason=reason, now=now)
            owed.append(closed)
        if closed is not payment:
            payments.moved(tx, closed)
    return owed


def _left_over(order: Order, payment: Payment, now: datetime) -> Clp:
    """Return what of a payment buys nothing any more: of a dead order, once, what a wrong amount left as its credit.

    If other hours could be chosen for late money, it is all that is kept, and not before that time is over.
    """
    if order.state not in (OrderState.PENDING_PAYMENT, OrderState.EXPIRED):
        return Clp(0)
    if order.choose_until:
        return payment.kept if now >= order.choose_until else Clp(0)
    return payment.credited if not payment.refunds else Clp(0)
