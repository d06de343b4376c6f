"""Putting an hour into a cart and taking it out again: the hold (DESIGN.md §5)."""

from dataclasses import dataclass
from datetime import datetime

from ..availability import claim
from ..availability.find import find_spot, offered_price
from ..aws.transactions import Transaction
from ..catalog.model import Catalogue
from ..core.clock import Clock
from ..core.errors import Conflict
from ..core.ids import random_id
from . import table
from .model import HOLD, Cart, Line


@dataclass(frozen=True)
class Wish:
    """What a guest wants: a service, the instant it begins, and how many come."""

    service: str
    start: datetime
    guests: int


def new_cart(clock: Clock) -> Cart:
    """Return an empty cart."""
    return Cart(id=random_id("crt"), created_at=clock.now())


def add_line(tx: Transaction, cart: Cart, wish: Wish, catalogue: Catalogue, clock: Clock) -> Cart:
    """Hold what is wished for HOLD, as part of `tx`, and return the cart with the new line at its frozen price.

    One read, of the day's sheets. Raises NotFound("service_not_found"), Invalid or Conflict as `find_spot` and
    `Cart.must_accept` do; the commit raises Conflict("slot_taken") when somebody was faster.
    """
    cart.must_accept(wish.service, wish.start, clock.now())
    line = _line(wish, catalogue, clock.now())
    after = cart.with_line(line)
    claim.take(tx, line.id, line.occupied, until=line.held_until, now=clock.now())
    table.saved(tx, after)
    return after


def remove_line(tx: Transaction, cart: Cart, line_id: str, clock: Clock) -> Cart:
    """Let go of a line, as part of `tx`: its ticks are free again at once. Return the cart without it."""
    line = cart.line(line_id)
    after = cart.without_line(line_id)
    if line.live(clock.now()):
        claim.release(tx, line.id, line.occupied)
    table.saved(tx, after)
    return after


def must_be_offered_still(cart: Cart, catalogue: Catalogue, now: datetime) -> None:
    """Raise unless each lapsed line could be booked anew at its price, which a hold alone guarantees (DOMAIN.md).

    Whether the hour is still free is for the claim to say. No request. Raises NotFound("service_not_found"), Invalid as
    `find_spot`, Conflict("price_changed").
    """
    for line in cart.lines:
        if line.live(now):
            continue
        service = catalogue.service(line.service)
        if offered_price(catalogue, service, line.start, line.guests, now=now) != line.total:
            raise Conflict("price_changed", service=service.slug)


def _line(wish: Wish, catalogue: Catalogue, now: datetime) -> Line:
    service = catalogue.service(wish.service)
    found = find_spot(catalogue, service, wish.start, wish.guests, now=now)
    return Line(
        id=random_id("lin"), service=service.slug, name_es=service.name.es, name_en=service.name.en,
        start=found.start, end=found.end, guests=wish.guests, unit_price=found.unit_price, total=found.price,
        occupied=found.spot, held_until=now + HOLD, cancel_hours=catalogue.policy_of(service).cancel_hours,
    )
