"""Structured logs and metrics through Powertools. What could name a person, or open a door, never gets here.

Log identifiers, states, counts and codes. A key that is not on the list below is dropped rather than logged, so a
careless call can't leak.
"""

import sys
import traceback
from pathlib import Path
from typing import Any

from aws_lambda_powertools import Logger

_logger = Logger(service="aremko")

ALLOWED = frozenset({
    "area", "attempt", "card", "cart", "code", "consumer", "count", "day", "error", "fact", "fact_type", "job", "kind",
    "line", "mail", "method", "milliseconds", "order", "outcome", "path", "payment", "provider", "queue", "reason",
    "refund", "resource", "route", "service_slug", "stage", "state", "status", "version",
})


def bind(request_id: str, **keys: Any) -> None:
    """Start a request's or message's log: its request id stands in every line that follows."""
    _logger.thread_safe_clear_keys()
    _logger.thread_safe_append_keys(request_id=request_id, **_permitted(keys))


def info(message: str, **keys: Any) -> None:
    """Say what happened, with identifiers and codes."""
    _logger.info(message, extra=_permitted(keys))


def warning(message: str, **keys: Any) -> None:
    """Say what was odd but handled."""
    _logger.warning(message, extra=_permitted(keys))


def exception(message: str, **keys: Any) -> None:
    """Say what failed and where: the error's type, AWS's code for it and its places, never its text or values."""
    kind, error, trail = sys.exc_info()
    places = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trail)]
    found: dict[str, Any] = {"error": kind.__name__ if kind else None, "places": places[-12:]}
    answer = getattr(error, "response", None)
    if isinstance(answer, dict):
        found["aws"] = [getattr(error, "operation_name", None), answer.get("Error", {}).get("Code")]
    elif code := getattr(error, "cause_response_code", None):  # pynamodb's
        found["aws"] = [code]
    _logger.error(message, extra={**_permitted(keys), **found})


def _permitted(keys: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in keys.items() if key in ALLOWED}
