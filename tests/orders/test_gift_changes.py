"""What gift cards have paid goes back to them by the rules of docs/changes.md; no peso is lost between both ledgers."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from chalicelib.orders.check_cards import check
from chalicelib.orders.issue import issue
from chalicelib.orders.returned import record_all
from tests.giftcards.conftest import gift
from tests.orders.gifts import card, cart_with, entries, last_day, placed, put_in, sums, uses, worth
from tests.orders.test_changing import by_staff, change, ids
from tests.orders.test_deposits import cabin, pay
from tests.orders.test_gift_audit import gift_order
from tests.orders.test_transfers import confirm
from tests.orders.test_visit import say
from tests.support.spa import Placed, Spa, at, line

MASSAGE = line("2026-12-02 14:15", service="masaje-relajacion")
HYDRO = line("2026-12-10 16:30", service="tina-llaima")


def pays(order: Placed, method: str, amount: int) -> None:
    if method == "transfer":
        assert confirm(order.spa, order.payment, amount=amount).status == 200
    else:
        pay(order, order.payment)


def pack(spa: Spa, method: str = "flow") -> tuple[Placed, str, str]:
    """Return a paid tub with a massage, 95,000 by their pack: 30,000 and 40,000 of two cards, 25,000 of money."""
    soon, soon_code = card(spa, 30_000, days=20)
    late, late_code = card(spa, 40_000, days=300)
    order = placed(spa, [late_code, soon_code], line(), MASSAGE, payment_method=method, charge=25_000)
    pays(order, method, 25_000)
    assert sums(order) == (95_000, 25_000, 70_000, 0)
    return order, soon, late


def test_money_goes_back_before_cards_and_the_card_that_ends_last_before_the_others(spa: Spa) -> None:
    order, soon, late = pack(spa)
    assert change(order, "cancel", line=ids(order)[1]).status == 200  # the pack goes with it: 50,000 are left
    assert sums(order) == (50_000, 0, 50_000, 0)
    assert (worth(soon), worth(late)) == ((0, 0, {}), (20_000, 20_000, {}))
    assert entries(late) == [("issue", 40_000), ("redeem", -40_000), ("refund", 20_000)]
    assert sorted(uses(order)) == [(20_000, "spent", 20_000), (30_000, "spent", 0)]
    assert [one.amount for one in spa.provider.refunds] == []  # owed; the worker asks for it
    assert [one["amount"] for payment in order.view()["payments"] for one in payment["refunds"]] == [25_000]


@pytest.mark.parametrize("method", ["flow", "mercadopago", "transfer"])
@pytest.mark.parametrize(("happens", "kept", "covered"), [
    (lambda order: change(order, "cancel_all"), 0, 0),
    (lambda order: change(order, "cancel_all", surplus="credit"), 25_000, 0),  # no card keeps paying for nothing
    (lambda order: change(order, "move", line=ids(order)[0], start=at("2026-12-02 19:30")), 25_000, 70_000),
    (lambda order: change(order, "cancel", line=ids(order)[0]), 10_000, 70_000),  # the massage alone is 80,000
], ids=["all", "all, for credit", "move", "the tub"])
def test_whatever_is_done_pesos_are_conserved(spa: Spa, method: str, happens: Callable[[Placed], Any], kept: int,
                                              covered: int) -> None:
    order, soon, late = pack(spa, method)
    done = happens(order)
    assert done.status == 200, done.body
    view = order.view()
    assert (view["kept"], view["covered"]) == (kept, covered)
    on_cards = worth(soon)[0] + worth(late)[0]
    owed = sum(one["amount"] for payment in view["payments"] for one in payment["refunds"])
    assert on_cards + view["covered"] == 70_000 and owed + view["kept"] == 25_000


def test_what_is_given_up_late_stays_spent(spa: Spa) -> None:
    order, soon, late = pack(spa)
    spa.clock.advance(hours=37)
    assert change(order, "cancel_all").status == 200
    assert sums(order) == (95_000, 25_000, 70_000, 0) and (worth(soon), worth(late)) == ((0, 0, {}), (0, 0, {}))


def test_a_cheaper_hour_gives_back_to_the_card(spa: Spa) -> None:
    gift_card, code = card(spa, 60_000)
    order = placed(spa, [code], HYDRO)
    assert worth(gift_card) == (0, 0, {})
    moved = change(order, "move", line=ids(order)[0], start=at("2026-12-10 17:00"), service="tina-hornopiren")
    assert moved.status == 200, moved.body
    assert sums(order) == (50_000, 0, 50_000, 0) and worth(gift_card) == (10_000, 10_000, {})


def test_a_dearer_hour_leaves_a_balance_that_another_card_pays(spa: Spa) -> None:
    first, first_code = card(spa, 50_000)
    order = placed(spa, [first_code], line("2026-12-10 17:00"))
    moved = change(order, "move", line=ids(order)[0], start=at("2026-12-10 16:30"), service="tina-llaima")
    assert moved.status == 200 and sums(order) == (60_000, 0, 50_000, 10_000)
    second, second_code = card(spa, 30_000)
    paid = spa.client.post(f"/api/reservas/{order.id}/codigos", {"code": second_code}, token=order.token)
    assert paid.status in (200, 201), paid.body
    assert sums(order) == (60_000, 0, 60_000, 0) and (worth(first), worth(second)) == ((0, 0, {}), (20_000, 20_000, {}))


def test_a_gift_that_money_has_paid_for_is_never_left_to_a_card(spa: Spa) -> None:
    gift_card, code = card(spa, 50_000)
    cart, token = cart_with(spa, [code], line("2026-12-10 17:00"))
    added = spa.put(cart["id"], token, {"gifts": [gift(design="amanecer")]}).json
    assert (added["total"], added["gifts_total"]) == (100_000, 50_000)
    assert (added["covered"], added["to_pay"]) == (50_000, 50_000)
    answer = spa.check_out(token, charge=50_000).json
    order = Placed(spa, answer["order"]["id"], answer["token"], answer["payment"]["id"])
    pay(order, order.payment)
    tub = next(one["id"] for one in order.view()["lines"] if one["kind"] == "service")
    assert change(order, "cancel", line=tub).status == 200
    assert sums(order) == (50_000, 50_000, 0, 0) and worth(gift_card) == (50_000, 50_000, {})


def test_late_money_takes_the_cards_again(spa: Spa) -> None:
    gift_card, code = card(spa, 30_000)
    order = placed(spa, [code])
    spa.clock.advance(minutes=26)
    spa.poll()
    assert order.view()["state"] == "expired" and worth(gift_card) == (30_000, 30_000, {})
    pay(order, order.payment)
    assert order.view()["state"] == "confirmed" and sums(order) == (50_000, 20_000, 30_000, 0)
    assert worth(gift_card) == (0, 0, {}) and entries(gift_card) == [("issue", 30_000), ("redeem", -30_000)]


def test_late_money_goes_back_when_its_card_was_spent_elsewhere(spa: Spa) -> None:
    gift_card, code = card(spa, 30_000)
    order = placed(spa, [code])
    spa.clock.advance(minutes=26)
    spa.poll()
    other = placed(spa, [code], line("2026-12-03 17:00"))
    pay(other, other.payment)
    pay(order, order.payment)
    assert order.view()["state"] == "expired" and sums(order) == (50_000, 0, 0, 50_000)
    assert [one["amount"] for payment in order.view()["payments"] for one in payment["refunds"]] == [20_000]
    assert worth(gift_card) == (0, 0, {}) and sums(other) == (50_000, 20_000, 30_000, 0)
    rival = spa.client.post("/api/carritos", {"lines": [line()]})
    assert rival.status == 201


@pytest.mark.parametrize("gone", [False, True])
def test_late_money_takes_no_card_that_has_another_code_by_now(spa: Spa, gone: bool) -> None:
    """Whoever had it by the old code may be who found it."""
    gift_card, code = card(spa, 30_000)
    order = placed(spa, [code])
    replaced = spa.client.post(f"/api/admin/giftcards/{gift_card}/reemplazo", {"reason": "la perdió"},
                               staff="reception")
    assert replaced.status == 200
    spa.clock.advance(minutes=26)
    spa.poll()
    if gone:
        spa.place()
    pay(order, order.payment)
    if gone:
        assert spa.client.get(f"/api/reservas/{order.id}/alternativas", token=order.token).json["alternatives"] == []
        moves = [{"line": ids(order)[0], "start": at("2026-12-03 17:00")}]
        late = spa.client.post(f"/api/reservas/{order.id}/alternativas", {"moves": moves}, token=order.token)
        assert (late.status, late.code) == (409, "gift_card_short")
    assert order.view()["state"] == "expired" and sums(order)[1:3] == (20_000 if gone else 0, 0)
    assert worth(gift_card) == (30_000, 30_000, {}) and entries(gift_card) == [("issue", 30_000)]


def test_what_comes_back_to_a_card_that_is_over_is_good_for_thirty_days(spa: Spa) -> None:
    gift_card, code = card(spa, 50_000, days=1)
    order = placed(spa, [code], line("2026-12-12 17:00"))
    spa.clock.advance(days=5)
    assert change(order, "cancel_all").status == 200
    assert worth(gift_card) == (50_000, 50_000, {}) and last_day(gift_card) == date(2027, 1, 4)


def test_an_order_dropped_before_it_was_paid_lets_go_of_its_cards(spa: Spa) -> None:
    gift_card, code = card(spa, 30_000)
    order = placed(spa, [code])
    assert change(order, "cancel_all").status == 200
    assert order.view()["state"] == "cancelled" and worth(gift_card) == (30_000, 30_000, {})
    pay(order, order.payment)
    assert sums(order)[1:3] == (0, 0) and worth(gift_card) == (30_000, 30_000, {})


def test_a_forgiven_late_cancellation_gives_back_to_the_card(spa: Spa) -> None:
    gift_card, code = card(spa, 50_000)
    order = placed(spa, [code])
    spa.clock.advance(hours=37)
    assert by_staff(order, "cancel_all", forgive=True).status == 200
    assert worth(gift_card) == (50_000, 50_000, {}) and sums(order) == (0, 0, 0, 0)


def test_what_comes_back_to_a_blocked_card_is_on_it_and_can_not_be_used(spa: Spa) -> None:
    gift_card, code = card(spa, 50_000)
    order = placed(spa, [code])
    block = f"/api/admin/giftcards/{gift_card}/bloqueo"
    assert spa.client.post(block, {"reason": "se le perdió"}, staff="reception").status == 200
    assert change(order, "cancel_all").status == 200
    assert worth(gift_card) == (50_000, 50_000, {}) and sums(order) == (0, 0, 0, 0)
    cart, token = spa.open_cart(line("2026-12-03 17:00"))
    assert (put_in(spa, cart, token, code).status, put_in(spa, cart, token, code).code) == (404, "gift_card_not_found")


def test_of_guests_who_do_not_come_what_their_card_paid_stays_spent(spa: Spa) -> None:
    gift_card, code = card(spa, 30_000)
    order = placed(spa, [code])
    pay(order, order.payment)
    spa.clock.advance(hours=56, minutes=30)  # Wednesday, half past five
    assert say(order, "no_show").status == 200
    assert sums(order) == (50_000, 20_000, 30_000, 0) and uses(order) == [(30_000, "spent", 0)]
    assert worth(gift_card) == (0, 0, {}) and entries(gift_card) == [("issue", 30_000), ("redeem", -30_000)]


def test_of_guests_who_do_not_come_no_card_is_asked_for_the_balance(spa: Spa) -> None:
    gift_card, code = card(spa, 100_000)
    order = placed(spa, [code], cabin(), pay="deposit")
    assert sums(order) == (180_000, 0, 100_000, 80_000)
    spa.clock.advance(days=4, hours=8)
    assert say(order, "no_show").status == 200
    assert sums(order) == (100_000, 0, 100_000, 0) and worth(gift_card) == (0, 0, {})
    refused = spa.client.post(f"/api/reservas/{order.id}/codigos", {"code": code}, token=order.token)
    assert (refused.status, refused.code) == (409, "order_not_confirmed")


def nights_and_a_gift(spa: Spa) -> Placed:
    """Return two nights of 180,000 and a gift card of 50,000, paid by the deposit: half of the nights, and the gift."""
    order = gift_order(spa, cabin(), pay="deposit")
    pay(order, order.payment)
    assert sums(order) == (230_000, 140_000, 0, 90_000) and issue(order.id, spa.clock) == []
    return order


def test_the_gift_of_guests_who_do_not_come_is_issued_for_it_was_paid_for(spa: Spa) -> None:
    order = nights_and_a_gift(spa)
    spa.clock.advance(days=4, hours=8)
    assert say(order, "no_show").status == 200
    assert sums(order) == (140_000, 140_000, 0, 0) and order.facts()[-1] == "order.gifts_paid"
    assert [one.issued for one in issue(order.id, spa.clock)] == [50_000] and issue(order.id, spa.clock) == []
    assert check(spa.clock).found == []


def test_the_gift_of_guests_who_do_not_come_is_not_issued_for_what_only_a_card_has_paid(spa: Spa) -> None:
    order = nights_and_a_gift(spa)
    gift_card, code = card(spa, 60_000)
    redeemed = spa.client.post(f"/api/reservas/{order.id}/codigos", {"code": code}, token=order.token)
    assert (redeemed.status, redeemed.json["balance_due"]) == (200, 30_000)
    spa.provider.claim(order.payment)
    record_all(spa.provider.back, spa.clock)
    spa.clock.advance(days=4, hours=8)
    assert say(order, "no_show").status == 200
    assert sums(order) == (60_000, 0, 60_000, 0) and worth(gift_card) == (0, 0, {})
    assert "order.gifts_paid" not in order.facts() and issue(order.id, spa.clock) == []
