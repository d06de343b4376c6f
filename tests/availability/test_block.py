"""Blocks: what they close, whom they refuse to disturb, and that they go as they came."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from chalicelib.availability.assign import resources_of
from chalicelib.availability.block import Covered, lift, place, places_of
from chalicelib.availability.claim import take
from chalicelib.availability.model import availability
from chalicelib.availability.sheets import Occupied, Place
from chalicelib.availability.table import read_days
from chalicelib.aws.transactions import Transaction
from chalicelib.catalog.model import Block
from chalicelib.core.clock import FixedClock
from chalicelib.core.errors import Conflict
from tests.availability.world import both, local
from tests.support.books import empty
from tests.support.spa import demo_catalogue

SHOP = demo_catalogue()
CLOCK = FixedClock(local("2026-11-30T09:00"))
WED, THU = date(2026, 12, 2), date(2026, 12, 3)


@pytest.fixture(autouse=True)
def empty_calendar(dynamodb: str) -> Iterator[None]:
    empty("calendar")
    yield
    empty("calendar")


def block(first: str, last: str, **where: str) -> Block:
    times = {"first": datetime.fromisoformat(first), "last": datetime.fromisoformat(last)}
    return Block(slug="prueba", reason=both("Mantención"), **times, **where)


EVENING = block("2026-12-02T18:00", "2026-12-02T23:00", resource="hornopiren")


def codes(slug: str, day: date) -> list[str | None]:
    service = SHOP.service(slug)
    resource = service.needs[0].resource
    assert resource
    sheets = read_days(SHOP, [resource], day, day)
    found = availability(SHOP, service, [day], service.usual_guests, sheets, CLOCK.now())[0]
    return [slot.reason and slot.reason.code for slot in found.slots]


def sell(claim: str, *ticks: str, until: datetime | None = None) -> None:
    tx = Transaction()
    spot = Place.model_validate({"resource": "hornopiren", "day": WED, "ticks": ticks})
    take(tx, claim, Occupied(places=(spot,)), until, CLOCK.now())
    tx.commit()


def test_a_block_closes_exactly_the_starts_it_touches() -> None:
    assert place(EVENING, SHOP, CLOCK) == []
    assert codes("tina-hornopiren", WED) == [None, None, "blocked", "blocked", "blocked"]
    assert codes("tina-tronador", WED) == [None] * 5


def test_placing_twice_changes_nothing_and_lifting_frees_everything() -> None:
    place(EVENING, SHOP, CLOCK)
    before = read_days(SHOP, ["hornopiren"], WED, WED)
    assert place(EVENING, SHOP, CLOCK) == []
    assert read_days(SHOP, ["hornopiren"], WED, WED) == before
    lift(EVENING, SHOP)
    lift(EVENING, SHOP)
    assert codes("tina-hornopiren", WED) == [None] * 5


def test_it_refuses_to_cover_a_confirmed_booking_and_then_blocks_nothing() -> None:
    sell("lin_1", "t1930", "t2000", "t2030", "t2100", "t2130")
    with pytest.raises(Conflict) as caught:
        place(EVENING, SHOP, CLOCK)
    assert caught.value.code == "block_covers_bookings"
    assert caught.value.params["covered"] == [Covered("hornopiren", WED, "lin_1")]
    assert codes("tina-hornopiren", WED) == [None, None, None, "slot_taken", None]


def test_it_refuses_to_pull_a_slot_from_somebody_who_is_paying() -> None:
    sell("lin_1", "t1930", until=CLOCK.now() + timedelta(minutes=20))
    with pytest.raises(Conflict):
        place(EVENING, SHOP, CLOCK)
    assert codes("tina-hornopiren", WED)[2:] == [None, "held", None]


def test_forced_it_leaves_confirmed_bookings_alone_and_lists_them() -> None:
    sell("lin_1", "t1930", "t2000", "t2030", "t2100", "t2130")
    sell("lin_2", "t2200", "t2230", until=CLOCK.now() + timedelta(minutes=20))
    assert place(EVENING, SHOP, CLOCK, forced=True) == [Covered("hornopiren", WED, "lin_1")]
    assert codes("tina-hornopiren", WED) == [None, None, "blocked", "slot_taken", "blocked"]
    marks = read_days(SHOP, ["hornopiren"], WED, WED)["hornopiren", WED]
    assert [mark.claim for _, mark in sorted(marks.items())] == (
        ["block:prueba"] * 3 + ["lin_1"] * 5 + ["block:prueba"] * 2
    )


def test_a_lapsed_hold_is_in_nobody_s_way() -> None:
    sell("lin_1", "t1930", until=CLOCK.now() - timedelta(seconds=1))
    assert place(EVENING, SHOP, CLOCK) == []


def test_a_whole_day_of_everything_closes_everything_and_nothing_more() -> None:
    everything = block("2026-12-02T06:00", "2026-12-03T06:00")
    place(everything, SHOP, CLOCK)
    for service in SHOP.services:
        if service.kind in ("tub", "cabin"):
            assert set(codes(service.slug, WED)) == {"blocked"}, service.slug
    assert codes("tina-hornopiren", THU) == [None] * 5
    # Tuesday's night lasts until eleven on Wednesday
    assert codes("cabana-tepa", date(2026, 12, 1)) == ["blocked"]
    assert codes("cabana-tepa", THU) == [None]
    lift(everything, SHOP)
    assert read_days(SHOP, [r.slug for r in SHOP.members("cabanas")], WED, WED) in (
        {}, {(r.slug, WED): {} for r in SHOP.members("cabanas")},
    )  # fmt: skip


def test_a_block_of_a_pool_covers_its_members_and_follows_the_clocks() -> None:
    night = block("2027-04-03T22:00", "2027-04-04T06:00", pool="mesas")
    found = places_of(night, SHOP)
    assert [(at.resource, at.day, at.calendar) for at in found] == [
        ("mesa-1", date(2027, 4, 3), "masajes"),
        ("mesa-2", date(2027, 4, 3), "masajes"),
    ]
    # clocks go back that night: nine hours, not eight, up to the very last tick
    assert (len(found[0].ticks), found[0].ticks[0], found[0].ticks[-1]) == (18, "t2200", "t3030")


def test_the_blocks_of_the_demo_catalogue_can_be_placed() -> None:
    for demo in SHOP.blocks:
        assert place(demo, SHOP, CLOCK) == []
    nights = [codes("cabana-torre", date(2026, 12, day)) for day in range(7, 13)]
    assert nights == [[None], ["blocked"], ["blocked"], ["blocked"], [None], [None]]
    massage, eve = SHOP.service("masaje-relajacion"), date(2026, 12, 24)
    sheets = read_days(SHOP, resources_of(SHOP, massage), eve, eve)
    found = availability(SHOP, massage, [eve], 1, sheets, CLOCK.now())[0]
    assert [slot.reason and slot.reason.code for slot in found.slots] == [None] * 6 + ["blocked"] * 4
