"""The lines of an order as a guest thinks of them: a stay is one thing, and what goes with something stands under it.

Every line's money stands in exactly one entry, so the entries add up to the order's total.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from ..availability.days import day_of
from ..carts.lines import BookingLine, GiftLine, Line, Part, ProductLine, ProgrammeLine, TimedLine, gifts, timed
from ..carts.lineviews import line_views
from ..carts.visits import visits
from ..core.money import Clp, format_clp
from ..core.texts import Lang
from . import wording


class Entry(NamedTuple):
    """One thing that was ordered, in words. `total` is None for what is in the price of the entry above it."""

    name: str
    about: tuple[str, ...]
    total: Clp | None = None
    under: tuple[Entry, ...] = ()

    @property
    def price(self) -> str:
        """The total as Chileans write it, or nothing."""
        return "" if self.total is None else format_clp(self.total)


def entries(lines: Sequence[Line], lang: Lang) -> list[Entry]:
    """Return what was ordered: bookings in the order of the days, then products, gift cards, and discounts."""
    booked = timed(lines)
    ids = {line.id for line in booked}
    addons = [line for line in booked if isinstance(line, BookingLine) and line.host in ids]
    stretches = _stretches(line for line in booked if line not in addons)
    return [*(_booking(stretch, addons, lang) for stretch in stretches),
            *(_product(line, lang) for line in lines if isinstance(line, ProductLine)),
            *(_gift(line, lang) for line in gifts(lines)),
            *_discounts(lines, lang)]


def _stretches(lines: Iterable[TimedLine]) -> list[list[TimedLine]]:
    """Return each booking by itself, and the nights of a stay that follow one another together."""
    found: list[list[TimedLine]] = []
    for line in sorted(lines, key=lambda line: (_stay(line) or "", line.start, line.id)):
        before = found[-1][-1] if found else None
        if before and _one_stay(before, line) and day_of(before.end) == day_of(line.start):
            found[-1].append(line)
        else:
            found.append([line])
    return sorted(found, key=lambda stretch: (stretch[0].start, stretch[0].id))


def _stay(line: TimedLine) -> str | None:
    return line.stay if isinstance(line, BookingLine) else None


def _one_stay(night: TimedLine, next: TimedLine) -> bool:
    return bool(_stay(night)) and _stay(night) == _stay(next) and night.forfeited is next.forfeited


def _booking(stretch: list[TimedLine], addons: list[BookingLine], lang: Lang) -> Entry:
    first = stretch[0]
    parts = _parts(first, lang) if isinstance(first, ProgrammeLine) else ()
    return Entry(first.name(lang), _about(first, stretch[-1], len(stretch), lang),
                 Clp(sum(line.total for line in stretch)), (*parts, *_addons(stretch, addons, lang)))


def _about(first: TimedLine, last: TimedLine, nights: int, lang: Lang) -> tuple[str, ...]:
    """Say when a booking is, or from when to when a stay, for how many, and whether it was given up too late."""
    given_up = (wording.text("forfeited", lang),) if first.forfeited else ()
    return (*_hours_of(first, last, nights, lang), *given_up)


def _hours_of(first: TimedLine, last: TimedLine, nights: int, lang: Lang) -> tuple[str, ...]:
    guests = wording.guests(first.guests, lang)
    if first.kind == "night":
        return (wording.text("stay_from", lang, when=wording.moment(first.start, lang)),
                wording.text("stay_until", lang, when=wording.moment(last.end, lang)),
                f"{wording.nights(nights, lang)} · {guests}")
    if first.kind == "programme":  # its parts have the hours
        return (wording.long_day(first.start, lang), guests)
    return (wording.long_day(first.start, lang), f"{wording.hours(first.start, first.end, lang)} · {guests}")


def _parts(programme: ProgrammeLine, lang: Lang) -> tuple[Entry, ...]:
    """Return what a programme consists of: what has an hour of its own first, by the hour, then what comes with it."""
    there = visits([programme])
    with_hours = [Entry(visit.name(lang), (_hours(visit.start, visit.end, programme, lang),)) for visit in there]
    starts = {visit.start for visit in there}
    extras = [part for part in programme.parts if not part.occupied.places and part.service_kind != "cabin"]
    return (*with_hours, *(Entry(part.name(lang), _served(part, starts, lang)) for part in extras))


def _hours(start: datetime, end: datetime, programme: ProgrammeLine, lang: Lang) -> str:
    hours = wording.hours(start, end, lang)
    return hours if day_of(start) == day_of(programme.start) else f"{wording.long_day(start, lang)}, {hours}"


def _served(part: Part, starts: set[datetime], lang: Lang) -> tuple[str, ...]:
    """Say when something comes, unless that is when what it belongs to begins."""
    return () if part.start in starts else (wording.moment(part.start, lang),)


def _addons(stretch: list[TimedLine], addons: list[BookingLine], lang: Lang) -> list[Entry]:
    """Return what goes with a booking or a stay: one entry for each service, with its hours if they say anything."""
    hosts = {line.id: line for line in stretch}
    own = sorted((line for line in addons if line.host in hosts), key=lambda line: (line.service, line.start, line.id))
    found = []
    for _, same in groupby(own, key=lambda line: line.service):
        served = list(same)
        plain = len(served) == 1 and served[0].start == hosts[served[0].host or ""].start
        about = () if plain else tuple(
            f"{wording.moment(line.start, lang)} · {wording.guests(line.guests, lang)}" for line in served)
        found.append(Entry(served[0].name(lang), about, Clp(sum(line.total for line in served))))
    return found


def _product(line: ProductLine, lang: Lang) -> Entry:
    return Entry(line.name(lang), (f"{line.quantity} × {format_clp(line.unit_price)}",), Clp(line.total))


def _gift(line: GiftLine, lang: Lang) -> Entry:
    return Entry(line.name(lang), (wording.text("gift_for", lang, recipient=line.face.recipient),), Clp(line.total))


def _discounts(lines: Sequence[Line], lang: Lang) -> list[Entry]:
    return [Entry(view.name, (view.detail,) if view.detail else (), Clp(view.total))
            for view in line_views(lines, lang) if view.kind == "discount"]
