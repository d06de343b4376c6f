"""Money that is held beyond what an order costs goes back the way it came: to which payment and gift card how much.

Payments give back first, the newest first, then cards get theirs, the one that ends last first; but cards get at least
what they could only have paid for gift cards (docs/changes.md).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from ..aws.transactions import Transaction
from ..core.clock import Clock
from ..core.errors import Conflict
from ..core.events import Fact
from ..core.money import Clp
from ..giftcards.model import Share, UseState
from ..payments import table as payment_table
from ..payments.model import Payment, owe_refund
from . import cards, model, table
from .give_back import REFUND_RETRY, refund_due
from .model import Order
from .receive import SLOT_LOST

REQUESTED = "requested"  # why money goes back: somebody asked for what was over


class Part(NamedTuple):
    """So much of one payment goes back."""

    payment: Payment
    amount: Clp


class Back(NamedTuple):
    """What goes back of each payment, and to each gift card."""

    parts: Sequence[Part] = ()
    cards: Sequence[Share] = ()

    @property
    def amount(self) -> Clp:
        """All of it, in CLP."""
        return Clp(sum(part.amount for part in self.parts) + sum(share.amount for share in self.cards))


def shared_out(payments: Iterable[Payment], amount: int) -> list[Part]:
    """Share an amount out among an order's payments, given oldest first: the newest gives back first (docs/changes.md).

    The order's money is what its payments keep, so they hold as much as is ever over.
    """
    parts = []
    for payment in reversed(list(payments)):
        part = min(amount, payment.kept)
        if part > 0:
            parts.append(Part(payment, Clp(part)))
            amount -= part
    return parts


def back(order: Order, amount: int, to_cards: int = 0) -> Back:
    """Share out what an order gives back, at least `to_cards` of it to its gift cards; all in CLP.

    One read for each payment and one for all the cards, as far as it comes to them.
    """
    parts = shared_out(table.payments_of(order), amount - to_cards) if amount > to_cards else []
    left = amount - sum(part.amount for part in parts)
    return Back(parts, cards.back_to(order, cards.read(order, UseState.SPENT), left) if left > 0 else ())


def owe(tx: Transaction, order: Order, back: Back, reason: str, now: datetime, *,
        by_hand: bool = False) -> tuple[Order, list[Fact]]:
    """Add the steps by which payments owe back their parts and cards have theirs; return the order then and its facts.

    `order` is the version that the transaction writes. The refund worker hears of the facts, and should its queue not
    manage it, polling does. What is back on a card is there at once.
    """
    facts = []
    for nth, (payment, amount) in enumerate(back.parts, 1):
        owed = payment_table.moved(tx, owe_refund(payment, amount=amount, reason=reason, now=now, by_hand=by_hand))
        order = model.with_money(order, -amount)
        facts.append(refund_due(order, owed, nth))
    if facts and order.due_at is None:
        order = order.model_copy(update={"due_at": now + REFUND_RETRY})
    order = cards.put_back(tx, order, back.cards, reason, now)
    if back.cards:
        facts.append(table.fact(order, "order.card_refunded", len(facts) + 1, reason=reason,
                                amount=sum(share.amount for share in back.cards), cards=cards.said(back.cards)))
    return order, facts


def give_back_over(tx: Transaction, order: Order, amount: int | None, clock: Clock, *, by_hand: bool = False) -> Order:
    """Add the steps that give back what an order holds and bought nothing, or `amount` CLP of it; return the order.

    The reads of `back`. All of late money that waits for other hours ends the choice. The commit raises Retryable
    when order or payments have moved. Raises Conflict: "nothing_to_refund" when so much is not over, "choice_is_open"
    for a part of late money.
    """
    amount, now = order.over if amount is None else amount, clock.now()
    if not 0 < amount <= order.over:
        raise Conflict("nothing_to_refund")
    if order.choose_until and amount < order.over:
        raise Conflict("choice_is_open")
    reason = SLOT_LOST if order.choose_until else REQUESTED
    due_at = None if order.choose_until else order.due_at
    after = model.changed(order, now, choose_until=None, due_at=due_at)
    to_cards = min(amount, max(0, order.covered - order.coverable))
    after, facts = owe(tx, after, back(order, amount, to_cards), reason, now, by_hand=by_hand)
    table.saved(tx, after, *facts)
    return after
