"""When an add-on is served, and what speaks against it."""

from datetime import datetime

import pytest

from chalicelib.availability.addons import addon_refused, addon_times
from tests.availability.world import local
from tests.support.spa import demo_catalogue

SHOP = demo_catalogue()
BREAKFAST, ROSES = SHOP.service("desayuno"), SHOP.service("decoracion-romantica")


def test_a_decoration_waits_at_the_tub_from_its_start() -> None:
    start, end = local("2026-12-02T17:00"), local("2026-12-02T19:00")
    assert addon_times(ROSES, start, end) == (start, end)


@pytest.mark.parametrize("night", ["2026-12-02", "2027-04-03", "2026-09-05"])
def test_a_breakfast_comes_two_hours_before_the_guests_leave_whatever_clocks_do(night: str) -> None:
    morning = f"{night[:-2]}{int(night[-2:]) + 1:02}"
    times = addon_times(BREAKFAST, local(f"{night}T16:00"), local(f"{morning}T11:00"))
    assert times == (local(f"{morning}T09:00"), local(f"{morning}T10:00"))


def test_an_add_on_never_leaves_its_host() -> None:
    start, end = local("2026-12-02T17:00"), local("2026-12-02T17:30")
    assert addon_times(ROSES, start, end) == (start, end)
    assert addon_times(BREAKFAST, start, end) == (start, end)


@pytest.mark.parametrize(
    ("now", "guests", "code"),
    [
        (local("2026-12-01T17:00"), 2, None),
        (local("2026-12-01T17:00:01"), 2, "too_short_notice"),
        (local("2026-12-02T17:00"), 2, "in_the_past"),
        (local("2026-12-01T17:00"), 7, "too_many_guests"),
    ],
)
def test_a_decoration_is_asked_for_a_day_before(now: datetime, guests: int, code: str | None) -> None:
    refused = addon_refused(ROSES, local("2026-12-02T17:00"), guests, now)
    assert (refused and refused.code) == code
