"""Thirty-two buyers and one slot, at the level of the transaction: exactly one wins, every time (DESIGN.md §5, §7)."""

import random
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from unittest import mock

import pytest
from pynamodb.expressions.operand import Path

from chalicelib.availability import claim
from chalicelib.availability.days import LABELS
from chalicelib.availability.sheets import Occupied, Place
from chalicelib.aws.tables import connection
from chalicelib.aws.transactions import Transaction
from chalicelib.core.errors import Conflict, Retryable
from tests.support import journey
from tests.support.meter import metered

BUYERS = 32
ROUNDS = 200
NOW = journey.NOW
HELD = NOW + timedelta(minutes=20)


@pytest.fixture(scope="module")
def buyers(dynamodb: str) -> Iterator[ThreadPoolExecutor]:
    assert connection().client is not None  # made before the threads
    with ThreadPoolExecutor(max_workers=BUYERS) as pool:
        yield pool


def spot(first: int, ticks: int, day: date, resource: str = "hornopiren") -> Occupied:
    return Occupied(places=(Place(resource=resource, day=day, ticks=LABELS[first:first + ticks]),))


def take(name: str, wanted: Occupied, gate: threading.Barrier) -> str | None:
    """Try to hold a spot under a claim of one's own; return the claim if that worked."""
    tx = Transaction()
    claim.take(tx, name, wanted, HELD, NOW)
    gate.wait()
    try:
        tx.commit()
    except (Conflict, Retryable):
        return None
    return name


def winners(pool: ThreadPoolExecutor, number: int, want: Callable[[int], Occupied]) -> list[str]:
    gate = threading.Barrier(BUYERS)
    runs = [pool.submit(take, f"lin_{number}_{n}", want(n), gate) for n in range(BUYERS)]
    return [name for name in (run.result() for run in runs) if name]


def owners(resource: str, day: date) -> dict[str, str]:
    return {tick: mark["h"] for tick, mark in journey.sheet_of(resource, day.isoformat()).items()}


def day_of_round(number: int) -> date:
    return date(2027, 1, 1) + timedelta(days=number)


def test_of_32_buyers_of_the_same_hours_exactly_one_wins_in_each_of_200_rounds(buyers: ThreadPoolExecutor) -> None:
    for number in range(ROUNDS // 2):
        day = day_of_round(number)
        won = winners(buyers, number, lambda n, day=day: spot(22, 5, day))
        assert len(won) == 1
        assert owners("hornopiren", day) == dict.fromkeys(LABELS[22:27], won[0])
    for number in range(ROUNDS // 2, ROUNDS):
        day, shift = day_of_round(number), random.Random(number)
        # overlapping, not identical: every interval holds tick 24, so any two of them clash
        won = winners(buyers, number, lambda n, day=day, shift=shift: _around(24, day, shift))
        assert len(won) == 1
        assert set(owners("hornopiren", day).values()) == {won[0]}


def _around(tick: int, day: date, shift: random.Random) -> Occupied:
    ticks = shift.randint(2, 6)
    return spot(tick - shift.randint(0, ticks - 1), ticks, day)


def test_without_the_condition_more_than_one_wins(buyers: ThreadPoolExecutor) -> None:
    """The negative control: were the conditions not needed, the test above would prove nothing."""
    always = Path("never-there").does_not_exist()
    with mock.patch.object(claim, "_absent", lambda tick: always):
        for number in range(3):
            day = day_of_round(ROUNDS + number)
            assert len(winners(buyers, number, lambda n, day=day: spot(22, 5, day))) > 1


def test_buyers_of_neighbouring_hours_all_win(buyers: ThreadPoolExecutor) -> None:
    day = day_of_round(ROUNDS + 10)
    gate = threading.Barrier(8)
    runs = [buyers.submit(take, f"lin_{n}", spot(n * 5, 5, day), gate) for n in range(8)]
    assert [run.result() for run in runs] == [f"lin_{n}" for n in range(8)]
    assert len(owners("hornopiren", day)) == 40


def test_a_booking_of_two_resources_is_taken_whole_or_not_at_all(buyers: ThreadPoolExecutor) -> None:
    """Half the buyers want table 1 and table 2, half want table 2 and table 3: nobody is left with one of two."""
    for number in range(10):
        day = day_of_round(ROUNDS + 20 + number)

        def want(n: int, day: date = day) -> Occupied:
            pair = ("table-1", "table-2") if n % 2 else ("table-2", "table-3")
            return Occupied(places=tuple(Place(resource=name, day=day, ticks=LABELS[10:12]) for name in pair))

        won = winners(buyers, number, want)
        assert len(won) == 1
        held = [name for name in ("table-1", "table-2", "table-3") if owners(name, day)]
        assert len(held) == 2
        assert {owner for name in held for owner in owners(name, day).values()} == {won[0]}


def test_a_lapsed_hold_goes_to_exactly_one_of_32(buyers: ThreadPoolExecutor) -> None:
    for number in range(10):
        day = day_of_round(ROUNDS + 40 + number)
        tx = Transaction()
        claim.take(tx, "lin_slept", spot(22, 5, day), NOW - timedelta(seconds=1), NOW - timedelta(minutes=20))
        tx.commit()
        won = winners(buyers, number, lambda n, day=day: spot(22, 5, day))
        assert len(won) == 1
        assert set(owners("hornopiren", day).values()) == {won[0]}


def test_a_hold_that_still_stands_in_its_last_second_is_not_lost(buyers: ThreadPoolExecutor) -> None:
    day = day_of_round(ROUNDS + 60)
    tx = Transaction()
    claim.take(tx, "lin_awake", spot(22, 5, day), NOW, NOW - timedelta(minutes=20))
    tx.commit()
    assert winners(buyers, 0, lambda n: spot(22, 5, day)) == []
    assert set(owners("hornopiren", day).values()) == {"lin_awake"}


def test_different_tubs_never_touch_the_same_item(dynamodb: str) -> None:
    tubs = ["hornopiren", "tronador", "osorno", "calbuco", "puntiagudo", "llaima", "villarrica", "puyehue"]
    touched: list[tuple[str, str]] = []
    for tub in tubs:
        tx = Transaction()
        claim.take(tx, f"lin_{tub}", spot(22, 5, date(2027, 12, 1), tub), HELD, NOW)
        with metered() as bill:
            tx.commit()
        assert bill.counted() == {"TransactWriteItems": 1}
        touched += bill.written_keys()
    assert touched == [("test-calendar", f"{tub}/2027-12-01") for tub in tubs]


def test_two_whole_holds_of_different_tubs_share_no_item_either(dynamodb: str) -> None:
    """The same through the whole application: cart, answer and sheet are each guest's own."""
    journey.published()
    touched: list[set[tuple[str, str]]] = []
    with journey.world():
        for number, tub in enumerate(("tina-osorno", "tina-calbuco")):
            journey.send("GET", "/api/disponibilidad?servicio=tina-osorno&desde=2026-12-10")
            guests = 4
            with metered() as bill:
                reply = journey.send("POST", "/api/carritos", key=f"apart-again-{number}", caller=f"10.1.0.{number}",
                                     body={"lines": [journey.new_line("2026-12-10T17:00:00-03:00", tub, guests)]})
            assert reply.status == 201, reply.text
            touched.append(set(bill.written_keys()))
    assert touched[0] & touched[1] == set()
    assert [len(items) for items in touched] == [3, 3]


