"""Several services on one day: the hours proposed equal brute force, and what they take is free and taken once."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from chalicelib.availability.propose import Part, part_of, proposals
from chalicelib.availability.sheets import Mark
from chalicelib.catalog.model import Catalogue, Need, Schedule
from tests.availability.test_oracle import DAYS, rosters, schedules, worlds
from tests.availability.wholes import MOST, Wanted, Wholes
from tests.availability.world import World, catalogue, local, massage, opening_cell, therapist, tub
from tests.support.effort import calls
from tests.support.spa import NOW, demo_catalogue

SHOP = demo_catalogue()
Question = tuple[Catalogue, list[Part], date, list[tuple[datetime, datetime]], World, datetime]


@st.composite
def shops(draw: st.DrawFn) -> Catalogue:
    """Two tubs and two massages, with buffers that may make them share half hours."""
    buffers = st.sampled_from([0, 0, 10, 30, 60])
    tubs = [
        tub(slug=f"tina-{name}", needs=(Need(resource=name),), minutes=draw(st.sampled_from([60, 120])),
            after_minutes=draw(buffers), before_minutes=draw(buffers), notice_minutes=0)
        for name in ("hornopiren", "tronador")
    ]  # fmt: skip
    massages = [
        massage(slug=slug, minutes=50, after_minutes=draw(buffers), before_minutes=draw(buffers), notice_minutes=0,
                needs=(Need(pool="mesas", each="guest"), Need(pool="terapeutas", each="guest", skill=skill)))
        for slug, skill in (("masaje", "relajacion"), ("masaje-dos", "deportivo"))
    ]  # fmt: skip
    return catalogue(
        *tubs,
        *massages,
        schedules=[draw(schedules("tinas")), draw(schedules("masajes"))],
        therapists=draw(rosters()),
        tables=draw(st.integers(1, 3)),
    )


@st.composite
def questions(draw: st.DrawFn) -> Question:
    shop, day = draw(shops()), draw(st.sampled_from(DAYS))
    quarter = draw(st.sampled_from([-150, -150, -150]) | st.integers(-3 * 96, 80))
    now = datetime.fromtimestamp(opening_cell(day) * 1800 + quarter * 900, UTC)
    some = st.lists(st.sampled_from(shop.services), min_size=1, max_size=2, unique_by=lambda one: one.slug)
    parts = [
        part_of(shop, draw(some), draw(st.integers(1, 2))) for _ in range(draw(st.sampled_from([1, 2, 2, 3])))
    ]
    if draw(st.booleans()):
        parts.append(parts[0]._replace(any_of=parts[0].any_of[:: draw(st.sampled_from([1, -1]))]))
    opens = datetime.fromtimestamp(opening_cell(day) * 1800, UTC)
    busy = [
        (opens + timedelta(minutes=first), opens + timedelta(minutes=first + length))
        for first, length in draw(
            st.lists(st.tuples(st.integers(-300, 1500), st.sampled_from([15, 60, 120, 400])), max_size=2)
        )
    ]
    return shop, parts[-3:], day, busy, draw(worlds(shop, day, now)), now


@settings(max_examples=250)
@given(questions())
def test_what_is_proposed_equals_brute_force(question: Question) -> None:
    shop, parts, day, busy, world, now = question
    wholes, wanted = Wholes(shop, world, now), [Wanted(part.any_of, part.guests) for part in parts]
    expected = wholes.proposals(wanted, day, busy)
    found = proposals(shop, parts, day, world.sheets(), now, busy=busy)
    assert [tuple(part.start.at for part in one.parts) for one in found.proposals] == [one for _, one in expected]
    event(f"{min(len(parts), 3)} parts, {'some' if expected else 'no'} proposals")
    assert (found.reason is None) == bool(expected)
    if found.reason is not None:
        assert found.reason.competition == bool(wholes.without_others().proposals(wanted, day, busy))


@settings(max_examples=250)
@given(questions())
def test_what_a_proposal_takes_is_free_skilled_and_taken_once(question: Question) -> None:
    shop, parts, day, busy, world, now = question
    wholes = Wholes(shop, world, now)
    for one in proposals(shop, parts, day, world.sheets(), now, busy=busy).proposals:
        marks = []
        for part, wish in zip(one.parts, parts, strict=True):
            assert part.service in wish.any_of
            assert part.end == part.start.at + timedelta(minutes=part.service.minutes)
            oracle = wholes.asked(part.service.slug, wish.guests)
            needs = wholes.needs(part.service.slug, wish.guests)
            for name, need in zip(part.resources, needs, strict=True):
                assert oracle.serves(shop.resource(name), need, day, part.start.at, oracle.bookings)
                marks += [(name, cell) for cell in oracle.cells(part.start.at)]
        assert len(marks) == len(set(marks))
        assert one.price == sum(part.price for part in one.parts)
        assert (one.start, one.end) == (min(p.start.at for p in one.parts), max(p.end for p in one.parts))


@settings(max_examples=100)
@given(questions(), st.integers(1, MOST))
def test_fewer_proposals_are_the_first_of_many_and_always_the_same(question: Question, most: int) -> None:
    shop, parts, day, busy, world, now = question
    many = proposals(shop, parts, day, world.sheets(), now, busy=busy)
    assert proposals(shop, parts, day, world.sheets(), now, busy=busy) == many
    few = proposals(shop, parts, day, world.sheets(), now, busy=busy, most=most).proposals
    assert walls(few) == walls(many.proposals[:most])


def walls(found: list[Any]) -> list[list[str]]:
    return [[part.start.wall for part in one.parts] for one in found]


def close_massages(people: int) -> Catalogue:
    """Two massages ten minutes apart whose turn-around makes them share the half hour from 11:30."""
    one = massage(minutes=50, after_minutes=30, schedule="masajes", max_guests=2)
    other = massage(slug="masaje-dos", minutes=50, after_minutes=30, schedule="despues")
    return catalogue(
        one, other, tables=2 * people,
        schedules=[Schedule(slug="masajes", starts=("10:30",)), Schedule(slug="despues", starts=("11:30",))],
        therapists=[therapist(f"t{n}") for n in range(people)],
    )  # fmt: skip


def test_two_massages_that_share_a_half_hour_need_therapists_of_their_own() -> None:
    day, now = date(2026, 12, 2), local("2026-12-01T09:00")
    for people, expected in ((1, []), (2, [["10:30", "11:30"]])):
        shop = close_massages(people)
        parts = [part_of(shop, [service], 1) for service in shop.services]
        found = proposals(shop, parts, day, {}, now)
        assert walls(found.proposals) == expected
        if not expected:
            assert found.reason is not None
            assert (found.reason.code, found.reason.competition) == ("hours_do_not_fit", False)
        else:
            assert found.proposals[0].parts[0].resources[1] != found.proposals[0].parts[1].resources[1]


def test_somebody_who_serves_one_thing_alone_moves_aside_for_the_other() -> None:
    shop = close_massages(2)
    first, second = shop.services
    second = second.model_copy(update={"needs": (Need(pool="terapeutas", each="guest", skill="deportivo"),)})
    people = [therapist("t0", skills=("relajacion", "deportivo")), therapist("t1")]
    resources = tuple(one for one in shop.resources if one.pool != "terapeutas") + tuple(people)
    shop = shop.model_copy(update={"services": (first, second), "resources": resources})
    parts = [part_of(shop, [service], 1) for service in (first, second)]
    [one] = proposals(shop, parts, date(2026, 12, 2), {}, local("2026-12-01T09:00")).proposals
    assert [part.resources for part in one.parts] == [("mesa-1", "t1"), ("t0",)]


def test_tubs_and_massages_of_the_house_come_with_the_least_waiting_first() -> None:
    tubs, relax = SHOP.services_in("tinas"), [SHOP.service("masaje-relajacion")]
    parts = [part_of(SHOP, tubs, 2), part_of(SHOP, relax, 2)]
    found = proposals(SHOP, parts, date(2026, 12, 2), {}, NOW).proposals
    assert walls(found)[:5] == [["14:00", "13:00"], ["16:30", "15:30"], ["19:00", "18:00"], ["21:30", "20:30"],
                                ["12:00", "14:15"]]  # fmt: skip
    assert found[0].price == 2 * 30000 + 2 * 40000


def test_the_same_wish_twice_is_two_hours_in_their_order() -> None:
    part = part_of(SHOP, SHOP.services_in("tinas"), 2)
    found = proposals(SHOP, [part, part], date(2026, 12, 2), {}, NOW).proposals
    assert all(first < second for first, second in walls(found))


@pytest.mark.parametrize(
    ("taken", "code", "competition"),
    [("lin_a", "part_not_free", True), ("block:b", "part_not_free", False)],
)
def test_the_part_that_is_missing_is_named(taken: str, code: str, competition: bool) -> None:
    day = date(2026, 12, 2)
    sheets = {(table, day): {index: Mark(taken) for index in range(48)} for table in ("mesa-1", "mesa-2")}
    parts = [part_of(SHOP, SHOP.services_in("tinas"), 2), part_of(SHOP, [SHOP.service("masaje-relajacion")], 2)]
    reason = proposals(SHOP, parts, day, sheets, NOW).reason
    assert reason is not None
    assert (reason.code, reason.competition, reason.params["part_en"]) == (code, competition, "Relaxing massage")


def test_six_things_are_proposed_without_trying_every_order() -> None:
    """Not by trying all 151,200 orders of six massages: the search knows what can still be had. 11,000 calls today."""
    tubs = SHOP.services_in("tinas")
    services = [*tubs[:2], *tubs[4:7], SHOP.service("masaje-relajacion")]
    parts = [part_of(SHOP, [one], 2) for one in services]
    found = proposals(SHOP, parts, date(2026, 12, 2), {}, NOW)
    assert found.reason is not None or len(found.proposals) == MOST
    assert calls(lambda: proposals(SHOP, parts, date(2026, 12, 2), {}, NOW)) < 25_000


@pytest.mark.parametrize(("ends", "first"), [("13:20", "13:30"), ("13:21", "14:45")])
def test_ten_minutes_lie_between_two_things_and_not_one_less(ends: str, first: str) -> None:
    shop = catalogue(
        massage(notice_minutes=0), therapists=[therapist("t1"), therapist("t2")],
        schedules=[Schedule(slug="masajes", starts=("13:30", "14:45"))],
    )  # fmt: skip
    busy = [(local("2026-12-02T12:00"), local(f"2026-12-02T{ends}"))]
    parts = [part_of(shop, shop.services, 2)]
    found = proposals(shop, parts, date(2026, 12, 2), {}, local("2026-12-01T09:00"), busy=busy).proposals
    assert walls(found)[0] == [first]
