"""What the provider says decides: the right money confirms, once; nothing else does."""

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.orders import table as orders
from chalicelib.orders.model import Order
from chalicelib.payments.gateway import Reason, Refused
from chalicelib.payments.model import PaymentId
from tests.support.spa import Placed, Spa, line, opened_spa, signal


def test_a_paid_order_is_confirmed_and_its_hours_are_the_guests(spa: Spa) -> None:
    order = spa.place()
    spa.provider.pay(order.payment)
    assert order.webhook() == []
    view = order.view()
    assert (view["state"], view["paid"], view["refunded"], view["balance_due"]) == ("confirmed", 50_000, 0, 0)
    marks = [mark["M"] for sheet in spa.dump()["calendar"] for name, mark in sheet.items() if name[0] == "t"]
    assert marks == [{"h": {"S": view["lines"][0]["id"]}}] * 5
    spa.clock.advance(days=1)
    assert spa.client.post("/api/carritos", {"lines": [line()]}).code == "slot_taken"


def test_confirming_says_so_in_one_fact_with_the_guests_own_trace(spa: Spa) -> None:
    _, token = spa.open_cart(line())
    from tests.support.spa import check_out_form

    placed = spa.client.post("/api/reservas", check_out_form(), token=token, headers={"x-request-id": "guest-trace-1"})
    order = Placed(spa, placed.json["order"]["id"], placed.json["token"], placed.json["payment"]["id"])
    spa.provider.pay(order.payment)
    order.webhook()
    facts = [item for item in spa.dump()["orders"] if item["sk"]["S"].startswith("fact#")]
    assert sorted(fact["type"]["S"] for fact in facts) == ["order.confirmed", "order.placed"]
    assert {fact["trace"]["S"] for fact in facts} == {"guest-trace-1"}


def test_webhook_and_return_page_both_arriving_confirm_one_order_once(spa: Spa) -> None:
    order = spa.place()
    spa.provider.pay(order.payment)
    order.webhook()
    before = spa.dump()
    order.comes_back()
    order.webhook()
    order.look()
    assert spa.dump() == before
    assert order.facts() == ["order.placed", "order.confirmed"]


@pytest.mark.parametrize("ways", list(permutations(["webhook", "comes_back", "look"])))
def test_webhook_return_and_poll_in_any_order_confirm_once(spa: Spa, ways: tuple[str, ...]) -> None:
    order = spa.place()
    spa.provider.pay(order.payment)
    for way in ways:
        getattr(order, way)()
    assert order.facts() == ["order.placed", "order.confirmed"]
    assert order.view()["paid"] == 50_000


WAYS = st.lists(st.sampled_from(["webhook", "comes_back", "look", "pay", "minute"]), max_size=10)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ways=WAYS)
def test_any_order_and_number_of_signals_gives_one_confirmation(
    dynamodb: str, monkeypatch: pytest.MonkeyPatch, ways: list[str]
) -> None:
    spa = opened_spa(monkeypatch)
    order = spa.place()
    for way in [*ways, "pay", "webhook"]:
        if way == "pay":
            spa.provider.pay(order.payment)
        elif way == "minute":
            spa.clock.advance(minutes=1)
        else:
            getattr(order, way)()
    view = order.view()
    assert order.facts() == ["order.placed", "order.confirmed"]
    assert (view["state"], view["paid"], len(view["payments"])) == ("confirmed", 50_000, 1)


@pytest.mark.parametrize(("amount", "currency"), [(1000, "CLP"), (49_999, "CLP"), (50_001, "CLP"), (50_000, "USD")])
def test_other_money_than_was_asked_never_confirms(spa: Spa, amount: int, currency: str) -> None:
    order = spa.place()
    spa.provider.pay(order.payment, amount=amount, currency=currency)
    order.webhook()
    order.comes_back()
    order.look()
    view = order.view()
    credit = amount if currency == "CLP" else 0
    assert (view["state"], view["paid"], view["credit"]) == ("pending_payment", 0, credit)
    assert (view["balance_due"], view["payable"]) == (50_000 - credit, max(0, 50_000 - credit))
    assert order.facts() == ["order.placed", "payment.mismatch"]
    assert view["payments"][0]["state"] == "mismatch"


