"""Give money back, once (PROVIDERS.md §A.8, §B.4, §G 5).

A refund is claimed by a conditional write before the provider is asked. Whoever finds a claim whose lease is over
knows that the request may have gone out. What follows depends on the provider (`Gateway.refunds_repeatable`):

- It keeps an idempotency key (Mercado Pago): the same request is sent again, under the refund's own id.
- It has none (Flow), so the care is ours: the request is never sent again. The refund turns `unclear`, an alarm
  rings, and the provider's callback, whose address carries our refund's id, says what became of it.

What goes back by hand asks no provider: it is handed over to a person, who says when it is done.
"""

from collections.abc import Callable

from ..aws import logs, metrics
from ..aws.transactions import Transaction
from ..core.clock import Clock
from ..core.errors import Conflict, Invalid, Retryable
from . import refund_steps, table
from .gateway import Gateway, Reason, RefundReport, RefundRequest, Refused, Unclear, Unreachable
from .model import Payment, PaymentId, refund_id
from .refund_model import RefundState
from .refund_verdict import refund_verdict

TRIES = 5
Also = Callable[[Transaction, Payment, Payment], None]  # steps for the payment as it was and as it is stored
Change = Callable[[Payment], Payment]


def _nothing_else(tx: Transaction, before: Payment, after: Payment) -> None:
    """Add no step of one's own."""


def request_refund(
    payment_id: PaymentId, number: int, *, receiver: str, clock: Clock, gateway: Gateway, also: Also = _nothing_else
) -> Payment:
    """Ask the provider to give back what a refund says, or hand it over to a person; return the payment as it stands.

    `receiver` is the e-mail of whoever gets the money. `also(tx, before, after)` may add steps (the order's fact) to
    the transaction that records the result; it may run again when somebody wrote in between. Repeating the call after
    any outcome changes nothing and asks nobody: only what is `due` is asked for, and a claim that died where that is
    safe.

    Raises Retryable while another run holds the claim; Unreachable when the provider was not reached, Unclear when its
    answer was lost and it may be asked again, and Refused when it does not accept our keys (the refund is due again).
    One read, one write, one call, one transaction; nothing but the read when there is nothing to do.
    """
    payment = table.load(payment_id)
    refund = payment.refund(number)
    if refund.state is RefundState.REQUESTING:
        _wait_for_the_other(payment, number, clock)
        if not gateway.refunds_repeatable:
            return _finish(payment, number, lambda p: refund_steps.unclear(p, number, now=clock.now()), also)
    elif refund.state is not RefundState.DUE:
        return payment
    elif refund.by_hand:
        return _write(payment, number, lambda p: _handed_over(p, number, clock), also)
    claimed = table.save(refund_steps.claim(payment, number, now=clock.now()))
    try:
        report = gateway.refund(_request(claimed, number, receiver))
    except (Unreachable, Unclear, Refused) as error:
        failure = error
        if _may_be_asked_again(error, gateway):
            _finish(claimed, number, lambda p: refund_steps.due_again(p, number, now=clock.now()), _nothing_else)
            raise
        return _finish(claimed, number, lambda p: _failed(p, number, failure, clock), also)
    return _record(claimed, number, report, clock, also)


def settle_refund(
    payment_id: PaymentId,
    number: int,
    *,
    token: str | None,
    clock: Clock,
    gateway: Gateway,
    also: Also = _nothing_else,
) -> Payment:
    """Ask the provider what became of a refund and record it; return the payment as it then stands.

    `token` is what a callback brought; one that differs from the known token is ignored in favour of that, and one
    that the provider does not know, or that is another refund's, proves nothing. Raises NotFound, Unreachable, Unclear.
    One read, one call, one transaction if something changed.
    """
    payment = table.load(payment_id)
    refund = payment.refund(number)
    if refund.state is RefundState.DUE or refund.by_hand:
        return payment
    asked = refund.token or token
    if asked is None or any(asked == one.token for one in payment.refunds if one.number != number):
        return payment
    try:
        report = gateway.fetch_refund(asked)
    except Refused as refusal:
        if refusal.reason is not Reason.NOT_FOUND:
            raise
        logs.warning("refund signal with an unknown token", payment=payment.id, provider=gateway.name)
        return payment
    return _record(payment, number, report, clock, also)


