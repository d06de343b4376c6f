"""Reading day sheets: the right ones, in as few requests as promised (DESIGN.md §7)."""

from collections.abc import Iterator
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest

from chalicelib.availability.assign import resources_of
from chalicelib.availability.claim import take
from chalicelib.availability.days import LABELS, Tick
from chalicelib.availability.sheets import Mark, Occupied, Place
from chalicelib.availability.table import read_days
from chalicelib.aws.tables import connection
from chalicelib.aws.transactions import Transaction
from tests.availability.world import local
from tests.support.books import empty
from tests.support.meter import metered
from tests.support.spa import demo_catalogue

SHOP = demo_catalogue()
NOW = local("2026-11-30T09:00")
FIRST, LAST = date(2026, 12, 1), date(2026, 12, 31)
TUBS = [resource.slug for resource in SHOP.members("tinas")]


def sell(resource: str, day: date, *ticks: Tick, claim: str = "lin_0123456789abcdefghijkl") -> None:
    tx = Transaction()
    place = Place(resource=resource, day=day, ticks=ticks, calendar=SHOP.calendar_of(resource))
    take(tx, claim, Occupied(places=(place,)), None, NOW)
    tx.commit()


@pytest.fixture(scope="module", autouse=True)
def sold(dynamodb: str) -> Iterator[None]:
    """A tub sold out for December, and something on every other resource on the second."""
    empty("calendar")
    for number in range(31):
        for booking in range(5):
            ticks = LABELS[12 + 5 * booking : 17 + 5 * booking]
            sell("hornopiren", FIRST + timedelta(days=number), *ticks)
    for resource in SHOP.resources:
        if resource.slug != "hornopiren" and not resource.by_night:
            sell(resource.slug, date(2026, 12, 2), LABELS[20], claim=f"lin_{resource.slug}")
    sell("hornopiren", date(2026, 11, 30), LABELS[20])
    sell("hornopiren", date(2027, 1, 1), LABELS[20])
    yield
    empty("calendar")


def test_a_tub_on_a_day_is_one_request_of_half_a_unit() -> None:
    with metered() as bill:
        sheets = read_days(SHOP, ["hornopiren"], date(2026, 12, 2), date(2026, 12, 2))
    assert (bill.counted(), bill.read_units) == ({"Query": 1}, 0.5)
    assert set(sheets) == {("hornopiren", date(2026, 12, 2))}
    assert len(sheets["hornopiren", date(2026, 12, 2)]) == 25


def test_a_sold_out_month_of_a_tub_is_two_requests_of_two_units_at_most() -> None:
    with metered() as bill:
        sheets = read_days(SHOP, ["hornopiren"], FIRST, LAST)
    assert bill.counted() == {"Query": 2}
    assert max(request.units for request in bill.requests) <= 2
    assert sorted(day for _, day in sheets) == [FIRST + timedelta(days=n) for n in range(31)]


def test_eight_tubs_on_a_day_are_one_request() -> None:
    with metered() as bill:
        sheets = read_days(SHOP, TUBS, date(2026, 12, 2), date(2026, 12, 2))
    assert bill.counted() == {"BatchGetItem": 1}
    assert {name for name, _ in sheets} == set(TUBS)
    assert sheets["puyehue", date(2026, 12, 2)] == {20: Mark("lin_puyehue")}


def test_all_tables_and_therapists_on_a_day_are_one_request_and_over_a_month_two() -> None:
    names = resources_of(SHOP, SHOP.service("masaje-relajacion"))
    with metered() as bill:
        sheets = read_days(SHOP, names, date(2026, 12, 2), date(2026, 12, 2))
    assert (bill.counted(), bill.read_units) == ({"Query": 1}, 0.5)
    assert {name for name, _ in sheets} == set(names) == {
        "mesa-1", "mesa-2", "paula", "ignacio", "camila", "tomas", "marisol",
    }  # fmt: skip
    with metered() as bill:
        read_days(SHOP, names, FIRST, LAST)
    assert bill.counted() == {"Query": 2}
    assert max(request.units for request in bill.requests) <= 2


def test_somebody_who_does_not_serve_it_is_not_read_into_it() -> None:
    names = resources_of(SHOP, SHOP.service("masaje-deportivo"))
    sheets = read_days(SHOP, names, date(2026, 12, 2), date(2026, 12, 2))
    assert {name for name, _ in sheets} == {"mesa-1", "mesa-2", "ignacio", "tomas"}


def test_eight_tubs_over_a_month_are_read_side_by_side_and_agree_with_reading_each() -> None:
    with metered() as bill:
        together = read_days(SHOP, TUBS, FIRST, LAST)
    assert bill.counted() == {"Query": 16}
    alone = {key: sheet for tub in TUBS for key, sheet in read_days(SHOP, [tub], FIRST, LAST).items()}
    assert together == alone


def test_nothing_is_read_of_days_that_were_not_asked_for() -> None:
    sheets = read_days(SHOP, ["hornopiren"], date(2026, 12, 16), date(2026, 12, 17))
    assert {day for _, day in sheets} == {date(2026, 12, 16), date(2026, 12, 17)}
    assert read_days(SHOP, ["tepa"], FIRST, LAST) == {}


def test_the_two_queries_of_a_massage_s_month_are_asked_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each waits for the other: one after the other they would wait for ever."""
    both, kind = Barrier(2, timeout=10), type(connection())
    ask = kind.dispatch

    def waiting(self: Any, *request: Any) -> Any:
        both.wait()
        return ask(self, *request)

    monkeypatch.setattr(kind, "dispatch", waiting)
    assert read_days(SHOP, resources_of(SHOP, SHOP.service("masaje-relajacion")), FIRST, LAST)
