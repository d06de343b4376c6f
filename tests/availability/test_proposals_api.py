"""Building a day, and programmes, over HTTP."""

from typing import Any

import pytest

from chalicelib.availability.views import AvailabilityView, ProposalsView
from tests.support.http import Answer
from tests.support.meter import metered
from tests.support.spa import Spa, occupy, opened_spa

DAY = ("t1200", "t1230", "t1300", "t1330", "t1400", "t1430", "t1500", "t1530", "t1600", "t1630", "t1700", "t1730",
       "t1800", "t1830", "t1900", "t1930", "t2000", "t2030", "t2100", "t2130", "t2200", "t2230", "t2300", "t2330")


@pytest.fixture
def spa(dynamodb: str, monkeypatch: pytest.MonkeyPatch) -> Spa:
    spa = opened_spa(monkeypatch)
    spa.client.get("/api/categorias")
    return spa


def ask(spa: Spa, headers: dict[str, str] | None = None, **query: str) -> Answer:
    return spa.client.get("/api/propuestas", query={"fecha": "2026-12-02", "personas": "2", **query}, headers=headers)


def days_of(spa: Spa, programme: str, first: str, last: str | None = None, **more: str) -> list[dict[str, Any]]:
    query = {"servicio": f"programa-{programme}", "desde": first, "hasta": last or first, "personas": "2", **more}
    answer = spa.client.get("/api/disponibilidad", query=query)
    assert answer.status == 200, answer.body
    AvailabilityView.model_validate(answer.json)
    found: list[dict[str, Any]] = answer.json["services"][0]["days"]
    return found


def test_a_tub_and_a_massage_are_proposed_with_the_pack_they_earn_for_one_request(spa: Spa) -> None:
    with metered() as bill:
        answer = ask(spa, partes="tinas,masaje-relajacion")
    assert (answer.status, bill.counted()) == (200, {"BatchGetItem": 1})
    ProposalsView.model_validate(answer.json)
    assert (answer.json["date"], answer.json["guests"], len(answer.json["proposals"])) == ("2026-12-02", 2, 8)
    assert answer.json["proposals"][0] == {
        "start": "2026-12-02T13:00:00-03:00",
        "end": "2026-12-02T16:00:00-03:00",
        "total": 140000,
        "discount": 35000,
        "parts": [
            {
                "service": "tina-puntiagudo", "name": "Tina hidromasaje Puntiagudo", "kind": "tub", "guests": 2,
                "start": "2026-12-02T14:00:00-03:00", "end": "2026-12-02T16:00:00-03:00", "price": 60000,
            },
            {
                "service": "masaje-relajacion", "name": "Masaje de relajación", "kind": "massage", "guests": 2,
                "start": "2026-12-02T13:00:00-03:00", "end": "2026-12-02T13:50:00-03:00", "price": 80000,
            },
        ],
    }  # fmt: skip
    assert "reason" not in answer.json


def test_on_a_friday_no_pack_is_earned(spa: Spa) -> None:
    assert {one["discount"] for one in ask(spa, partes="tinas,masajes", fecha="2026-12-04").json["proposals"]} == {0}


def test_what_is_in_the_cart_already_is_planned_around(spa: Spa) -> None:
    busy = "2026-12-02T17:00:00-03:00/2026-12-02T19:00:00-03:00"
    first = ask(spa, partes="masaje-relajacion", ocupado=busy).json["proposals"]
    assert [one["start"][11:16] for one in first] == [
        "19:15", "15:30", "20:30", "14:15", "21:45", "13:00", "11:45", "10:30",
    ]  # fmt: skip


def test_a_closed_day_says_so_in_the_reader_s_language(spa: Spa) -> None:
    answer = ask(spa, {"accept-language": "en"}, partes="tinas,masajes", fecha="2026-12-01")
    assert answer.json["proposals"] == []
    assert answer.json["reason"] == {
        "code": "closed_weekday", "detail": "We are closed for maintenance on Tuesdays.",
    }  # fmt: skip


