"""When a programme can be had equals brute force: its nights, its hours on each day of the stay, its state."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from chalicelib.availability.days import INDEX_OF
from chalicelib.availability.find_programme import programme_in
from chalicelib.availability.look import Look
from chalicelib.availability.model import DayAvailability
from chalicelib.availability.plan import looked_at, plan_of
from chalicelib.availability.programme import days_of
from chalicelib.availability.sheets import sheet_key
from chalicelib.catalog.model import (
    Catalogue,
    Need,
    PriceOverride,
    PriceRule,
    Programme,
    ProgrammePart,
    Schedule,
    Service,
)
from chalicelib.core.errors import DomainError
from tests.availability.test_oracle import DAYS, rosters, schedules, worlds
from tests.availability.wholes import MOST, Choice, Wanted, Wholes, apart
from tests.availability.world import World, cabin, catalogue, massage, night, opening_cell, tub
from tests.support.spa import NOW, demo_catalogue

SHOP = demo_catalogue()
Question = tuple[Catalogue, date, int, World, datetime]
PRICE = PriceRule(amount=110000, unit="flat", overrides=(PriceOverride(amount=130000, weekdays=("fri", "sat")),))


def programme(**changes: Any) -> Service:
    values = {"slug": "programa", "kind": "programme", "category": "programas", "minutes": 240, "min_guests": 2,
              "usual_guests": 2, "max_guests": 2, "price": PRICE, "schedule": None, "needs": ()}  # fmt: skip
    return tub(**{**values, **changes})


@st.composite
def questions(draw: st.DrawFn) -> Question:
    buffers = st.sampled_from([0, 30, 60])
    whole = programme(notice_minutes=draw(st.sampled_from([0, 0, 1440])), horizon_days=draw(st.sampled_from([180, 1])))
    services = [
        *(cabin(slug=f"cabana-{name}", needs=(Need(resource=name),), notice_minutes=0) for name in ("tepa", "laurel")),
        *(tub(slug=f"tina-{name}", needs=(Need(resource=name),), minutes=draw(st.sampled_from([60, 120])),
              after_minutes=draw(buffers), notice_minutes=0) for name in ("hornopiren", "tronador")),
        massage(after_minutes=draw(buffers), notice_minutes=0, needs=draw(st.sampled_from([
            (Need(pool="mesas", each="guest"), Need(pool="terapeutas", each="guest", skill="relajacion")),
            (Need(pool="terapeutas", skill="relajacion"),),
        ]))),
        tub(slug="desayuno", kind="breakfast", category="desayunos", addon_to="cabin", before_end_minutes=120,
            minutes=60, needs=(), schedule=None, notice_minutes=0),
    ]  # fmt: skip
    nights = draw(st.integers(0, 2))
    tubs = ProgrammePart(any_of=("tina-hornopiren", "tina-tronador"), guests=2, times=draw(st.sampled_from([1, 1, 2])))
    rub = ProgrammePart(any_of=("masaje",), guests=2, times=1)
    parts = draw(st.sampled_from([(tubs,), (tubs, rub), (rub, tubs)]))
    if nights:
        parts = (ProgrammePart(any_of=("cabana-tepa", "cabana-laurel"), guests=2, times=nights), *parts,
                 *((ProgrammePart(any_of=("desayuno",), guests=2),) if draw(st.booleans()) else ()))  # fmt: skip
    if nights == 1:
        parts = tuple(part.model_copy(update={"times": 1}) for part in parts)
    day = draw(st.sampled_from(DAYS))
    shop = catalogue(
        *services,
        whole,
        schedules=[draw(schedules("tinas")), draw(schedules("masajes"))],
        therapists=draw(rosters()),
        programmes=(Programme(service="programa", parts=parts),),
    )
    quarter = draw(st.sampled_from([-150, -150, -150]) | st.integers(-3 * 96, 80))
    now = datetime.fromtimestamp(opening_cell(day) * 1800 + quarter * 900, UTC)
    return shop, day, draw(st.sampled_from([2, 2, 2, 2, 3, 1])), draw(worlds(shop, day, now)), now


def asked(question: Question) -> tuple[Service, DayAvailability]:
    shop, day, guests, world, now = question
    whole = shop.service("programa")
    [found] = days_of(Look(shop, world.sheets(), now), whole, [day], guests)
    return whole, found


def at_an_hour(found: DayAvailability, shop: Catalogue) -> list[tuple[datetime, ...]]:
    """The starts of what is at an hour, in the order of the programme's parts."""
    order = [slug for part in shop.programmes[0].parts for slug in part.any_of]
    hours = [[part for part in slot.parts if part.service.kind in ("tub", "massage")] for slot in found.slots]
    kinds = [shop.service(slug).kind for slug in order]
    return [tuple(one.start.at for one in sorted(parts, key=lambda one: (kinds.index(one.service.kind),
                                                                         one.start.at)))
            for parts in hours]  # fmt: skip


