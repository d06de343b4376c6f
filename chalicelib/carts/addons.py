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
    made = _with_host(service, found, guests, catalogue, now)
    return made.model_copy(update={"id": again.id}) if again else made


def along(addon: BookingLine, before: TimedLine, after: TimedLine, catalogue: Catalogue, now: datetime) -> BookingLine:
    """Return an add-on as it goes along when its host is moved: served at the host's new hours, at today's price.

    Raises NotFound("service_not_found"), Invalid("addon_needs_host") when the host is none for it any more, and as
    `addon_refused`.
    """
    service = catalogue.service(addon.service)
    was, new = (_hosts(line, service.addon_to) for line in (before, after))
    at = next((n for n, host in enumerate(was) if host.start <= addon.start < host.end), 0)
    if at >= len(new):
        raise Invalid("addon_needs_host", service=addon.service)
    made = _with_host(service, new[at], addon.guests, catalogue, now)
    return made.model_copy(update={"id": addon.id, "cancel_hours": addon.cancel_hours})


def _with_host(service: Service, host: Host, guests: int, catalogue: Catalogue, now: datetime) -> BookingLine:
    begin, end = addon_times(service, host.start, host.end)
    if refused := addon_refused(service, begin, guests, now):
        raise refused.refusal(service=service.slug)
    day = day_of(host.start)
    price = price_of(service, day, guests, catalogue.holiday_dates)
    return BookingLine(
        id=random_id("lin"), service=service.slug, service_kind=service.kind, name_es=service.name.es,
        name_en=service.name.en, start=begin, end=end, guests=guests,
        unit_price=service.price.amount_on(day, catalogue.holiday_dates), total=price, deposit=deposit(price, service),
        held_until=host.line.held_until, cancel_hours=catalogue.policy_of(service).cancel_hours, host=host.line.id)


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
    return [host for line in cart.timed for host in _hosts(line, kind)]


def _hosts(line: TimedLine, kind: str | None = None) -> list[Host]:
    """Return the bookings of a line that can have add-ons, narrowed down to a kind."""
    if isinstance(line, ProgrammeLine):
        return [Host(line, part.start, part.end) for part in line.parts if kind in (None, part.service_kind)]
    return [Host(line, line.start, line.end)] if line.host is None and kind in (None, line.service_kind) else []
