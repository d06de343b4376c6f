"""Finding the programme that a buyer chose: exactly its parts, all served, or a refusal that says why."""

from datetime import datetime, timedelta

import pytest

from chalicelib.availability.days import NIGHT_INDEX, day_of
from chalicelib.availability.find import Asked, Offer, find_all
from chalicelib.availability.find_programme import FoundProgramme, programme_in
from chalicelib.availability.sheets import Mark
from chalicelib.core.errors import Conflict, DomainError, Invalid
from tests.availability.world import local
from tests.support.meter import metered
from tests.support.spa import NOW, Spa, demo_catalogue, opened_spa

SHOP = demo_catalogue()
PAUSA = [("tina-hornopiren", "2026-12-02T14:30"), ("masaje-relajacion", "2026-12-02T16:45")]
RITUAL = [
    ("cabana-laurel", "2026-12-02T16:00"), ("tina-hornopiren", "2026-12-02T17:00"),
    ("masaje-relajacion", "2026-12-02T19:15"), ("desayuno", "2026-12-03T09:00"),
]  # fmt: skip
REFUGIO = [
    ("cabana-tepa", "2026-12-02T16:00"), ("cabana-tepa", "2026-12-03T16:00"), ("tina-hornopiren", "2026-12-02T17:00"),
    ("tina-hornopiren", "2026-12-03T17:00"), ("masaje-relajacion", "2026-12-03T15:30"),
]  # fmt: skip
Wish = list[tuple[str, str]]


@pytest.fixture
def spa(dynamodb: str, monkeypatch: pytest.MonkeyPatch) -> Spa:
    return opened_spa(monkeypatch)


def wished(wish: Wish) -> list[tuple[str, datetime]]:
    return [(slug, local(start)) for slug, start in wish]


def asked(programme: str, wish: Wish, sheets: object = None, guests: int = 2, now: datetime = NOW) -> FoundProgramme:
    service = SHOP.service(f"programa-{programme}")
    return programme_in(SHOP, service, wished(wish), guests, sheets or {}, now)  # type: ignore[arg-type]


def offered(programme: str, wish: Wish) -> Offer:
    """Find it as a cart does, on the tables."""
    (found,) = find_all(SHOP, [Asked(SHOP.service(programme), wished(wish)[0][1], 2, 1, tuple(wished(wish)))], now=NOW)
    return found


def refused(programme: str, wish: Wish, **given: object) -> tuple[type[DomainError], str]:
    with pytest.raises(DomainError) as caught:
        asked(programme, wish, **given)  # type: ignore[arg-type]
    return type(caught.value), caught.value.code


def test_a_tub_and_a_couple_massage_are_found_with_one_request_at_the_programme_s_price(spa: Spa) -> None:
    with metered() as bill:
        found = offered("programa-pausa", PAUSA)
    assert bill.counted() == {"BatchGetItem": 1}
    assert (found.spots[0].start, found.spots[-1].end) == (local("2026-12-02T14:30"), local("2026-12-02T17:35"))
    assert found.price == 110000
    assert [(part.service.slug, part.guests, part.spot.resources) for part in found.spots] == [
        ("tina-hornopiren", 2, ("hornopiren",)),
        ("masaje-relajacion", 2, ("mesa-1", "mesa-2", "paula", "ignacio")),
    ]


def test_a_night_with_all_there_is_has_its_parts_in_order_and_a_breakfast_that_occupies_nothing() -> None:
    found = asked("ritual-del-rio", RITUAL[::-1])
    assert [part.service.slug for part in found.parts] == [slug for slug, _ in RITUAL]
    assert [part.end for part in found.parts] == [
        local("2026-12-03T11:00"), local("2026-12-02T19:00"), local("2026-12-02T20:05"), local("2026-12-03T10:00"),
    ]  # fmt: skip
    assert found.parts[3].spot.places == ()
    assert (found.start, found.end, found.price) == (local("2026-12-02T16:00"), local("2026-12-03T11:00"), 210000)


def test_the_price_is_that_of_the_first_day() -> None:
    friday = [(slug, start.replace("12-02", "12-04").replace("12-03", "12-05")) for slug, start in RITUAL]
    assert asked("ritual-del-rio", friday).price == 240000


def test_two_nights_are_in_one_cabin_with_a_tub_each_day_and_cost_one_request(spa: Spa) -> None:
    with metered() as bill:
        found = offered("programa-refugio", REFUGIO)
    assert bill.counted() == {"BatchGetItem": 1}
    nights = [part for part in found.spots if part.service.kind == "cabin"]
    assert [part.spot.places[0].key for part in nights] == [("tepa", "2026-12-02"), ("tepa", "2026-12-03")]
    assert (found.price, max(part.end for part in found.spots)) == (290000, local("2026-12-04T11:00"))


