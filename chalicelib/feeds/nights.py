"""Read a channel's calendar (RFC 5545): which nights it has taken. Pure."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from ..core.clock import SPA_ZONE, at_spa, spa_date
from .problem import FeedProblem, Unreadable

if TYPE_CHECKING:
    from icalendar import Event

EVENING = time(20)
MOST_EVENTS = 5000
_REPEATS = ("RRULE", "RDATE", "EXDATE")
_CLOSED = "Airbnb (Not available)"
"""What Airbnb calls nights that are not for sale there: closed by hand, or because another calendar says so."""


class Heard(NamedTuple):
    """The nights a channel has taken, and those of them that it may have sold: all but what it calls closed."""

    nights: frozenset[date]
    sold: frozenset[date]


NOTHING = Heard(frozenset(), frozenset())


def nights_in(content: bytes, first: date, last: date) -> Heard:
    """Return the nights from `first` to `last` (both included) that a calendar has taken.

    A whole-day event takes its days but for the last (DTEND is exclusive), and one night if it has no end. An event
    with hours takes every night of whose evening, 20:00 to midnight at the spa, it has some; hours without a zone we
    know are the spa's. Cancelled events don't count; those marked as free time (TRANSPARENT) do, since some calendars
    mark every whole-day event so. Raises Unreadable(NOT_A_CALENDAR) for what is none, or has a single event that can't
    be read, and (RECURRING) when an event repeats: no channel sends such, and half of them would be a trap.
    """
    nights: set[date] = set()
    sold: set[date] = set()
    for event in _events(content):
        if str(event.get("STATUS", "")).upper() == "CANCELLED":
            continue
        if any(name in event for name in _REPEATS):
            raise Unreadable(FeedProblem.RECURRING)
        try:
            found = set(_nights(event, first, last))
        except OverflowError as error:  # a time beyond the calendars of machines
            raise Unreadable(FeedProblem.NOT_A_CALENDAR) from error
        nights |= found
        if str(event.get("SUMMARY", "")).strip() != _CLOSED:
            sold |= found
    return Heard(frozenset(nights), frozenset(sold))


def _events(content: bytes) -> list["Event"]:
    from icalendar import Calendar, Event  # 0.15 s of imports that only this caller should pay

    try:
        calendar = Calendar.from_ical(content.decode("utf-8-sig"))
        events = [event for event in calendar.walk() if isinstance(event, Event)]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable(FeedProblem.NOT_A_CALENDAR) from error
    if calendar.name != "VCALENDAR":
        raise Unreadable(FeedProblem.NOT_A_CALENDAR)
    if len(events) > MOST_EVENTS:
        raise Unreadable(FeedProblem.TOO_LARGE)
    return events


def _nights(event: "Event", first: date, last: date) -> Iterator[date]:
    start, end = _span(event)
    if not isinstance(start, datetime) and not isinstance(end, datetime):
        until = max(end, start + timedelta(days=1))
        day = max(start, first)
        while day < until and day <= last:
            yield day
            day += timedelta(days=1)
        return
    begins = _instant(start)
    ends = max(_instant(end), begins + timedelta(minutes=1))
    day = max(spa_date(begins), first)
    while day <= last and at_spa(day, EVENING) < ends:
        if begins < at_spa(day, EVENING) + timedelta(hours=24 - EVENING.hour):
            yield day
        day += timedelta(days=1)


def _span(event: "Event") -> tuple[Any, Any]:
    """Return when an event begins and ends: both dates, or at least one of them a datetime."""
    start, end, lasting = _value(event, "DTSTART"), _value(event, "DTEND"), _value(event, "DURATION")
    if not isinstance(start, date) or not isinstance(end, date | None) or not isinstance(lasting, timedelta | None):
        raise Unreadable(FeedProblem.NOT_A_CALENDAR)
    if end is None:
        end = start + (lasting or timedelta())
    if _instant(end) < _instant(start):
        raise Unreadable(FeedProblem.NOT_A_CALENDAR)
    return start, end


def _value(event: "Event", name: str) -> Any:
    """Return a property's value; None if the event has not got it. What can't be read is no date, and refused."""
    from icalendar.prop import vBroken

    found = event.get(name)
    if found is None or isinstance(found, vBroken):
        return found
    return getattr(found, "dt", found)


def _instant(moment: date | datetime) -> datetime:
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time(), SPA_ZONE)
    return moment if moment.tzinfo else moment.replace(tzinfo=SPA_ZONE)
