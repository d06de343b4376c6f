"""What reports do to a payment: the right money confirms once, the wrong never, in whatever order they come."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.errors import Conflict
from chalicelib.core.money import Clp
from chalicelib.payments.gateway import PaymentReport, RefundReport, RefundReported, Reported
from chalicelib.payments.model import Payment, PaymentState, Problem, expired, hosted, owe_refund
from chalicelib.payments.refund_steps import claim, refused, unclear
from chalicelib.payments.verdict import Outcome, refund_verdict, verdict
from tests.payments.builders import (
    NOW,
    REFUND_TOKEN,
    new_payment,
    paid_payment,
    pending_payment,
    refund_report,
    refundable,
    report,
)

PAYMENT = pending_payment()
LATE = NOW + timedelta(hours=2)

reports = st.builds(
    report,
    st.just(PAYMENT),
    st.sampled_from(list(Reported)),
    amount=st.sampled_from([Clp(50000), Clp(50000), Clp(1000), None]),
    currency=st.sampled_from(["CLP", "CLP", "USD", ""]),
    payment=st.sampled_from([PAYMENT.id, PAYMENT.id, new_payment().id]),
    token=st.sampled_from([PAYMENT.token, None, "C" * 40]),
    provider_ref=st.sampled_from(["1001", "", "9999"]),
)


def after(payment: Payment, heard: list[PaymentReport]) -> tuple[Payment, list[Outcome]]:
    outcomes = []
    for one in heard:
        found = verdict(payment, one, now=LATE)
        payment = found.payment
        outcomes.append(found.outcome)
    return payment, outcomes


def right_and_paid(one: PaymentReport) -> bool:
    return (
        one.state is Reported.PAID
        and one.amount == 50000
        and one.currency == "CLP"
        and one.payment == PAYMENT.id
        and one.token in (None, PAYMENT.token)
        and one.provider_ref in ("", "1001")
    )


@given(st.lists(reports, max_size=4))
def test_any_order_and_repetition_of_reports_ends_alike(heard: list[PaymentReport]) -> None:
    ends = {
        (end.state, end.problems, end.received)
        for order in permutations(heard)
        for end in (after(PAYMENT, [*order])[0], after(PAYMENT, [*order, *order])[0])
        if end.state is not PaymentState.MISMATCH
    }
    states = {after(PAYMENT, [*order, *extra])[0].state for order in permutations(heard) for extra in ([], heard)}
    assert len(states) == 1
    assert len(ends) <= 1


@given(st.lists(reports, max_size=8))
def test_exactly_one_report_confirms_if_any_is_right_and_paid(heard: list[PaymentReport]) -> None:
    end, outcomes = after(PAYMENT, heard)
    expected = any(map(right_and_paid, heard))
    assert outcomes.count(Outcome.CONFIRM) == int(expected)
    assert (end.state is PaymentState.PAID) == expected
    assert end.paid == (50000 if expected else 0)


@given(st.lists(reports, max_size=6))
def test_a_payment_never_goes_back(heard: list[PaymentReport]) -> None:
    payment = PAYMENT
    for one in heard:
        found = verdict(payment, one, now=LATE)
        assert found.payment.state.rank >= payment.state.rank
        assert found.changed == (found.payment != payment)
        payment = found.payment


@given(st.lists(reports, max_size=6))
def test_no_report_on_the_payment_moves_a_refund(heard: list[PaymentReport]) -> None:
    due = refundable()
    assert after(due, [replace(one, payment=due.id) for one in heard])[0].state is PaymentState.REFUND_DUE


@pytest.mark.parametrize(
    ("changes", "problem", "state"),
    [
        ({"amount": Clp(1000)}, Problem.AMOUNT, PaymentState.MISMATCH),
        ({"amount": Clp(50001)}, Problem.AMOUNT, PaymentState.MISMATCH),
        ({"amount": None}, Problem.AMOUNT, PaymentState.MISMATCH),
        ({"currency": "USD"}, Problem.CURRENCY, PaymentState.MISMATCH),
        ({"payment": new_payment().id}, Problem.ORDER, PaymentState.PENDING),
        ({"token": "C" * 40}, Problem.TOKEN, PaymentState.PENDING),
        ({"provider_ref": "9999"}, Problem.PROVIDER_REF, PaymentState.PENDING),
    ],
)
def test_the_wrong_money_is_recorded_and_confirms_nothing(
    changes: dict[str, object], problem: Problem, state: PaymentState
) -> None:
    found = verdict(PAYMENT, report(PAYMENT, **changes), now=LATE)
    assert (found.outcome, found.problems, found.payment.state) == (Outcome.MISMATCH, {problem}, state)
    assert (found.payment.problems, found.payment.paid) == ({problem}, 0)
    again = verdict(found.payment, report(PAYMENT, **changes), now=LATE)
    assert (again.outcome, again.changed) == (Outcome.NOTHING, False)


@pytest.mark.parametrize("state", [Reported.REJECTED, Reported.ANNULLED])
def test_money_that_comes_after_a_no_still_confirms(state: Reported) -> None:
    end, outcomes = after(PAYMENT, [report(PAYMENT, state), report(PAYMENT)])
    assert (end.state, outcomes[-1], end.paid_at) == (PaymentState.PAID, Outcome.CONFIRM, LATE)


def test_a_payment_expires_only_after_its_deadline_and_only_while_open() -> None:
    assert expired(PAYMENT, now=PAYMENT.expires_at - timedelta(seconds=1)) is PAYMENT
    gone = expired(PAYMENT, now=PAYMENT.expires_at)
    assert gone.state is PaymentState.EXPIRED
    assert verdict(gone, report(PAYMENT, Reported.PENDING), now=LATE).outcome is Outcome.NOTHING
    assert verdict(gone, report(PAYMENT), now=LATE).outcome is Outcome.CONFIRM
    paid = paid_payment()
    assert expired(paid, now=LATE) is paid


def test_a_page_that_arrives_late_does_not_reopen_a_payment() -> None:
    created = new_payment()
    gone = expired(created, now=created.expires_at)
    assert hosted(gone, url="u", token="t", provider_ref="1", now=LATE).state is PaymentState.EXPIRED


def test_a_payment_whose_page_was_lost_is_settled_by_its_own_id() -> None:
    created = new_payment()
    found = verdict(created, report(created, token=None), now=LATE)
    assert (found.outcome, found.payment.state, found.payment.provider_ref) == (
        Outcome.CONFIRM,
        PaymentState.PAID,
        "1001",
    )


# Refunds

refund_reports = st.builds(
    refund_report, st.sampled_from(list(RefundReported)), amount=st.sampled_from([Clp(50000), Clp(1), None])
)


@given(st.lists(refund_reports, max_size=4), st.sampled_from([claim, unclear]))
def test_any_order_and_repetition_of_refund_reports_ends_alike(heard: list[RefundReport], step: object) -> None:
    asked = step(refundable(), now=NOW)  # type: ignore[operator]
    states = set()
    for order in permutations(heard):
        payment = asked
        for one in (*order, *order):
            payment = refund_verdict(payment, one, now=LATE).payment
        states.add((payment.state, payment.problems))
    assert len(states) == 1


def test_a_refund_counts_only_when_the_money_is_out() -> None:
    asked = claim(refundable(), now=NOW)
    accepted = refund_verdict(asked, refund_report(RefundReported.ACCEPTED), now=LATE).payment
    assert (accepted.state, accepted.paid, accepted.refunded) == (PaymentState.REFUND_REQUESTED, 50000, 0)
    out = refund_verdict(accepted, refund_report(RefundReported.REFUNDED), now=LATE)
    assert (out.outcome, out.payment.state, out.payment.refunded) == (Outcome.CONFIRM, PaymentState.REFUNDED, 50000)


def test_a_report_on_another_refund_or_amount_moves_nothing() -> None:
    asked = refund_verdict(claim(refundable(), now=NOW), refund_report(RefundReported.REQUESTED), now=LATE).payment
    for wrong, problem in (
        (refund_report(token="C" * 40), Problem.TOKEN),
        (refund_report(amount=Clp(1)), Problem.AMOUNT),
    ):
        found = refund_verdict(asked, wrong, now=LATE)
        assert (found.outcome, found.payment.state, found.payment.problems) == (
            Outcome.MISMATCH,
            PaymentState.REFUND_REQUESTED,
            {problem},
        )


def test_a_late_word_on_a_rejected_request_does_not_touch_the_next_one() -> None:
    first = refund_verdict(claim(refundable(), now=NOW), refund_report(RefundReported.REJECTED), now=LATE).payment
    second = owe_refund(first, amount=Clp(50000), reason="slot_lost", now=LATE)
    assert (second.refund_id, second.refund.past_tokens) == (f"{first.id}-r2", (REFUND_TOKEN,))  # type: ignore[union-attr]
    found = refund_verdict(claim(second, now=LATE), refund_report(RefundReported.REJECTED), now=LATE)
    assert (found.outcome, found.changed) == (Outcome.NOTHING, False)


def test_a_refund_is_owed_once_and_never_beyond_what_came() -> None:
    paid = paid_payment()
    due = owe_refund(paid, amount=Clp(20000), reason="cancelled", now=NOW)
    assert owe_refund(due, amount=Clp(50000), reason="cancelled", now=NOW) is due
    for amount in (0, -1, 50001):
        with pytest.raises(Conflict):
            owe_refund(paid, amount=Clp(amount), reason="cancelled", now=NOW)
    with pytest.raises(Conflict):
        owe_refund(PAYMENT, amount=Clp(1), reason="cancelled", now=NOW)


def test_what_came_wrong_can_be_given_back_and_never_counts() -> None:
    wrong = verdict(PAYMENT, report(PAYMENT, amount=Clp(1000)), now=LATE).payment
    due = owe_refund(wrong, amount=Clp(1000), reason="mismatch", now=LATE)
    out = refund_verdict(claim(due, now=LATE), refund_report(amount=Clp(1000)), now=LATE).payment
    assert (out.state, out.paid, out.refunded) == (PaymentState.REFUNDED, 0, 0)


def test_a_refused_refund_keeps_the_providers_number() -> None:
    no = refused(claim(refundable(), now=NOW), number="1607", now=LATE)
    assert (no.state, no.refund.problem) == (PaymentState.REFUND_REJECTED, "1607")  # type: ignore[union-attr]
