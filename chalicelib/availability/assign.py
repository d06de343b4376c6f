"""Which resources a booking gets: every need answered by one of its own, or the need that cannot be. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from ..catalog.model import Catalogue, Need, Resource, Service
from ..catalog.values import WallSpan
from .days import instant_of


def demands_of(service: Service, guests: int) -> tuple[Need, ...]:
    """Return the needs of one booking, one entry for each resource it takes.

    A need per guest counts once for each: a massage for two takes two tables and two therapists.
    """
    return tuple(need for need in service.needs for _ in range(guests if need.each == "guest" else 1))


def resources_of(catalogue: Catalogue, service: Service) -> tuple[str, ...]:
    """Return every resource that may answer a need of the service: those whose sheets decide, in catalogue order."""
    names = {r.slug: None for need in service.needs for r in catalogue.candidates(need)}
    return tuple(names)


def working_spans(resource: Resource, day: date) -> Sequence[tuple[int, int]] | None:
    """Return when a resource is there on a day, as epoch seconds; None means at any hour."""
    spans = resource.spans_on(day)
    return None if spans is None else _instants(day, spans)


@lru_cache(maxsize=4096)
def _instants(day: date, spans: tuple[WallSpan, ...]) -> tuple[tuple[int, int], ...]:
    """Return working spans as epoch seconds; one that begins or ends at a skipped time is left out."""
    found = []
    for span in spans:
        since, until = instant_of(day, span[:5]), instant_of(day, span[6:])
        if since is not None and until is not None:
            found.append((int(since.timestamp()), int(until.timestamp())))
    return tuple(found)


def assign(options: Sequence[Sequence[str]]) -> tuple[str, ...] | int:
    """Give each demand one of its options, each to one demand only, or return the number of one that gets nothing.

    Deterministic: earlier options first; a demand moves aside when a later one needs what it took (augmenting paths),
    so an assignment is found whenever there is one.

    >>> assign([["tomas", "paula"], ["tomas"]])
    ('paula', 'tomas')
    >>> assign([["tomas"], ["tomas"]])
    1
    """
    taken: dict[str, int] = {}
    for number in range(len(options)):
        if not _place(number, options, taken, set()):
            return number
    chosen = {number: name for name, number in taken.items()}
    return tuple(chosen[number] for number in range(len(options)))


def _place(number: int, options: Sequence[Sequence[str]], taken: dict[str, int], tried: set[str]) -> bool:
    """Find a place for one demand: a free one, or one whose holder can move (Kuhn's algorithm)."""
    for name in options[number]:
        if name not in taken:
            taken[name] = number
            return True
    for name in options[number]:
        if name not in tried:
            tried.add(name)
            if _place(taken[name], options, taken, tried):
                taken[name] = number
                return True
    return False
