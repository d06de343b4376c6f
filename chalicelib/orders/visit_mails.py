"""When an order's guest hears of her visit by itself: the day before it begins, and the day after it ends. Pure.

    confirmed ─► visit_near (the same hour of the day before, by the spa's clocks) ─► visit_over (10:00 the day after)

An order knows for which hour its guest was reminded, so an order that is moved is reminded of anew, and any other
change leaves it be.
"""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import NamedTuple

from ..availability.days import day_of
from ..carts.visits import visits
from ..core.clock import at_spa, spa_time
from ..core.events import Fact
from .model import Order, OrderState

NEAR, OVER = "order.visit_near", "order.visit_over"
THANKS_AT = time(10)
THANKS_WITHIN = timedelta(days=3)  # after a long outage, later thanks would only puzzle
_TELLS_ALL = ("order.confirmed", "order.changed")  # mails that name every hour of the booking


class FollowUp(NamedTuple):
    """What a guest is to hear of next: the fact, the hour it is about (when it begins, or has ended), and when."""

    fact: str
    visit: datetime
    at: datetime


def next_follow_up(order: Order) -> FollowUp | None:
    """Return what an order's guest hears of next by itself, None when there is nothing (left)."""
    there = visits(order.lines)
    if not there or not order.state.alive or order.thanked:
        return None
    first, last = min(visit.start for visit in there), max(visit.end for visit in there)
    if order.state is OrderState.CONFIRMED and order.reminded != first:
        return FollowUp(NEAR, first, day_before(first))
    return FollowUp(OVER, last, at_spa(day_of(last) + timedelta(days=1), THANKS_AT))


def day_before(start: datetime) -> datetime:
    """Return when the spa's clocks show the same hour on the day before: 23 to 25 hours earlier when they change.

    >>> from datetime import UTC
    >>> day_before(datetime(2026, 9, 6, 20, tzinfo=UTC)).isoformat()  # clocks went forward that morning
    '2026-09-05T21:00:00+00:00'
    """
    local = spa_time(start)
    return at_spa(local.date() - timedelta(days=1), local.time())


def worth_telling(due: FollowUp, history: Iterable[Fact], now: datetime) -> bool:
    """Tell whether a guest should still hear of it.

    Nobody is reminded of what has begun, nor of hours that she booked, or was told of anew, when the reminder was
    already due; and thanks come within THANKS_WITHIN.
    """
    if due.fact == OVER:
        return now < due.at + THANKS_WITHIN
    told = any(fact.type in _TELLS_ALL and fact.at >= due.at for fact in history)
    return now < due.visit and not told


def still_so(fact: Fact, order: Order, now: datetime) -> bool:
    """Tell whether what a fact of this module says is true by now, for a mail that was held up."""
    if fact.type == OVER:
        return order.state.alive
    starts = [visit.start for visit in visits(order.lines)]
    expected = order.state is OrderState.CONFIRMED and bool(starts) and now < min(starts)
    return expected and min(starts) == datetime.fromisoformat(fact.data["visit"])


def followed_up(due: FollowUp) -> dict[str, object]:
    """Return what an order remembers of it, told or left untold."""
    return {"reminded": due.visit} if due.fact == NEAR else {"thanked": True}
