"""How asking for a refund moves it, pure. What the provider then reports is judged in `refund_verdict.py`.

due ─ claim ─► requesting ─┬─ provider answered ──► requested (→ accepted, refunded, rejected, cancelled)
 ▲                         ├─ provider said no ───► rejected
 └── not reached; answer ──┤
     lost, but asking again └─ nobody knows ───────► unclear (the callback heals it)
     is safe (a key)

due ─ hand_over ─► requested ─┬─ returned ─► refunded      (by hand: staff say so)
                              └─ refused ──► rejected
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from .model import Payment, with_refund
from .refund_model import RefundState

LEASE = timedelta(seconds=60)  # longer than the provider call and its writes can take


def claim(payment: Payment, number: int, *, now: datetime) -> Payment:
    """Return a payment whose refund is due as being requested by the caller, until the lease is over."""
    return _with(payment, number, RefundState.REQUESTING, now, lease_until=now + LEASE)


def lease_over(payment: Payment, number: int, *, now: datetime) -> bool:
    """Tell whether whoever was asking the provider must be dead."""
    until = payment.refund(number).lease_until
    return until is None or now >= until


def due_again(payment: Payment, number: int, *, now: datetime) -> Payment:
    """Return the refund as due again: asking again is safe, because the request never left or is made only once."""
    return _with(payment, number, RefundState.DUE, now, lease_until=None)


def unclear(payment: Payment, number: int, *, now: datetime) -> Payment:
    """Return the refund as asked, answer unknown: it is never asked again by itself."""
    return _with(payment, number, RefundState.UNCLEAR, now, lease_until=None)


def refused(payment: Payment, number: int, *, problem: str, now: datetime) -> Payment:
    """Return the refund as refused, with the provider's error number or what staff say: the money is the order's."""
    return _with(payment, number, RefundState.REJECTED, now, lease_until=None, problem=problem, settled_at=now)


def hand_over(payment: Payment, number: int, *, now: datetime) -> Payment:
    """Return the refund as one that waits for a person to transfer it."""
    return _with(payment, number, RefundState.REQUESTED, now, by_hand=True, requested_at=now)


def returned(payment: Payment, number: int, *, reference: str, now: datetime) -> Payment:
    """Return the refund as transferred by a person, with the bank's reference."""
    return _with(payment, number, RefundState.REFUNDED, now, provider_ref=reference, settled_at=now)


def _with(payment: Payment, number: int, state: RefundState, now: datetime, **changes: Any) -> Payment:
    return with_refund(payment, replace(payment.refund(number), state=state, **changes), now=now)
