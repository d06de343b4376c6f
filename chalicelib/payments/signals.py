"""Signals: hints that something may have happened at a provider. They say where to look, never what is true.

Messages on the queue `payment-signals`, for the worker that settles::

    {"provider": "flow", "kind": "confirmation", "token": "…", "payment": null, "trace": "…"}
    {"provider": "flow", "kind": "return", "token": "…", "payment": "pay_…", "trace": "…"}
    {"provider": "flow", "kind": "refund", "token": "…", "payment": "pay_…", "refund": 2, "trace": "…"}
    {"provider": "mercadopago", "kind": "confirmation", "token": "1318881234", "payment": null, "trace": "…"}
"""

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from .model import PaymentId

QUEUE = "payment-signals"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{8,128}")
_NUMBER = re.compile(r"[0-9]{1,20}")
_PAYMENT = re.compile(r"pay_[0-9a-z]{22}")
_REFUND = re.compile(r"(pay_[0-9a-z]{22})(?:-r([1-9][0-9]?))?")


class SignalKind(StrEnum):
    """Who told us."""

    CONFIRMATION = "confirmation"  # the provider's server, about a payment: `fetch(token)` names it
    RETURN = "return"  # the guest's browser coming back: load `payment`, ask the provider about it
    REFUND = "refund"  # the provider's server, about one refund of `payment`
    REFUSED = "refused"  # somebody who claims to be the provider and is not: counted, never put on the queue


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One hint. `token` is the provider's name for what it is about; None when a browser came without one."""

    provider: str
    kind: SignalKind
    token: str | None
    payment: PaymentId | None = None
    refund: int = 1
    trace: str = ""

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the token, or of the payment id when there is none: what the signal is stored under."""
        return hashlib.sha256((self.token or self.payment or "").encode()).hexdigest()

    def as_message(self) -> dict[str, Any]:
        """Return the signal as plain JSON values, the form the queue carries."""
        return {
            "provider": self.provider,
            "kind": self.kind.value,
            "token": self.token,
            "payment": self.payment,
            "refund": self.refund,
            "trace": self.trace,
        }

    @classmethod
    def from_message(cls, body: dict[str, Any]) -> "Signal":
        """Read back what `as_message` wrote."""
        payment = body.get("payment")
        return cls(
            provider=body["provider"],
            kind=SignalKind(body["kind"]),
            token=body.get("token"),
            payment=PaymentId(payment) if payment else None,
            refund=int(body.get("refund", 1)),
            trace=str(body.get("trace") or ""),
        )


def is_token(value: str) -> bool:
    """Tell whether a value has the shape of a provider's token (Flow's are hexadecimal; some room is left)."""
    return _TOKEN.fullmatch(value) is not None


def is_number(value: str) -> bool:
    """Tell whether a value has the shape of Mercado Pago's ids of payments and refunds."""
    return _NUMBER.fullmatch(value) is not None


def is_payment_id(value: str) -> bool:
    """Tell whether a value has the shape of our payment ids."""
    return _PAYMENT.fullmatch(value) is not None


def read_refund_id(value: str) -> tuple[PaymentId, int] | None:
    """Return the payment and the number that a refund's id names; a payment's id means its first. None: neither.

    >>> read_refund_id("pay_0123456789abcdefghijkl-r2")
    ('pay_0123456789abcdefghijkl', 2)
    """
    found = _REFUND.fullmatch(value)
    return (PaymentId(found[1]), int(found[2] or 1)) if found else None