@pytest.mark.parametrize(
    "wish",
    [
        [],
        PAUSA[:1],
        PAUSA[1:],
        [*PAUSA, PAUSA[0]],
        [PAUSA[0], PAUSA[0]],
        [("tina-osorno", "2026-12-02T14:30"), PAUSA[1]],
        [("masaje-descontracturante", "2026-12-02T16:45"), PAUSA[0]],
        [*PAUSA, ("desayuno", "2026-12-03T09:00")],
        [("nada", "2026-12-02T14:30"), PAUSA[1]],
        [PAUSA[0], ("masaje-relajacion", "2026-12-03T16:45")],
        [PAUSA[0], ("masaje-relajacion", "2026-12-02T15:30")],
        [("tina-puntiagudo", "2026-12-02T14:00"), ("masaje-relajacion", "2027-12-02T15:30")],
    ],
)
def test_what_is_not_exactly_the_programme_at_hours_that_go_together_is_refused(wish: Wish) -> None:
    assert refused("pausa", wish) == (Invalid, "programme_parts_wrong")


@pytest.mark.parametrize(
    "change",
    [
        {1: ("cabana-laurel", "2026-12-03T16:00")},
        {1: ("cabana-tepa", "2026-12-04T16:00")},
        {1: ("cabana-tepa", "2026-12-02T16:00")},
        {3: ("tina-hornopiren", "2026-12-02T19:30")},
        {3: ("tina-hornopiren", "2026-12-04T12:00")},
        {4: ("masaje-relajacion", "2026-12-04T15:30")},
        {2: ("tina-hornopiren", "2026-12-02T14:30")},
        {4: ("masaje-relajacion", "2026-12-03T18:00")},
    ],
)
def test_nights_apart_tubs_on_one_day_and_hours_out_of_the_stay_are_refused(change: dict[int, tuple[str, str]]) -> None:
    wish = [change.get(number, one) for number, one in enumerate(REFUGIO)]
    assert refused("refugio", wish) == (Invalid, "programme_parts_wrong")


@pytest.mark.parametrize("start", ["2026-12-03T08:00", "2026-12-02T16:00", "2026-12-04T09:00"])
def test_a_breakfast_comes_two_hours_before_the_guests_leave_and_not_otherwise(start: str) -> None:
    assert refused("ritual-del-rio", [*RITUAL[:3], ("desayuno", start)]) == (Invalid, "programme_parts_wrong")


def test_an_hour_before_check_in_is_allowed_when_it_is_over_by_then() -> None:
    wish = [("cabana-tepa", "2026-12-02T16:00"), ("tina-puntiagudo", "2026-12-02T14:00")]
    assert asked("noche-de-aguas-calientes", wish).start == local("2026-12-02T14:00")


@pytest.mark.parametrize(
    ("wish", "guests", "now", "code"),
    [
        (PAUSA, 3, NOW, "too_many_guests"),
        (PAUSA, 1, NOW, "too_few_guests"),
        (PAUSA, 2, local("2026-12-01T15:00"), "too_short_notice"),
        (PAUSA, 2, local("2026-12-02T23:00"), "in_the_past"),
        (PAUSA, 2, local("2026-12-09T09:00"), "in_the_past"),
        (PAUSA, 2, local("2026-05-02T09:00"), "beyond_horizon"),
        ([("tina-hornopiren", "2026-12-02T14:45"), PAUSA[1]], 2, NOW, "off_schedule"),
        ([(slug, start.replace("12-02", "12-08")) for slug, start in PAUSA], 2, NOW, "closed_weekday"),
    ],
)
def test_the_rules_of_the_programme_and_of_its_parts_keep_their_codes(
    wish: Wish, guests: int, now: datetime, code: str
) -> None:
    assert refused("pausa", wish, guests=guests, now=now) == (Invalid, code)


def test_a_part_that_somebody_else_has_is_taken_but_not_to_its_owner() -> None:
    day = day_of(local("2026-12-03T16:00"))
    sheets = {("tepa", day): {NIGHT_INDEX: Mark("lin_a")}}
    assert refused("refugio", REFUGIO, sheets=sheets) == (Conflict, "slot_taken")
    service = SHOP.service("programa-refugio")
    assert programme_in(SHOP, service, wished(REFUGIO), 2, sheets, NOW, "lin_a").price == 290000


def test_a_programme_that_is_sold_by_asking_is_refused() -> None:
    service = SHOP.service("programa-pausa").model_copy(update={"booking": "ask"})
    with pytest.raises(Invalid) as caught:
        programme_in(SHOP, service, wished(PAUSA), 2, {}, NOW)
    assert caught.value.code == "not_bookable_online"


def test_the_notice_counts_from_the_first_part() -> None:
    assert asked("pausa", PAUSA, now=local("2026-12-02T14:30") - timedelta(days=1)).price == 110000
    late = local("2026-12-02T14:30") - timedelta(days=1) + timedelta(seconds=1)
    assert refused("pausa", PAUSA, now=late) == (Invalid, "too_short_notice")
