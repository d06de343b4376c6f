"""The spa's day: 06:00 to 06:00 at America/Santiago, counted in elapsed half hours. Pure.

A tick is half an hour of a day sheet. Ticks are labelled by the time elapsed since 06:00, as if clocks never changed:
`t0600`, …, `t2330`, `t2400`, …, `t2930`. A normal day has 48; the Saturday on which clocks go forward at midnight has
46, the one on which they go back has 50 (PROVIDERS.md §E.4). So every label is one half hour of time, and only one.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple, NewType

from ..core.clock import SPA_ZONE, at_spa, spa_time

Tick = NewType("Tick", str)

TICK_MINUTES = 30
TICK_SECONDS = TICK_MINUTES * 60
OPENS = time(6)
OPENS_MINUTE = 6 * 60
NORMAL_TICKS = 48
MOST_TICKS = 50
NIGHT_INDEX = 60
NIGHT = Tick("night")

LABELS: tuple[Tick, ...] = tuple(
    Tick(f"t{minute // 60:02}{minute % 60:02}")
    for minute in range(OPENS_MINUTE, OPENS_MINUTE + MOST_TICKS * TICK_MINUTES, TICK_MINUTES)
)
INDEX_OF: dict[str, int] = {**{label: index for index, label in enumerate(LABELS)}, NIGHT: NIGHT_INDEX}


class Start(NamedTuple):
    """A start time of one day, worked out: the wall time, its instant, and its second since the day opened."""

    wall: str
    at: datetime
    iso: str
    epoch: int
    second: int


class SpaDay(NamedTuple):
    """One day of the spa: when it opens (an epoch second) and how many half hours it has."""

    date: date
    opens: int
    ticks: int


@lru_cache(maxsize=1024)
def spa_day(day: date) -> SpaDay:
    """Return the spa's day that begins at 06:00 of a local date."""
    opens = int(at_spa(day, OPENS).timestamp())
    closes = int(at_spa(day + timedelta(days=1), OPENS).timestamp())
    return SpaDay(date=day, opens=opens, ticks=(closes - opens) // TICK_SECONDS)


def day_of(instant: datetime) -> date:
    """Return the spa's day that an instant belongs to: before 06:00 it is still yesterday's."""
    local = spa_time(instant)
    return local.date() if local.time() >= OPENS else local.date() - timedelta(days=1)


def instant_of(day: date, wall: str) -> datetime | None:
    """Return the instant at which the spa's day `day` shows a wall time; None when its clocks skip it.

    Times before 06:00 are the night's, on the next calendar date. A time that comes twice means the first.
    """
    clock_time = time(int(wall[:2]), int(wall[3:]))
    calendar_date = day if clock_time >= OPENS else day + timedelta(days=1)
    instant = at_spa(calendar_date, clock_time)
    return instant if spa_time(instant).time() == clock_time else None


@lru_cache(maxsize=4096)
def starts_of(day: date, walls: tuple[str, ...]) -> tuple[Start, ...]:
    """Return the start times that exist on the spa's day `day`, in the order given."""
    opens = spa_day(day).opens
    starts = []
    for wall in walls:
        instant = instant_of(day, wall)
        if instant is not None:
            epoch = int(instant.timestamp())
            local = spa_time(instant)
            starts.append(Start(wall=wall, at=instant, iso=local.isoformat(), epoch=epoch, second=epoch - opens))
    return tuple(starts)


def start_at(instant: datetime) -> Start:
    """Return an instant as a start time of the spa's day that it belongs to."""
    local, second = spa_time(instant), int(instant.timestamp())
    opens = spa_day(day_of(instant)).opens
    return Start(wall=local.strftime("%H:%M"), at=instant, iso=local.isoformat(), epoch=second, second=second - opens)


def span_mask(first_second: int, last_second: int) -> int:
    """Return the half hours touched from one second of the day to another (excluded), as bits by tick index.

    >>> bin(span_mask(600, 3600))
    '0b11'
    """
    first = first_second // TICK_SECONDS
    last = -(-last_second // TICK_SECONDS)
    return ((1 << (last - first)) - 1) << first


def labels_of(mask: int) -> tuple[Tick, ...]:
    """Return the labels of the ticks in a mask, in order.

    >>> labels_of(span_mask(0, 3600))
    ('t0600', 't0630')
    """
    labels = tuple(label for index, label in enumerate(LABELS) if mask >> index & 1)
    return (*labels, NIGHT) if mask >> NIGHT_INDEX & 1 else labels


def mask_of(labels: tuple[Tick, ...]) -> int:
    """Return the mask of some labels: the inverse of `labels_of`."""
    mask = 0
    for label in labels:
        mask |= 1 << INDEX_OF[label]
    return mask


def wall_of_tick(day: date, index: int) -> str:
    """Return the wall time at which a tick of the day begins, as the spa's clocks show it."""
    instant = datetime.fromtimestamp(spa_day(day).opens + index * TICK_SECONDS, UTC)
    return instant.astimezone(SPA_ZONE).strftime("%H:%M")
