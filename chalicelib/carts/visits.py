"""When guests have to be there, read off the lines of a cart or an order. Pure."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from ..availability.days import day_of
from ..core.texts import Lang
from .lines import BookingLine, Line, ProgrammeLine, TimedLine


class Visit(NamedTuple):
    """When the guest has to be there: one entry for a whole stay, one for each part of a programme."""

    id: str
    name_es: str
    name_en: str
    start: datetime
    end: datetime
    guests: int

    def name(self, lang: Lang) -> str:
        """Return the name in a language."""
        return self.name_en if lang == "en" else self.name_es


def visits(lines: Iterable[Line]) -> list[Visit]:
    """Return when the guest has to be there, in order. Add-ons come with their host and are left out, and nobody comes
    for what is forfeited.
    """
    found: list[Visit] = []
    stays: dict[str, list[Visit]] = {}
    for line in lines:
        if isinstance(line, TimedLine) and line.forfeited:
            continue
        if isinstance(line, ProgrammeLine):
            for number, part in enumerate(line.parts):
                visit = Visit(f"{line.id}-{number}", part.name_es, part.name_en, part.start, part.end, part.guests)
                if part.service_kind == "cabin":
                    stays.setdefault(line.id, []).append(visit)
                elif part.occupied.places:
                    found.append(visit)
        elif isinstance(line, BookingLine) and line.host is None:
            visit = Visit(line.id, line.name_es, line.name_en, line.start, line.end, line.guests)
            stays.setdefault(line.stay, []).append(visit) if line.stay else found.append(visit)
    found += [stretch for nights in stays.values() for stretch in _joined(nights)]
    return sorted(found, key=lambda visit: (visit.start, visit.id))


def _joined(nights: Iterable[Visit]) -> list[Visit]:
    """Join the nights that follow one another: one that was given up in the middle parts a stay in two."""
    found: list[Visit] = []
    for night in sorted(nights, key=lambda night: night.start):
        if found and day_of(found[-1].end) == day_of(night.start):
            found[-1] = found[-1]._replace(end=night.end)
        else:
            found.append(night)
    return found
