"""Find what a buyer asks for: the spot of one booking, or the refusal that says why there is none."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from ..catalog.model import Catalogue, Service
from ..core.errors import Invalid
from ..core.money import Clp
from .assign import resources_of
from .days import day_of
from .model import Slot, slot_at, spot_of
from .sheets import Occupied, Sheets
from .spot import ends_at
from .table import read_days


class Found(NamedTuple):
    """A free spot as it was a moment ago; the claim's condition has the last word."""

    spot: Occupied
    start: datetime
    end: datetime
    unit_price: Clp
    price: Clp


def find_spot(
    catalogue: Catalogue, service: Service, start: datetime, guests: int, *, now: datetime, own: str = ""
) -> Found:
    """Return the spot for one booking, with its price on that day.

    Ticks of the claim `own` count as free. A named resource costs 1 request (1 Query); a pool with a shared calendar
    too. Raises Invalid with the rule that speaks against it (`off_schedule`, `in_the_past`, `too_short_notice`,
    `beyond_horizon`, `closed_weekday`, `no_rule`, `too_many_guests`, `too_few_guests`, `not_bookable_online`), or
    Conflict("slot_taken").
    """
    _must_be_online(service)
    day = day_of(start)
    sheets = read_days(catalogue, resources_of(catalogue, service), day, day)
    slot = _free_slot(catalogue, service, start, guests, sheets, now, own)
    return Found(
        spot=spot_of(catalogue, service, slot),
        start=start,
        end=ends_at(service, start),
        unit_price=service.price.amount_on(day, catalogue.holiday_dates),
        price=slot.price,
    )


def offered_price(catalogue: Catalogue, service: Service, start: datetime, guests: int, *, now: datetime) -> Clp:
    """Return what a booking would cost if nobody else wanted the hour: the rules of the house alone, no request.

    Raises Invalid and Conflict as `find_spot`.
    """
    _must_be_online(service)
    return _free_slot(catalogue, service, start, guests, {}, now, "").price


def _must_be_online(service: Service) -> None:
    if not service.bookable_online:
        raise Invalid("not_bookable_online", service=service.slug)


def _free_slot(
    catalogue: Catalogue, service: Service, start: datetime, guests: int, sheets: Sheets, now: datetime, own: str
) -> Slot:
    """Return the slot that begins at an instant, or raise the reason why there is none."""
    slot = slot_at(catalogue, service, start, guests, sheets, now, own)
    if not isinstance(slot, Slot):
        raise slot.refusal(service=service.slug)
    if slot.reason is not None:
        raise slot.reason.refusal(service=service.slug, start=slot.start.iso)
    return slot
