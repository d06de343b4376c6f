"""An order and the states it goes through. Pure.

    cart ─► pending_payment ─► confirmed
                │   ▲
                ▼   └ another try at paying, the hold kept
             expired ─► confirmed   (late money: the same hours, or others that the guest chooses; else it goes back)

    confirmed ─► checked_in ─► checked_out
        ├► cancelled
        └► no_show
"""

from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import AwareDatetime

from ..availability.sheets import Claimed
from ..carts.lines import GiftLine, Line, TimedLine, WithLines, gifts
from ..carts.model import Cart
from ..carts.paying import TRANSFER_WITHIN
from ..core.errors import Conflict, Gone, Invalid
from ..core.money import Clp
from ..core.texts import Lang
from ..giftcards.model import Use, UseState
from ..payments.model import Purpose
from .guest import Account, Consent, Guest

TRANSFER = "transfer"
PAY_WITHIN = timedelta(minutes=15)  # what the provider is told
GRACE = timedelta(minutes=10)  # its confirmation may still be on the way
MAX_TRIES = 8
MAX_PAYMENTS = 20  # of one order, its balance included
CHOOSE_FOR = timedelta(hours=24)  # late money waits so long for other hours to be chosen (DOMAIN.md, Orders)
TRY_WITHIN = timedelta(minutes=60)  # of placing the order: nobody keeps hours for ever by trying
FIRST_CHECK = timedelta(seconds=20)  # a lost webhook is healed by the next run of the schedule


class OrderState(StrEnum):
    """Where an order stands (DOMAIN.md, Orders)."""

    PENDING_PAYMENT = "pending_payment"
    CONFIRMED = "confirmed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    CHECKED_IN = "checked_in"
    CHECKED_OUT = "checked_out"
    NO_SHOW = "no_show"

    @property
    def alive(self) -> bool:
        """Whether its guests are expected, there, or were there: what is due of it can be paid."""
        return self in (OrderState.CONFIRMED, OrderState.CHECKED_IN, OrderState.CHECKED_OUT)


class Order(WithLines):
    """An order. Its id is also the number people read out; `trace` is the request id of its check-out.

    `kept` is the money held for it, in CLP: what its payments brought, right or wrong amounts, less what is owed back.
    It is written in the transaction that moves a payment, so it always agrees with the ledger. `cards` is what it has
    of gift cards, which pay like money and are not part of `kept`. `cancelled` are the
    lines that were given up in time, as they were; `choose_until` is set while late money waits for other hours.
    `reminded` is the hour its guest was reminded of, `thanked` that she was thanked for coming (visit_mails.py).
    """

    id: str
    state: OrderState
    cancelled: tuple[Line, ...] = ()
    guest: Guest
    consent: Consent
    language: Lang
    notes: str = ""
    cart: str
    payments: tuple[str, ...] = ()
    cards: tuple[Use, ...] = ()
    kept: int = 0
    version: int = 0
    created_at: AwareDatetime
    updated_at: AwareDatetime
    pay_until: AwareDatetime | None = None
    due_at: AwareDatetime | None = None
    choose_until: AwareDatetime | None = None
    account: Account | None = None
    reminded: AwareDatetime | None = None
    thanked: bool = False
    trace: str

    @property
    def standing(self) -> list[TimedLine]:
        """Its lines that have an hour and are still to be had or were had: not those given up."""
        return [line for line in self.timed if not line.forfeited]

    @property
    def claims(self) -> list[Claimed]:
        """What the order occupies, each line under its own id."""
        return [Claimed(line.id, line.occupied) for line in self.standing]

    @property
    def covered(self) -> Clp:
        """What gift cards pay of it, in CLP: kept for it while it is being paid, or spent."""
        return Clp(sum(use.amount for use in self.cards if use.state is not UseState.RELEASED))

    @property
    def paid(self) -> Clp:
        """What is there for it, in CLP: money and gift cards."""
        return Clp(self.kept + self.covered)

    def due(self, purpose: Purpose) -> Clp:
        """Return what a payment for a purpose has to bring now, in CLP; 0 when it is here already."""
        if purpose is Purpose.DEPOSIT:
            return self.deposit_due(self.covered, self.kept)
        return Clp(max(0, self.total - self.paid))

    @property
    def over(self) -> Clp:
        """What is held and bought nothing, in CLP: beyond the total, or all of it when the order has expired."""
        return Clp(max(0, self.paid - (0 if self.state is OrderState.EXPIRED else self.total)))

    @property
    def to_issue(self) -> list[GiftLine]:
        """The gift cards that its buyer has fully paid for and does not have yet (DOMAIN.md, Gift cards).

        Also of guests who did not come: their gifts were paid for with the deposit, and are somebody else's.
        """
        kept = self.state.alive or self.state is OrderState.NO_SHOW
        if not kept or self.due(Purpose.BALANCE) or self.covered > self.coverable:
            return []
        return [line for line in gifts(self.lines) if line.card is None]

    @property
    def held_until(self) -> datetime | None:
        """Until when its hours are kept while it is being paid."""
        return self.pay_until + GRACE if self.pay_until else None


