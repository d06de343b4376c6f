"""The demo catalogue says what DOMAIN.md says, to the peso and the minute."""

from datetime import date

import pytest

from chalicelib.availability.assign import resources_of
from chalicelib.catalog.model import Catalogue, price_of
from chalicelib.catalog.publish import sealed
from tests.support.spa import demo_catalogue

MON, TUE, WED, FRI, SUN = (date(2026, 12, day) for day in (7, 1, 2, 4, 6))
TUBS = ("12:00", "14:30", "17:00", "19:30", "22:00")
HYDRO = ("14:00", "16:30", "19:00", "21:30")
MASSAGES = ("10:30", "11:45", "13:00", "14:15", "15:30", "16:45", "18:00", "19:15", "20:30", "21:45")


@pytest.fixture(scope="module")
def shop() -> Catalogue:
    return demo_catalogue()


@pytest.mark.parametrize(
    ("slug", "amount", "unit", "guests", "starts", "minutes"),
    [
        ("tina-hornopiren", 25000, "guest", (1, 2, 3), TUBS, 120),
        ("tina-tronador", 25000, "guest", (1, 2, 2), TUBS, 120),
        ("tina-osorno", 25000, "guest", (3, 4, 6), TUBS, 120),
        ("tina-calbuco", 25000, "guest", (3, 4, 6), TUBS, 120),
        ("tina-puntiagudo", 30000, "guest", (1, 2, 2), HYDRO, 120),
        ("tina-llaima", 30000, "guest", (1, 2, 2), HYDRO, 120),
        ("tina-villarrica", 30000, "guest", (1, 2, 2), HYDRO, 120),
        ("tina-puyehue", 30000, "guest", (1, 2, 2), HYDRO, 120),
        ("masaje-relajacion", 40000, "guest", (1, 2, 2), MASSAGES, 50),
        ("masaje-descontracturante", 40000, "guest", (1, 2, 2), MASSAGES, 50),
        ("masaje-deportivo", 45000, "guest", (1, 2, 2), MASSAGES, 50),
        ("masaje-piedras-calientes", 45000, "guest", (1, 2, 2), MASSAGES, 50),
        ("masaje-drenaje-linfatico", 45000, "guest", (1, 2, 2), MASSAGES, 50),
        ("cabana-tepa", 90000, "night", (1, 2, 2), ("16:00",), 1140),
        ("cabana-torre", 100000, "night", (1, 2, 2), ("16:00",), 1140),
    ],
)
def test_prices_parties_and_hours_are_the_business_s_own(
    shop: Catalogue,
    slug: str,
    amount: int,
    unit: str,
    guests: tuple[int, int, int],
    starts: tuple[str, ...],
    minutes: int,
) -> None:
    service = shop.service(slug)
    assert (service.price.amount, service.price.unit) == (amount, unit)
    assert (service.min_guests, service.usual_guests, service.max_guests) == guests
    assert shop.starts_on(service, WED) == starts
    assert service.minutes == minutes


def test_tubs_and_massages_are_closed_on_tuesdays_and_cabins_are_not(shop: Catalogue) -> None:
    closed = {service.slug for service in shop.services if service.schedule and not shop.starts_on(service, TUE)}
    assert closed == {service.slug for service in shop.services if service.kind in ("tub", "massage")}


def test_everything_is_sold_online_but_what_the_house_wants_to_be_asked_for(shop: Catalogue) -> None:
    asked = {service.slug for service in shop.services if not service.bookable_online}
    assert asked == {"masaje-deportivo", "masaje-piedras-calientes", "masaje-drenaje-linfatico"}


def test_half_is_paid_before_a_night_and_all_of_it_before_anything_else(shop: Catalogue) -> None:
    half = {service.slug for service in shop.services if service.deposit_percent == 50}
    assert half == {
        *(f"cabana-{name}" for name in ("tepa", "acantilado", "laurel", "arrayan", "torre")),
        *(f"programa-{name}" for name in ("noche-de-aguas-calientes", "ritual-del-rio", "refugio")),
    }
    assert {service.deposit_percent for service in shop.services if service.slug not in half} == {100}


def test_a_turnaround_of_thirty_minutes_follows_every_tub(shop: Catalogue) -> None:
    assert {service.after_minutes for service in shop.services if service.kind == "tub"} == {30}


def test_programmes_cost_more_on_fridays_and_saturdays(shop: Catalogue) -> None:
    pausa, ritual = shop.service("programa-pausa"), shop.service("programa-ritual-del-rio")
    assert [price_of(pausa, day, 2) for day in (SUN, FRI)] == [110000, 130000]
    assert [price_of(ritual, day, 2) for day in (SUN, FRI)] == [210000, 240000]
    assert price_of(shop.service("programa-noche-de-aguas-calientes"), FRI, 2) == 160000
    assert price_of(shop.service("programa-refugio"), FRI, 2) == 290000


def test_addons_packs_gifts_and_products_cost_what_they_should(shop: Catalogue) -> None:
    assert {s.slug: s.price.amount for s in shop.services if s.kind in ("decoration", "breakfast")} == {
        "decoracion-romantica": 32000,
        "decoracion-romantica-flores": 68000,
        "decoracion-cumpleanos": 38000,
        "decoracion-cumpleanos-torta": 78000,
        "desayuno": 20000,
    }
    assert {pack.slug: pack.discount for pack in shop.packs} == {"tina-y-masaje": 35000, "cabana-y-tina": 45000}
    assert {"fri", "sat"}.isdisjoint(day for pack in shop.packs for day in pack.weekdays)
    assert [gift.price for gift in shop.gift_experiences] == [
        50000, 110000, 130000, 210000, 290000, 82000, 118000, 98000, 134000, None,
    ]  # fmt: skip
    free = shop.gift_experiences[-1]
    assert (free.min_amount, free.max_amount) == (20000, 1000000)
    assert [product.price for product in shop.products] == [16000, 3000, 4000, 19000, 15000]


def test_every_massage_of_the_week_can_be_given_to_two_guests_by_somebody_on_the_roster(shop: Catalogue) -> None:
    from datetime import UTC, datetime

    from chalicelib.availability.model import availability

    now = datetime(2026, 12, 1, tzinfo=UTC)
    for slug in ("masaje-relajacion", "masaje-descontracturante"):
        service = shop.service(slug)
        friday = availability(shop, service, [FRI], 2, {}, now)[0]
        assert [slot.free for slot in friday.slots].count(True) >= 8
        assert len(resources_of(shop, service)) in (6, 7)


def test_every_text_is_in_both_languages_and_they_differ_where_they_should(shop: Catalogue) -> None:
    same = [s.slug for s in shop.services if s.description.es == s.description.en or s.summary.es == s.summary.en]
    assert same == []


def test_christmas_and_fiestas_patrias_are_holidays_in_both_years(shop: Catalogue) -> None:
    assert {date(2026, 9, 18), date(2026, 12, 25), date(2027, 9, 18), date(2027, 12, 25)} <= shop.holiday_dates


def test_the_whole_catalogue_fits_in_two_read_units(shop: Catalogue) -> None:
    assert len(sealed(shop)) < 16 * 1024 - 300
