"""Finding a stay: every night with its own price, or the night that can't be had."""

from datetime import datetime, timedelta

import pytest

from chalicelib.availability.find import Asked, find_all
from chalicelib.availability.spot import Found
from chalicelib.catalog.model import PriceOverride, PriceRule, Service
from chalicelib.core.errors import Conflict, DomainError, Invalid
from tests.availability.world import local
from tests.support.meter import metered
from tests.support.spa import Spa, demo_catalogue, occupy, opened_spa

SHOP = demo_catalogue()
TEPA = SHOP.service("cabana-tepa")
CHECK_IN = local("2026-12-04T16:00")


@pytest.fixture
def spa(dynamodb: str, monkeypatch: pytest.MonkeyPatch) -> Spa:
    return opened_spa(monkeypatch)


def find_stay(service: Service, check_in: datetime, nights: int, guests: int, spa: Spa) -> list[Found]:
    (offer,) = find_all(SHOP, [Asked(service, check_in, guests, nights)], now=spa.clock.now())
    return offer.spots


def refused(spa: Spa, service: str, check_in: str, nights: int, guests: int = 2) -> DomainError:
    with pytest.raises(DomainError) as caught:
        find_stay(SHOP.service(service), local(check_in), nights, guests, spa)
    return caught.value


def test_three_nights_are_three_spots_each_at_its_own_price_for_one_request(spa: Spa) -> None:
    price = PriceRule(amount=90000, unit="night", overrides=(PriceOverride(amount=120000, weekdays=("sat",)),))
    with metered() as bill:
        found = find_stay(TEPA.model_copy(update={"price": price}), CHECK_IN, 3, 2, spa)
    assert bill.counted() == {"Query": 1}
    assert [night.price for night in found] == [90000, 120000, 90000]
    assert [night.spot.places[0].key for night in found] == [("tepa", f"2026-12-0{n}") for n in (4, 5, 6)]
    assert {night.spot.places[0].ticks for night in found} == {("night",)}
    assert [night.end for night in found] == [local(f"2026-12-0{n}T11:00") for n in (5, 6, 7)]


@pytest.mark.parametrize(("nights", "requests"), [(1, 1), (16, 1), (17, 2), (60, 4)])
def test_a_stay_costs_one_request_for_each_sixteen_nights(spa: Spa, nights: int, requests: int) -> None:
    with metered() as bill:
        assert len(find_stay(TEPA, CHECK_IN, nights, 2, spa)) == nights
    assert bill.counted() == {"Query": requests}


def test_check_in_and_check_out_keep_their_hours_when_clocks_change(spa: Spa) -> None:
    found = find_stay(TEPA, local("2027-04-02T16:00"), 3, 2, spa)
    assert [night.start for night in found] == [local(f"2027-04-0{n}T16:00") for n in (2, 3, 4)]
    assert [night.end for night in found] == [local(f"2027-04-0{n}T11:00") for n in (3, 4, 5)]
    assert found[1].end - found[1].start == timedelta(hours=20)


def test_a_night_that_is_taken_is_named(spa: Spa) -> None:
    occupy("tepa", "2026-12-06", ("night",), "lin_other", spa.clock)
    error = refused(spa, "cabana-tepa", "2026-12-04T16:00", 3)
    assert (type(error), error.code, error.params["date"]) == (Conflict, "slot_taken", "2026-12-06")
    assert len(find_stay(TEPA, CHECK_IN, 2, 2, spa)) == 2


@pytest.mark.parametrize(
    ("service", "check_in", "nights", "guests", "code", "night"),
    [
        ("cabana-tepa", "2026-12-04T16:00", 0, 2, "too_many_nights", None),
        ("cabana-tepa", "2026-12-04T16:00", 61, 2, "too_many_nights", None),
        ("cabana-tepa", "2026-12-04T15:00", 2, 2, "off_schedule", "2026-12-04"),
        ("cabana-tepa", "2026-12-04T16:00", 2, 3, "too_many_guests", "2026-12-04"),
        ("cabana-tepa", "2026-11-29T16:00", 2, 2, "in_the_past", "2026-11-29"),
        ("cabana-tepa", "2027-11-29T16:00", 4, 2, "beyond_horizon", "2027-12-01"),
        ("tina-hornopiren", "2026-12-04T17:00", 2, 2, "not_by_night", None),
        ("masaje-deportivo", "2026-12-04T16:45", 2, 2, "not_bookable_online", None),
    ],
)
def test_a_rule_that_speaks_against_a_night_is_named_with_its_date(
    spa: Spa, service: str, check_in: str, nights: int, guests: int, code: str, night: str | None
) -> None:
    error = refused(spa, service, check_in, nights, guests)
    assert (type(error), error.code, error.params.get("date")) == (Invalid, code, night)
