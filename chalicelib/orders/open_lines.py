"""What the guest of an order may do with each of its lines, and until when. Pure; docs/changes.md."""

from collections.abc import Sequence
from datetime import datetime

from ..carts.lines import BookingLine, GiftLine, Line, ProductLine, TimedLine
from ..carts.lineviews import GiftView, LineView, gift_view, line_views
from ..core.clock import spa_time
from ..core.texts import Lang
from ..giftcards import way
from ..giftcards.model import Card
from ..giftcards.way import Stage
from .model import Order, OrderState

_OPEN = (OrderState.CONFIRMED, OrderState.CHECKED_IN)


def may_be_moved(order: Order, line: Line, now: datetime) -> bool:
    """Tell whether a guest may move a line: in time, and not what goes along with something else."""
    if order.state not in _OPEN or not isinstance(line, TimedLine) or line.forfeited:
        return False
    return not (isinstance(line, BookingLine) and line.host) and now <= line.free_until and now < line.start


def may_be_given_up(order: Order, line: Line, now: datetime) -> bool:
    """Tell whether a guest may give a line up, be it for money back or not."""
    if order.state not in _OPEN:
        return False
    if isinstance(line, TimedLine):
        return not line.forfeited and now < line.start
    if isinstance(line, GiftLine):
        return line.card is None
    return isinstance(line, ProductLine) and not begun(order, now)


def free_until(order: Order, line: Line) -> datetime | None:
    """Return until when a line is given up free of charge; None for what has no such time."""
    if isinstance(line, TimedLine):
        return None if line.forfeited else line.free_until
    if isinstance(line, ProductLine) and order.standing:
        return min(one.start for one in order.standing)
    return None


def begun(order: Order, now: datetime) -> bool:
    """Tell whether the first hour of the order has begun."""
    return bool(order.standing) and min(line.start for line in order.standing) <= now


def order_lines(order: Order, lang: Lang, now: datetime, cards: Sequence[Card] = ()) -> list[LineView]:
    """Return the lines of an order with what its guest may do with each.

    `cards` are those that it bought; they may have been read a moment after it.
    """
    lines, bought = {line.id: line for line in order.lines}, {card.line: card for card in cards}
    return [view.model_copy(update={
        "movable": may_be_moved(order, line, now),
        "cancellable": line.id not in bought and may_be_given_up(order, line, now),
        "free_until": spa_time(until) if (until := free_until(order, line)) else None,
        "forfeited": isinstance(line, TimedLine) and line.forfeited,
        "gift": _gift(order, line, bought.get(line.id), now) if isinstance(line, GiftLine) else None})
        for view in line_views(order.lines, lang) for line in [lines[view.id]]]


def _gift(order: Order, line: GiftLine, card: Card | None, now: datetime) -> GiftView:
    """Return a gift card as its buyer sees it: the line's until it is issued, then what the card itself says."""
    if card is None:
        paid = any(one.id == line.id for one in order.to_issue)
        open_still = order.state.alive or order.state is OrderState.PENDING_PAYMENT
        state = None if line.card else Stage.PRINTING if paid else Stage.UNPAID
        return gift_view(line.face, line.delivery, line).model_copy(update={
            "state": state, "changeable": open_still and line.card is None})
    return gift_view(card.face, card.delivery, line).model_copy(update={
        "card": card.ending, "state": way.stage(card, now), "changeable": way.changeable(card),
        "resendable": way.resendable(card, now)})
