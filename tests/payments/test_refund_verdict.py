"""Refunds of one payment: how they are owed, what a report does to one of them, and that no peso is lost or made."""

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.errors import Conflict, NotFound
from chalicelib.core.money import Clp
from chalicelib.payments.gateway import RefundReport, RefundReported
from chalicelib.payments.model import Payment, PaymentState, Problem, owe_refund, refund_id
from chalicelib.payments.refund_model import MAX_REFUNDS, RefundState
from chalicelib.payments.refund_steps import claim, hand_over, refused, returned, unclear
from chalicelib.payments.refund_verdict import refund_verdict
from chalicelib.payments.signals import read_refund_id
from chalicelib.payments.verdict import verdict
from tests.payments.builders import NOW, new_payment, paid_payment, pending_payment, refund_report, refundable, report

LATE = NOW.replace(hour=20)
STATES = list(RefundReported)
AMOUNTS = {RefundState.REJECTED, RefundState.CANCELLED}
refund_reports = st.builds(
    refund_report, st.sampled_from(STATES), amount=st.sampled_from([Clp(50000), Clp(1), None])
)


def owed(*amounts: int) -> Payment:
    """Return a payment of 50,000 that has come, of which these amounts have to go back."""
    payment = paid_payment()
    for amount in amounts:
        payment = owe_refund(payment, amount=Clp(amount), reason="changed", now=NOW)
    return payment


def heard(payment: Payment, number: int, state: RefundReported) -> Payment:
    told = refund_report(state, token=f"token-of-{number}", amount=payment.refund(number).amount)
    return refund_verdict(payment, number, told, now=LATE).payment


def conserved(payment: Payment) -> bool:
    """Say whether every peso that came is kept, on its way back, or back: in the refunds' own words."""
    out = [one.amount for one in payment.refunds if one.state not in AMOUNTS]
    return payment.kept == (payment.received or 0) - sum(out) >= 0 and payment.refunded + payment.returning == sum(out)


@given(st.lists(refund_reports, max_size=4), st.sampled_from([claim, unclear]))
def test_any_order_and_repetition_of_reports_ends_alike(reports: list[RefundReport], step: object) -> None:
    asked = step(refundable(), 1, now=NOW)  # type: ignore[operator]
    ends = set()
    for order in permutations(reports):
        payment = asked
        for one in (*order, *order):
            payment = refund_verdict(payment, 1, one, now=LATE).payment
        ends.add((payment.refund(1).state, payment.kept, payment.problems))
    assert len(ends) == 1


@given(st.lists(st.sampled_from(STATES), max_size=6), st.lists(st.sampled_from(STATES), max_size=6), st.randoms())
def test_the_reports_on_two_refunds_end_alike_however_they_are_mixed(
    first: list[RefundReported], second: list[RefundReported], random: object
) -> None:
    told = [(1, one) for one in first] + [(2, one) for one in second]
    start = claim(claim(owed(10000, 40000), 1, now=NOW), 2, now=NOW)
    ends = set()
    for _ in range(3):
        random.shuffle(told)  # type: ignore[attr-defined]
        payment = start
        for number, state in told:
            payment = heard(payment, number, state)
            assert conserved(payment)
        ends.add((payment.refund(1).state, payment.refund(2).state, payment.kept, payment.problems))
    assert len(ends) == 1


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[str, int, int]]:
    kinds = ["owe", "claim", "unclear", "refuse", *[state.value for state in STATES]]
    return draw(st.lists(st.tuples(st.sampled_from(kinds), st.integers(1, 5), st.integers(1, 50000)), max_size=25))


@given(histories())
def test_no_peso_is_lost_or_given_back_twice_whatever_happens(history: list[tuple[str, int, int]]) -> None:
    payment = paid_payment()
    for kind, number, amount in history:
        if kind == "owe":
            if amount <= payment.kept and len(payment.refunds) < MAX_REFUNDS:
                payment = owe_refund(payment, amount=Clp(amount), reason="changed", now=NOW)
        elif number <= len(payment.refunds):
            state = payment.refund(number).state
            if kind == "claim" and state is RefundState.DUE:
                payment = claim(payment, number, now=NOW)
            elif kind == "unclear" and state is RefundState.REQUESTING:
                payment = unclear(payment, number, now=NOW)
            elif kind == "refuse" and state is RefundState.REQUESTING:
                payment = refused(payment, number, problem="1607", now=NOW)
            elif kind in STATES:
                payment = heard(payment, number, RefundReported(kind))
        assert conserved(payment)
    assert (payment.state, payment.paid, payment.received) == (PaymentState.PAID, 50000, 50000)


def test_parts_of_a_payment_go_back_side_by_side() -> None:
    payment = owed(10000, 40000)
    assert (payment.kept, payment.returning, payment.refunded) == (0, 50000, 0)
    payment = heard(claim(payment, 2, now=NOW), 2, RefundReported.REFUNDED)
    assert (payment.kept, payment.returning, payment.refunded) == (0, 10000, 40000)
    payment = heard(claim(payment, 1, now=NOW), 1, RefundReported.REJECTED)
    assert (payment.kept, payment.returning, payment.refunded) == (10000, 0, 40000)
    payment = owe_refund(payment, amount=Clp(10000), reason="changed", now=LATE, by_hand=True)
    assert [(one.number, one.amount, one.by_hand) for one in payment.refunds] == [
        (1, 10000, False), (2, 40000, False), (3, 10000, True)]  # fmt: skip


def test_each_state_of_the_provider_is_told_apart() -> None:
    asked = claim(refundable(), 1, now=NOW)
    ends = {state: heard(asked, 1, state).refund(1).state.value for state in STATES}
    assert ends == {
        RefundReported.REQUESTED: "requested", RefundReported.ACCEPTED: "accepted", RefundReported.REFUNDED: "refunded",
        RefundReported.REJECTED: "rejected", RefundReported.CANCELLED: "cancelled",
        RefundReported.UNKNOWN: "requesting",
    }  # fmt: skip


