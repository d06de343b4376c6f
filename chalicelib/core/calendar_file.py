"""The calendar file (.ics, RFC 5545) a guest takes home: the same bytes by mail and from the booking's page."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from .clock import SPA_ZONE
from .texts import Lang, sentence

if TYPE_CHECKING:
    from icalendar import Event, Timezone

CONTENT_TYPE = "text/calendar; charset=utf-8"
REMINDER = timedelta(hours=3)
_PRODUCT = "-//Aremko//Reservas//ES"
_DOMAIN = "aremko.cl"


class BookedTime(Protocol):
    """What the file needs of a visit; `start` and `end` are aware."""

    @property
    def id(self) -> str: ...
    def name(self, lang: Lang) -> str: ...
    @property
    def start(self) -> datetime: ...
    @property
    def end(self) -> datetime: ...
    @property
    def guests(self) -> int: ...


def file_name(number: str) -> str:
    """Return the name under which an order's calendar file is saved.

    >>> file_name("7K2M-9Q4T-X")
    'aremko-7K2M-9Q4T-X.ics'
    """
    return f"aremko-{number}.ics"


def calendar_file(lines: Iterable[BookedTime], *, number: str, lang: Lang, stamp: datetime, version: int = 0,
                  given_up: Iterable[BookedTime] = ()) -> bytes:
    """Return an order's visits as one calendar: an event each, at the spa's wall time, with a reminder.

    `number` is the order's number, `stamp` the instant the order last changed (aware) and `version` counts its changes
    (SEQUENCE). An event's UID comes from the visit's id, so opening a file replaces what an older one brought; visits
    that were `given_up` are marked as cancelled (RFC 5546 §3.2.1). It carries neither the guest's data nor the
    booking's link: calendars are shared.
    """
    from icalendar import Calendar  # 0.15 s of imports that only these two callers should pay

    coming = sorted(lines, key=lambda line: (line.start, line.id))
    expected = {line.id for line in coming}
    gone = sorted((line for line in given_up if line.id not in expected), key=lambda line: (line.start, line.id))
    booked = sorted([*coming, *gone], key=lambda line: line.start)
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Aremko")
    if booked:
        calendar.add_component(_spa_zone(booked[0].start, booked[-1].end))
    for line in coming:
        calendar.add_component(_with_alarm(_event(line, number=number, lang=lang, stamp=stamp, version=version)))
    for line in gone:
        event = _event(line, number=number, lang=lang, stamp=stamp, version=version)
        event["status"] = "CANCELLED"
        calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content


def _event(line: BookedTime, *, number: str, lang: Lang, stamp: datetime, version: int) -> "Event":
    from icalendar import Event

    summary = sentence("calendar.summary", lang, name=line.name(lang))
    event = Event()
    event.add("uid", f"{line.id}@{_DOMAIN}")
    event.add("dtstamp", stamp.astimezone(UTC))
    event.add("sequence", version)
    event.add("dtstart", _written(line.start))
    event.add("dtend", _written(line.end))
    event.add("summary", summary)
    event.add("location", sentence("calendar.location", lang))
    event.add("description", sentence("calendar.description", lang, number=number, guests=line.guests))
    event.add("status", "CONFIRMED")
    return event


def _with_alarm(event: "Event") -> "Event":
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", event["summary"])
    alarm.add("trigger", -REMINDER)
    event.add_component(alarm)
    return event


def _written(instant: datetime) -> datetime:
    """Return the instant in the spa's zone, or in UTC where its clocks show that hour for the second time.

    RFC 5545 §3.3.5 reads a repeated local hour as the first of the two.
    """
    local = instant.astimezone(SPA_ZONE)
    return instant.astimezone(UTC) if local.fold else local


def _spa_zone(first: datetime, last: datetime) -> "Timezone":
    """Return the VTIMEZONE of the spa: each change of its clocks from a year before `first` to a year after `last`.

    Read from the tz database rather than from a rule, because Chile changes its dates by decree (PROVIDERS.md §E.4).
    """
    from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

    zone = Timezone()
    zone.add("tzid", SPA_ZONE.key)
    for instant in _changes(first - timedelta(days=366), last + timedelta(days=366)):
        before = (instant - timedelta(seconds=1)).astimezone(SPA_ZONE)
        after = instant.astimezone(SPA_ZONE)
        part = TimezoneDaylight() if after.dst() else TimezoneStandard()
        offset_before = before.utcoffset() or timedelta()
        part.add("dtstart", (instant + offset_before).replace(tzinfo=None))
        part.add("tzoffsetfrom", offset_before)
        part.add("tzoffsetto", after.utcoffset() or timedelta())
        part.add("tzname", after.tzname() or "")
        zone.add_component(part)
    return zone


def _changes(start: datetime, end: datetime) -> Iterator[datetime]:
    """Yield the instants (UTC, on the hour) between `start` and `end` at which the spa's offset changes."""
    hour, day = timedelta(hours=1), timedelta(days=1)
    at = start.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    while at < end:
        if _offset(at) != _offset(at + day):
            change = at + hour
            while _offset(change) == _offset(at):
                change += hour
            yield change
        at += day


def _offset(instant: datetime) -> timedelta | None:
    return instant.astimezone(SPA_ZONE).utcoffset()