def test_a_thousand_pesos_do_not_pay_for_a_hundred_and_twenty_thousand(spa: Spa) -> None:
    order = spa.place(
        line(service="tina-puntiagudo", start="2026-12-02 16:30"), line(service="tina-llaima", start="2026-12-02 16:30")
    )
    assert order.view()["total"] == 120_000
    spa.provider.pay(order.payment, amount=1000)
    order.webhook()
    assert (order.view()["state"], order.view()["paid"]) == ("pending_payment", 0)


def test_another_orders_payment_does_not_confirm_this_one(spa: Spa) -> None:
    mine, other = spa.place(), spa.place(line(service="tina-tronador"))
    spa.provider.pay(other.payment)
    report = spa.provider.reports[other.payment]  # type: ignore[index]
    spa.provider.reports[mine.payment] = report  # type: ignore[index]
    mine.comes_back()
    assert mine.view()["state"] == "pending_payment"
    other.webhook()
    assert (mine.view()["state"], other.view()["state"]) == ("pending_payment", "confirmed")


def test_a_made_up_token_changes_nothing(spa: Spa) -> None:
    order = spa.place()
    before = spa.dump()
    assert spa.work(signal("confirmation", token="0123456789abcdef")) == []
    assert spa.dump() == before
    assert order.view()["state"] == "pending_payment"


@pytest.mark.parametrize("reason", [Reason.OTHER, Reason.NOT_FOUND, Reason.ALREADY_PAID])
def test_a_token_the_provider_wont_speak_about_fills_no_dead_letters(
    spa: Spa, monkeypatch: pytest.MonkeyPatch, reason: Reason
) -> None:
    def refuse(token: str) -> None:
        raise Refused("flow", "105", "No services available", reason)

    monkeypatch.setattr(spa.provider, "fetch", refuse)
    assert spa.work(signal("confirmation", token="0123456789abcdef")) == []


