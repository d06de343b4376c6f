"""The port behind which payment providers stand (DESIGN.md §2 row 6), and the words both sides use.

Every call has a time limit and is made outside any database transaction. What can go wrong:

| error | what is known | what to do |
|---|---|---|
| `Unreachable` (Retryable) | the request never reached the provider | repeat |
| `Unclear` (Retryable) | it may have been carried out: time-out, 5xx, garbage | look first (`find`) |
| `Refused` (Terminal) | the provider understood and said no | its `reason` says whose fault it is |
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from ..core.errors import Retryable, Terminal
from ..core.money import CURRENCY, Clp
from .entry import EntryKind
from .model import PaymentId


class Reported(StrEnum):
    """What a provider says of a payment."""

    PENDING = "pending"
    PAID = "paid"
    REJECTED = "rejected"
    ANNULLED = "annulled"
    RETURNED = "returned"  # was paid and has been given back since: what we know of it stays
    DISPUTED = "disputed"  # was paid, and the payer or the bank claims it back: stays too, and a person hears of it
    UNKNOWN = "unknown"  # a status this code has never heard of: changes nothing, and a person hears of it


class RefundReported(StrEnum):
    """What a provider says of a refund."""

    REQUESTED = "requested"  # made, not yet accepted by the receiver
    ACCEPTED = "accepted"  # the receiver agreed; the money is not out yet
    REFUNDED = "refunded"
    REJECTED = "rejected"  # by the receiver
    CANCELLED = "cancelled"  # taken back, or (Flow) not accepted within ten days
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why a provider refuses, as far as it concerns anybody but the log."""

    EMAIL = "email"  # the guest's address does not please it
    AMOUNT = "amount"  # too small, decimals …
    ALREADY_PAID = "already_paid"
    CURRENCY = "currency"
    CREDENTIALS = "credentials"  # keys or signature: ours to mend
    NOT_FOUND = "not_found"
    NO_SERVICE = "no_service"  # it has no such call (any more, or yet)
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRequest:
    """What is asked of the guest. `seconds_to_pay`: after that the provider must take no money."""

    payment: PaymentId
    order: str
    subject: str
    amount: Clp
    email: str
    seconds_to_pay: int
    currency: str = CURRENCY


@dataclass(frozen=True, slots=True, kw_only=True)
class HostedPayment:
    """The page on which the guest pays: `url` is complete. A provider that names a payment only once somebody tries to
    pay (Mercado Pago) gives neither token nor number yet.
    """

    url: str
    token: str | None = None
    provider_ref: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentReport:
    """The provider's word on one payment. `token` is the one a webhook brought, None when found by payment id.

    `provider_ref` is empty where the provider's number says nothing about ours: an attempt at Mercado Pago that took no
    money. `also_paid` are the numbers of further payments for the same, if the guest managed to pay more than once.
    """

    payment: PaymentId
    provider_ref: str
    state: Reported
    amount: Clp | None  # None: not a whole number of pesos, or none given
    currency: str
    raw_status: str
    token: str | None = None
    media: str | None = None
    fee: int | None = None
    net: int | None = None  # what is left of it after the provider's fee
    installments: int | None = None
    also_paid: tuple[str, ...] = ()
    provider_date: str | None = None  # as given; its zone is not documented
    day: date | None = None  # on which the money came, in the spa's calendar
    back: tuple["Back", ...] = ()  # what has gone back of it, as far as the provider says so here


@dataclass(frozen=True, slots=True, kw_only=True)
class Back:
    """The provider's word that money went back, or came back from a chargeback, on a day of the spa's calendar.

    `payment_ref` is the provider's number of the payment, `ref` that of this movement, always the same. `loose`: the
    provider gives a refund that we asked for another number here, so only its amount can tell.
    """

    kind: EntryKind
    payment: PaymentId
    payment_ref: str
    ref: str
    amount: Clp
    day: date
    fee: int | None = None
    loose: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DayList:
    """What a provider lists of a day: the payments that came, and what went back or came back from a chargeback.

    `whole` is False while a part of it (a settlement, a report) is not there yet; what is there is right.
    """

    payments: tuple[PaymentReport, ...] = ()
    back: tuple[Back, ...] = ()
    whole: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRequest:
    """What is to go back. `refund` is its own name (`refund_id`), kept over retries; `email` is the receiver's, who may
    have to accept.
    """

    refund: str
    payment: PaymentId
    provider_ref: str | None
    amount: Clp
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundReport:
    """The provider's word on one refund."""

    token: str
    provider_ref: str
    state: RefundReported
    amount: Clp | None
    raw_status: str
    fee: int | None = None


class Unreachable(Retryable):
    """The provider was not reached; nothing happened there."""

    def __init__(self, provider: str) -> None:
        super().__init__("provider_unreachable", provider=provider)


class Unclear(Retryable):
    """The provider may or may not have done what was asked. `what` says how the answer failed, for the log."""

    def __init__(self, provider: str, what: str) -> None:
        super().__init__("provider_unclear", provider=provider)
        self.what = what


class Refused(Terminal):
    """The provider said no: its own `number` and `message`, and what that means to us."""

    def __init__(self, provider: str, number: str, message: str, reason: Reason) -> None:
        super().__init__("provider_refused", provider=provider)
        self.number = number
        self.message = message
        self.reason = reason


class Gateway(Protocol):
    """A payment provider. Every method makes one HTTP request, `find` one per hundred payments, `list_day` several."""

    name: str
    refunds_repeatable: bool  # a refund asked for twice under the same `refund` id is made once (an idempotency key)

    def create(self, ask: PaymentRequest) -> HostedPayment:
        """Open a payment. Raises Unreachable, Unclear, Refused.

        After Unclear, open another payment under a new id: the lost one's page was shown to nobody.
        """
        ...

    def fetch(self, token: str) -> PaymentReport:
        """Return what became of the payment that a webhook's token names. Raises Refused(NOT_FOUND) for a token it
        never gave.
        """
        ...

    def find(self, payment: PaymentId) -> PaymentReport | None:
        """Return what became of a payment of ours, by our own id: the way to settle it, whatever hinted at it.

        None if the provider knows of no such payment, or (Mercado Pago) nobody has tried to pay it yet.
        """
        ...

    def refund(self, ask: RefundRequest) -> RefundReport:
        """Ask for money to be given back; `refunds_repeatable` says whether it may be asked again."""
        ...

    def fetch_refund(self, token: str) -> RefundReport:
        """Return what became of a refund."""
        ...

    def list_day(self, day: date) -> DayList:
        """Return what came and went on a day of the spa's calendar, for reconciliation. Raises as `create`.

        Each payment has the money it came with and its fee, whatever became of it since.
        """
        ...
