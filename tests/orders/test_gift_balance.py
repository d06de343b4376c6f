"""What is left to pay of a confirmed order is paid with a gift card: by its guest, or at the desk."""

from typing import Any

import pytest

from chalicelib.aws.idempotency import RequestRecord
from chalicelib.core.clock import epoch
from chalicelib.core.ids import gift_code
from tests.giftcards.conftest import gift
from tests.orders.gifts import card, entries, everything, placed, sums, uses, worth
from tests.orders.test_changing import change, confirmed, ids
from tests.orders.test_deposits import cabin, pay
from tests.support.http import Answer
from tests.support.spa import Placed, Spa, line


def redeem(order: Placed, code: str, **options: Any) -> Answer:
    return order.spa.client.post(f"/api/reservas/{order.id}/codigos", {"code": code}, token=order.token, **options)


def at_the_desk(order: Placed, code: str) -> Answer:
    path = f"/api/admin/reservas/{order.id.replace('-', '').lower()}/codigos"
    return order.spa.client.post(path, {"code": code}, staff="reception")


def refused(order: Placed, code: str) -> tuple[int, str]:
    """Try in vain; nothing changes."""
    before = everything()
    answer = redeem(order, code)
    assert everything() == before
    return answer.status, answer.code


@pytest.fixture
def halved(spa: Spa) -> Placed:
    """Two nights of 180,000, half of them paid."""
    return confirmed(spa, cabin(), pay="deposit")


def test_a_card_pays_what_it_can_and_the_page_asks_for_the_rest(halved: Placed) -> None:
    gift_id, code = card(halved.spa, 60_000)
    paid = redeem(halved, code)
    assert (paid.status, paid.json["covered"], paid.json["balance_due"]) == (200, 60_000, 30_000)
    assert paid.json["cards"] == [{"ending": code[-6:], "amount": 60_000, "state": "spent", "returned": 0}]
    assert paid.json["history"][-1]["type"] == "order.card_redeemed"
    assert paid.json["history"][-1]["cards"] == [{"ending": code[-6:], "amount": 60_000}]
    assert worth(gift_id) == (0, 0, {}) and entries(gift_id) == [("issue", 60_000), ("redeem", -60_000)]
    balance = halved.pay_again().json["payment"]
    assert balance["amount"] == 30_000
    pay(halved, balance["id"])
    assert sums(halved) == (180_000, 120_000, 60_000, 0)


def test_no_more_than_is_due_is_taken_and_the_rest_stays_on_the_card(halved: Placed) -> None:
    gift_id, code = card(halved.spa, 200_000)
    assert redeem(halved, code).json["balance_due"] == 0
    assert worth(gift_id) == (110_000, 110_000, {})
    assert refused(halved, code) == (409, "order_already_paid")


def test_the_desk_does_it_for_a_guest_and_the_ledger_says_who(halved: Placed) -> None:
    _, code = card(halved.spa, 90_000)
    paid = at_the_desk(halved, code)
    assert (paid.status, paid.json["balance_due"]) == (200, 0)
    from chalicelib.giftcards import table
    from chalicelib.orders import table as orders

    (use,) = orders.load(halved.id).cards
    assert table.load(use.card).entries[-1].by == "member-reception"
    assert orders.history(halved.id)[-1].data["by"] == "member-reception"


def test_the_same_card_pays_twice_for_one_order_as_one(halved: Placed) -> None:
    gift_id, code = card(halved.spa, 150_000)
    assert redeem(halved, code).status == 200
    assert change(halved, "add", products=[{"product": "espumante", "quantity": 2}]).status == 200
    assert redeem(halved, code).status == 200
    assert uses(halved) == [(120_000, "spent", 0)] and worth(gift_id) == (30_000, 30_000, {})
    assert entries(gift_id) == [("issue", 150_000), ("redeem", -90_000), ("redeem", -30_000)]


def test_the_same_request_again_takes_nothing_again(halved: Placed) -> None:
    gift_id, code = card(halved.spa, 50_000)
    first, again = (redeem(halved, code, key="redeem-this-once") for _ in range(2))
    assert (first.status, first.body) == (again.status, again.body)
    assert entries(gift_id) == [("issue", 50_000), ("redeem", -50_000)]


@pytest.mark.parametrize("typed", ["x", "AAAA-AAAA-AAAA-AAAA-A", None])
def test_what_is_no_card_pays_nothing(halved: Placed, typed: str | None) -> None:
    assert refused(halved, typed or gift_code()) == (404, "gift_card_not_found")


def test_ten_wrong_codes_at_the_desk_are_enough_too(halved: Placed) -> None:
    _, code = card(halved.spa)
    for _ in range(10):
        assert at_the_desk(halved, gift_code()).status == 404
    assert at_the_desk(halved, code).status == 429 and sums(halved) == (180_000, 90_000, 0, 90_000)


