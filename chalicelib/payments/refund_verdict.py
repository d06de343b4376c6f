"""What a provider's report does to a refund. Pure, and the same whatever the order and number of the reports.

A refund only ever moves to a state of higher rank (`RefundState`): refunded beats rejected beats cancelled beats
accepted beats requested, by whatever way and however often the word comes.
"""

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from .gateway import RefundReport, RefundReported
from .model import Payment, Problem, with_refund
from .refund_model import Refund, RefundState
from .verdict import differ

_TARGETS = {
    RefundReported.REQUESTED: RefundState.REQUESTED,
    RefundReported.ACCEPTED: RefundState.ACCEPTED,
    RefundReported.CANCELLED: RefundState.CANCELLED,
    RefundReported.REJECTED: RefundState.REJECTED,
    RefundReported.REFUNDED: RefundState.REFUNDED,
}


class RefundVerdict(NamedTuple):
    """The payment as it stands afterwards, and every disagreement found in this report."""

    payment: Payment
    problems: frozenset[Problem]


def refund_verdict(payment: Payment, number: int, report: RefundReport, *, now: datetime) -> RefundVerdict:
    """Say what a report on one refund does to its payment.

    A report of another amount, or of another refund than the one whose token is known, moves nothing and is noted. So
    is one by which money went out after all that has meanwhile been given to the order again and is no longer there.
    """
    refund = payment.refund(number)
    if refund.state is RefundState.DUE or refund.by_hand:
        return RefundVerdict(payment, frozenset())
    target = _TARGETS.get(report.state)
    further = target is not None and target.rank > refund.state.rank
    problems = _disagreements(payment, refund, report, target if further else None)
    if problems:
        return RefundVerdict(_noted(payment, problems, now), problems)
    if target is None or not further:
        return RefundVerdict(payment, problems)
    after = replace(
        refund,
        state=target,
        token=report.token,
        provider_ref=report.provider_ref,
        lease_until=None,
        fee=report.fee if report.fee is not None else refund.fee,
        requested_at=refund.requested_at or now,
        settled_at=now if target.ended else None,
    )
    return RefundVerdict(with_refund(payment, after, now=now), problems)


def _disagreements(
    payment: Payment, refund: Refund, report: RefundReport, target: RefundState | None
) -> frozenset[Problem]:
    others = {one.token for one in payment.refunds if one.number != refund.number and one.token}
    gone = target is RefundState.REFUNDED and refund.state.failed and refund.amount > payment.kept
    found = {
        Problem.TOKEN: differ(refund.token, report.token) or report.token in others,
        Problem.AMOUNT: report.amount is not None and report.amount != refund.amount,
        Problem.REFUND: gone,
    }
    return frozenset(problem for problem, wrong in found.items() if wrong)


def _noted(payment: Payment, problems: frozenset[Problem], now: datetime) -> Payment:
    if problems <= payment.problems:
        return payment
    return replace(payment, problems=payment.problems | problems, updated_at=now)