def test_a_signal_while_our_keys_are_refused_comes_again(spa: Spa, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(token: str) -> None:
        raise Refused("flow", "1700", "bad credentials", Reason.CREDENTIALS)

    monkeypatch.setattr(spa.provider, "fetch", refuse)
    assert spa.work(signal("confirmation", token="0123456789abcdef")) == ["message-0"]


def test_a_payment_of_another_shop_on_the_same_account_changes_nothing(spa: Spa) -> None:
    order = spa.place()
    theirs = PaymentId("order-4711-of-another-system")
    spa.provider.reports[theirs] = replace(spa.provider.reports[PaymentId(order.payment)], payment=theirs)
    before = spa.dump()
    assert spa.work(signal("confirmation", token=spa.provider.token(theirs))) == []
    assert spa.dump() == before


@pytest.mark.parametrize(("what", "fact"), [("reject", "payment.rejected"), ("annul", "payment.annulled")])
def test_a_payment_that_failed_can_be_tried_again_while_the_hours_are_kept(spa: Spa, what: str, fact: str) -> None:
    order = spa.place()
    getattr(spa.provider, what)(order.payment)
    order.webhook()
    order.comes_back()
    assert order.facts() == ["order.placed", fact]
    again = order.pay_again()
    assert again.status == 201
    payment = again.json["payment"]
    assert (payment["id"] != order.payment, payment["amount"], payment["state"]) == (True, 50_000, "pending")
    spa.provider.pay(payment["id"])
    order.webhook(payment["id"])
    assert order.view()["state"] == "confirmed"
    assert order.facts() == ["order.placed", fact, "payment.opened", "order.confirmed"]


def test_paying_again_while_the_page_is_open_leads_back_to_it(spa: Spa) -> None:
    order = spa.place()
    before = [payment["id"] for payment in order.view()["payments"]]
    again = order.pay_again()
    assert again.json["payment"]["id"] == order.payment
    assert [payment["id"] for payment in order.view()["payments"]] == before


def test_a_confirmed_order_is_not_paid_again(spa: Spa) -> None:
    order = spa.place()
    spa.provider.pay(order.payment)
    order.webhook()
    before = spa.dump()
    again = order.pay_again()
    assert (again.status, again.code) == (409, "order_already_paid")
    assert spa.dump() == before


def test_there_are_eight_tries_at_paying(spa: Spa) -> None:
    order = spa.place()
    payment = order.payment
    for _ in range(7):
        spa.provider.reject(payment)
        order.webhook(payment)
        payment = order.pay_again().json["payment"]["id"]
    spa.provider.reject(payment)
    order.webhook(payment)
    before = spa.dump()
    again = order.pay_again()
    assert (again.status, again.code) == (409, "too_many_tries")
    assert spa.dump() == before


def test_paying_twice_confirms_with_the_first_and_gives_the_second_back(spa: Spa) -> None:
    order = spa.place()
    spa.clock.advance(minutes=11)
    second = order.pay_again().json["payment"]["id"]
    assert second != order.payment
    for payment in (order.payment, second):
        spa.provider.pay(payment)
    for _ in range(2):
        order.webhook(order.payment)
        order.webhook(second)
    view = order.view()
    assert (view["state"], view["total"], view["paid"], view["balance_due"]) == ("confirmed", 50_000, 100_000, 0)
    assert _refunds(view) == {order.payment: [], second: ["due"]}
    assert (view["kept"], view["returning"], view["refunded"]) == (50_000, 50_000, 0)
    assert order.facts() == ["order.placed", "payment.opened", "order.confirmed", "payment.refund_due"]
    assert view["history"][-1]["detail"] == "Esta reserva se pagó dos veces; te devolveremos uno de los pagos."
    refund(spa, order)
    view = order.view()
    assert (view["paid"], view["refunded"], view["balance_due"]) == (100_000, 50_000, 0)
    assert [(ask.payment, ask.amount) for ask in spa.provider.refunds] == [(second, 50_000)]


def test_paying_twice_is_noticed_even_when_the_second_webhook_is_lost(spa: Spa) -> None:
    order = spa.place()
    spa.clock.advance(minutes=11)
    second = order.pay_again().json["payment"]["id"]
    for payment in (order.payment, second):
        spa.provider.pay(payment)
    order.webhook(order.payment)
    for _ in range(30):
        spa.clock.advance(minutes=1)
        assert spa.poll()["failed"] == 0
    assert _refunds(order.view()) == {order.payment: [], second: ["due"]}
    assert spa.poll() == {"looked": 0, "failed": 0}


def _refunds(view: dict[str, Any]) -> dict[str, list[str]]:
    return {payment["id"]: [one["state"] for one in payment["refunds"]] for payment in view["payments"]}


def refund(spa: Spa, order: Placed) -> None:
    """Let the refund worker hear of every refund that is due, twice."""
    for fact in spa.dump()["orders"]:
        if fact.get("type", {}).get("S") == "payment.refund_due" and fact["pk"]["S"] == order.id:
            import json

            message = {
                "id": fact["sk"]["S"],
                "type": "payment.refund_due",
                "at": fact["at"]["S"],
                "order": order.id,
                "trace": "t",
                "data": json.loads(fact["data"]["S"]),
            }
            assert spa.refund(message, message) == []


def test_paying_again_while_the_schedule_looks_at_the_order_just_works(
    spa: Spa, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = spa.place()
    spa.provider.reject(order.payment)
    order.webhook()
    spa.clock.advance(minutes=1)
    load = orders.load

    def overtaken(order_id: str) -> Order:
        found = load(order_id)
        monkeypatch.setattr(orders, "load", load)
        assert spa.poll() == {"looked": 1, "failed": 0}
        return found

    monkeypatch.setattr(orders, "load", overtaken)
    again = order.pay_again()
    assert again.status == 201
    assert [payment["state"] for payment in again.json["order"]["payments"]] == ["rejected", "pending"]