def from_cart(cart: Cart, guest: Guest, consent: Consent, *, number: str, language: Lang, notes: str, trace: str,
              now: datetime) -> Order:
    """Return the order that a cart becomes.

    Raises Conflict("cart_empty") without lines, Invalid("in_the_past") when one of them has begun.
    """
    if not cart.lines:
        raise Conflict("cart_empty")
    if any(line.start <= now for line in cart.timed):
        raise Invalid("in_the_past")
    return Order(id=number, state=OrderState.PENDING_PAYMENT, lines=cart.lines, guest=guest, consent=consent,
                 language=language, notes=notes, cart=cart.id, created_at=now, updated_at=now, trace=trace)


def must_take_payment(order: Order, method: str, now: datetime) -> None:
    """Raise unless one more payment may be opened.

    Gone("order_expired"); Conflict("order_already_paid") when nothing is due; Conflict("too_many_tries") when it would
    keep the hours longer than TRY_WITHIN allows, or there were too many already.
    """
    if order.state.alive and order.due(Purpose.BALANCE):
        if len(order.payments) >= MAX_PAYMENTS:
            raise Conflict("too_many_tries")
        return
    if order.state is OrderState.EXPIRED:
        raise Gone("order_expired")
    if order.state is not OrderState.PENDING_PAYMENT:
        raise Conflict("order_already_paid")
    kept_anyway = order.pay_until is not None and now + time_to_pay(method) <= order.pay_until
    if len(order.payments) >= MAX_TRIES or (now - order.created_at > TRY_WITHIN and not kept_anyway):
        raise Conflict("too_many_tries")


def time_to_pay(method: str) -> timedelta:
    """Return how long a payment stays open: a bank transfer takes a day, a card minutes."""
    return TRANSFER_WITHIN if method == TRANSFER else PAY_WITHIN


def paying(order: Order, payment: str, method: str, now: datetime) -> Order:
    """Return the order with another payment under way and its hours kept at least until that one's deadline."""
    until = now + time_to_pay(method)
    return changed(order, now, payments=(*order.payments, payment), pay_until=max(until, order.pay_until or until),
                   due_at=now + FIRST_CHECK)


def with_money(order: Order, amount: int) -> Order:
    """Return the order with so much more (or less) money held for it; the same version."""
    return order.model_copy(update={"kept": order.kept + amount})


def with_guest(order: Order, guest: Guest, consent: Consent, *, language: Lang, notes: str) -> Order:
    """Return the order with the data of a check-out form that was sent once more before paying."""
    return order.model_copy(update={"guest": guest, "consent": consent, "language": language, "notes": notes})


def confirmed(order: Order, now: datetime) -> Order:
    """Return the order as paid for. With more than one payment it is looked at once more: another may be paid too."""
    once_more = order.held_until if len(order.payments) > 1 else None
    return changed(order, now, state=OrderState.CONFIRMED, due_at=once_more)


def expired(order: Order, now: datetime) -> Order:
    """Return the order as one that was not paid in time."""
    return changed(order, now, state=OrderState.EXPIRED, due_at=None)


def choosing(order: Order, now: datetime) -> Order:
    """Return the order as one whose money is kept while its guest may choose other hours."""
    until = now + CHOOSE_FOR
    return changed(order, now, state=OrderState.EXPIRED, choose_until=until, due_at=min(order.due_at or until, until))


def looked_after(order: Order, now: datetime) -> Order:
    """Return the order as one whose payments can't bring news any more."""
    return changed(order, now, due_at=None)


def check_again(order: Order, at: datetime, now: datetime) -> Order:
    """Return the order with its next look at the provider."""
    return changed(order, now, due_at=at)


def changed(order: Order, now: datetime, **update: object) -> Order:
    """Return the order's next version."""
    return order.model_copy(update={**update, "version": order.version + 1, "updated_at": now})
