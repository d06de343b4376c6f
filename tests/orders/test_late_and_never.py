"""Money that comes late, and money that never comes."""

from datetime import timedelta

import pytest

from chalicelib.core.clock import SPA_ZONE
from chalicelib.orders import jobs, table
from chalicelib.orders.model import Order
from tests.orders.test_paying import refund
from tests.support.spa import NOW, Spa, line, signal

DEADLINE = timedelta(minutes=25)  # fifteen to pay, ten of grace


def test_a_lost_webhook_is_healed_by_the_scheduled_look(spa: Spa) -> None:
    order = spa.place()
    spa.provider.pay(order.payment)
    assert spa.poll() == {"looked": 0, "failed": 0}
    spa.clock.advance(minutes=1)
    assert spa.poll() == {"looked": 1, "failed": 0}
    assert order.view()["state"] == "confirmed"
    spa.clock.advance(minutes=1)
    assert spa.poll() == {"looked": 0, "failed": 0}


def test_a_lost_webhook_is_healed_by_the_guests_return(spa: Spa) -> None:
    order = spa.place()
    spa.provider.pay(order.payment)
    order.comes_back()
    assert order.view()["state"] == "confirmed"


def test_an_answer_the_provider_lost_is_found_by_our_own_id(spa: Spa) -> None:
    _, token = spa.open_cart(line())
    spa.provider.loses_answers = True
    placed = spa.check_out(token).json
    spa.provider.loses_answers = False
    spa.provider.pay(placed["payment"]["id"])
    spa.clock.advance(minutes=1)
    spa.poll()
    seen = spa.client.get(f"/api/reservas/{placed['order']['id']}", token=placed["token"]).json
    assert (seen["state"], seen["paid"]) == ("confirmed", 50_000)


def test_an_order_nobody_pays_expires_after_the_grace_and_its_hours_are_free(spa: Spa) -> None:
    order = spa.place()
    while spa.clock.now() < NOW + DEADLINE:
        spa.poll()
        assert order.view()["state"] == "pending_payment"
        spa.clock.advance(minutes=1)
    assert spa.poll() == {"looked": 1, "failed": 0}
    view = order.view()
    assert (view["state"], view["payments"][0]["state"], view["payments"][0]["url"]) == ("expired", "expired", None)
    assert order.facts() == ["order.placed", "order.expired"]
    spa.clock.advance(seconds=1)
    assert spa.client.post("/api/carritos", {"lines": [line()]}).status == 201
    spa.clock.advance(minutes=5)
    assert spa.poll() == {"looked": 0, "failed": 0}


def test_an_expired_order_cannot_be_paid_any_more(spa: Spa) -> None:
    order = spa.place()
    spa.clock.advance(minutes=26)
    spa.poll()
    before = spa.dump()
    again = order.pay_again()
    assert (again.status, again.code) == (410, "order_expired")
    assert spa.dump() == before


def test_an_order_is_not_expired_while_the_provider_cannot_be_asked(spa: Spa) -> None:
    order = spa.place()
    spa.provider.pay(order.payment)
    spa.provider.down = True
    for _ in range(40):
        spa.clock.advance(minutes=1)
        spa.poll()
    assert order.view()["state"] == "pending_payment"
    spa.provider.down = False
    spa.clock.advance(minutes=1)
    spa.poll()
    assert order.view()["state"] == "confirmed"


def test_another_try_at_the_last_moment_keeps_the_hours_for_its_own_deadline(spa: Spa) -> None:
    order = spa.place()
    spa.clock.advance(minutes=14)
    second = order.pay_again().json["payment"]["id"]
    spa.clock.advance(minutes=20)
    spa.poll()
    assert order.view()["state"] == "pending_payment"
    spa.provider.pay(second)
    order.webhook(second)
    assert order.view()["state"] == "confirmed"


def test_late_money_takes_the_same_hours_again_if_they_are_free(spa: Spa) -> None:
    order = spa.place()
    spa.clock.advance(minutes=26)
    spa.poll()
    assert order.view()["state"] == "expired"
    spa.clock.advance(hours=2)
    spa.provider.pay(order.payment)
    order.webhook()
    view = order.view()
    assert (view["state"], view["paid"], view["balance_due"]) == ("confirmed", 50_000, 0)
    assert order.facts() == ["order.placed", "order.expired", "order.confirmed"]
    assert spa.client.post("/api/carritos", {"lines": [line()]}).code == "slot_taken"


def test_late_money_whose_hour_was_sold_goes_back_once_on_request(spa: Spa) -> None:
    order = spa.place()
    spa.clock.advance(minutes=26)
    spa.poll()
    buyer = spa.place()
    spa.provider.pay(buyer.payment)
    buyer.webhook()
    calendar = spa.dump()["calendar"]
    spa.provider.pay(order.payment)
    for _ in range(3):
        order.webhook()
        order.comes_back()
    assert spa.dump()["calendar"] == calendar
    view = order.view()
    assert (view["state"], view["paid"], view["payments"][0]["refunds"]) == ("expired", 50_000, [])
    assert order.facts() == ["order.placed", "order.expired", "order.alternatives_offered"]
    assert spa.client.post(f"/api/reservas/{order.id}/devolucion", {}, token=order.token).status == 200
    refund(spa, order)
    refund(spa, order)
    view = order.view()
    assert (view["refunded"], view["payments"][0]["refunds"][0]["state"]) == (50_000, "refunded")
    assert [(ask.payment, ask.amount, ask.email) for ask in spa.provider.refunds] == [
        (order.payment, 50_000, "ana@example.com")
    ]
    assert buyer.view()["state"] == "confirmed"


