"""What the payer and the receiver of a refund do, and what follows from it."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from infra.local.sandbox import Document, Notices, Store
from infra.local.sandbox.notices import Notice

from . import wire

COUPON_SECONDS = 3 * 86_400
_FORM = {"Content-Type": "application/x-www-form-urlencoded", "User-Agent": "FlowSandbox"}


@dataclass
class Desk:
    """Acts on payments and refunds. `now` gives epoch seconds; `refund_seconds` is how long a pay-out takes."""

    store: Store
    notices: Notices
    now: Callable[[], float] = time.time
    refund_seconds: float = 0.0
    calls: list[tuple[str, str]] = field(default_factory=list)  # (path, commerceOrder) of every API call

    def open(self, fields: dict[str, str]) -> Document:
        """Store a new payment and return it with its token and flowOrder."""
        now, token = self.now(), secrets.token_hex(20).upper()
        seconds = int(fields.get("timeout") or 0)
        document: Document = {
            "commerceOrder": fields["commerceOrder"],
            "subject": fields["subject"],
            "email": fields["email"],
            "amount": int(fields["amount"]),
            "currency": fields.get("currency") or "CLP",
            "optional": fields.get("optional"),
            "urlConfirmation": fields["urlConfirmation"],
            "urlReturn": fields["urlReturn"],
            "status": wire.PENDING,
            "created": now,
            "expires": now + seconds if seconds else None,
        }
        return {**document, "token": token, "number": self.store.add("payments", token, document)}

    def pay(self, token: str, *, force: bool = False) -> Document:
        """Pay; `force` pays also what has expired (money that was on its way). Confirms to the merchant."""
        return self._end(token, {"status": wire.PAID, "paid_at": self.now()}, tell=True, force=force)

    def reject(self, token: str) -> Document:
        """Have the bank say no. Confirms to the merchant."""
        return self._end(token, {"status": wire.REJECTED}, tell=True)

    def leave(self, token: str) -> Document:
        """Annul: the payer gives up. The merchant hears of it only by the browser's return."""
        return self._end(token, {"status": wire.ANNULLED}, tell=False)

    def coupon(self, token: str) -> Document:
        """Take a coupon to pay in cash within days: still pending, and no longer bound to the checkout's timeout."""
        now = self.now()
        return self._end(
            token, {"coupon_at": now, "expires": now + COUPON_SECONDS, "media": wire.COUPON_MEDIA}, tell=False
        )

    def ask_refund(self, payment: Document, fields: dict[str, str]) -> Document:
        """Store a refund that its receiver has yet to accept."""
        token = secrets.token_hex(20).upper()
        document: Document = {
            "refundCommerceOrder": fields["refundCommerceOrder"],
            "email": fields["receiverEmail"],
            "amount": int(fields["amount"]),
            "urlCallBack": fields["urlCallBack"],
            "payment": payment["token"],
            "commerceOrder": payment["commerceOrder"],
            "status": "created",
            "created": self.now(),
        }
        return {**document, "token": token, "number": self.store.add("refunds", token, document)}

    def accept_refund(self, token: str, *, slow: bool = False) -> Document:
        """Have the receiver accept, and call urlCallBack.

        The pay-out follows unannounced, after `refund_seconds`; `slow`: when `pay_out_refund` says so.
        """
        paid_out = None if slow else self.now() + self.refund_seconds
        return self._end_refund(token, "accepted", paid_out=paid_out)

    def pay_out_refund(self, token: str) -> Document:
        """Let the money of an accepted refund arrive; nobody is called."""
        return self._end_refund(token, "accepted", was="accepted", tell=False, paid_out=self.now())

    def reject_refund(self, token: str) -> Document:
        """Have the receiver decline. Calls urlCallBack."""
        return self._end_refund(token, "rejected")

    def cancel_refund(self, token: str) -> Document:
        """Have the merchant withdraw a refund; nobody is called."""
        return self._end_refund(token, "canceled", tell=False)

    def _end(self, token: str, changes: dict[str, Any], *, tell: bool, force: bool = False) -> Document:
        def change(payment: Document) -> Document | None:
            status = wire.status_at(payment, self.now())
            unpaid = int(payment["status"]) != wire.PAID
            return {**payment, **changes} if status == wire.PENDING or (force and unpaid) else None

        payment, changed = self.store.change("payments", token, change)
        if changed and tell:
            self._tell(payment["urlConfirmation"], token, payment["commerceOrder"])
        return payment

    def _end_refund(self, token: str, status: str, *, was: str = "created", tell: bool = True,
                    **changes: float | None) -> Document:
        def change(refund: Document) -> Document | None:
            fits = wire.refund_state(refund, self.now()) == was
            return {**refund, **changes, "status": status} if fits else None

        refund, changed = self.store.change("refunds", token, change)
        if changed and tell:
            self._tell(refund["urlCallBack"], token, refund["commerceOrder"])
        return refund

    def _tell(self, url: str, token: str, order: str) -> None:
        """POST a token to the merchant, as Flow does (PROVIDERS.md §A.5, §A.8)."""
        self.notices.send(Notice(url, token, urlencode({"token": token}), _FORM), order=order)
