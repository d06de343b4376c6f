"""A payment: one attempt to collect one amount through one provider, and the money that went back from it.

An order may have many payments (second tries, a deposit and its balance, later instalments), and a payment many
refunds; each is a value of this module, changed only by the functions here, in `refund_steps.py` and `verdict.py`, all
pure.

    created ─► pending ─► paid
       │          ├► rejected ┐
       └──────────┼► annulled ├► paid   (late money: any of these may still turn out to be paid)
                  ├► expired  ┘
                  └► mismatch           (money came, but not the money that was asked)
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NewType

from ..core.errors import Conflict, NotFound
from ..core.ids import random_id
from ..core.money import CURRENCY, Clp
from .entry import Entry
from .refund_model import MAX_REFUNDS, Refund

PaymentId = NewType("PaymentId", str)
BANK = "transfer"
UNHEARD = (BANK,)  # methods of which no provider tells us anything


class PaymentState(StrEnum):
    """Where a payment stands. The order of the members is the order in which a report may move it (`rank`)."""

    CREATED = "created"  # written down, the provider not yet asked or its answer not yet known
    PENDING = "pending"  # the provider's page is open to the guest
    EXPIRED = "expired"  # our deadline passed without money; the provider has not said so itself
    REJECTED = "rejected"
    ANNULLED = "annulled"
    MISMATCH = "mismatch"  # another amount or currency than asked: confirms nothing, staff see it
    PAID = "paid"  # for ever, whatever is given back of it

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
    REFUND = "refund"  # money went out that we no longer owed: given back twice


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
    value_day: date | None = None  # on which the provider says that it came, in the spa's calendar
    media: str | None = None  # "Webpay", "Servipag" … as the provider names it
    fee: int | None = None
    net: int | None = None  # of `received`, after the fee
    installments: int | None = None
    problems: frozenset[Problem] = frozenset()
    refunds: tuple[Refund, ...] = ()
    entries: tuple[Entry, ...] = field(default=(), compare=False)  # in the ledger by day: follows from the rest

    @property
    def paid(self) -> Clp:
        """What this payment adds to the order's `paid`: the amount asked, once exactly that came, for ever."""
        return self.amount if self.state is PaymentState.PAID else Clp(0)

    @property
    def kept(self) -> Clp:
        """What of the money it brought, whatever the amount, is not owed back: what its order may reckon with."""
        return Clp((self.received or 0) - self.refunded - self.returning)

    @property
    def credited(self) -> Clp:
        """What it brought although another amount was asked: it confirms nothing and counts as the order's credit."""
        return self.kept if self.received != self.amount else Clp(0)

    @property
    def refunded(self) -> Clp:
        """What has really gone back of it, and has not come back since."""
        return Clp(sum(refund.amount for refund in self.refunds if refund.out))

    @property
    def returning(self) -> Clp:
        """What is owed back and has not arrived yet."""
        return Clp(sum(refund.amount for refund in self.refunds if not refund.state.ended))

    def refund(self, number: int) -> Refund:
        """Return one of its refunds. Raises NotFound("refund_not_found")."""
        if not 1 <= number <= len(self.refunds):
            raise NotFound("refund_not_found")
        return self.refunds[number - 1]


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


def owe_refund(payment: Payment, *, amount: Clp, reason: str, now: datetime, by_hand: bool = False) -> Payment:
    """Return the payment with one more refund, of `amount`, that is due; a transfer always goes back by hand.

    Raises Conflict("nothing_to_refund") if it does not hold so much money, Conflict("too_many_refunds").
    """
    if not 0 < amount <= payment.kept:
        raise Conflict("nothing_to_refund", payment=payment.id)
    if len(payment.refunds) >= MAX_REFUNDS:
        raise Conflict("too_many_refunds", payment=payment.id)
    refund = Refund(number=len(payment.refunds) + 1, amount=amount, reason=reason, due_at=now,
                    by_hand=by_hand or payment.method in UNHEARD)
    return replace(payment, refunds=(*payment.refunds, refund), updated_at=now)


def with_refund(payment: Payment, refund: Refund, *, now: datetime) -> Payment:
    """Return the payment with one of its refunds as it now is."""
    refunds = tuple(refund if one.number == refund.number else one for one in payment.refunds)
    return replace(payment, refunds=refunds, updated_at=now)


def refund_id(payment: PaymentId, number: int) -> str:
    """Return a refund's own name at the provider (idempotency key, `refundCommerceOrder`): the same on every retry.

    >>> refund_id(PaymentId("pay_x"), 2)
    'pay_x-r2'
    """
    return f"{payment}-r{number}"
