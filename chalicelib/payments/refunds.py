"""Give money back, once (PROVIDERS.md §A.8, §B.4, §G 5).

The payment is claimed by a conditional write before the provider is asked. Whoever finds a claim whose lease is over
knows that the request may have gone out. What follows depends on the provider (`Gateway.refunds_repeatable`):

- It keeps an idempotency key (Mercado Pago): the same request is sent again, under the refund's own id.
- It has none (Flow), so the care is ours: the request is never sent again. The payment turns `refund_unclear`, an alarm
  rings, and the provider's callback, whose address carries our payment id, says what became of it.
"""

from collections.abc import Callable

from ..aws import logs, metrics
from ..aws.transactions import Transaction
from ..core.clock import Clock
from ..core.errors import Retryable
from . import refund_steps, table
from .gateway import Gateway, Reason, RefundReport, RefundRequest, Refused, Unclear, Unreachable
from .model import Payment, PaymentId, PaymentState
from .verdict import refund_verdict

TRIES = 5
Also = Callable[[Transaction, Payment], None]
Change = Callable[[Payment], Payment]


def _nothing_else(tx: Transaction, payment: Payment) -> None:
    """Add no step of one's own."""


def request_refund(
    payment_id: PaymentId, *, receiver: str, clock: Clock, gateway: Gateway, also: Also = _nothing_else
) -> Payment:
    """Ask the provider to give back what is due on a payment; return the payment as it then stands.

    `receiver` is the e-mail of whoever gets the money. `also(tx, payment)` may add steps (the order's fact) to the
    transaction that records the result; it may run again when somebody wrote in between. Repeating the call after
    any outcome changes nothing and asks nobody: only `refund_due` is asked, and a claim that died where that is safe.

    Raises Retryable while another run holds the claim; Unreachable when the provider was not reached, Unclear when its
    answer was lost and it may be asked again, and Refused when it does not accept our keys (the refund is due again).
    One read, one write, one call, one transaction; nothing but the read when there is nothing to do.
    """
    payment = table.load(payment_id)
    if payment.state is PaymentState.REFUND_REQUESTING:
        _wait_for_the_other(payment, clock)
        if not gateway.refunds_repeatable:
            return _finish(payment, lambda p: refund_steps.unclear(p, now=clock.now()), also)
    elif payment.state is not PaymentState.REFUND_DUE or payment.refund is None:
        return payment
    claimed = table.save(refund_steps.claim(payment, now=clock.now()))
    try:
        report = gateway.refund(_request(claimed, receiver))
    except (Unreachable, Unclear, Refused) as error:
        if _may_be_asked_again(error, gateway):
            table.save(refund_steps.due_again(claimed, now=clock.now()))
            raise
        failure = error
        return _finish(claimed, lambda p: _failed(p, failure, clock), also)
    return _record(claimed, report, clock, also)


def settle_refund(
    payment_id: PaymentId, *, token: str | None, clock: Clock, gateway: Gateway, also: Also = _nothing_else
) -> Payment:
    """Ask the provider what became of a payment's refund and record it; return the payment as it then stands.

    `token` is what a callback brought; one that differs from the known token is ignored in favour of that, and one
    that the provider does not know proves nothing. Raises NotFound, Unreachable, Unclear. One read, one call, one
    transaction if something changed.
    """
    payment = table.load(payment_id)
    if payment.refund is None or payment.state is PaymentState.REFUND_DUE:
        return payment
    if token in payment.refund.past_tokens:
        return payment
    asked = payment.refund.token or token
    if asked is None:
        return payment
    try:
        report = gateway.fetch_refund(asked)
    except Refused as refusal:
        if refusal.reason is not Reason.NOT_FOUND:
            raise
        logs.warning("refund signal with an unknown token", payment=payment.id, provider=gateway.name)
        return payment
    return _record(payment, report, clock, also)


def _may_be_asked_again(error: Unreachable | Unclear | Refused, gateway: Gateway) -> bool:
    """Tell whether asking once more can't give the money back twice, and may help."""
    if isinstance(error, Refused):
        return error.reason is Reason.CREDENTIALS  # nothing was asked: to be done once our keys are mended
    return isinstance(error, Unreachable) or gateway.refunds_repeatable


def _failed(payment: Payment, error: Unreachable | Unclear | Refused, clock: Clock) -> Payment:
    if isinstance(error, Refused):
        return refund_steps.refused(payment, number=error.number, now=clock.now())
    return refund_steps.unclear(payment, now=clock.now())


def _wait_for_the_other(payment: Payment, clock: Clock) -> None:
    """Return if whoever holds the claim must be dead; raise Retryable while it may be at work."""
    if not refund_steps.lease_over(payment, now=clock.now()):
        raise Retryable("refund_running", retry_after_seconds=int(refund_steps.LEASE.total_seconds()))


def _record(payment: Payment, report: RefundReport, clock: Clock, also: Also) -> Payment:
    return _write(payment, lambda p: refund_verdict(p, report, now=clock.now()).payment, also)


def _finish(claimed: Payment, change: Change, also: Also) -> Payment:
    """Record how asking ended, unless a callback has meanwhile said more."""

    def still_ours(payment: Payment) -> Payment:
        return change(payment) if payment.state is PaymentState.REFUND_REQUESTING else payment

    return _write(claimed, still_ours, also)


def _write(payment: Payment, change: Change, also: Also) -> Payment:
    """Apply a pure change and write it with the caller's own steps; on a lost race load and decide again."""
    for _ in range(TRIES):
        after = change(payment)
        if after == payment:
            return payment
        tx = Transaction()
        stored = table.moved(tx, after)
        also(tx, stored)
        try:
            tx.commit()
        except Retryable:
            payment = table.load(payment.id)
            continue
        _tell(payment, stored)
        return stored
    raise Retryable("payment_moved")


def _tell(before: Payment, after: Payment) -> None:
    reason = after.refund.reason if after.refund else None
    logs.info("refund moved", payment=after.id, order=after.order, state=after.state.value, reason=reason)
    if after.state is PaymentState.REFUND_UNCLEAR:
        metrics.count("RefundUnclear", provider=after.method)
    elif after.state is PaymentState.REFUND_REJECTED:
        metrics.count("RefundRefused", provider=after.method)
    if after.problems - before.problems:
        metrics.count("PaymentMismatch", provider=after.method)


def _request(payment: Payment, receiver: str) -> RefundRequest:
    amount = payment.refund.amount if payment.refund else payment.amount
    return RefundRequest(
        refund=payment.refund_id,
        payment=payment.id,
        provider_ref=payment.provider_ref,
        amount=amount,
        email=receiver,
    )
