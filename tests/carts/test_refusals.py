"""What can't be held is refused with its reason, and leaves no trace: no item of any table changes."""

from typing import Any

import pytest

from tests.support.http import Answer
from tests.support.spa import TUB, Spa, line, occupy

REFUSED = [
    pytest.param(line("2026-12-02 17:30"), 422, "off_schedule", id="an hour off the schedule"),
    pytest.param(line("2026-12-02 17:00:01"), 422, "off_schedule", id="a second off the schedule"),
    pytest.param(line("2026-11-30 08:00"), 422, "off_schedule", id="an hour of this morning that never was one"),
    pytest.param(line("2026-11-29 17:00"), 422, "in_the_past", id="yesterday"),
    pytest.param(line("2025-12-03 17:00"), 422, "in_the_past", id="last year"),
    pytest.param(line("2026-12-01 17:00"), 422, "closed_weekday", id="a closed Tuesday"),
    pytest.param(line("2026-12-02 17:00", guests=4), 422, "too_many_guests", id="four in a tub for three"),
    pytest.param(
        line("2026-12-02 17:00", guests=2, service="tina-osorno"), 422, "too_few_guests", id="two in a tub for 3–6"
    ),
    pytest.param(
        line("2026-12-02 16:45", service="masaje-deportivo"), 422, "not_bookable_online", id="a service to ask for"
    ),
    pytest.param(line("2028-12-06 17:00"), 422, "beyond_horizon", id="two years ahead"),
    pytest.param(
        line("2026-12-02 17:00", service="tina-atlantis"), 404, "service_not_found", id="a tub that is not there"
    ),
    pytest.param(line("2026-12-02 17:00", service=TUB.upper()), 404, "service_not_found", id="a slug in capitals"),
]


def refused(spa: Spa, answer: Answer, before: Any, status: int, code: str) -> None:
    assert (answer.status, answer.code) == (status, code)
    assert spa.dump() == before


@pytest.mark.parametrize(("new", "status", "code"), REFUSED)
def test_a_new_cart_is_refused_an_impossible_hour_and_nothing_is_held(
    spa: Spa, new: dict[str, Any], status: int, code: str
) -> None:
    before = spa.dump()
    refused(spa, spa.client.post("/api/carritos", {"lines": [new]}), before, status, code)


@pytest.mark.parametrize(("new", "status", "code"), REFUSED)
def test_an_open_cart_is_refused_an_impossible_hour_and_nothing_is_held(
    spa: Spa, new: dict[str, Any], status: int, code: str
) -> None:
    cart, token = spa.open_cart(line("2026-12-03 12:00"))
    before = spa.dump()
    refused(spa, spa.add(cart["id"], token, new), before, status, code)


def test_closed_tuesdays_are_refused_in_words(spa: Spa) -> None:
    problem = spa.client.post("/api/carritos", {"lines": [line("2026-12-01 17:00")]}).json
    assert problem["detail"] == "Los martes cerramos por mantención."


def test_an_hour_within_the_minimum_notice_is_refused(spa: Spa) -> None:
    spa.clock.advance(hours=2)  # 11:00; the first tub is at 12:00
    before = spa.dump()
    refused(
        spa, spa.client.post("/api/carritos", {"lines": [line("2026-11-30 12:00")]}), before, 422, "too_short_notice"
    )


def test_an_hour_that_has_begun_is_past_by_the_spas_clock_and_not_utcs(spa: Spa) -> None:
    spa.clock.advance(hours=13, minutes=30)  # 22:30 at the spa on Monday; already Tuesday in UTC
    before = spa.dump()
    refused(spa, spa.client.post("/api/carritos", {"lines": [line("2026-11-30 22:00")]}), before, 422, "in_the_past")


def test_today_still_has_its_late_hours_when_utc_is_in_tomorrow(spa: Spa) -> None:
    spa.clock.advance(hours=9, minutes=30)  # 18:30 at the spa
    held = spa.client.post("/api/carritos", {"lines": [line("2026-11-30 22:00")]})
    assert held.status == 201
    spa.clock.advance(hours=3)  # 21:30: half an hour to go, and 00:30 of Tuesday in UTC
    again = spa.client.post("/api/carritos", {"lines": [line("2026-11-30 22:00", service="tina-tronador")]})
    assert (again.status, again.code) == (422, "too_short_notice")


def test_the_same_slot_twice_in_one_cart_is_refused(spa: Spa) -> None:
    cart, token = spa.open_cart(line())
    before = spa.dump()
    refused(spa, spa.add(cart["id"], token, line()), before, 409, "slot_already_in_cart")


def test_the_same_slot_with_another_offset_or_party_is_still_the_same_slot(spa: Spa) -> None:
    cart, token = spa.open_cart(line())
    before = spa.dump()
    same = {"service": TUB, "start": "2026-12-02T20:00:00+00:00", "guests": 3}
    refused(spa, spa.add(cart["id"], token, same), before, 409, "slot_already_in_cart")


