"""What a programme consists of, laid out over the days of its stay. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from ..catalog.model import Catalogue, Kind, Service
from .assign import resources_of
from .propose import Part, part_of


class Piece(NamedTuple):
    """A tub, a massage: something at an hour, on one of these days of the stay (0 is the first)."""

    part: Part
    days: tuple[int, ...]


class Extra(NamedTuple):
    """An add-on: served with the `nth` piece, or night, of the kind that it belongs to."""

    part: Part
    host: Kind
    nth: int


class Plan(NamedTuple):
    """A programme: so many nights in one cabin (none without a cabin), pieces at an hour, add-ons."""

    service: Service
    cabin: Part | None
    nights: int
    pieces: tuple[Piece, ...]
    extras: tuple[Extra, ...]

    @property
    def days(self) -> int:
        """On how many days, from the first, something of it may happen."""
        latest = max((day for piece in self.pieces for day in piece.days), default=0)
        return max(self.nights, latest + 1)

    @property
    def services(self) -> tuple[Service, ...]:
        """Everything that it may take hours of."""
        parts = [piece.part for piece in self.pieces] + ([self.cabin] if self.cabin else [])
        return tuple({service.slug: service for part in parts for service in part.any_of}.values())


def plan_of(catalogue: Catalogue, service: Service) -> Plan:
    """Lay out the parts of a programme.

    What comes several times comes on one day after the other from the first, or, without a stay, several times on the
    day. What comes once may be on any day of the stay, on the last one if it can be over before check-out.
    """
    active = {one.slug: one for one in catalogue.services if one.active}
    cabin, nights, pieces, extras = None, 0, list[Piece](), list[Extra]()
    parts = [(wanted, [active[slug] for slug in wanted.any_of if slug in active])
             for wanted in catalogue.programme_of(service).parts]  # fmt: skip
    for wanted, services in parts:
        if services and services[0].by_night:
            cabin, nights = part_of(catalogue, services, wanted.guests), wanted.times
    for wanted, services in parts:
        if not services:
            name = catalogue.category(service.category).name
            pieces.append(Piece(Part((), wanted.guests, name), (0,)))
        elif services[0].addon_to is not None:
            part = part_of(catalogue, services, wanted.guests)
            extras += [Extra(part, services[0].addon_to, nth) for nth in range(wanted.times)]
        elif not services[0].by_night:
            part = part_of(catalogue, services, wanted.guests)
            pieces += [Piece(part, days) for days in _days(catalogue, part, cabin, nights, wanted.times)]
    return Plan(service, cabin, nights, tuple(pieces), tuple(extras))


def _days(
    catalogue: Catalogue, part: Part, cabin: Part | None, nights: int, times: int
) -> Iterable[tuple[int, ...]]:
    if cabin is None:
        return [(0,)] * times
    if times > 1:
        return [(min(number, nights - 1),) for number in range(times)]
    morning = (nights,) if _over_before_check_out(catalogue, part, cabin) else ()
    return [(*range(nights), *morning)]


def _over_before_check_out(catalogue: Catalogue, part: Part, cabin: Part) -> bool:
    """Tell whether the schedule of a part begins early enough, on some weekday, to end before a guest leaves."""
    leaves = max(_minute(start) + service.minutes for service in cabin.any_of for start in _walls(catalogue, service))
    return any(
        start >= "06:00" and _minute(start) + service.minutes <= leaves - 24 * 60
        for service in part.any_of
        for start in _walls(catalogue, service)
    )


def _walls(catalogue: Catalogue, service: Service) -> set[str]:
    schedule = catalogue.schedule_of(service)
    if schedule is None:
        return set()
    return {*schedule.starts, *(wall for walls in schedule.by_weekday.values() for wall in walls)}


@lru_cache(maxsize=256)
def _minute(wall: str) -> int:
    return int(wall[:2]) * 60 + int(wall[3:])


def looked_at(catalogue: Catalogue, service: Service, first: date, last: date) -> tuple[tuple[str, ...], date]:
    """Return the resources that decide a service's days from `first` to `last`, and the last day that must be read.

    A programme looks at those of its parts, and on to the end of its stay.
    """
    if service.kind != "programme":
        return resources_of(catalogue, service), last
    plan = plan_of(catalogue, service)
    return names_of(catalogue, plan.services), last + timedelta(days=plan.days - 1)


def names_of(catalogue: Catalogue, services: Sequence[Service]) -> tuple[str, ...]:
    """Return every resource that may serve one of these services, each once."""
    return tuple(dict.fromkeys(name for service in services for name in resources_of(catalogue, service)))
