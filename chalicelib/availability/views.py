"""What the site is shown of the calendar, in the caller's language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from ..core.texts import Lang
from .model import DayAvailability, Slot, State
from .reasons import Reason


class ReasonView(BaseModel):
    """Why something can't be booked: a code for machines, a sentence for people."""

    code: str
    detail: str


class SlotView(BaseModel):
    """A start time. `time` is the spa's wall time; `price` is the whole party's, in CLP. `reason` with explain=1."""

    start: str
    time: str
    free: bool
    price: int
    reason: ReasonView | None = None


class DayView(BaseModel):
    """A day: `free`, `few` (fewer than half of its starts are left), `full` or `closed`, and then why."""

    date: date
    state: State
    price: int | None
    slots: list[SlotView]
    reason: ReasonView | None = None


class ServiceDaysView(BaseModel):
    """The days of one service."""

    service: str
    days: list[DayView]


class AvailabilityView(BaseModel):
    """The days asked for, of every service asked for. Serialised without the fields that were not set."""

    model_config = ConfigDict(populate_by_name=True)

    from_: date = Field(alias="from")
    to: date
    guests: int
    services: list[ServiceDaysView]


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
    if not explain or slot.reason is None:
        return SlotView(start=start.iso, time=start.wall, free=slot.reason is None, price=slot.price)
    reason = _reason(slot.reason, lang)
    return SlotView(start=start.iso, time=start.wall, free=False, price=slot.price, reason=reason)


def _reason(reason: Reason, lang: Lang) -> ReasonView:
    return ReasonView(code=reason.code, detail=reason.say(lang))
