"""Proposals and programmes by brute force: every way to choose hours, every way to share out resources.

Shares no code with chalicelib.availability; says what docs/availability.md says.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from itertools import combinations, product
from typing import Any

from chalicelib.catalog.model import Catalogue, Need, Service
from tests.availability.oracle import Oracle, minutes_of_day
from tests.availability.world import World, night, opening_cell

TEN_MINUTES = timedelta(minutes=10)
WEEK_OF_WAITING = 7 * 24 * 3600
MOST = 8


@dataclass(frozen=True)
class Choice:
    """One hour that a part could take."""

    service: str
    start: datetime
    end: datetime
    offset: int = 0
    early: bool = False


@dataclass
class Wanted:
    """One thing: any of these services, for so many guests, on any of these days."""

    any_of: tuple[Service, ...]
    guests: int
    offsets: tuple[int, ...] = (0,)


Starts = tuple[datetime, ...]
Ranked = list[tuple[Any, Starts]]


class Wholes:
    """One question about several things, in this world, now."""

    def __init__(self, catalogue: Catalogue, world: World, now: datetime) -> None:
        self.catalogue, self.world, self.now = catalogue, world, now
        self.asked = cache(lambda service, guests: Oracle(catalogue, self.service(service), guests, world, now))
        self.answer = cache(lambda service, guests, day: self.asked(service, guests).day(day)[2])

    def service(self, slug: str) -> Service:
        return next(one for one in self.catalogue.services if one.slug == slug)

    def without_others(self) -> "Wholes":
        return Wholes(self.catalogue, World([one for one in self.world.bookings if one.is_block]), self.now)

    def choices(self, wanted: Wanted, day: date) -> Iterator[Choice]:
        for offset in wanted.offsets:
            on = day + timedelta(days=offset)
            for service in wanted.any_of:
                for wall, reason in self.answer(service.slug, wanted.guests, on).items():
                    if reason is None:
                        start = minutes_of_day(on)[wall]
                        yield Choice(service.slug, start, start + timedelta(minutes=service.minutes), offset)

    def proposals(self, wanted: Sequence[Wanted], day: date, busy: Sequence[tuple[datetime, datetime]]) -> Ranked:
        opens, closes = (datetime.fromtimestamp(opening_cell(one) * 1800, self.now.tzinfo)
                         for one in (day, day + timedelta(days=1)))  # fmt: skip
        near = [span for span in busy if span[0] < closes and opens < span[1]]
        return self.best([list(self.choices(one, day)) for one in wanted], wanted, day, near)

    def best(self, choices: Sequence[list[Choice]], wanted: Sequence[Wanted], day: date,
             busy: Sequence[tuple[datetime, datetime]] = ()) -> Ranked:  # fmt: skip
        twins = [(a, b) for a, b in combinations(range(len(wanted)), 2)
                 if wanted[a].guests == wanted[b].guests and set(choices[a]) == set(choices[b])]  # fmt: skip
        found: dict[Starts, Any] = {}
        for chosen in product(*choices):
            starts = tuple(one.start for one in chosen)
            if any(starts[a] >= starts[b] for a, b in twins) or not apart(chosen, busy):
                continue
            if (starts not in found or rank(chosen, busy) < found[starts]) and self.served(chosen, wanted, day):
                found[starts] = rank(chosen, busy)
        return sorted((key, starts) for starts, key in found.items())[:MOST]

    def served(self, chosen: Sequence[Choice], wanted: Sequence[Wanted], day: date) -> bool:
        """Whether resources can be shared out so that nothing is taken twice in one half hour."""
        demands = [(one, self.asked(one.service, part.guests), need)
                   for one, part in zip(chosen, wanted, strict=True)
                   for need in self.needs(one.service, part.guests)]  # fmt: skip

        def go(number: int, taken: frozenset[tuple[str, int]]) -> bool:
            if number == len(demands):
                return True
            one, oracle, need = demands[number]
            cells = oracle.cells(one.start)
            for resource in self.catalogue.resources:
                marks = {(resource.slug, cell) for cell in cells}
                if not marks & taken and oracle.serves(
                    resource, need, day + timedelta(days=one.offset), one.start, oracle.bookings
                ) and go(number + 1, taken | marks):
                    return True
            return False

        return go(0, frozenset())

    def needs(self, service: str, guests: int) -> list[Need]:
        return [need for need in self.service(service).needs for _ in range(guests if need.each == "guest" else 1)]

    def programme(self, service: Service, day: date) -> Ranked:
        """Every way to have a programme from a day on, its starts in the order of its parts (cabin left out)."""
        parts = self.catalogue.programme_of(service).parts
        cabin = next((part for part in parts if self.service(part.any_of[0]).kind == "cabin"), None)
        nights = cabin.times if cabin else 0
        notice = timedelta(minutes=service.notice_minutes)
        soonest = max(self.now.replace(microsecond=0) + notice, self.now + timedelta(microseconds=1))
        wanted = []
        for part in parts:
            any_of = tuple(self.service(slug) for slug in part.any_of)
            if any_of[0].kind in ("tub", "massage"):
                for number in range(part.times):
                    once = tuple(range(nights + 1)) if nights and part.times == 1 else (number if nights else 0,)
                    wanted.append(Wanted(any_of, part.guests, once))
        if cabin:
            free = [slug for slug in cabin.any_of if all(
                self.answer(slug, cabin.guests, day + timedelta(days=n)).get("16:00", "") is None
                for n in range(nights)
            )]  # fmt: skip
            if not free or night(day)[0] < soonest:
                return []
        choices = []
        for one in wanted:
            all_of = (self.in_stay(choice, day, nights) for choice in self.choices(one, day))
            choices.append([choice for choice in all_of if choice and choice.start >= soonest])
        return self.best(choices, wanted, day)

    @staticmethod
    def in_stay(choice: Choice, day: date, nights: int) -> Choice | None:
        if not nights:
            return choice
        check_in, check_out = night(day)[0], night(day + timedelta(days=nights - 1))[1]
        if choice.offset == 0 and choice.start < check_in:
            early = Choice(choice.service, choice.start, choice.end, choice.offset, early=True)
            return early if choice.end <= check_in else None
        return choice if choice.end <= check_out else None


def apart(chosen: Sequence[Choice], busy: Sequence[tuple[datetime, datetime]]) -> bool:
    """Whether ten minutes lie between any two things of a day."""
    own = [(one.start, one.end, one.offset) for one in chosen]
    return all(
        a[0] >= b[1] + TEN_MINUTES or b[0] >= a[1] + TEN_MINUTES for a, b in combinations(own, 2) if a[2] == b[2]
    ) and all(a[0] >= last + TEN_MINUTES or first >= a[1] + TEN_MINUTES for a in own for first, last in busy)


def rank(chosen: Sequence[Choice], busy: Sequence[tuple[datetime, datetime]]) -> Any:
    """Waiting (seconds that nothing fills between the first and the last thing of each day), then earliest."""
    waiting = 0
    for offset in {one.offset for one in chosen}:
        spans = [(one.start, one.end) for one in chosen if one.offset == offset] + list(busy)
        until = min(first for first, _ in spans)
        for first, last in sorted(spans):
            waiting += max(0, int(first.timestamp()) - int(until.timestamp()))
            until = max(until, last)
    waiting += sum(WEEK_OF_WAITING for one in chosen if one.early)
    by_day = sorted(range(len(chosen)), key=lambda number: chosen[number].offset)
    return (waiting, tuple(sorted(one.start for one in chosen)), tuple(chosen[number].start for number in by_day))
