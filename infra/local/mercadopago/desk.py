"""What the payer, the bank, the merchant and Mercado Pago do with a payment, and what follows from it."""

import json
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from infra.local.sandbox import Document, Faults, Store

from . import checks, states, wire
from .checks import MercadoPagoError
from .faults import REFUNDS
from .hooks import Hooks

CASH_SECONDS = 3 * 86_400


class Closed(Exception):
    """The time to pay a preference is over, or has not begun."""


@dataclass
class Desk:
    """Acts on preferences, payments and refunds. `now` gives epoch seconds."""

    store: Store
    hooks: Hooks
    faults: Faults
    now: Callable[[], float]
    calls: list[tuple[str, str]] = field(default_factory=list)  # (method and path, external_reference) of API calls

    def open(self, asked: dict[str, Any], key: str | None) -> Document:
        """Store a new preference and return it; the same key again returns the first one."""
        with self.store.alone():
            known = self._by_key(f"preference:{key}", asked) if key else None
            if known:
                return self._known("preferences", known)
            token = f"{wire.COLLECTOR}-{uuid.uuid4()}"
            document: Document = {"asked": asked, "order": asked.get("external_reference") or "", "created": self.now()}
            number = self.store.add("preferences", token, document)
            if key:
                self._keep_key(f"preference:{key}", asked, token)
            return {**document, "token": token, "number": number}

    def preference(self, reference: str) -> Document:
        """Return a preference by its id, or the newest one of an external_reference. Raises KeyError."""
        found = self.store.get("preferences", reference)
        found = found or next((one for one in self.store.all("preferences") if one["order"] == reference), None)
        if found is None:
            raise KeyError(reference)
        return found

    def is_open(self, preference: Document) -> bool:
        """Tell whether a preference can be paid now."""
        asked = preference["asked"]
        begin, end = (checks.moment(asked.get(name)) for name in ("expiration_date_from", "expiration_date_to"))
        return not asked.get("expires") or ((begin or 0) <= self.now() and (end is None or self.now() <= end))

    def by_card(self, preference: Document, *, holder: str, brand: str | None = None, installments: int = 1,
                force: bool = False) -> Document:
        """Try a test card: the holder's name decides. Raises Closed when it is too late, unless `force`."""
        asked = preference["asked"]
        offer = states.offer(asked)
        brand = brand or next(iter(offer.brands), "master")
        binary = bool(asked.get("binary_mode"))
        state = states.outcome(holder, binary=binary, installments=installments, most=offer.most)
        number = states.CARDS[brand]
        card = {"cardholder": {"name": holder}, "first_six_digits": number[:6], "last_four_digits": number[-4:]}
        return self.attempt(preference, state, method=brand, type="credit_card", installments=installments, card=card,
                            force=force)

    def by_wallet(self, preference: Document, *, force: bool = False) -> Document:
        """Pay with money in the payer's account. Raises Closed when it is too late, unless `force`."""
        return self.attempt(preference, states.HOLDERS["APRO"], method="account_money", type="account_money",
                            force=force)

    def by_cash(self, preference: Document) -> Document:
        """Take a slip to pay in cash within days. Raises Closed when it is too late."""
        end = checks.moment(preference["asked"].get("date_of_expiration")) or self.now() + CASH_SECONDS
        return self.attempt(preference, ("pending", "pending_waiting_payment"), method="servipag", type="ticket",
                            expires=end)

    def attempt(self, preference: Document, state: states.State, *, force: bool = False, **how: Any) -> Document:
        """Store a payment in a state, tell the merchant, and return it."""
        if not force and not self.is_open(preference):
            raise Closed(preference["token"])
        asked, now, token = preference["asked"], self.now(), _new_id()
        document: Document = {
            "preference": preference["token"], "order": preference["order"], "status": state[0], "detail": state[1],
            "amount": sum(item["quantity"] * checks.price(item) for item in asked["items"]), "currency": "CLP",
            "description": asked["items"][0]["title"], "installments": 1, "card": {}, "created": now, "updated": now,
            "approved": now if state[0] == "approved" else None,
            "email": (asked.get("payer") or {}).get("email") or "test_user_cl@testuser.com",
            "merchant_order": 20_000_000_000 + preference["number"], "metadata": asked.get("metadata") or {},
            "notification_url": asked.get("notification_url"), **how,
        }
        self.store.add("payments", token, document)
        payment = self.payment(token)
        self.hooks.tell(payment, "payment.created")
        return payment

    def payment(self, token: str) -> Document:
        """Return a payment as it stands now. Raises KeyError."""
        return self._aged(self._known("payments", token))

    def payments(self) -> list[Document]:
        """Return every payment as it stands now, newest first."""
        return [self._aged(one) for one in self.store.all("payments")]

    def refunds_of(self, payment: Document) -> list[Document]:
        """Return what was given back of a payment, oldest first."""
        return [one for one in reversed(self.store.all("refunds")) if one["payment"] == payment["token"]]

    def move(self, token: str, status: str, detail: str | None = None, *, wait_seconds: float = 3.0) -> Document:
        """Put a payment into any state, and tell the merchant. Raises KeyError, ValueError for an unknown state."""
        status, detail = states.check_state(status, detail)

        def change(payment: Document) -> Document:
            approved = payment["approved"] or (self.now() if status == "approved" else None)
            claimed = payment.get("claimed") or (self.now() if status == "charged_back" else None)
            return {**payment, "status": status, "detail": detail, "approved": approved, "claimed": claimed,
                    "updated": self.now()}

        payment, _ = self.store.change("payments", token, change)
        self.hooks.tell(payment, "payment.updated", wait_seconds=wait_seconds)
        return payment

    def cancel(self, token: str, asked: Any) -> Document:
        """Cancel an unfinished payment for the merchant. Raises MercadoPagoError."""
        with self.store.alone():
            checks.check_cancel(self.payment(token), asked)
            return self.move(token, "cancelled", "by_collector", wait_seconds=0)

    def refund(self, token: str, amount: Any, *, key: str, source: str = "collector") -> Document:
        """Give money back (amount None: all that is left), and tell the merchant. Raises KeyError, MercadoPagoError.

        The same key again returns the refund it made the first time, as it stands now.
        """
        name = f"refund:{token}:{key}"
        with self.store.alone():
            known = self._by_key(name, amount)
            if known:
                return self._known("refunds", known)
            payment = self.payment(token)
            given = sum(one["amount"] for one in self.refunds_of(payment) if one["status"] != "rejected")
            wanted = checks.check_refund(payment, amount, given=given, now=self.now())
            fault = self.faults.take(REFUNDS, order=payment["order"])
            status = fault.kind.removeprefix("refund_") if fault else "approved"
            refund_id = _new_id()
            document = {"payment": token, "order": payment["order"], "amount": wanted, "source": source,
                        "status": status, "created": self.now()}
            self.store.add("refunds", refund_id, document)
            self._keep_key(name, amount, refund_id)
            self._sum_up(token, "by_admin" if source == "admin" else "refunded")
        self.hooks.tell(self.payment(token), "payment.updated", wait_seconds=0)
        return self._known("refunds", refund_id)

    def finish_refund(self, refund_id: str, status: str = "approved") -> Document:
        """End a refund that is in process, and tell the merchant. Raises KeyError."""
        with self.store.alone():
            refund, changed = self.store.change(
                "refunds", refund_id, lambda one: {**one, "status": status} if one["status"] == "in_process" else None)
            self._sum_up(refund["payment"], "refunded")
        if changed:
            self.hooks.tell(self.payment(refund["payment"]), "payment.updated")
        return refund

    def _sum_up(self, token: str, detail: str) -> None:
        """Set a payment's state by what was given back."""

        def change(payment: Document) -> Document | None:
            back = sum(one["amount"] for one in self.refunds_of(payment) if one["status"] == "approved")
            if not back or payment["status"] != "approved":
                return None
            state = ("refunded", detail) if back == payment["amount"] else ("approved", "partially_refunded")
            return {**payment, "status": state[0], "detail": state[1], "updated": self.now()}

        self.store.change("payments", token, change)

    def _aged(self, payment: Document) -> Document:
        """Return a payment; a slip that nobody paid in time is cancelled."""
        expires = payment.get("expires")
        if payment["status"] != "pending" or expires is None or self.now() <= expires:
            return payment
        return {**payment, "status": "cancelled", "detail": "expired", "updated": expires}

    def _known(self, kind: str, token: str) -> Document:
        found = self.store.get(kind, token)
        if found is None:
            raise KeyError(token)
        return found

    def _by_key(self, name: str, asked: Any) -> str | None:
        """Return what a key has made already. Raises MercadoPagoError when it was used for something else."""
        known = self.store.get("keys", name)
        if known and known["asked"] != json.dumps(asked, sort_keys=True):
            raise MercadoPagoError(409, "idempotency_key_conflict", "The idempotency key was used for another request")
        return str(known["made"]) if known else None

    def _keep_key(self, name: str, asked: Any, made: str) -> None:
        self.store.add("keys", name, {"asked": json.dumps(asked, sort_keys=True), "made": made})


def _new_id() -> str:
    return str(130_000_000_000 + secrets.randbelow(10**10))
