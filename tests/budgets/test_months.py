"""A sold-out month of massages over five therapists and two tables: few requests, side by side, little CPU.

DESIGN.md's bar is 60 ms, which a machine can't be held to that others share. The yardstick here is the same Queries by
hand, in the same run: whatever else is done between the HTTP event and its answer may cost 60 % on top of them.
"""

import gc
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest

from chalicelib.availability.assign import resources_of
from chalicelib.availability.days import LABELS
from chalicelib.availability.sheets import sheet_key
from chalicelib.aws.tables import connection
from chalicelib.core.ids import random_id
from tests.support import journey
from tests.support.bills import service_path
from tests.support.meter import asked, metered
from tests.support.spa import demo_catalogue

MONTH = service_path("masaje-relajacion", "2027-01-04", 31)
BAR = 1.6


@pytest.fixture(scope="module")
def sold_out(dynamodb: str) -> Iterator[None]:
    """Every half hour of each table, and of each therapist what serves them."""
    shop = demo_catalogue()
    keys = []
    for number in range(31):
        day = date(2027, 1, 4) + timedelta(days=number)
        for name in resources_of(shop, shop.service("masaje-relajacion")):
            ticks = LABELS[8:34] if name.startswith("mesa") else LABELS[8:34:2]
            partition, sort = sheet_key(name, day, shop.calendar_of(name))
            keys.append({"resource": {"S": partition}, "day": {"S": sort}})
            sold = {tick: {"M": {"h": {"S": random_id("lin")}}} for tick in ticks}
            connection().dispatch("PutItem", {"TableName": "test-calendar", "Item": {**keys[-1], **sold}})
    journey.published()
    yield
    for key in keys:
        connection().dispatch("DeleteItem", {"TableName": "test-calendar", "Key": key})


@pytest.mark.timed
def test_a_sold_out_month_of_massages_costs_few_requests_and_little_cpu(sold_out: None) -> None:
    with journey.world():
        journey.send("GET", MONTH)  # the catalogue, and the table's connection
        with metered() as bill:
            journey.send("GET", MONTH)
        with asked() as calls:
            reply = journey.send("GET", MONTH)
        assert bill.counted() == {"Query": 2}
        ratios = []
        for _ in range(3):
            ours, by_hand = _least(lambda: journey.send("GET", MONTH), lambda: [call() for call in calls])
            ratios.append(ours / by_hand)
    states = {day["state"] for day in reply.json["services"][0]["days"]}
    assert states == {"full", "closed"}
    assert min(ratios) <= BAR, ratios


def _least(*works: Callable[[], object]) -> list[float]:
    """Do each in turn, twelve times; return the least CPU seconds of each."""
    spent: list[list[float]] = [[] for _ in works]
    gc.disable()  # garbage of the other tests is not looked for, as in the functions (infra/sam.py `entry`)
    try:
        for _ in range(12):
            for work, seconds in zip(works, spent, strict=True):
                begun = time.process_time()
                work()
                seconds.append(time.process_time() - begun)
    finally:
        gc.enable()
    return [min(seconds) for seconds in spent]
