"""Payments and signals in DynamoDB: nothing is lost in storing, and nobody overwrites what they have not read."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.aws.transactions import Transaction
from chalicelib.core.clock import epoch
from chalicelib.core.errors import Conflict, NotFound, Retryable
from chalicelib.core.money import Clp
from chalicelib.payments import table
from chalicelib.payments.model import Payment, PaymentState, expired, owe_refund
from chalicelib.payments.refund_steps import claim, unclear
from chalicelib.payments.refund_verdict import refund_verdict
from chalicelib.payments.signals import Signal, SignalKind
from chalicelib.payments.verdict import verdict
from tests.payments.builders import (
    NOW,
    TOKEN,
    new_payment,
    paid_payment,
    pending_payment,
    refund_report,
    refundable,
    report,
    unknown_id,
)

pytestmark = pytest.mark.usefixtures("dynamodb")


def stored(payment: Payment) -> Payment:
    tx = Transaction()
    table.opened(tx, payment)
    tx.commit()
    return payment


def wrong(payment: Payment) -> Payment:
    return verdict(payment, report(payment, amount=Clp(1), provider_ref="9"), now=NOW).payment


@pytest.mark.parametrize(
    "payment",
    [
        new_payment(),
        pending_payment(),
        paid_payment(),
        wrong(pending_payment()),
        refundable(20000),
        claim(refundable(), 1, now=NOW),
        unclear(claim(refundable(), 1, now=NOW), 1, now=NOW),
        refund_verdict(claim(refundable(), 1, now=NOW), 1, refund_report(), now=NOW).payment,
        claim(owe_refund(refundable(10000), amount=Clp(40000), reason="cancelled", now=NOW, by_hand=True), 1, now=NOW),
    ],
    ids=lambda payment: " ".join([payment.state.value, *(one.state.value for one in payment.refunds)]),
)
def test_a_payment_is_read_as_it_was_written(payment: Payment) -> None:
    stored(payment)
    assert table.load(payment.id) == payment


def test_an_unknown_payment_is_not_found() -> None:
    with pytest.raises(NotFound):
        table.load(unknown_id())


def test_a_payment_is_opened_once() -> None:
    payment = stored(new_payment())
    with pytest.raises(Conflict) as refused:
        stored(replace(payment, amount=Clp(1)))
    assert refused.value.code == "payment_exists"
    assert table.load(payment.id) == payment


def test_two_who_read_the_same_payment_cannot_both_write() -> None:
    payment = stored(pending_payment())
    first = table.save(expired(payment, now=payment.expires_at))
    assert (first.version, table.load(payment.id)) == (2, first)
    paid = verdict(payment, report(payment), now=NOW).payment
    with pytest.raises(Retryable) as alone:
        table.save(paid)
    tx = Transaction()
    table.moved(tx, paid)
    with pytest.raises(Retryable) as together:
        tx.commit()
    assert {alone.value.code, together.value.code} == {"payment_moved"}
    assert table.load(payment.id).state is PaymentState.EXPIRED


def test_a_signal_is_stored_once_and_counted() -> None:
    signal = Signal(provider="flow", kind=SignalKind.CONFIRMATION, token=TOKEN)
    assert [table.heard(signal, at=NOW + timedelta(seconds=s)) for s in (0, 5, 9)] == [1, 2, 3]
    record = table.SignalRecord.get(f"signal#flow#{signal.fingerprint}", "confirmation")
    assert (record.first_at, record.last_at) == (NOW, NOW + timedelta(seconds=9))
    assert record.expires == epoch(NOW + timedelta(days=30, seconds=9))
    other = Signal(provider="flow", kind=SignalKind.RETURN, token=None, payment=unknown_id())
    assert table.heard(other, at=NOW) == 1
