"""What a person has to see to about a refund: opened and closed in the transaction that moves the refund."""

from datetime import datetime

from ..aws.transactions import Transaction
from ..items import table as items
from ..items.model import ItemKind
from ..payments.model import Payment, refund_id
from ..payments.refund_model import Refund, RefundState

_KINDS = {
    RefundState.UNCLEAR: ItemKind.REFUND_UNCLEAR,
    RefundState.REJECTED: ItemKind.REFUND_REJECTED,
    RefundState.CANCELLED: ItemKind.REFUND_CANCELLED,
}


def kind_of(refund: Refund) -> ItemKind | None:
    """Return what a person has to do about a refund as it stands, None while it goes on by itself."""
    if refund.by_hand and refund.state is RefundState.REQUESTED:
        return ItemKind.REFUND_BY_HAND
    return _KINDS.get(refund.state)


def key_of(kind: ItemKind, payment: Payment, refund: Refund) -> str:
    """Return the key under which the item stands, always the same for the same refund."""
    return f"{kind.value}.{refund_id(payment.id, refund.number)}"


def follow(tx: Transaction, before: Refund, after: Refund, payment: Payment, now: datetime) -> None:
    """Add the steps that close what a refund no longer asks of anybody, and open what it now does. No read."""
    was, now_is = kind_of(before), kind_of(after)
    if was is now_is:
        return
    if was:
        items.settled(tx, key_of(was, payment, before), now)
    if now_is:
        items.opened(tx, kind=now_is, key=key_of(now_is, payment, after), now=now,
                     about={"order": payment.order, "payment": payment.id, "refund": after.number,
                            "amount": after.amount, "method": payment.method, "reason": after.reason})
