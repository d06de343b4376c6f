"""Several services on one day, at hours that fit: for a day that a guest builds, and for programmes. Pure.

docs/availability.md (Several things on one day) explains what fits and which proposal comes first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from ..catalog.model import Catalogue, Service, Text
from ..core.clock import epoch
from ..core.money import Clp
from .days import TICK_SECONDS, spa_day
from .fit import Fit, Hour, Span, fits
from .look import Look
from .model import ProposedPart
from .reasons import Reason
from .sheets import Sheets
from .spot import ends_at
from .together import Booking, seated

MOST = 8
"""So many proposals are enough to choose from."""


class Part(NamedTuple):
    """One wish: any of these services, for so many guests. `name` tells it apart in a reason."""

    any_of: tuple[Service, ...]
    guests: int
    name: Text


class Proposal(NamedTuple):
    """Hours for all the parts. The price is the sum of theirs, or the programme's."""

    parts: tuple[ProposedPart, ...]
    start: datetime
    end: datetime
    price: Clp


class Proposed(NamedTuple):
    """The proposals for a day, the best first; when there are none, why."""

    proposals: list[Proposal]
    reason: Reason | None = None


def proposals(
    catalogue: Catalogue,
    parts: Sequence[Part],
    day: date,
    sheets: Sheets,
    now: datetime,
    *,
    busy: Sequence[tuple[datetime, datetime]] = (),
    most: int = MOST,
) -> Proposed:
    """Return hours on a day for all the parts, one after the other, that nobody else has.

    `busy` are the guests' own times already; those of other days don't matter. At least ten minutes lie between any two
    things. Best first: least waiting in between, then the earliest; distinct by their start hours; deterministic.
    """
    look = Look(catalogue, sheets, now)
    spans = spans_on(day, busy)
    found = _fits(look, parts, day, spans, most)
    if found:
        return Proposed([_proposal(fit) for fit in found])
    return Proposed([], reason_why_none(look, [(part, day) for part in parts], lambda one: bool(
        _fits(one, parts, day, spans, 1))))


def spans_on(day: date, busy: Sequence[tuple[datetime, datetime]]) -> list[Span]:
    """Return the times that touch a day of the spa, in epoch seconds."""
    opens = spa_day(day).opens
    closes = opens + spa_day(day).ticks * TICK_SECONDS
    spans = [(epoch(first), epoch(last)) for first, last in busy]
    return [span for span in spans if span[0] < closes and opens < span[1]]


def hours_of(
    look: Look, part: Part, day: date, penalty: Callable[[int, int], int | None] = lambda first, last: 0
) -> list[Hour]:
    """Return the free hours of a part on a day, in order; `penalty` says what one counts, or None if it can't be."""
    found: dict[Span, list[Booking]] = {}
    for service in part.any_of:
        for slot in look.day(service, part.guests, day).slots:
            if slot.free:
                span = (slot.start.epoch, epoch(ends_at(service, slot.start.at)))
                found.setdefault(span, []).append(Booking(service, part.guests, slot))
    counted = {span: penalty(*span) for span in found}
    return [Hour(*span, tuple(found[span]), cost) for span, cost in sorted(counted.items()) if cost is not None]


def reason_why_none(
    look: Look, wanted: Sequence[tuple[Part, date]], possible: Callable[[Look], bool]
) -> Reason:
    """Say which part of several has no free hour, or that what is free does not fit together.

    `possible` tells whether the parts would fit as the calendar looks; asked of a calendar without bookings, it tells
    whether others are in the way.
    """
    competition = possible(look.only_blocked)
    for part, day in wanted:
        days = [look.day(service, part.guests, day) for service in part.any_of]
        if not any(slot.free for one in days for slot in one.slots):
            return _of_part(part, [one.reason for one in days if one.reason is not None], competition)
    return Reason("hours_do_not_fit", competition=competition)


_OF_THE_HOUSE = {"closed_weekday", "in_the_past", "beyond_horizon"}
_OF_THE_PARTY = {"too_many_guests", "too_few_guests"}


def _of_part(part: Part, all_reasons: Sequence[Reason], competition: bool) -> Reason:
    """Say why a part has no free hour; services that the party is too small or too big for don't count if others do."""
    reasons = [reason for reason in all_reasons if reason.code not in _OF_THE_PARTY] or all_reasons
    said = next((reason for reason in reasons if reason.competition), reasons[-1] if reasons else Reason("no_rule"))
    if {reason.code for reason in reasons} <= _OF_THE_HOUSE and reasons:
        return said._replace(competition=competition)
    words = {"part_es": part.name.es, "part_en": part.name.en, "why_es": said.say("es"), "why_en": said.say("en")}
    return Reason("part_not_free", words, competition)


def part_of(catalogue: Catalogue, services: Sequence[Service], guests: int) -> Part:
    """Return a part that may be any of these services, called by the service's name, or else by their category's."""
    name = services[0].name if len(services) == 1 else catalogue.category(services[0].category).name
    return Part(tuple(services), guests, name)


def proposed_part(booking: Booking) -> ProposedPart:
    """Return a booking as a part of a proposal."""
    service, start = booking.service, booking.slot.start
    return ProposedPart(service, start, ends_at(service, start.at), booking.guests, booking.slot.price,
                        booking.slot.resources)


def _fits(look: Look, parts: Sequence[Part], day: date, busy: Sequence[Span], most: int) -> list[Fit]:
    return fits([hours_of(look, part, day) for part in parts], busy, most, lambda things: seated(look, things))


def _proposal(fit: Fit) -> Proposal:
    parts = tuple(proposed_part(booking) for booking in fit.bookings)
    return Proposal(
        parts=parts,
        start=min(part.start.at for part in parts),
        end=max(part.end for part in parts),
        price=Clp(sum(part.price for part in parts)),
    )
