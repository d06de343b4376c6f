"""Money that a person transfers back: to which account, and the front desk's word that it is done, or can't be."""

from ..aws.transactions import Transaction
from ..core.clock import Clock
from ..core.errors import Conflict
from ..core.roles import Actor
from ..payments import refund_steps
from ..payments.model import Payment, PaymentId
from ..payments.refund_model import RefundState
from ..payments.refunds import record_by_hand
from . import model, table
from .give_back import told
from .guest import Account
from .model import Order


def tell_account(tx: Transaction, order_id: str, account: Account, clock: Clock) -> Order:
    """Add the step by which an order knows where money can be transferred to; return it. One read.

    Raises NotFound("order_not_found"); Conflict("order_without_money") for an order that nothing was paid for.
    """
    order = table.load(order_id)
    if not order.payments:
        raise Conflict("order_without_money")
    if order.account == account:
        return order
    after = model.changed(order, clock.now(), account=account)
    table.saved(tx, after)
    return after


def say_returned(payment: PaymentId, number: int, *, reference: str, by: Actor, clock: Clock) -> Payment:
    """Record that a person has transferred a refund, with the bank's reference; saying it again changes nothing.

    Requests and errors as `record_by_hand`.
    """
    return record_by_hand(
        payment, number, also=told(clock, by.id),
        outcome=lambda p: refund_steps.returned(p, number, reference=reference, now=clock.now()),
        same=lambda p: _stands(p, number, RefundState.REFUNDED) and p.refund(number).provider_ref == reference)


def say_refused(payment: PaymentId, number: int, *, reason: str, by: Actor, clock: Clock) -> Payment:
    """Record that a refund can't be transferred: its money is the order's credit again. Otherwise as `say_returned`."""
    return record_by_hand(
        payment, number, also=told(clock, by.id),
        outcome=lambda p: refund_steps.refused(p, number, problem=reason, now=clock.now()),
        same=lambda p: _stands(p, number, RefundState.REJECTED) and p.refund(number).problem == reason)


def _stands(payment: Payment, number: int, state: RefundState) -> bool:
    return payment.refund(number).state is state
