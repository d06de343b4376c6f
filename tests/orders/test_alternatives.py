"""Late money whose hours are gone: kept, other hours offered, one tap to take one; else it goes back."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from chalicelib.aws.transactions import Transaction
from chalicelib.catalog import stock
from chalicelib.core.clock import SPA_ZONE
from chalicelib.orders import table
from tests.orders.test_changing import by_staff, change, confirmed, free, money, owed
from tests.orders.test_choosing_time import agrees
from tests.orders.test_deposits import cabin, pay
from tests.support.http import Answer
from tests.support.meter import metered
from tests.support.spa import Placed, Spa, at, line

CHOOSE_FOR = timedelta(hours=24)
MASSAGE = "masaje-relajacion"


def late(spa: Spa, *lines: dict[str, Any], rivals: tuple[dict[str, Any], ...] | None = None, **how: Any) -> Placed:
    """An order whose money came when its hours were sold to `rivals` (its first line's, if none are given)."""
    wanted = lines or (line(),)
    order = spa.place(*wanted, **how)
    spa.clock.advance(minutes=26)
    spa.poll()
    for rival in rivals if rivals is not None else wanted[:1]:
        confirmed(spa, rival)
    pay(order, order.payment)
    return order


def offered(order: Placed) -> dict[str, Any]:
    answer = order.spa.client.get(f"/api/reservas/{order.id}/alternativas", token=order.token)
    assert answer.status == 200, answer.body
    found: dict[str, Any] = answer.json
    return found


def choose(order: Placed, one: dict[str, Any], **more: Any) -> Answer:
    moves = [{"line": move["line"], "start": move["start"], "service": move["service"], "parts": move["parts"]}
             for move in one["moves"]]
    path = f"/api/reservas/{order.id}/alternativas"
    return order.spa.client.post(path, {"moves": moves, **more}, token=order.token)


def give_back(order: Placed) -> Answer:
    return order.spa.client.post(f"/api/reservas/{order.id}/devolucion", {}, token=order.token)


def day_of(text: str) -> date:
    return datetime.fromisoformat(text).date()


def hours(alternative: dict[str, Any]) -> tuple[str, str]:
    """Return service and start of an alternative's first move."""
    move = alternative["moves"][0]
    return move["service"], move["start"]


def test_the_money_is_kept_and_its_guest_told_until_when_other_hours_can_be_chosen(spa: Spa) -> None:
    order = late(spa)
    view = order.view()
    assert (view["state"], view["kept"], view["surplus"], owed(order)) == ("expired", 50_000, 50_000, [])
    assert view["choose_until"] == (spa.clock.now() + CHOOSE_FOR).astimezone(SPA_ZONE).isoformat()
    assert order.facts() == ["order.placed", "order.expired", "order.alternatives_offered"]
    assert table.history(order.id)[-1].data == {
        "payment": order.payment, "amount": 50_000, "until": (spa.clock.now() + CHOOSE_FOR).isoformat()}
    assert order.webhook() == [] and order.facts().count("order.alternatives_offered") == 1


def test_the_nearest_hours_come_first_and_another_tub_counts_as_half_an_hour_more(spa: Spa) -> None:
    found = offered(late(spa))
    assert [(*hours(one), one["total"], one["due"]) for one in found["alternatives"]] == [
        ("tina-tronador", at("2026-12-02 17:00"), 50_000, 0),
        ("tina-puntiagudo", at("2026-12-02 16:30"), 60_000, 10_000),
        ("tina-llaima", at("2026-12-02 16:30"), 60_000, 10_000),
        ("tina-hornopiren", at("2026-12-02 14:30"), 50_000, 0),
        ("tina-puntiagudo", at("2026-12-02 19:00"), 60_000, 10_000),
        ("tina-llaima", at("2026-12-02 19:00"), 60_000, 10_000),
    ]


def test_one_tap_takes_an_alternative_in_one_transaction_and_confirms_the_order(spa: Spa) -> None:
    order = late(spa)
    fourth = offered(order)["alternatives"][3]
    with metered() as bill:
        answer = choose(order, fourth, agreed_total=fourth["total"])
    assert (answer.status, bill.transactions) == (200, 1)
    view = order.view()
    assert (view["state"], view["choose_until"], money(order)) == ("confirmed", None, (50_000, 50_000, 0))
    assert [one["start"] for one in view["lines"]] == [fourth["moves"][0]["start"]]
    assert order.facts()[-1] == "order.confirmed"
    assert view["history"][-1]["detail"] == "Elegiste otras horas. Tu reserva está confirmada."
    assert not free(spa, line("2026-12-02 14:30")) and agrees(order)
    spa.clock.advance(hours=25)
    spa.poll()
    assert (owed(order), order.view()["state"]) == ([], "confirmed")


def test_a_dearer_hour_leaves_a_balance_and_a_cheaper_one_gives_the_difference_back(spa: Spa) -> None:
    order = late(spa)
    dear = {"moves": [{"line": order.view()["lines"][0]["id"], "service": "tina-puntiagudo", "parts": [],
                       "start": at("2026-12-03 16:30")}]}
    assert choose(order, dear).status == 200
    assert money(order) == (60_000, 50_000, 10_000)
    other = late(spa, line("2026-12-03 19:00", service="tina-puntiagudo"))
    cheap = {"moves": [{"line": other.view()["lines"][0]["id"], "service": "tina-hornopiren", "parts": [],
                        "start": at("2026-12-04 17:00")}]}
    assert choose(other, cheap).status == 200
    assert (money(other), owed(other)) == ((50_000, 50_000, 0), [("due", 10_000)])
    assert agrees(order) and agrees(other)


def test_of_several_things_only_what_is_gone_moves_and_around_what_is_still_free(spa: Spa) -> None:
    order = late(spa, line(), line("2026-12-02 14:15", service=MASSAGE), rivals=(line(),))
    found = offered(order)
    tub, massage = order.view()["lines"][:2]
    assert found["alternatives"] and all(
        [move["line"] for move in one["moves"]] == [tub["id"]] for one in found["alternatives"])
    for one in found["alternatives"]:
        [move] = one["moves"]
        assert move["end"] <= massage["start"] or massage["end"] <= move["start"]
    assert choose(order, found["alternatives"][0]).status == 200
    lines = {one["id"]: one["start"] for one in order.view()["lines"]}
    assert lines[massage["id"]] == massage["start"]
    assert lines[tub["id"]] == found["alternatives"][0]["moves"][0]["start"]
    assert massage["id"] in str(spa.dump()["calendar"])


def test_two_things_that_are_gone_move_together(spa: Spa) -> None:
    both = (line(), line("2026-12-02 19:30"))
    order = late(spa, *both, rivals=both)
    found = offered(order)
    assert [len(one["moves"]) for one in found["alternatives"]] == [2] * len(found["alternatives"])
    assert found["alternatives"]
    for one in found["alternatives"]:
        first, second = one["moves"]
        assert first["end"] <= second["start"] or second["end"] <= first["start"]
    assert choose(order, found["alternatives"][-1]).status == 200
    assert order.view()["state"] == "confirmed"


def test_a_stay_moves_with_all_its_nights(spa: Spa) -> None:
    order = late(spa, cabin(nights=2), rivals=(cabin(),))
    found = offered(order)
    stays = [one["moves"][0] for one in found["alternatives"]]
    assert len(stays) == 6 and len({(move["service"], move["start"]) for move in stays}) == 6
    assert {day_of(move["end"]) - day_of(move["start"]) for move in stays} == {timedelta(days=2)}
    assert choose(order, found["alternatives"][0]).status == 200
    view = order.view()
    assert view["state"] == "confirmed" and len(view["lines"]) == 2 and agrees(order)


def test_hours_that_are_free_again_are_offered_as_they_were(spa: Spa) -> None:
    order = spa.place()
    spa.clock.advance(minutes=26)
    spa.poll()
    spa.open_cart(line())  # a hold, and it lapses
    pay(order, order.payment)
    assert order.view()["choose_until"]
    spa.clock.advance(minutes=30)
    [again] = offered(order)["alternatives"]
    assert [(move["start"], move["from"]) for move in again["moves"]] == [(at("2026-12-02 17:00"),) * 2]
    assert choose(order, again).status == 200
    assert (order.view()["state"], money(order)) == ("confirmed", (50_000, 50_000, 0))


def test_an_hour_that_somebody_else_took_meanwhile_is_refused_and_nothing_changes(spa: Spa) -> None:
    order = late(spa)
    fourth = offered(order)["alternatives"][3]
    confirmed(spa, line("2026-12-02 14:30"))
    before = spa.dump()
    answer = choose(order, fourth)
    assert (answer.status, answer.code) == (409, "slot_taken")
    assert spa.dump() == before
    assert fourth["moves"] not in [one["moves"] for one in offered(order)["alternatives"]]


@pytest.mark.parametrize(("moves", "status", "code"), [
    ([{"line": "lin_nobodys", "start": "2026-12-03T17:00:00-03:00"}], 404, "line_not_found"),
    ([{"line": "{line}", "start": "2026-12-03T17:01:00-03:00"}], 422, "off_schedule"),
    ([{"line": "{line}", "start": "2026-11-03T17:00:00-03:00"}], 422, "in_the_past"),
    ([{"line": "{line}", "start": "2026-12-03T17:00:00-03:00", "service": MASSAGE}], 422, "another_category"),
    ([{"line": "{line}", "start": "2026-12-03T17:00:00-03:00"}] * 2, 422, "chosen_twice"),
    ([], 409, "slot_taken"),
])
def test_a_choice_that_can_not_be_had_is_refused_and_changes_nothing(
    spa: Spa, moves: list[dict[str, Any]], status: int, code: str
) -> None:
    order = late(spa)
    own = order.view()["lines"][0]["id"]
    before = spa.dump()
    sent = [{**move, "line": move["line"].replace("{line}", own)} for move in moves]
    answer = order.spa.client.post(f"/api/reservas/{order.id}/alternativas", {"moves": sent}, token=order.token)
    assert (answer.status, answer.code) == (status, code)
    assert spa.dump() == before


def test_another_total_than_the_one_shown_is_refused(spa: Spa) -> None:
    order = late(spa)
    before = spa.dump()
    answer = choose(order, offered(order)["alternatives"][0], agreed_total=1)
    assert (answer.status, answer.code) == (409, "total_changed")
    assert spa.dump() == before


def test_nothing_is_chosen_for_an_order_that_does_not_wait_for_it(spa: Spa) -> None:
    order = confirmed(spa)
    before = spa.dump()
    path = f"/api/reservas/{order.id}/alternativas"
    assert spa.client.get(path, token=order.token).code == "nothing_to_choose"
    assert spa.client.post(path, {"moves": []}, token=order.token).code == "nothing_to_choose"
    assert spa.client.get(path).status == 401
    assert spa.dump() == before


def test_after_a_day_there_is_nothing_to_choose_and_the_money_goes_back(spa: Spa) -> None:
    order = late(spa)
    first = offered(order)["alternatives"][0]
    spa.clock.advance(hours=24)
    assert choose(order, first).code == "nothing_to_choose"
    spa.poll()
    view = order.view()
    assert (view["kept"], view["surplus"], view["choose_until"], owed(order)) == (0, 0, None, [("due", 50_000)])
    assert agrees(order)


def test_on_request_all_of_it_goes_back_at_once_and_once(spa: Spa) -> None:
    order = late(spa)
    assert give_back(order).status == 200
    assert (owed(order), order.view()["choose_until"], order.view()["surplus"]) == ([("due", 50_000)], None, 0)
    before = spa.dump()
    assert give_back(order).code == "nothing_to_refund"
    assert spa.client.get(f"/api/reservas/{order.id}/alternativas", token=order.token).code == "nothing_to_choose"
    assert spa.dump() == before
    spa.clock.advance(minutes=20)
    spa.poll()
    spa.clock.advance(hours=25)
    spa.poll()
    assert owed(order) == [("refunded", 50_000)] and agrees(order)


def test_more_money_for_an_order_that_is_choosing_goes_back(spa: Spa) -> None:
    order = spa.place()
    second = order.pay_again("mercadopago").json["payment"]["id"]
    spa.clock.advance(minutes=30)
    spa.poll()
    confirmed(spa)
    pay(order, order.payment)
    pay(order, second)
    assert (order.view()["kept"], owed(order)) == (50_000, [("due", 50_000)])
    assert agrees(order)


def test_products_that_are_sold_out_meanwhile_are_dropped_and_their_price_goes_back(spa: Spa) -> None:
    cart, token = spa.open_cart(line())
    spa.put(cart["id"], token, {"products": [{"product": "espumante", "quantity": 1}]})
    placed = spa.check_out(token).json
    order = Placed(spa, placed["order"]["id"], placed["token"], placed["payment"]["id"])
    spa.clock.advance(minutes=26)
    spa.poll()
    confirmed(spa)
    pay(order, order.payment)
    tx = Transaction()
    stock.take(tx, {"espumante": stock.left()["espumante"]})
    tx.commit()
    chosen = offered(order)["alternatives"][0]
    assert chosen["total"] + 15_000 == order.view()["kept"] and chosen["surplus"] == 15_000
    assert choose(order, chosen, agreed_total=chosen["total"]).status == 200
    view = order.view()
    assert [one["name"] for one in view["cancelled"]] == ["Espumante"]
    assert (owed(order), view["balance_due"], agrees(order)) == ([("due", 15_000)], 0, True)


def test_the_front_desk_chooses_and_gives_back_for_a_guest_on_the_phone(spa: Spa) -> None:
    order, other = late(spa), late(spa, line("2026-12-03 17:00"))
    path = f"/api/admin/reservas/{order.id}/alternativas"
    first = spa.client.get(path, staff="reception").json["alternatives"][0]["moves"][0]
    chosen = {"moves": [{"line": first["line"], "start": first["start"], "service": first["service"]}]}
    assert spa.client.post(path, chosen, staff="kitchen").status == 404
    assert spa.client.post(path, chosen, staff="reception").json["state"] == "confirmed"
    assert table.history(order.id)[-1].data["by"]
    back = f"/api/admin/reservas/{other.id}/devolucion"
    assert spa.client.post(back, {"amount": 10_000}, staff="reception").code == "choice_is_open"
    assert spa.client.post(back, {"by_hand": True}, staff="reception").status == 200
    [refund] = other.view()["payments"][0]["refunds"]
    assert (refund["amount"], refund["by_hand"]) == (50_000, True)


def test_credit_that_a_change_left_goes_back_on_request_in_parts_too(spa: Spa) -> None:
    order = confirmed(spa, line("2026-12-02 16:30", service="tina-puntiagudo"))
    own = order.view()["lines"][0]["id"]
    moved = by_staff(order, "move", line=own, start=at("2026-12-03 17:00"), service="tina-hornopiren", surplus="credit")
    assert moved.json["order"]["surplus"] == 10_000
    back = f"/api/admin/reservas/{order.id}/devolucion"
    before = spa.dump()
    assert spa.client.post(back, {"amount": 10_001}, staff="reception").code == "nothing_to_refund"
    assert spa.client.post(back, {"amount": 0}, staff="reception").status == 422
    assert spa.dump() == before
    assert spa.client.post(back, {"amount": 4_000}, staff="reception").json["surplus"] == 6_000
    assert give_back(order).json["surplus"] == 0
    assert owed(order) == [("due", 4_000), ("due", 6_000)]
    assert (money(order), order.view()["state"], agrees(order)) == ((50_000, 50_000, 0), "confirmed", True)
    assert [one["reason"] for one in order.view()["payments"][0]["refunds"]] == ["requested"] * 2


def test_a_balance_larger_than_what_is_due_by_now_is_taken_and_the_rest_goes_back(spa: Spa) -> None:
    order = spa.place(cabin(nights=3), pay="deposit")
    pay(order, order.payment)
    rest = order.pay_again().json["payment"]["id"]
    moved = [one["id"] for one in order.view()["lines"]]
    assert change(order, "cancel", line=moved[0]).status == 200
    due = order.view()["balance_due"]
    pay(order, rest)
    view = order.view()
    assert (view["balance_due"], view["kept"], view["total"]) == (0, view["total"], view["total"])
    amount = next(one["amount"] for one in view["payments"] if one["id"] == rest)
    assert owed(order) == [("due", amount - due)] and agrees(order)
    assert order.facts()[-2:] == ["payment.received", "payment.refund_due"]
