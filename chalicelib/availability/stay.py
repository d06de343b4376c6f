"""Find a stay: some nights in one cabin, one after the other, or the refusal that names the night."""

from __future__ import annotations

from datetime import datetime, timedelta

from ..catalog.model import Catalogue, Service
from ..core.errors import Invalid
from .days import day_of
from .model import DayAvailability, Slot, availability, slot_at, spot_of
from .reasons import Reason
from .sheets import Sheets
from .spot import Found, ends_at

MOST_NIGHTS = 60


def stay_in(
    catalogue: Catalogue,
    service: Service,
    check_in: datetime,
    nights: int,
    guests: int,
    sheets: Sheets,
    now: datetime,
    own: str = "",
) -> list[Found]:
    """Return the nights of a stay from what the sheets leave free. No request.

    Raises Invalid("not_bookable_online"), Invalid("not_by_night"), Invalid("too_many_nights") for more than 60 (or
    none), the rule that speaks against a night, or Conflict("slot_taken"); `date` in their params is the night's.
    """
    if not service.bookable_online:
        raise Invalid("not_bookable_online", service=service.slug)
    if not service.by_night:
        raise Invalid("not_by_night", service=service.slug)
    must_be_nights(service, nights)
    first = slot_at(catalogue, service, check_in, guests, sheets, now, own)
    if not isinstance(first, Slot):
        raise _refusal(service, first, check_in)
    days = [day_of(check_in) + timedelta(days=number) for number in range(nights)]
    found = []
    for day in availability(catalogue, service, days, guests, sheets, now, own):
        slot = _slot(day, first.start.wall)
        if isinstance(slot, Reason):
            raise slot.refusal(service=service.slug, date=day.date.isoformat())
        found.append(_found(catalogue, service, guests, day, slot))
    return found


def must_be_nights(service: Service, nights: int) -> None:
    """Raise Invalid("not_by_night") for several nights of anything but a cabin, Invalid("too_many_nights")."""
    if nights != 1 and not service.by_night:
        raise Invalid("not_by_night", service=service.slug)
    if not 1 <= nights <= MOST_NIGHTS:
        raise Invalid("too_many_nights", max=MOST_NIGHTS)


def _slot(day: DayAvailability, wall: str) -> Slot | Reason:
    """Return the free night of a day whose check-in is at `wall`, or why there is none."""
    for slot in day.slots:
        if slot.start.wall == wall:
            return slot.reason or slot
    return day.reason or Reason("off_schedule")


def _refusal(service: Service, reason: Reason, check_in: datetime) -> Exception:
    return reason.refusal(service=service.slug, date=day_of(check_in).isoformat())


def _found(catalogue: Catalogue, service: Service, guests: int, day: DayAvailability, slot: Slot) -> Found:
    return Found(
        service=service,
        guests=guests,
        spot=spot_of(catalogue, service, slot),
        start=slot.start.at,
        end=ends_at(service, slot.start.at),
        unit_price=service.price.amount_on(day.date, catalogue.holiday_dates),
        price=slot.price,
    )
