"""Other hours for late money: near the ones that are gone, the same service first, around what is still free. Pure.

What comes first: the least away in time, where another service counts as half an hour more, then the earlier; at most
two for one hour, so that the guest sees different hours. Of several things that are gone the first leads, and the
others keep their distance to it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from ..availability.days import day_of
from ..availability.look import Look
from ..availability.model import Slot
from ..availability.plan import names_of, plan_of
from ..availability.programme import days_of
from ..availability.sheets import Sheets
from ..availability.spot import ends_at
from ..carts.lines import BookingLine, ProgrammeLine
from ..catalog.model import Catalogue, Service
from ..core.errors import Conflict, Invalid
from .change import Change
from .choose import Thing, chosen, gone, things
from .model import Order
from .plan_change import Move

MOST = 6
"""So many are enough to choose from."""
TRIED = 60
"""So many ways are looked at before it is said that there are no more."""
_SAME_HOUR = 2
ANOTHER_SERVICE = timedelta(minutes=30)
DAYS_BEFORE, DAYS_AFTER = 3, 14
"""How far from the hours that are gone other ones are looked for."""

Span = tuple[datetime, datetime]


class Alternative(NamedTuple):
    """Other hours for what is gone, and the order as it would be. No moves: all of it is free again."""

    moves: tuple[Move, ...]
    change: Change


class _Hour(NamedTuple):
    """One way to have a thing: the move, the guests' own times by it, and how far it is from where it was."""

    move: Move
    spans: tuple[Span, ...]
    away: timedelta


def looked_at(order: Order, catalogue: Catalogue, now: datetime) -> tuple[tuple[str, ...], date, date]:
    """Return the resources and the first and last day whose sheets decide about other hours."""
    found = things(order)
    if not found:
        return (), day_of(now), day_of(now)
    names = dict.fromkeys(name for thing in found for service in _services(thing, catalogue)
                          for name in names_of(catalogue, _parts(service, catalogue)))
    names |= dict.fromkeys(place.resource for _, spot in order.claims for place in spot.places)
    first = max(day_of(now), min(day_of(thing.start) for thing in found) - timedelta(days=DAYS_BEFORE))
    longest = max((thing.end - thing.start).days + 1 for thing in found)
    last = max(day_of(now), max(day_of(thing.start) for thing in found)) + timedelta(days=DAYS_AFTER + longest)
    return tuple(names), first, last


def alternatives(order: Order, catalogue: Catalogue, sheets: Sheets, left: Mapping[str, int],
                 now: datetime) -> list[Alternative]:
    """Return what else can be had for an order's money, the best first; `left` is what is on the shelf.

    Each one is worked out as the choice itself will be (`choose.chosen`), so what is shown can be had at that moment.
    """
    lost = gone(order, sheets, now)
    if not lost:
        return [Alternative((), chosen(order, (), catalogue, sheets, left, now))]
    found: list[Alternative] = []
    for _, moves in zip(range(TRIED), _ways(order, lost, Look(catalogue, sheets, now)), strict=False):
        try:
            found.append(Alternative(moves, chosen(order, moves, catalogue, sheets, left, now)))
        except (Conflict, Invalid):
            continue  # each hour is free, but not all of them together
        if len(found) == MOST:
            break
    return found


def _ways(order: Order, lost: Sequence[Thing], look: Look) -> Iterator[tuple[Move, ...]]:
    """Yield the ways to have all that is gone, the best first."""
    busy = [span for thing in things(order) if thing not in lost for span in _spans(thing)]
    leader, *others = lost
    hours = {thing.id: _hours(thing, look) for thing in lost}
    at_one_hour: Counter[datetime] = Counter()
    for hour in sorted(hours[leader.id], key=lambda one: (one.away, one.move.start)):
        if at_one_hour[hour.move.start] == _SAME_HOUR or _overlap(hour.spans, busy):
            continue
        moves, taken = [hour.move], [*busy, *hour.spans]
        for thing in others:
            near = _nearest(hours[thing.id], thing.start + (hour.move.start - leader.start), taken)
            if near is None:
                break
            moves.append(near.move)
            taken += near.spans
        else:
            at_one_hour[hour.move.start] += 1
            yield tuple(moves)


def _nearest(hours: Sequence[_Hour], wished: datetime, taken: Sequence[Span]) -> _Hour | None:
    possible = (hour for hour in hours if not _overlap(hour.spans, taken))
    return min(possible, default=None, key=lambda one: (
        abs(one.move.start - wished) + (ANOTHER_SERVICE if one.move.service else timedelta(0)), one.move.start))


def _hours(thing: Thing, look: Look) -> list[_Hour]:
    """Return every free way to have a thing, in any service of its category."""
    first, nights = thing.lines[0], len(thing.lines)
    since = max(day_of(look.now), day_of(thing.start) - timedelta(days=DAYS_BEFORE))
    until = max(day_of(look.now), day_of(thing.start)) + timedelta(days=DAYS_AFTER)
    days = [since + timedelta(days=number) for number in range((until - since).days + nights)]
    found = []
    for service in _services(thing, look.catalogue):
        free = {(day.date, slot.start.wall): slot for day in days_of(look, service, days, first.guests)
                for slot in day.slots if slot.free}
        for (day, wall), slot in free.items():
            if all((day + timedelta(days=night), wall) in free for night in range(nights)):
                other = None if service.slug == first.service else service.slug
                parts = tuple((part.service.slug, part.start.at) for part in slot.parts)
                found.append(_Hour(Move(thing.id, slot.start.at, other, parts), _spans_of(service, slot),
                                   abs(slot.start.at - thing.start) + (ANOTHER_SERVICE if other else timedelta(0))))
    return [hour for hour in found if (hour.move.start, hour.move.service) != (thing.start, None)]


def _services(thing: Thing, catalogue: Catalogue) -> list[Service]:
    """Return what a thing may become, its own service first: a programme stays the one it is."""
    own = catalogue.service(thing.lines[0].service)
    if own.kind == "programme":
        return [own]
    return [own, *(one for one in catalogue.services_in(own.category) if one != own and one.bookable_online
                   and (one.by_night, one.kind, one.addon_to) == (own.by_night, own.kind, own.addon_to))]


def _parts(service: Service, catalogue: Catalogue) -> tuple[Service, ...]:
    return plan_of(catalogue, service).services if service.kind == "programme" else (service,)


def _spans(thing: Thing) -> list[Span]:
    """Return when the guests are busy with a thing: not during their nights, which leave the day free."""
    line = thing.lines[0]
    if isinstance(line, ProgrammeLine):
        return [(part.start, part.end) for part in line.parts if part.service_kind != "cabin" and part.occupied.places]
    if isinstance(line, BookingLine) and line.kind == "night":
        return []
    return [(line.start, line.end)]


def _spans_of(service: Service, slot: Slot) -> tuple[Span, ...]:
    if slot.parts:
        return tuple((part.start.at, part.end) for part in slot.parts if not part.service.by_night and part.resources)
    return () if service.by_night else ((slot.start.at, ends_at(service, slot.start.at)),)


def _overlap(some: Sequence[Span], others: Sequence[Span]) -> bool:
    return any(first < until and since < last for first, last in some for since, until in others)
