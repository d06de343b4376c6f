"""A visit that is near, or over, is stated once, in time, by the spa's clocks; the mails follow from that."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.clock import SPA_ZONE, at_spa, spa_time
from chalicelib.core.errors import Retryable
from chalicelib.core.events import Fact
from chalicelib.orders import jobs, table
from chalicelib.orders.follow_up import follow_up
from chalicelib.orders.model import Order, OrderState
from chalicelib.orders.visit_mails import NEAR, OVER, FollowUp, day_before, next_follow_up, still_so, worth_telling
from tests.notifications.builders import START, a_massage, a_product, a_tub, an_order, nights
from tests.orders.test_changing import by_staff, change, confirmed, ids
from tests.support.spa import Placed, Spa, at, line

DAYS = st.dates(date(2026, 1, 1), date(2030, 12, 31))
END = START + timedelta(hours=2)
THANKS = at_spa(date(2026, 12, 3), time(10))


@given(DAYS, st.times(time(6), time(23, 59)))
def test_the_reminder_is_due_when_the_clocks_show_the_same_hour_of_the_day_before(day: date, wall: time) -> None:
    start = at_spa(day, wall.replace(second=0, microsecond=0))
    due = day_before(start)
    assert spa_time(due).date() == spa_time(start).date() - timedelta(days=1)
    assert spa_time(due).time() == spa_time(start).time()
    assert timedelta(hours=23) <= start - due <= timedelta(hours=25)


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 4, 5), 25), (date(2026, 9, 6), 23), (date(2026, 12, 2), 24)])
def test_a_night_on_which_clocks_change_is_an_hour_longer_or_shorter(day: date, hours: int) -> None:
    start = at_spa(day, time(17))
    assert start - day_before(start) == timedelta(hours=hours)


@given(DAYS, st.integers(0, 24 * 60 - 1))
def test_thanks_are_due_at_ten_of_the_day_after_the_spas_day(day: date, minutes: int) -> None:
    start = at_spa(day, time(6)) + timedelta(minutes=minutes)
    due = next_follow_up(an_order(a_tub(start=start, end=start + timedelta(minutes=1)), reminded=start))
    assert due
    assert spa_time(due.at).time() == time(10)
    assert timedelta(hours=3) < due.at - due.visit < timedelta(hours=30)


@pytest.mark.parametrize(("order", "due"), [
    (an_order(), FollowUp(NEAR, START, START - timedelta(days=1))),
    (an_order(reminded=START), FollowUp(OVER, END, THANKS)),
    (an_order(reminded=START - timedelta(days=1)), FollowUp(NEAR, START, START - timedelta(days=1))),
    (an_order(reminded=START, thanked=True), None),
    (an_order(state=OrderState.CHECKED_IN), FollowUp(OVER, END, THANKS)),
    (an_order(state=OrderState.CHECKED_OUT), FollowUp(OVER, END, THANKS)),
    (an_order(a_tub(forfeited=True)), None),
    (an_order(a_product()), None),
    (an_order(a_massage("lin_b", START - timedelta(hours=3)), a_tub()),
     FollowUp(NEAR, START - timedelta(hours=3), START - timedelta(hours=27))),
    (an_order(*nights(2), reminded=START - timedelta(hours=1)),
     FollowUp(OVER, at_spa(date(2026, 12, 4), time(11)), at_spa(date(2026, 12, 5), time(10)))),
    *((an_order(state=state), None) for state in (
        OrderState.PENDING_PAYMENT, OrderState.EXPIRED, OrderState.CANCELLED, OrderState.NO_SHOW)),
])
def test_what_a_guest_hears_of_next(order: Order, due: FollowUp | None) -> None:
    assert next_follow_up(order) == due


def _fact(type: str, at: datetime, **data: Any) -> Fact:
    return Fact(id="f", type=type, at=at, order="o", trace="t", data=data)


def test_who_booked_or_was_told_within_the_last_day_is_not_reminded() -> None:
    due = FollowUp(NEAR, START, START - timedelta(days=1))
    minute = timedelta(minutes=1)
    assert worth_telling(due, [_fact("order.confirmed", due.at - minute)], due.at)
    for type in ("order.confirmed", "order.changed"):
        assert not worth_telling(due, [_fact(type, due.at)], due.at + minute)
    assert worth_telling(due, [_fact("payment.received", due.at)], due.at + minute)


def test_nobody_is_reminded_of_what_has_begun_nor_thanked_days_later() -> None:
    near, over = FollowUp(NEAR, START, START - timedelta(days=1)), FollowUp(OVER, END, THANKS)
    second = timedelta(seconds=1)
    assert (worth_telling(near, [], START - second), worth_telling(near, [], START)) == (True, False)
    last = THANKS + timedelta(days=3)
    assert (worth_telling(over, [], last - second), worth_telling(over, [], last)) == (True, False)


@pytest.mark.parametrize(("order", "now", "so"), [
    (an_order(), START - timedelta(hours=1), True),
    (an_order(), START, False),
    (an_order(a_tub(start=START + timedelta(hours=1))), START - timedelta(hours=1), False),
    (an_order(state=OrderState.CANCELLED), START - timedelta(hours=1), False),
    (an_order(state=OrderState.CHECKED_IN), START - timedelta(hours=1), False),
    (an_order(a_tub(forfeited=True)), START - timedelta(hours=1), False),
])
def test_a_reminder_that_was_held_up_is_dropped_when_it_is_not_true_any_more(
        order: Order, now: datetime, so: bool) -> None:
    assert still_so(_fact(NEAR, now, visit=START.isoformat()), order, now) is so


def test_who_did_not_come_after_all_is_not_thanked() -> None:
    fact = _fact(OVER, THANKS, visit=END.isoformat())
    assert still_so(fact, an_order(state=OrderState.CHECKED_OUT), THANKS)
    assert not still_so(fact, an_order(state=OrderState.NO_SHOW), THANKS)


# With tables: Monday 30 November, 09:00; the tub is on Wednesday at 17:00 for two hours.

def _run(spa: Spa, monkeypatch: pytest.MonkeyPatch, to: str) -> dict[str, int]:
    """Let the schedule run at a wall time of the spa."""
    monkeypatch.setattr(jobs, "clock", spa.clock)
    spa.clock.advance(seconds=(_at(to) - spa.clock.now()).total_seconds())
    found: dict[str, int] = jobs.follow_up_visits({}, None)
    return found


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SPA_ZONE).astimezone(UTC)


def _stated(order: Placed) -> list[str]:
    return [type for type in order.facts() if type in (NEAR, OVER)]


LOOKED, NOTHING = {"looked": 1, "failed": 0}, {"looked": 0, "failed": 0}


def test_a_visit_is_stated_to_be_near_and_then_over_each_once(spa: Spa, monkeypatch: pytest.MonkeyPatch) -> None:
    order = confirmed(spa)
    assert _run(spa, monkeypatch, "2026-12-01 16:59") == NOTHING
    assert _run(spa, monkeypatch, "2026-12-01 17:00") == LOOKED
    assert _stated(order) == [NEAR]
    assert _run(spa, monkeypatch, "2026-12-01 17:15") == NOTHING
    assert _run(spa, monkeypatch, "2026-12-03 09:59") == NOTHING
    assert _run(spa, monkeypatch, "2026-12-03 10:00") == LOOKED
    assert _stated(order) == [NEAR, OVER]
    assert _run(spa, monkeypatch, "2026-12-20 10:00") == NOTHING


def test_two_runs_at_once_state_it_once(spa: Spa, monkeypatch: pytest.MonkeyPatch) -> None:
    order = confirmed(spa)
    spa.clock.advance(hours=40)
    load, met = table.history, []

    def slow(order_id: str) -> list[Fact]:
        found = load(order_id)
        if not met:
            met.append(True)
            assert follow_up(order_id, spa.clock)  # another run, between this one's read and its write
        return found

    monkeypatch.setattr(table, "history", slow)
    with pytest.raises(Retryable):
        follow_up(order.id, spa.clock)
    assert _stated(order) == [NEAR]
    assert not follow_up(order.id, spa.clock)


def test_a_moved_visit_is_reminded_of_anew_and_any_other_change_reminds_of_nothing(
        spa: Spa, monkeypatch: pytest.MonkeyPatch) -> None:
    order = confirmed(spa)
    assert _run(spa, monkeypatch, "2026-12-01 17:00") == LOOKED
    change(order, "add", products=[{"product": "espumante", "quantity": 1}])
    assert _run(spa, monkeypatch, "2026-12-01 17:15") == NOTHING
    moved = by_staff(order, "move", line=ids(order)[0], start=at("2026-12-09 19:30"))
    assert moved.status == 200, moved.body
    assert _run(spa, monkeypatch, "2026-12-03 10:00") == NOTHING
    assert _run(spa, monkeypatch, "2026-12-08 19:30") == LOOKED
    assert _stated(order) == [NEAR, NEAR]
    assert _run(spa, monkeypatch, "2026-12-10 10:00") == LOOKED
    assert _stated(order) == [NEAR, NEAR, OVER]


def test_who_books_on_the_evening_before_is_thanked_but_not_reminded(
        spa: Spa, monkeypatch: pytest.MonkeyPatch) -> None:
    spa.clock.advance(hours=34)
    order = confirmed(spa)
    assert _run(spa, monkeypatch, "2026-12-01 19:15") == LOOKED
    assert _stated(order) == []
    assert _run(spa, monkeypatch, "2026-12-03 10:00") == LOOKED
    assert _stated(order) == [OVER]


def test_an_outage_until_after_the_visit_leaves_the_thanks_alone(spa: Spa, monkeypatch: pytest.MonkeyPatch) -> None:
    order = confirmed(spa)
    assert _run(spa, monkeypatch, "2026-12-03 12:00") == LOOKED
    assert _run(spa, monkeypatch, "2026-12-03 12:15") == LOOKED
    assert _run(spa, monkeypatch, "2026-12-03 12:30") == NOTHING
    assert _stated(order) == [OVER]


def test_a_cancelled_order_and_one_that_was_never_paid_are_left_in_peace(
        spa: Spa, monkeypatch: pytest.MonkeyPatch) -> None:
    order, unpaid = confirmed(spa), spa.place(line("2026-12-02 19:30"))
    assert change(order, "cancel_all").status == 200
    assert _run(spa, monkeypatch, "2026-12-01 20:00") == NOTHING
    assert _run(spa, monkeypatch, "2026-12-03 10:00") == NOTHING
    assert _stated(order) + _stated(unpaid) == []


def test_one_order_s_fault_does_not_hold_up_the_others(spa: Spa, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = confirmed(spa), confirmed(spa, line("2026-12-02 19:30"))
    load = table.load

    def broken(order_id: str) -> Order:
        if order_id == first.id:
            raise Retryable("busy")
        return load(order_id)

    with monkeypatch.context() as patched:
        patched.setattr(table, "load", broken)
        assert _run(spa, patched, "2026-12-01 20:00") == {"looked": 2, "failed": 1}
    assert (_stated(first), _stated(second)) == ([], [NEAR])
    assert _run(spa, monkeypatch, "2026-12-01 20:15") == LOOKED
    assert _stated(first) == [NEAR]
