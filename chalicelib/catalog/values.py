"""The small types that the catalogue is made of: texts in two languages, slugs, weekdays, wall times."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Lang = Literal["es", "en"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
WallTime = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
WallSpan = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$")]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Pesos = Annotated[int, Field(strict=True, ge=0, le=10_000_000)]


class Value(BaseModel):
    """A frozen value that knows exactly its own fields; a stray one is a mistake worth telling.

    Its validator is built when first used, and Python compiles its patterns (once each): both shorten cold starts.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", regex_engine="python-re", defer_build=True)


class Text(Value):
    """A user-visible text in both languages of the spa."""

    es: Line
    en: Line

    def say(self, lang: Lang) -> str:
        """Return the text in `lang`."""
        return self.en if lang == "en" else self.es


class Days(Value):
    """A range of local dates, both ends included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def length(self) -> int:
        return (self.last - self.first).days + 1


class Holiday(Value):
    """A public holiday of Chile: prices may say something about it."""

    day: date
    name: Text


def weekday_of(day: date) -> Weekday:
    """Name the weekday of a local date.

    >>> weekday_of(date(2026, 12, 1))
    'tue'
    """
    return WEEKDAYS[day.weekday()]


def iso_weekdays(names: Sequence[Weekday]) -> list[int]:
    """Turn weekday names into ISO numbers (Monday is 1), in order.

    >>> iso_weekdays(["sun", "tue"])
    [2, 7]
    """
    return sorted(WEEKDAYS.index(name) + 1 for name in names)


def minutes_of(wall: WallTime) -> int:
    """Minutes since midnight of a wall time.

    >>> minutes_of("17:30")
    1050
    """
    return int(wall[:2]) * 60 + int(wall[3:])
