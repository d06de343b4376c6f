"""What reports do to a payment: the right money confirms once, the wrong never, in whatever order they come."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.money import Clp
from chalicelib.payments.gateway import PaymentReport, Reported
from chalicelib.payments.model import Payment, PaymentState, Problem, expired, hosted, owe_refund
from chalicelib.payments.verdict import Outcome, verdict
from tests.payments.builders import (
    NOW,
    new_payment,
    paid_payment,
    pending_payment,
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
    end = after(due, [replace(one, payment=due.id) for one in heard])[0]
    assert (end.refunds, end.state, end.kept) == (due.refunds, PaymentState.PAID, 0)


@given(st.lists(reports, max_size=6))
def test_wrong_money_that_is_on_its_way_back_becomes_no_other_money(heard: list[PaymentReport]) -> None:
    wrong = verdict(PAYMENT, report(PAYMENT, amount=Clp(1000)), now=NOW).payment
    due = owe_refund(wrong, amount=Clp(1000), reason="order_expired", now=NOW)
    end = after(due, heard)[0]
    assert (end.received, end.refunds, end.kept, end.state) == (1000, due.refunds, 0, PaymentState.MISMATCH)


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
