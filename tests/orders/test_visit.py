"""Guests came, left, or did not come: what the front desk says, once or twice, and what can be taken back."""

from typing import Any

import pytest

from chalicelib.orders import table
from tests.orders.test_changing import confirmed, free, money
from tests.support.http import Answer
from tests.support.spa import Placed, Spa, line


def say(order: Placed, state: str, staff: str = "reception", **more: Any) -> Answer:
    return order.spa.client.post(f"/api/admin/reservas/{order.id}/estado", {"state": state, **more}, staff=staff)


@pytest.fixture
def today(spa: Spa) -> Placed:
    """A tub on Wednesday at 17:00, on that day at noon."""
    order = confirmed(spa)
    spa.clock.advance(hours=51)
    return order


def test_guests_come_and_leave_and_each_is_told_once(spa: Spa, today: Placed) -> None:
    for state in ("checked_in", "checked_in", "checked_out", "checked_out"):
        said = say(today, state)
        assert (said.status, said.json["state"]) == (200, state)
    assert today.facts()[2:] == ["order.checked_in", "order.checked_out"]
    assert table.history(today.id)[-1].data["by"]


def test_a_mistake_is_taken_back_one_stage_at_a_time(spa: Spa, today: Placed) -> None:
    for state in ("checked_in", "checked_out", "checked_in", "confirmed"):
        assert say(today, state).json["state"] == state
    assert today.facts()[-2:] == ["order.stage_corrected"] * 2


def test_of_guests_who_do_not_come_the_money_stays_and_later_hours_are_free(spa: Spa) -> None:
    order = confirmed(spa, line(), line("2026-12-02 22:00"))
    spa.clock.advance(hours=56, minutes=30)  # half past five
    said = say(order, "no_show")
    assert (said.status, said.json["state"], money(order)) == (200, "no_show", (100_000, 100_000, 0))
    assert free(spa, line("2026-12-02 22:00"))
    assert table.history(order.id)[-1].data["freed"] == {"2026-12-02": ["hornopiren"]}
    assert say(order, "no_show").status == 200
    assert order.facts().count("order.no_show") == 1


@pytest.mark.parametrize(("state", "code"), [
    ("checked_in", "visit_not_begun"), ("no_show", "visit_not_begun"), ("checked_out", "stage_not_next")])  # fmt: skip
def test_before_its_day_nothing_is_said_of_a_visit(spa: Spa, state: str, code: str) -> None:
    order = confirmed(spa)
    before = spa.dump()
    assert (say(order, state).status, say(order, state).code) == (409, code)
    assert spa.dump() == before


@pytest.mark.parametrize("state", ["checked_in", "confirmed", "no_show", "checked_out"])
def test_an_order_that_waits_for_its_money_has_no_visit(spa: Spa, state: str) -> None:
    order = spa.place()
    spa.clock.advance(minutes=1)
    before = spa.dump()
    assert say(order, state).code == "stage_not_next"
    assert spa.dump() == before


def test_only_the_front_desk_says_so_and_only_of_what_there_is(spa: Spa, today: Placed) -> None:
    before = spa.dump()
    assert say(today, "checked_in", staff="kitchen").status == 404
    assert say(today, "on_holiday").status == 422
    nobodys = "/api/admin/reservas/ZZZZ-ZZZZ-Z/estado"
    assert spa.client.post(nobodys, {"state": "no_show"}, staff="reception").status == 404
    assert spa.dump() == before