def test_late_money_for_an_order_that_never_was_marked_expired_waits_for_other_hours_too(spa: Spa) -> None:
    order = spa.place()
    spa.clock.advance(minutes=26)
    spa.open_cart(line())
    spa.provider.pay(order.payment)
    order.webhook()
    view = order.view()
    assert (view["state"], view["kept"], view["choose_until"]) == (
        "expired", 50_000, (spa.clock.now() + timedelta(hours=24)).astimezone(SPA_ZONE).isoformat())
    assert order.facts() == ["order.placed", "order.alternatives_offered"]


def test_of_two_hours_one_lost_neither_is_taken_until_the_guest_chooses(spa: Spa) -> None:
    order = spa.place(line(), line("2026-12-03 12:00"))
    spa.clock.advance(minutes=26)
    spa.poll()
    spa.open_cart(line())
    before = spa.dump()["calendar"]
    spa.provider.pay(order.payment)
    order.webhook()
    assert spa.dump()["calendar"] == before
    assert (order.view()["kept"], bool(order.view()["choose_until"])) == (100_000, True)


def test_money_that_comes_after_the_hour_has_begun_waits_for_another(spa: Spa) -> None:
    order = spa.place(line("2026-11-30 12:00"))
    spa.clock.advance(hours=3)
    spa.provider.pay(order.payment)
    order.webhook()
    assert (order.view()["state"], order.view()["kept"]) == ("expired", 50_000)
    assert order.facts()[-1] == "order.alternatives_offered"


def test_a_signal_while_the_provider_is_down_comes_again(spa: Spa) -> None:
    order = spa.place()
    spa.provider.pay(order.payment)
    spa.provider.down = True
    assert order.webhook() == ["message-0"]
    spa.provider.down = False
    assert order.webhook() == []
    assert order.view()["state"] == "confirmed"


def test_one_bad_message_does_not_hold_up_the_others(spa: Spa) -> None:
    order = spa.place()
    token = spa.provider.pay(order.payment)
    failed = spa.work(
        signal("return", payment="pay_0000000000000000000000"), signal("confirmation", token=token), {"nonsense": True}
    )
    assert failed == ["message-0", "message-2"]
    assert order.view()["state"] == "confirmed"


def test_a_card_that_was_refused_and_another_that_paid_unheard_are_found_by_the_poll(spa: Spa) -> None:
    order = spa.place()
    token = spa.provider.reject(order.payment)
    spa.work(signal("confirmation", token=token))
    assert order.view()["payments"][0]["state"] == "rejected"
    spa.provider.pay(order.payment)
    spa.clock.advance(minutes=1)
    assert spa.poll() == {"looked": 1, "failed": 0}
    assert order.view()["state"] == "confirmed"


def test_one_order_that_cannot_be_looked_after_does_not_hold_up_the_others(spa: Spa) -> None:
    first, second = spa.place(), spa.place(line(service="tina-tronador"))
    find = spa.provider.find

    def broken_for_the_first(payment: str) -> object:
        if payment == first.payment:
            raise KeyError("a fault in our own code")
        return find(payment)

    spa.provider.find = broken_for_the_first  # type: ignore[method-assign, assignment]
    for order in (first, second):
        spa.provider.pay(order.payment)
    spa.clock.advance(minutes=1)
    assert spa.poll() == {"looked": 2, "failed": 1}
    assert (first.view()["state"], second.view()["state"]) == ("pending_payment", "confirmed")


def test_an_order_that_changes_while_it_is_settled_is_looked_at_again(
    spa: Spa, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = spa.place()
    spa.provider.pay(order.payment)
    load, read = table.load, []

    def load_and_be_overtaken(order_id: str) -> Order:
        found = load(order_id)
        if not read:
            read.append(found)
            spa.clock.advance(minutes=1)
            order.look()
        return found

    monkeypatch.setattr(table, "load", load_and_be_overtaken)
    assert order.webhook() == []
    assert order.facts() == ["order.placed", "order.confirmed"]


def test_a_look_that_read_the_order_before_it_was_confirmed_does_not_undo_it(
    spa: Spa, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = spa.place()
    load, looks = table.load, []

    def load_and_be_overtaken(order_id: str) -> Order:
        found = load(order_id)
        looks.append(found)
        if len(looks) == 2:  # the look has asked the provider in vain and is about to write down its next look
            spa.provider.pay(order.payment)
            order.webhook()
        return found

    monkeypatch.setattr(table, "load", load_and_be_overtaken)
    spa.clock.advance(minutes=1)
    assert spa.poll() == {"looked": 1, "failed": 1}
    assert order.view()["state"] == "confirmed"
    assert order.facts() == ["order.placed", "order.confirmed"]


class _SlowRun:
    """A run in which each order takes twenty seconds."""

    left = 55_000

    def get_remaining_time_in_millis(self) -> int:
        self.left -= 20_000
        return self.left + 20_000


def test_a_run_that_is_out_of_time_leaves_the_rest_to_the_next(spa: Spa) -> None:
    for start in ("12:00", "14:30", "17:00"):
        spa.place(line(f"2026-12-02 {start}"))
    spa.clock.advance(seconds=20)
    assert jobs.poll_payments({}, _SlowRun()) == {"looked": 2, "failed": 0}
    assert jobs.poll_payments({}, None) == {"looked": 1, "failed": 0}


def test_nobody_keeps_hours_for_longer_than_an_hour_and_a_half_by_trying(spa: Spa) -> None:
    order = spa.place()
    for _ in range(4):
        spa.clock.advance(minutes=14)
        assert order.pay_again().status == 201
    spa.clock.advance(minutes=14)
    before = spa.dump()
    again = order.pay_again()
    assert (again.status, again.code) == (409, "too_many_tries")
    assert spa.dump() == before
    spa.clock.advance(minutes=20)
    spa.poll()
    assert order.view()["state"] == "expired"
