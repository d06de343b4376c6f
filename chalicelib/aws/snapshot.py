"""Several items as they are at one moment, between two transactions and not in the middle of one."""

import random
import time
from typing import Any

from pynamodb.exceptions import DoesNotExist, TransactGetError
from pynamodb.transactions import TransactGet

from ..core.errors import Retryable
from .tables import BaseTable, connection

MOST = 100
_ATTEMPTS = 6
_BASE_WAIT_SECONDS = 0.02


def snapshot(*wanted: tuple[type[BaseTable], str, str]) -> list[Any]:
    """Return the items of some keys (model, partition, sort key), None for each that is not there. One request.

    It is asked again while somebody writes to one of them. Raises Retryable("busy").
    """
    for attempt in range(_ATTEMPTS):
        try:
            with TransactGet(connection=connection()) as read:
                found = [read.get(model, partition, sort) for model, partition, sort in wanted]
            return [_there(one) for one in found]
        except TransactGetError:
            time.sleep(random.uniform(0, _BASE_WAIT_SECONDS * 2**attempt))
    raise Retryable("busy")


def _there(promised: Any) -> Any:
    try:
        return promised.get()
    except DoesNotExist:
        return None
