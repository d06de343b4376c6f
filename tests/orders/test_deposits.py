"""Deposits, balances and credit: several payments of one order, each for exactly what is due."""

from typing import Any

import pytest

from tests.support.spa import Placed, Spa, line, signal


def cabin(nights: int = 2) -> dict[str, Any]:
    return {**line("2026-12-04 16:00", service="cabana-tepa"), "nights": nights}


def pay(order: Placed, payment: str, **wrong: Any) -> None:
    order.spa.provider.pay(payment, **wrong)
    assert order.webhook(payment) == []


def money(order: Placed) -> dict[str, Any]:
    view = order.view()
    return {name: view[name] for name in ("state", "total", "paid", "credit", "balance_due", "payable")}


def test_a_deposit_confirms_the_order_and_leaves_its_balance(spa: Spa) -> None:
    order = spa.place(cabin(), pay="deposit")
    (asked,) = order.view()["payments"]
    assert (asked["purpose"], asked["amount"]) == ("deposit", 90_000)
    pay(order, order.payment)
    assert money(order) == {
        "state": "confirmed", "total": 180_000, "paid": 90_000, "credit": 0, "balance_due": 90_000, "payable": 90_000
    }  # fmt: skip


def test_the_balance_is_paid_from_the_order_s_page_by_any_means(spa: Spa) -> None:
    order = spa.place(cabin(), pay="deposit")
    pay(order, order.payment)
    balance = order.pay_again("mercadopago").json["payment"]
    assert (balance["purpose"], balance["amount"], balance["method"]) == ("balance", 90_000, "mercadopago")
    pay(order, balance["id"])
    assert money(order) == {
        "state": "confirmed", "total": 180_000, "paid": 180_000, "credit": 0, "balance_due": 0, "payable": 0
    }  # fmt: skip
    assert order.facts() == ["order.placed", "order.confirmed", "payment.opened", "payment.received"]
    again = order.pay_again()
    assert (again.status, again.code) == (409, "order_already_paid")


def test_a_tub_is_paid_in_full_whatever_the_guest_would_rather(spa: Spa) -> None:
    order = spa.place(pay="deposit")
    (asked,) = order.view()["payments"]
    assert (asked["purpose"], asked["amount"]) == ("full", 50_000)


def test_a_balance_first_reported_with_another_amount_is_paid_once_the_right_one_is_known(spa: Spa) -> None:
    order = spa.place(cabin(), pay="deposit")
    pay(order, order.payment)
    balance = order.pay_again().json["payment"]["id"]
    pay(order, balance, amount=1_000)
    assert money(order)["credit"] == 1_000
    pay(order, balance, amount=90_000)
    assert money(order) == {
        "state": "confirmed", "total": 180_000, "paid": 180_000, "credit": 0, "balance_due": 0, "payable": 0
    }  # fmt: skip
    assert [payment["state"] for payment in order.view()["payments"]] == ["paid", "paid"]


def test_a_balance_paid_twice_is_given_back_once(spa: Spa) -> None:
    order = spa.place(cabin(), pay="deposit")
    pay(order, order.payment)
    first = order.pay_again().json["payment"]["id"]
    spa.clock.advance(minutes=11)  # its page is about to close: there is another
    second = order.pay_again().json["payment"]["id"]
    assert first != second
    for payment in (second, first):
        pay(order, payment)
    owed = {payment["id"]: [one["state"] for one in payment["refunds"]] for payment in order.view()["payments"]}
    assert owed == {order.payment: [], second: [], first: ["due"]}


def test_a_lost_notice_of_a_balance_is_healed_by_the_schedule(spa: Spa) -> None:
    order = spa.place(cabin(), pay="deposit")
    pay(order, order.payment)
    balance = order.pay_again().json["payment"]["id"]
    spa.provider.pay(balance)
    spa.clock.advance(minutes=1)
    assert spa.poll() == {"looked": 1, "failed": 0}
    assert money(order)["balance_due"] == 0


def test_a_balance_nobody_pays_leaves_the_order_confirmed(spa: Spa) -> None:
    order = spa.place(cabin(), pay="deposit")
    pay(order, order.payment)
    order.pay_again()
    for _ in range(30):
        spa.clock.advance(minutes=1)
        assert spa.poll()["failed"] == 0
    assert money(order)["state"] == "confirmed"
    assert order.view()["payments"][1]["state"] == "expired"
    assert spa.poll() == {"looked": 0, "failed": 0}


def test_wrong_money_is_credited_and_the_next_payment_asks_for_the_rest(spa: Spa) -> None:
    order = spa.place()
    pay(order, order.payment, amount=1_000)
    assert money(order) == {
        "state": "pending_payment", "total": 50_000, "paid": 0, "credit": 1_000, "balance_due": 49_000,
        "payable": 49_000,
    }  # fmt: skip
    rest = order.pay_again().json["payment"]
    assert rest["amount"] == 49_000
    pay(order, rest["id"])
    assert money(order)["state"] == "confirmed"


