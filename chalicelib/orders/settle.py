"""What the provider says, applied to the order: the one place where money confirms a booking.

Webhook, return page and poll all end here, in any order, any number of times, at once: each asks the provider, and the
first whose transaction finds payment and order unmoved writes the result; the others find nothing left to do.
"""

from ..availability import claim
from ..aws import logs, metrics
from ..aws.transactions import Transaction
from ..core.clock import Clock
from ..core.errors import Conflict, NotFound, Retryable
from ..payments import table as payments
from ..payments.gateway import Gateway, PaymentReport, Reason, Refused
from ..payments.model import Payment, PaymentId, owe_refund
from ..payments.verdict import Outcome, Verdict, verdict
from . import model, table
from .give_back import REFUND_RETRY
from .model import Order, OrderState

TRIES = 5
_SLOT_LOST = "slot_lost"
_PAID_TWICE = "paid_twice"
_FACTS = {Outcome.REJECT: "payment.rejected", Outcome.ANNUL: "payment.annulled", Outcome.MISMATCH: "payment.mismatch"}


def settle_token(token: str, gateway: Gateway, clock: Clock) -> Payment | None:
    """Ask the provider about a token it has sent us, and settle the payment it names.

    None for a token the provider won't speak about, or that names no payment of ours: anybody can call a webhook, and
    nothing follows from it. Polling asks after our own payments in any case. Raises Retryable, and Refused when the
    provider does not accept our keys.
    """
    try:
        report = gateway.fetch(token)
        return settle(report.payment, report, clock)
    except NotFound as missing:
        if missing.code != "payment_not_found":
            raise
        reason = missing.code
    except Refused as refusal:
        if refusal.reason is Reason.CREDENTIALS:
            raise
        reason = refusal.reason.value
    logs.warning("signal of nothing we know", provider=gateway.name, reason=reason)
    return None


def settle_payment(payment_id: PaymentId, gateway: Gateway, clock: Clock) -> Payment:
    """Ask the provider about one of our payments and settle it. Raises NotFound, Retryable."""
    payment = payments.load(payment_id)
    report = gateway.find(payment_id)
    return settle(payment_id, report, clock, payment) if report else payment


def settle(payment_id: PaymentId, report: PaymentReport, clock: Clock, payment: Payment | None = None) -> Payment:
    """Apply a provider's report to a payment and its order; return the payment as it then stands.

    Two reads and one transaction when something changes (three for late money whose hours are gone).
    Raises NotFound("payment_not_found"), Retryable when others keep writing.
    """
    for _ in range(TRIES):
        payment = payment or payments.load(payment_id)
        found = verdict(payment, report, now=clock.now())
        if not found.changed:
            return payment
        try:
            return _apply(found, clock)
        except Retryable:
            payment = None  # somebody else wrote: look again
    raise Retryable("payment_moved")


def _apply(found: Verdict, clock: Clock) -> Payment:
    order = table.load(found.payment.order)
    logs.bind(order.trace, order=order.id, payment=found.payment.id)  # from here on, the guest's own request id
    if found.outcome is Outcome.CONFIRM:
        return _confirm(order, found.payment, clock)
    tx = Transaction()
    payment = payments.moved(tx, found.payment)
    if found.outcome in _FACTS:
        after = model.changed(order, clock.now())
        table.saved(tx, after, table.fact(after, _FACTS[found.outcome], payment=payment.id))
    tx.commit()
    logs.info("payment moved", payment=payment.id, order=order.id, state=payment.state.value)
    if found.outcome is Outcome.MISMATCH:
        metrics.count("PaymentMismatch", provider=payment.method)
    return payment


def _confirm(order: Order, payment: Payment, clock: Clock) -> Payment:
    """Confirm the order with this payment: ticks, payment, order and fact in one transaction; or owe the money back."""
    if order.state not in (OrderState.PENDING_PAYMENT, OrderState.EXPIRED):
        return _give_back(order, payment, _PAID_TWICE, clock)
    now = clock.now()
    if any(line.start <= now for line in order.lines):
        return _give_back(order, payment, _SLOT_LOST, clock)
    tx = Transaction()
    after = model.confirmed(order, now)
    claim.take_all(tx, after.claims, None, now, Conflict(_SLOT_LOST))
    moved = payments.moved(tx, payment)
    table.saved(tx, after, table.fact(after, "order.confirmed", payment=payment.id, amount=payment.amount))
    try:
        tx.commit()
    except Conflict:
        return _give_back(order, payment, _SLOT_LOST, clock)
    logs.info("order confirmed", order=order.id, payment=payment.id)
    metrics.count("OrderConfirmed", provider=payment.method)
    return moved


def _give_back(order: Order, payment: Payment, reason: str, clock: Clock) -> Payment:
    """Write down that money came that buys nothing, and that it is owed back; the refund worker hears of it."""
    now = clock.now()
    tx = Transaction()
    owed = payments.moved(tx, owe_refund(payment, amount=payment.amount, reason=reason, now=now))
    lost = reason == _SLOT_LOST and order.state is OrderState.PENDING_PAYMENT
    after = model.expired(order, now) if lost else model.changed(order, now)
    if after.due_at is None:  # should the queue not manage it, polling does
        after = after.model_copy(update={"due_at": now + REFUND_RETRY})
    table.saved(tx, after, table.fact(after, "payment.refund_due", payment=payment.id, amount=payment.amount,
                                      reason=reason))
    tx.commit()
    logs.warning("money came too late", order=order.id, payment=payment.id, reason=reason)
    metrics.count("LateMoney", reason=reason)
    return owed


