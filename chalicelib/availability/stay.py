"""Find a stay: some nights in one cabin, one after the other, or the refusal that names the night."""

from __future__ import annotations

from datetime import datetime, timedelta

from ..catalog.model import Catalogue, Service
from ..core.errors import Invalid
from .assign import resources_of
from .days import day_of
from .find import Found
from .model import DayAvailability, Slot, availability, slot_at, spot_of
from .reasons import Reason
from .sheets import Sheets
from .spot import ends_at
from .table import read_days

MOST_NIGHTS = 60


def find_stay(
    catalogue: Catalogue,
    service: Service,
    check_in: datetime,
    nights: int,
    guests: int,
    *,
    now: datetime,
    own: str = "",
) -> list[Found]:
    """Return one spot for each night, with that night's own price. Requests: one Query for each 16 nights.

    Ticks of the claim `own` count as free. Raises as `stay_in`.
    """
    _must_be_a_stay(service, nights)
    first = day_of(check_in)
    sheets = read_days(catalogue, resources_of(catalogue, service), first, first + timedelta(days=nights - 1))
    return stay_in(catalogue, service, check_in, nights, guests, sheets, now, own)


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
    _must_be_a_stay(service, nights)
    first = slot_at(catalogue, service, check_in, guests, sheets, now, own)
    if not isinstance(first, Slot):
        raise _refusal(service, first, check_in)
    days = [day_of(check_in) + timedelta(days=number) for number in range(nights)]
    found = []
    for day in availability(catalogue, service, days, guests, sheets, now, own):
        slot = _slot(day, first.start.wall)
        if isinstance(slot, Reason):
            raise slot.refusal(service=service.slug, date=day.date.isoformat())
        found.append(_found(catalogue, service, day, slot))
    return found


def _must_be_a_stay(service: Service, nights: int) -> None:
    if not service.bookable_online:
        raise Invalid("not_bookable_online", service=service.slug)
    if not service.by_night:
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


def _found(catalogue: Catalogue, service: Service, day: DayAvailability, slot: Slot) -> Found:
    return Found(
        spot=spot_of(catalogue, service, slot),
        start=slot.start.at,
        end=ends_at(service, slot.start.at),
        unit_price=service.price.amount_on(day.date, catalogue.holiday_dates),
        price=slot.price,
    )
