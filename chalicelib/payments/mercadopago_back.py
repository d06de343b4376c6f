"""What Mercado Pago's JSON says went back of a payment: refunds that are done, and a claim by the bank (§B.3)."""

from collections.abc import Iterator
from typing import Any

from ..core.money import Clp
from .entry import EntryKind
from .gateway import Back
from .model import PaymentId
from .wire import day_in, integer_text, rows, text, whole_pesos

_CLAIMED = "charged_back"
_WON = "reimbursed"  # its status_detail when the money came back to us


def went_back(reply: dict[str, Any]) -> Iterator[Back]:
    """Yield what went back of a payment, and what came back of a chargeback. A refund bears its own number.

    There is one chargeback of a payment at most; it is for what had not been given back before.
    """
    payment, number = PaymentId(text(reply.get("external_reference"))), integer_text(reply.get("id"))
    refunded = 0
    for row in rows(reply.get("refunds")):
        amount, day, ref = whole_pesos(row.get("amount")), day_in(row.get("date_created")), integer_text(row.get("id"))
        if text(row.get("status")) == "approved" and amount and day and ref:
            refunded += amount
            yield Back(kind=EntryKind.REFUND, payment=payment, payment_ref=number, ref=ref, amount=amount, day=day)
    day, amount = day_in(reply.get("date_last_updated")), whole_pesos(reply.get("transaction_amount"))
    if text(reply.get("status")) != _CLAIMED or day is None or amount is None or amount <= refunded:
        return
    won = text(reply.get("status_detail")) == _WON
    for kind in (EntryKind.CHARGEBACK, EntryKind.CHARGEBACK_REVERSED)[: 2 if won else 1]:
        yield Back(kind=kind, payment=payment, payment_ref=number, ref=f"{number}-chargeback",
                   amount=Clp(amount - refunded), day=day)
