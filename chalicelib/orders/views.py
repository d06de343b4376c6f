"""An order as its guest sees it."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel

from ..carts.model import Line
from ..core.clock import spa_time
from ..core.events import Fact
from ..core.money import CURRENCY
from ..core.texts import Lang, sentence
from ..payments.model import Payment, PaymentState
from .model import Order


class OrderLineView(BaseModel):
    """One booking. Money in CLP, times with the spa's offset."""

    id: str
    service: str
    name: str
    start: datetime
    end: datetime
    guests: int
    unit_price: int
    total: int


class PaymentView(BaseModel):
    """One payment. `url` is where to pay, while that is possible."""

    id: str
    method: str
    amount: int
    state: PaymentState
    created_at: datetime
    expires_at: datetime
    url: str | None


class HistoryEntry(BaseModel):
    """Something that happened, in the reader's language."""

    at: datetime
    type: str
    detail: str


class GuestView(BaseModel):
    """The guest's own data."""

    name: str
    email: str
    phone: str


class AgreedTerms(BaseModel):
    """The terms that were agreed to."""

    version: str
    text: str


class OrderView(BaseModel):
    """An order: `balance_due = total - paid + refunded`."""

    id: str
    number: str
    state: str
    lines: list[OrderLineView]
    total: int
    paid: int
    refunded: int
    balance_due: int
    currency: str = CURRENCY
    guest: GuestView
    language: Lang
    pay_until: datetime | None
    payments: list[PaymentView]
    history: list[HistoryEntry]
    created_at: datetime
    policy: AgreedTerms
    now: datetime


class PlacedOrder(BaseModel):
    """A new order, the token that opens it, and its payment; no `url` there means: try once more."""

    order: OrderView
    token: str
    payment: PaymentView


class StartedPayment(BaseModel):
    """Another payment of an order."""

    order: OrderView
    payment: PaymentView


def order_view(order: Order, payments: Sequence[Payment], facts: Sequence[Fact], lang: Lang,
               now: datetime) -> OrderView:
    """Return the order with its money and its history, in the guest's language."""
    paid, refunded = sum(p.paid for p in payments), sum(p.refunded for p in payments)
    hours = max((line.cancel_hours for line in order.lines), default=24)
    return OrderView(
        id=order.id, number=order.id, state=order.state.value, total=order.total, paid=paid, refunded=refunded,
        balance_due=order.total - paid + refunded, language=order.language, created_at=spa_time(order.created_at),
        lines=[_line(line, lang) for line in order.lines], pay_until=spa_time(order.pay_until) if order.pay_until
        else None, payments=[payment_view(payment, now) for payment in payments], now=spa_time(now),
        guest=GuestView(name=order.guest.name, email=order.guest.email, phone=order.guest.phone),
        policy=AgreedTerms(version=order.consent.policy_version, text=sentence("policy_cancel", lang, hours=hours)),
        history=[HistoryEntry(at=spa_time(fact.at), type=fact.type, detail=_told(fact, lang)) for fact in facts],
    )


def payment_view(payment: Payment, now: datetime) -> PaymentView:
    """Return a payment; its page's address only while money may still come through it."""
    payable = payment.state.open and payment.expires_at > now
    return PaymentView(id=payment.id, method=payment.method, amount=payment.amount, state=payment.state,
                       created_at=spa_time(payment.created_at), expires_at=spa_time(payment.expires_at),
                       url=payment.url if payable else None)


def _told(fact: Fact, lang: Lang) -> str:
    paid_twice = fact.data.get("reason") == "paid_twice"
    return sentence("fact.paid_twice" if paid_twice else f"fact.{fact.type}", lang)


def _line(line: Line, lang: Lang) -> OrderLineView:
    return OrderLineView(id=line.id, service=line.service, name=line.name(lang), start=spa_time(line.start),
                         end=spa_time(line.end), guests=line.guests, unit_price=line.unit_price, total=line.total)