def test_a_refund_counts_only_when_the_money_is_out() -> None:
    accepted = heard(claim(refundable(), 1, now=NOW), 1, RefundReported.ACCEPTED)
    assert (accepted.refund(1).settled_at, accepted.paid, accepted.refunded) == (None, 50000, 0)
    out = heard(accepted, 1, RefundReported.REFUNDED)
    assert (out.refund(1).settled_at, out.state, out.refunded) == (LATE, PaymentState.PAID, 50000)


def test_a_report_on_another_refund_or_amount_moves_nothing() -> None:
    requested = refund_report(RefundReported.REQUESTED)
    asked = refund_verdict(claim(refundable(), 1, now=NOW), 1, requested, now=LATE).payment
    for wrong, problem in (
        (refund_report(token="C" * 40), Problem.TOKEN),
        (refund_report(amount=Clp(1)), Problem.AMOUNT),
    ):
        found = refund_verdict(asked, 1, wrong, now=LATE)
        assert (found.payment, found.problems) == (replace(asked, problems=frozenset({problem})), {problem})


def test_a_late_word_on_one_refund_does_not_touch_another() -> None:
    first = heard(claim(owed(10000), 1, now=NOW), 1, RefundReported.REJECTED)
    asked = claim(owe_refund(first, amount=Clp(10000), reason="changed", now=LATE), 2, now=LATE)
    late = refund_report(token="token-of-1", amount=Clp(10000))
    found = refund_verdict(asked, 2, late, now=LATE)
    assert (found.problems, found.payment.refunds) == ({Problem.TOKEN}, asked.refunds)


def test_money_that_went_out_after_a_no_is_no_longer_kept() -> None:
    no = heard(claim(owed(10000), 1, now=NOW), 1, RefundReported.REJECTED)
    out = heard(no, 1, RefundReported.REFUNDED)
    assert (no.kept, out.kept, out.refunded, out.problems) == (50000, 40000, 10000, frozenset())


def test_money_given_back_twice_is_noted_and_moves_nothing() -> None:
    no = heard(claim(owed(50000), 1, now=NOW), 1, RefundReported.REJECTED)
    again = heard(claim(owe_refund(no, amount=Clp(50000), reason="changed", now=LATE), 2, now=LATE), 2,
                  RefundReported.REFUNDED)
    twice = heard(again, 1, RefundReported.REFUNDED)
    assert (twice.refunds, twice.kept, twice.problems) == (again.refunds, 0, {Problem.REFUND})


def test_no_report_moves_what_was_not_asked_for_or_goes_back_by_hand() -> None:
    due = owed(10000)
    by_hand = hand_over(owe_refund(paid_payment(), amount=Clp(1), reason="changed", now=NOW, by_hand=True), 1, now=NOW)
    for state in STATES:
        assert heard(due, 1, state) == due
        assert heard(by_hand, 1, state) == by_hand


def test_no_more_is_owed_than_came_and_not_more_often_than_twenty_times() -> None:
    for amount in (0, -1, 50001):
        with pytest.raises(Conflict, match="nothing_to_refund"):
            owed(amount)
    with pytest.raises(Conflict, match="nothing_to_refund"):
        owed(30000, 20001)
    with pytest.raises(Conflict, match="nothing_to_refund"):
        owe_refund(pending_payment(), amount=Clp(1), reason="changed", now=NOW)
    with pytest.raises(Conflict, match="too_many_refunds"):
        owed(*[1] * (MAX_REFUNDS + 1))
    assert owed(*[1] * MAX_REFUNDS).kept == 50000 - MAX_REFUNDS


def test_what_came_wrong_can_be_given_back_and_never_counts_as_paid() -> None:
    payment = new_payment()
    wrong = verdict(payment, report(payment, amount=Clp(1000)), now=LATE).payment
    due = owe_refund(wrong, amount=Clp(1000), reason="order_expired", now=LATE)
    assert (due.credited, due.kept, due.returning) == (0, 0, 1000)
    out = heard(claim(due, 1, now=LATE), 1, RefundReported.REFUNDED)
    assert (out.state, out.paid, out.refunded) == (PaymentState.MISMATCH, 0, 1000)


def test_a_refused_refund_keeps_the_providers_number_and_the_money() -> None:
    no = refused(claim(refundable(), 1, now=NOW), 1, problem="1607", now=LATE)
    assert (no.refund(1).state, no.refund(1).problem, no.kept) == (RefundState.REJECTED, "1607", 50000)


def test_a_transfer_goes_back_by_hand() -> None:
    due = owe_refund(paid_payment(method="transfer"), amount=Clp(50000), reason="cancelled", now=NOW)
    done = returned(hand_over(due, 1, now=NOW), 1, reference="TR-9", now=LATE)
    assert (due.refund(1).by_hand, done.refund(1).state, done.refunded) == (True, RefundState.REFUNDED, 50000)


def test_a_refunds_own_name_is_read_back() -> None:
    payment = paid_payment()
    for number in (1, 2, MAX_REFUNDS):
        assert read_refund_id(refund_id(payment.id, number)) == (payment.id, number)
    assert read_refund_id(payment.id) == (payment.id, 1)
    assert [read_refund_id(wrong) for wrong in ("", "pay_x-r1", f"{payment.id}-r0", f"{payment.id}-r1\n")] == [None] * 4


def test_a_refund_that_is_none_is_not_found() -> None:
    for number in (0, -1, 2):
        with pytest.raises(NotFound, match="refund_not_found"):
            owed(1).refund(number)
