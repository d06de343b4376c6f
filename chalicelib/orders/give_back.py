"""Money that bought nothing goes back, and the order's history says so in the same transaction."""

from datetime import timedelta

from ..aws import logs
from ..aws.transactions import Transaction
from ..core.clock import Clock
from ..payments import table as payments
from ..payments.gateway import Gateway
from ..payments.model import Payment, PaymentId, PaymentState
from ..payments.refunds import Also, request_refund, settle_refund
from . import model, table
from .model import Order

REFUND_RETRY = timedelta(minutes=20)  # by then the refunds queue has tried five times, or was not reached at all
REFUND_CHECK = timedelta(hours=1)  # Flow tells us of acceptance only; that the money is out has to be asked for

_TO_ASK = (PaymentState.REFUND_DUE, PaymentState.REFUND_REQUESTING)
_UNDER_WAY = (*_TO_ASK, PaymentState.REFUND_REQUESTED)
_FACTS = {
    PaymentState.REFUND_REQUESTED: "payment.refund_requested",
    PaymentState.REFUNDED: "payment.refunded",
    PaymentState.REFUND_REJECTED: "payment.refund_rejected",
    PaymentState.REFUND_UNCLEAR: "payment.refund_unclear",
}


def give_back(payment_id: PaymentId, gateway: Gateway, clock: Clock) -> Payment:
    """Ask the provider to return what is due on a payment, at most once; return the payment.

    Two reads besides those of `request_refund`, whose errors it raises.
    """
    order = table.load(payments.load(payment_id).order)
    logs.bind(order.trace, order=order.id, payment=payment_id)
    return request_refund(payment_id, receiver=order.guest.email, clock=clock, gateway=gateway, also=_told(clock))


def hear_of_refund(payment_id: PaymentId, token: str | None, gateway: Gateway, clock: Clock) -> Payment:
    """Ask the provider what became of a payment's refund and record it; return the payment."""
    return settle_refund(payment_id, token=token, clock=clock, gateway=gateway, also=_told(clock))


def follow_refund(payment: Payment, gateway: Gateway, clock: Clock) -> Payment:
    """Take a refund that is under way one step on: ask for it, or what became of it; else change nothing."""
    if payment.state in _TO_ASK:
        return give_back(payment.id, gateway, clock)
    if payment.state in _UNDER_WAY:
        return hear_of_refund(payment.id, None, gateway, clock)
    return payment


def refund_under_way(order: Order) -> bool:
    """Tell whether a refund of the order has yet to end. One read for each payment."""
    return any(payments.load(PaymentId(payment)).state in _UNDER_WAY for payment in order.payments)


def _told(clock: Clock) -> Also:
    """Return the step that tells the order of its payment's new state."""

    def also(tx: Transaction, payment: Payment) -> None:
        if payment.state in _FACTS:
            order = table.load(payment.order)
            after = model.changed(order, clock.now())
            if payment.state is PaymentState.REFUND_REQUESTED and order.due_at is None:
                after = after.model_copy(update={"due_at": clock.now() + REFUND_CHECK})
            fact = table.fact(after, _FACTS[payment.state], payment=payment.id,
                              amount=payment.refund.amount if payment.refund else 0)
            table.saved(tx, after, fact)

    return also
