"""The one source of time. Everything that needs "now" is handed a Clock; nothing else asks the machine."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

SPA_ZONE = ZoneInfo("America/Santiago")


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is moved: for tests and for rehearsals.

    >>> clock = FixedClock(datetime(2026, 12, 1, 12, tzinfo=UTC))
    >>> clock.advance(minutes=20).isoformat()
    '2026-12-01T12:20:00+00:00'
    """

    def __init__(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        """Return the instant the clock stands at."""
        return self._at

    def advance(self, **by: float) -> datetime:
        """Move forward by `timedelta(**by)` and return the new instant."""
        self._at += timedelta(**by)
        return self._at


def spa_time(instant: datetime) -> datetime:
    """Return the instant as wall time of the spa (America/Santiago, DST included)."""
    return instant.astimezone(SPA_ZONE)


def spa_date(instant: datetime) -> date:
    """Return the calendar date at the spa."""
    return spa_time(instant).date()


def at_spa(day: date, wall: time) -> datetime:
    """Return the instant, in UTC, at which the spa's clocks show `wall` on `day` (the first time, if twice)."""
    return datetime.combine(day, wall, SPA_ZONE).astimezone(UTC)


def epoch(instant: datetime) -> int:
    """Return whole seconds since 1970, the form DynamoDB's TTL wants."""
    return int(instant.timestamp())
