"""Gift cards in an order: what each pays, and the steps by which their ledgers follow it (docs/giftcards.md).

    in the cart ──check-out──► held ──confirmed──► spent ──given up in time──► back on the card
         │                      │                   ▲
         │                      └─expired, dropped─► released ──late money──┘
         └──nothing left to pay────────────────────►┘

The order says what it has of each card, and is written in the transaction that moves the cards, so both always agree.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ..aws.transactions import Transaction
from ..core.money import Clp
from ..giftcards.model import Card, Share, Use, UseState
from ..payments.model import Purpose
from .model import Order


def held(order: Order, shares: Iterable[Share]) -> Order:
    """Return an order that keeps so much of each card while it is being paid."""
    uses = (Use(card=card.id, ending=card.ending, amount=amount, state=UseState.HELD) for card, amount in shares)
    return _with(order, uses)


def spent(order: Order) -> Order:
    """Return an order with what it keeps of cards spent."""
    return _with(order, (_in(use, UseState.SPENT) if use.state is UseState.HELD else use for use in order.cards))


def released(order: Order) -> Order:
    """Return an order that has let go of what it kept of cards."""
    return _with(order, (_in(use, UseState.RELEASED) if use.state is UseState.HELD else use for use in order.cards))


def taken_again(order: Order, cards: Iterable[Card] | None = None) -> Order:
    """Return an order with what it had let go of spent, as far as it is due now.

    `cards` are the good ones of them as they were just read: none gives more than it has, and one that has another code
    by now gives nothing. Without them it is for the transaction to say whether they have it.
    """
    have = None if cards is None else {(card.id, card.ending): card.free for card in cards}
    left = min(order.due(Purpose.BALANCE), order.coverable - order.covered)
    uses = []
    for use in order.cards:
        part = min(left, use.amount, use.amount if have is None else have.get((use.card, use.ending), 0))
        if use.state is UseState.RELEASED and part > 0:
            left -= part
            use = use.model_copy(update={"state": UseState.SPENT, "amount": part})
        uses.append(use)
    return _with(order, uses)


def with_more(order: Order, card: Card, amount: int) -> Order:
    """Return an order for which more of a card is spent."""
    for use in order.cards:
        if use.card == card.id and use.state is UseState.SPENT:
            more = use.model_copy(update={"amount": use.amount + amount, "ending": card.ending})
            return _with(order, (more if one is use else one for one in order.cards))
    others = (use for use in order.cards if use.card != card.id)
    return _with(order, (*others, Use(card=card.id, ending=card.ending, amount=amount, state=UseState.SPENT)))


def with_back(order: Order, back: Iterable[Share]) -> Order:
    """Return an order of which something is back on its cards."""
    amounts = {card.id: amount for card, amount in back}
    return _with(order, (use.model_copy(update={"amount": use.amount - amounts[use.card],
                                                "returned": use.returned + amounts[use.card]})
                         if use.card in amounts else use for use in order.cards))


def back_to(order: Order, cards: Iterable[Card], amount: int) -> list[Share]:
    """Share an amount out among the cards, as just read, that an order has spent: the one that ends last first."""
    there = {use.card: use.amount for use in order.cards if use.state is UseState.SPENT}
    found = []
    for card in sorted(cards, key=lambda card: (card.last_day, card.id), reverse=True):
        part = min(amount, there.get(card.id, 0))
        if part > 0:
            found.append(Share(card, Clp(part)))
            amount -= part
    return found


def read(order: Order, *states: UseState) -> list[Card]:
    """Return the cards of which an order has a use in one of some states. One read, none without cards."""
    wanted = [use.card for use in order.cards if use.state in states and use.amount]
    if not wanted:
        return []
    from ..giftcards.table import load_all  # few orders need it

    return load_all(wanted)


def moved(tx: Transaction, before: Order | None, after: Order, now: datetime, by: str | None = None) -> None:
    """Add the steps by which the ledgers of cards follow an order: hold, redeem, release. No read.

    `before` is the order as it is stored, None when it is new; what goes back to a card is for `put_back`. The commit
    raises Conflict("gift_card_short") when a card has less than is taken of it, or another code by now: who had it by
    the old one may be who found it.
    """
    was = {use.card: use for use in before.cards} if before else {}
    if all(was.get(use.card) == use for use in after.cards):
        return
    from ..giftcards import ledger  # few orders need it

    for use in after.cards:
        old = was.get(use.card)
        had = old.amount if old and old.state is not UseState.RELEASED else 0
        match (old.state if had and old else None), use.state:
            case None, UseState.HELD:
                ledger.hold(tx, use.card, after.id, use.amount, now, use.ending)
            case UseState.HELD, UseState.SPENT:
                ledger.redeem_held(tx, use.card, after.id, had, now)
            case UseState.HELD, UseState.RELEASED:
                ledger.release(tx, use.card, after.id, had)
            case (None | UseState.SPENT), UseState.SPENT if use.amount > had:
                ledger.redeem(tx, use.card, after.id, use.amount - had, now, by, use.ending)


def put_back(tx: Transaction, order: Order, back: Iterable[Share], reason: str, now: datetime) -> Order:
    """Add the steps that put value back on cards, as they were just read; return the order without it. No read.

    The commit raises Retryable when a card's last day or ceiling has moved since.
    """
    found = list(back)
    if not found:
        return order
    from ..giftcards import ledger  # few orders need it

    for card, amount in found:
        ledger.refund(tx, card, order.id, amount, now, reason)
    return with_back(order, found)


def live(order: Order) -> list[Use]:
    """Return what an order keeps or has spent of cards, without what is all back."""
    return [use for use in order.cards if use.state is not UseState.RELEASED and use.amount]


def said(shares: Iterable[Share] | Iterable[Use]) -> list[dict[str, Any]]:
    """Return what facts say of cards: the end of a code and an amount, nothing that opens one."""
    return [{"ending": one.card.ending if isinstance(one, Share) else one.ending, "amount": one.amount}
            for one in shares]


def _with(order: Order, uses: Iterable[Use]) -> Order:
    return order.model_copy(update={"cards": tuple(uses)})


def _in(use: Use, state: UseState) -> Use:
    return use.model_copy(update={"state": state})
