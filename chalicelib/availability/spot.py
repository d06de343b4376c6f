"""What one booking of a service occupies, and when it ends. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from ..catalog.model import Catalogue, Service
from ..core.clock import spa_time
from ..core.money import Clp
from .days import NIGHT_INDEX, TICK_SECONDS, Start, day_of, instant_of, labels_of, spa_day, span_mask, starts_of
from .sheets import Occupied, Place

NIGHT_MASK = 1 << NIGHT_INDEX


class Found(NamedTuple):
    """A free spot as it was a moment ago; the claim's condition has the last word."""

    service: Service
    spot: Occupied
    start: datetime
    end: datetime
    guests: int
    unit_price: Clp
    price: Clp


def mask_for(service: Service, start: Start) -> int:
    """Return the ticks one booking occupies, buffers included; the one tick `night` for a night."""
    if service.by_night:
        return NIGHT_MASK
    first, last = _seconds(service, start)
    return span_mask(first, last)


def offered_starts(catalogue: Catalogue, service: Service, day: date) -> tuple[Start, ...]:
    """Return the scheduled starts of a day whose whole booking, buffers included, lies within the spa's day.

    A time that the clocks skip is not offered; one that comes twice is offered the first time.
    """
    starts = starts_of(day, catalogue.starts_on(service, day))
    if service.by_night:
        return starts
    room = spa_day(day).ticks
    return tuple(start for start in starts if _fits(*_seconds(service, start), room))


def ends_at(service: Service, start: datetime) -> datetime:
    """Return when the guest's time ends: so many minutes of real time later, turn-around not included.

    A night ends by the spa's clocks, so that check-out keeps its hour when clocks change that night.
    """
    if not service.by_night:
        return start + timedelta(minutes=service.minutes)
    local = spa_time(start).replace(tzinfo=None) + timedelta(minutes=service.minutes)
    return instant_of(local.date(), local.strftime("%H:%M")) or start + timedelta(minutes=service.minutes)


def occupied(catalogue: Catalogue, resources: Iterable[str], day: date, mask: int) -> Occupied:
    """Return the same ticks on the day sheets of several resources, ready to be claimed."""
    ticks = labels_of(mask)
    return Occupied(
        places=tuple(
            Place(resource=name, day=day, ticks=ticks, calendar=catalogue.calendar_of(name)) for name in resources
        )
    )


def ticks_of(catalogue: Catalogue, service: Service, start: datetime) -> tuple[str, ...]:
    """Return the labels of the ticks that a booking at an instant occupies; empty when it is off the schedule."""
    day = day_of(start)
    for offered in offered_starts(catalogue, service, day):
        if offered.at == start:
            return labels_of(mask_for(service, offered))
    return ()


def _seconds(service: Service, start: Start) -> tuple[int, int]:
    first = start.second - service.before_minutes * 60
    return first, start.second + (service.minutes + service.after_minutes) * 60


def _fits(first: int, last: int, room: int) -> bool:
    return first >= 0 and last <= room * TICK_SECONDS
