"""Money that is owed goes back, refund by refund, and the order's history says so in the same transaction."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from ..aws import logs
from ..aws.transactions import Transaction
from ..core.clock import Clock
from ..core.events import Fact
from ..payments import table as payments
from ..payments.gateway import Gateway
from ..payments.model import Payment, PaymentId
from ..payments.refund_model import Refund, RefundState
from ..payments.refunds import Also, request_refund, settle_refund
from . import model, refund_items, table
from .model import Order

REFUND_RETRY = timedelta(minutes=20)  # by then the refunds queue has tried five times, or was not reached at all
REFUND_CHECK = timedelta(hours=1)  # Flow tells us of acceptance only; that the money is out has to be asked for

_TO_ASK = (RefundState.DUE, RefundState.REQUESTING)
_TO_ASK_ABOUT = (RefundState.REQUESTED, RefundState.ACCEPTED)
_FACTS = {
    RefundState.REQUESTED: "payment.refund_requested",
    RefundState.ACCEPTED: "payment.refund_accepted",
    RefundState.REFUNDED: "payment.refunded",
    RefundState.REJECTED: "payment.refund_rejected",
    RefundState.CANCELLED: "payment.refund_cancelled",
    RefundState.UNCLEAR: "payment.refund_unclear",
}


def give_back(payment_id: PaymentId, number: int, gateway: Gateway, clock: Clock) -> Payment:
    """Ask the provider to return what a refund says, or hand it over to a person; return the payment.

    Two reads besides those of `request_refund`, whose errors it raises.
    """
    order = table.load(payments.load(payment_id).order)
    logs.bind(order.trace, order=order.id, payment=payment_id, refund=number)
    return request_refund(payment_id, number, receiver=order.guest.email, clock=clock, gateway=gateway,
                          also=told(clock))


def hear_of_refund(payment_id: PaymentId, number: int, token: str | None, gateway: Gateway, clock: Clock) -> Payment:
    """Ask the provider what became of a refund and record it; return the payment."""
    return settle_refund(payment_id, number, token=token, clock=clock, gateway=gateway, also=told(clock))


def follow_refunds(payment: Payment, gateway: Gateway, clock: Clock) -> None:
    """Take each refund of a payment that is under way one step on: ask for it, or what became of it."""
    for refund in payment.refunds:
        if refund.state in _TO_ASK:
            give_back(payment.id, refund.number, gateway, clock)
        elif under_way(refund):
            hear_of_refund(payment.id, refund.number, None, gateway, clock)


def under_way(refund: Refund) -> bool:
    """Tell whether a refund moves on when it is asked for or asked about: not one that waits for a person."""
    return refund.state in _TO_ASK or (refund.state in _TO_ASK_ABOUT and not refund.by_hand)


def refund_under_way(order: Order) -> bool:
    """Tell whether a refund of the order has yet to end by itself. One read for each payment."""
    ledger = (payments.load(PaymentId(payment)) for payment in order.payments)
    return any(under_way(refund) for payment in ledger for refund in payment.refunds)


def refund_due(order: Order, payment: Payment, nth: int = 0) -> Fact:
    """Return the fact that a payment owes back its newest refund; the refund worker hears of it."""
    return table.fact(order, "payment.refund_due", nth, **said_of(payment, payment.refunds[-1]))


def said_of(payment: Payment, refund: Refund) -> dict[str, Any]:
    """Return what the facts about a refund say."""
    said = {"payment": payment.id, "refund": refund.number, "amount": refund.amount, "reason": refund.reason,
            "method": payment.method}
    return {**said, "by_hand": True} if refund.by_hand else said


def told(clock: Clock, by: str | None = None) -> Also:
    """Return the step that tells of what moved: the fact, the money that is the order's again, what staff have to do.

    `by` is the member of staff who says so, if it is one. One read.
    """

    def also(tx: Transaction, before: Payment, after: Payment) -> None:
        moved = [refund for refund in _moved(before, after) if refund.state in _FACTS]
        if not moved and after.kept == before.kept:
            return
        order = table.load(after.order)
        changed = model.with_money(model.changed(order, clock.now()), after.kept - before.kept)
        if order.due_at is None and any(under_way(refund) for refund in moved):
            changed = changed.model_copy(update={"due_at": clock.now() + REFUND_CHECK})
        table.saved(tx, changed, *_facts(changed, after, moved, by))
        for refund in moved:
            refund_items.follow(tx, before.refund(refund.number), refund, after, clock.now())

    return also


def _moved(before: Payment, after: Payment) -> Iterator[Refund]:
    known = {refund.number: refund.state for refund in before.refunds}
    return (refund for refund in after.refunds if refund.state is not known.get(refund.number))


def _facts(order: Order, payment: Payment, moved: Iterable[Refund], by: str | None) -> Iterator[Fact]:
    for nth, refund in enumerate(moved):
        said = said_of(payment, refund)
        yield table.fact(order, _FACTS[refund.state], nth, **({**said, "by": by} if by else said))
