"""A payment: one attempt to collect one amount through one provider, and the money that went back from it.

An order may have many payments (second tries, a deposit and its balance, later instalments); each is a value
of this module, changed only by the functions here and in `verdict.py`, all pure.

    created ─► pending ─► paid ─► refund_due ─► refund_requesting ─► refund_requested ─► refunded
       │          ├► rejected ┐        ▲                └► refund_unclear ┘ │
       └──────────┼► annulled ├► paid  └────────────────────────────────────┴► refund_rejected
                  ├► expired  ┘  (late money: any of these may still turn out to be paid)
                  └► mismatch    (money came, but not the money that was asked)
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from ..core.errors import Conflict
from ..core.ids import random_id
from ..core.money import CURRENCY, Clp

PaymentId = NewType("PaymentId", str)


class PaymentState(StrEnum):
    """Where a payment stands. The order of the members is the order in which a report may move it (`rank`)."""

    CREATED = "created"  # written down, the provider not yet asked or its answer not yet known
    PENDING = "pending"  # the provider's page is open to the guest
    EXPIRED = "expired"  # our deadline passed without money; the provider has not said so itself
    REJECTED = "rejected"
    ANNULLED = "annulled"
    MISMATCH = "mismatch"  # another amount or currency than asked: confirms nothing, staff see it
    PAID = "paid"
    REFUND_DUE = "refund_due"
    REFUND_REQUESTING = "refund_requesting"  # a worker is asking the provider, until `refund.lease_until`
    REFUND_UNCLEAR = "refund_unclear"  # asked, answer unknown: never asked again by itself
    REFUND_REQUESTED = "refund_requested"  # Flow: the receiver has yet to accept
    REFUND_REJECTED = "refund_rejected"
    REFUNDED = "refunded"

    @property
    def rank(self) -> int:
        """How far along; a payment report never moves a payment to a lower rank."""
        return _RANKS[self]

    @property
    def open(self) -> bool:
        """Whether the guest may still be paying on the provider's page."""
        return self in (PaymentState.CREATED, PaymentState.PENDING)

    @property
    def undecided(self) -> bool:
        """Whether money may still come, so that asking is worth while: after a no the guest may take another card."""
        return self.open or self in (PaymentState.REJECTED, PaymentState.ANNULLED)


_RANKS = {state: rank for rank, state in enumerate(PaymentState)}
_IN_REFUND = frozenset(s for s in PaymentState if s.rank >= PaymentState.REFUND_DUE.rank)
_HOLDS_MONEY = frozenset({PaymentState.PAID, PaymentState.MISMATCH, PaymentState.REFUND_REJECTED})


class Purpose(StrEnum):
    """What a payment is for; more (instalment, …) can come without a change here."""

    FULL = "full"
    DEPOSIT = "deposit"
    BALANCE = "balance"


