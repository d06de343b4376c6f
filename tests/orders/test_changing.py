"""A guest, or the front desk, changes an order: hours, money and stock follow the written rules (docs/changes.md)."""

from typing import Any

import pytest

from tests.orders.test_deposits import cabin, pay
from tests.support.http import Answer
from tests.support.meter import metered
from tests.support.spa import TUB, Placed, Spa, at, line

MASSAGE = "masaje-relajacion"


def change(order: Placed, action: str, **more: Any) -> Answer:
    return order.spa.client.post(f"/api/reservas/{order.id}/cambios", {"action": action, **more}, token=order.token)


def quote(order: Placed, action: str, **more: Any) -> Answer:
    path = f"/api/reservas/{order.id}/cotizacion"
    return order.spa.client.post(path, {"action": action, **more}, token=order.token)


def by_staff(order: Placed, action: str, **more: Any) -> Answer:
    path = f"/api/admin/reservas/{order.id}/cambios"
    return order.spa.client.post(path, {"action": action, **more}, staff="reception")


def confirmed(spa: Spa, *lines: dict[str, Any], **options: Any) -> Placed:
    order = spa.place(*lines, **options)
    pay(order, order.payment)
    assert order.view()["state"] == "confirmed"
    return order


def ids(order: Placed) -> list[str]:
    return [one["id"] for one in order.view()["lines"]]


def free(spa: Spa, *lines: dict[str, Any]) -> bool:
    return spa.client.post("/api/carritos", {"lines": list(lines)}).status == 201


def money(order: Placed) -> tuple[int, int, int]:
    view = order.view()
    return view["total"], view["kept"], view["balance_due"]


def owed(order: Placed) -> list[tuple[str, int]]:
    """What its payments owe back, oldest first: state and amount."""
    return [(one["state"], one["amount"]) for payment in order.view()["payments"] for one in payment["refunds"]]


def test_a_tub_is_moved_in_one_transaction_the_new_hour_taken_the_old_one_free(spa: Spa) -> None:
    order = confirmed(spa)
    (tub,) = ids(order)
    with metered() as bill:
        done = change(order, "move", line=tub, start=at("2026-12-03 19:30"), agreed_total=50_000)
    assert (done.status, bill.transactions) == (200, 1)
    moved = done.json["order"]["lines"][0]
    assert (moved["id"], moved["start"], moved["total"]) == (tub, at("2026-12-03 19:30"), 50_000)
    assert order.facts() == ["order.placed", "order.confirmed", "order.changed"]
    assert free(spa, line("2026-12-02 17:00")) and not free(spa, line("2026-12-03 19:30"))
    assert money(order) == (50_000, 50_000, 0)


def test_a_quote_writes_nothing_and_says_what_the_change_then_does(spa: Spa) -> None:
    order = confirmed(spa)
    (tub,) = ids(order)
    before = spa.dump()
    asked = quote(order, "move", line=tub, start=at("2026-12-03 16:30"), service="tina-puntiagudo")
    assert spa.dump() == before
    assert asked.status == 200, asked.body
    assert (asked.json["total_before"], asked.json["total"], asked.json["due"]) == (50_000, 60_000, 10_000)
    refused = change(order, "move", line=tub, start=at("2026-12-03 16:30"), service="tina-puntiagudo",
                     agreed_total=50_000)
    assert (refused.status, refused.code) == (409, "total_changed")
    assert spa.dump() == before


def test_a_dearer_hour_leaves_the_difference_to_pay_and_the_page_takes_it(spa: Spa) -> None:
    order = confirmed(spa)
    (tub,) = ids(order)
    assert change(order, "move", line=tub, start=at("2026-12-03 16:30"), service="tina-puntiagudo").status == 200
    assert money(order) == (60_000, 50_000, 10_000)
    balance = order.pay_again().json["payment"]
    assert (balance["purpose"], balance["amount"]) == ("balance", 10_000)
    pay(order, balance["id"])
    assert money(order) == (60_000, 60_000, 0)


def test_a_cheaper_hour_gives_the_difference_back_the_way_it_came(spa: Spa) -> None:
    order = confirmed(spa, line("2026-12-02 16:30", service="tina-puntiagudo"))
    (tub,) = ids(order)
    done = change(order, "move", line=tub, start=at("2026-12-03 17:00"), service=TUB)
    assert done.json["quote"]["returns"] == [
        {"payment": order.payment, "method": "flow", "amount": 10_000, "ending": None}]
    assert (money(order), owed(order)) == ((50_000, 50_000, 0), [("due", 10_000)])
    assert order.facts()[-2:] == ["order.changed", "payment.refund_due"]


