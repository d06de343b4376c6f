"""Day sheets as values: who occupies which half hour of a resource's day, and what a booking would occupy. Pure.

a tick   absent ──take(until)──► held {h: claim, u: until} ──take(no until)──► confirmed {h: claim}
           ▲                        │ u < now: lapsed, loses to anybody            │
           └──────────── release ───┴───────────────── release ───────────────────┘
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, NamedTuple

from ..core.shapes import Value
from .days import INDEX_OF, Tick

BLOCK_PREFIX = "block:"


class Mark(NamedTuple):
    """One occupied tick: the claim that has it, and until when (epoch seconds) if it is only a hold."""

    claim: str
    until: int | None = None

    @property
    def is_block(self) -> bool:
        return self.claim.startswith(BLOCK_PREFIX)

    def lives(self, now: int) -> bool:
        """Tell whether it still counts at `now` (epoch seconds): a lapsed hold does not."""
        return self.until is None or self.until >= now


DaySheet = Mapping[int, Mark]
"""One resource's day: marks by tick index (`days.INDEX_OF`)."""

Sheets = Mapping[tuple[str, date], DaySheet]
"""Sheets by resource and day; a missing one is an empty one."""

EMPTY: DaySheet = {}
TAKEN = Mark("this-request")


class Place(Value):
    """Some ticks of one resource on one day. `calendar` is the partition it shares, empty when it has its own."""

    resource: str
    day: date
    ticks: tuple[Tick, ...]
    calendar: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """Where the day sheet is: partition and sort key (see `table.py`)."""
        return sheet_key(self.resource, self.day, self.calendar)


def sheet_key(resource: str, day: date, calendar: str = "") -> tuple[str, str]:
    """Return the key of a day sheet: a partition of its own, or one item of a shared partition.

    >>> sheet_key("hornopiren", date(2026, 12, 2)), sheet_key("paula", date(2026, 12, 2), "masajes")
    (('hornopiren', '2026-12-02'), ('masajes', '2026-12-02#paula'))
    """
    return (calendar, f"{day.isoformat()}#{resource}") if calendar else (resource, day.isoformat())


class Occupied(Value):
    """Everything one booking occupies. A cart line keeps it (`model_dump(mode="json")`) to take and release by."""

    places: tuple[Place, ...]

    @property
    def resources(self) -> tuple[str, ...]:
        return tuple(place.resource for place in self.places)


class Claimed(NamedTuple):
    """A claim and what it occupies."""

    claim: str
    spot: Occupied


def day_sheet(item: Mapping[str, Any]) -> DaySheet:
    """Read a stored sheet in DynamoDB's own form (`{"t1700": {"M": {"h": {"S": …}, "u": {"N": …}}}, …}`)."""
    marks: dict[int, Mark] = {}
    for name, value in item.items():
        index = INDEX_OF.get(name)
        if index is not None:
            fields = value["M"]
            until = fields.get("u")
            marks[index] = Mark(fields["h"]["S"], int(until["N"]) if until else None)
    return marks


def with_spot(sheets: Sheets, spot: Occupied) -> Sheets:
    """Return the sheets as they will be once a spot is taken: what the rest of the same request has to reckon with."""
    after = dict(sheets)
    for place in spot.places:
        marks = dict.fromkeys((INDEX_OF[tick] for tick in place.ticks), TAKEN)
        after[place.resource, place.day] = {**after.get((place.resource, place.day), EMPTY), **marks}
    return after


def without(sheets: Sheets, claims: Collection[str]) -> Sheets:
    """Return the sheets as they are for whoever has these claims: what is one's own is not in the way."""
    return {key: {index: mark for index, mark in sheet.items() if mark.claim not in claims}
            for key, sheet in sheets.items()}


class Masks(NamedTuple):
    """The half hours of a sheet that count at a moment, as bits: sold, held by somebody paying, and blocked."""

    sold: int
    held: int
    blocked: int

    @property
    def busy(self) -> int:
        return self.sold | self.held | self.blocked


FREE = Masks(0, 0, 0)


def masks_of(sheet: DaySheet, now: int, own: str = "") -> Masks:
    """Sort a sheet's living marks, leaving out those of the claim `own`."""
    sold = held = blocked = 0
    for index, mark in sheet.items():
        if mark.claim == own or not mark.lives(now):
            continue
        if mark.is_block:
            blocked |= 1 << index
        elif mark.until is None:
            sold |= 1 << index
        else:
            held |= 1 << index
    return Masks(sold, held, blocked)
