"""Signed list cursors: opaque to the caller, and impossible to make up."""

import json
from typing import Any

from itsdangerous import BadSignature

from ..core.errors import Malformed
from .signed import serializer


def write_cursor(list_name: str, position: Any) -> str:
    """Return the cursor that continues the list after `position` (any JSON value)."""
    return str(serializer(f"cursor.{list_name}").dumps(position))


def read_cursor(list_name: str, cursor: str) -> Any:
    """Return the position; raises Malformed for a cursor of another list or of nobody."""
    try:
        return serializer(f"cursor.{list_name}").loads(cursor)
    except (BadSignature, json.JSONDecodeError) as error:
        raise Malformed("cursor_invalid") from error