@pytest.mark.parametrize("amount", [50_001, 120_000])
def test_too_much_confirms_nothing_until_the_guest_takes_the_credit(spa: Spa, amount: int) -> None:
    order = spa.place()
    pay(order, order.payment, amount=amount)
    assert (money(order)["state"], money(order)["credit"]) == ("pending_payment", amount)
    covered = order.pay_again()
    assert (covered.status, covered.json["payment"], covered.json["order"]["state"]) == (201, None, "confirmed")
    assert money(order)["balance_due"] == 50_000 - amount
    (sheet,) = spa.dump()["calendar"]
    assert all("u" not in mark["M"] for name, mark in sheet.items() if name.startswith("t"))


def test_credit_of_an_order_that_expires_goes_back(spa: Spa) -> None:
    order = spa.place()
    pay(order, order.payment, amount=1_000)
    spa.clock.advance(minutes=26)
    assert spa.poll()["failed"] == 0
    view = order.view()
    assert (view["state"], view["credit"], view["payments"][0]["refunds"][0]["state"]) == ("expired", 0, "due")
    assert order.facts() == ["order.placed", "payment.mismatch", "order.expired", "payment.refund_due"]


def test_money_of_another_amount_for_an_expired_order_goes_back(spa: Spa) -> None:
    order = spa.place()
    spa.clock.advance(minutes=26)
    spa.poll()
    pay(order, order.payment, amount=1_000)
    view = order.view()
    assert (view["state"], view["credit"], view["payments"][0]["refunds"][0]["state"]) == ("expired", 0, "due")


def test_the_same_signals_again_count_no_money_twice(spa: Spa) -> None:
    order = spa.place(cabin(), pay="deposit")
    pay(order, order.payment, amount=5_000)
    rest = order.pay_again(pay="deposit").json["payment"]
    assert rest["amount"] == 85_000
    for _ in range(3):
        pay(order, rest["id"])
        order.webhook(order.payment)
        spa.work(signal("return", payment=order.payment))
    assert money(order) == {
        "state": "confirmed", "total": 180_000, "paid": 85_000, "credit": 5_000, "balance_due": 90_000,
        "payable": 90_000,
    }  # fmt: skip


def test_the_waiting_page_sees_its_payment_and_nobody_else_s(spa: Spa) -> None:
    order, other = spa.place(), spa.place(line(service="tina-tronador"))
    seen = spa.client.get(f"/api/pagos/{order.payment}", token=order.token)
    assert (seen.status, seen.json["payment"]["state"], seen.json["order_state"]) == (200, "pending", "pending_payment")
    pay(order, order.payment)
    seen = spa.client.get(f"/api/pagos/{order.payment}", token=order.token).json
    assert (seen["payment"]["state"], seen["order_state"], seen["balance_due"]) == ("paid", "confirmed", 0)
    for payment, token in ((order.payment, other.token), ("pay_" + "0" * 22, order.token)):
        refused = spa.client.get(f"/api/pagos/{payment}", token=token)
        assert (refused.status, refused.code) == (404, "not_found")


def test_the_rest_of_a_deposit_confirms_nothing_once_the_credit_it_was_asked_beside_has_gone_back(spa: Spa) -> None:
    order = spa.place(cabin(), pay="deposit")
    pay(order, order.payment, amount=80_000)
    rest = order.pay_again(pay="deposit").json["payment"]
    assert rest["amount"] == 10_000
    spa.clock.advance(minutes=26)
    spa.poll()
    assert (money(order)["state"], money(order)["credit"]) == ("expired", 0)
    pay(order, rest["id"])
    assert order.view()["state"] == "expired"
    view = order.view()
    assert [one["state"] for payment in view["payments"] for one in payment["refunds"]] == ["due", "due"]
    assert (view["kept"], view["returning"]) == (0, 90_000)


def test_the_credit_of_an_order_whose_hours_are_lost_goes_back_too(spa: Spa) -> None:
    order = spa.place()
    pay(order, order.payment, amount=1_000)
    rest = order.pay_again().json["payment"]["id"]
    spa.clock.advance(minutes=26)
    spa.open_cart(line())  # somebody else takes the hour that has lapsed
    pay(order, rest)
    assert (money(order)["state"], money(order)["credit"], order.view()["kept"]) == ("expired", 1_000, 50_000)
    spa.clock.advance(hours=24)
    spa.poll()
    assert (money(order)["credit"], order.view()["kept"]) == (0, 0)
    assert order.view()["payments"][0]["refunds"][0]["state"] == "due"
    assert order.facts().count("payment.refund_due") == 2
