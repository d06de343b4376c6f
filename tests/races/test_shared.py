"""Thirty-two buyers of what is the last of its kind: a therapist, a night. One wins, and the others leave no trace.

They go through the whole application; each has found all it wants free before any of them takes it.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any
from unittest import mock

import pytest
from pynamodb.expressions.operand import Path

from chalicelib.availability import claim
from chalicelib.aws.tables import connection
from tests.support import journey
from tests.support.books import empty
from tests.support.journey import Reply, new_line

BUYERS = 32
ROUNDS = 8
MONDAY = date(2027, 1, 4)
TUBS = ("hornopiren", "tronador", "puntiagudo", "llaima", "villarrica", "puyehue")
ROUND_TUBS = TUBS[:2]
Want = Callable[[int], list[dict[str, Any]]]


@pytest.fixture(scope="module")
def buyers(dynamodb: str) -> Iterator[ThreadPoolExecutor]:
    journey.published()
    assert connection().client is not None  # made before the threads
    with journey.world(), ThreadPoolExecutor(max_workers=BUYERS) as pool:
        yield pool


@pytest.fixture(autouse=True)
def _nobody_has_anything(dynamodb: str) -> None:
    empty("calendar")


def race(pool: ThreadPoolExecutor, number: int, want: Want) -> list[Reply]:
    """Let every buyer find the hours free, and then all of them hold them in the same moment."""
    gate, take_all = threading.Barrier(BUYERS), claim.take_all

    def after_everybody_looked(*args: Any, **options: Any) -> None:
        take_all(*args, **options)
        gate.wait(timeout=60)

    def hold(n: int) -> Reply:
        return journey.send("POST", "/api/carritos", body={"lines": want(n)}, key=f"race-{number}-{n:04}",
                            caller=f"10.6.{number}.{n}")

    with mock.patch.object(claim, "take_all", after_everybody_looked):
        return list(pool.map(hold, range(BUYERS)))


def winners(replies: list[Reply]) -> list[set[str]]:
    """Return the lines of each cart that was opened; whoever lost was told so."""
    lost = Counter((reply.status, reply.json["code"]) for reply in replies if reply.status != 201)
    assert set(lost) <= {(409, "slot_taken"), (503, "busy")}, lost
    return [{line["id"] for line in reply.json["cart"]["lines"] if line["kind"] != "discount"}
            for reply in replies if reply.status == 201]


def massage(day: date, guests: int, service: str = "masaje-relajacion") -> dict[str, Any]:
    return new_line(f"{day}T15:30:00-03:00", service, guests)


def one_massage_taken(day: date) -> dict[tuple[str, str, str], str]:
    """Let somebody have one table and one therapist; return the ticks that are taken."""
    body = {"lines": [massage(day, 1)]}
    taken = journey.send("POST", "/api/carritos", body=body, key=f"first-{day}", caller=f"10.7.0.{day.day}")
    assert taken.status == 201, taken.text
    return journey.owners(held=True)


def stay_around(day: date) -> Want:
    """Want three nights each, which all include that of a day."""
    return lambda n: [{**new_line(f"{day - timedelta(days=n % 3)}T16:00:00-03:00", "cabana-tepa"), "nights": 3}]


def tub_and_stay_around(day: date) -> Want:
    """Want a tub, which few others want, and then three nights around a day as everybody does."""
    def want(n: int) -> list[dict[str, Any]]:
        tub = TUBS[n % len(TUBS)]
        hour = ("12:00", "14:30") if tub in ROUND_TUBS else ("14:00", "16:30")
        return [new_line(f"{day}T{hour[n // 16]}:00-03:00", f"tina-{tub}"), *stay_around(day)(n)]

    return want


def test_the_last_table_and_therapist_go_to_one_of_32(buyers: ThreadPoolExecutor) -> None:
    for number in range(ROUNDS):
        empty("calendar")
        day = MONDAY + timedelta(weeks=number)
        before = one_massage_taken(day)
        kinds = ("masaje-relajacion", "masaje-descontracturante")
        (won,) = winners(race(buyers, number, lambda n, day=day: [massage(day, 1, kinds[n % 2])]))
        after = journey.owners(held=True)
        fresh = {key: owner for key, owner in after.items() if key not in before}
        assert before.items() <= after.items()
        assert set(fresh.values()) == won
        assert len({sheet for _, sheet, _ in fresh}) == 2  # a table and a therapist
        assert len(fresh) == len(before)


def test_of_32_stays_that_share_a_night_one_is_held_whole_and_no_other_in_part(buyers: ThreadPoolExecutor) -> None:
    for number in range(ROUNDS):
        empty("calendar")
        (won,) = winners(race(buyers, 20 + number, stay_around(MONDAY + timedelta(weeks=number))))
        taken = journey.owners(held=True)
        assert (len(taken), set(taken.values())) == (3, won)
        nights = sorted(date.fromisoformat(day) for _, day, _ in taken)
        assert nights[2] - nights[0] == timedelta(days=2)


def test_who_loses_the_night_does_not_keep_the_tub(buyers: ThreadPoolExecutor) -> None:
    for number in range(ROUNDS):
        empty("calendar")
        (won,) = winners(race(buyers, 40 + number, tub_and_stay_around(MONDAY + timedelta(weeks=number))))
        taken = journey.owners(held=True)
        assert set(taken.values()) == won
        assert len(won) == 4


@pytest.mark.parametrize("want", [lambda n: [massage(MONDAY, 1)], stay_around(MONDAY), tub_and_stay_around(MONDAY)],
                         ids=["massages", "stays", "tubs and stays"])
def test_without_the_condition_more_than_one_wins(buyers: ThreadPoolExecutor, want: Want) -> None:
    """The negative control: were the conditions not needed, the tests above would prove nothing."""
    one_massage_taken(MONDAY)
    always = Path("never-there").does_not_exist()
    with mock.patch.object(claim, "_absent", lambda tick: always):
        assert len(winners(race(buyers, 60, want))) > 1
    empty("requests")
