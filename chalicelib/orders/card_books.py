"""What must agree of gift cards, the orders they pay and the money that bought them. Pure; docs/giftcards.md.

Three looks: at a card by itself, at a card and an order that speak of each other, and at an order that bought cards.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from ..carts.lines import gifts
from ..core.clock import spa_date
from ..giftcards.model import Card, EntryKind, Money, UseState, differences
from ..payments.model import Payment
from ..payments.refund_model import Refund
from .model import Order, OrderState

ISSUED_WITHIN = timedelta(hours=1)
"""Of being fully paid an order has its cards; what takes longer is stuck."""
_CLOCKS_DIFFER = timedelta(minutes=1)


class What(StrEnum):
    """What does not agree."""

    AMOUNTS = "amounts"  # a card's balance and its own ledger
    OVERDUE = "overdue"  # a card is worth something after its last day
    CODE = "code"  # a card's code does not open it
    HELD = "held"  # what an order keeps of a card, by the card and by the order
    SPENT = "spent"  # what an order has spent of a card, by the card and by the order
    LINE = "line"  # a card, and the line of the order that bought it
    LOST = "lost"  # an order names a card that is not there
    NOT_ISSUED = "not_issued"  # an order is fully paid and lacks a card
    UNPAID = "unpaid"  # cards were issued before their money was there
    KEPT = "kept"  # the money of an order that bought cards, by the order and by its payments


class Odd(NamedTuple):
    """Something that does not agree: what each side says, in CLP, the card's or the ledger's first."""

    what: What
    card: str
    order: str
    says: int = 0
    other: int = 0
    detail: str = ""


def of_card(card: Money, today: date) -> list[Odd]:
    """Return what is wrong with a card by itself, on a local day."""
    found = []
    if wrong := differences(card):
        total = sum(entry.amount for entry in card.entries)
        found.append(Odd(What.AMOUNTS, card.id, card.order, card.balance, total, "; ".join(wrong)))
    if card.free > 0 and card.last_day < today - timedelta(days=1):
        found.append(Odd(What.OVERDUE, card.id, card.order, card.free, 0))
    return found


def orders_of(card: Money) -> set[str]:
    """Return the orders that a card speaks of."""
    return {card.order, *card.holds, *(entry.order for entry in card.entries if entry.order)}


def cards_of(order: Order) -> set[str]:
    """Return the cards that an order speaks of."""
    return {use.card for use in order.cards} | {line.card for line in gifts(order.lines) if line.card}


def of_pair(card: Money | None, order: Order | None, ids: tuple[str, str]) -> list[Odd]:
    """Return on what a card and an order do not agree, one of which speaks of the other; None for what is not there."""
    if card is None:
        return [Odd(What.LOST, *ids)] if order and ids[0] in cards_of(order) else []
    kept, spent = _uses(order, card.id)
    held = card.holds.get(ids[1], 0)
    found = []
    if held != kept or (held and order and order.state is not OrderState.PENDING_PAYMENT):
        found.append(Odd(What.HELD, *ids, held, kept))
    moved = -sum(entry.amount for entry in card.entries
                 if entry.order == ids[1] and entry.kind in (EntryKind.REDEEM, EntryKind.REFUND))
    if moved != spent:
        found.append(Odd(What.SPENT, *ids, moved, spent))
    bought = sum(line.total for line in gifts(order.lines) if line.card == card.id) if order else 0
    issued = card.issued if card.order == ids[1] else 0
    if bought != issued:
        found.append(Odd(What.LINE, *ids, issued, bought))
    return found


def of_order(order: Order, payments: Iterable[Payment], cards: Sequence[Card], openable: Collection[str],
             now: datetime) -> list[Odd]:
    """Return what is wrong with an order that bought cards: `cards` are those, `openable` the ids their codes open."""
    money = list(payments)
    found = [Odd(What.CODE, card.id, order.id) for card in cards if card.id not in openable]
    if order.to_issue and now - order.updated_at > ISSUED_WITHIN:
        found.append(Odd(What.NOT_ISSUED, "", order.id, 0, sum(line.total for line in order.to_issue)))
    if order.kept != (theirs := sum(payment.kept for payment in money)):
        found.append(Odd(What.KEPT, "", order.id, theirs, order.kept))
    if cards:
        issued_at = max(card.created_at for card in cards)
        there, owed = _there(money, issued_at + _CLOCKS_DIFFER), sum(card.issued for card in cards)
        if there < owed:
            found.append(Odd(What.UNPAID, "", order.id, there, owed))
    return found


def _uses(order: Order | None, card: str) -> tuple[int, int]:
    """Return what an order keeps of a card, and what it has spent of it."""
    uses = [use for use in order.cards if use.card == card] if order else []
    kept = sum(use.amount for use in uses if use.state is UseState.HELD)
    return kept, sum(use.amount for use in uses if use.state is UseState.SPENT)


def _there(payments: Iterable[Payment], at: datetime) -> int:
    """Return the money that payments had brought, and did not owe back, at an instant."""
    return sum((payment.received or 0) - sum(refund.amount for refund in payment.refunds if _away(refund, at))
               for payment in payments if _came(payment, at))


def _came(payment: Payment, at: datetime) -> bool:
    """Tell whether a payment's money was there; of a wrong amount, which paid nothing, only its day is known."""
    if payment.paid_at is None:
        return payment.value_day is not None and payment.value_day <= spa_date(at)
    return payment.paid_at <= at


def _away(refund: Refund, at: datetime) -> bool:
    """Tell whether a refund was owed or gone; of a claim that was won, when it came back is known by the day."""
    back = refund.state.failed or (refund.reversed_day is not None and refund.reversed_day <= spa_date(at))
    return refund.due_at <= at and not back
