"""Which hour an entry is offered: the first that suits it, is free, and is news to it (docs/waitlist.md). Pure."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from ..availability.days import day_of
from ..availability.look import Look
from ..availability.plan import looked_at
from ..availability.programme import days_of
from ..carts.wishes import Wish
from ..catalog.model import Catalogue
from ..core.clock import at_spa, spa_date, spa_time
from ..core.errors import NotFound
from .model import OFFER, Entry, Wanted, key_of

AWAKE_FROM, AWAKE_UNTIL = time(8), time(21)
"""When a mail is likely to be read; the night does not count, so that nobody loses an hour while she sleeps."""


class Hour(NamedTuple):
    """A free hour that suits somebody."""

    start: datetime
    wish: Wish

    @property
    def key(self) -> str:
        """Its name (`key_of`)."""
        return key_of(self.wish.service, self.start)


def sheets_needed(catalogue: Catalogue, wanted: Sequence[Wanted]) -> list[tuple[str, date]]:
    """Return the resources and days whose sheets decide what suits them; what is not sold any more needs none."""
    pairs: dict[tuple[str, date], None] = {}
    for one in wanted:
        for slug in one.services:
            try:
                names, last = looked_at(catalogue, catalogue.service(slug), one.first, one.last)
            except NotFound:
                continue
            days = [one.first + timedelta(days=n) for n in range((last - one.first).days + 1)]
            pairs.update(dict.fromkeys((name, day) for name in names for day in days))
    return list(pairs)


def free_hours(look: Look, wanted: Wanted) -> list[Hour]:
    """Return every free hour that suits, the earliest first; of one moment, in the order the services were named."""
    found: dict[str, Hour] = {}
    for slug in wanted.services:
        try:
            service = look.catalogue.service(slug)
        except NotFound:
            continue
        days = [day for day in wanted.days if day >= day_of(look.now)]
        for day in days_of(look, service, days, wanted.guests) if service.bookable_online else ():
            for slot in day.slots:
                parts = tuple((part.service.slug, part.start.at) for part in slot.parts)
                hour = Hour(slot.start.at, Wish(slug, slot.start.at, wanted.guests, parts=parts))
                if slot.free:
                    found.setdefault(hour.key, hour)
    return sorted(found.values(), key=lambda hour: hour.start)


def to_offer(entry: Entry, free: Sequence[Hour]) -> list[Hour]:
    """Return what the entry may be offered, the best first."""
    return [hour for hour in free if hour.key not in entry.known and hour.key not in entry.declined]


def offered_until(start: datetime, now: datetime) -> datetime:
    """Return until when an hour offered now is kept: OFFER of waking time, and never beyond its start.

    >>> from datetime import UTC
    >>> evening, start = datetime(2026, 12, 2, 23, 30, tzinfo=UTC), datetime(2026, 12, 9, tzinfo=UTC)
    >>> offered_until(start, evening).isoformat()  # half an hour of the evening, half an hour of the morning
    '2026-12-03T11:30:00+00:00'
    """
    begins, left = _awake(now.replace(microsecond=0)), OFFER
    night = at_spa(spa_date(begins), AWAKE_UNTIL)
    if begins + left > night:
        left -= night - begins
        begins = at_spa(spa_date(begins) + timedelta(days=1), AWAKE_FROM)
    return min(begins + left, start)


def _awake(now: datetime) -> datetime:
    """Return the instant, or the next morning if it is at night."""
    local = spa_time(now)
    if AWAKE_FROM <= local.time() < AWAKE_UNTIL:
        return now
    late = local.time() >= AWAKE_UNTIL
    return at_spa(local.date() + timedelta(days=1 if late else 0), AWAKE_FROM)
