"""Carrying a change out: hours, stock, money, the order and its facts in one transaction."""

from typing import Any

from ..availability import claim
from ..aws.transactions import Transaction
from ..catalog import stock
from ..core.clock import Clock
from ..core.errors import Conflict
from . import cards, model, table
from .change import Change, Changed
from .model import Order, OrderState
from .receive import CANCELLED, CHANGED
from .surplus import Back, owe

MAX_STEPS = 95
"""A transaction has room for 100 items (PROVIDERS.md §F.1); the order, its fact and the request take some."""


def carry_out(tx: Transaction, before: Order, change: Change, back: Back, action: str, clock: Clock, *,
              by: str | None = None) -> Order:
    """Add the steps of a change to `tx`; return the order as it will be.

    `back` is what goes back of which payment and to which card, `by` the member of staff who does it. No read. The
    commit raises
    Conflict("slot_taken") when a new hour is another's, Conflict("out_of_stock"), Retryable when order or payments have
    moved. Raises Conflict("change_too_large").
    """
    now = clock.now()
    after = model.changed(change.order, now)
    claim.exchange(tx, change.released, change.taken, now)
    stock.take(tx, {product: units for product, units in change.stock.items() if units > 0})
    stock.put_back(tx, {product: -units for product, units in change.stock.items() if units < 0})
    ended = after.state is not before.state and after.state is OrderState.CANCELLED
    cards.moved(tx, before, after, now)
    after, owed = owe(tx, after, back, CANCELLED if action == "cancel" else CHANGED, now)
    said = _said(before, after, change, action, back, by)
    table.saved(tx, after, table.fact(after, "order.cancelled" if ended else "order.changed", **said), *owed)
    if _steps(change, back) > MAX_STEPS:
        raise Conflict("change_too_large")
    return after


def _said(before: Order, after: Order, change: Change, action: str, back: Back, by: str | None) -> dict[str, Any]:
    """Return what the fact says. No personal data: facts go through queues."""
    said: dict[str, Any] = {
        "action": action, "what": [_told(one) for one in change.what], "total_before": before.total,
        "total": after.total, "surplus": back.amount, "credited": change.surplus - back.amount, "late": change.late,
        "due": change.due, "freed": change.freed}
    return said | {name: value for name, value in (("cards", cards.said(back.cards)), ("by", by)) if value}


def _told(one: Changed) -> dict[str, str | None]:
    return {"name_es": one.name_es, "name_en": one.name_en, "from": one.was.isoformat() if one.was else None,
            "to": one.now.isoformat() if one.now else None}


def _steps(change: Change, back: Back) -> int:
    sheets = {place.key for _, spot in (*change.released, *change.taken) for place in spot.places}
    return len(sheets) + len(change.stock) + 2 * (len(back.parts) + len(back.cards)) + len(change.order.cards) + 3


def no_show(tx: Transaction, before: Order, change: Change, clock: Clock, *, by: str) -> Order:
    """Add the steps that close an order whose guests did not come; return it."""
    after = model.changed(change.order, clock.now())
    claim.exchange(tx, change.released, (), clock.now())
    table.saved(tx, after, table.fact(after, "order.no_show", freed=change.freed, total=after.total, by=by))
    return after


def take_up(tx: Transaction, stored: Order, change: Change, back: Back, clock: Clock, *,
            by: str | None = None) -> Order:
    """Add the steps that confirm an order at the hours its guest has chosen for late money; return it.

    `stored` is the order as it was read, `back` what goes back because they cost less. No read. The commit raises
    Conflict: "slot_taken", "out_of_stock", "gift_card_short"; Retryable. Raises Conflict("change_too_large").
    """
    now = clock.now()
    after = model.confirmed(change.order, now).model_copy(update={"choose_until": None})
    claim.exchange(tx, change.released, change.taken, now)
    stock.take(tx, change.stock)
    cards.moved(tx, stored, after, now)
    said: dict[str, Any] = {"amount": after.kept, "chosen": [_told(one) for one in change.what]}
    said |= {name: value for name, value in (("cards", cards.said(cards.live(after))), ("by", by)) if value}
    after, owed = owe(tx, after, back, CHANGED, now)
    table.saved(tx, after, table.fact(after, "order.confirmed", **said), *owed)
    if _steps(change, back) > MAX_STEPS:
        raise Conflict("change_too_large")
    return after
