"""A refund: so much of one payment on its way back. A value, changed only by `refund_steps.py` and `refund_verdict.py`.

    due ─► requesting ─► requested ─► accepted ─► refunded
                 └► unclear ┘  └───────────┴────► rejected | cancelled   (the order's credit again)
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from ..core.money import Clp

MAX_REFUNDS = 20  # of one payment


class RefundState(StrEnum):
    """Where a refund stands; a report never moves it to a lower `rank`."""

    DUE = "due"
    REQUESTING = "requesting"  # a worker is asking the provider, until `lease_until`
    UNCLEAR = "unclear"  # asked, answer unknown: never asked again by itself
    REQUESTED = "requested"  # Flow: the receiver has yet to accept; by hand: a person has yet to transfer it
    ACCEPTED = "accepted"  # the receiver agreed, the money is not out yet
    CANCELLED = "cancelled"  # taken back, or not accepted in time (Flow: ten days)
    REJECTED = "rejected"  # by the receiver or by the provider
    REFUNDED = "refunded"

    @property
    def rank(self) -> int:
        """How far along it is."""
        return _REFUND_RANKS[self]

    @property
    def failed(self) -> bool:
        """Whether the money stayed with us: it is the order's again."""
        return self in (RefundState.CANCELLED, RefundState.REJECTED)

    @property
    def ended(self) -> bool:
        """Whether it has come to its end."""
        return self.failed or self is RefundState.REFUNDED


_REFUND_RANKS = {state: rank for rank, state in enumerate(RefundState)}


class Origin(StrEnum):
    """Who made money go back."""

    US = "us"
    PROVIDER = "provider"  # somebody, in the provider's panel
    CHARGEBACK = "chargeback"  # the payer, through the bank


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """So much of a payment on its way back. `number` counts a payment's refunds from 1."""

    number: int
    amount: Clp
    reason: str  # a code: "slot_lost", "paid_twice", "order_expired", "cancelled", "changed", "requested"
    state: RefundState = RefundState.DUE
    by_hand: bool = False  # a person transfers it, no provider is asked
    origin: Origin = Origin.US
    due_at: datetime
    lease_until: datetime | None = None
    token: str | None = None
    provider_ref: str | None = None  # the provider's number, or the bank's of a transfer
    requested_at: datetime | None = None
    settled_at: datetime | None = None
    fee: int | None = None  # of the provider, CLP rounded
    problem: str | None = None  # why it was refused: the provider's code, or what staff say
    day: date | None = None  # on which the provider says that the money went, in the spa's calendar
    listed: str | None = None  # the provider's line about it, where lines have numbers of their own
    reversed_day: date | None = None  # a chargeback that was won: the money came back then
    reversed_ref: str | None = None

    @property
    def out(self) -> bool:
        """Whether the money is gone."""
        return self.state is RefundState.REFUNDED and self.reversed_day is None