def test_an_order_that_is_not_confirmed_or_is_over_takes_no_card(spa: Spa) -> None:
    _, code = card(spa)
    order = spa.place()
    assert refused(order, code) == (409, "order_not_confirmed")
    spa.clock.advance(minutes=26)
    spa.poll()
    assert refused(order, code) == (409, "order_not_confirmed")
    other = confirmed(spa)
    assert refused(other, code) == (409, "order_already_paid")
    assert change(other, "cancel_all").status == 200
    assert refused(other, code) == (409, "order_not_confirmed")


def test_a_card_pays_for_no_gift_card_that_is_still_to_be_paid(spa: Spa) -> None:
    _, code = card(spa, 300_000)
    cart, token = spa.open_cart(cabin())
    assert spa.put(cart["id"], token, {"gifts": [gift()]}).status == 201
    answer = spa.check_out(token, pay="deposit")
    order = Placed(spa, answer.json["order"]["id"], answer.json["token"], answer.json["payment"]["id"])
    pay(order, order.payment)  # half of the nights, and the gift
    assert sums(order) == (230_000, 140_000, 0, 90_000)
    paid = redeem(order, code)
    assert (paid.json["balance_due"], paid.json["covered"]) == (0, 90_000)


def test_a_charged_back_gift_is_paid_by_no_card(spa: Spa) -> None:
    from chalicelib.orders.returned import record_all

    _, code = card(spa, 300_000)
    opened = spa.client.post("/api/carritos", {"gifts": [gift()]}).json
    answer = spa.check_out(opened["token"])
    order = Placed(spa, answer.json["order"]["id"], answer.json["token"], answer.json["payment"]["id"])
    pay(order, order.payment)
    spa.provider.claim(order.payment)
    record_all(spa.provider.back, spa.clock)
    assert order.view()["balance_due"] == 50_000
    assert refused(order, code) == (409, "gift_card_not_needed")


def test_a_payment_under_way_gives_back_what_a_card_has_paid_meanwhile(halved: Placed) -> None:
    _, code = card(halved.spa, 60_000)
    under_way = halved.pay_again().json["payment"]
    assert redeem(halved, code).json["balance_due"] == 30_000
    pay(halved, under_way["id"])
    view = halved.view()
    assert (view["kept"], view["covered"], view["returning"], view["balance_due"]) == (120_000, 60_000, 60_000, 0)


def test_an_empty_card_and_a_sixth_card_pay_nothing(halved: Placed) -> None:
    for _ in range(5):
        assert redeem(halved, card(halved.spa, 1_000)[1]).status == 200
    assert refused(halved, card(halved.spa, 1_000)[1]) == (409, "too_many_gift_cards")
    gift_id, code = card(halved.spa, 50_000)
    spent = placed(halved.spa, [code], line("2026-12-03 12:00"))
    assert spent.view()["state"] == "confirmed" and worth(gift_id) == (0, 0, {})
    other = confirmed(halved.spa, cabin_next_week(), pay="deposit")
    assert refused(other, code) == (409, "gift_card_empty")


def cabin_next_week() -> dict[str, Any]:
    return {**line("2026-12-11 16:00", service="cabana-tepa"), "nights": 2}


def test_gifts_that_wait_for_the_balance_are_issued_once_a_card_has_paid_it(spa: Spa) -> None:
    from chalicelib.orders import table as orders

    _, code = card(spa, 100_000)
    cart, token = spa.open_cart(cabin())
    spa.put(cart["id"], token, {"gifts": [gift()]})
    answer = spa.check_out(token, pay="deposit")
    order = Placed(spa, answer.json["order"]["id"], answer.json["token"], answer.json["payment"]["id"])
    pay(order, order.payment)
    assert "order.gifts_paid" not in order.facts()
    assert redeem(order, code).status == 200
    assert order.facts()[-1] == "order.gifts_paid" and len(orders.load(order.id).to_issue) == 1
    assert ids(order)


def test_a_request_whose_answer_was_lost_has_paid_once(halved: Placed) -> None:
    gift_id, code = card(halved.spa, 200_000)
    assert redeem(halved, code, key="redeem-this-once").json["balance_due"] == 0
    record = next(one for one in RequestRecord.scan() if one.body and "order.card_redeemed" in one.body)
    record.update(actions=[RequestRecord.body.remove(), RequestRecord.status.remove(),
                           RequestRecord.leased_until.set(epoch(halved.spa.clock.now()))])
    halved.spa.clock.advance(minutes=1)
    again = redeem(halved, code, key="redeem-this-once")
    assert (again.status, again.json["covered"], again.json["balance_due"]) == (200, 90_000, 0)
    assert entries(gift_id) == [("issue", 200_000), ("redeem", -90_000)]
