"""Find what a buyer asks for: the spots of all bookings of a request, or the refusal that says why there are none."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from ..catalog.model import Catalogue, Service
from ..core.errors import Invalid
from ..core.money import Clp
from .assign import resources_of
from .days import day_of
from .model import Slot, slot_at, spot_of
from .sheets import Occupied, Sheets, with_spot, without
from .spot import Found, ends_at
from .stay import must_be_nights, stay_in
from .table import read_sheets

if TYPE_CHECKING:
    from .find_programme import FoundProgramme


class Asked(NamedTuple):
    """One booking that a buyer asks for: a service from an instant on; a cabin for some nights.

    A programme is asked for with its parts: which service at which instant each.
    """

    service: Service
    start: datetime
    guests: int
    nights: int = 1
    parts: tuple[tuple[str, datetime], ...] = ()


class Offer(NamedTuple):
    """What was found for one thing asked for: one spot, one a night or one for each part; and what that costs."""

    spots: list[Found]
    price: Clp


def find_all(catalogue: Catalogue, asked: Sequence[Asked], *, now: datetime, own: Collection[str] = ()) -> list[Offer]:
    """Return what can be had of each thing asked for, with its price; what the claims `own` have is not in the way.

    Requests and errors of `sheets_for` and `found_in`.
    """
    return found_in(catalogue, asked, sheets_for(catalogue, asked, own), now)


def sheets_for(catalogue: Catalogue, asked: Sequence[Asked], own: Collection[str] = ()) -> Sheets:
    """Return the sheets that decide about what is asked for, without what the claims `own` have.

    One request for all: a Query when one partition holds what they need, else a BatchGetItem (of up to 100 sheets).
    Raises Invalid as `stay_in` and `programme_in` do, or Invalid("not_bookable_online").
    """
    return without(read_sheets(catalogue, [pair for one in asked for pair in _needed(catalogue, one)]), own)


def found_in(catalogue: Catalogue, asked: Sequence[Asked], sheets: Sheets, now: datetime,
             taken: Collection[Occupied] = ()) -> list[Offer]:
    """Return what can be had of each thing asked for from these sheets, with its price. No request.

    What was found for the first is taken when the second is looked for; so is `taken` from the outset. Raises Invalid
    with the rule that speaks against it (`off_schedule`, `in_the_past`, `too_short_notice`, `beyond_horizon`,
    `closed_weekday`, `no_rule`, `too_many_guests`, `too_few_guests`, `not_bookable_online`), as `stay_in` and
    `programme_in` do, or Conflict("slot_taken").
    """
    for spot in taken:
        sheets = with_spot(sheets, spot)
    offers = []
    for one in asked:
        offer = _offer(catalogue, one, sheets, now)
        for found in offer.spots:
            sheets = with_spot(sheets, found.spot)
        offers.append(offer)
    return offers


def offered_price(catalogue: Catalogue, one: Asked, *, now: datetime) -> Clp:
    """Return what would be asked for now if nobody else wanted the hours: the rules of the house alone, no request.

    Raises Invalid and Conflict as `find_all`.
    """
    return _offer(catalogue, one, {}, now).price


def _needed(catalogue: Catalogue, one: Asked) -> Iterator[tuple[str, date]]:
    """Yield the resources and days whose sheets decide. Raises what speaks against it without looking."""
    if not one.service.bookable_online:
        raise Invalid("not_bookable_online", service=one.service.slug)
    if one.service.kind == "programme":
        from .find_programme import looked_at_by  # few wishes are a programme

        names, first, last = looked_at_by(catalogue, one.service, one.parts)
    else:
        must_be_nights(one.service, one.nights)
        names, first = resources_of(catalogue, one.service), day_of(one.start)
        last = first + timedelta(days=one.nights - 1)
    for name in names:
        for number in range((last - first).days + 1):
            yield name, first + timedelta(days=number)


def _offer(catalogue: Catalogue, one: Asked, sheets: Sheets, now: datetime) -> Offer:
    service = one.service
    if service.kind == "programme":
        from .find_programme import programme_in  # as above

        return _programme(programme_in(catalogue, service, one.parts, one.guests, sheets, now))
    if service.by_night:
        spots = stay_in(catalogue, service, one.start, one.nights, one.guests, sheets, now)
    else:
        spots = [_spot(catalogue, one, sheets, now)]
    return Offer(spots, Clp(sum(spot.price for spot in spots)))


def _programme(found: FoundProgramme) -> Offer:
    """Return a programme's parts, which have no price of their own."""
    return Offer([Found(part.service, part.spot, part.start, part.end, part.guests, Clp(0), Clp(0))
                  for part in found.parts], found.price)


def _spot(catalogue: Catalogue, one: Asked, sheets: Sheets, now: datetime) -> Found:
    """Return the spot of one booking, or raise the reason why there is none."""
    service, start = one.service, one.start
    if not service.bookable_online:
        raise Invalid("not_bookable_online", service=service.slug)
    slot = slot_at(catalogue, service, start, one.guests, sheets, now)
    if not isinstance(slot, Slot):
        raise slot.refusal(service=service.slug)
    if slot.reason is not None:
        raise slot.reason.refusal(service=service.slug, start=slot.start.iso)
    unit_price = service.price.amount_on(day_of(start), catalogue.holiday_dates)
    return Found(service, spot_of(catalogue, service, slot), start, ends_at(service, start), one.guests, unit_price,
                 slot.price)
