"""Two lists of movements: when nothing differs they tie to the peso, and whatever differs is named once."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.money import Clp
from chalicelib.items.model import ItemKind
from chalicelib.payments.entry import Entry, EntryKind
from chalicelib.payments.gateway import Back, PaymentReport, Reported
from chalicelib.payments.model import PaymentId
from chalicelib.payments.tally import Sums, differences, odd, sums, theirs_of

DAY = date(2026, 11, 30)
OURS = PaymentId("pay_" + "a" * 22)


def came(ref: str, amount: int = 50_000, fee: int | None = 1_898, payment: str = OURS) -> Entry:
    net = None if fee is None else amount - fee
    return Entry(day=DAY, kind=EntryKind.IN, payment=payment, order="O-1", amount=Clp(amount), fee=fee, net=net,
                 ref=ref)


def went(amount: int, kind: EntryKind = EntryKind.REFUND, ref: str = "r", payment: str = OURS) -> Entry:
    return Entry(day=DAY, kind=kind, payment=payment, order="O-1", amount=Clp(amount), ref=ref)


def kinds(ours: list[Entry], theirs: list[Entry]) -> list[tuple[str, int, int]]:
    return [(one.kind.value, one.ours, one.theirs) for one in differences(ours, theirs)]


def test_each_way_in_which_a_payment_can_differ_has_its_name() -> None:
    assert kinds([came("1")], [came("1")]) == []
    assert kinds([came("1")], []) == [("payment_missing", 50_000, 0)]
    assert kinds([], [came("1")]) == [("payment_unknown", 0, 50_000)]
    assert kinds([came("1")], [came("1", fee=2_000)]) == [("fee_differs", 1_898, 2_000)]
    assert kinds([came("1")], [came("1", 49_000)]) == [("amount_differs", 50_000, 49_000),
                                                      ("fee_differs", 1_898, 1_898)]
    assert kinds([came("1", fee=None)], [came("1", fee=0)]) == [("fee_differs", 0, 0)]


def test_what_went_back_is_compared_by_payment_and_sum_because_lists_give_it_other_numbers() -> None:
    ours = [came("1"), went(10_000, ref="900"), went(20_000, ref="901")]
    assert kinds(ours, [came("1"), went(30_000, ref="s1-debit-0")]) == []
    assert kinds(ours, [came("1"), went(10_000)]) == [("day_does_not_tie", 30_000, 10_000)]
    assert kinds(ours, [came("1"), went(30_000, EntryKind.CHARGEBACK)]) == [
        ("day_does_not_tie", 0, 30_000), ("day_does_not_tie", 30_000, 0)]
    assert kinds([], [went(5_000, payment="", ref="77")]) == [("payment_unknown", 0, 5_000)]


def test_one_number_on_two_payments_of_ours_does_not_pass_for_a_day_that_ties() -> None:
    twice = [came("1"), came("1", payment="pay_" + "b" * 22)]
    assert kinds(twice, [came("1")]) == [("day_does_not_tie", 96_204, 48_102)]


def report(**changes: object) -> PaymentReport:
    paid = PaymentReport(payment=OURS, provider_ref="1", state=Reported.PAID, amount=Clp(50_000), currency="CLP",
                         raw_status="2", fee=1_898, net=48_102)
    return replace(paid, **changes)  # type: ignore[arg-type]


def test_only_whole_pesos_are_movements_and_the_rest_is_named() -> None:
    listed = [report(), report(provider_ref="2", currency="USD"), report(provider_ref="3", amount=None)]
    assert sums(theirs_of(DAY, listed, {})) == Sums(received=50_000, fees=1_898, net=48_102)
    assert [(one.kind, one.ref) for one in odd(listed)] == [
        (ItemKind.CURRENCY_DIFFERS, "2"), (ItemKind.AMOUNT_DIFFERS, "3")]


def test_what_others_write_where_our_payment_should_be_is_not_repeated() -> None:
    strange = report(payment=PaymentId("Ana Soto, +56 9 8765 4321"), currency="USD")
    [entry] = theirs_of(DAY, [replace(strange, currency="CLP")], {})
    assert (entry.payment, odd([strange])[0].payment) == ("", "")


def test_a_line_of_a_payment_that_is_not_ours_says_so() -> None:
    line = Back(kind=EntryKind.REFUND, payment=PaymentId("x"), payment_ref="77", ref="s1", amount=Clp(100), day=DAY)
    [entry] = theirs_of(DAY, [], {line: None})
    assert (entry.payment, entry.ref) == ("", "77")


ENTRIES = st.lists(st.one_of(
    st.builds(came, st.sampled_from("1234"), st.sampled_from([1_000, 50_000]), st.sampled_from([None, 0, 35])),
    st.builds(went, st.sampled_from([500, 1_000]), st.sampled_from(list(EntryKind)[1:]),
              payment=st.sampled_from([OURS, "pay_" + "b" * 22, ""]), ref=st.sampled_from("78"))), max_size=8)


@given(ours=ENTRIES, theirs=ENTRIES)
def test_nothing_differs_exactly_when_both_sides_have_the_same_and_then_they_tie(
    ours: list[Entry], theirs: list[Entry]
) -> None:
    found = differences(ours, theirs)
    assert differences(ours, ours) == []
    if not found:
        assert sums(ours) == sums(theirs)
    if sums(ours) != sums(theirs):
        assert found
    assert len({one.name for one in found}) == len(found)
    mirrored = differences(theirs, ours)
    assert bool(found) == bool(mirrored)
