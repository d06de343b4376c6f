"""What a guest or the front desk wants changed, worked out: the change with its price, before anybody decides on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from ..availability.find import Offer, find_all
from ..carts import addons
from ..carts.lines import BookingLine, DiscountLine, GiftLine, Line, TimedLine
from ..carts.wishes import Wanted, Wish, lines_of, on_sale, product_line
from ..catalog import stock
from ..catalog.model import Catalogue, Service
from ..catalog.offers import Counter
from ..core.errors import Conflict, Invalid
from . import cards, change
from .change import Change
from .model import Order, OrderState


class Move(NamedTuple):
    """Another hour for a line, or a whole stay; perhaps another service of the same category."""

    line: str
    start: datetime
    service: str | None = None
    parts: tuple[tuple[str, datetime], ...] = ()


class Cancel(NamedTuple):
    """A line, or a whole stay, to be given up; all of the order without one."""

    line: str | None = None


class Add(NamedTuple):
    """More products."""

    products: tuple[Wanted, ...]


Wished = Move | Cancel | Add


@dataclass(frozen=True)
class Rights:
    """What whoever asks may do. The front desk may move late, and `forgive`: treat what is late as in time."""

    staff: bool = False
    forgive: bool = False


def plan_change(order: Order, wished: Wished, catalogue: Catalogue, now: datetime, rights: Rights) -> Change:
    """Return what a change would make of an order; nothing is written.

    One read of the day sheets for a move, one of the stock for products, none to give up. Raises
    Conflict: "order_not_open", "too_late_to_change", "nothing_changes", "line_given_up", "slot_taken", "out_of_stock";
    Invalid: "in_the_past", "another_category", and as `find_all`; NotFound: "line_not_found", "service_not_found",
    "product_not_found".
    """
    must_be_open(order, wished, rights)
    match wished:
        case Move():
            lines = _movable(order, wished.line, now, rights)
            return change.moved(order, moved_lines(order, lines, wished, catalogue, now), catalogue)
        case Cancel():
            return _cancel(order, wished, catalogue, now, rights)
        case Add():
            return _add(order, wished, catalogue, "desk" if rights.staff else "order_page")


def must_be_open(order: Order, wished: Wished, rights: Rights) -> None:
    """Raise Conflict("order_not_open") unless the order is at a stage in which it can be changed so."""
    stages = {OrderState.CONFIRMED, OrderState.CHECKED_IN}
    if isinstance(wished, Cancel) and wished.line is None:
        stages.add(OrderState.PENDING_PAYMENT)
    if isinstance(wished, Cancel) and rights.forgive:
        stages |= {OrderState.CHECKED_OUT, OrderState.NO_SHOW}
    if order.state not in stages:
        raise Conflict("order_not_open")


def moved_lines(order: Order, lines: Sequence[TimedLine], wished: Move, catalogue: Catalogue,
                now: datetime) -> list[TimedLine]:
    """Return the lines at their new hours and today's prices, add-ons included, under their old ids and terms.

    One read of the day sheets; what the lines occupy now is not in their way. Raises as `find_all`,
    Invalid("another_category"), Conflict("nothing_changes").
    """
    wish = wish_of(lines, wished, catalogue)
    [offer] = find_all(catalogue, [wish.asked(catalogue)], now=now, own=[line.id for line in lines])
    new = lines_at(order, lines, wish, offer, catalogue, now)
    if [line.key for line in new[:len(lines)]] == [line.key for line in lines]:
        raise Conflict("nothing_changes")
    return new


def wish_of(lines: Sequence[TimedLine], wished: Move, catalogue: Catalogue) -> Wish:
    """Return what is asked of the calendar to move the lines of one thing. Raises Invalid("another_category")."""
    service = _destination(lines[0], wished, catalogue)
    return Wish(service.slug, wished.start, lines[0].guests, len(lines), wished.parts)


def lines_at(order: Order, lines: Sequence[TimedLine], wish: Wish, offer: Offer, catalogue: Catalogue,
             now: datetime) -> list[TimedLine]:
    """Return the lines as they become by an offer, under their old ids and terms, then the add-ons that go along."""
    new = [fresh.model_copy(update={"id": old.id, "cancel_hours": old.cancel_hours, **_stay_of(old)})
           for old, fresh in zip(lines, lines_of(wish, offer, catalogue, now), strict=True)]
    hosts = {old.id: (old, fresh) for old, fresh in zip(lines, new, strict=True)}
    along = [addons.along(line, *hosts[line.host], catalogue, now) for line in order.standing
             if isinstance(line, BookingLine) and line.host in hosts]
    return [*new, *along]


def _destination(line: TimedLine, wished: Move, catalogue: Catalogue) -> Service:
    now, new = catalogue.service(line.service), catalogue.service(wished.service or line.service)
    if now.category != new.category or now.by_night != new.by_night:
        raise Invalid("another_category", service=new.slug)
    return new


def _stay_of(line: TimedLine) -> dict[str, str | None]:
    return {"stay": line.stay} if isinstance(line, BookingLine) else {}


def _movable(order: Order, id: str, now: datetime, rights: Rights) -> list[TimedLine]:
    """Return the lines that are to be moved, in order of time. An add-on moves only with its host."""
    named = [line for line in order.named(id) if isinstance(line, TimedLine)]
    lines = sorted((line for line in named if not line.forfeited), key=lambda line: line.start)
    if not lines:
        raise Conflict("line_given_up")
    if any(isinstance(line, BookingLine) and line.host for line in lines):
        raise Conflict("moves_with_host")
    if lines[0].start <= now:
        raise Invalid("in_the_past")
    if not rights.staff and now > min(line.free_until for line in lines):
        raise Conflict("too_late_to_change")
    return lines


def _cancel(order: Order, wished: Cancel, catalogue: Catalogue, now: datetime, rights: Rights) -> Change:
    ids = [wished.line] if wished.line else [line.id for line in order.lines if _may_go(line)]
    if not ids:
        raise Conflict("nothing_changes")
    pending = order.state is OrderState.PENDING_PAYMENT  # then nothing has been agreed to that could be too late
    done = change.cancelled(order, ids, catalogue, now, forgive=rights.forgive or pending)
    held = order.held_until is not None and now < order.held_until  # else the hours may be another's by now
    done = done._replace(order=cards.released(done.order))
    return done._replace(released=()) if pending and not held else done


def _may_go(line: Line) -> bool:
    """Tell whether a line goes when all of an order is given up: not what is gone, nor a card in somebody's hands."""
    if isinstance(line, TimedLine):
        return not line.forfeited
    return not isinstance(line, DiscountLine) and not (isinstance(line, GiftLine) and line.card)


def _add(order: Order, wished: Add, catalogue: Catalogue, where: Counter) -> Change:
    shelf, new = stock.left(), []
    for one in wished.products:
        product = on_sale(one.product, catalogue, where)
        if shelf.get(product.slug, 0) < one.quantity:
            raise Conflict("out_of_stock", product=product.slug)
        new.append(product_line(product, one.quantity))
    return change.added(order, new, catalogue)
