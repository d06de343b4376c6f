"""Putting things into a cart and taking them out again: the hold (DESIGN.md §5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ..availability import claim
from ..availability.claim import Claimed
from ..availability.find import Asked, Offer, find_all, offered_price
from ..aws.transactions import Transaction
from ..catalog import stock
from ..catalog.model import Catalogue, Product
from ..core.clock import Clock
from ..core.errors import Conflict, Invalid
from ..core.ids import random_id
from . import addons, table
from .lines import BookingLine, Part, ProductLine, ProgrammeLine, TimedLine
from .model import HOLD, Cart
from .price import priced


@dataclass(frozen=True)
class Wish:
    """What a guest wants: a service, the instant it begins, how many come; nights of a cabin, parts of a programme.

    An add-on begins with what it goes with, its `host`; without one, whatever begins then.
    """

    service: str
    start: datetime
    guests: int
    nights: int = 1
    parts: tuple[tuple[str, datetime], ...] = ()
    host: str | None = None

    def asked(self, catalogue: Catalogue) -> Asked:
        """Return it as the calendar's own question. Raises NotFound("service_not_found")."""
        return Asked(catalogue.service(self.service), self.start, self.guests, self.nights, self.parts)


@dataclass(frozen=True)
class Wanted:
    """A product and how many of it."""

    product: str
    quantity: int


def new_cart(clock: Clock) -> Cart:
    """Return an empty cart."""
    return Cart(id=random_id("crt"), created_at=clock.now())


def add(tx: Transaction, cart: Cart, wishes: Sequence[Wish], wanted: Sequence[Wanted], catalogue: Catalogue,
        clock: Clock) -> Cart:
    """Hold all that is wished for HOLD, as part of `tx`, and return the cart with the new lines at frozen prices.

    One read of the day sheets, however many wishes, and one of the stock if there are products. Raises NotFound
    ("service_not_found", "product_not_found"), Invalid or Conflict as `find_all`, `addons.line` and the cart do;
    the commit raises Conflict("slot_taken") when somebody was faster.
    """
    cart.must_be_open()
    now = clock.now()
    bookings = [wish for wish in wishes if catalogue.service(wish.service).addon_to is None]
    _must_be_new(cart, bookings, now)
    found = find_all(catalogue, [wish.asked(catalogue) for wish in bookings], now=now)
    held = [_renewed(line, cart) for wish, offer in zip(bookings, found, strict=True)
            for line in _lines(wish, offer, catalogue, now)]
    after = cart.with_held(held, now)
    for wish in wishes:
        if wish not in bookings:
            addon = addons.line(after, wish.service, wish.start, wish.guests, wish.host, catalogue, now)
            after = after.with_held([_renewed(addon, cart)], now)
    after = _with_products(after, wanted, catalogue)
    after = priced(after, catalogue).changed()
    after.must_not_be_too_full()
    claim.take_all(tx, [Claimed(line.id, line.occupied) for line in held], until=now + HOLD, now=now)
    table.saved(tx, after)
    return after


def remove(tx: Transaction, cart: Cart, id: str, catalogue: Catalogue, clock: Clock) -> Cart:
    """Let go of a line or a whole stay, as part of `tx`: its ticks are free again at once.

    Return the cart without it and the add-ons that went with it.
    """
    after, gone = cart.without(id)
    after = priced(after, catalogue).changed()
    live = [line for line in gone if isinstance(line, TimedLine) and line.live(clock.now())]
    claim.release_all(tx, [Claimed(line.id, line.occupied) for line in live])
    table.saved(tx, after)
    return after


def must_be_offered_still(cart: Cart, catalogue: Catalogue, now: datetime) -> None:
    """Raise unless all that is not held could be had anew at its price, which a hold alone guarantees (DOMAIN.md).

    Lapsed lines, products, and the discounts once any line has lapsed. Whether the hour is still free is for the claim
    to say, whether there is stock for the transaction. No request. Raises NotFound, Invalid as `find_all`,
    Invalid("not_sold_online"), Conflict("price_changed").
    """
    lapsed = [line for line in cart.timed if not line.live(now)]
    for line in lapsed:
        if _price_now(cart, line, catalogue, now) != line.total:
            raise Conflict("price_changed", service=line.service)
    for product in cart.lines:
        if isinstance(product, ProductLine) and _on_sale(product.product, catalogue).price != product.unit_price:
            raise Conflict("price_changed", product=product.product)
    if lapsed and priced(cart, catalogue).total != cart.total:
        raise Conflict("price_changed")


