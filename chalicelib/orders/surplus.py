"""Money that is held beyond what an order costs goes back the way it came: which payment gives back how much."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from ..aws.transactions import Transaction
from ..core.events import Fact
from ..core.money import Clp
from ..payments import table as payment_table
from ..payments.model import Payment, PaymentId, owe_refund
from . import model
from .give_back import REFUND_RETRY, refund_due
from .model import Order


class Part(NamedTuple):
    """So much of one payment goes back."""

    payment: Payment
    amount: Clp


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


def payments_of(order: Order) -> list[Payment]:
    """Return an order's payments, oldest first. One read each."""
    return [payment_table.load(PaymentId(payment)) for payment in order.payments]


def owe(tx: Transaction, order: Order, parts: Iterable[Part], reason: str, now: datetime) -> tuple[Order, list[Fact]]:
    """Add the steps by which payments owe back their parts; return the order without that money, and its facts.

    `order` is the version that the transaction writes. The refund worker hears of the facts, and should its queue not
    manage it, polling does.
    """
    facts = []
    for nth, (payment, amount) in enumerate(parts, 1):
        owed = payment_table.moved(tx, owe_refund(payment, amount=amount, reason=reason, now=now))
        order = model.with_money(order, -amount)
        facts.append(refund_due(order, owed, nth))
    if facts and order.due_at is None:
        order = order.model_copy(update={"due_at": now + REFUND_RETRY})
    return order, facts
