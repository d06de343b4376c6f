"""No gift card without its money: when a bank or a provider takes money back, the cards it paid for are blocked.

What is decided depends on the order as it stands, not on what was heard, so facts may come twice and in any order:
money that pays less than the issued cards are worth blocks them, money that is there again unblocks what no member of
staff has blocked. A card pays for no card, so only `Order.kept` counts.
"""

from datetime import datetime

from ..aws import logs, metrics
from ..aws.transactions import Transaction, decided_again
from ..carts.lines import GiftLine, gifts
from ..core.clock import Clock
from ..core.events import Fact
from ..giftcards import table as giftcards
from ..giftcards.block import block, unblock
from ..giftcards.model import Card, CardState
from ..items import table as items
from ..items.model import ItemKind
from ..payments.model import PaymentId, refund_id
from . import table
from .model import Order

WENT_BACK = "money_went_back"
TAKEN = ("payment.charged_back", "payment.returned_by_provider")
WON = "payment.chargeback_reversed"


def hold_back(fact: Fact, clock: Clock) -> list[Card]:
    """Block or unblock the gift cards of the order whose money a fact speaks of; return those that were.

    One read of the order and one of its cards, one transaction with what a person has to see to; nothing of the kind
    for an order that bought no cards. Raises NotFound, Retryable.
    """
    return decided_again(lambda: _hold_back(fact, clock.now()))


def _hold_back(fact: Fact, now: datetime) -> list[Card]:
    order = table.load(fact.order)
    logs.bind(order.trace, order=order.id)
    bought = [line for line in gifts(order.lines) if line.card]
    if not bought:
        return []
    missing = sum(line.total for line in bought) - order.kept
    tx, wrong = Transaction(), _wrong(bought, missing > 0)
    for card in wrong:
        if missing > 0:
            block(tx, card, WENT_BACK, now)
        else:
            unblock(tx, card, now)
    told = _tell_staff(tx, fact, order, missing, now)
    if wrong or told:
        tx.commit()
    if wrong:
        logs.warning("gift cards of unpaid order", order=order.id, count=len(wrong),
                     state="blocked" if missing > 0 else "unblocked")
        metrics.count("GiftCardsHeldBack", len(wrong), kind="blocked" if missing > 0 else "unblocked")
    return wrong


def _tell_staff(tx: Transaction, fact: Fact, order: Order, missing: int, now: datetime) -> bool:
    """Add the step that opens, or closes, what a person has to see to; return whether there is one."""
    if fact.type == WON:
        items.settled(tx, _key(fact), now)
        return True
    if fact.type not in TAKEN or missing <= 0:
        return False
    items.opened(tx, kind=ItemKind.GIFT_CARDS_UNPAID, key=_key(fact), now=now, about={
        "order": order.id, "payment": fact.data["payment"], "refund": int(fact.data["refund"]), "amount": missing})
    return True


def _wrong(bought: list[GiftLine], unpaid: bool) -> list[Card]:
    """Return the order's cards that are not as they should be."""
    cards = giftcards.load_all(line.card for line in bought if line.card)
    if unpaid:
        return [card for card in cards if card.state is CardState.ACTIVE]
    return [card for card in cards if card.state is CardState.BLOCKED and card.blocked_by is None]


def _key(fact: Fact) -> str:
    """Return the key of the item: one for each time that money went back."""
    number = refund_id(PaymentId(fact.data["payment"]), int(fact.data["refund"]))
    return f"{ItemKind.GIFT_CARDS_UNPAID.value}.{number}"