def test_or_keeps_it_as_credit_if_the_guest_would_rather(spa: Spa) -> None:
    order = confirmed(spa, line("2026-12-02 16:30", service="tina-puntiagudo"))
    (tub,) = ids(order)
    change(order, "move", line=tub, start=at("2026-12-03 17:00"), service=TUB, surplus="credit")
    assert (money(order), owed(order), order.view()["surplus"]) == ((50_000, 60_000, -10_000), [], 10_000)


def test_an_hour_somebody_else_has_is_refused_and_nothing_changes(spa: Spa) -> None:
    order = confirmed(spa)
    confirmed(spa, line("2026-12-03 19:30"))
    before = spa.dump()
    refused = change(order, "move", line=ids(order)[0], start=at("2026-12-03 19:30"))
    assert (refused.status, refused.code) == (409, "slot_taken")
    assert spa.dump() == before


@pytest.mark.parametrize(("start", "code"), [
    ("2026-12-03 19:31", "off_schedule"), ("2026-12-01 17:00", "closed_weekday"), ("2026-11-20 17:00", "in_the_past"),
    ("2026-12-02 17:00", "nothing_changes"),
])
def test_no_move_breaks_the_rules_of_the_house(spa: Spa, start: str, code: str) -> None:
    order = confirmed(spa)
    before = spa.dump()
    refused = change(order, "move", line=ids(order)[0], start=at(start))
    assert (refused.status // 100, refused.code) == (4, code)
    assert spa.dump() == before


def test_late_moves_are_for_the_front_desk_only(spa: Spa) -> None:
    order = confirmed(spa)
    (tub,) = ids(order)
    spa.clock.advance(hours=33)  # Tuesday 18:00, less than 24 hours before
    assert not order.view()["lines"][0]["movable"]
    refused = change(order, "move", line=tub, start=at("2026-12-03 19:30"))
    assert (refused.status, refused.code) == (409, "too_late_to_change")
    assert by_staff(order, "move", line=tub, start=at("2026-12-03 19:30")).status == 200


def test_a_stay_moves_with_all_its_nights_and_one_night_by_itself(spa: Spa) -> None:
    order = confirmed(spa, cabin(2))
    stay = order.view()["lines"][0]["stay"]
    assert change(order, "move", line=stay, start=at("2026-12-05 16:00")).status == 200
    assert [one["start"][:10] for one in order.view()["lines"]] == ["2026-12-05", "2026-12-06"]
    assert free(spa, cabin(1))
    second = ids(order)[1]
    assert change(order, "move", line=second, start=at("2026-12-07 16:00")).status == 200
    assert [one["start"][:10] for one in order.view()["lines"]] == ["2026-12-05", "2026-12-07"]
    assert {one["stay"] for one in order.view()["lines"]} == {stay}


def test_a_decoration_goes_along_with_its_tub(spa: Spa) -> None:
    order = confirmed(spa, line(), line(service="decoracion-romantica"))
    tub, decoration = order.view()["lines"]
    refused = change(order, "move", line=decoration["id"], start=at("2026-12-03 19:30"))
    assert (refused.status, refused.code) == (409, "moves_with_host")
    assert change(order, "move", line=tub["id"], start=at("2026-12-03 19:30")).status == 200
    assert [one["start"] for one in order.view()["lines"]] == [at("2026-12-03 19:30")] * 2


def test_cancelled_in_time_all_of_it_goes_back_and_the_hours_are_free(spa: Spa) -> None:
    order = confirmed(spa)
    with metered() as bill:
        done = change(order, "cancel_all")
    assert (done.status, bill.transactions) == (200, 1)
    view = order.view()
    assert (view["state"], view["total"], view["kept"], view["lines"]) == ("cancelled", 0, 0, [])
    assert [one["service"] for one in view["cancelled"]] == [TUB]
    assert owed(order) == [("due", 50_000)]
    assert order.facts() == ["order.placed", "order.confirmed", "order.cancelled", "payment.refund_due"]
    assert free(spa, line())
    again = change(order, "cancel_all")
    assert (again.status, again.code) == (409, "order_not_open")


def test_cancelled_late_nothing_goes_back_and_the_hours_are_free_all_the_same(spa: Spa) -> None:
    order = confirmed(spa)
    spa.clock.advance(hours=33)
    asked = quote(order, "cancel_all").json
    assert (asked["late"], asked["surplus"], asked["returns"]) == (True, 0, [])
    assert change(order, "cancel_all").status == 200
    view = order.view()
    assert (view["state"], view["total"], view["kept"], view["balance_due"]) == ("cancelled", 50_000, 50_000, 0)
    assert (view["lines"][0]["forfeited"], owed(order)) == (True, [])
    assert free(spa, line())


def test_a_late_stay_keeps_its_deposit_and_asks_for_no_more(spa: Spa) -> None:
    order = confirmed(spa, cabin(2), pay="deposit")
    spa.clock.advance(days=4)
    assert change(order, "cancel_all").status == 200
    view = order.view()
    assert (view["state"], view["total"], view["kept"], view["balance_due"]) == ("cancelled", 90_000, 90_000, 0)
    assert view["lines"][-1]["total"] == -90_000


def test_a_pack_that_is_broken_up_costs_its_discount(spa: Spa) -> None:
    order = confirmed(spa, line("2026-12-02 17:00"), line("2026-12-02 14:15", service=MASSAGE))
    assert money(order) == (95_000, 95_000, 0)
    massage = next(one["id"] for one in order.view()["lines"] if one["service"] == MASSAGE)
    asked = quote(order, "cancel", line=massage).json
    assert (asked["total"], asked["surplus"]) == (50_000, 45_000)
    assert change(order, "cancel", line=massage, agreed_total=50_000).status == 200
    assert (money(order), owed(order)) == ((50_000, 50_000, 0), [("due", 45_000)])


def test_the_front_desk_may_forgive_what_is_late(spa: Spa) -> None:
    order = confirmed(spa)
    spa.clock.advance(hours=33)
    assert by_staff(order, "cancel_all", forgive=True).status == 200
    assert (money(order), owed(order)) == ((0, 0, 0), [("due", 50_000)])


def test_an_order_that_waits_for_its_money_can_be_dropped_and_late_money_goes_back(spa: Spa) -> None:
    order = spa.place()
    assert change(order, "cancel_all").status == 200
    assert (order.view()["state"], order.view()["total"], free(spa, line())) == ("cancelled", 0, True)
    pay(order, order.payment)
    assert (order.view()["state"], order.view()["kept"], owed(order)) == ("cancelled", 0, [("due", 50_000)])


def test_products_are_ordered_from_the_page_and_given_up_again(spa: Spa) -> None:
    order = confirmed(spa)
    done = change(order, "add", products=[{"product": "jugo-natural", "quantity": 2}])
    assert done.status == 200, done.body
    assert money(order) == (58_000, 50_000, 8_000)
    juice = order.view()["lines"][1]["id"]
    assert change(order, "cancel", line=juice).status == 200
    assert money(order) == (50_000, 50_000, 0)


@pytest.mark.parametrize("body", [
    {"action": "move", "line": "lin_1"}, {"action": "cancel"}, {"action": "add"}, {"action": "cancel_all", "line": "x"},
    {"action": "vanish"}, {"action": "cancel", "line": "x", "forgive": True},
    {"action": "add", "products": [{"product": "jugo-natural", "quantity": 0}]},
])
def test_a_body_that_says_too_little_or_too_much_is_refused(spa: Spa, body: dict[str, Any]) -> None:
    order = confirmed(spa)
    before = spa.dump()
    refused = spa.client.post(f"/api/reservas/{order.id}/cambios", body, token=order.token)
    assert (refused.status, refused.code) == (422, "invalid_fields")
    assert spa.dump() == before


def test_the_same_change_asked_twice_happens_once(spa: Spa) -> None:
    order = confirmed(spa)
    path, body = f"/api/reservas/{order.id}/cambios", {"action": "cancel_all"}
    first = spa.client.post(path, body, token=order.token, key="cancel-once-please")
    again = spa.client.post(path, body, token=order.token, key="cancel-once-please")
    assert (first.status, first.body) == (again.status, again.body)
    assert order.facts().count("order.cancelled") == 1


def test_another_guest_can_not_change_it(spa: Spa) -> None:
    order, other = confirmed(spa), confirmed(spa, line(service="tina-tronador"))
    refused = spa.client.post(f"/api/reservas/{order.id}/cambios", {"action": "cancel_all"}, token=other.token)
    assert (refused.status, order.view()["state"]) == (404, "confirmed")
