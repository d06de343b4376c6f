"""The spa's time: America/Santiago, whatever the machine says."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from chalicelib.core.clock import FixedClock, SystemClock, at_spa, epoch, spa_date, spa_time


def test_today_is_the_spas_today_and_not_utcs() -> None:
    late_evening = datetime(2026, 12, 2, 1, 30, tzinfo=UTC)  # 22:30 of the day before at the spa
    assert spa_date(late_evening) == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("instant", "offset_hours"),
    [
        (datetime(2026, 4, 5, 2, 59, tzinfo=UTC), -3),
        (datetime(2026, 4, 5, 3, 0, tzinfo=UTC), -4),
        (datetime(2026, 9, 6, 3, 59, tzinfo=UTC), -4),
        (datetime(2026, 9, 6, 4, 0, tzinfo=UTC), -3),
        (datetime(2027, 4, 4, 3, 0, tzinfo=UTC), -4),
        (datetime(2027, 9, 5, 4, 0, tzinfo=UTC), -3),
    ],
)
def test_clocks_change_when_the_decree_says(instant: datetime, offset_hours: int) -> None:
    assert spa_time(instant).utcoffset() == timedelta(hours=offset_hours)


def test_an_hour_that_comes_twice_means_the_first() -> None:
    assert at_spa(date(2026, 4, 4), time(23, 30)) == datetime(2026, 4, 5, 2, 30, tzinfo=UTC)


def test_a_fixed_clock_moves_only_when_told() -> None:
    clock = FixedClock(datetime(2026, 12, 1, 9, tzinfo=UTC))
    assert clock.now() == clock.now() == datetime(2026, 12, 1, 9, tzinfo=UTC)
    clock.advance(minutes=20, seconds=1)
    assert clock.now() == datetime(2026, 12, 1, 9, 20, 1, tzinfo=UTC)


def test_the_machines_clock_is_aware_and_in_utc() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)


def test_epochs_are_whole_seconds() -> None:
    assert epoch(datetime(1970, 1, 1, 0, 0, 1, 999_999, tzinfo=UTC)) == 1