def test_two_lines_in_one_new_cart_cannot_be_the_same_slot(spa: Spa) -> None:
    before = spa.dump()
    answer = spa.client.post("/api/carritos", {"lines": [line(), line()]})
    assert (answer.status, answer.code) == (409, "slot_already_in_cart")
    assert spa.dump() == before


def test_an_hour_somebody_else_holds_is_taken(spa: Spa) -> None:
    spa.open_cart(line())
    before = spa.dump()
    refused(spa, spa.client.post("/api/carritos", {"lines": [line()]}), before, 409, "slot_taken")


def test_an_hour_somebody_else_has_paid_for_is_taken(spa: Spa) -> None:
    occupy("hornopiren", "2026-12-02", ("t1700", "t1730"), "lin_other", spa.clock)
    before = spa.dump()
    refused(spa, spa.client.post("/api/carritos", {"lines": [line()]}), before, 409, "slot_taken")


def test_an_hour_inside_the_turn_around_of_another_is_taken(spa: Spa) -> None:
    occupy("hornopiren", "2026-12-02", ("t1630",), "lin_other", spa.clock)
    spa.open_cart(line("2026-12-02 17:00"))
    occupy("hornopiren", "2026-12-03", ("t1900",), "lin_other", spa.clock)
    before = spa.dump()
    refused(spa, spa.client.post("/api/carritos", {"lines": [line("2026-12-03 17:00")]}), before, 409, "slot_taken")


def test_a_full_cart_is_refused_one_more(spa: Spa) -> None:
    hours = ["12:00", "14:30", "17:00", "19:30", "22:00"]
    lines = [line(f"2026-12-{day:02} {hour}") for day in (2, 3, 4, 5) for hour in hours]
    cart, token = spa.open_cart(*lines)
    before = spa.dump()
    answer = spa.add(cart["id"], token, line("2026-12-06 12:00"))
    refused(spa, answer, before, 409, "cart_full")
    assert answer.json["detail"] == "Un carrito admite hasta 20 cosas."


def test_a_line_that_is_not_in_the_cart_cannot_be_let_go(spa: Spa) -> None:
    cart, token = spa.open_cart(line())
    before = spa.dump()
    answer = spa.client.delete(f"/api/carritos/{cart['id']}/lineas/lin_nobodys", token=token)
    refused(spa, answer, before, 404, "line_not_found")


def test_a_cart_that_became_an_order_takes_no_more_lines_and_gives_none_up(spa: Spa) -> None:
    cart, token = spa.open_cart(line())
    assert spa.check_out(token).status == 201
    before = spa.dump()
    refused(spa, spa.add(cart["id"], token, line("2026-12-03 17:00")), before, 409, "cart_checked_out")
    gone = spa.client.delete(f"/api/carritos/{cart['id']}/lineas/{cart['lines'][0]['id']}", token=token)
    refused(spa, gone, before, 409, "cart_checked_out")


@pytest.mark.parametrize(
    "start",
    [
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "1970-01-01T00:00:00Z",
        "3026-12-02T17:00:00-03:00",
    ],
)
def test_the_ends_of_time_are_refused_and_break_nothing(spa: Spa, start: str) -> None:
    before = spa.dump()
    answer = spa.client.post("/api/carritos", {"lines": [{"service": TUB, "start": start, "guests": 2}]})
    assert answer.status == 422
    assert spa.dump() == before


@pytest.mark.parametrize(
    ("new", "fields"),
    [
        ({}, {"lines.0.service": "missing_value", "lines.0.start": "missing_value", "lines.0.guests": "missing_value"}),
        ({**line(), "start": "2026-12-02T17:00:00"}, {"lines.0.start": "timezone_aware"}),
        ({**line(), "start": "mañana"}, {"lines.0.start": "datetime_from_date_parsing"}),
        ({**line(), "guests": 0}, {"lines.0.guests": "greater_than_equal"}),
        ({**line(), "guests": 21}, {"lines.0.guests": "less_than_equal"}),
        ({**line(), "guests": "2"}, {"lines.0.guests": "int_type"}),
        ({**line(), "guests": 2.5}, {"lines.0.guests": "int_type"}),
        ({**line(), "guests": True}, {"lines.0.guests": "int_type"}),
        ({**line(), "service": ""}, {"lines.0.service": "too_short"}),
        ({**line(), "price": 1}, {"lines.0.price": "unknown_field"}),
    ],
)
def test_a_line_that_cannot_be_read_names_each_wrong_field(
    spa: Spa, new: dict[str, Any], fields: dict[str, str]
) -> None:
    before = spa.dump()
    answer = spa.client.post("/api/carritos", {"lines": [new]})
    assert (answer.status, answer.code, answer.fields) == (422, "invalid_fields", fields)
    assert spa.dump() == before


def test_a_price_sent_by_the_browser_is_refused(spa: Spa) -> None:
    answer = spa.client.post("/api/carritos", {"lines": [{**line(), "unit_price": 1, "total": 1}]})
    assert answer.fields == {"lines.0.unit_price": "unknown_field", "lines.0.total": "unknown_field"}
