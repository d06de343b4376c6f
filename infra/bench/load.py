"""Loads years of business into the emulator's tables: orders, their facts and payments, and full day sheets.

Every item is a copy of one that the application wrote, under a new key. `orders` is what is wanted; loading stops at
`seconds`, and the number that was reached is what the report states.
"""

import copy
import multiprocessing
import os
import time
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import botocore.session
from botocore.config import Config

from tests.support import journey

TUBS = ("hornopiren", "tronador", "osorno", "calbuco", "puntiagudo", "llaima", "villarrica", "puyehue")
PER_DAY = 36  # bookings of a day on which every tub is sold out
BATCH = 25
WORKERS = 2
FIRST_DAY = date(2026, 12, 20)
Item = dict[str, Any]
Put = tuple[str, Item]


def load(order: str, *, orders: int, seconds: float, skip: int = 0) -> int:
    """Load up to `orders` copies of an order for at most `seconds`, after the first `skip`; return how many."""
    pattern = _pattern(order)
    deadline = time.monotonic() + seconds
    parts = [(pattern, skip + n, orders, WORKERS, deadline) for n in range(WORKERS)]
    with multiprocessing.get_context("spawn").Pool(WORKERS) as pool:
        return sum(pool.starmap(_load_part, parts))


def _pattern(order: str) -> dict[str, list[Item]]:
    """Return the items of one order as the application left them."""
    from chalicelib.aws import settings
    from chalicelib.aws.tables import connection

    items = journey.items_of(order)
    [payment] = [name["S"] for name in _listed(next(item for item in items if item["sk"]["S"] == "order"))]
    found = connection().dispatch("GetItem", {"TableName": settings.table("payments"), "Key": {
        "pk": {"S": f"payment#{payment}"}, "sk": {"S": "payment"}}})
    return {settings.table("orders"): items, settings.table("payments"): [found["Item"]]}


def _listed(item: Item) -> list[Item]:
    import json

    return [{"S": name} for name in json.loads(item["payments"]["S"])]


def _load_part(pattern: dict[str, list[Item]], first: int, orders: int, step: int, deadline: float) -> int:
    client = botocore.session.get_session().create_client(
        "dynamodb", region_name="sa-east-1", config=Config(parameter_validation=False, user_agent="load"))
    batch: list[Put] = []
    done = 0
    for number in range(first, orders, step):
        batch.extend(_order(pattern, number))
        if number % PER_DAY < step:
            batch.extend(_sheets(number // PER_DAY))
        while len(batch) >= BATCH:
            _write(client, batch[:BATCH])
            del batch[:BATCH]
        done += 1
        if done % 50 == 0 and time.monotonic() > deadline:
            break
    if batch:
        _write(client, batch)
    return done


def _order(pattern: dict[str, list[Item]], number: int) -> Iterator[Put]:
    name = f"LOAD-{number:08d}"
    for table, items in pattern.items():
        for item in items:
            fresh = copy.copy(item)
            fresh["pk"] = {"S": name if "order" in table else f"payment#pay_{number:022d}"}
            if item["sk"]["S"].startswith("fact#"):
                fresh["sk"] = {"S": f"fact#{name}.{item['sk']['S'][-8:]}"}
            yield table, fresh


def _sheets(nth_day: int) -> Iterator[Put]:
    """Yield the sheets of a sold-out day: fifty years of them are in reach of the calendar's dates."""
    day = (FIRST_DAY + timedelta(days=nth_day)).isoformat()
    table = os.environ["CALENDAR_TABLE"]
    for tub in TUBS:
        ticks = {f"t{hour:02}{minute}": {"M": {"h": {"S": f"lin_{nth_day:015d}{hour:07d}"}}}
                 for hour in range(12, 24) for minute in ("00", "30")}
        yield table, {"resource": {"S": tub}, "day": {"S": day}, "expires": {"N": "4000000000"}, **ticks}


def _write(client: Any, puts: list[Put]) -> None:
    requests: dict[str, list[Any]] = {}
    for table, item in puts:
        requests.setdefault(table, []).append({"PutRequest": {"Item": item}})
    while requests:
        requests = client.batch_write_item(RequestItems=requests).get("UnprocessedItems") or {}