def _must_be_new(cart: Cart, wishes: Sequence[Wish], now: datetime) -> None:
    """Raise Conflict("slot_already_in_cart") for what the cart holds, or asks for twice, before that is in the way."""
    known = {line.key for line in cart.timed if line.live(now)}
    for wish in wishes:
        key = (wish.service, *wish.parts) if wish.parts else (wish.service, wish.start, None)
        if key in known:
            raise Conflict("slot_already_in_cart")
        known.add(key)


def _lines(wish: Wish, offer: Offer, catalogue: Catalogue, now: datetime) -> list[TimedLine]:
    service = catalogue.service(wish.service)
    if service.kind == "programme":
        return [_programme(wish, offer, catalogue, now)]
    stay = random_id("sty") if service.by_night else None
    policy = catalogue.policy_of(service)
    return [BookingLine(
        id=random_id("lin"), kind="night" if stay else "service", service=service.slug, service_kind=service.kind,
        name_es=service.name.es, name_en=service.name.en, start=spot.start, end=spot.end, guests=spot.guests,
        unit_price=spot.unit_price, total=spot.price, deposit=addons.deposit(spot.price, service),
        occupied=spot.spot, held_until=now + HOLD, cancel_hours=policy.cancel_hours, stay=stay) for spot in offer.spots]


def _programme(wish: Wish, offer: Offer, catalogue: Catalogue, now: datetime) -> ProgrammeLine:
    service = catalogue.service(wish.service)
    parts = tuple(Part(service=spot.service.slug, service_kind=spot.service.kind, name_es=spot.service.name.es,
                       name_en=spot.service.name.en, start=spot.start, end=spot.end, guests=spot.guests,
                       occupied=spot.spot) for spot in offer.spots)
    return ProgrammeLine(
        id=random_id("lin"), service=service.slug, name_es=service.name.es, name_en=service.name.en,
        start=min(part.start for part in parts), end=max(part.end for part in parts), guests=wish.guests,
        total=offer.price, deposit=addons.deposit(offer.price, service), held_until=now + HOLD,
        cancel_hours=catalogue.policy_of(service).cancel_hours, parts=parts)


def _renewed(line: TimedLine, cart: Cart) -> TimedLine:
    """Return a line under the id of the lapsed one that it renews, so that add-ons still find their host."""
    old = next((old for old in cart.timed if old.key == line.key), None)
    return line.model_copy(update={"id": old.id}) if old else line


def _with_products(cart: Cart, wanted: Sequence[Wanted], catalogue: Catalogue) -> Cart:
    """Return the cart with these quantities. Raises Conflict("out_of_stock") when the shelf has fewer just now."""
    if not wanted:
        return cart
    shelf = stock.left()
    for one in wanted:
        product = _on_sale(one.product, catalogue)
        if shelf.get(product.slug, 0) < one.quantity:
            raise Conflict("out_of_stock", product=product.slug)
        cart = cart.with_product(ProductLine(
            id=random_id("lin"), product=product.slug, name_es=product.name.es, name_en=product.name.en,
            quantity=one.quantity, unit_price=product.price, total=product.price * one.quantity))
    return cart


def _on_sale(slug: str, catalogue: Catalogue) -> Product:
    """Return a product. Raises NotFound("product_not_found"), Invalid("not_sold_online")."""
    product = catalogue.product(slug)
    if "online" not in product.sold:
        raise Invalid("not_sold_online", product=slug)
    return product


def _price_now(cart: Cart, line: TimedLine, catalogue: Catalogue, now: datetime) -> int:
    """Return what a line would cost if it were wished for now. Raises as `find_all`."""
    if isinstance(line, ProgrammeLine):
        parts = tuple((part.service, part.start) for part in line.parts)
        return offered_price(catalogue, Asked(catalogue.service(line.service), line.start, line.guests, 1, parts),
                             now=now)
    if line.host:
        return addons.line(cart, line.service, addons.host_of(cart, line).start, line.guests, line.host, catalogue,
                           now, again=line).total
    return offered_price(catalogue, Asked(catalogue.service(line.service), line.start, line.guests), now=now)
