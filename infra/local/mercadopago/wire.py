"""The shapes of Mercado Pago's replies (PROVIDERS.md §B.2 – §B.5); amounts are whole CLP."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from infra.local.sandbox import Document
from infra.local.sandbox.faults import Fault

from . import states

COLLECTOR = 1_165_071_449
RELEASE_SECONDS = 10 * 86_400
_OFFSET = timezone(timedelta(hours=-4))  # Mercado Pago writes times so, in summer too
_FEE_PER_MILLION = 37_961  # 3.19 % and IVA


def stamp(epoch: float | None) -> str | None:
    """Return an instant as Mercado Pago writes it: milliseconds and an offset."""
    return None if epoch is None else datetime.fromtimestamp(epoch, _OFFSET).isoformat(timespec="milliseconds")


def preference(document: Document, page_url: str) -> dict[str, Any]:
    """Return a preference: what was asked, and where it is paid."""
    address = f"{page_url}?pref_id={document['token']}"
    defaults = {"auto_return": "", "back_urls": {}, "binary_mode": False, "expires": False, "external_reference": "",
                "expiration_date_from": None, "expiration_date_to": None, "metadata": {}, "notification_url": None,
                "operation_type": "regular_payment", "payer": {}, "payment_methods": {}, "purpose": None,
                "statement_descriptor": None}
    own = {"id": document["token"], "init_point": address, "sandbox_init_point": address, "client_id": "1234567890",
           "collector_id": COLLECTOR, "date_created": stamp(document["created"]), "site_id": "MLC"}
    items = [{"currency_id": "CLP", **item} for item in document["asked"]["items"]]
    return {**defaults, **document["asked"], "items": items, **own}


def payment(document: Document, refunds: list[Document]) -> dict[str, Any]:
    """Return a payment with what was given back of it (oldest first)."""
    amount, number, approved = document["amount"], document["installments"], document.get("approved")
    return {
        "id": int(document["token"]),
        "status": document["status"],
        "status_detail": document["detail"],
        "transaction_amount": amount,
        "transaction_amount_refunded": sum(one["amount"] for one in refunds if one["status"] == "approved"),
        "currency_id": document["currency"],
        "installments": number,
        "payment_method_id": document["method"],
        "payment_type_id": document["type"],
        "external_reference": document["order"],
        "description": document["description"],
        "date_created": stamp(document["created"]),
        "date_approved": stamp(approved),
        "date_last_updated": stamp(document["updated"]),
        "date_of_expiration": stamp(document.get("expires")),
        "money_release_date": stamp(approved + RELEASE_SECONDS) if approved else None,
        **_amounts(amount, number, paid=approved is not None),
        "refunds": [refund(one) for one in refunds],
        "order": {"id": str(document["merchant_order"]), "type": "mercadopago"},
        "payer": {"id": "1230001", "email": document["email"], "type": "guest",
                  "identification": {"type": "otro", "number": "123456789"}},
        "card": document["card"],
        "metadata": document["metadata"],
        "notification_url": document["notification_url"],
        "operation_type": "regular_payment",
        "collector_id": COLLECTOR,
        "captured": document["status"] != "authorized",
        "live_mode": False,
    }


def fee(amount: int) -> int:
    """Return what Mercado Pago keeps, CLP."""
    return round(amount * _FEE_PER_MILLION / 1_000_000)


def _amounts(amount: int, number: int, *, paid: bool) -> dict[str, Any]:
    """Return the fees and the details of the money; until it is approved nothing was received."""
    total = states.total_paid(amount, number)
    fees = [{"type": "mercadopago_fee", "amount": fee(amount), "fee_payer": "collector"}]
    if total > amount:
        fees.append({"type": "financing_fee", "amount": total - amount, "fee_payer": "payer"})
    charges = [{"id": f"charge-{position}", "name": one["type"], "type": "fee", "refund_charges": [],
                "accounts": {"from": one["fee_payer"], "to": "mp"},
                "amounts": {"original": one["amount"], "refunded": 0}}
               for position, one in enumerate(fees, 1)]
    return {
        "fee_details": fees if paid else [],
        "charges_details": charges if paid else [],
        "transaction_details": {"net_received_amount": amount - fee(amount) if paid else 0, "overpaid_amount": 0,
                                "total_paid_amount": total, "installment_amount": states.installment(amount, number)},
    }


def chargeback(payment: Document) -> dict[str, Any]:
    """Return the claim of a payment by its payer's bank. Its fields are not documented: this sandbox's choice."""
    return {
        "id": f"chargeback-{payment['token']}",
        "payments": [int(payment["token"])],
        "amount": payment["amount"],
        "currency": payment["currency"],
        "coverage_applied": payment["detail"] == "reimbursed",
        "date_created": stamp(payment["claimed"]),
    }


def refund(document: Document) -> dict[str, Any]:
    """Return a refund."""
    admin = document["source"] == "admin"
    return {
        "id": int(document["token"]),
        "payment_id": int(document["payment"]),
        "amount": document["amount"],
        "source": {"id": str(COLLECTOR), "name": "Mercado Pago" if admin else "Aremko", "type": document["source"]},
        "date_created": stamp(document["created"]),
        "status": document["status"],
        "reason": None,
        "unique_sequence_number": None,
        "refund_mode": "standard",
        "adjustment_amount": 0,
    }


def webhook(number: int, payment_id: str, action: str, at: float) -> dict[str, Any]:
    """Return the body of a webhook: it says which payment, not what became of it."""
    return {"id": number, "live_mode": False, "type": "payment", "user_id": COLLECTOR, "api_version": "v1",
            "date_created": datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), "action": action,
            "data": {"id": payment_id}}


def tampered(reply: dict[str, Any], fault: Fault) -> dict[str, Any]:
    """Return a payment that lies, or that says the same in other shapes."""
    if fault.kind == "amount":
        wrong = int(fault.value or 1000)
        return {**reply, **_amounts(wrong, reply["installments"], paid=reply["date_approved"] is not None),
                "transaction_amount": wrong}
    if fault.kind == "currency":
        return {**reply, "currency_id": fault.value or "USD"}
    if fault.kind == "order":
        return {**reply, "external_reference": fault.value or "pay_0000000000000000000000"}
    if fault.kind == "status":
        return {**reply, "status": fault.value or "in_limbo"}
    return {**reply, "id": str(reply["id"]), "transaction_amount": f"{reply['transaction_amount']}.00",
            "transaction_amount_refunded": float(reply["transaction_amount_refunded"]), "fee_details": None,
            "charges_details": None, "payer": None, "card": None, "metadata": None, "novedad": {"a": [1, None, True]}}
