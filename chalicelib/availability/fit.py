"""Hours of several things for one party that fit one after the other, those with the least waiting first. Pure.

    busy      ────────████████──────────────────────   what the party has already
    hours     ▒▒▒▒▒▒          ▒▒▒▒▒▒  ▒▒▒▒▒▒           one for each part, at least GAP from anything else
    waiting         ──        ──    ──                 the time between, from the first to the last
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from .together import Booking, Options

GAP_SECONDS = 10 * 60
"""The least time between two things a guest does: to dress, and to walk from one to the other."""

Span = tuple[int, int]
"""From when to when, in epoch seconds."""


class Hour(NamedTuple):
    """A time that a part could take, and the bookings that could be it.

    `penalty` (seconds) counts as so much waiting.
    """

    first: int
    last: int
    options: Options
    penalty: int = 0


class Rank(NamedTuple):
    """What orders arrangements: less waiting, then earlier, then the order of their parts."""

    waiting: int
    in_time: tuple[int, ...] = ()
    by_part: tuple[int, ...] = ()

    def then(self, later: Rank) -> Rank:
        """Return the rank of this arrangement and one of a later day, taken together."""
        return Rank(self.waiting + later.waiting, self.in_time + later.in_time, self.by_part + later.by_part)


class Fit(NamedTuple):
    """Hours that fit, one for each part in the order of the parts, as the bookings that they would be."""

    rank: Rank
    bookings: tuple[Booking, ...]


Seat = Callable[[Sequence[Options]], Sequence[Booking] | None]
"""Says which bookings, with which resources, can be all together (`together.seated`); None when none can."""


def fits(parts: Sequence[Sequence[Hour]], busy: Sequence[Span], most: int, seat: Seat) -> list[Fit]:
    """Return the best arrangements, at most so many, distinct by their start hours; deterministic.

    Parts that could be just the same are taken in their order, so that none comes twice with its parts swapped. Exact:
    what is left out is worse than what is given (docs/availability.md, Several things on one day).
    """
    search = _Search(parts, _merged(busy), most, seat)
    search.go((1 << len(parts)) - 1, None, 0, Rank(0), ())
    return search.best()


def _merged(busy: Sequence[Span]) -> list[Span]:
    merged: list[Span] = []
    for first, last in sorted(busy):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged


Placed = tuple[int, Hour]


class _Search:
    """Puts things in order of time, from the first to the last, and turns back as soon as nothing good can follow."""

    def __init__(self, parts: Sequence[Sequence[Hour]], busy: list[Span], most: int, seat: Seat) -> None:
        self.parts, self.busy, self.most, self.seat = parts, busy, most, seat
        offers = [_offer(hours) for hours in parts]
        self.twin = [next((n for n in reversed(range(m)) if offers[n] == offers[m]), None) for m in range(len(parts))]
        self.found: dict[tuple[int, ...], Fit] = {}
        self.known: dict[tuple[int, int | None, int], int | None] = {}

    def best(self) -> list[Fit]:
        return sorted(self.found.values(), key=lambda fit: fit.rank)

    def go(self, left: int, after: int | None, met: int, rank: Rank, placed: tuple[Placed, ...]) -> None:
        """Go on from what is placed: parts `left` (as bits), the time `after` which, busy times `met` so far."""
        least = self._least(left, after, met)
        if least is None or self._too_late(Rank(rank.waiting + least, rank.in_time)):
            return
        if not left:
            self._keep(Rank(rank.waiting + least, rank.in_time), placed)
            return
        for number, hour in self._next(left, after, met):
            rest = rank._replace(waiting=rank.waiting + _wait(after, hour.first) + hour.penalty)
            if number is None:
                self.go(left, hour.last, met + 1, rest, placed)
            else:
                rest = rest._replace(in_time=(*rank.in_time, hour.first))
                self.go(left & ~(1 << number), hour.last, met, rest, (*placed, (number, hour)))

    def _next(self, left: int, after: int | None, met: int) -> Iterator[tuple[int | None, Hour]]:
        """Yield what can come next in time: the next busy time (without a part's number), or an hour before it."""
        until = self.busy[met][0] - GAP_SECONDS if met < len(self.busy) else None
        for number, hours in enumerate(self.parts):
            twin = self.twin[number]
            if not left >> number & 1 or (twin is not None and left >> twin & 1):
                continue
            for hour in hours:
                if (after is None or hour.first >= after + GAP_SECONDS) and (until is None or hour.last <= until):
                    yield number, hour
        if met < len(self.busy):
            yield None, Hour(*self.busy[met], options=())

    def _least(self, left: int, after: int | None, met: int) -> int | None:
        """Return the least waiting still to come, whoever serves it; None when the parts left can't be placed."""
        if not left and met == len(self.busy):
            return 0
        key = (left, after, met)
        if key not in self.known:
            found: list[int] = []
            for number, hour in self._next(left, after, met):
                rest = left if number is None else left & ~(1 << number)
                least = self._least(rest, hour.last, met + (number is None))
                if least is not None:
                    found.append(_wait(after, hour.first) + hour.penalty + least)
            self.known[key] = min(found, default=None)
        return self.known[key]

    def _too_late(self, rank: Rank) -> bool:
        """Tell whether what begins with this can't be among the best any more."""
        if len(self.found) < self.most:
            return False
        worst = max(fit.rank for fit in self.found.values())
        return (rank.waiting, rank.in_time) > (worst.waiting, worst.in_time[: len(rank.in_time)])

    def _keep(self, rank: Rank, placed: tuple[Placed, ...]) -> None:
        hours = [hour for _, hour in sorted(placed, key=lambda one: one[0])]
        starts = tuple(hour.first for hour in hours)
        rank = rank._replace(by_part=starts)
        known = self.found.get(starts)
        if known is not None and known.rank <= rank:
            return
        bookings = self.seat([hour.options for hour in hours])
        if bookings is None:
            return
        self.found[starts] = Fit(rank, tuple(bookings))
        if len(self.found) > self.most:
            del self.found[max(self.found, key=lambda name: self.found[name].rank)]


def _offer(hours: Sequence[Hour]) -> set[tuple[int, int, str, int]]:
    """Return what makes parts alike: hours and what could be had then, whichever is preferred."""
    return {(hour.first, hour.last, one.service.slug, one.guests) for hour in hours for one in hour.options}


def _wait(after: int | None, first: int) -> int:
    return 0 if after is None else max(0, first - after)