def test_the_part_that_has_no_hour_is_named(spa: Spa) -> None:
    for table in ("mesa-1", "mesa-2"):
        occupy(table, "2026-12-02", ("t1000", "t1030", "t1100", *DAY), "lin_other", spa.clock)
    assert ask(spa, partes="tinas,masaje-relajacion").json["reason"] == {
        "code": "part_not_free", "detail": "Masaje de relajación: A esa hora no quedan camillas libres.",
    }  # fmt: skip


def test_hours_that_do_not_fit_say_so(spa: Spa) -> None:
    busy = "2026-12-02T09:00:00-03:00/2026-12-02T21:30:00-03:00"
    assert ask(spa, partes="tinas,masajes", ocupado=busy).json["reason"]["code"] == "hours_do_not_fit"


@pytest.mark.parametrize(
    ("query", "status", "code", "fields"),
    [
        ({}, 422, "invalid_fields", ["partes"]),
        ({"partes": ""}, 422, "invalid_fields", ["partes"]),
        ({"partes": ",".join(["tinas"] * 7)}, 422, "parts_count", ["partes"]),
        ({"partes": "tinas,,masajes"}, 404, "service_not_found", []),
        ({"partes": "pozas"}, 404, "service_not_found", []),
        ({"partes": "tinas,cabanas"}, 422, "part_not_for_a_day", ["partes"]),
        ({"partes": "cabana-tepa"}, 422, "part_not_for_a_day", ["partes"]),
        ({"partes": "programa-pausa"}, 422, "part_not_for_a_day", ["partes"]),
        ({"partes": "decoracion-romantica"}, 422, "part_not_for_a_day", ["partes"]),
        ({"partes": "masaje-deportivo"}, 422, "not_bookable_online", ["partes"]),
        ({"partes": "tinas", "personas": "0"}, 422, "invalid_fields", ["personas"]),
        ({"partes": "tinas", "fecha": "mañana"}, 422, "invalid_fields", ["fecha"]),
        ({"partes": "tinas", "fecha": "9999-12-31"}, 422, "invalid_fields", ["fecha"]),
        ({"partes": "tinas", "ocupado": "a las cinco"}, 422, "busy_malformed", ["ocupado"]),
        ({"partes": "tinas", "ocupado": "2026-12-02T17:00/2026-12-02T19:00"}, 422, "busy_malformed", ["ocupado"]),
        ({"partes": "tinas", "ocupado": "2026-12-02T19:00Z/2026-12-02T17:00Z"}, 422, "busy_malformed", ["ocupado"]),
        ({"partes": "tinas", "ocupado": ",".join(["2026-12-02T17:00Z/2026-12-02T19:00Z"] * 21)}, 422,
         "busy_malformed", ["ocupado"]),
        ({"partes": "tinas", "otra": "1"}, 422, "invalid_fields", ["otra"]),
    ],
)  # fmt: skip
def test_a_wrong_question_is_refused_and_reads_nothing(
    spa: Spa, query: dict[str, str], status: int, code: str, fields: list[str]
) -> None:
    with metered() as bill:
        answer = ask(spa, **query)
    assert (answer.status, answer.code, list(answer.fields)) == (status, code, fields)
    assert bill.requests == []


@pytest.mark.parametrize(
    "busy", ["0001-01-01T00:00:00+14:00/9999-12-31T23:59:59-12:00", "2020-01-01T00:00Z/2020-01-02T00:00Z"]
)
def test_busy_times_of_any_year_are_understood(spa: Spa, busy: str) -> None:
    assert ask(spa, partes="tinas", ocupado=busy).status == 200


