"""What the provider says, applied to the order: the one place where money confirms a booking.

Webhook, return page and poll all end here, in any order, any number of times, at once: each asks the provider, and the
first whose transaction finds payment and order unmoved writes the result; the others find nothing left to do.
"""

from ..aws import logs, metrics
from ..aws.transactions import Transaction
from ..core.clock import Clock
from ..core.errors import NotFound, Retryable
from ..payments import table as payments
from ..payments.gateway import Gateway, PaymentReport, Reason, Refused, Reported
from ..payments.model import Payment, PaymentId
from ..payments.verdict import Outcome, Verdict, verdict
from . import model, table
from .model import OrderState
from .paid_again import give_back_others
from .receive import NOTHING_TO_PAY, give_back_at_once, receive
from .returned import record_all

TRIES = 5
_FACTS = {Outcome.REJECT: "payment.rejected", Outcome.ANNUL: "payment.annulled", Outcome.MISMATCH: "payment.mismatch"}


def settle_token(token: str, gateway: Gateway, clock: Clock) -> Payment | None:
    """Ask the provider about a token it has sent us, and settle the payment it names.

    None for a token the provider won't speak about, or that names no payment of ours: anybody can call a webhook, and
    nothing follows from it. Polling asks after our own payments in any case. Raises Retryable, and Refused when the
    provider does not accept our keys.
    """
    try:
        report = gateway.fetch(token)
        payment = settle(report.payment, report, clock)
        if report.state is Reported.PAID and report.provider_ref != payment.provider_ref:
            return settle_payment(payment.id, gateway, clock)  # paid by another number: once more, or a lie
        return payment
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
    """Ask the provider about one of our payments and settle it; what was paid besides goes back.

    Raises NotFound, Retryable.
    """
    payment = payments.load(payment_id)
    report = gateway.find(payment_id)
    if report is None:
        return payment
    payment = settle(payment_id, report, clock, payment)
    give_back_others(payment, report, gateway, clock)
    return payment


def settle(payment_id: PaymentId, report: PaymentReport, clock: Clock, payment: Payment | None = None) -> Payment:
    """Apply a provider's report to a payment and its order; return the payment as it then stands.

    Two reads and one transaction when something changes (three for late money whose hours are gone). Raises
    NotFound("payment_not_found"), Retryable when others keep writing.
    """
    for _ in range(TRIES):
        try:
            return settle_as_read(payment or payments.load(payment_id), report, clock)
        except Retryable:
            payment = None  # somebody else wrote: look again
    raise Retryable("payment_moved")


def settle_as_read(payment: Payment, report: PaymentReport, clock: Clock, by: str | None = None) -> Payment:
    """Do as `settle` with a payment as it was just read; `by` names the person who reports, if it is one.

    Raises Retryable when somebody has written since.
    """
    found = verdict(payment, report, now=clock.now())
    if found.changed:
        payment = _apply(payment, found, clock, by)
    if report.back and payment.received:
        record_all(report.back, clock)
        payment = payments.load(payment.id)
    return payment


def _apply(before: Payment, found: Verdict, clock: Clock, by: str | None) -> Payment:
    order = table.load(before.order)
    logs.bind(order.trace, order=order.id, payment=before.id)  # from here on, the guest's own request id
    if found.outcome is Outcome.CONFIRM:
        return receive(order, before, found.payment, clock, by)
    if found.payment.kept > before.kept and order.state is OrderState.EXPIRED:
        return give_back_at_once(order, before, found.payment, NOTHING_TO_PAY, clock)
    tx = Transaction()
    payment = payments.moved(tx, found.payment)
    if found.outcome in _FACTS:
        after = model.with_money(model.changed(order, clock.now()), payment.kept - before.kept)
        fact = table.fact(after, _FACTS[found.outcome], payment=payment.id, amount=payment.amount,
                          received=payment.received)
        table.saved(tx, after, fact)
    tx.commit()
    logs.info("payment moved", payment=payment.id, order=order.id, state=payment.state.value)
    if found.outcome is Outcome.MISMATCH:
        metrics.count("PaymentMismatch", provider=payment.method)
    return payment
