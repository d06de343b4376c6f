"""Finding a buyer's spot: what it is, what it costs, and the refusal when there is none."""

from datetime import timedelta

import pytest

from chalicelib.availability.find import find_spot
from chalicelib.core.errors import Conflict, Invalid
from tests.availability.world import local
from tests.support.meter import metered
from tests.support.spa import Spa, demo_catalogue, occupy, opened_spa

SHOP = demo_catalogue()
START = local("2026-12-02T17:00")
FIVE = ("t1700", "t1730", "t1800", "t1830", "t1900")


@pytest.fixture
def spa(dynamodb: str, monkeypatch: pytest.MonkeyPatch) -> Spa:
    return opened_spa(monkeypatch)


def test_a_tub_for_two_is_found_with_one_request(spa: Spa) -> None:
    with metered() as bill:
        found = find_spot(SHOP, SHOP.service("tina-hornopiren"), START, 2, now=spa.clock.now())
    assert [(place.key, place.ticks) for place in found.spot.places] == [(("hornopiren", "2026-12-02"), FIVE)]
    assert (found.unit_price, found.price, found.end) == (25000, 50000, START + timedelta(hours=2))
    assert bill.counted() == {"Query": 1}


def test_a_couple_massage_is_found_with_one_request(spa: Spa) -> None:
    start = local("2026-12-04T16:45")
    with metered() as bill:
        found = find_spot(SHOP, SHOP.service("masaje-relajacion"), start, 2, now=spa.clock.now())
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
        find_spot(SHOP, SHOP.service(slug), local(start), guests, now=spa.clock.now())
    assert caught.value.code == code


def test_a_slot_that_is_taken_is_a_conflict_except_to_its_owner(spa: Spa) -> None:
    occupy("hornopiren", "2026-12-02", FIVE, "lin_other", spa.clock)
    service = SHOP.service("tina-hornopiren")
    with pytest.raises(Conflict) as caught:
        find_spot(SHOP, service, START, 2, now=spa.clock.now())
    assert caught.value.code == "slot_taken"
    assert find_spot(SHOP, service, START, 2, now=spa.clock.now(), own="lin_other").price == 50000
