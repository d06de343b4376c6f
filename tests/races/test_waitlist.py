"""An offer of the waitlist against a buyer, against itself, and two hours at once: each hour has one owner."""

import itertools
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from pynamodb.expressions.operand import Path

from chalicelib.availability import claim
from chalicelib.aws.tables import connection
from chalicelib.carts import hold as carts_hold
from chalicelib.waitlist import leave, model, offer, table
from tests.races.test_money import at_once, caller, fresh
from tests.support import journey
from tests.support.books import empty
from tests.support.journey import World

ROUNDS = 8
_wednesdays = iter(f"2027-{month:02}-{day:02}" for month, day in (
    (8, 4), (8, 11), (8, 18), (8, 25), (9, 1), (9, 8), (9, 15), (9, 22), (9, 29), (10, 6), (10, 13), (10, 20), (10, 27),
    (11, 3), (11, 10), (11, 17), (11, 24), (12, 1), (12, 8), (12, 15), (12, 22), (12, 29)))
_names = itertools.count(1)


@pytest.fixture(scope="module")
def spa(dynamodb: str) -> Iterator[World]:
    journey.published()
    assert connection().client is not None  # made before the threads
    with journey.world() as world:
        world.clock.advance(days=240)
        yield world


@pytest.fixture(autouse=True)
def _empty_books(spa: World) -> None:
    for area in ("waitlist", "calendar"):
        empty(area)


def hold(start: str) -> Any:
    return journey.send("POST", "/api/carritos", body={"lines": [journey.new_line(start)]}, key=fresh("opening"),
                        caller=caller())


def let_go(cart: Any) -> None:
    line = cart.json["cart"]["lines"][0]["id"]
    assert journey.send("DELETE", f"/api/carritos/{cart.json['cart']['id']}/lineas/{line}", token=cart.json["token"],
                        key=fresh("letting-go"), caller=caller()).status == 200


def waiter(spa: World, day: str) -> str:
    spa.clock.advance(seconds=1)
    body = {"services": [journey.TUB], "from": day, "to": day, "guests": 2, "consents": {"policy": True},
            "guest": {"name": "Berta", "email": f"berta{next(_names)}@example.cl"}}
    joined = journey.send("POST", "/api/espera", body=body, key=fresh("joining"), caller=caller())
    assert joined.status == 201, joined.text
    return str(joined.json["entry"]["id"])


def hours_of(*entries: str) -> list[str | None]:
    """Return the wall time that each entry is offered."""
    offers = [table.load(entry).offer for entry in entries]
    return [one.start.isoformat() if one else None for one in offers]


def freed_hour(spa: World, day: str, *, wall: str = "17:00", waiters: int = 1) -> tuple[str, list[str]]:
    """Return an hour that has just become free, and who waits for it."""
    from tests.races.test_changes import hour

    start = hour(day, wall)
    held = hold(start)
    assert held.status == 201, held.text
    entries = [waiter(spa, day) for _ in range(waiters)]
    let_go(held)
    return start, entries


@pytest.fixture
def both_look_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the two of a race find the hour free before either of them takes it."""
    gate, found = threading.Barrier(2), carts_hold.find_all

    def find_all(*args: Any, **options: Any) -> Any:
        offers = found(*args, **options)
        gate.wait(timeout=60)
        return offers

    freed = globals()["freed_hour"]

    def undisturbed(*args: Any, **options: Any) -> Any:
        with monkeypatch.context() as patch:
            patch.setattr(carts_hold, "find_all", found)
            return freed(*args, **options)

    monkeypatch.setattr(carts_hold, "find_all", find_all)
    monkeypatch.setitem(globals(), "freed_hour", undisturbed)


@pytest.mark.usefixtures("both_look_first")
def test_of_who_waits_and_a_buyer_exactly_one_gets_the_hour(spa: World) -> None:
    for _ in range(ROUNDS):
        day = next(_wednesdays)
        start, [entry] = freed_hour(spa, day)
        offers, cart = at_once(lambda: offer.offer_all(spa.clock), lambda start=start: hold(start))
        assert (offers, cart.status) in ((1, 409), (0, 201))
        owner = table.load(entry).offer.line if offers else cart.json["cart"]["lines"][0]["id"]
        assert {mark["h"] for mark in journey.sheet_of("hornopiren", day).values()} == {owner}
        empty("waitlist")


@pytest.mark.usefixtures("both_look_first")
def test_without_the_condition_both_would_have_it(spa: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: the same race with a claim that asks nothing."""
    nothing = Path("resource").exists() | Path("resource").does_not_exist()
    both = 0
    for _ in range(2):
        start, _ = freed_hour(spa, next(_wednesdays))
        with monkeypatch.context() as patch:
            for name in ("_absent", "_lapsed", "_ours"):
                patch.setattr(claim, name, lambda *_: nothing)
            offers, cart = at_once(lambda: offer.offer_all(spa.clock), lambda start=start: hold(start))
        both += (offers, cart.status) == (1, 201)
        empty("waitlist")
    assert both == 2


def test_however_many_look_at_once_one_hour_is_one_offer_to_the_first_in_line(spa: World) -> None:
    for _ in range(4):
        _, entries = freed_hour(spa, next(_wednesdays), waiters=2)
        made = at_once(*[lambda: offer.offer_all(spa.clock)] * 5)
        assert sum(made) == 1
        assert [hour is not None for hour in hours_of(*entries)] == [True, False]
        empty("waitlist")


def test_two_hours_at_once_are_one_offer_each_to_two_guests(spa: World) -> None:
    from tests.races.test_changes import hour

    for _ in range(3):
        day = next(_wednesdays)
        held = [hold(hour(day, wall)) for wall in ("12:00", "17:00")]
        entries = [waiter(spa, day) for _ in range(3)]
        at_once(*[lambda one=one: (let_go(one), offer.offer_all(spa.clock)) for one in held])
        offer.offer_all(spa.clock)  # the minute's look: the other's sheet may have been read too early
        offered = hours_of(*entries)
        assert offered[2] is None and None not in offered[:2] and len(set(offered[:2])) == 2
        empty("waitlist")


def test_a_lapse_against_a_check_out_ends_as_one_of_them(spa: World) -> None:
    from chalicelib.carts.links import cart_token
    from chalicelib.carts.table import load

    for _ in range(3):
        _, [entry] = freed_hour(spa, next(_wednesdays))
        offer.offer_all(spa.clock)
        cart = table.load(entry).offer.cart
        spa.clock.advance(minutes=61)
        token = cart_token(load(cart))
        placed, lapsed = at_once(
            lambda token=token: journey.send("POST", "/api/reservas", body=journey.FORM, token=token,
                                             key=fresh("checking-out"), caller=caller()),
            lambda entry=entry: leave.lapse(entry, spa.clock))
        assert placed.status == 201
        assert lapsed.state in (model.EntryState.TAKEN, model.EntryState.WAITING)
        leave.take(cart, spa.clock)  # what the fact order.placed brings about
        leave.take(cart, spa.clock)
        assert table.load(entry).state is model.EntryState.TAKEN
        empty("waitlist")
