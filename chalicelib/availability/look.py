"""The calendar as it is at one moment, asked again and again: each service's day is worked out once. Pure."""

from __future__ import annotations

from datetime import date, datetime
from functools import cached_property

from ..catalog.model import Catalogue, Service
from .days import Start
from .model import DayAvailability, availability, choices_at
from .sheets import Sheets


class Look:
    """A catalogue, its sheets and the present: what combines several services asks the one availability function here.

    Ticks of the claim `own` count as free.
    """

    def __init__(self, catalogue: Catalogue, sheets: Sheets, now: datetime, own: str = "") -> None:
        self.catalogue, self.sheets, self.now, self.own = catalogue, sheets, now, own
        self._days: dict[tuple[str, int, date], DayAvailability] = {}

    def day(self, service: Service, guests: int, day: date) -> DayAvailability:
        """Return `availability` of a service on a day."""
        key = (service.slug, guests, day)
        if key not in self._days:
            [self._days[key]] = availability(self.catalogue, service, [day], guests, self.sheets, self.now, self.own)
        return self._days[key]

    def choices(self, service: Service, start: Start, guests: int) -> list[list[str]]:
        """Return `choices_at` of a start."""
        return choices_at(self.catalogue, service, start, guests, self.sheets, self.now, self.own)

    @cached_property
    def only_blocked(self) -> Look:
        """The same without bookings and holds: what the house offers if nobody else comes."""
        sheets = {
            key: {index: mark for index, mark in sheet.items() if mark.is_block} for key, sheet in self.sheets.items()
        }
        return Look(self.catalogue, sheets, self.now)
