"""A channel's reading against buyers of the same night: one of them has it, and a clash is never silent."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from unittest import mock

import pytest
from pynamodb.expressions.operand import Path

from chalicelib.availability import block
from chalicelib.availability.claim import take
from chalicelib.availability.days import NIGHT, NIGHT_INDEX
from chalicelib.availability.sheets import Occupied, Place
from chalicelib.availability.table import read_nights
from chalicelib.aws.tables import connection
from chalicelib.aws.transactions import Transaction
from chalicelib.core.clock import FixedClock
from chalicelib.core.errors import Conflict, Retryable
from chalicelib.feeds import read, table
from chalicelib.feeds.model import Feed
from chalicelib.feeds.nights import Heard
from chalicelib.items import table as items
from tests.support.spa import NOW

BUYERS, ROUNDS = 7, 30
CLOCK = FixedClock(NOW)


@pytest.fixture(scope="module")
def crowd(dynamodb: str) -> Iterator[ThreadPoolExecutor]:
    assert connection().client is not None  # made before the threads
    with ThreadPoolExecutor(max_workers=BUYERS + 1) as pool:
        yield pool


def opened(channel: str) -> Feed:
    tx = Transaction()
    table.saved(tx, Feed(cabin="tepa", channel=channel, edition="lnk", url="https://calendar.test/"))
    tx.commit()
    return table.load("tepa", channel)


def buy(day: date, who: str, gate: threading.Barrier) -> str | None:
    tx = Transaction()
    take(tx, who, Occupied(places=(Place(resource="tepa", day=day, ticks=(NIGHT,)),)), None, NOW)
    gate.wait()
    try:
        tx.commit()
    except (Conflict, Retryable):
        return None
    return who


def hear(feed: Feed, day: date, gate: threading.Barrier) -> None:
    gate.wait()
    said = Heard(frozenset([day]), frozenset([day]))
    with mock.patch.object(read, "nights_in", lambda *_: said), mock.patch.object(read, "fetch", lambda *_: b""):
        read.read(feed, CLOCK)


def one_round(pool: ThreadPoolExecutor, number: int) -> tuple[list[str], str, bool]:
    """Return which buyers believe they have the night, who has it, and whether a clash was told."""
    day, gate = date(2026, 12, 2) + timedelta(days=number), threading.Barrier(BUYERS + 1)
    feed = opened(f"airbnb-{number}")
    buyers = [pool.submit(buy, day, f"buyer-{number}-{who}", gate) for who in range(BUYERS)]
    pool.submit(hear, feed, day, gate).result()
    sold = [who for who in (buyer.result() for buyer in buyers) if who]
    holder = read_nights("tepa", day, day, consistent=True)["tepa", day][NIGHT_INDEX].claim
    waiting, _ = items.waiting(limit=200)
    return sold, holder, f"airbnb-{number}" in {item.about["channel"] for item in waiting}


def test_the_night_has_one_owner_and_whoever_bought_it_keeps_it_while_the_clash_is_told(
        crowd: ThreadPoolExecutor) -> None:
    for number in range(ROUNDS):
        sold, holder, told = one_round(crowd, number)
        assert (sold, told) in (([], False), ([holder], True))
        assert holder in (*sold, f"block:feed.tepa.airbnb-{number}")


def test_without_the_condition_a_buyer_loses_the_night_to_the_channel(crowd: ThreadPoolExecutor) -> None:
    """The negative control: were the condition not needed, the test above would prove nothing."""
    with mock.patch.object(block, "_free_or_hold", lambda *_: Path("never-there").does_not_exist()), \
            mock.patch.object(read, "plan", lambda feed, said, sheets: read.Plan(sorted(said.nights), [], set(), 1)):
        rounds = [one_round(crowd, 100 + number) for number in range(10)]
    assert any(sold and sold != [holder] for sold, holder, _ in rounds)
