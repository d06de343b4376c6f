"""How an offer, or the wait, comes to its end: an order, a lapse, the guest's own wish, the last day."""

from datetime import date, datetime
from typing import Any

from ..availability.days import day_of
from ..aws import logs
from ..aws.transactions import Transaction
from ..carts import hold
from ..carts import table as carts
from ..catalog import table as catalogue_table
from ..core.clock import Clock
from ..core.errors import NotFound
from . import model, table
from .model import Entry, EntryState, Offered


def today(now: datetime) -> date:
    """Return the spa's day: an entry whose last day is before it is over."""
    return day_of(now)


def told(offer: Offered) -> dict[str, Any]:
    """Return what facts say of an offer. No personal data: facts go through queues."""
    return {"service": offer.service, "name_es": offer.name_es, "name_en": offer.name_en,
            "start": offer.start.isoformat(), "end": offer.end.isoformat(), "price": offer.price}


def lapse(entry_id: str, clock: Clock) -> Entry:
    """End an offer whose time is over: the guest goes to the end of the line, the second time off the list.

    If its cart has become an order, the offer was taken. Nothing happens before its time, or twice. Two reads, one
    transaction; the hour needs no release: its hold has lapsed by itself.
    """
    before, now = table.load(entry_id), clock.now()
    if before.offer is None or before.state is not EntryState.OFFERED or not before.over(now):
        return before
    if carts.load(before.offer.cart).order is not None:
        return _take(before, before.offer, now)
    after = model.lapsed(before, now)
    tx = Transaction()
    table.saved(tx, after, table.fact(after, "waitlist.lapsed", **told(before.offer), waits=after.state.open,
                                      freed=before.offer.freed))
    if not after.state.open:
        table.closed(tx, after)
    tx.commit()
    logs.info("offer lapsed", cart=before.offer.cart, state=after.state.value)
    return after


def take(cart: str, clock: Clock) -> None:
    """Close the entry whose offer's cart has become an order; other carts are none of the waitlist's business.

    An offer that had lapsed, and whose hour was still free at check-out, counts as taken too.
    """
    entry_id = model.entry_of(cart)
    if entry_id is None:
        return
    try:
        entry = table.load(entry_id)
    except NotFound:
        return  # forgotten long ago
    if entry.last_cart == cart and entry.state not in (EntryState.TAKEN, EntryState.LEFT):
        _take(entry, entry.offer, clock.now())


def leave(tx: Transaction, entry_id: str, clock: Clock) -> Entry:
    """Take a guest off the list, as part of `tx`; an hour that was kept for her is free at once. Return her entry.

    Whoever is off the list already stays as she is, and so does one whose offer has become an order. One read, with an
    offer two.
    """
    before, now = table.load(entry_id), clock.now()
    if not before.state.open:
        return before
    freed = {}
    if before.offer is not None:
        cart = carts.load(before.offer.cart)
        if cart.order is not None:
            return before
        if any(line.id == before.offer.line and line.live(now) for line in cart.timed):
            hold.remove(tx, cart, before.offer.line, catalogue_table.current(clock), clock)
            freed = before.offer.freed
    after = model.left(before, now)
    table.saved(tx, after, table.fact(after, "waitlist.left", freed=freed))
    table.closed(tx, after)
    return after


def end(entry: Entry, clock: Clock) -> None:
    """Close an entry that waits and whose days are over. One transaction."""
    after = model.ended(entry, clock.now())
    tx = Transaction()
    table.saved(tx, after, table.fact(after, "waitlist.ended"))
    table.closed(tx, after)
    tx.commit()


def _take(before: Entry, offer: Offered | None, now: datetime) -> Entry:
    after = model.taken(before, now)
    tx = Transaction()
    table.saved(tx, after, table.fact(after, "waitlist.taken", **(told(offer) if offer else {})))
    if before.state.open:
        table.closed(tx, after)
    tx.commit()
    logs.info("offer taken", cart=before.last_cart)
    return after
