"""The calendar over HTTP: a day, a month, a category, with and without reasons."""

from datetime import date
from typing import Any

import pytest

from chalicelib.availability.views import AvailabilityView
from chalicelib.core.clock import FixedClock
from tests.support.http import Answer
from tests.support.meter import metered
from tests.support.spa import Spa, occupy, opened_spa

ASK = "/api/disponibilidad"
FIVE = ("t1700", "t1730", "t1800", "t1830", "t1900")


@pytest.fixture
def spa(dynamodb: str, monkeypatch: pytest.MonkeyPatch) -> Spa:
    return opened_spa(monkeypatch)


def ask(spa: Spa, headers: dict[str, str] | None = None, **query: str) -> Answer:
    return spa.client.get(ASK, query=query, headers=headers)


def days_of(answer: Answer) -> list[dict[str, Any]]:
    assert answer.status == 200, answer.body
    found: list[dict[str, Any]] = answer.json["services"][0]["days"]
    return found


def test_a_free_day_is_answered_exactly_as_the_page_expects(spa: Spa) -> None:
    answer = ask(spa, servicio="tina-hornopiren", desde="2026-12-02", personas="2")
    AvailabilityView.model_validate(answer.json)
    slots = [
        {"start": f"2026-12-02T{wall}:00-03:00", "time": wall, "free": True, "price": 50000}
        for wall in ("12:00", "14:30", "17:00", "19:30", "22:00")
    ]
    assert answer.json == {
        "from": "2026-12-02",
        "to": "2026-12-02",
        "guests": 2,
        "services": [
            {
                "service": "tina-hornopiren",
                "days": [{"date": "2026-12-02", "state": "free", "price": 50000, "slots": slots}],
            }
        ],
    }
    assert answer.headers["cache-control"] == "no-store"


def test_a_closed_day_says_why_in_the_caller_s_language(spa: Spa) -> None:
    query = {"servicio": "tina-hornopiren", "desde": "2026-12-01"}
    assert days_of(ask(spa, **query)) == [
        {
            "date": "2026-12-01",
            "state": "closed",
            "price": None,
            "slots": [],
            "reason": {"code": "closed_weekday", "detail": "Los martes cerramos por mantención."},
        }
    ]
    english = days_of(ask(spa, {"accept-language": "en"}, **query))
    assert english[0]["reason"]["detail"] == "We are closed for maintenance on Tuesdays."


def test_explained_every_slot_that_is_not_free_says_why(spa: Spa) -> None:
    occupy("hornopiren", "2026-12-02", FIVE, "lin_other", spa.clock)
    query = {"servicio": "tina-hornopiren", "desde": "2026-12-02"}
    plain = days_of(ask(spa, **query))[0]["slots"]
    explained = days_of(ask(spa, **query, explain="1"))[0]["slots"]
    assert plain[2] == {"start": "2026-12-02T17:00:00-03:00", "time": "17:00", "free": False, "price": 50000}
    assert explained[2]["reason"] == {
        "code": "slot_taken",
        "detail": "Esa hora ya está tomada. Elige otra, por favor.",
    }
    assert [slot for slot in explained if "reason" in slot] == [explained[2]]


def test_a_month_has_every_day_and_closes_on_tuesdays(spa: Spa) -> None:
    days = days_of(ask(spa, servicio="tina-hornopiren", desde="2026-12-01", hasta="2026-12-31"))
    assert [day["date"] for day in days] == [f"2026-12-{n:02}" for n in range(1, 32)]
    closed = [day["date"] for day in days if day["state"] == "closed"]
    assert closed == [f"2026-12-{n:02}" for n in range(1, 32) if date(2026, 12, n).isoweekday() == 2]


def test_a_category_answers_for_each_of_its_services(spa: Spa) -> None:
    occupy("hornopiren", "2026-12-02", FIVE, "lin_other", spa.clock)
    answer = ask(spa, categoria="tinas", desde="2026-12-02", personas="4")
    states = {s["service"]: (s["days"][0]["state"], s["days"][0].get("reason", {}).get("code"))
              for s in answer.json["services"]}  # fmt: skip
    assert states["tina-osorno"] == ("free", None)
    assert states["tina-hornopiren"] == ("closed", "too_many_guests")
    assert len(states) == 8


def test_today_only_what_can_still_be_reached_is_free(spa: Spa) -> None:
    spa.clock.advance(hours=6)  # three in the afternoon
    slots = days_of(ask(spa, servicio="tina-hornopiren", desde="2026-11-30", explain="1"))[0]["slots"]
    assert [slot.get("reason", {}).get("code") for slot in slots] == [
        "in_the_past", "in_the_past", None, None, None,
    ]  # fmt: skip


