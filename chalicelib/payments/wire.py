"""Reading a provider's JSON tolerantly: numbers come as strings, objects as strings, properties may be null or of
another type without notice. Money alone is strict: whole pesos or nothing.
"""

import json
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from ..core.clock import spa_date
from ..core.money import Clp

_MAX_DIGITS = 15


def whole_pesos(value: Any) -> Clp | None:
    """Return a provider's number as pesos; None for decimals, negatives, and whatever is not a number.

    >>> whole_pesos("12000.00"), whole_pesos(12000), whole_pesos("12000.50"), whole_pesos(True)
    (12000, 12000, None, None)
    """
    found = number(value)
    if found is None or found < 0 or found != found.to_integral_value():
        return None
    return Clp(int(found))


def rounded(value: Any) -> int | None:
    """Return a number rounded half up to whole pesos, as for fees; None for what is no number."""
    found = number(value)
    return None if found is None else int(found.quantize(Decimal(1), ROUND_HALF_UP))


def number(value: Any) -> Decimal | None:
    """Return a JSON number, or a string that spells one, exactly; None for anything else, or absurdly large."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        found = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found.adjusted()) < _MAX_DIGITS else None


def integer_text(value: Any) -> str:
    """Return a whole number as its digits, however it was written; empty for anything else.

    >>> integer_text(2.0), integer_text(" 2 "), integer_text("2.5")
    ('2', '2', '')
    """
    found = number(value)
    return str(int(found)) if found is not None and found == found.to_integral_value() else ""


def text(value: Any) -> str:
    """Return a JSON scalar as text; empty for null, objects and lists."""
    if value is None or isinstance(value, dict | list):
        return ""
    return str(value).strip()


def day_in(value: Any) -> date | None:
    """Return the day of a time in the spa's calendar; one without a zone is the spa's wall time already.

    >>> day_in("2026-12-01 23:59:59"), day_in("2026-12-02T02:30:00.000Z"), day_in("soon")
    (datetime.date(2026, 12, 1), datetime.date(2026, 12, 1), None)
    """
    try:
        found = datetime.fromisoformat(text(value))
    except ValueError:
        return None
    return found.date() if found.tzinfo is None else spa_date(found)


def nested(value: Any) -> dict[str, Any]:
    """Return an object that may have come as its JSON text; empty for anything else."""
    if isinstance(value, str):
        try:
            value = json.loads(value, parse_float=Decimal, parse_constant=str)
        except (ValueError, RecursionError):
            return {}
    return value if isinstance(value, dict) else {}


def rows(value: Any) -> list[dict[str, Any]]:
    """Return the objects of a list; empty for anything else."""
    found = [nested(row) for row in value] if isinstance(value, list) else []
    return [row for row in found if row]
