"""What providers say went back, against what we know: every line once, whatever it is called, however often told."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.money import Clp
from chalicelib.payments.entry import EntryKind
from chalicelib.payments.gateway import Back
from chalicelib.payments.ledger import entries_of
from chalicelib.payments.model import Payment, owe_refund, with_refund
from chalicelib.payments.refund_model import MAX_REFUNDS, Origin, RefundState
from chalicelib.payments.refund_steps import LEASE, claim, hand_over, unclear
from chalicelib.payments.returns import returned
from tests.payments.builders import NOW, refundable

DAY = date(2026, 12, 1)
LATER = DAY + timedelta(days=1)


def paid() -> Payment:
    return replace(refundable(), refunds=())


def line(amount: int = 50_000, ref: str = "900", kind: EntryKind = EntryKind.REFUND, **changes: object) -> Back:
    payment = paid()
    back = Back(kind=kind, payment=payment.id, payment_ref="1001", ref=ref, amount=Clp(amount), day=DAY)
    return replace(back, **changes)  # type: ignore[arg-type]


def owed(payment: Payment, amount: int) -> Payment:
    return owe_refund(payment, amount=Clp(amount), reason="cancelled", now=NOW)


def asked(payment: Payment, number: int = 1, ref: str | None = None, state: RefundState = RefundState.REQUESTED
          ) -> Payment:
    known = replace(payment.refund(number), state=state, provider_ref=ref, requested_at=NOW,
                    settled_at=NOW if state is RefundState.REFUNDED else None)
    return with_refund(payment, known, now=NOW)


def test_what_nobody_asked_for_is_recorded_once_and_the_payment_keeps_so_much_less() -> None:
    found = returned(paid(), [line(20_000)], now=NOW)
    [refund] = found.payment.refunds
    assert (refund.origin, refund.reason, refund.state, refund.provider_ref, refund.day) == (
        Origin.PROVIDER, "provider", RefundState.REFUNDED, "900", DAY)
    assert (found.found, found.payment.kept, found.payment.refunded) == ((1,), 30_000, 20_000)
    again = returned(found.payment, [line(20_000)], now=NOW + timedelta(days=1))
    assert (again.payment, again.found) == (found.payment, ())


def test_our_own_refund_is_known_by_its_number_and_nothing_changes_but_its_day() -> None:
    ours = asked(owed(paid(), 20_000), ref="900", state=RefundState.REFUNDED)
    assert returned(ours, [line(20_000, day=LATER)], now=NOW).payment == ours
    dated = returned(ours, [line(20_000, day=LATER)], now=NOW, dated=True)
    assert (dated.found, dated.heard, dated.payment.refund(1).day) == ((), (), LATER)


def test_a_refund_whose_end_was_not_heard_of_has_come_to_it() -> None:
    for before in (asked(owed(paid(), 20_000), ref="900"),
                   unclear(claim(owed(paid(), 20_000), 1, now=NOW), 1, now=NOW)):
        found = returned(before, [line(20_000)], now=NOW)
        assert (found.heard, found.found, found.payment.refund(1).origin) == ((1,), (), Origin.US)
        assert found.payment.refund(1).state is RefundState.REFUNDED
        assert found.payment.kept == before.kept


def test_a_settlement_names_no_refund_so_the_amount_tells_and_each_line_is_one_refund() -> None:
    two = asked(asked(owed(owed(paid(), 20_000), 20_000), 1, "71", RefundState.REFUNDED), 2, "72", RefundState.REFUNDED)
    lines = [line(20_000, f"s1-debit-{place}", loose=True) for place in range(3)]
    found = returned(two, lines, now=NOW)
    assert [one.listed for one in found.payment.refunds] == ["s1-debit-0", "s1-debit-1", None]
    assert (found.found, found.payment.refunds[2].provider_ref) == ((3,), "s1-debit-2")
    assert returned(found.payment, lines, now=NOW).payment == found.payment


@pytest.mark.parametrize("by_hand", [False, True])
def test_what_was_still_due_and_went_back_in_the_panel_is_not_asked_for_again(by_hand: bool) -> None:
    due = owe_refund(paid(), amount=Clp(50_000), reason="cancelled", now=NOW, by_hand=by_hand)
    before = hand_over(due, 1, now=NOW) if by_hand else due
    found = returned(before, [line()], now=NOW)
    assert (found.found, len(found.payment.refunds), found.payment.kept) == ((1,), 1, 0)
    assert (found.payment.refund(1).state, found.payment.refund(1).origin) == (RefundState.REFUNDED, Origin.PROVIDER)


def test_a_refund_that_is_being_asked_for_is_left_alone_until_its_lease_is_over() -> None:
    asking = claim(owed(paid(), 20_000), 1, now=NOW)
    assert returned(asking, [line(20_000)], now=NOW).payment == asking
    assert returned(asking, [line(20_000)], now=NOW + LEASE).heard == (1,)


def test_a_claim_takes_what_it_takes_even_beyond_what_was_kept() -> None:
    before = asked(owed(paid(), 50_000), ref="71", state=RefundState.REFUNDED)
    found = returned(before, [line(ref="c1", kind=EntryKind.CHARGEBACK)], now=NOW)
    assert (found.found, found.payment.kept, found.payment.refund(2).origin) == ((2,), -50_000, Origin.CHARGEBACK)


def test_a_claim_that_is_won_gives_the_money_back_once() -> None:
    lines = [line(ref="c1", kind=EntryKind.CHARGEBACK), line(ref="c1", kind=EntryKind.CHARGEBACK_REVERSED, day=LATER)]
    found = returned(paid(), lines, now=NOW)
    assert (found.found, found.won, found.payment.kept, found.payment.refunded) == ((1,), (1,), 50_000, 0)
    assert returned(found.payment, lines, now=NOW).payment == found.payment
    assert [(entry.day, entry.kind) for entry in entries_of(found.payment)][1:] == [
        (DAY, EntryKind.CHARGEBACK), (LATER, EntryKind.CHARGEBACK_REVERSED)]


def test_a_claim_that_was_never_heard_of_can_not_be_won() -> None:
    payment = paid()
    assert returned(payment, [line(kind=EntryKind.CHARGEBACK_REVERSED)], now=NOW).payment is payment


def test_beyond_the_most_refunds_nothing_is_recorded() -> None:
    found = returned(paid(), [line(100, str(number)) for number in range(MAX_REFUNDS + 3)], now=NOW)
    assert len(found.payment.refunds) == MAX_REFUNDS


REFUNDS = st.lists(st.tuples(st.sampled_from([1_000, 2_000]), st.booleans(), st.sampled_from(
    [RefundState.DUE, RefundState.REQUESTED, RefundState.UNCLEAR, RefundState.REFUNDED])), max_size=5)
LINES = st.lists(st.tuples(st.sampled_from([1_000, 2_000]), st.sampled_from(list(EntryKind)[1:3])), max_size=5)


@given(ours=REFUNDS, theirs=LINES, loose=st.booleans())
def test_every_line_is_one_refund_and_money_is_conserved(
    ours: list[tuple[int, bool, RefundState]], theirs: list[tuple[int, EntryKind]], loose: bool
) -> None:
    payment = paid()
    for number, (amount, named, state) in enumerate(ours, 1):
        payment = asked(owed(payment, amount), number, f"r{number}" if named else None, state)
    lines = [line(amount, f"l{place}", kind, loose=loose) for place, (amount, kind) in enumerate(theirs)]
    once = returned(payment, lines, now=NOW).payment
    assert returned(once, reversed(lines), now=NOW).payment == once
    told = Counter(ref for one in once.refunds for ref in (one.provider_ref, one.listed) if ref and ref[0] == "l")
    assert told == Counter(one.ref for one in lines)
    assert once.kept == once.received - once.refunded - once.returning  # type: ignore[operator]
    for one in lines:
        [refund] = [refund for refund in once.refunds if one.ref in (refund.provider_ref, refund.listed)]
        assert (refund.amount, refund.state) == (one.amount, RefundState.REFUNDED)


def test_the_ledger_of_a_payment_says_what_came_and_what_went_on_which_day() -> None:
    payment = returned(replace(paid(), value_day=DAY, fee=1_898, net=48_102),
                       [line(20_000, day=LATER, fee=240)], now=datetime(2026, 12, 3, tzinfo=NOW.tzinfo)).payment
    assert [(one.day, one.kind, one.amount, one.fee, one.net, one.number, one.ref) for one in entries_of(payment)] == [
        (DAY, EntryKind.IN, 50_000, 1_898, 48_102, 0, "1001"), (LATER, EntryKind.REFUND, 20_000, 240, None, 1, "900")]
