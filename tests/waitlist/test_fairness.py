"""The rule against an oracle: whatever guests do, everybody stands where a queue kept by hand says."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.availability import claim
from chalicelib.availability.sheets import Occupied, Place
from chalicelib.availability.spot import ticks_of
from chalicelib.aws.transactions import Transaction
from chalicelib.core.clock import SPA_ZONE, FixedClock, spa_time
from chalicelib.core.errors import Conflict
from chalicelib.waitlist import jobs, join, leave, model, table
from chalicelib.waitlist.match import offered_until
from chalicelib.waitlist.model import Joiner, Wanted
from tests.support import journey
from tests.support.books import empty
from tests.support.journey import NOW, TUB
from tests.support.spa import demo_catalogue

DAY = date(2026, 12, 10)
WALLS = ("12:00", "14:30", "17:00", "19:30", "22:00")
NAMES = ("ana", "berta", "carla", "dora")
MINUTES = (1, 30, 61, 300)

acts = st.one_of(
    st.tuples(st.just("join"), st.sampled_from(NAMES)), st.tuples(st.just("leave"), st.sampled_from(NAMES)),
    st.tuples(st.just("book"), st.sampled_from(WALLS)), st.tuples(st.just("free"), st.sampled_from(WALLS)),
    st.tuples(st.just("free"), st.sampled_from(WALLS)), st.tuples(st.just("pass"), st.sampled_from(MINUTES)))


@dataclass
class Stander:
    """One who waits, as a person with a notebook would write her down."""

    name: str
    knows: set[str]
    never: set[str] = field(default_factory=set)
    has: str | None = None
    until: datetime | None = None
    lapses: int = 0


@dataclass
class Notebook:
    """The oracle: a list of people in line, the hours that are sold, and a rule that is read from top to bottom."""

    sold: set[str] = field(default_factory=set)
    line: list[Stander] = field(default_factory=list)

    def free(self) -> set[str]:
        return set(WALLS) - self.sold - {one.has for one in self.line if one.has}

    def find(self, name: str) -> Stander | None:
        return next((one for one in self.line if one.name == name), None)

    def minute(self, now: datetime) -> None:
        for one in sorted((one for one in self.line if one.until and one.until < now), key=lambda one: one.until):
            one.lapses, one.never, one.has, one.until = one.lapses + 1, one.never | {one.has}, None, None
            self.line.remove(one)
            if one.lapses < 2:
                self.line.append(one)
        for one in self.line:
            if one.has:
                continue
            news = sorted(self.free() - one.knows - one.never)
            if news:
                one.has, one.until = news[0], an_hour_awake(now)
            else:
                one.knows &= self.free()


def an_hour_awake(now: datetime) -> datetime:
    """Count sixty minutes between 8:00 and 21:00, one by one."""
    at, counted = now, 0
    while counted < 60:
        counted += 8 <= spa_time(at).hour < 21
        at += timedelta(minutes=1)
    return at


@dataclass
class Truth:
    """The real waitlist, on real tables."""

    clock: FixedClock
    ids: dict[str, str] = field(default_factory=dict)

    def join(self, name: str) -> bool:
        tx = Transaction()
        wanted = Wanted(services=(TUB,), first=DAY, last=DAY, guests=2)
        entry = join.join(tx, wanted, Joiner(name=name, email=f"{name}@example.cl"), demo_catalogue(), language="es",
                          trace="trace", clock=self.clock)
        try:
            tx.commit()
        except Conflict:
            return False
        self.ids[name] = entry.id
        return True

    def leave(self, name: str) -> None:
        tx = Transaction()
        leave.leave(tx, self.ids[name], self.clock)
        tx.commit()

    def book(self, wall: str) -> None:
        tx = Transaction()
        claim.take(tx, f"sold-{wall}", spot(wall), None, self.clock.now())
        tx.commit()

    def free(self, wall: str) -> None:
        tx = Transaction()
        claim.release(tx, f"sold-{wall}", spot(wall))
        tx.commit()

    def minute(self) -> None:
        jobs.look_after_waitlist({}, None)

    def stands(self, name: str) -> tuple[str, str | None]:
        if name not in self.ids:
            return ("nowhere", None)
        entry = table.load(self.ids[name])
        if not entry.state.open:
            return ("nowhere", None)
        return (entry.state.value, spa_time(entry.offer.start).strftime("%H:%M") if entry.offer else None)


def spot(wall: str) -> Occupied:
    start = datetime.fromisoformat(f"{DAY}T{wall}").replace(tzinfo=SPA_ZONE)
    ticks = ticks_of(demo_catalogue(), demo_catalogue().service(TUB), start)
    return Occupied(places=(Place(resource="hornopiren", day=DAY, ticks=ticks),))


@pytest.fixture(scope="module")
def world(dynamodb: str) -> Iterator[journey.World]:
    journey.published()
    with journey.world() as found:
        yield found


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sold=st.sets(st.sampled_from(WALLS), min_size=3), todo=st.lists(acts, max_size=14))
def test_everybody_stands_where_the_notebook_says(world, sold, todo):
    for area in ("calendar", "carts", "waitlist"):
        empty(area)
    world.clock._at = NOW
    book, truth = Notebook(), Truth(world.clock)
    for wall in sold:
        truth.book(wall)
        book.sold.add(wall)
    for act, what in todo:
        world.clock.advance(seconds=1)
        now = world.clock.now()
        if act == "join":
            is_new = book.find(what) is None
            assert truth.join(what) is is_new
            if is_new:
                book.line.append(Stander(what, knows=book.free()))
        elif act == "leave" and (one := book.find(what)):
            truth.leave(what)
            book.line.remove(one)
        elif act == "book" and what in book.free():
            truth.book(what)
            book.sold.add(what)
        elif act == "free" and what in book.sold:
            truth.free(what)
            book.sold.remove(what)
        elif act == "pass":
            now = world.clock.advance(minutes=what)
        truth.minute()
        book.minute(now)
        assert {name: truth.stands(name) for name in NAMES} == {name: noted(book.find(name)) for name in NAMES}
    waiting = [one.name for one in book.line if not one.has]
    assert [entry.guest.name for entry in table.waiting()] == waiting
    owners = journey.owners(held=True)
    assert len(set(owners)) == len(owners)


def noted(one: Stander | None) -> tuple[str, str | None]:
    if one is None:
        return ("nowhere", None)
    return ("offered", one.has) if one.has else ("waiting", None)


@given(minutes=st.integers(0, 3 * 24 * 60))
def test_an_offer_lasts_an_hour_of_the_day_however_late_it_is_made(minutes):
    now = NOW + timedelta(minutes=minutes)
    kept = offered_until(NOW + timedelta(days=30), now)
    assert kept == an_hour_awake(now)
    assert offered_until(now + timedelta(minutes=10), now) == now + timedelta(minutes=10)


def test_the_notebook_would_notice_another_rule(world, monkeypatch):
    """The negative control: who lets an offer lapse keeps her place."""
    kept = model.lapsed
    monkeypatch.setattr(model, "lapsed", lambda entry, now: kept(entry, now).model_copy(update={"since": entry.since}))
    todo = [("join", "ana"), ("join", "berta"), ("join", "carla"), ("free", "12:00"), ("pass", 61), ("free", "14:30")]
    with pytest.raises(AssertionError):
        test_everybody_stands_where_the_notebook_says.hypothesis.inner_test(world, set(WALLS), todo)
