"""What a change makes of an order: its lines, its hours, its money. Pure; docs/changes.md has the rules with examples.

    before ── move ──► the same lines at other hours and prices
           ── cancel ─► in time: lines gone, their money over · late: lines `forfeited`, paid for as far as they were
           ── add ────► more products, more due
    then   discounts anew (never worse than those whose lines did not change) · what was not paid of late lines waived
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from ..availability.sheets import Claimed
from ..carts.lines import BookingLine, DiscountLine, GiftLine, Line, ProductLine, TimedLine, gifts, products
from ..carts.price import pack_discounts
from ..catalog.model import Catalogue
from ..core.errors import Conflict, Invalid
from ..core.money import Clp
from .model import Order, OrderState
from .open_lines import begun

WAIVER = "late_cancellation"


class Changed(NamedTuple):
    """One thing that a change does, for the history and the mail. `was` and `now` are when it began and begins."""

    name_es: str
    name_en: str
    was: datetime | None = None
    now: datetime | None = None


class Change(NamedTuple):
    """An order as it will be, at the same version, and what has to happen for it besides.

    `released` and `taken` are hours; `stock` counts units of each product that are taken off the shelf, or put back
    when negative. `late` tells that something of it is not given back.
    """

    order: Order
    what: tuple[Changed, ...]
    released: tuple[Claimed, ...] = ()
    taken: tuple[Claimed, ...] = ()
    stock: Mapping[str, int] = MappingProxyType({})
    late: bool = False

    @property
    def surplus(self) -> Clp:
        """What is held beyond the new total, in CLP."""
        return Clp(max(0, self.order.paid - self.order.total, self.to_cards))

    @property
    def to_cards(self) -> Clp:
        """What of it goes back to gift cards in any case, in CLP: all that is left to pay for is gift cards."""
        return Clp(max(0, self.order.covered - self.order.coverable))

    @property
    def due(self) -> Clp:
        """What is left to pay then, in CLP."""
        return Clp(max(0, self.order.total - self.order.paid + self.to_cards))

    @property
    def freed(self) -> dict[str, list[str]]:
        """The resources that get free hours, by local day: whoever waits for one hears of it."""
        return freed(self.released, self.taken)


def freed(released: Iterable[Claimed], taken: Iterable[Claimed] = ()) -> dict[str, list[str]]:
    """Return the resources of which something is given up and not taken again, by local day."""
    kept = {(place.resource, place.day, tick) for _, spot in taken for place in spot.places for tick in place.ticks}
    found: dict[str, set[str]] = {}
    for _, spot in released:
        for place in spot.places:
            if any((place.resource, place.day, tick) not in kept for tick in place.ticks):
                found.setdefault(place.day.isoformat(), set()).add(place.resource)
    return {day: sorted(found[day]) for day in sorted(found)}


def moved(order: Order, new: Sequence[TimedLine], catalogue: Catalogue) -> Change:
    """Return the order with lines at other hours, each under the id of the line whose place it takes."""
    by_id = {line.id: line for line in new}
    old = [line for line in order.standing if line.id in by_id]
    lines = tuple(by_id.get(line.id, line) for line in order.lines)
    what = tuple(Changed(line.name_es, line.name_en, line.start, by_id[line.id].start) for line in old
                 if not (isinstance(line, BookingLine) and line.host))
    return Change(order=_with(order, lines, catalogue), what=what, released=_claims(old), taken=_claims(new))


def added(order: Order, new: Sequence[ProductLine], catalogue: Catalogue) -> Change:
    """Return the order with more products: a line of the same product at the same price grows."""
    lines = list(order.lines)
    for product in new:
        same = [n for n, line in enumerate(lines) if isinstance(line, ProductLine)
                and (line.product, line.unit_price) == (product.product, product.unit_price)]
        if same:
            old = lines[same[0]]
            lines[same[0]] = product.model_copy(update={
                "id": old.id, "total": old.total + product.total,
                "quantity": (old.quantity if isinstance(old, ProductLine) else 0) + product.quantity})
        else:
            lines.append(product)
    what = tuple(Changed(product.name_es, product.name_en) for product in new)
    return Change(order=_with(order, tuple(lines), catalogue), what=what, stock=products(new))


def cancelled(order: Order, ids: Iterable[str], catalogue: Catalogue, now: datetime, *,
              forgive: bool = False) -> Change:
    """Return the order without some lines (or stays), and without the add-ons that go with them.

    A booking given up in time is gone, and its money over; later it is forfeited: nothing of it is given back, and what
    was not paid of it beyond its deposit is not asked for (DOMAIN.md, Orders). Products go back in full until the visit
    begins, a gift card until it is issued. `forgive` treats all of it as in time, also what has begun. An order with
    nothing left is cancelled.

    Raises NotFound("line_not_found"), Conflict("line_given_up") for one given up before, Invalid("in_the_past") for one
    that has begun, Conflict("gift_card_issued").
    """
    gone = _with_add_ons(order, [line for id in ids for line in order.named(id)])
    late = [] if forgive else [line for line in gone if isinstance(line, TimedLine) and now > _free_until(line, gone)]
    _must_be_there(order, gone, now, forgive)
    kept = [line for line in order.lines if line in late or line not in gone]
    after = _with(order, tuple(_forfeited(line) if line in late else line for line in kept), catalogue)
    after = after.model_copy(update={"cancelled": (*order.cancelled, *(line for line in gone if line not in late))})
    if not after.standing and not products(after.lines) and not gifts(after.lines):
        after = after.model_copy(update={"state": OrderState.CANCELLED})
    after = _waived(after, late)
    free = [line for line in gone if isinstance(line, TimedLine) and line.start > now and not line.forfeited]
    what = tuple(Changed(line.name_es, line.name_en, line.start if isinstance(line, TimedLine) else None)
                 for line in gone if not (isinstance(line, BookingLine) and line.host and line.host in _ids(gone)))
    back = {slug: -quantity for slug, quantity in products(gone).items()}
    return Change(order=after, what=what, released=_claims(free), stock=back, late=bool(late))


def not_come(order: Order, now: datetime) -> Change:
    """Return the order of guests who did not come: all of it forfeited, the hours still ahead anybody's.

    Raises Conflict("visit_not_begun") before the first hour.
    """
    if not begun(order, now):
        raise Conflict("visit_not_begun")
    late = order.standing
    lines = tuple(_forfeited(line) if line in late else line for line in order.lines)
    after = order.model_copy(update={"lines": lines, "state": OrderState.NO_SHOW})
    return Change(order=_waived(after, late), what=(), released=_claims(line for line in late if line.start > now),
                  late=True)


def _free_until(line: TimedLine, gone: Sequence[Line]) -> datetime:
    """Return until when a line is given up for free; an add-on goes by what it goes with, if that is given up too."""
    host = line.host if isinstance(line, BookingLine) else None
    with_it = (other for other in gone if isinstance(other, TimedLine) and other.id == host)
    return next(with_it, line).free_until


def _with_add_ons(order: Order, lines: Sequence[Line]) -> list[Line]:
    ids = _ids(lines)
    return [line for line in order.lines if line.id in ids or (isinstance(line, BookingLine) and line.host in ids)]


def _ids(lines: Iterable[Line]) -> set[str]:
    return {line.id for line in lines}


def _must_be_there(order: Order, gone: Sequence[Line], now: datetime, forgive: bool) -> None:
    """Raise unless all that is to be given up is still there to be given up."""
    if any(isinstance(line, GiftLine) and line.card for line in gone):
        raise Conflict("gift_card_issued")
    if forgive:
        return
    if any(isinstance(line, TimedLine) and line.forfeited for line in gone):
        raise Conflict("line_given_up")
    over = begun(order, now)
    if any(line.start <= now if isinstance(line, TimedLine) else over for line in gone):
        raise Invalid("in_the_past")


def _forfeited(line: Line) -> Line:
    return line.model_copy(update={"forfeited": True})


def _claims(lines: Iterable[TimedLine]) -> tuple[Claimed, ...]:
    return tuple(Claimed(line.id, line.occupied) for line in lines)


def _with(order: Order, lines: tuple[Line, ...], catalogue: Catalogue) -> Order:
    """Return the order with other lines and the discounts that go with them.

    The packs in force are applied anew to all of them; but discounts whose lines are as they were are a promise, and
    stand when that is more (at equality too). What is no pack's stays with its lines.
    """
    unchanged = {line.id for line in lines if line in order.lines}
    there = _ids(lines)
    discounts = [line for line in order.lines if isinstance(line, DiscountLine)]
    others = [one for one in discounts if one.source != "pack" and there.issuperset(one.lines)]
    promised = [one for one in discounts if one.source == "pack" and unchanged.issuperset(one.lines)]
    plain = tuple(line for line in lines if not isinstance(line, DiscountLine))
    anew = pack_discounts(plain, catalogue)
    best = anew if sum(one.total for one in anew) < sum(one.total for one in promised) else promised
    return order.model_copy(update={"lines": (*plain, *best, *others)})


def _waived(order: Order, late: Sequence[TimedLine]) -> Order:
    """Return the order without what is not asked for any more of lines given up late.

    Their unpaid rest beyond the deposit; once nobody is expected, all that is unpaid.
    """
    due = max(0, order.total - order.paid)
    over = order.state in (OrderState.CANCELLED, OrderState.NO_SHOW)
    waived = due if over else min(due, sum(line.total - line.deposit for line in late))
    if not waived:
        return order
    waiver = DiscountLine(id=f"waiver-{order.version + 1}", name_es="No se cobra", name_en="Not charged", total=-waived,
                          source="waiver", code=WAIVER, lines=tuple(line.id for line in late))
    return order.model_copy(update={"lines": (*order.lines, waiver)})
