"""Find the programme a buyer has chosen: all its parts at the hours wished, or the refusal that says why not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from ..catalog.model import Catalogue, Service, price_of
from ..core.clock import epoch
from ..core.errors import Conflict, Invalid
from ..core.money import Clp
from .addons import addon_refused
from .assign import assign
from .days import day_of
from .fit import GAP_SECONDS
from .look import Look
from .model import Slot, slot_at, spot_of
from .plan import Plan, names_of, plan_of
from .programme import Nights, extras_of, programme_refused, start_refused
from .sheets import Occupied, Sheets
from .spot import ends_at
from .together import Booking, seated

Wished = tuple[str, datetime]
"""The service of a part and when it begins."""


class FoundPart(NamedTuple):
    """One part: when, for how many, and what it occupies (an add-on: nothing)."""

    service: Service
    start: datetime
    end: datetime
    guests: int
    spot: Occupied


class FoundProgramme(NamedTuple):
    """A free programme as it was a moment ago, its parts in order of time; the claim has the last word."""

    parts: tuple[FoundPart, ...]
    start: datetime
    end: datetime
    price: Clp


def looked_at_by(
    catalogue: Catalogue, service: Service, wished: Sequence[Wished]
) -> tuple[tuple[str, ...], date, date]:
    """Return the resources whose sheets decide a wish, and the first and the last of its days.

    Raises Invalid("programme_parts_wrong") for a wish that can't be the programme, so that nothing odd is read.
    """
    plan = plan_of(catalogue, service)
    known = {one.slug: one for one in plan.services}
    days = sorted(day_of(start) for _, start in wished)
    if not days or len(wished) > plan.nights + len(plan.pieces) + len(plan.extras):
        raise _wrong(service)
    if (days[-1] - days[0]).days > plan.days:
        raise _wrong(service)
    return names_of(catalogue, [known[slug] for slug, _ in wished if slug in known]), days[0], days[-1]


def programme_in(
    catalogue: Catalogue,
    service: Service,
    wished: Sequence[Wished],
    guests: int,
    sheets: Sheets,
    now: datetime,
    own: str = "",
) -> FoundProgramme:
    """Return the programme at the hours wished, served from what the sheets leave free. No request.

    Raises Invalid("not_bookable_online"), the programme's own rules and those of its parts with their codes,
    Invalid("programme_parts_wrong") when these are not exactly its parts, in an order and at hours that go together, or
    Conflict("slot_taken").
    """
    if not service.bookable_online:
        raise Invalid("not_bookable_online", service=service.slug)
    look, plan = Look(catalogue, sheets, now, own), plan_of(catalogue, service)
    nights, pieces, extras = _sorted(plan, wished)
    day = day_of((nights or pieces)[0][1])
    if refused := programme_refused(look, service, day, guests):
        raise refused.refusal(service=service.slug)
    stay = Nights(tuple(_booked(look, one, plan.cabin.guests) for one in nights) if plan.cabin else ())
    timed = [
        _booked(look, one, piece.part.guests) for piece, one in zip(plan.pieces, pieces, strict=True)
    ]
    _must_go_together(plan, day, stay, timed)
    parts = _served(look, stay, timed) + _added(look, plan, stay, timed, extras)
    parts.sort(key=lambda part: part.start)
    if refused := start_refused(look, service, epoch(parts[0].start)):
        raise refused.refusal(service=service.slug)
    return FoundProgramme(
        parts=tuple(parts),
        start=parts[0].start,
        end=max(part.end for part in parts),
        price=price_of(service, day, guests, catalogue.holiday_dates),
    )


One = tuple[Service, datetime]


def _sorted(plan: Plan, wished: Sequence[Wished]) -> tuple[list[One], list[One], list[One]]:
    """Match the wish with the plan: its nights in order, one wish for each piece, and the add-ons."""
    cabins = {one.slug: one for one in (plan.cabin.any_of if plan.cabin else ())}
    added = {extra.part.any_of[0].slug: extra.part.any_of[0] for extra in plan.extras}
    nights = sorted(((cabins[slug], start) for slug, start in wished if slug in cabins), key=lambda one: one[1])
    extras = [(added[slug], start) for slug, start in wished if slug in added]
    timed = sorted((start, slug) for slug, start in wished if slug not in cabins and slug not in added)
    if len(nights) != plan.nights or len(timed) != len(plan.pieces) or not (nights or timed):
        raise _wrong(plan.service)
    if any(one[0] is not nights[0][0] or day_of(one[1]) != day_of(nights[0][1]) + timedelta(days=number)
           for number, one in enumerate(nights)):  # fmt: skip
        raise _wrong(plan.service)
    day = day_of(nights[0][1] if nights else timed[0][0])
    chosen = assign([
        [str(number) for number, (start, slug) in enumerate(timed)
         if (day_of(start) - day).days in piece.days and any(slug == one.slug for one in piece.part.any_of)]
        for piece in plan.pieces
    ])  # fmt: skip
    if isinstance(chosen, int):
        raise _wrong(plan.service)
    services = {one.slug: one for one in plan.services}
    return nights, [(services[timed[int(number)][1]], timed[int(number)][0]) for number in chosen], extras


def _booked(look: Look, one: One, guests: int) -> Booking:
    service, start = one
    slot = slot_at(look.catalogue, service, start, guests, look.sheets, look.now, look.own)
    if not isinstance(slot, Slot):
        raise slot.refusal(service=service.slug, date=day_of(start).isoformat())
    if slot.reason is not None:
        raise slot.reason.refusal(service=service.slug, start=slot.start.iso, date=day_of(start).isoformat())
    return Booking(service, guests, slot)


def _must_go_together(plan: Plan, day: date, stay: Nights, pieces: Sequence[Booking]) -> None:
    """Refuse pieces out of the stay, and any two that the guests could not both do."""
    if len({night.slot.start.wall for night in stay.nights}) > 1:
        raise _wrong(plan.service)
    spans = sorted((day_of(one.slot.start.at), one.slot.start.epoch, epoch(ends_at(one.service, one.slot.start.at)))
                   for one in pieces)  # fmt: skip
    if any(on == day and first < last + GAP_SECONDS for (on, _, last), (day, first, _) in pairwise(spans)):
        raise _wrong(plan.service)
    for one in pieces:
        start = one.slot.start
        end = epoch(ends_at(one.service, start.at))
        if stay.penalty((day_of(start.at) - day).days, start.epoch, end) is None:
            raise _wrong(plan.service)


def _served(look: Look, stay: Nights, pieces: Sequence[Booking]) -> list[FoundPart]:
    served = list(stay.nights)
    for day in dict.fromkeys(day_of(one.slot.start.at) for one in pieces):
        found = seated(look, [(one,) for one in pieces if day_of(one.slot.start.at) == day])
        if found is None:
            raise Conflict("slot_taken", date=day.isoformat())
        served += found
    return [
        FoundPart(
            one.service, one.slot.start.at, ends_at(one.service, one.slot.start.at), one.guests,
            spot_of(look.catalogue, one.service, one.slot),
        )
        for one in served
    ]  # fmt: skip


def _added(
    look: Look, plan: Plan, stay: Nights, pieces: Sequence[Booking], wished: Sequence[One]
) -> list[FoundPart]:
    """Return the add-ons at the times that their hosts give them, which must be those wished."""
    extras = extras_of(plan, stay, pieces)
    if extras is None or sorted((one.slug, start) for one, start, _, _ in extras) != sorted(
        (one.slug, start) for one, start in wished
    ):
        raise _wrong(plan.service)
    for service, start, _, guests in extras:
        if refused := addon_refused(service, start, guests, look.now):
            raise refused.refusal(service=service.slug)
    return [FoundPart(one, start, end, guests, Occupied(places=())) for one, start, end, guests in extras]


def _wrong(service: Service) -> Invalid:
    return Invalid("programme_parts_wrong", service=service.slug)