def test_a_programme_s_slots_carry_their_parts(spa: Spa) -> None:
    with metered() as bill:
        [day] = days_of(spa, "pausa", "2026-12-02")
    assert bill.counted() == {"BatchGetItem": 1}
    assert (day["state"], day["price"], len(day["slots"])) == ("free", 110000, 8)
    assert day["slots"][4] == {
        "start": "2026-12-02T12:00:00-03:00", "time": "12:00", "free": True, "price": 110000,
        "parts": [
            {"service": "tina-hornopiren", "name": "Tina Hornopirén", "start": "2026-12-02T12:00:00-03:00",
             "end": "2026-12-02T14:00:00-03:00", "guests": 2},
            {"service": "masaje-relajacion", "name": "Masaje de relajación", "start": "2026-12-02T14:15:00-03:00",
             "end": "2026-12-02T15:05:00-03:00", "guests": 2},
        ],
    }  # fmt: skip


def test_a_programme_over_two_nights_shows_every_night_and_breakfast_in_its_order(spa: Spa) -> None:
    [day] = days_of(spa, "refugio", "2026-12-02")
    assert [part["service"] for part in day["slots"][0]["parts"]] == [
        "cabana-tepa", "tina-puntiagudo", "masaje-relajacion", "tina-puntiagudo", "cabana-tepa",
    ]  # fmt: skip
    [day] = days_of(spa, "ritual-del-rio", "2026-12-04")
    assert day["price"] == 240000
    assert day["slots"][0]["parts"][-1] == {
        "service": "desayuno", "name": "Desayuno en la cabaña", "start": "2026-12-05T09:00:00-03:00",
        "end": "2026-12-05T10:00:00-03:00", "guests": 2,
    }  # fmt: skip


def test_a_programme_is_closed_when_a_part_of_it_is_and_full_when_others_have_it(spa: Spa) -> None:
    [monday] = days_of(spa, "refugio", "2026-12-07")  # its second day is a Tuesday
    assert (monday["state"], monday["reason"]["code"]) == ("closed", "closed_weekday")
    for cabin in ("tepa", "acantilado", "laurel", "arrayan"):
        occupy(cabin, "2026-12-03", ("night",), "lin_other", spa.clock)
    [full] = days_of(spa, "refugio", "2026-12-02", explain="1")
    assert (full["state"], full["price"], full["slots"]) == ("full", 290000, [])
    assert full["reason"] == {
        "code": "part_not_free", "detail": "Cabañas: Esa hora ya está tomada. Elige otra, por favor.",
    }  # fmt: skip
    [free] = days_of(spa, "refugio", "2026-12-04")
    assert free["state"] == "free"


def test_a_programme_with_few_hours_left_says_few(spa: Spa) -> None:
    for tub in ("hornopiren", "tronador", "llaima", "villarrica", "puyehue"):
        occupy(tub, "2026-12-02", DAY, "lin_other", spa.clock)
    occupy("puntiagudo", "2026-12-02", DAY[4:17], "lin_other", spa.clock)
    [day] = days_of(spa, "noche-de-aguas-calientes", "2026-12-02")
    assert (day["state"], [slot["parts"][1]["start"][11:16] for slot in day["slots"]]) == ("few", ["21:30"])


def test_the_rules_of_a_programme_are_said_of_its_days(spa: Spa) -> None:
    asked = {"too_many_guests": ("2026-12-02", "3"), "in_the_past": ("2026-11-29", "2"),
             "beyond_horizon": ("2027-11-29", "2")}  # fmt: skip
    for code, (day, guests) in asked.items():
        [found] = days_of(spa, "pausa", day, personas=guests)
        assert (found["state"], found["reason"]["code"], found["slots"]) == ("closed", code, [])


@pytest.mark.parametrize(
    ("programme", "last", "requests"),
    [
        ("pausa", "2026-12-31", {"Query": 14}),
        ("noche-de-aguas-calientes", "2026-12-31", {"Query": 20}),
        ("refugio", "2026-12-31", {"Query": 22}),
        ("refugio", "2026-12-01", {"BatchGetItem": 1}),
    ],
)
def test_a_programme_costs_what_its_services_cost(
    spa: Spa, programme: str, last: str, requests: dict[str, int]
) -> None:
    with metered() as bill:
        days_of(spa, programme, "2026-12-01", last)
    assert bill.counted() == requests
