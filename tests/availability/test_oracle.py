"""The one availability function equals brute force: schedules, bookings, holds, blocks, rosters, both clock changes."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.availability.assign import resources_of
from chalicelib.availability.model import Slot, availability, slot_at
from chalicelib.availability.stay import stay_in
from chalicelib.catalog.model import Catalogue, Days, Need, Resource, Schedule, Service
from chalicelib.core.errors import DomainError
from tests.availability.oracle import Oracle, minutes_of_day
from tests.availability.world import (
    CABINS,
    Booked,
    World,
    cabin,
    catalogue,
    massage,
    night,
    opening_cell,
    therapist,
    tub,
)

DAYS = [
    date(2026, 4, 4), date(2026, 4, 5), date(2026, 9, 5), date(2026, 9, 6), date(2027, 4, 3), date(2027, 4, 4),
    date(2027, 9, 4), date(2027, 9, 5), date(2026, 12, 1), date(2026, 12, 2), date(2026, 12, 5), date(2027, 1, 1),
]  # fmt: skip
QUARTERS = [f"{h:02}:{m:02}" for h in range(24) for m in (0, 15, 30, 45)]
HOURS = [f"{h:02}:00" for h in (*range(7, 24), 0, 1, 2)]
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@st.composite
def schedules(draw: st.DrawFn, slug: str) -> Schedule:
    walls = st.lists(st.sampled_from(QUARTERS), min_size=3, max_size=8, unique=True).map(tuple)
    by_weekday = draw(st.dictionaries(st.sampled_from(WEEK), st.just(()) | walls, max_size=1))
    closed = ("tue",) if draw(st.booleans()) else ()
    return Schedule(slug=slug, closed=closed, starts=draw(walls), by_weekday=by_weekday)


@st.composite
def rosters(draw: st.DrawFn) -> list[Resource]:
    found = []
    for number in range(draw(st.integers(1, 4))):
        first, last = sorted(draw(st.lists(st.integers(0, len(HOURS) - 1), min_size=2, max_size=2, unique=True)))
        spans = (f"{HOURS[first]}-{HOURS[last]}",) if draw(st.integers(0, 2)) == 0 else ()
        skills = draw(st.sampled_from([("relajacion",), ("relajacion", "deportivo"), ("deportivo",)]))
        person = therapist(f"t{number}", *spans, skills=skills)
        if draw(st.integers(0, 5)) == 0:
            day = draw(st.sampled_from(DAYS))
            person = person.model_copy(update={"days_off": (Days(first=day, last=day),)})
        found.append(person.model_copy(update={"active": draw(st.integers(0, 7)) > 0}))
    return found


@st.composite
def services(draw: st.DrawFn) -> Service:
    lengths = {
        "minutes": draw(st.sampled_from([30, 45, 50, 60, 90, 120, 180])),
        "before_minutes": draw(st.sampled_from([0, 0, 10, 30])),
        "after_minutes": draw(st.sampled_from([0, 10, 30, 45, 60])),
        "notice_minutes": draw(st.sampled_from([0, 0, 120, 1440])),
        "horizon_days": draw(st.sampled_from([180, 180, 180, 1])),
    }
    what = draw(st.sampled_from(["tub", "massage", "tub", "massage", "cabin"]))
    if what == "cabin":
        return cabin(notice_minutes=lengths["notice_minutes"], horizon_days=lengths["horizon_days"])
    if what == "tub":
        return tub(min_guests=draw(st.integers(1, 2)), **lengths)
    people = Need(pool="terapeutas", each="guest", skill="relajacion")
    sporty = Need(pool="terapeutas", skill="deportivo")
    needs = draw(st.sampled_from([
        (Need(pool="mesas", each="guest"), people), (people,), (people, sporty), (sporty, people),
    ]))  # fmt: skip
    return massage(needs=needs, **lengths)


@st.composite
def worlds(draw: st.DrawFn, shop: Catalogue, day: date, now: datetime) -> World:
    world = World()
    opens = opening_cell(day) * 1800
    names = list(dict.fromkeys(name for service in shop.services for name in resources_of(shop, service)))
    for number in range(draw(st.integers(0, 14)) if names else 0):
        start = datetime.fromtimestamp(opens + draw(st.integers(-8, 100)) * 900, UTC)
        length = timedelta(minutes=draw(st.sampled_from([30, 75, 150, 300, 900])))
        kind = draw(st.sampled_from(["sold", "sold", "held", "held", "lapsed", "block"]))
        until = {"held": draw(st.sampled_from([0, 1, 1200])), "lapsed": -draw(st.sampled_from([1, 2, 1200]))}.get(kind)
        resource = draw(st.sampled_from(names))
        if resource in CABINS:
            first = draw(st.integers(-2, 3))
            start = night(day + timedelta(days=first))[0]
            length = night(day + timedelta(days=first + draw(st.integers(0, 2))))[1] - start
        world.add(
            Booked(
                resource=resource,
                first=start,
                last=start + length,
                claim=f"block:b{number}" if kind == "block" else f"lin_{number}",
                until=None if until is None else int(now.timestamp()) + until,
            )
        )
    return world


@st.composite
def questions(draw: st.DrawFn) -> tuple[Catalogue, Service, date, int, World, datetime]:
    service = draw(services())
    day = draw(st.sampled_from(DAYS))
    shop = catalogue(
        service,
        schedules=[Schedule(slug="noches", closed=draw(st.sampled_from([(), ("tue",)])), starts=("16:00",))
                   if service.kind == "cabin" else draw(schedules(service.schedule or ""))],
        therapists=draw(rosters()),
        tables=draw(st.integers(1, 3)),
    )
    quarter = draw(st.sampled_from([-150, -150, -150]) | st.integers(-3 * 96, 110))
    now = datetime.fromtimestamp(opening_cell(day) * 1800 + quarter * 900 + draw(st.sampled_from([0, 0.7])), UTC)
    guests = draw(st.sampled_from([service.usual_guests, service.usual_guests, 1, 2, 4]))
    return shop, service, day, guests, draw(worlds(shop, day, now)), now


@settings(max_examples=600)
@given(questions())
def test_availability_equals_brute_force(question: tuple[Catalogue, Service, date, int, World, datetime]) -> None:
    shop, service, day, guests, world, now = question
    state, reason, slots = Oracle(shop, service, guests, world, now).day(day)
    found = availability(shop, service, [day], guests, world.sheets(), now)[0]
    assert {slot.start.wall: slot.reason and slot.reason.code for slot in found.slots} == slots
    assert (found.state, found.reason and found.reason.code) == (state, reason)
    price = {"tub": 25000 * guests, "massage": 40000 * guests, "cabin": 90000}[service.kind]
    assert found.price == (price if state != "closed" else None)


@settings(max_examples=300)
@given(questions())
def test_what_a_free_slot_takes_is_free_skilled_and_never_the_same_twice(
    question: tuple[Catalogue, Service, date, int, World, datetime],
) -> None:
    shop, service, day, guests, world, now = question
    oracle = Oracle(shop, service, guests, world, now)
    demands = [need for need in service.needs for _ in range(guests if need.each == "guest" else 1)]
    for slot in availability(shop, service, [day], guests, world.sheets(), now)[0].slots:
        if slot.free:
            assert len(set(slot.resources)) == len(slot.resources) == len(demands)
            for name, need in zip(slot.resources, demands, strict=True):
                assert oracle.serves(shop.resource(name), need, day, slot.start.at, oracle.bookings)


@settings(max_examples=300)
@given(questions(), st.sampled_from(QUARTERS))
def test_one_start_is_answered_as_its_whole_day_is(
    question: tuple[Catalogue, Service, date, int, World, datetime], wall: str
) -> None:
    shop, service, day, guests, world, now = question
    start = minutes_of_day(day).get(wall)
    if start is None:
        return
    _, reason, slots = Oracle(shop, service, guests, world, now).day(day)
    answer = slot_at(shop, service, start, guests, world.sheets(), now)
    if isinstance(answer, Slot):
        assert (answer.reason and answer.reason.code) == slots[wall]
    else:
        assert wall not in slots
        assert answer.code == (reason if not slots else "off_schedule")


@st.composite
def stays(draw: st.DrawFn) -> tuple[Catalogue, Service, date, int, int, World, datetime]:
    service = cabin(notice_minutes=draw(st.sampled_from([0, 1440])), horizon_days=draw(st.sampled_from([180, 2])))
    day = draw(st.sampled_from(DAYS))
    closed = draw(st.sampled_from([(), (), ("tue",)]))
    shop = catalogue(service, schedules=[Schedule(slug="noches", closed=closed, starts=("16:00",))])
    now = datetime.fromtimestamp(opening_cell(day) * 1800 + draw(st.integers(-200, 60)) * 900, UTC)
    return shop, service, day, draw(st.integers(1, 5)), draw(st.integers(1, 3)), draw(worlds(shop, day, now)), now


@settings(max_examples=300)
@given(stays())
def test_a_stay_is_its_nights_or_the_first_one_that_can_not_be_had(
    stay: tuple[Catalogue, Service, date, int, int, World, datetime],
) -> None:
    shop, service, day, nights, guests, world, now = stay
    days = [day + timedelta(days=n) for n in range(nights)]
    asked = [Oracle(shop, service, guests, world, now).day(one) for one in days]
    reasons = [slots.get("16:00") if slots else reason for _, reason, slots in asked]
    refused = next(((one, reason) for one, reason in zip(days, reasons, strict=True) if reason), None)
    try:
        found = stay_in(shop, service, night(day)[0], nights, guests, world.sheets(), now)
    except DomainError as error:
        taken = {"held", "blocked", "slot_taken"}
        assert refused is not None
        assert error.params["date"] == refused[0].isoformat()
        assert error.code == ("slot_taken" if refused[1] in taken else refused[1])
        return
    assert refused is None
    assert [(one.start, one.end, one.price) for one in found] == [(*night(one), 90000) for one in days]
    assert [one.spot.places[0].key for one in found] == [("tepa", one.isoformat()) for one in days]
