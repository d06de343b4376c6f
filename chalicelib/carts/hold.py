"""Putting things into a cart and taking them out again: the hold (DESIGN.md §5)."""

from collections.abc import Sequence
from datetime import datetime

from ..availability import claim
from ..availability.find import Asked, find_all, offered_price
from ..availability.sheets import Claimed
from ..aws.transactions import Transaction
from ..catalog import stock
from ..catalog.model import Catalogue
from ..core.clock import Clock
from ..core.errors import Conflict
from ..core.ids import random_id
from . import addons, table
from .gifts import must_be_sold_still
from .lines import GiftLine, ProductLine, ProgrammeLine, TimedLine, gifts
from .model import HOLD, Cart
from .price import priced
from .wishes import Wanted, Wish, lines_of, on_sale, product_line


def new_cart(clock: Clock) -> Cart:
    """Return an empty cart."""
    return Cart(id=random_id("crt"), created_at=clock.now())


def add(tx: Transaction, cart: Cart, wishes: Sequence[Wish], wanted: Sequence[Wanted], catalogue: Catalogue,
        clock: Clock, *, gifts: Sequence[GiftLine] = (), until: datetime | None = None) -> Cart:
    """Hold all that is wished for HOLD, as part of `tx`, and return the cart with the new lines at frozen prices.

    `until` is another end of the hold, as that of an hour offered to whoever waited for it. One read of the day sheets,
    however many wishes, and one of the stock if there are products. Raises NotFound
    ("service_not_found", "product_not_found"), Invalid or Conflict as `find_all`, `addons.line` and the cart do;
    the commit raises Conflict("slot_taken") when somebody was faster.
    """
    cart.must_be_open()
    now = clock.now()
    bookings = [wish for wish in wishes if catalogue.service(wish.service).addon_to is None]
    _must_be_new(cart, bookings, now)
    found = find_all(catalogue, [wish.asked(catalogue) for wish in bookings], now=now)
    until = until or now + HOLD
    held = [_renewed(line, cart).model_copy(update={"held_until": until})
            for wish, offer in zip(bookings, found, strict=True) for line in lines_of(wish, offer, catalogue, now)]
    after = cart.with_held(held, now)
    for wish in wishes:
        if wish not in bookings:
            addon = addons.line(after, wish.service, wish.start, wish.guests, wish.host, catalogue, now)
            after = after.with_held([_renewed(addon, cart)], now)
    after = _with_products(after, wanted, catalogue).with_gifts(gifts)
    after = priced(after, catalogue).changed()
    after.must_not_be_too_full()
    claim.take_all(tx, [Claimed(line.id, line.occupied) for line in held], until=until, now=now)
    table.saved(tx, after)
    return after


def kept(tx: Transaction, cart: Cart, line: TimedLine, until: datetime, now: datetime) -> Cart:
    """Hold a line that is still held for longer, as part of `tx`, and return the cart.

    The commit raises Conflict("slot_taken") when somebody else has its hour by now.
    """
    lines = tuple(old.model_copy(update={"held_until": until}) if old is line else old for old in cart.lines)
    claim.take(tx, line.id, line.occupied, until, now)
    after = cart.changed(lines=lines)
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
        if isinstance(product, ProductLine) and on_sale(product.product, catalogue).price != product.unit_price:
            raise Conflict("price_changed", product=product.product)
    for gift in gifts(cart.lines):
        must_be_sold_still(gift, catalogue)
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
        product = on_sale(one.product, catalogue)
        if shelf.get(product.slug, 0) < one.quantity:
            raise Conflict("out_of_stock", product=product.slug)
        cart = cart.with_product(product_line(product, one.quantity))
    return cart


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
