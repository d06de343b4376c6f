"""Tell a channel which nights of a cabin are taken: an iCalendar file (RFC 5545) without anybody's name."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from ..availability.days import NIGHT_INDEX
from ..availability.sheets import EMPTY, Sheets
from ..availability.table import read_nights
from ..catalog.model import Catalogue
from ..core.clock import Clock, spa_date
from ..core.texts import sentence
from .model import Feed

AHEAD_DAYS = 400
"""Nights told of, from last night on: farther than anything of ours can be booked."""
_PRODUCT = "-//Aremko//Calendario//ES"
_DOMAIN = "aremko.cl"


def share(feed: Feed, catalogue: Catalogue, clock: Clock) -> bytes:
    """Return the calendar that a channel reads. One Query. The same nights on the same day give the same bytes."""
    today = spa_date(clock.now())
    first, last = today - timedelta(days=1), today + timedelta(days=AHEAD_DAYS)
    sheets = read_nights(feed.cabin, first, last)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return calendar_of(feed, [day for day in days if taken(feed, catalogue, sheets, day)], today)


def taken(feed: Feed, catalogue: Catalogue, sheets: Sheets, day: date) -> bool:
    """Tell whether a night can't be sold by a channel: sold or blocked here, sold on another channel, or closed.

    A hold that nobody has paid does not count: it would close the night elsewhere for hours, and end in twenty minutes.
    Nor does a night that came from the channel itself: told back to it, it would stay closed after its guest cancelled
    there (docs/decisions/0027).
    """
    mark = sheets.get((feed.cabin, day), EMPTY).get(NIGHT_INDEX)
    if mark is not None and mark.until is None and mark.claim != feed.claim:
        return True
    return not _opens(catalogue, feed.cabin, day)


def _opens(catalogue: Catalogue, cabin: str, day: date) -> bool:
    """Tell whether the schedule lets a night of the cabin at all; no rule means closed."""
    resource = catalogue.resource(cabin)
    return resource.spans_on(day) != () and any(catalogue.starts_on(service, day) for service in catalogue.services
               if service.by_night and any(resource in catalogue.candidates(need) for need in service.needs))


def calendar_of(feed: Feed, nights: Iterable[date], today: date) -> bytes:
    """Return the calendar of a cabin's taken nights: an event of one whole day each, whose UID is the night's own."""
    from icalendar import Calendar, Event  # 0.15 s of imports that only this caller should pay

    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"Aremko · {feed.cabin}")
    stamp = datetime.combine(today, time(), UTC)
    for night in nights:
        event = Event()
        event.add("uid", f"{feed.cabin}-{night.isoformat()}@{_DOMAIN}")
        event.add("dtstamp", stamp)
        event.add("dtstart", night)
        event.add("dtend", night + timedelta(days=1))
        event.add("summary", sentence("calendar.taken", "es"))
        event.add("transp", "OPAQUE")
        calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content
