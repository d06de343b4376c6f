"""Bank transfers: instructions, a day's hold, the front desk's word, and an end by itself."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.orders import settle
from chalicelib.payments.gateway import HostedPayment, PaymentRequest, Unreachable
from chalicelib.payments.transfer import TransferGateway
from tests.support.http import Answer
from tests.support.spa import NOW, Placed, Spa, line


def ordered(spa: Spa) -> Placed:
    return spa.place(payment_method="transfer")


def confirm(spa: Spa, payment: str, amount: Any = 50_000, reference: Any = "OP-12345", **options: Any) -> Answer:
    body = {"amount": amount, "reference": reference}
    return spa.client.post(f"/api/admin/pagos/{payment}/confirmacion", body, **{"staff": "reception", **options})


def awaited(spa: Spa) -> list[dict[str, Any]]:
    answer = spa.client.get("/api/admin/transferencias", staff="reception")
    assert answer.status == 200, answer.body
    found: list[dict[str, Any]] = answer.json["items"]
    return found


def marks(spa: Spa) -> list[dict[str, Any]]:
    return [mark["M"] for sheet in spa.dump()["calendar"] for name, mark in sheet.items() if name.startswith("t")]


def test_a_transfer_is_told_where_to_how_much_and_until_when(spa: Spa) -> None:
    order = ordered(spa)
    (payment,) = order.view()["payments"]
    assert payment["instructions"] == {
        "bank": "Banco de Chile", "account_type": "Cuenta corriente", "account": "00-800-12345-06",
        "holder": "Aremko SpA", "rut": "76.086.428-5", "email": "pagos@aremko.cl", "reference": order.id,
        "amount": 50_000, "until": (NOW + timedelta(hours=24)).isoformat(),
    }  # fmt: skip
    assert payment["url"] == f"https://aremko.test/pago/?reserva={order.id}"
    assert order.facts() == ["order.placed", "payment.transfer_awaited"]


def test_a_check_out_that_died_on_its_way_leaves_one_transfer_to_be_made_not_two(
    spa: Spa, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = TransferGateway.create

    def fail_once(self: TransferGateway, ask: PaymentRequest) -> HostedPayment:
        monkeypatch.setattr(TransferGateway, "create", create)
        raise Unreachable("transfer")

    monkeypatch.setattr(TransferGateway, "create", fail_once)
    order = ordered(spa)
    assert [payment["state"] for payment in order.view()["payments"]] == ["created"]
    again = order.pay_again("transfer").json["payment"]
    assert (again["id"], again["state"], again["instructions"]["amount"]) == (order.payment, "pending", 50_000)
    assert order.facts() == ["order.placed", "payment.transfer_awaited"]


def test_the_hours_are_kept_for_a_day_and_ten_minutes(spa: Spa) -> None:
    ordered(spa)
    until = int((NOW + timedelta(hours=24, minutes=10)).timestamp())
    assert {int(mark["u"]["N"]) for mark in marks(spa)} == {until}


def test_the_front_desk_confirms_it_and_who_did_is_kept(spa: Spa) -> None:
    order = ordered(spa)
    assert awaited(spa) == [{
        "payment": order.payment, "order": order.id, "amount": 50_000,
        "created_at": NOW.isoformat(), "expires_at": (NOW + timedelta(hours=24)).isoformat(),
    }]  # fmt: skip
    spa.clock.advance(hours=20)
    answer = confirm(spa, order.payment)
    assert (answer.status, answer.json["order"]["state"], answer.json["payment"]["state"]) == (200, "confirmed", "paid")
    assert all("u" not in mark for mark in marks(spa))
    assert awaited(spa) == []
    (fact,) = [fact for fact in spa.dump()["orders"] if fact.get("type", {}).get("S") == "order.confirmed"]
    assert '"by": "' in fact["data"]["S"]


def test_saying_it_twice_changes_nothing_and_saying_something_else_is_refused(spa: Spa) -> None:
    order = ordered(spa)
    confirm(spa, order.payment)
    before = spa.dump()
    assert confirm(spa, order.payment).json["payment"]["state"] == "paid"
    other = confirm(spa, order.payment, amount=49_000)
    assert (other.status, other.code) == (409, "transfer_confirmed_already")
    assert spa.dump() == before


def test_another_amount_confirms_nothing_and_is_credited(spa: Spa) -> None:
    order = ordered(spa)
    assert confirm(spa, order.payment, amount=30_000).json["payment"]["state"] == "mismatch"
    view = order.view()
    assert (view["state"], view["paid"], view["credit"], view["payable"]) == ("pending_payment", 0, 30_000, 20_000)
    rest = order.pay_again().json["payment"]
    assert rest["amount"] == 20_000
    spa.provider.pay(rest["id"])
    order.webhook(rest["id"])
    view = order.view()
    assert (view["state"], view["paid"], view["credit"], view["balance_due"]) == ("confirmed", 20_000, 30_000, 0)


def test_nobody_asks_a_bank_and_the_order_expires_by_itself_after_a_day(spa: Spa) -> None:
    order = ordered(spa)
    spa.clock.advance(minutes=1)
    assert spa.poll() == {"looked": 1, "failed": 0}
    spa.clock.advance(hours=24)
    assert spa.poll()["looked"] == 0
    assert order.view()["state"] == "pending_payment"
    spa.clock.advance(minutes=10)
    assert spa.poll() == {"looked": 1, "failed": 0}
    assert (order.view()["state"], order.view()["payments"][0]["state"]) == ("expired", "expired")
    assert awaited(spa) == []
    spa.open_cart(line())  # the hour is free


def test_a_transfer_that_comes_too_late_takes_the_same_hours_if_they_are_free(spa: Spa) -> None:
    order = ordered(spa)
    spa.clock.advance(hours=24, minutes=11)
    spa.poll()
    assert confirm(spa, order.payment).json["order"]["state"] == "confirmed"


def test_a_transfer_for_hours_that_are_gone_goes_back_by_hand_if_no_others_are_chosen(spa: Spa) -> None:
    order = ordered(spa)
    spa.clock.advance(hours=24, minutes=11)
    spa.poll()
    spa.open_cart(line())
    answer = confirm(spa, order.payment)
    seen = answer.json["order"]
    assert (seen["state"], seen["kept"], seen["payments"][0]["refunds"]) == ("expired", 50_000, [])
    spa.clock.advance(hours=24)
    spa.poll()
    [refund] = spa.client.get(f"/api/reservas/{order.id}", token=order.token).json["payments"][0]["refunds"]
    assert (refund["state"], refund["by_hand"]) == ("due", True)


def test_a_transfer_is_not_offered_for_an_hour_within_its_own_day(spa: Spa) -> None:
    spa.clock.advance(hours=33)  # Tuesday 18:00; the tub is on Wednesday at 17:00
    cart, token = spa.open_cart(line())
    assert cart["methods"] == ["flow", "mercadopago"]
    before = spa.dump()
    answer = spa.check_out(token, payment_method="transfer")
    assert (answer.status, answer.fields) == (422, {"payment_method": "method_not_offered"})
    assert spa.dump() == before


def test_who_meant_to_transfer_may_pay_by_card_hours_later(spa: Spa) -> None:
    order = ordered(spa)
    spa.clock.advance(hours=5)
    card = order.pay_again()
    assert card.status == 201
    spa.provider.pay(card.json["payment"]["id"])
    order.webhook(card.json["payment"]["id"])
    assert order.view()["state"] == "confirmed"
    [refund] = confirm(spa, order.payment).json["payment"]["refunds"]
    assert (refund["state"], refund["reason"]) == ("due", "paid_twice")


@pytest.mark.parametrize(
    ("amount", "reference", "status", "code"),
    [
        (0, "OP-1", 422, "invalid_fields"),
        (-5, "OP-1", 422, "invalid_fields"),
        (50_000.5, "OP-1", 422, "invalid_fields"),
        ("50000", "OP-1", 422, "invalid_fields"),
        (50_000, "", 422, "invalid_fields"),
        (50_000, "<script>", 422, "invalid_fields"),
        (50_000, "x" * 41, 422, "invalid_fields"),
    ],
)
def test_a_confirmation_that_makes_no_sense_is_refused(
    spa: Spa, amount: Any, reference: Any, status: int, code: str
) -> None:
    order = ordered(spa)
    before = spa.dump()
    answer = confirm(spa, order.payment, amount, reference)
    assert (answer.status, answer.code) == (status, code)
    assert spa.dump() == before


def test_only_transfers_are_confirmed_by_hand_and_only_those_there_are(spa: Spa) -> None:
    card = spa.place()
    before = spa.dump()
    assert confirm(spa, card.payment).code == "not_a_transfer"
    assert confirm(spa, "pay_" + "0" * 22).code == "payment_not_found"
    assert confirm(spa, "nonsense").code == "payment_not_found"
    assert confirm(spa, card.payment, staff="therapist").code == "not_permitted"
    assert spa.dump() == before


def test_the_front_desk_sees_an_order_by_its_number(spa: Spa) -> None:
    order = ordered(spa)
    seen = spa.client.get(f"/api/admin/reservas/{order.id.lower()}", staff="reception")
    assert (seen.status, seen.json["id"]) == (200, order.id)
    assert datetime.fromisoformat(seen.json["pay_until"]) == NOW + timedelta(hours=24)


@pytest.mark.parametrize("typed", ["A" * 3000, "-" * 3000, "ñ" * 1500, "3333-3334-3", "nonsense"])
def test_what_is_no_order_number_finds_no_order(spa: Spa, typed: str) -> None:
    seen = spa.client.get(f"/api/admin/reservas/{typed}", staff="reception")
    assert (seen.status, seen.code) == (404, "order_not_found")


def test_an_order_number_is_found_without_its_dashes(spa: Spa) -> None:
    order = ordered(spa)
    seen = spa.client.get(f"/api/admin/reservas/{order.id.lower().replace('-', '')}", staff="reception")
    assert (seen.status, seen.json["id"]) == (200, order.id)


@pytest.mark.parametrize(("first", "second"), [(40_000, 50_000), (50_000, 40_000)])
def test_of_two_movements_told_at_once_the_second_is_refused_whatever_it_says(
    spa: Spa, monkeypatch: pytest.MonkeyPatch, first: int, second: int
) -> None:
    order = ordered(spa)
    deciding = settle.verdict
    told: list[dict[str, Any]] = []

    def after_the_other(*args: Any, **options: Any) -> Any:
        monkeypatch.setattr(settle, "verdict", deciding)
        assert confirm(spa, order.payment, first, "OP-1").status == 200
        told.append(order.view())
        return deciding(*args, **options)

    monkeypatch.setattr(settle, "verdict", after_the_other)
    answer = confirm(spa, order.payment, second, "OP-2")
    assert (answer.status, answer.code) == (409, "transfer_confirmed_already")
    assert told == [order.view()]