def own_rule(whole: Service, day: date, guests: int, now: datetime) -> str | None:
    if guests != 2:
        return "too_many_guests" if guests > 2 else "too_few_guests"
    today = max(d for d in (day + timedelta(days=n) for n in range(-9, 9)) if opening_cell(d) * 1800 <= now.timestamp())
    if day < today:
        return "in_the_past"
    return "beyond_horizon" if (day - today).days > whole.horizon_days else None


@settings(max_examples=300)
@given(questions())
def test_a_programme_s_day_equals_brute_force(question: Question) -> None:
    shop, day, guests, world, now = question
    whole, found = asked(question)
    if rule := own_rule(whole, day, guests, now):
        assert (found.state, found.slots, found.reason and found.reason.code) == ("closed", (), rule)
        return
    expected = Wholes(shop, world, now).programme(whole, day)
    assert at_an_hour(found, shop) == [starts for _, starts in expected]
    possible = len(Wholes(shop, world, now).without_others().programme(whole, day))
    state = "full" if possible else "closed"
    if expected:
        state = "few" if len(expected) < MOST and 2 * len(expected) < possible else "free"
    event(state)
    assert (found.state, found.reason is None) == (state, bool(expected))
    price = 130000 if day.weekday() in (4, 5) else 110000
    assert found.price == (None if state == "closed" else price)
    assert {slot.price for slot in found.slots} <= {price}


@settings(max_examples=300)
@given(questions())
def test_every_slot_of_a_programme_can_be_had_exactly_as_shown_and_takes_nothing_twice(question: Question) -> None:
    shop, day, guests, world, now = question
    whole, found = asked(question)
    for slot in found.slots:
        wish = [(part.service.slug, part.start.at) for part in slot.parts]
        got = programme_in(shop, whole, wish, guests, world.sheets(), now)
        assert (got.start, got.price) == (slot.start.at, slot.price)
        assert [(one.service, one.start, one.end, one.guests) for one in got.parts] == [
            (one.service, one.start.at, one.end, one.guests) for one in slot.parts
        ]  # fmt: skip
        ticks = [(place.key, tick) for part in got.parts for place in part.spot.places for tick in place.ticks]
        assert len(ticks) == len(set(ticks))
        assert not any(tick in busy_ticks(shop, world, now) for tick in ticks)
        nights = [part for part in got.parts if part.service.kind == "cabin"]
        assert len({part.service.slug for part in nights}) <= 1
        expected = [night(day + timedelta(days=number)) for number in range(len(nights))]
        assert [(part.start, part.end) for part in nights] == expected


def busy_ticks(shop: Catalogue, world: World, now: datetime) -> set[tuple[tuple[str, str], str]]:
    return {
        (sheet_key(name, day, shop.calendar_of(name)), label)
        for (name, day), sheet in world.sheets().items()
        for label, index in INDEX_OF.items()
        if index in sheet and sheet[index].lives(int(now.timestamp()))
    }


