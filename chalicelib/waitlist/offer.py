"""Offering hours that have become free to those who wait, the first in line first (docs/waitlist.md)."""

from datetime import date, datetime
from functools import partial

from ..availability.look import Look
from ..availability.sheets import Occupied, with_spot
from ..availability.table import read_sheets
from ..aws import logs
from ..aws.transactions import Transaction, decided_again
from ..carts import hold
from ..carts import table as carts
from ..carts.lines import TimedLine
from ..carts.model import HOLD, Cart
from ..catalog import table as catalogue_table
from ..catalog.model import Catalogue
from ..core.clock import Clock
from ..core.errors import Conflict, Invalid, NotFound
from . import leave, model, table
from .match import Hour, free_hours, offered_until, sheets_needed, to_offer
from .model import Entry, EntryState, Offered


def offer_all(clock: Clock, days: frozenset[date] | None = None) -> int:
    """Offer what is free to those who wait, each one hour, first come first served; return how many offers were made.

    `days` narrows it down to those who would come on one of them. An entry whose days are over ends. Requests: one
    query, the day sheets that decide (`read_sheets`), and a transaction for each offer. Doing it twice, or at once,
    offers nothing twice: an offer counts only if the entry still waits and the hour is still free.
    """
    now = clock.now()
    waiting = [entry for entry in table.waiting() if days is None or not days.isdisjoint(entry.wanted.days)]
    if not waiting:
        return 0
    catalogue = catalogue_table.current(clock)
    sheets = read_sheets(catalogue, sheets_needed(catalogue, [entry.wanted for entry in waiting]))
    look, offers = Look(catalogue, sheets, now), 0
    for entry in waiting:
        line = decided_again(partial(_served, entry, look, catalogue, clock))
        if line is not None:
            look, offers = Look(catalogue, with_spot(look.sheets, line.occupied), now), offers + 1
    return offers


def _served(before: Entry, look: Look, catalogue: Catalogue, clock: Clock) -> TimedLine | None:
    """Offer an entry the first hour that it can have, and return the line that keeps it; None when there is none."""
    now = clock.now()
    free = free_hours(look, before.wanted)
    keys = frozenset(hour.key for hour in free)
    if not to_offer(before, free) and model.seen(before, keys, now) is before and not _past(before, now):
        return None  # the usual case: nothing to read, nothing to write
    entry = table.load(before.id)
    if entry.state is not EntryState.WAITING:
        return None
    if _past(entry, now):
        leave.end(entry, clock)
        return None
    for hour in to_offer(entry, free):
        try:
            return _offer(entry, hour, catalogue, clock)
        except (Conflict, Invalid, NotFound) as error:  # somebody was faster, or the house does not sell it any more
            logs.info("hour could not be offered", code=error.code, service_slug=hour.wish.service)
    _note(entry, keys, now)
    return None


def _past(entry: Entry, now: datetime) -> bool:
    return entry.wanted.last < leave.today(now)


def _offer(entry: Entry, hour: Hour, catalogue: Catalogue, clock: Clock) -> TimedLine:
    """Keep an hour for an entry, in a cart of its own, and say so: one transaction."""
    now = clock.now()
    tx, until = Transaction(), offered_until(hour.start, now)
    cart = hold.add(tx, Cart(id=model.next_cart(entry), created_at=now), [hour.wish], (), catalogue, clock, until=until)
    [line] = cart.timed
    offer = Offered(cart=cart.id, line=line.id, service=line.service, name_es=line.name_es, name_en=line.name_en,
                    start=line.start, end=line.end, price=cart.total, until=until, freed=_freed(line.occupied))
    after = model.offered(entry, offer, now)
    table.saved(tx, after, table.fact(after, "waitlist.offered", **leave.told(offer), until=until.isoformat()))
    tx.commit()
    logs.info("hour offered", cart=cart.id, service_slug=line.service)
    return line


def _note(entry: Entry, free: frozenset[str], now: datetime) -> None:
    """Write down what is free now, if that changes what is news to the entry."""
    after = model.seen(entry, free, now)
    if after is not entry:
        tx = Transaction()
        table.saved(tx, after)
        tx.commit()


def _freed(spot: Occupied) -> dict[str, tuple[str, ...]]:
    """Return the resources that would be free again if the offer were not taken, by local day."""
    found: dict[str, set[str]] = {}
    for place in spot.places:
        found.setdefault(place.day.isoformat(), set()).add(place.resource)
    return {day: tuple(sorted(found[day])) for day in sorted(found)}


def open_offer(tx: Transaction, entry_id: str, clock: Clock) -> tuple[Entry, Cart]:
    """Open an entry's offer to be paid, as part of `tx`; return the entry and the cart that keeps the hour.

    The first time it is kept for at least as long as any cart's hours, so that nobody who comes in the last minute
    loses it while she types. Two reads. Raises Conflict("no_offer"), Conflict("offer_lapsed").
    """
    entry, now = table.load(entry_id), clock.now()
    offer = model.current_offer(entry, now)
    cart = carts.load(offer.cart)
    line = next((line for line in cart.timed if line.id == offer.line), None)
    if cart.order is not None or line is None:
        raise Conflict("no_offer")
    if offer.opened:
        return entry, cart
    until = max(offer.until, min(now.replace(microsecond=0) + HOLD, offer.start))
    after = model.opened(entry, until, now)
    if until > offer.until:
        cart = hold.kept(tx, cart, line, until, now)
    table.saved(tx, after)
    return after, cart
