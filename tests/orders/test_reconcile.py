"""The night's comparison with a provider's list: everything is found, what can be healed is, and nothing twice."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.core.errors import Retryable
from chalicelib.core.money import Clp
from chalicelib.orders import jobs
from chalicelib.orders.reconcile import LAST_LOOK, reconcile
from chalicelib.payments import days, ledger_table
from chalicelib.payments import table as payments
from chalicelib.payments.days import Day
from chalicelib.payments.entry import EntryKind
from chalicelib.payments.gateway import Reported
from chalicelib.payments.model import PaymentId
from chalicelib.payments.tally import Sums
from tests.support.spa import NOW, Placed, Spa, line

DAY = date(2026, 11, 30)
TUBS = ("tina-hornopiren", "tina-tronador", "tina-osorno", "tina-calbuco")
HOURS = ("12:00", "14:30", "17:00", "19:30", "22:00")


def paid(spa: Spa, nth: int = 0, *, heard: bool = True) -> Placed:
    """An order for a tub of its own, 50,000, paid today; `heard`: its webhook came."""
    tub = TUBS[nth % 4]
    guests = 2 if nth % 4 < 2 else 3
    order = spa.place(line(f"2026-12-0{2 + nth // 20} {HOURS[nth // 4 % 5]}", guests, tub))
    spa.provider.pay(order.payment)
    spa.provider.charge(order.payment, 1_898)
    if heard:
        assert order.webhook() == []
    return order


def at_night(spa: Spa) -> None:
    spa.clock.advance(hours=20)  # from nine in the morning to five


def night(spa: Spa, day: date = DAY) -> Day:
    if spa.clock.now() < NOW + timedelta(hours=12):
        at_night(spa)
    return reconcile(day, spa.provider, spa.clock)


def opened(spa: Spa) -> list[tuple[str, str]]:
    return [(item.kind.value, item.state.value) for item in spa.items()]


def again(spa: Spa) -> None:
    """A second run finds nothing new: only the time of the look is another."""
    before = spa.dump()
    spa.clock.advance(hours=1)
    seen = days.load(DAY, "flow")
    found = night(spa)
    assert seen is not None
    assert found == replace(seen, looked_at=spa.clock.now())
    after = spa.dump()
    stamp = {"S": spa.clock.now().strftime("%Y-%m-%dT%H:%M:%S.000000+0000")}
    for dump in (before, after):
        for item in dump["payments"]:
            if item["pk"]["S"].startswith("days#"):
                item["looked_at"] = stamp
    assert after == before


def test_a_day_on_which_all_was_heard_closes_and_ties_to_the_peso(spa: Spa) -> None:
    paid(spa)
    paid(spa, 1)
    found = night(spa)
    sums = Sums(received=100_000, fees=3_796, net=96_204)
    assert (found.ours, found.theirs, found.differences, found.closed_at) == (sums, sums, (), spa.clock.now())
    assert opened(spa) == []
    again(spa)


def test_a_lost_webhook_is_heard_of_and_confirms_its_order(spa: Spa) -> None:
    order = paid(spa, heard=False)
    at_night(spa)
    assert order.view()["state"] == "pending_payment"
    found = night(spa)
    assert (order.view()["state"], order.view()["paid"]) == ("confirmed", 50_000)
    assert (found.ours, found.differences, found.closed_at) == (
        Sums(received=50_000, fees=1_898, net=48_102), (), spa.clock.now())
    assert opened(spa) == []
    again(spa)


def test_a_payment_that_we_never_saw_waits_for_a_person_and_the_day_stays_open(spa: Spa) -> None:
    paid(spa)
    spa.provider.strange(7_000)
    found = night(spa)
    assert (found.ours.received, found.theirs.received, found.closed_at) == (50_000, 57_000, None)
    [item] = spa.items()
    assert (item.kind, item.about) == ("payment_unknown", {
        "day": "2026-11-30", "method": "flow", "of": "in", "ours": 0, "theirs": 7_000, "ref": "9001"})
    again(spa)


def test_money_given_back_in_the_panel_leaves_the_order_with_so_much_less(spa: Spa) -> None:
    order = paid(spa)
    spa.provider.give_back(order.payment, 20_000)
    found = night(spa)
    assert (order.view()["kept"], order.view()["refunded"]) == (30_000, 20_000)
    assert order.facts()[-1] == "payment.returned_by_provider"
    assert (found.ours, found.theirs) == (found.theirs, found.ours)
    assert (found.ours.refunded, found.closed_at) == (20_000, spa.clock.now())
    assert opened(spa) == [("provider_refund", "open")]
    again(spa)


def test_a_chargeback_and_its_good_end_are_recorded_on_their_days(spa: Spa) -> None:
    order = paid(spa)
    spa.provider.claim(order.payment)
    assert night(spa).ours.charged_back == 50_000
    assert (order.view()["kept"], opened(spa)) == (0, [("chargeback", "open")])
    spa.provider.lose_claim(order.payment)
    spa.clock.advance(days=1)
    won = night(spa, DAY + timedelta(days=1))
    assert (won.ours.won_back, won.closed_at, order.view()["kept"]) == (50_000, spa.clock.now(), 50_000)
    assert opened(spa) == [("chargeback", "settled")]
    again(spa)


def test_a_fee_that_nobody_had_told_is_filled_in_and_another_net_is_a_persons_to_see(spa: Spa) -> None:
    first, second = paid(spa), paid(spa, 1)
    spa.provider.charge(first.payment, 2_000)
    untold = payments.load(PaymentId(second.payment))
    payments.save(replace(untold, fee=None, net=None))
    found = night(spa)
    assert (found.ours.fees, found.ours.net, found.closed_at) == (3_898, 96_102, spa.clock.now())
    [item] = spa.items()
    assert (item.kind, item.about["payment"], item.about["ours"], item.about["theirs"]) == (
        "fee_differs", first.payment, 48_102, 48_000)
    again(spa)


def test_a_payment_that_the_provider_does_not_have_waits_for_a_person_until_it_turns_up(spa: Spa) -> None:
    order = paid(spa)
    gone = spa.provider.reports.pop(PaymentId(order.payment))
    found = night(spa)
    assert [(one.kind, one.ours, one.theirs) for one in found.differences] == [("payment_missing", 50_000, 0)]
    assert (order.view()["state"], opened(spa)) == ("confirmed", [("payment_missing", "open")])
    again(spa)
    spa.provider.reports[gone.payment] = gone
    assert (night(spa).closed_at, opened(spa)) == (spa.clock.now(), [("payment_missing", "settled")])


def test_a_payment_left_out_of_the_list_by_mistake_is_waited_for(spa: Spa, monkeypatch: pytest.MonkeyPatch) -> None:
    order = paid(spa)
    monkeypatch.setattr(spa.provider, "list_day", lambda day: replace(spa.provider.__class__.list_day(
        spa.provider, day), payments=()))
    found = night(spa)
    assert (found.whole, found.closed_at, opened(spa)) == (False, None, [])
    spa.clock.advance(days=LAST_LOOK.days)
    assert [one.kind for one in night(spa).differences] == ["payment_missing"]
    assert order.view()["state"] == "confirmed"


def test_another_amount_in_the_list_than_we_were_told_changes_nothing_of_ours(spa: Spa) -> None:
    order = paid(spa)
    report = spa.provider.reports[PaymentId(order.payment)]
    spa.provider.reports[report.payment] = replace(report, amount=Clp(49_000))
    before = order.view()
    found = night(spa)
    assert ("amount_differs", 50_000, 49_000) in [(one.kind, one.ours, one.theirs) for one in found.differences]
    assert (order.view(), found.closed_at) == ({**before, "now": order.view()["now"]}, None)
    again(spa)


def test_a_payment_in_another_currency_is_an_item_and_no_peso_of_the_day(spa: Spa) -> None:
    order = spa.place()
    spa.provider.pay(order.payment, currency="USD")
    assert order.webhook() == []
    found = night(spa)
    assert (found.ours, found.theirs, found.closed_at) == (Sums(), Sums(), None)
    assert opened(spa) == [("currency_differs", "open")]
    again(spa)


def test_a_payment_moves_to_the_day_on_which_it_is_listed(spa: Spa) -> None:
    order = paid(spa)
    report = spa.provider.reports[PaymentId(order.payment)]
    yesterday = DAY - timedelta(days=1)
    spa.provider.reports[report.payment] = replace(report, day=yesterday)
    assert night(spa, yesterday).ours.received == 50_000
    assert (night(spa).ours, ledger_table.of_day(DAY, "flow")) == (Sums(), [])


def test_paid_and_given_back_before_anybody_heard_of_it_is_told_in_the_order_it_happened(spa: Spa) -> None:
    order = paid(spa, heard=False)
    spa.provider.give_back(order.payment, 50_000)
    listed = spa.provider.list_day(DAY)
    report = spa.provider.reports[PaymentId(order.payment)]
    spa.provider.reports[report.payment] = replace(report, state=Reported.RETURNED)
    at_night(spa)
    spa.provider.list_day = lambda day: listed  # type: ignore[method-assign]
    found = night(spa)
    assert (found.ours.received, found.ours.refunded, found.closed_at) == (50_000, 50_000, spa.clock.now())
    assert (order.view()["kept"], opened(spa)) == (0, [("provider_refund", "open")])
    again(spa)


@pytest.mark.parametrize("end_heard", [True, False])
def test_our_own_refund_ties_whether_or_not_its_end_was_heard_of(spa: Spa, end_heard: bool) -> None:
    order = paid(spa)
    again_paid = spa.place(line("2026-12-03 12:00"))
    spa.provider.pay(again_paid.payment, amount=60_000)
    assert again_paid.webhook() == []
    back = spa.client.post(f"/api/reservas/{order.id}/cambios", {
        "action": "cancel_all", "surplus": "refund", "agreed_total": 0}, token=order.token)
    assert back.status == 200, back.body
    spa.provider.refunds_wait = not end_heard
    assert spa.refund({"id": "fact", "order": order.id, "type": "payment.refund_due", "at": NOW.isoformat(),
                       "trace": "t", "data": {"payment": order.payment, "refund": 1}}) == []
    if not end_heard:
        assert order.view()["returning"] == 50_000
        spa.provider.give_back(order.payment, 50_000)
    found = night(spa)
    assert (found.ours, found.differences) == (
        Sums(received=110_000, fees=1_898, net=48_102, refunded=50_000), ())
    assert (found.closed_at, order.view()["refunded"], opened(spa)) == (spa.clock.now(), 50_000, [])
    again(spa)




@pytest.mark.parametrize("what", ["down", "not_whole"])
def test_a_list_that_fails_changes_nothing_and_one_that_is_not_whole_closes_nothing(spa: Spa, what: str) -> None:
    order = paid(spa)
    at_night(spa)
    before = spa.dump()
    if what == "down":
        spa.provider.down = True
        with pytest.raises(Retryable):
            night(spa)
        assert spa.dump() == before
        spa.provider.down = False
    else:
        spa.provider.whole = False
        found = night(spa)
        assert (found.closed_at, found.differences, opened(spa)) == (None, (), [])
        spa.clock.advance(days=LAST_LOOK.days)
        assert [one.kind for one in night(spa).differences] == ["day_does_not_tie"]
        assert opened(spa) == [("day_does_not_tie", "open")]
        spa.provider.whole = True
    assert (night(spa).closed_at, order.view()["state"]) == (spa.clock.now(), "confirmed")
    assert [state for _, state in opened(spa)] in ([], ["settled"])


def test_a_day_without_money_closes_although_nothing_will_ever_be_settled(spa: Spa) -> None:
    spa.provider.whole = False
    assert night(spa).closed_at == spa.clock.now()


def test_the_night_looks_at_seven_days_of_each_provider_and_one_that_fails_holds_up_no_other(
    spa: Spa, monkeypatch: pytest.MonkeyPatch
) -> None:
    paid(spa)
    at_night(spa)
    looked: list[tuple[date, str]] = []
    port = jobs.gateway

    def gateway(method: str) -> object:
        if method == "mercadopago":
            return replace(spa.provider, name="mercadopago", down=True)
        return port(method)

    monkeypatch.setattr(jobs, "gateway", gateway)
    compare: Callable[[date, str], str] = jobs._compare
    monkeypatch.setattr(jobs, "_compare", lambda day, method: (looked.append((day, method)), compare(day, method))[1])
    assert jobs.reconcile_days({}, None) == {"closed": 7, "open": 0, "failed": 7}
    assert [day for day, method in looked if method == "flow"] == [DAY - timedelta(days=n) for n in range(7)]
    assert jobs.reconcile_days({"day": "2026-11-30"}, None) == {"closed": 1, "open": 0, "failed": 1}
    assert [day.day for day in days.of_span("flow", DAY - timedelta(days=6), DAY)] == [
        DAY - timedelta(days=n) for n in range(6, -1, -1)]


EVENTS = st.lists(st.sampled_from(
    ["heard", "lost", "strange", "fee", "panel", "whole_back", "claim", "forgotten", "odd_amount"]), max_size=6)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS, loose=st.booleans())
def test_whatever_happens_on_a_day_it_ties_to_the_peso_or_an_item_says_why(
    spa_again: Callable[[], Spa], events: list[str], loose: bool
) -> None:
    spa = spa_again()
    spa.provider.refunds_repeatable = not loose
    for nth, what in enumerate(events):
        if what == "strange":
            spa.provider.strange(1_000 * (nth + 1))
            continue
        order = paid(spa, nth, heard=what != "lost")
        _befalls(spa, order, what)
    found = night(spa)
    items = {item.about.get("payment", item.about.get("ref")) for item in spa.items()}
    if found.closed_at:
        assert found.ours == found.theirs
    else:
        assert found.differences
    for one in found.differences:
        assert items & {one.payment, one.ref}
    assert (found.closed_at is None) == any(what in ("strange", "forgotten", "odd_amount") for what in events)
    ledger = ledger_table.of_day(DAY, "flow")
    assert found.ours.received == sum(one.amount for one in ledger if one.kind is EntryKind.IN)
    again(spa)


def _befalls(spa: Spa, order: Placed, what: str) -> None:
    report = spa.provider.reports[PaymentId(order.payment)]
    if what == "fee":
        spa.provider.charge(order.payment, 2_500)
    elif what == "panel":
        spa.provider.give_back(order.payment, 15_000)
        spa.provider.give_back(order.payment, 15_000)
    elif what == "whole_back":
        spa.provider.give_back(order.payment, report.amount or 0)
    elif what == "claim":
        spa.provider.claim(order.payment)
    elif what == "forgotten":
        del spa.provider.reports[report.payment]
    elif what == "odd_amount":
        spa.provider.reports[report.payment] = replace(report, amount=None)


@pytest.fixture
def spa_again(dynamodb: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Spa]:
    """Monday morning at the spa, as often as it is asked for."""
    from tests.support.spa import opened_spa

    return lambda: opened_spa(monkeypatch)
