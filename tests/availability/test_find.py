"""Finding a buyer's spot: what it is, what it costs, and the refusal when there is none."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.availability.find import Asked, find_all
from chalicelib.availability.spot import Found
from chalicelib.core.errors import Conflict, Invalid
from tests.availability.world import local
from tests.support.meter import metered
from tests.support.spa import Spa, demo_catalogue, occupy, opened_spa

SHOP = demo_catalogue()
START = local("2026-12-02T17:00")
FIVE = ("t1700", "t1730", "t1800", "t1830", "t1900")


def find(slug: str, start: datetime, guests: int, spa: Spa, **more: Any) -> list[Found]:
    (offer,) = find_all(SHOP, [Asked(SHOP.service(slug), start, guests, **more)], now=spa.clock.now())
    return offer.spots


@pytest.fixture
def spa(dynamodb: str, monkeypatch: pytest.MonkeyPatch) -> Spa:
    return opened_spa(monkeypatch)


def test_a_tub_for_two_is_found_with_one_request(spa: Spa) -> None:
    with metered() as bill:
        (found,) = find("tina-hornopiren", START, 2, spa)
    assert [(place.key, place.ticks) for place in found.spot.places] == [(("hornopiren", "2026-12-02"), FIVE)]
    assert (found.unit_price, found.price, found.end) == (25000, 50000, START + timedelta(hours=2))
    assert bill.counted() == {"Query": 1}


def test_a_couple_massage_is_found_with_one_request(spa: Spa) -> None:
    start = local("2026-12-04T16:45")
    with metered() as bill:
        (found,) = find("masaje-relajacion", start, 2, spa)
    assert found.spot.resources == ("mesa-1", "mesa-2", "paula", "ignacio")
    assert {place.ticks for place in found.spot.places} == {("t1630", "t1700", "t1730")}
    assert (found.price, bill.counted()) == (80000, {"Query": 1})


@pytest.mark.parametrize(
    ("slug", "start", "guests", "code"),
    [
        ("tina-hornopiren", "2026-12-02T17:15", 2, "off_schedule"),
        ("tina-hornopiren", "2026-12-01T17:00", 2, "closed_weekday"),
        ("tina-hornopiren", "2026-11-29T17:00", 2, "in_the_past"),
        ("tina-hornopiren", "2026-11-30T12:00", 2, "too_short_notice"),
        ("tina-hornopiren", "2027-12-01T17:00", 2, "beyond_horizon"),
        ("tina-hornopiren", "2026-12-02T17:00", 4, "too_many_guests"),
        ("tina-osorno", "2026-12-02T17:00", 2, "too_few_guests"),
        ("masaje-deportivo", "2026-12-02T16:45", 1, "not_bookable_online"),
    ],
)
def test_a_rule_that_speaks_against_it_is_named(spa: Spa, slug: str, start: str, guests: int, code: str) -> None:
    spa.clock.advance(hours=1, minutes=1)
    with pytest.raises(Invalid) as caught:
        find(slug, local(start), guests, spa)
    assert caught.value.code == code


def test_a_slot_that_is_taken_is_a_conflict(spa: Spa) -> None:
    occupy("hornopiren", "2026-12-02", FIVE, "lin_other", spa.clock)
    with pytest.raises(Conflict) as caught:
        find("tina-hornopiren", START, 2, spa)
    assert caught.value.code == "slot_taken"


def test_a_stay_is_found_night_by_night_at_each_night_s_price_with_one_request(spa: Spa) -> None:
    check_in = local("2026-12-30T16:00")
    with metered() as bill:
        nights = find("cabana-tepa", check_in, 2, spa, nights=3)
    assert [(night.start, night.end, night.price) for night in nights] == [
        (check_in + timedelta(days=n), check_in + timedelta(days=n, hours=19), 90_000) for n in range(3)
    ]
    assert [night.spot.places[0].key for night in nights] == [
        ("tepa", "2026-12-30"), ("tepa", "2026-12-31"), ("tepa", "2027-01-01")
    ]  # fmt: skip
    assert bill.counted() == {"Query": 1}


def test_one_taken_night_refuses_the_whole_stay(spa: Spa) -> None:
    occupy("tepa", "2026-12-31", ("night",), "lin_other", spa.clock)
    with pytest.raises(Conflict) as caught:
        find("cabana-tepa", local("2026-12-30T16:00"), 2, spa, nights=3)
    assert (caught.value.code, caught.value.params["date"]) == ("slot_taken", "2026-12-31")


def test_nights_are_for_cabins_and_no_stay_is_endless(spa: Spa) -> None:
    for slug, start, nights, code in (
        ("tina-hornopiren", "2026-12-02T17:00", 2, "not_by_night"),
        ("cabana-tepa", "2026-12-02T16:00", 61, "too_many_nights"),
    ):
        with pytest.raises(Invalid) as caught:
            find(slug, local(start), 2, spa, nights=nights)
        assert caught.value.code == code


def test_what_the_same_request_took_is_taken_for_its_next_wish(spa: Spa) -> None:
    start = local("2026-12-04T16:45")
    one = Asked(SHOP.service("masaje-relajacion"), start, 1)
    other = Asked(SHOP.service("masaje-descontracturante"), start, 1)
    first, second = find_all(SHOP, [one, other], now=spa.clock.now())
    assert not set(first.spots[0].spot.resources) & set(second.spots[0].spot.resources)
    with pytest.raises(Conflict):  # there are two tables
        find_all(SHOP, [one, other, one], now=spa.clock.now())


def test_a_tub_a_massage_and_two_nights_are_found_with_one_request(spa: Spa) -> None:
    asked = [
        Asked(SHOP.service("tina-hornopiren"), START, 2),
        Asked(SHOP.service("masaje-relajacion"), local("2026-12-02T15:30"), 2),
        Asked(SHOP.service("cabana-tepa"), local("2026-12-02T16:00"), 2, 2),
    ]
    with metered() as bill:
        found = find_all(SHOP, asked, now=spa.clock.now())
    assert [len(offer.spots) for offer in found] == [1, 1, 2]
    assert bill.counted() == {"BatchGetItem": 1}
