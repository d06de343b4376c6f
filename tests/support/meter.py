"""Counts AWS requests and DynamoDB capacity units at the botocore layer: what the promises of DESIGN.md §7 are about.

Units are those the emulator reports for `ReturnConsumedCapacity=TOTAL`. It reports none for BatchGetItem; there they
are worked out by the documented formula (PROVIDERS.md §F.1: half a unit per 4 KB and item, eventually consistent).
"""

import math
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from botocore.client import BaseClient

READS = frozenset({"GetItem", "BatchGetItem", "Query"})
TRANSACTIONS = frozenset({"TransactWriteItems"})
WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"})
SCANS = frozenset({"Scan", "ExecuteStatement", "BatchExecuteStatement"})
_METERED = READS | TRANSACTIONS | WRITES | SCANS | {"TransactGetItems"}
_READ_BYTES = 4096


@dataclass(frozen=True)
class Request:
    """One request: the service, the operation, and its DynamoDB read or write units (0 for other services)."""

    service: str
    operation: str
    units: float
    keys: tuple[tuple[str, str], ...] = ()


@dataclass
class Bill:
    """Everything that was asked of AWS while the meter ran."""

    requests: list[Request] = field(default_factory=list)

    def _of(self, operations: frozenset[str]) -> list[Request]:
        return [request for request in self.requests if request.operation in operations]

    @property
    def reads(self) -> int:
        return len(self._of(READS))

    @property
    def read_units(self) -> float:
        return sum(request.units for request in self._of(READS))

    @property
    def transactions(self) -> int:
        return len(self._of(TRANSACTIONS))

    @property
    def writes(self) -> int:
        """Single writes, outside transactions."""
        return len(self._of(WRITES))

    @property
    def write_units(self) -> float:
        return sum(request.units for request in self._of(WRITES | TRANSACTIONS))

    @property
    def scans(self) -> int:
        return len(self._of(SCANS))

    def counted(self) -> dict[str, int]:
        """Return how often each operation was asked for."""
        return dict(Counter(request.operation for request in self.requests))

    def written_keys(self) -> list[tuple[str, str]]:
        """Return (table, key) of every item that a transaction touched, in order."""
        return [key for request in self._of(TRANSACTIONS) for key in request.keys]


@contextmanager
def metered() -> Iterator[Bill]:
    """Count every botocore request of this process until the block ends."""
    bill = Bill()
    original = BaseClient._make_api_call

    def counting(self: Any, operation: str, kwargs: dict[str, Any]) -> Any:
        service = self.meta.service_model.service_name
        if service == "dynamodb" and operation in _METERED:
            kwargs = {**kwargs, "ReturnConsumedCapacity": "TOTAL"}
        answer = original(self, operation, kwargs)
        bill.requests.append(Request(service, operation, _units(operation, kwargs, answer), _keys(kwargs)))
        return answer

    BaseClient._make_api_call = counting
    try:
        yield bill
    finally:
        BaseClient._make_api_call = original


def item_bytes(item: dict[str, Any]) -> int:
    """Return the size of a stored item: names and values in UTF-8, as the developer guide counts them."""
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def _value_bytes(value: dict[str, Any]) -> int:
    kind, content = next(iter(value.items()))
    if kind == "S":
        return len(content.encode())
    if kind == "N":
        return (len(content.lstrip("-").replace(".", "")) + 1) // 2 + 1
    if kind == "B":
        return len(content)
    if kind == "M":
        return 3 + sum(len(name.encode()) + 1 + _value_bytes(inner) for name, inner in content.items())
    if kind == "L":
        return 3 + sum(1 + _value_bytes(inner) for inner in content)
    return sum(len(str(entry).encode()) for entry in content) if kind in ("SS", "NS", "BS") else 1


def _units(operation: str, kwargs: dict[str, Any], answer: dict[str, Any]) -> float:
    if operation == "BatchGetItem":
        return _batch_units(kwargs, answer)
    said = answer.get("ConsumedCapacity") if isinstance(answer, dict) else None
    if isinstance(said, list):
        return float(sum(table["CapacityUnits"] for table in said))
    return float(said["CapacityUnits"]) if said else 0.0


def _batch_units(kwargs: dict[str, Any], answer: dict[str, Any]) -> float:
    """Half a unit per 4 KB of each item found, and half a unit for each key without one."""
    asked = sum(len(request["Keys"]) for request in kwargs["RequestItems"].values())
    items = [item for found in answer["Responses"].values() for item in found]
    sizes = sum(math.ceil(item_bytes(item) / _READ_BYTES) for item in items)
    return 0.5 * (sizes + asked - len(items))


def _keys(kwargs: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return the table and key of each item in a transaction, as text."""
    found = []
    for step in kwargs.get("TransactItems", ()):
        request = next(iter(step.values()))
        key = request.get("Key") or _key_of(request["Item"])
        found.append((request["TableName"], "/".join(str(next(iter(value.values()))) for value in key.values())))
    return tuple(found)


def _key_of(item: dict[str, Any]) -> dict[str, Any]:
    names = next(names for names in (("pk", "sk"), ("resource", "day"), ("cart",)) if names[0] in item)
    return {name: item[name] for name in names if name in item}
