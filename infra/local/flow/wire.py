"""The shapes of Flow's replies (PROVIDERS.md §A.4 – §A.8)."""

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from infra.local.sandbox import Document
from infra.local.sandbox.faults import Fault

PENDING, PAID, REJECTED, ANNULLED = 1, 2, 3, 4
TEST_CARD = "4051885600446623"
REFUND_SECONDS = 10 * 86_400  # a receiver's time to accept
MEDIA = "Webpay"
COUPON_MEDIA = "Servipag"
_CHILE = ZoneInfo("America/Santiago")
_FEE_PER_MILLION = 37_961  # 3.19 % and IVA


def stamp(epoch: float) -> str:
    """Return an instant as Flow writes it: Chilean wall time without a zone."""
    return datetime.fromtimestamp(epoch, _CHILE).strftime("%Y-%m-%d %H:%M:%S")


def status_at(payment: Document, now: float) -> int:
    """Return a payment's status; one that ran out of time unpaid is annulled."""
    status = int(payment["status"])
    expires = payment.get("expires")
    return ANNULLED if status == PENDING and expires is not None and now > expires else status


def payment_status(payment: Document, now: float, *, extended: bool = False) -> dict[str, Any]:
    """Return PaymentStatus, or PaymentStatusExtended."""
    paid = payment.get("paid_at")
    coupon = payment.get("coupon_at")
    reply = {
        "flowOrder": payment["number"],
        "commerceOrder": payment["commerceOrder"],
        "requestDate": stamp(payment["created"]),
        "status": status_at(payment, now),
        "subject": payment["subject"],
        "currency": payment["currency"],
        "amount": payment["amount"],
        "payer": payment["email"],
        "optional": json.loads(payment["optional"]) if payment.get("optional") else None,
        "pending_info": {"media": COUPON_MEDIA if coupon else None, "date": stamp(coupon) if coupon else None},
        "paymentData": _payment_data(payment, paid),
        "merchantId": None,
    }
    if extended:
        reply["paymentData"] |= {"mediaType": "Crédito", "cardLast4Numbers": TEST_CARD[-4:], "installments": 1}
        rejected = payment["status"] == REJECTED
        reply["lastError"] = {
            "code": "-6" if rejected else None,
            "message": "Rechazo" if rejected else None,
            "medioCode": None,
        }
    return reply


def _payment_data(payment: Document, paid: float | None) -> dict[str, Any]:
    names = (
        "date",
        "media",
        "conversionDate",
        "conversionRate",
        "amount",
        "currency",
        "fee",
        "balance",
        "transferDate",
    )
    data: dict[str, Any] = dict.fromkeys(names)
    if paid is not None:
        fee = fee_of(payment)
        data |= {
            "date": stamp(paid),
            "media": payment.get("media") or MEDIA,
            "amount": f"{payment['amount']}.00",
            "currency": payment["currency"],
            "fee": f"{fee}.00",
            "balance": payment["amount"] - fee,
            "transferDate": stamp(paid + 3 * 86_400),
        }
    return data


def fee_of(payment: Document) -> int:
    """Return what Flow keeps of a payment, CLP."""
    return int(payment.get("fee", round(payment["amount"] * _FEE_PER_MILLION / 1_000_000)))


def refund_status(refund: Document, now: float) -> dict[str, Any]:
    """Return RefundStatus."""
    return {
        "token": refund["token"],
        "flowRefundOrder": str(refund["number"]),
        "date": stamp(refund["created"]),
        "status": refund_state(refund, now),
        "amount": f"{refund['amount']}.00",
        "fee": "240.00",
    }


def refund_state(refund: Document, now: float) -> str:
    """Return a refund's state. An accepted one turns `refunded` when its time has come, one that nobody accepts
    `canceled`; nobody is told of either.
    """
    paid_out = refund.get("paid_out")
    if refund["status"] == "accepted" and paid_out is not None and now >= paid_out:
        return "refunded"
    if refund["status"] == "created" and now > refund["created"] + REFUND_SECONDS:
        return "canceled"
    return str(refund["status"])


def tampered(reply: dict[str, Any], fault: Fault) -> dict[str, Any]:
    """Return a status reply that lies, or that says the same in other shapes."""
    data = dict(reply.get("paymentData") or {})
    if fault.kind == "amount":
        wrong = int(fault.value or 1000)
        return {**reply, "amount": wrong, "paymentData": {**data, "amount": wrong if data.get("amount") else None}}
    if fault.kind == "currency":
        wrong_currency = fault.value or "USD"
        return {
            **reply,
            "currency": wrong_currency,
            "paymentData": {**data, "currency": wrong_currency if data.get("currency") else None},
        }
    if fault.kind == "order":
        return {**reply, "commerceOrder": fault.value or "pay_0000000000000000000000"}
    return {
        **reply,
        "flowOrder": str(reply["flowOrder"]),
        "status": str(reply["status"]),
        "amount": f"{reply['amount']}.00",
        "optional": json.dumps(reply["optional"] or {}),
        "pending_info": None,
        "paymentData": json.dumps(data),
        "novedad": {"a": [1, None, True]},
    }