def record_by_hand(
    payment_id: PaymentId, number: int, *, outcome: Change, same: Callable[[Payment], bool], also: Also
) -> Payment:
    """Record what a person says became of a refund by hand; saying the same again changes nothing.

    `outcome` is the step, `same` tells whether it was recorded already. Raises NotFound, Invalid("not_by_hand"),
    Conflict("refund_settled_already") when something else was recorded, Retryable. One read, one transaction.
    """

    def change(payment: Payment) -> Payment:
        refund = payment.refund(number)
        if not refund.by_hand:
            raise Invalid("not_by_hand")
        if not refund.state.ended:
            return outcome(payment)
        if not same(payment):
            raise Conflict("refund_settled_already")
        return payment

    return _write(table.load(payment_id), number, change, also)


def _may_be_asked_again(error: Unreachable | Unclear | Refused, gateway: Gateway) -> bool:
    """Tell whether asking once more can't give the money back twice, and may help."""
    if isinstance(error, Refused):
        return error.reason is Reason.CREDENTIALS  # nothing was asked: to be done once our keys are mended
    return isinstance(error, Unreachable) or gateway.refunds_repeatable


def _failed(payment: Payment, number: int, error: Unreachable | Unclear | Refused, clock: Clock) -> Payment:
    if isinstance(error, Refused):
        return refund_steps.refused(payment, number, problem=error.number, now=clock.now())
    return refund_steps.unclear(payment, number, now=clock.now())


def _handed_over(payment: Payment, number: int, clock: Clock) -> Payment:
    if payment.refund(number).state is not RefundState.DUE:
        return payment
    return refund_steps.hand_over(payment, number, now=clock.now())


def _wait_for_the_other(payment: Payment, number: int, clock: Clock) -> None:
    """Return if whoever holds the claim must be dead; raise Retryable while it may be at work."""
    if not refund_steps.lease_over(payment, number, now=clock.now()):
        raise Retryable("refund_running", retry_after_seconds=int(refund_steps.LEASE.total_seconds()))


def _record(payment: Payment, number: int, report: RefundReport, clock: Clock, also: Also) -> Payment:
    return _write(payment, number, lambda p: refund_verdict(p, number, report, now=clock.now()).payment, also)


def _finish(claimed: Payment, number: int, change: Change, also: Also) -> Payment:
    """Record how asking ended, unless a callback or another run has meanwhile said more."""
    lease = claimed.refund(number).lease_until

    def still_ours(payment: Payment) -> Payment:
        refund = payment.refund(number)
        ours = refund.state is RefundState.REQUESTING and refund.lease_until == lease
        return change(payment) if ours else payment

    return _write(claimed, number, still_ours, also)


def _write(payment: Payment, number: int, change: Change, also: Also) -> Payment:
    """Apply a pure change and write it with the caller's own steps; on a lost race load and decide again."""
    for _ in range(TRIES):
        after = change(payment)
        if after == payment:
            return payment
        tx = Transaction()
        stored = table.moved(tx, after)
        also(tx, payment, stored)
        try:
            tx.commit()
        except Retryable:
            payment = table.load(payment.id)
            continue
        _tell(payment, stored, number)
        return stored
    raise Retryable("payment_moved")


def _tell(before: Payment, after: Payment, number: int) -> None:
    refund = after.refund(number)
    logs.info("refund moved", payment=after.id, order=after.order, refund=number, state=refund.state.value,
              reason=refund.reason)
    if refund.state is not before.refund(number).state:
        if refund.state is RefundState.UNCLEAR:
            metrics.count("RefundUnclear", provider=after.method)
        elif refund.state.failed:
            metrics.count("RefundRefused", provider=after.method)
    if after.problems - before.problems:
        metrics.count("PaymentMismatch", provider=after.method)


def _request(payment: Payment, number: int, receiver: str) -> RefundRequest:
    return RefundRequest(
        refund=refund_id(payment.id, number),
        payment=payment.id,
        provider_ref=payment.provider_ref,
        amount=payment.refund(number).amount,
        email=receiver,
    )
