"""The emulator's tables as a whole: read, emptied, and put back as they were."""

from collections.abc import Iterator
from typing import Any

from tests.support import direct

KEYS = {"calendar": ("resource", "day"), "carts": ("cart",),
        **dict.fromkeys(("requests", "notifications", "items"), ("pk",)),
        **dict.fromkeys(("orders", "payments", "giftcards", "catalog", "feeds", "waitlist"), ("pk", "sk"))}
_MOST_AT_ONCE = 25  # writes of a BatchWriteItem

Items = list[dict[str, Any]]


def scan(area: str) -> Items:
    """Return every item of a table, as DynamoDB holds it, in an order of its own."""
    asked = {"TableName": f"test-{area}", "ConsistentRead": True}
    page = direct.ask("Scan", asked)
    items: Items = page["Items"]
    while last := page.get("LastEvaluatedKey"):
        page = direct.ask("Scan", {**asked, "ExclusiveStartKey": last})
        items += page["Items"]
    return sorted(items, key=repr)


def empty(area: str) -> None:
    """Remove every item of a table."""
    put_back(area, [])


def put_back(area: str, before: Items) -> None:
    """Make a table what it was when these were its items."""
    was, now = ({_key(area, item): item for item in items} for items in (before, scan(area)))
    writes = [{"DeleteRequest": {"Key": {name: now[key][name] for name in KEYS[area]}}} for key in now.keys() - was]
    writes += [{"PutRequest": {"Item": item}} for key, item in was.items() if now.get(key) != item]
    for batch in _batches(writes):
        answer = direct.ask("BatchWriteItem", {"RequestItems": {f"test-{area}": batch}})
        assert not answer.get("UnprocessedItems")


def _key(area: str, item: dict[str, Any]) -> str:
    return repr([item[name] for name in KEYS[area]])


def _batches(writes: list[Any]) -> Iterator[list[Any]]:
    for first in range(0, len(writes), _MOST_AT_ONCE):
        yield writes[first:first + _MOST_AT_ONCE]
