"""Dates, hours and sentences as a guest reads them."""

import json
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from ..core.clock import spa_time
from ..core.months import in_words
from ..core.texts import Lang

_WEEKDAYS: dict[Lang, tuple[str, ...]] = {
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_A_NIGHT = timedelta(hours=12)  # longer than this is a stay, whose last day is worth naming


@cache
def _texts(lang: Lang) -> dict[str, str]:
    loaded: dict[str, str] = json.loads((Path(__file__).parent / "texts" / f"{lang}.json").read_text(encoding="utf-8"))
    return loaded


def text(code: str, lang: Lang, **params: Any) -> str:
    """Return a mail's sentence. Raises KeyError for a code or a value that is missing: a mail has no blanks."""
    return _texts(lang)[code].format(**params)


def long_day(instant: datetime, lang: Lang) -> str:
    """Return the date at the spa, in words.

    >>> from datetime import UTC
    >>> long_day(datetime(2026, 12, 3, 1, tzinfo=UTC), "es"), long_day(datetime(2026, 12, 3, 1, tzinfo=UTC), "en")
    ('miércoles 2 de diciembre de 2026', 'Wednesday, 2 December 2026')
    """
    day = spa_time(instant)
    between = " " if lang == "es" else ", "
    return f"{_WEEKDAYS[lang][day.weekday()]}{between}{in_words(day.date(), lang)}"


def moment(instant: datetime, lang: Lang) -> str:
    """Return the date and the hour at the spa, in words.

    >>> from datetime import UTC
    >>> moment(datetime(2026, 12, 3, 1, tzinfo=UTC), "es")
    'miércoles 2 de diciembre de 2026, 22:00'
    """
    return f"{long_day(instant, lang)}, {spa_time(instant):%H:%M}"


def hours(start: datetime, end: datetime, lang: Lang) -> str:
    """Return from when to when, by the spa's clocks; a stay also names its last day."""
    first, last = f"{spa_time(start):%H:%M}", f"{spa_time(end):%H:%M}"
    if end - start > _A_NIGHT:
        return text("nights", lang, start=first, end_day=long_day(end, lang), end=last)
    return text("hours", lang, start=first, end=last)


def guests(count: int, lang: Lang) -> str:
    """Return the number of guests, in words."""
    return text("guests_one", lang) if count == 1 else text("guests_many", lang, guests=count)


def nights(count: int, lang: Lang) -> str:
    """Return the number of nights, in words."""
    return text("stay_one", lang) if count == 1 else text("stay_many", lang, nights=count)


def first_name(name: str) -> str:
    """Return the name to greet somebody by.

    >>> first_name("  Ana María Soto "), first_name("")
    ('Ana', '')
    """
    return name.split()[0] if name.split() else ""
