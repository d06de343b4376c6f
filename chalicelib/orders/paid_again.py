"""One page paid more than once: each further payment gets a line of the ledger, and goes back as a whole.

Mercado Pago lets a guest pay one preference several times. The first payment is the one that was asked for; the others
buy nothing. Their lines have ids made from the provider's numbers, so that whoever notices writes them once.
"""

import hashlib

from ..aws import logs, metrics
from ..aws.transactions import Transaction
from ..core.clock import Clock
from ..core.errors import Conflict
from ..core.money import CURRENCY, Clp
from ..payments import table as payments
from ..payments.gateway import Gateway, PaymentReport, Reported
from ..payments.model import Payment, PaymentId, PaymentState, owe_refund
from . import model, table
from .give_back import REFUND_RETRY, refund_due
from .receive import PAID_TWICE

_LOWER = "0123456789abcdefghijklmnopqrstuvwxyz"
_ID_CHARS = 22


def give_back_others(payment: Payment, report: PaymentReport, gateway: Gateway, clock: Clock) -> None:
    """Owe back each further payment that a report names (`also_paid`); repeating it changes nothing.

    One provider call, one read and one transaction for each that is new. Raises Retryable.
    """
    if not report.also_paid:
        return
    for number in {report.provider_ref, *report.also_paid} - {payment.provider_ref}:
        other = gateway.fetch(number)
        if other.payment == payment.id and other.state is Reported.PAID:
            _owe(payment, number, other, clock)


def further_id(payment: PaymentId, number: str) -> PaymentId:
    """Return the id of the ledger's line for a further payment: always the same for the same provider's number.

    >>> further_id(PaymentId("pay_x"), "17") == further_id(PaymentId("pay_x"), "17")
    True
    """
    value = int.from_bytes(hashlib.sha256(f"{payment}#{number}".encode()).digest(), "big")
    symbols = []
    for _ in range(_ID_CHARS):
        value, symbol = divmod(value, len(_LOWER))
        symbols.append(_LOWER[symbol])
    return PaymentId("pay_" + "".join(symbols))


def _owe(payment: Payment, number: str, report: PaymentReport, clock: Clock) -> None:
    if report.amount is None or report.currency != CURRENCY:
        return  # no whole pesos: it stays the alarm that `verdict` has rung
    now, order = clock.now(), table.load(payment.order)
    further = Payment(
        id=further_id(payment.id, number), order=order.id, order_number=payment.order_number, method=payment.method,
        amount=report.amount, purpose=payment.purpose, state=PaymentState.PAID, created_at=now, expires_at=now,
        updated_at=now, provider_ref=number, received=Clp(report.amount), paid_at=now, media=report.media,
        fee=report.fee, net=report.net, installments=report.installments, value_day=report.day)
    if further.id in order.payments:
        return
    tx = Transaction()
    owed = owe_refund(further, amount=further.amount, reason=PAID_TWICE, now=now)
    payments.opened(tx, owed)
    after = model.changed(order, now, payments=(*order.payments, further.id), due_at=order.due_at or now + REFUND_RETRY)
    table.saved(tx, after, refund_due(after, owed))
    try:
        tx.commit()
    except Conflict:
        return  # somebody else has just written it
    logs.warning("paid more than once", order=order.id, payment=further.id)
    metrics.count("LateMoney", reason=PAID_TWICE)