def test_the_night_of_the_clock_change_is_offered_in_the_offset_of_its_hour(spa: Spa) -> None:
    spa.clock.advance(days=100)
    days = days_of(ask(spa, servicio="tina-hornopiren", desde="2027-04-03", hasta="2027-04-04"))
    assert days[0]["slots"][-1]["start"] == "2027-04-03T22:00:00-03:00"
    assert days[1]["slots"][0]["start"] == "2027-04-04T12:00:00-04:00"


@pytest.mark.parametrize(
    ("query", "status", "code", "fields"),
    [
        ({"servicio": "tina-imaginaria", "desde": "2026-12-02"}, 404, "service_not_found", {}),
        ({"categoria": "pozas", "desde": "2026-12-02"}, 404, "category_not_found", {}),
        ({"desde": "2026-12-02"}, 422, "service_or_category", {"servicio": "service_or_category"}),
        (
            {"servicio": "tina-hornopiren", "categoria": "tinas", "desde": "2026-12-02"},
            422,
            "service_or_category",
            {"servicio": "service_or_category"},
        ),
        ({"servicio": "tina-hornopiren"}, 422, "invalid_fields", {"desde": "missing_value"}),
        (
            {"servicio": "tina-hornopiren", "desde": "2026-12-02", "hasta": "2026-12-01"},
            422,
            "range_backwards",
            {"hasta": "range_backwards"},
        ),
        (
            {"servicio": "tina-hornopiren", "desde": "2026-12-01", "hasta": "2027-02-01"},
            422,
            "range_too_long",
            {"hasta": "range_too_long"},
        ),
        (
            {"servicio": "tina-hornopiren", "desde": "2026-12-02", "personas": "0"},
            422,
            "invalid_fields",
            {"personas": "greater_than_equal"},
        ),
    ],
)
def test_a_wrong_question_is_refused_and_reads_nothing_of_the_calendar(
    spa: Spa, query: dict[str, str], status: int, code: str, fields: dict[str, str]
) -> None:
    spa.client.get("/api/categorias")
    with metered() as bill:
        answer = ask(spa, **query)
    assert (answer.status, answer.code, answer.fields) == (status, code, fields)
    assert bill.requests == []


@pytest.mark.parametrize("desde", ["mañana", "2026-02-30", "0001-01-01", "9999-12-31", "02/12/2026"])
def test_what_is_no_date_of_ours_is_refused_at_its_field(spa: Spa, desde: str) -> None:
    answer = ask(spa, servicio="tina-hornopiren", desde=desde)
    assert (answer.status, list(answer.fields)) == (422, ["desde"])


def test_sixty_two_days_are_answered(spa: Spa) -> None:
    assert len(days_of(ask(spa, servicio="tina-hornopiren", desde="2026-12-01", hasta="2027-01-31"))) == 62


def test_a_held_slot_comes_back_when_the_hold_has_lapsed(spa: Spa) -> None:
    from datetime import timedelta

    occupy("hornopiren", "2026-12-02", FIVE, "lin_other", spa.clock, until=timedelta(minutes=20))
    query = {"servicio": "tina-hornopiren", "desde": "2026-12-02"}
    assert days_of(ask(spa, **query))[0]["slots"][2]["free"] is False
    clock: FixedClock = spa.clock
    clock.advance(minutes=20, seconds=1)
    assert days_of(ask(spa, **query))[0]["slots"][2]["free"] is True


@pytest.mark.parametrize(
    ("query", "requests"),
    [
        ({"servicio": "tina-hornopiren", "desde": "2026-12-02"}, {"Query": 1}),
        ({"servicio": "tina-hornopiren", "desde": "2026-12-01", "hasta": "2026-12-31"}, {"Query": 2}),
        ({"servicio": "masaje-relajacion", "desde": "2026-12-02"}, {"Query": 1}),
        ({"servicio": "masaje-relajacion", "desde": "2026-12-01", "hasta": "2026-12-31"}, {"Query": 2}),
        ({"categoria": "tinas", "desde": "2026-12-02"}, {"BatchGetItem": 1}),
        ({"categoria": "masajes", "desde": "2026-12-02"}, {"Query": 1}),
    ],
)
def test_a_question_costs_what_was_promised(spa: Spa, query: dict[str, str], requests: dict[str, int]) -> None:
    spa.client.get("/api/categorias")
    with metered() as bill:
        assert ask(spa, **query).status == 200
    assert bill.counted() == requests
