"""Payments and reports for tests, right in every respect until told otherwise."""

from datetime import UTC, datetime
from typing import Any

from chalicelib.core.money import Clp
from chalicelib.payments.gateway import PaymentReport, RefundReport, RefundReported, Reported
from chalicelib.payments.model import Payment, PaymentId, hosted, open_payment, owe_refund
from chalicelib.payments.verdict import verdict

NOW = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
TOKEN = "A" * 40
REFUND_TOKEN = "B" * 40


def new_payment(**changes: Any) -> Payment:
    values: dict[str, Any] = {
        "order": "7K2M-9Q4T-X",
        "order_number": "7K2M-9Q4T-X",
        "method": "flow",
        "amount": Clp(50000),
        "seconds_to_pay": 900,
        "now": NOW,
    }
    return open_payment(**{**values, **changes})


def pending_payment(**changes: Any) -> Payment:
    payment = new_payment(**changes)
    return hosted(payment, url=f"https://pay.test/?token={TOKEN}", token=TOKEN, provider_ref="1001", now=NOW)


def report(payment: Payment, state: Reported = Reported.PAID, /, **changes: Any) -> PaymentReport:
    values: dict[str, Any] = {
        "payment": payment.id,
        "provider_ref": "1001",
        "state": state,
        "amount": payment.amount,
        "currency": "CLP",
        "raw_status": "2",
        "token": TOKEN,
        "media": "Webpay",
        "fee": 1898,
    }
    return PaymentReport(**{**values, **changes})


def paid_payment(**changes: Any) -> Payment:
    payment = pending_payment(**changes)
    return verdict(payment, report(payment), now=NOW).payment


def refundable(amount: int = 50000, **changes: Any) -> Payment:
    return owe_refund(paid_payment(**changes), amount=Clp(amount), reason="slot_lost", now=NOW)


def refund_report(state: RefundReported = RefundReported.REFUNDED, **changes: Any) -> RefundReport:
    values: dict[str, Any] = {
        "token": REFUND_TOKEN,
        "provider_ref": "2001",
        "state": state,
        "amount": Clp(50000),
        "raw_status": state.value,
        "fee": 240,
    }
    return RefundReport(**{**values, **changes})


def unknown_id() -> PaymentId:
    return PaymentId("pay_" + "0" * 22)
