"""What a provider's report does to a payment. Pure, and the same whatever the order and number of the
reports.

A payment only ever moves to a state of higher rank (`PaymentState`), and which state a report argues for
depends on the report and on what was asked alone. So the state after a set of reports is the highest that any
of them argues for: webhook, return page and poll may come in any order, any number of times.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from ..core.clock import spa_date
from ..core.money import CURRENCY
from .gateway import PaymentReport, Reported
from .model import Payment, PaymentState, Problem

_IDENTITY = frozenset({Problem.ORDER, Problem.TOKEN})
_MONEY = frozenset({Problem.AMOUNT, Problem.CURRENCY})
_TARGETS = {
    Reported.PENDING: PaymentState.PENDING,
    Reported.PAID: PaymentState.PAID,
    Reported.REJECTED: PaymentState.REJECTED,
    Reported.ANNULLED: PaymentState.ANNULLED,
}


class Outcome(StrEnum):
    """What the order has to do about a report."""

    CONFIRM = "confirm"  # the right money has just become known: exactly one report of a payment gets this
    REJECT = "reject"
    ANNUL = "annul"
    WAIT = "wait"
    MISMATCH = "mismatch"  # the report disagrees with what was asked: record it, confirm nothing
    NOTHING = "nothing"  # already known, or overtaken by what is known


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome, the payment as it stands afterwards, and every disagreement found in this report."""

    outcome: Outcome
    payment: Payment
    problems: frozenset[Problem]
    changed: bool  # False: nothing to write


def verdict(payment: Payment, report: PaymentReport, *, now: datetime) -> Verdict:
    """Compare a report with what was asked (DOMAIN.md "Orders", PROVIDERS.md §A.6) and say what follows.

    Another order, token or provider number: the report is about something else and moves nothing. Another
    amount or currency, and paid: `mismatch`, never `paid`. A right and paid report confirms whenever it
    comes, also after `rejected`, `expired` or `mismatch`; what late money buys is for the order to decide.
    """
    problems = disagreements(payment, report)
    target = _target(payment, report, problems)
    advanced = target.rank > payment.state.rank
    after = payment
    if advanced:
        after = _moved(payment, report, target, now)
    if not problems <= after.problems:
        after = replace(after, problems=after.problems | problems)
    changed = after is not payment
    if changed:
        after = replace(after, updated_at=now, paid_at=now if _newly_paid(payment, after) else after.paid_at)
    return Verdict(_outcome(target, advanced, problems, changed), after, problems, changed)


def disagreements(payment: Payment, report: PaymentReport) -> frozenset[Problem]:
    """Return in what the report differs from what was asked; what either side does not know is not compared,
    except money: a paid report without a whole amount is a wrong amount. Paid more than once is a difference too.
    """
    found = {
        Problem.ORDER: report.payment != payment.id,
        Problem.TOKEN: differ(payment.token, report.token),
        Problem.PROVIDER_REF: _another_number(payment, report) or bool(report.also_paid),
        Problem.AMOUNT: report.amount != payment.amount,
        Problem.CURRENCY: report.currency != payment.currency,
    }
    return frozenset(problem for problem, wrong in found.items() if wrong)


def _target(payment: Payment, report: PaymentReport, problems: frozenset[Problem]) -> PaymentState:
    """Return the state the report argues for."""
    if problems & _IDENTITY or _speaks_of_another(payment, report) or report.state not in _TARGETS:
        return payment.state
    if payment.refunds:  # what came of it is known and partly on its way back: no later word on it changes that
        return payment.state
    if report.state is Reported.PAID and problems & _MONEY:
        return PaymentState.MISMATCH
    return _TARGETS[report.state]


def _another_number(payment: Payment, report: PaymentReport) -> bool:
    return differ(payment.provider_ref, report.provider_ref or None)


def _speaks_of_another(payment: Payment, report: PaymentReport) -> bool:
    """Tell whether the report is about another payment of the provider's.

    A number learnt together with wrong money does not count as ours: the right money may come under another one.
    """
    learnt = payment.state is PaymentState.MISMATCH and payment.token is None
    return not learnt and _another_number(payment, report)


def _moved(payment: Payment, report: PaymentReport, target: PaymentState, now: datetime) -> Payment:
    if target not in (PaymentState.PAID, PaymentState.MISMATCH):
        return replace(payment, state=target, media=report.media or payment.media)
    return replace(
        payment,
        state=target,
        received=report.amount if report.currency == CURRENCY else None,
        provider_ref=report.provider_ref or payment.provider_ref,
        media=report.media,
        fee=report.fee,
        net=report.net,
        installments=report.installments,
        value_day=report.day or spa_date(now),
    )


def _newly_paid(before: Payment, after: Payment) -> bool:
    return after.state is PaymentState.PAID and before.state is not PaymentState.PAID


def _outcome(target: PaymentState, advanced: bool, problems: frozenset[Problem], changed: bool) -> Outcome:
    if advanced and target is PaymentState.PAID:
        return Outcome.CONFIRM
    if problems and changed:
        return Outcome.MISMATCH
    if not advanced:
        return Outcome.NOTHING
    return {
        PaymentState.REJECTED: Outcome.REJECT,
        PaymentState.ANNULLED: Outcome.ANNUL,
        PaymentState.MISMATCH: Outcome.MISMATCH,
    }.get(target, Outcome.WAIT)


def differ(ours: str | None, theirs: str | None) -> bool:
    """Tell whether two names of the provider's are known and not the same."""
    return ours is not None and theirs is not None and ours != theirs
