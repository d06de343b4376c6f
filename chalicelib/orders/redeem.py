"""Paying with a gift card what is left to pay of a confirmed order: at once, without a payment."""

from typing import Any

from ..aws.transactions import Transaction
from ..carts.covering import covering
from ..core.clock import Clock, spa_date
from ..core.errors import Conflict
from ..giftcards.model import MOST_AT_ONCE, Card
from ..payments.model import Purpose
from . import cards, model, table
from .model import Order


def must_be_payable(order: Order) -> None:
    """Raise unless a gift card can pay something of an order.

    Conflict: "order_not_confirmed"; "order_already_paid" when nothing is due; "gift_card_not_needed" when all that is
    due are gift cards, which no gift card buys.
    """
    if not order.state.alive:
        raise Conflict("order_not_confirmed")
    if not order.due(Purpose.BALANCE):
        raise Conflict("order_already_paid")
    if order.covered >= order.coverable:
        raise Conflict("gift_card_not_needed")


def redeem(tx: Transaction, order: Order, card: Card, clock: Clock, *, by: str | None = None) -> Order:
    """Pay with a card, as it was just opened, what it can of an order; add the steps and return the order.

    `by` is the member of staff who does it. The commit raises Conflict("gift_card_short") when the card has less by
    now, Retryable when the order has moved. Raises Conflict as `must_be_payable`; "too_many_gift_cards",
    "gift_card_empty"; "gift_card_not_needed" when it could pay all but what is too little to be charged.
    """
    must_be_payable(order)
    now, others = clock.now(), {use.card for use in cards.live(order)} - {card.id}
    if len(others) >= MOST_AT_ONCE:
        raise Conflict("too_many_gift_cards", max=MOST_AT_ONCE)
    if not card.free:
        raise Conflict("gift_card_empty")
    found = covering([card], due=order.due(Purpose.BALANCE), coverable=order.coverable - order.covered,
                     today=spa_date(now))
    if not found:
        raise Conflict("gift_card_not_needed")
    after = cards.with_more(model.changed(order, now), card, found[0].amount)
    cards.moved(tx, order, after, now, by)
    said: dict[str, Any] = {"amount": found[0].amount, "cards": cards.said(found), **({"by": by} if by else {})}
    table.saved(tx, after, table.fact(after, "order.card_redeemed", **said))
    return after
