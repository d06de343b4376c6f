"""The calendar table: one item per resource and day. What DESIGN.md §5 calls a day sheet.

Keys. A resource that guests choose by name (a tub, a cabin) has a partition of its own: `hornopiren` / `2026-12-02`.
Resources of a pool with a shared calendar (treatment tables, therapists) have an item each too, but side by side in one
partition, so that a month of all of them is one query: `masajes` / `2026-12-02#paula`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import product
from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from ..aws import settings
from ..aws.tables import BaseTable, connection
from ..catalog.model import Catalogue
from ..core.errors import Retryable
from .sheets import DaySheet, Sheets, day_sheet, sheet_key

BATCH_KEYS = 100
BATCH_DAYS = 3
"""So few days of several partitions are asked for sheet by sheet, in one request."""
QUERY_DAYS = 16
"""Days in one query: sixteen fully sold days of one tub are 16 KB, that is 2 eventually consistent read units."""
THREADS = 8
MOST_QUERIES = 4
KEPT_DAYS = 400
"""Days a sheet is kept after its day, for reports and disputes; then TTL removes it."""


class Sheet(BaseTable):
    """A day sheet. Its ticks are attributes of their own (`t1700 = {"h": claim, "u": until}`), read raw."""

    class Meta:
        area = "calendar"
        table_name = None

    resource = UnicodeAttribute(hash_key=True)
    day = UnicodeAttribute(range_key=True)
    expires = NumberAttribute(null=True)


def read_days(catalogue: Catalogue, resources: Iterable[str], first: date, last: date) -> Sheets:
    """Return the sheets of some resources from `first` to `last` (both included); a missing one is empty.

    Eventually consistent: what it shows is a hint, the claim's condition decides. Requests: one Query per partition and
    QUERY_DAYS days; several partitions on up to BATCH_DAYS days are one BatchGetItem per 100 keys. Two or more Queries
    run side by side, at most THREADS at once.
    """
    partitions: dict[str, dict[str, str]] = {}
    for name in resources:
        calendar = catalogue.calendar_of(name)
        partitions.setdefault(calendar or name, {})[f"#{name}" if calendar else ""] = name
    if (last - first).days < BATCH_DAYS and len(partitions) > 1:
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        return _batch(catalogue, product([name for names in partitions.values() for name in names.values()], days))
    reads = [
        _query_of(partition, names, since, until)
        for partition, names in partitions.items()
        for since, until in _stretches(first, last)
    ]
    return _gather(reads)


def read_nights(resource: str, first: date, last: date, *, consistent: bool = False) -> Sheets:
    """Return the sheets of a resource let by the night from `first` to `last` (both included). One Query.

    However long the time is: such a sheet has one tick, so that a year of them is a few read units.
    """
    return _query_of(resource, {"": resource}, first, last, consistent=consistent)()


def read_sheets(catalogue: Catalogue, wanted: Iterable[tuple[str, date]]) -> Sheets:
    """Return the sheets of some resources on some days each; a missing one is empty.

    Queries as `read_days` when they lie side by side in one partition, else one BatchGetItem per 100; eventually
    consistent.
    """
    pairs = list(dict.fromkeys(wanted))
    if not pairs:
        return {}
    partitions = {catalogue.calendar_of(name) or name for name, _ in pairs}
    days = sorted({day for _, day in pairs})
    if len(partitions) == 1 and (days[-1] - days[0]).days < MOST_QUERIES * QUERY_DAYS:
        return read_days(catalogue, [name for name, _ in pairs], days[0], days[-1])
    return _batch(catalogue, pairs)


Read = Callable[[], dict[tuple[str, date], DaySheet]]


def _gather(reads: Sequence[Read]) -> Sheets:
    sheets: dict[tuple[str, date], DaySheet] = {}
    if len(reads) > 1:
        connection().client  # made once, before the threads: making it is not thread-safe  # noqa: B018
        with ThreadPoolExecutor(max_workers=min(THREADS, len(reads))) as pool:
            for found in pool.map(lambda read: read(), reads):
                sheets.update(found)
    else:
        for read in reads:
            sheets.update(read())
    return sheets


def _stretches(first: date, last: date) -> list[tuple[date, date]]:
    """Cut a range into stretches of at most QUERY_DAYS days."""
    step = timedelta(days=QUERY_DAYS)
    starts = [first + step * n for n in range((last - first).days // QUERY_DAYS + 1)]
    return [(start, min(last, start + step - timedelta(days=1))) for start in starts]


def _query_of(partition: str, names: dict[str, str], first: date, last: date, *, consistent: bool = False) -> Read:
    request: dict[str, Any] = {
        "TableName": settings.table("calendar"),
        "ConsistentRead": consistent,
        "KeyConditionExpression": "#r = :r AND #d BETWEEN :first AND :last",
        "ExpressionAttributeNames": {"#r": "resource", "#d": "day"},
        "ExpressionAttributeValues": {
            ":r": {"S": partition},
            ":first": {"S": first.isoformat()},
            ":last": {"S": last.isoformat() + "~"},
        },
    }

    def read() -> dict[tuple[str, date], DaySheet]:
        sheets: dict[tuple[str, date], DaySheet] = {}
        page = request
        while True:
            answer = connection().dispatch("Query", page)
            for item in answer["Items"]:
                sort = item["day"]["S"]
                name = names.get(sort[10:])
                if name is not None:
                    sheets[name, date.fromisoformat(sort[:10])] = day_sheet(item)
            if "LastEvaluatedKey" not in answer:
                return sheets
            page = {**request, "ExclusiveStartKey": answer["LastEvaluatedKey"]}

    return read


def _batch(catalogue: Catalogue, wanted: Iterable[tuple[str, date]]) -> Sheets:
    sheet_of = {sheet_key(name, day, catalogue.calendar_of(name)): (name, day) for name, day in wanted}
    table = settings.table("calendar")
    keys = [{"resource": {"S": partition}, "day": {"S": sort}} for partition, sort in sheet_of]
    sheets: dict[tuple[str, date], DaySheet] = {}
    while keys:
        answer = connection().dispatch("BatchGetItem", {"RequestItems": {table: {"Keys": keys[:BATCH_KEYS]}}})
        for item in answer["Responses"].get(table, []):
            sheets[sheet_of[item["resource"]["S"], item["day"]["S"]]] = day_sheet(item)
        unread = answer.get("UnprocessedKeys", {}).get(table, {}).get("Keys", [])
        if len(unread) == len(keys[:BATCH_KEYS]):
            raise Retryable("busy")
        keys = [*unread, *keys[BATCH_KEYS:]]
    return sheets