class Problem(StrEnum):
    """How a provider's report disagrees with what was asked."""

    ORDER = "order"  # it speaks of another payment
    TOKEN = "token"
    PROVIDER_REF = "provider_ref"  # another payment of the provider's: perhaps paid twice
    AMOUNT = "amount"
    CURRENCY = "currency"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """Money on its way back. `attempt` counts requests after a rejection; each has its own id at the
    provider.
    """

    amount: Clp
    reason: str  # a code: "slot_lost", "paid_twice", "cancelled" …
    due_at: datetime
    attempt: int = 1
    lease_until: datetime | None = None
    token: str | None = None
    provider_ref: str | None = None
    requested_at: datetime | None = None
    settled_at: datetime | None = None
    fee: int | None = None  # of the provider, CLP rounded
    problem: str | None = None  # the provider's code, when it refused
    past_tokens: tuple[str, ...] = ()  # of earlier attempts: their late callbacks are not about this one


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One line of the ledger. Instants are aware UTC; `amount` is what was asked, `received` what came."""

    id: PaymentId
    order: str
    order_number: str
    method: str  # the gateway's name: one of `gateways.METHODS`
    amount: Clp
    currency: str = CURRENCY
    purpose: Purpose = Purpose.FULL
    state: PaymentState
    created_at: datetime
    expires_at: datetime  # the provider stops taking money then
    updated_at: datetime
    version: int = 1  # of the stored item; every write is conditional on it
    token: str | None = None
    provider_ref: str | None = None
    url: str | None = None  # where the guest pays, ready to open
    received: Clp | None = None  # None also when it came in another currency
    paid_at: datetime | None = None  # when we learnt it
    media: str | None = None  # "Webpay", "Servipag" … as the provider names it
    fee: int | None = None
    net: int | None = None  # of `received`, after the fee
    installments: int | None = None
    problems: frozenset[Problem] = frozenset()
    refund: Refund | None = None

    @property
    def paid(self) -> Clp:
        """What this payment adds to the order's `paid`: the amount asked, once exactly that came, for ever."""
        settled = self.state.rank >= PaymentState.PAID.rank
        return self.amount if settled and self.received == self.amount else Clp(0)

    @property
    def kept(self) -> Clp:
        """What of the money it brought, whatever the amount, is not owed back: what its order may reckon with."""
        if self.received is None or self.state.rank < PaymentState.MISMATCH.rank:
            return Clp(0)
        owed = self.refund.amount if self.refund and self.state in _IN_REFUND else 0
        return Clp(max(0, self.received - owed))

    @property
    def credited(self) -> Clp:
        """What it brought although another amount was asked: it confirms nothing and counts as the order's credit."""
        return self.kept if self.received != self.amount else Clp(0)

    @property
    def refunded(self) -> Clp:
        """What this payment adds to the order's `refunded`: what was really given back of `paid`."""
        if self.refund is None or self.state is not PaymentState.REFUNDED or not self.paid:
            return Clp(0)
        return self.refund.amount

    @property
    def refund_id(self) -> str:
        """The refund's own id at the provider (`refundCommerceOrder`): unique per attempt."""
        return f"{self.id}-r{self.refund.attempt if self.refund else 1}"


def open_payment(
    *,
    order: str,
    order_number: str,
    method: str,
    amount: Clp,
    seconds_to_pay: int,
    now: datetime,
    purpose: Purpose = Purpose.FULL,
) -> Payment:
    """Return a new payment in state `created`, with a fresh id that is also its name at the provider.

    A second try is a second payment: Flow does not document what a repeated commerceOrder does (PROVIDERS.md
    §A.11).
    """
    return Payment(
        id=PaymentId(random_id("pay")),
        order=order,
        order_number=order_number,
        method=method,
        amount=amount,
        purpose=purpose,
        state=PaymentState.CREATED,
        created_at=now,
        updated_at=now,
        expires_at=now + timedelta(seconds=seconds_to_pay),
    )


def hosted(
    payment: Payment, *, url: str, token: str | None = None, provider_ref: str | None = None, now: datetime
) -> Payment:
    """Return the payment with the page on which the guest pays; a payment already past `created` keeps its
    state.
    """
    state = PaymentState.PENDING if payment.state is PaymentState.CREATED else payment.state
    return replace(payment, url=url, token=token, provider_ref=provider_ref, state=state, updated_at=now)


def expired(payment: Payment, *, now: datetime) -> Payment:
    """Return the payment as expired if the guest can no longer pay it; else unchanged. Late money still
    counts.
    """
    if not payment.state.open or now < payment.expires_at:
        return payment
    return replace(payment, state=PaymentState.EXPIRED, updated_at=now)


def owe_refund(payment: Payment, *, amount: Clp, reason: str, now: datetime) -> Payment:
    """Return the payment with `amount` to be given back; repeating it changes nothing.

    Raises Conflict("nothing_to_refund") if no money is held, or not that much.
    """
    if payment.state in _IN_REFUND and payment.state is not PaymentState.REFUND_REJECTED:
        return payment
    if payment.state not in _HOLDS_MONEY or not 0 < amount <= (payment.received or 0):
        raise Conflict("nothing_to_refund", payment=payment.id)
    past = payment.refund
    refund = Refund(amount=amount, reason=reason, due_at=now)
    if past is not None:
        tokens = (*past.past_tokens, past.token) if past.token else past.past_tokens
        refund = replace(refund, attempt=past.attempt + 1, past_tokens=tokens)
    return replace(payment, state=PaymentState.REFUND_DUE, refund=refund, updated_at=now)