@settings(max_examples=300)
@given(questions(), st.data())
def test_a_wish_of_any_hours_is_granted_exactly_when_brute_force_allows_it(
    question: Question, data: st.DataObject
) -> None:
    shop, day, guests, world, now = question
    whole, plan = shop.service("programa"), plan_of(shop, shop.service("programa"))
    quiet, real = Wholes(shop, World(), now - timedelta(days=3)), Wholes(shop, world, now)
    offsets = (0, 1, 2) if plan.nights else (0,)
    wanted = [Wanted(piece.part.any_of, 2, offsets) for piece in plan.pieces]
    offered = [list(quiet.choices(one, day)) for one in wanted]
    if not all(offered) or own_rule(whole, day, guests, now):
        return
    chosen = [data.draw(st.sampled_from(hours)) for hours in offered]
    slug = data.draw(st.sampled_from(["cabana-tepa", "cabana-laurel"]))
    nights = [(slug, night(day + timedelta(days=number))[0]) for number in range(plan.nights)]
    extras = [("desayuno", night(day)[1] - timedelta(hours=2)) for _ in plan.extras]
    wish = [*nights, *((one.service, one.start) for one in chosen), *extras]
    starts = [start for _, start in wish]
    fine = (
        all(one.offset <= plan.nights for one in chosen)
        and min(starts) > now
        and min(starts) >= now + timedelta(minutes=whole.notice_minutes)
        and (plan.nights == 0 or all(
            real.answer(slug, 2, day + timedelta(days=number)).get("16:00", "") is None for number in range(plan.nights)
        ))
        and once_a_day([one for one in chosen if one.service != "masaje"], plan.nights)
        and all(one in list(real.choices(part, day)) for one, part in zip(chosen, wanted, strict=True))
        and all(Wholes.in_stay(one, day, plan.nights) for one in chosen)
        and apart(chosen, ())
        and real.served(chosen, wanted, day)
    )  # fmt: skip
    event("granted" if fine else "refused")
    try:
        programme_in(shop, whole, wish, guests, world.sheets(), now)
    except DomainError:
        assert not fine
    else:
        assert fine


def once_a_day(tubs: list[Choice], nights: int) -> bool:
    """Several tubs of a stay are on one day after the other from the first; a single one on any day."""
    return nights == 0 or len(tubs) == 1 or sorted(one.offset for one in tubs) == list(range(len(tubs)))


def days(slug: str, first: date, count: int = 1, now: datetime = NOW) -> list[DayAvailability]:
    service = SHOP.service(f"programa-{slug}")
    return days_of(Look(SHOP, {}, now), service, [first + timedelta(days=n) for n in range(count)], 2)


def test_what_comes_before_check_in_is_the_last_choice() -> None:
    [day] = days("noche-de-aguas-calientes", date(2026, 12, 2))
    assert [[part.start.wall for part in slot.parts if part.service.kind == "tub"] for slot in day.slots] == [
        ["16:30"], ["17:00"], ["19:00"], ["19:30"], ["21:30"], ["22:00"], ["12:00"], ["14:00"],
    ]  # fmt: skip


def test_a_stay_over_a_tuesday_has_no_tub_that_day() -> None:
    found = days("refugio", date(2026, 12, 6), 3)
    assert [(day.state, day.reason and day.reason.code) for day in found] == [
        ("free", None), ("closed", "closed_weekday"), ("closed", "closed_weekday"),
    ]  # fmt: skip


def test_a_massage_that_ends_before_check_out_may_be_on_the_last_morning() -> None:
    morning = Schedule(slug="masajes", starts=("09:30",))
    shop = Catalogue(**{
        **{name: getattr(SHOP, name) for name in Catalogue.model_fields},
        "schedules": tuple(morning if one.slug == "masajes" else one for one in SHOP.schedules),
        "resources": tuple(one.model_copy(update={"hours": None}) for one in SHOP.resources),
    })  # fmt: skip
    service = shop.service("programa-ritual-del-rio")
    [day] = days_of(Look(shop, {}, NOW), service, [date(2026, 12, 2)], 2)
    massages = {part.start.iso[:16] for slot in day.slots for part in slot.parts if part.service.kind == "massage"}
    assert massages == {"2026-12-03T09:30"}
    assert looked_at(shop, service, date(2026, 12, 2), date(2026, 12, 2))[1] == date(2026, 12, 3)


@pytest.mark.parametrize(("slug", "last"), [("pausa", 31), ("noche-de-aguas-calientes", 31), ("refugio", 32)])
def test_no_day_is_read_that_a_stay_does_not_reach(slug: str, last: int) -> None:
    service = SHOP.service(f"programa-{slug}")
    until = looked_at(SHOP, service, date(2026, 12, 1), date(2026, 12, 31))[1]
    assert until == date(2026, 12, 1) + timedelta(days=last - 1)
