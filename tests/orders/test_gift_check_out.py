"""A cart is checked out with gift cards: kept while money is awaited, spent when nothing is left to pay."""

import pytest

from tests.orders.gifts import card, cart_with, entries, everything, placed, sums, uses, worth
from tests.orders.test_deposits import cabin, pay
from tests.support.spa import Spa, line


def test_a_card_that_pays_all_of_it_confirms_the_order_at_once(spa: Spa) -> None:
    gift, code = card(spa, 80_000)
    _, token = cart_with(spa, [code])
    answer = spa.check_out(token, charge=0)
    assert (answer.status, answer.json["payment"], answer.json["order"]["state"]) == (201, None, "confirmed")
    order = spa.client.get(f"/api/reservas/{answer.json['order']['id']}", token=answer.json["token"]).json
    assert (order["total"], order["kept"], order["covered"], order["balance_due"], order["payments"]) == (
        50_000, 0, 50_000, 0, [])
    assert [entry["type"] for entry in order["history"]] == ["order.placed", "order.confirmed"]
    assert order["history"][1]["cards"] == [{"ending": code[-6:], "amount": 50_000}]
    assert worth(gift) == (30_000, 30_000, {}) and entries(gift) == [("issue", 80_000), ("redeem", -50_000)]
    (sheet,) = spa.dump()["calendar"]
    assert all("u" not in mark["M"] for name, mark in sheet.items() if name.startswith("t"))
    assert spa.provider.asked == []


def test_what_a_card_leaves_is_asked_of_the_provider_and_its_money_spends_what_was_kept(spa: Spa) -> None:
    gift, code = card(spa, 30_000)
    order = placed(spa, [code], charge=20_000)
    assert [ask.amount for ask in spa.provider.asked] == [20_000]
    assert worth(gift) == (30_000, 0, {order.id: 30_000}) and uses(order) == [(30_000, "held", 0)]
    pay(order, order.payment)
    assert order.view()["state"] == "confirmed" and sums(order) == (50_000, 20_000, 30_000, 0)
    assert worth(gift) == (0, 0, {}) and uses(order) == [(30_000, "spent", 0)]
    for _ in range(2):
        order.webhook()
        order.comes_back()
    assert entries(gift) == [("issue", 30_000), ("redeem", -30_000)]


def test_an_order_that_nobody_pays_lets_go_of_its_cards(spa: Spa) -> None:
    gift, code = card(spa, 30_000)
    order = placed(spa, [code])
    spa.clock.advance(minutes=26)
    assert spa.poll()["failed"] == 0
    assert order.view()["state"] == "expired" and sums(order) == (50_000, 0, 0, 50_000)
    assert worth(gift) == (30_000, 30_000, {}) and uses(order) == [(30_000, "released", 0)]
    assert entries(gift) == [("issue", 30_000)]


def test_of_several_cards_the_one_that_ends_soonest_pays_first(spa: Spa) -> None:
    late, late_code = card(spa, 40_000, days=300)
    soon, soon_code = card(spa, 30_000, days=20)
    middle, middle_code = card(spa, 25_000, days=100)
    cart, token = cart_with(spa, [late_code, soon_code], line(), line("2026-12-03 12:00"))
    assert [(one["used"], one["free"]) for one in cart["cards"]] == [(30_000, 30_000), (40_000, 40_000)]
    assert (cart["total"], cart["covered"], cart["to_pay"]) == (100_000, 70_000, 30_000)
    added = spa.client.post(f"/api/carritos/{cart['id']}/codigos", {"code": middle_code}, token=token).json
    assert [one["used"] for one in added["cards"]] == [30_000, 25_000, 40_000]
    assert (added["covered"], added["to_pay"]) == (95_000, 5_000)
    spa.check_out(token, charge=5_000)
    assert [worth(one)[1] for one in (late, soon, middle)] == [0, 0, 0]


def test_a_deposit_is_paid_by_cards_first_and_by_money_for_the_rest(spa: Spa) -> None:
    gift, code = card(spa, 50_000)
    cart, token = cart_with(spa, [code], cabin())
    assert (cart["to_pay"], cart["deposit"], cart["deposit_to_pay"]) == (130_000, 90_000, 40_000)
    placed_ = spa.check_out(token, pay="deposit", charge=40_000)
    assert (placed_.json["payment"]["purpose"], placed_.json["payment"]["amount"]) == ("deposit", 40_000)
    spa.work({"provider": "flow", "kind": "confirmation", "trace": "t", "payment": None,
              "token": spa.provider.pay(placed_.json["payment"]["id"])})
    order = spa.client.get(f"/api/reservas/{placed_.json['order']['id']}", token=placed_.json["token"]).json
    assert (order["state"], order["kept"], order["covered"], order["balance_due"]) == (
        "confirmed", 40_000, 50_000, 90_000)
    assert worth(gift) == (0, 0, {})


def test_a_card_that_comes_to_the_deposit_confirms_it_and_leaves_the_balance(spa: Spa) -> None:
    gift, code = card(spa, 100_000)
    order = placed(spa, [code], cabin(), pay="deposit", charge=0)
    assert order.payment == "" and order.view()["state"] == "confirmed"
    assert sums(order) == (180_000, 0, 100_000, 80_000) and worth(gift) == (0, 0, {})
    balance = order.pay_again().json["payment"]
    assert (balance["purpose"], balance["amount"]) == ("balance", 80_000)
    pay(order, balance["id"])
    assert sums(order) == (180_000, 80_000, 100_000, 0)


@pytest.mark.parametrize("charge", [0, 19_999, 20_001, 50_000])
def test_another_amount_than_the_page_said_is_refused_and_nothing_happens(spa: Spa, charge: int) -> None:
    _, code = card(spa, 30_000)
    _, token = cart_with(spa, [code])
    before = everything()
    refused = spa.check_out(token, charge=charge)
    assert (refused.status, refused.code) == (409, "charge_changed")
    assert everything() == before
