"""What the site is shown of the calendar, in the caller's language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from pydantic import ConfigDict, Field

from ..catalog.services import Kind
from ..core.clock import spa_time
from ..core.shapes import View
from ..core.texts import Lang
from .model import DayAvailability, ProposedPart, Slot, State
from .propose import Proposal
from .reasons import Reason


class ReasonView(View):
    """Why something can't be booked: a code for machines, a sentence for people."""

    code: str
    detail: str


class PartView(View):
    """One service of a programme: when, and for how many."""

    service: str
    name: str
    start: str
    end: str
    guests: int


class SlotView(View):
    """A start time. `time` is the spa's wall time; `price` is the whole party's, in CLP. `reason` with explain=1.

    A programme's slot has `parts`, in order of time; several may begin alike.
    """

    start: str
    time: str
    free: bool
    price: int
    parts: list[PartView] | None = None
    reason: ReasonView | None = None


class DayView(View):
    """A day: `free`, `few` (fewer than half of its starts are left), `full` or `closed`, and then why."""

    date: date
    state: State
    price: int | None
    slots: list[SlotView]
    reason: ReasonView | None = None


class ServiceDaysView(View):
    """The days of one service."""

    service: str
    days: list[DayView]


class AvailabilityView(View):
    """The days asked for, of every service asked for. Serialised without the fields that were not set."""

    model_config = ConfigDict(populate_by_name=True)

    from_: date = Field(alias="from")
    to: date
    guests: int
    services: list[ServiceDaysView]


class ProposedPartView(PartView):
    """One service of a proposal; `price` is the whole party's, in CLP."""

    kind: Kind
    price: int


class ProposalView(View):
    """Hours that fit. `total` is the sum of the parts' prices; `discount` is what packs take off it, in CLP."""

    start: str
    end: str
    total: int
    discount: int
    parts: list[ProposedPartView]


class ProposalsView(View):
    """The proposals for a day, the best first. `reason` when there are none."""

    date: date
    guests: int
    proposals: list[ProposalView]
    reason: ReasonView | None = None


def proposals_view(
    day: date, guests: int, found: Sequence[tuple[Proposal, int]], reason: Reason | None, lang: Lang
) -> ProposalsView:
    """Return proposals, each with its discount, as the site shows them."""
    proposals = [
        ProposalView(
            start=_iso(one.start),
            end=_iso(one.end),
            total=one.price,
            discount=discount,
            parts=[
                ProposedPartView(**_part(part, lang).model_dump(), kind=part.service.kind, price=part.price)
                for part in one.parts
            ],
        )
        for one, discount in found
    ]
    return ProposalsView(date=day, guests=guests, proposals=proposals, reason=reason and _reason(reason, lang))


def days_view(service: str, days: Sequence[DayAvailability], lang: Lang, *, explain: bool) -> ServiceDaysView:
    """Return a service's days as the site shows them."""
    return ServiceDaysView(service=service, days=[_day(day, lang, explain) for day in days])


def _day(day: DayAvailability, lang: Lang, explain: bool) -> DayView:
    slots = [_slot(slot, lang, explain) for slot in day.slots]
    if day.reason is None:
        return DayView(date=day.date, state=day.state, price=day.price, slots=slots)
    return DayView(date=day.date, state=day.state, price=day.price, slots=slots, reason=_reason(day.reason, lang))


def _slot(slot: Slot, lang: Lang, explain: bool) -> SlotView:
    start = slot.start
    if slot.parts:
        parts = [_part(part, lang) for part in slot.parts]
        return SlotView(start=start.iso, time=start.wall, free=True, price=slot.price, parts=parts)
    if not explain or slot.reason is None:
        return SlotView(start=start.iso, time=start.wall, free=slot.reason is None, price=slot.price)
    reason = _reason(slot.reason, lang)
    return SlotView(start=start.iso, time=start.wall, free=False, price=slot.price, reason=reason)


def _reason(reason: Reason, lang: Lang) -> ReasonView:
    return ReasonView(code=reason.code, detail=reason.say(lang))


def _part(part: ProposedPart, lang: Lang) -> PartView:
    name = part.service.name.say(lang)
    return PartView(
        service=part.service.slug, name=name, start=part.start.iso, end=_iso(part.end), guests=part.guests
    )


def _iso(instant: datetime) -> str:
    return spa_time(instant).isoformat()
