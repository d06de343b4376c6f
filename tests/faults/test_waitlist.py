"""A fault at every step of an offer, a lapse and a leaving: the next run puts it right, and nobody gets too much."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.core.errors import DomainError
from chalicelib.waitlist import jobs, leave, table
from chalicelib.waitlist.model import EntryState
from tests.support import journey
from tests.support.books import empty
from tests.support.faults import Died, Fault, Faults, injected
from tests.waitlist.conftest import House, Waiter

FIVE = "2026-12-10T17:00:00-03:00"
MOST_STEPS = 40


def prepared(world: journey.World) -> tuple[House, list[Waiter]]:
    """Return a house in which an hour has just become free for the first of two who wait."""
    for area in ("calendar", "carts", "orders", "payments", "waitlist", "requests"):
        empty(area)
    house = House(world)
    held = house.hold(FIVE)
    waiters = [house.waiter(name=name) for name in ("Berta", "Carla")]
    line = held.json["cart"]["lines"][0]["id"]
    let_go = journey.send("DELETE", f"/api/carritos/{held.json['cart']['id']}/lineas/{line}", token=held.json["token"],
                          key="letting-go-of-it")
    assert let_go.status == 200
    return house, waiters


@dataclass
class Strike:
    """The fault of one run: it strikes while `of` works, and at no other time."""

    house: House
    faults: Faults
    at: int

    def of(self, act: Callable[[], object]) -> None:
        """Let one of our functions run, and perhaps fail or die."""
        self.faults.steps.clear()
        self.faults.at = self.at
        try:
            with self.house.spa.running():
                act()
        except (Died, DomainError, ClientError, BotoCoreError):
            pass
        finally:
            self.faults.at = None


def offered(strike: Strike, house: House, waiters: list[Waiter]) -> None:
    strike.of(lambda: jobs.look_after_waitlist({}, None))
    house.minute()
    assert [waiter.hour for waiter in waiters] == [FIVE, None]
    assert waiters[0].facts() == ["waitlist.joined", "waitlist.offered"]


def lapsed(strike: Strike, house: House, waiters: list[Waiter]) -> None:
    house.minute()
    house.spa.clock.advance(minutes=61)
    strike.of(lambda: jobs.look_after_waitlist({}, None))
    house.minute()
    assert [(waiter.state, waiter.hour) for waiter in waiters] == [("waiting", None), ("offered", FIVE)]
    assert waiters[0].facts() == ["waitlist.joined", "waitlist.offered", "waitlist.lapsed"]


def taken(strike: Strike, house: House, waiters: list[Waiter]) -> None:
    house.minute()
    cart = table.load(waiters[0].id).last_cart
    strike.of(lambda: leave.take(cart, house.spa.clock))
    leave.take(cart, house.spa.clock)
    assert waiters[0].state == "taken"
    assert waiters[0].facts() == ["waitlist.joined", "waitlist.offered", "waitlist.taken"]


def left(strike: Strike, house: House, waiters: list[Waiter]) -> None:
    house.minute()
    key = "leaving-once-please"
    strike.of(lambda: waiters[0].leave(key))
    assert waiters[0].leave(key).json["state"] == EntryState.LEFT
    house.hear(waiters[0].id)
    house.minute()
    assert [waiter.hour for waiter in waiters] == [None, FIVE]
    assert waiters[0].facts() == ["waitlist.joined", "waitlist.offered", "waitlist.left"]


@pytest.mark.parametrize("story", [offered, lapsed, taken, left], ids=lambda story: story.__name__)
def test_a_fault_at_any_step_is_put_right_by_the_next_run(story: Callable[[Strike, House, list[Waiter]], None]) -> None:
    struck = set()
    for fault in (Fault.REFUSED, Fault.TIMED_OUT, Fault.CRASH_AFTER, Fault.CONFLICT):
        for at in range(MOST_STEPS):
            faults = Faults(None, fault)
            with journey.world() as world:
                house, waiters = prepared(world)
                with injected(world, faults):
                    story(Strike(house, faults, at), house, waiters)
                    journey_is_conserved()
            if not faults.struck:
                break
            struck.add((fault, faults.struck))
        else:
            raise AssertionError(f"{story.__name__} takes more than {MOST_STEPS} steps")
    assert {step for _, step in struck} >= {"dynamodb.GetItem", "dynamodb.TransactWriteItems"}


def journey_is_conserved() -> None:
    """The hour has one owner at most, and an entry that is over leaves no mark of itself."""
    from tests.support.books import scan

    holders = {mark for key, mark in journey.owners(held=True).items() if key[0] == "hornopiren"}
    assert len(holders) <= 1
    found = [item for item in scan("waitlist") if item["sk"]["S"] == "entry"]
    alive = sum(item["state"]["S"] in ("waiting", "offered") for item in found)
    assert sum(item["pk"]["S"].startswith("wish#") for item in scan("waitlist")) == alive
