"""Late money whose hours are gone: the order as it becomes at other hours, the ones still free as they were. Pure.

The guest has CHOOSE_FOR to choose; afterwards, or on request, the money goes back (docs/payments.md, Late money).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from ..availability.days import INDEX_OF
from ..availability.find import found_in
from ..availability.sheets import EMPTY, Sheets
from ..carts.lines import BookingLine, ProductLine, TimedLine, products
from ..catalog.model import Catalogue
from ..core.clock import epoch
from ..core.errors import Conflict, Invalid, NotFound
from . import change
from .change import Change
from .model import Order, OrderState
from .plan_change import Move, lines_at, wish_of


class Thing(NamedTuple):
    """What has an hour of its own: a booking, the nights of a stay, a programme. Add-ons go along with theirs."""

    id: str
    lines: list[TimedLine]

    @property
    def start(self) -> datetime:
        return self.lines[0].start

    @property
    def end(self) -> datetime:
        return self.lines[-1].end


def things(order: Order) -> list[Thing]:
    """Return what of an order has an hour of its own, in order of time."""
    found: dict[str, list[TimedLine]] = {}
    for line in sorted(order.standing, key=lambda line: line.start):
        if isinstance(line, BookingLine) and line.host:
            continue
        found.setdefault(line.stay or line.id if isinstance(line, BookingLine) else line.id, []).append(line)
    return [Thing(id, lines) for id, lines in found.items()]


def must_be_choosing(order: Order, now: datetime) -> datetime:
    """Return until when other hours may be chosen. Raises Conflict("nothing_to_choose") when none may."""
    if order.state is not OrderState.EXPIRED or order.choose_until is None or now >= order.choose_until:
        raise Conflict("nothing_to_choose")
    return order.choose_until


def gone(order: Order, sheets: Sheets, now: datetime) -> list[Thing]:
    """Return the things that can't be had at their hours any more: somebody else's, blocked, or begun."""
    return [thing for thing in things(order) if thing.start <= now or _taken(thing, sheets, epoch(now))]


def chosen(order: Order, moves: Sequence[Move], catalogue: Catalogue, sheets: Sheets, left: Mapping[str, int],
           now: datetime) -> Change:
    """Return the order as it is at the hours chosen, at today's prices, with all else as it was.

    A move to where a thing is anyway leaves it as it is. Products of which fewer are `left` are dropped. All its hours
    are to be taken anew. Raises NotFound("line_not_found"); Invalid: "chosen_twice", "in_the_past" when something that
    was not moved has begun, "another_category"; and as `found_in`.
    """
    to = _by_thing(order, moves)
    moving = [(thing, wish_of(thing.lines, to[thing.id], catalogue)) for thing in things(order)
              if thing.id in to and _elsewhere(thing, to[thing.id])]
    kept = [thing for thing in things(order) if thing not in [moved for moved, _ in moving]]
    if any(thing.start <= now for thing in kept):
        raise Invalid("in_the_past")
    offers = found_in(catalogue, [wish.asked(catalogue) for _, wish in moving], sheets, now,
                      taken=[line.occupied for thing in kept for line in thing.lines])
    new = [line for (thing, wish), offer in zip(moving, offers, strict=True)
           for line in lines_at(order, thing.lines, wish, offer, catalogue, now)]
    done = change.moved(_in_stock(order, left), new, catalogue)
    return done._replace(released=(), taken=tuple(done.order.claims), stock=products(done.order.lines))


def _by_thing(order: Order, moves: Sequence[Move]) -> dict[str, Move]:
    to = {move.line: move for move in moves}
    if len(to) < len(moves):
        raise Invalid("chosen_twice")
    if to.keys() - {thing.id for thing in things(order)}:
        raise NotFound("line_not_found")
    return to


def _elsewhere(thing: Thing, move: Move) -> bool:
    first = thing.lines[0]
    return (move.start, move.service or first.service) != (first.start, first.service)


def _taken(thing: Thing, sheets: Sheets, now: int) -> bool:
    """Tell whether a half hour of a thing is another's: a hold counts while it lives."""
    for line in thing.lines:
        for place in line.occupied.places:
            marks = sheets.get((place.resource, place.day), EMPTY)
            found = (marks.get(INDEX_OF[tick]) for tick in place.ticks)
            if any(mark and mark.claim != line.id and mark.lives(now) for mark in found):
                return True
    return False


def _in_stock(order: Order, left: Mapping[str, int]) -> Order:
    """Return the order without the products that are sold out meanwhile."""
    out = [line for line in order.lines if isinstance(line, ProductLine) and left.get(line.product, 0) < line.quantity]
    if not out:
        return order
    return order.model_copy(update={"lines": tuple(line for line in order.lines if line not in out),
                                    "cancelled": (*order.cancelled, *out)})
