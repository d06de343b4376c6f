"""Which nights a channel's calendar has taken: the standard's corners, and a brute-force oracle."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.clock import SPA_ZONE
from chalicelib.feeds.nights import MOST_EVENTS, nights_in
from chalicelib.feeds.problem import FeedProblem, Unreadable

FIRST, LAST = date(2026, 11, 29), date(2027, 12, 31)
ALL_DAY = "DTSTART;VALUE=DATE:20261202\r\nDTEND;VALUE=DATE:20261204"


def calendar(*events: str) -> bytes:
    """Return a calendar with these events, each given by its lines."""
    inside = "".join(f"BEGIN:VEVENT\r\nUID:{number}@x\r\nDTSTAMP:20261101T000000Z\r\n{event}\r\nEND:VEVENT\r\n"
                     for number, event in enumerate(events))
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\n{inside}END:VCALENDAR\r\n".encode()


def nights(*events: str) -> list[str]:
    return [day.isoformat() for day in sorted(nights_in(calendar(*events), FIRST, LAST).nights)]


def problem(content: bytes) -> FeedProblem:
    with pytest.raises(Unreadable) as refused:
        nights_in(content, FIRST, LAST)
    return refused.value.problem


@pytest.mark.parametrize(("event", "expected"), [
    (ALL_DAY, ["2026-12-02", "2026-12-03"]),  # DTEND is exclusive
    ("DTSTART;VALUE=DATE:20261202", ["2026-12-02"]),
    ("DTSTART;VALUE=DATE:20261202\r\nDTEND;VALUE=DATE:20261202", ["2026-12-02"]),  # seen in the wild
    ("DTSTART;VALUE=DATE:20261202\r\nDURATION:P2D", ["2026-12-02", "2026-12-03"]),
    ("DTSTART:20261202T160000\r\nDTEND:20261204T110000", ["2026-12-02", "2026-12-03"]),  # the spa's time
    ("DTSTART;TZID=America/Santiago:20261202T160000\r\nDTEND;TZID=America/Santiago:20261204T110000",
     ["2026-12-02", "2026-12-03"]),
    ("DTSTART;TZID=Nowhere/Else:20261202T160000\r\nDTEND;TZID=Nowhere/Else:20261203T110000", ["2026-12-02"]),
    ("DTSTART:20261202T190000Z\r\nDTEND:20261203T140000Z", ["2026-12-02"]),
    ("DTSTART;TZID=Europe/Madrid:20261202T230000\r\nDTEND;TZID=Europe/Madrid:20261203T150000", ["2026-12-02"]),
    ("DTSTART:20261203T020000Z\r\nDTEND:20261203T140000Z", ["2026-12-02"]),  # 23:00 of the day before
    ("DTSTART:20261202T000000\r\nDTEND:20261204T000000", ["2026-12-02", "2026-12-03"]),
    ("DTSTART:20261202T100000\r\nDTEND:20261202T130000", []),  # a visit by day
    ("DTSTART:20261202T210000\r\nDURATION:PT30M", ["2026-12-02"]),
    (ALL_DAY + "\r\nSTATUS:CANCELLED", []),
    (ALL_DAY + "\r\nSTATUS:TENTATIVE", ["2026-12-02", "2026-12-03"]),
    (ALL_DAY + "\r\nTRANSP:TRANSPARENT", ["2026-12-02", "2026-12-03"]),
    ("DTSTART;VALUE=DATE:20261120\r\nDTEND;VALUE=DATE:20261201", ["2026-11-29", "2026-11-30"]),
    ("DTSTART;VALUE=DATE:20260101\r\nDTEND;VALUE=DATE:20260105", []),
    ("DTSTART;VALUE=DATE:20271231\r\nDTEND;VALUE=DATE:99990101", ["2027-12-31"]),
    ("DTSTART:00010101T000000\r\nDTEND:00010102T000000Z", []),
    ("DTSTART:20271231T160000\r\nDTEND:99991231T110000", ["2027-12-31"]),
])  # fmt: skip
def test_the_nights_of_an_event(event: str, expected: list[str]) -> None:
    assert nights(event) == expected


@pytest.mark.parametrize("ending", ["\r\n", "\n"])
def test_what_the_great_channels_send_is_understood(ending: str) -> None:
    airbnb = calendar("DTSTART;VALUE=DATE:20261202\r\nDTEND;VALUE=DATE:20261204\r\nSUMMARY:Reserved\r\nDESCRIPTION:Res"
                      "ervation URL: https://www.airbnb.com/hosting/reservations/details/HMABC\\nPhone Number (Last\r\n"
                      "  4 Digits): 1234", "DTSTART;VALUE=DATE:20261210\r\nDTEND;VALUE=DATE:20261211\r\nSUMMARY:Airbnb "
                      "(Not available)")
    heard = nights_in(b"\xef\xbb\xbf" + airbnb.replace(b"\r\n", ending.encode()), FIRST, LAST)
    assert heard.nights == {date(2026, 12, 2), date(2026, 12, 3), date(2026, 12, 10)}
    assert heard.sold == {date(2026, 12, 2), date(2026, 12, 3)}  # the third may be ours, told back to us


def test_an_empty_calendar_has_no_nights_and_todos_take_none() -> None:
    assert nights() == []
    todo = b"BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nUID:1\r\nDTSTART;VALUE=DATE:20261202\r\nEND:VTODO\r\nEND:VCALENDAR"
    assert nights_in(todo, FIRST, LAST).nights == set()


@pytest.mark.parametrize("content", [
    b"", b"hello", b"<!doctype html><html><body>Sign in</body></html>", b"\xff\xfe\x00", b"BEGIN:VCALENDAR",
    calendar(ALL_DAY)[:-20], calendar(ALL_DAY) * 2, b"END:VCALENDAR\r\n", b"BEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\n",
    b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 3000,
    calendar("SUMMARY:no start"), calendar("DTSTART:2026"), calendar("DTSTART;VALUE=DATE:20261399"),
    calendar(ALL_DAY, "DTSTART;VALUE=DATE:20261210\r\nDTEND;VALUE=DATE:20261209"),
    calendar("DTSTART:T160000"), calendar(ALL_DAY + "\r\nDTSTART;VALUE=DATE:20261205"),
    calendar("DTSTART;VALUE=DATE:20261202\r\nDTEND:tomorrow"), calendar("DTSTART;VALUE=DATE:20261202\r\nDURATION:long"),
    calendar("DTSTART;VALUE=DATE:99991231\r\nDURATION:P9W"),
])  # fmt: skip
def test_what_can_not_be_understood_whole_is_refused_whole(content: bytes) -> None:
    assert problem(content) is FeedProblem.NOT_A_CALENDAR


@pytest.mark.parametrize("line", ["RRULE:FREQ=DAILY", "RDATE;VALUE=DATE:20261210", "RRULE:FREQ=SECONDLY;COUNT=9999999"])
def test_events_that_repeat_are_refused(line: str) -> None:
    assert problem(calendar(ALL_DAY, f"{ALL_DAY}\r\n{line}")) is FeedProblem.RECURRING


def test_more_events_than_nights_there_are_is_no_calendar_of_a_cabin() -> None:
    assert problem(calendar(*[ALL_DAY] * (MOST_EVENTS + 1))) is FeedProblem.TOO_LARGE


DAYS = st.dates(date(2026, 11, 1), date(2028, 1, 31))
CHANGE = date(2027, 4, 3)  # the clocks go back in its night
NEAR = st.dates(CHANGE - timedelta(days=4), CHANGE + timedelta(days=4))
WALLS = st.times(max_value=time(23, 59)).map(lambda wall: wall.replace(second=0, microsecond=0))


@given(st.lists(st.tuples(DAYS, st.integers(0, 20))))
def test_whole_days_take_what_a_count_on_fingers_takes(spans: list[tuple[date, int]]) -> None:
    events = [f"DTSTART;VALUE=DATE:{day:%Y%m%d}\r\nDTEND;VALUE=DATE:{day + timedelta(days=length):%Y%m%d}"
              for day, length in spans]
    every = {day + timedelta(days=n) for day, length in spans for n in range(max(length, 1))}
    assert nights_in(calendar(*events), FIRST, LAST).nights == {day for day in every if FIRST <= day <= LAST}


@given(NEAR, WALLS, NEAR, WALLS)
def test_hours_take_each_evening_they_touch_minute_by_minute(first: date, wall: time, last: date, until: time) -> None:
    start, end = sorted([datetime.combine(first, wall), datetime.combine(last, until)])
    window = CHANGE - timedelta(days=3), CHANGE + timedelta(days=3)
    found = nights_in(calendar(f"DTSTART:{start:%Y%m%dT%H%M%S}\r\nDTEND:{end:%Y%m%dT%H%M%S}"), *window).nights
    begins, ends = (moment.replace(tzinfo=SPA_ZONE).timestamp() for moment in (start, end))
    day, expected = window[0], set()
    while day <= window[1]:
        evening = int(datetime.combine(day, time(20), SPA_ZONE).timestamp())
        if any(begins <= minute < max(ends, begins + 60) for minute in range(evening, evening + 4 * 3600, 60)):
            expected.add(day)
        day += timedelta(days=1)
    assert found == expected
