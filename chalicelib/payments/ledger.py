"""What of a payment's money moved on which day: the lines by which a day is compared with its provider. Pure.

The day is the provider's own, told in the spa's calendar, so that a payment of 23:59 that was heard of after midnight
stands where the provider lists it.
"""

from collections.abc import Iterator
from datetime import date, datetime

from ..core.clock import spa_date
from .entry import Entry, EntryKind
from .model import Payment
from .refund_model import Origin, Refund, RefundState


def entries_of(payment: Payment) -> tuple[Entry, ...]:
    """Return what the ledger says of a payment: what came, what went back, what came back from a chargeback."""
    return tuple(_entries(payment))


def day_of(payment: Payment) -> date:
    """Return the day on which a payment's money came."""
    return payment.value_day or spa_date(payment.paid_at or payment.updated_at)


def _entries(payment: Payment) -> Iterator[Entry]:
    if payment.received:
        yield Entry(day=day_of(payment), kind=EntryKind.IN, payment=payment.id, order=payment.order,
                    amount=payment.received, fee=payment.fee, net=payment.net, ref=payment.provider_ref or "")
    for refund in payment.refunds:
        if refund.state is RefundState.REFUNDED:
            yield _went_back(payment, refund)
            if refund.reversed_day:
                yield Entry(day=refund.reversed_day, kind=EntryKind.CHARGEBACK_REVERSED, payment=payment.id,
                            order=payment.order, number=refund.number, amount=refund.amount,
                            ref=refund.reversed_ref or "")


def _went_back(payment: Payment, refund: Refund) -> Entry:
    kind = EntryKind.CHARGEBACK if refund.origin is Origin.CHARGEBACK else EntryKind.REFUND
    settled: datetime = refund.settled_at or payment.updated_at
    return Entry(day=refund.day or spa_date(settled), kind=kind, payment=payment.id, order=payment.order,
                 number=refund.number, amount=refund.amount, fee=refund.fee, ref=refund.provider_ref or "",
                 by_hand=refund.by_hand and refund.origin is Origin.US)
