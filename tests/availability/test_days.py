"""The spa's day, on ordinary days and on both clock changes (PROVIDERS.md §E.4)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.availability.days import (
    LABELS,
    day_of,
    instant_of,
    labels_of,
    mask_of,
    spa_day,
    starts_of,
    wall_of_tick,
)
from chalicelib.availability.spot import ends_at, ticks_of
from chalicelib.catalog.model import Schedule
from tests.availability.world import cabin, catalogue, local, tub

SHORT = [date(2026, 9, 5), date(2027, 9, 4)]
LONG = [date(2026, 4, 4), date(2027, 4, 3)]


@pytest.mark.parametrize("day", SHORT)
def test_the_day_on_which_clocks_go_forward_has_46_ticks_and_no_half_past_midnight(day: date) -> None:
    assert spa_day(day).ticks == 46
    assert instant_of(day, "00:30") is None
    assert instant_of(day, "01:00") == local(f"{day + timedelta(days=1)}T01:00")
    assert [wall_of_tick(day, index) for index in (35, 36, 45)] == ["23:30", "01:00", "05:30"]


@pytest.mark.parametrize("day", LONG)
def test_the_day_on_which_clocks_go_back_has_50_ticks_and_eleven_at_night_twice(day: date) -> None:
    assert spa_day(day).ticks == 50
    assert instant_of(day, "23:00") == local(f"{day}T23:00", fold=0)
    assert [wall_of_tick(day, index) for index in (34, 35, 36, 37, 38)] == ["23:00", "23:30", "23:00", "23:30", "00:00"]
    assert labels_of(1 << 49) == ("t3030",)


def test_an_ordinary_day_has_48_ticks_from_six_to_six() -> None:
    assert spa_day(date(2026, 12, 2)).ticks == 48
    assert (LABELS[0], LABELS[22], LABELS[36], LABELS[47]) == ("t0600", "t1700", "t2400", "t2930")


def test_the_small_hours_belong_to_the_day_before() -> None:
    assert day_of(local("2026-12-03T05:59")) == date(2026, 12, 2)
    assert day_of(local("2026-12-03T06:00")) == date(2026, 12, 3)


@pytest.mark.parametrize(
    ("start", "ticks", "end"),
    [
        ("2026-12-02T17:00", ("t1700", "t1730", "t1800", "t1830", "t1900"), "2026-12-02T19:00"),
        ("2026-12-02T22:00", ("t2200", "t2230", "t2300", "t2330", "t2400"), "2026-12-03T00:00"),
        # clocks go forward at midnight: two hours of real time end at one o'clock
        ("2026-09-05T22:00", ("t2200", "t2230", "t2300", "t2330", "t2400"), "2026-09-06T01:00"),
        # clocks go back at midnight: they end at eleven, for the second time
        ("2026-04-04T22:00", ("t2200", "t2230", "t2300", "t2330", "t2400"), "2026-04-04T23:00"),
    ],
)
def test_a_tub_takes_two_hours_and_its_turnaround_whatever_the_clocks_do(
    start: str, ticks: tuple[str, ...], end: str
) -> None:
    shop = catalogue(tub())
    assert ticks_of(shop, tub(), local(start)) == ticks
    assert ends_at(tub(), local(start)) == local(end, fold=1)


@pytest.mark.parametrize("day", ["2026-09-05", "2026-04-04", "2026-12-02"])
def test_a_night_in_a_cabin_takes_one_tick_and_ends_at_eleven_even_when_clocks_change(day: str) -> None:
    shop = catalogue(cabin())
    start = local(f"{day}T16:00")
    assert ticks_of(shop, cabin(), start) == ("night",)
    assert ends_at(cabin(), start) == local(f"{date.fromisoformat(day) + timedelta(days=1)}T11:00")


def test_a_start_off_the_schedule_takes_nothing() -> None:
    assert ticks_of(catalogue(tub()), tub(), local("2026-12-02T17:15")) == ()


def test_a_start_that_the_clocks_skip_is_not_offered() -> None:
    shop = catalogue(tub(minutes=60), schedules=[Schedule(slug="tinas", starts=("22:00", "00:30"))])
    assert [s.wall for s in starts_of(date(2026, 9, 5), shop.starts_on(shop.services[0], date(2026, 9, 5)))] == [
        "22:00"
    ]


@given(st.sets(st.sampled_from([*range(50), 60])))
def test_labels_and_masks_say_the_same(indexes: set[int]) -> None:
    mask = sum(1 << index for index in indexes)
    assert mask_of(labels_of(mask)) == mask


@given(st.integers(0, 2 * 365 * 24 * 60))
def test_every_instant_lies_within_its_own_day(minutes: int) -> None:
    instant = local("2026-01-01T00:00") + timedelta(minutes=minutes)
    day = spa_day(day_of(instant))
    assert 0 <= instant.timestamp() - day.opens < day.ticks * 1800
