"""What goes with something else in the cart: a decoration with a tub, a breakfast with a night. Pure."""

from datetime import datetime
from typing import NamedTuple

from ..availability.addons import addon_refused, addon_times
from ..availability.days import day_of
from ..catalog.model import Catalogue, Service, price_of
from ..core.errors import Conflict, Invalid
from ..core.ids import random_id
from .lines import BookingLine, ProgrammeLine, TimedLine
from .model import Cart


class Host(NamedTuple):
    """The line, and the booking in it, that an add-on goes with."""

    line: TimedLine
    start: datetime
    end: datetime


def line(cart: Cart, slug: str, start: datetime, guests: int, host: str | None, catalogue: Catalogue, now: datetime, *,
         again: BookingLine | None = None) -> BookingLine:
    """Return the line of an add-on that begins with its host at `start`, held for as long as that is.

    Raises Invalid: "addon_needs_host" when nothing of the right kind begins then, "not_bookable_online", and as
    `addon_refused`; Conflict("slot_already_in_cart") when every such host has
    it already. `again` is the lapsed line that is asked for anew.
    """
    service = catalogue.service(slug)
    if not service.bookable_online:
        raise Invalid("not_bookable_online", service=slug)
    found = _free_host(cart, service, start, host, now, again)
    begin, end = addon_times(service, found.start, found.end)
    if refused := addon_refused(service, begin, guests, now):
        raise refused.refusal(service=slug)
    day = day_of(found.start)
    price = price_of(service, day, guests, catalogue.holiday_dates)
    return BookingLine(
        id=again.id if again else random_id("lin"), service=slug, service_kind=service.kind, name_es=service.name.es,
        name_en=service.name.en, start=begin, end=end, guests=guests,
        unit_price=service.price.amount_on(day, catalogue.holiday_dates), total=price, deposit=deposit(price, service),
        held_until=found.line.held_until, cancel_hours=catalogue.policy_of(service).cancel_hours, host=found.line.id)


def deposit(price: int, service: Service) -> int:
    """Return the part of a price that confirms the booking, in CLP, rounded up."""
    return -(-price * service.deposit_percent // 100)


def host_of(cart: Cart, addon: BookingLine) -> Host:
    """Return what an add-on of the cart goes with. Raises Invalid("addon_needs_host") when that is gone."""
    for host in _bookings(cart):
        if host.line.id == addon.host and host.start <= addon.start < host.end:
            return host
    raise Invalid("addon_needs_host", service=addon.service)


def _free_host(cart: Cart, service: Service, start: datetime, host: str | None, now: datetime,
               again: BookingLine | None) -> Host:
    """Return the first booking that an add-on can go with: of its kind, at that instant, held, and without one yet."""
    right = [one for one in _bookings(cart, service.addon_to)
             if one.start == start and host in (None, one.line.id) and (again or one.line.live(now))]
    if not right:
        raise Invalid("addon_needs_host", service=service.slug)
    for one in right:
        begin, _ = addon_times(service, one.start, one.end)
        same = [line for line in cart.timed if line.key == (service.slug, begin, one.line.id) and line is not again]
        if not any(line.live(now) for line in same):
            return one
    raise Conflict("slot_already_in_cart")


def _bookings(cart: Cart, kind: str | None = None) -> list[Host]:
    """Return the bookings of the cart, those inside programmes too; `kind` narrows them down."""
    found: list[tuple[str, Host]] = []
    for line in cart.timed:
        if isinstance(line, ProgrammeLine):
            found += [(part.service_kind, Host(line, part.start, part.end)) for part in line.parts]
        elif line.host is None:
            found.append((line.service_kind, Host(line, line.start, line.end)))
    return [host for of, host in found if kind in (None, of)]
