"""How asking for a refund moves a payment, pure. What the provider then reports is judged in `verdict.refund_verdict`.

refund_due ─ claim ─► refund_requesting ─┬─ provider answered ──► refund_requested (→ refunded | refund_rejected)
     ▲                                   ├─ provider said no ───► refund_rejected
     └── not reached; answer lost, but ──┤
         asking again is safe (a key)    └─ nobody knows ───────► refund_unclear (the callback heals it)
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from ..core.errors import Conflict
from .model import Payment, PaymentState

LEASE = timedelta(seconds=60)  # longer than the provider call and its writes can take


def claim(payment: Payment, *, now: datetime) -> Payment:
    """Return a payment whose refund is due as being requested by the caller, until the lease is over."""
    return _with(payment, PaymentState.REFUND_REQUESTING, now, lease_until=now + LEASE)


def lease_over(payment: Payment, *, now: datetime) -> bool:
    """Tell whether whoever was asking the provider must be dead."""
    until = payment.refund.lease_until if payment.refund else None
    return until is None or now >= until


def due_again(payment: Payment, *, now: datetime) -> Payment:
    """Return the payment as due again: asking again is safe, because the request never left or is made only once."""
    return _with(payment, PaymentState.REFUND_DUE, now, lease_until=None)


def unclear(payment: Payment, *, now: datetime) -> Payment:
    """Return the payment as asked, answer unknown: it is never asked again by itself."""
    return _with(payment, PaymentState.REFUND_UNCLEAR, now, lease_until=None)


def refused(payment: Payment, *, number: str, now: datetime) -> Payment:
    """Return the payment as refused by the provider, with the provider's error number."""
    return _with(payment, PaymentState.REFUND_REJECTED, now, lease_until=None, problem=number, settled_at=now)


def _with(payment: Payment, state: PaymentState, now: datetime, **changes: Any) -> Payment:
    if payment.refund is None:
        raise Conflict("nothing_to_refund", payment=payment.id)
    return replace(payment, state=state, updated_at=now, refund=replace(payment.refund, **changes))
