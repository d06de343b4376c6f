"""The calendar file, read back by the library that calendars read with."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar, Component

from chalicelib.carts.lines import Line
from chalicelib.carts.visits import Visit, visits
from chalicelib.core.calendar_file import calendar_file
from chalicelib.core.clock import SPA_ZONE, at_spa
from tests.notifications.builders import a_decoration, a_discount, a_product, a_programme, a_tub, nights

STAMP = datetime(2026, 11, 22, 15, tzinfo=UTC)


def _booked(day: date, wall: time, minutes: int = 120, id: str = "lin_a", name: str = "Tina Hornopirén") -> Visit:
    start = at_spa(day, wall)
    return Visit(id, name, name, start, start + timedelta(minutes=minutes), 2)


def _read(*lines: Visit, lang: str = "es") -> Component:
    return Calendar.from_ical(calendar_file(lines, number="7K2M-9Q4T-X", lang=lang, stamp=STAMP))  # type: ignore[arg-type]


def test_each_line_is_an_event_at_the_spas_wall_time_with_a_reminder() -> None:
    calendar = _read(_booked(date(2026, 12, 2), time(17)), _booked(date(2026, 12, 2), time(20), 50, "lin_b", "Masaje"))
    first, second = calendar.walk("VEVENT")
    assert (str(first["uid"]), str(second["uid"])) == ("lin_a@aremko.cl", "lin_b@aremko.cl")
    assert first["dtstart"].params["TZID"] == "America/Santiago"
    assert first["dtstart"].to_ical() == b"20261202T170000"
    assert first["dtend"].to_ical() == b"20261202T190000"
    assert second.decoded("dtend") - second.decoded("dtstart") == timedelta(minutes=50)
    assert first.decoded("dtstamp") == STAMP
    assert "7K2M-9Q4T-X" in first["description"]
    assert first["location"] == "Aremko Spa, Río Pescado, Puerto Varas, Chile"
    assert [alarm.decoded("trigger") for alarm in calendar.walk("VALARM")] == [timedelta(hours=-3)] * 2


def test_the_same_booking_gives_the_same_bytes_so_that_opening_it_twice_changes_nothing() -> None:
    line = _booked(date(2026, 12, 2), time(17))
    first, second = (calendar_file([line], number="N", lang="es", stamp=STAMP) for _ in range(2))
    assert first == second


def test_in_english() -> None:
    (event,) = _read(_booked(date(2026, 12, 2), time(17)), lang="en").walk("VEVENT")
    assert event["summary"] == "Tina Hornopirén at Aremko"


def test_the_file_says_nothing_of_the_guest_and_ends_its_lines_as_the_standard_wants() -> None:
    raw = calendar_file([_booked(date(2026, 12, 2), time(17))], number="N", lang="es", stamp=STAMP)
    assert b"ATTENDEE" not in raw
    assert b"http" not in raw
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75


@pytest.mark.parametrize("day", [date(2026, 4, 4), date(2026, 9, 5), date(2026, 9, 6), date(2027, 4, 3),
                                 date(2026, 7, 1), date(2026, 12, 2)])
@pytest.mark.parametrize("wall", [time(12), time(22)])
def test_the_instants_are_right_on_days_when_the_clocks_change(day: date, wall: time) -> None:
    line = _booked(day, wall)
    (event,) = _read(line).walk("VEVENT")
    assert event.decoded("dtstart") == line.start
    assert event.decoded("dtend") == line.end
    assert event.decoded("dtend").astimezone(UTC) - event.decoded("dtstart").astimezone(UTC) == timedelta(hours=2)


def test_an_hour_that_comes_twice_is_written_in_utc() -> None:
    line = _booked(date(2026, 4, 4), time(22))  # ends at 23:00 for the second time that night
    raw = calendar_file([line], number="N", lang="es", stamp=STAMP)
    assert b"DTSTART;TZID=America/Santiago:20260404T220000" in raw
    assert b"DTEND:20260405T030000Z" in raw


def test_the_time_zone_in_the_file_agrees_with_the_tz_database_all_year_round() -> None:
    (zone,) = _read(_booked(date(2026, 12, 2), time(17))).walk("VTIMEZONE")
    theirs, ours = zone.to_tz(lookup_tzid=False), ZoneInfo(SPA_ZONE.key)
    for days in range(540):
        for hour in (1, 13):  # midnight itself does not exist on the day the clocks go forward
            at = datetime.combine(date(2026, 5, 1) + timedelta(days), time(hour))
            assert at.replace(tzinfo=theirs).utcoffset() == at.replace(tzinfo=ours).utcoffset(), at


def test_the_changes_in_the_file_are_the_published_ones() -> None:
    (zone,) = _read(_booked(date(2026, 12, 2), time(17))).walk("VTIMEZONE")
    changes = [(part["dtstart"].to_ical().decode(), part.name) for part in zone.subcomponents]
    assert changes == [  # local time before the change: 03:00 and 04:00 UTC (PROVIDERS.md §E.4)
        ("20260405T000000", "STANDARD"), ("20260906T000000", "DAYLIGHT"),
        ("20270404T000000", "STANDARD"), ("20270905T000000", "DAYLIGHT")]


def _events(*lines: Line) -> list[tuple[str, str, str, str]]:
    events = _read(*visits(lines)).walk("VEVENT")
    return [(str(event["uid"]), str(event["summary"]), event["dtstart"].to_ical().decode(),
             event["dtend"].to_ical().decode()) for event in events]


def test_a_stay_is_one_event_from_its_first_check_in_to_its_last_check_out() -> None:
    assert _events(*nights(3)) == [
        ("lin_n0@aremko.cl", "Cabaña Torre en Aremko", "20261202T160000", "20261205T110000")]


def test_a_stay_with_a_night_given_up_in_the_middle_is_two_events() -> None:
    first, _, third = nights(3)
    assert [(start, end) for _, _, start, end in _events(first, third)] == [
        ("20261202T160000", "20261203T110000"), ("20261204T160000", "20261205T110000")]


def test_each_part_of_a_programme_with_an_hour_of_its_own_is_an_event() -> None:
    assert _events(a_programme()) == [
        ("lin_p-0@aremko.cl", "Masaje en Aremko", "20261202T150000", "20261202T155000"),
        ("lin_p-1@aremko.cl", "Tina Calbuco en Aremko", "20261202T163000", "20261202T183000")]


def test_what_goes_with_a_booking_is_no_event_of_its_own() -> None:
    tub = a_tub()
    assert _events(tub, a_decoration("lin_e", tub)) == _events(tub)
    assert len(_events(tub)) == 1


def test_products_and_discounts_are_no_events() -> None:
    assert _events(a_product(), a_discount()) == []
