"""Why something can't be booked: machine codes, their sentences, and the error each one means to a buyer. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple

from ..catalog.model import Service
from ..core.errors import Conflict, DomainError, Invalid
from ..core.texts import Lang, sentence
from .days import MOST_TICKS, TICK_MINUTES, wall_of_tick
from .sheets import DaySheet, Mark

_WEEKDAYS_ES = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábados", "domingos")
_WEEKDAYS_EN = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


class Reason(NamedTuple):
    """A code and what its sentence needs. `competition`: another booking is in the way, not a rule of the house."""

    code: str
    params: Mapping[str, Any] = MappingProxyType({})
    competition: bool = False

    def say(self, lang: Lang) -> str:
        """Return the sentence for people; `turnaround_until_16:30` shares its sentence with every other hour."""
        key = "turnaround_until" if self.code.startswith("turnaround_until_") else self.code
        return sentence(key, lang, **self.params)

    def refusal(self, **params: Any) -> DomainError:
        """Return the error a buyer gets: what occupies the slot is `slot_taken` (409), a rule keeps its code (422)."""
        if self.competition or self.code in {"blocked", "no_therapist", "no_table", "no_tub", "no_cabin"}:
            return Conflict("slot_taken", **params)
        return Invalid(self.code, **{**params, **self.params})


def closed_weekday(day: date) -> Reason:
    """The house is closed on that day of the week."""
    weekday = day.weekday()
    return Reason("closed_weekday", {"weekday_es": _WEEKDAYS_ES[weekday], "weekday_en": _WEEKDAYS_EN[weekday]})


def guests_refused(service: Service, guests: int) -> Reason | None:
    """Tell whether the party is too small or too big for the service."""
    if guests > service.max_guests:
        return Reason("too_many_guests", {"max": service.max_guests})
    if guests < service.min_guests:
        return Reason("too_few_guests", {"min": service.min_guests})
    return None


def taken(service: Service, day: date, sheet: DaySheet, mask: int, now: int, own: str) -> Reason:
    """Say what occupies a named resource: a booking, or only the turn-around after one."""
    until = _turnaround_until(service, sheet, mask, now, own)
    if until is None:
        return Reason("slot_taken", competition=True)
    wall = wall_of_tick(day, until)
    return Reason(f"turnaround_until_{wall}", {"until": wall}, competition=True)


def _turnaround_until(service: Service, sheet: DaySheet, mask: int, now: int, own: str) -> int | None:
    """Return the tick at which the turn-around in the way is over; None if anything else is in the way.

    sheet   ▓▓▓▓▓▓▓▓▒▒            ▓ a booking, ▒ its turn-around (the last ticks of its run)
    asked           ░░░░░░        ░ in conflict with ▒ alone: free again when ▒ ends
    """
    buffer = -(-service.after_minutes // TICK_MINUTES)
    if not buffer:
        return None
    latest = 0
    for index, mark in sheet.items():
        if mask >> index & 1 and mark.claim != own and mark.lives(now):
            end = _end_of_run(sheet, index)
            if index < end - buffer or index >= MOST_TICKS:
                return None
            latest = max(latest, end)
    return latest or None


def _end_of_run(marks: Mapping[int, Mark], index: int) -> int:
    """Return the first tick after `index` that is not the same claim's."""
    claim = marks[index].claim
    while index in marks and marks[index].claim == claim:
        index += 1
    return index
