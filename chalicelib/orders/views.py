"""An order as its guest sees it."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import Field

from ..carts.lineviews import LineView, line_views
from ..carts.paying import methods_for
from ..catalog.model import Catalogue
from ..core.clock import spa_time
from ..core.events import Fact
from ..core.money import CURRENCY
from ..core.shapes import View
from ..core.texts import Lang, sentence
from ..giftcards.model import Card, Use, UseState
from ..payments.model import Payment, PaymentState, Purpose, refund_id
from ..payments.refund_model import Refund, RefundState
from .guest import Account
from .history import HistoryEntry, entry_of
from .model import TRANSFER, Order, OrderState
from .open_lines import order_lines


class TransferInstructions(View):
    """Where to transfer how much, until when; `reference` goes into the transfer's comment."""

    bank: str
    account_type: str
    account: str
    holder: str
    rut: str
    email: str
    reference: str
    amount: int
    until: datetime


class RefundView(View):
    """So much of a payment on its way back, or back; `by_hand`: a person transfers it."""

    id: str
    amount: int
    reason: str
    state: RefundState
    by_hand: bool
    requested_at: datetime | None
    settled_at: datetime | None


class PaymentView(View):
    """One payment. `url` is where to pay, while that is possible; `received` what came, even if not `amount`."""

    id: str
    method: str
    purpose: Purpose
    amount: int
    received: int | None
    state: PaymentState
    created_at: datetime
    expires_at: datetime
    url: str | None
    instructions: TransferInstructions | None = None
    refunds: list[RefundView] = Field([])


class GuestView(View):
    """The guest's own data."""

    name: str
    email: str
    phone: str


class AgreedTerms(View):
    """The terms that were agreed to."""

    version: str
    text: str


class AccountView(View):
    """Where money can be transferred back to; number and RUT in full for the front desk alone."""

    bank: str
    account_type: str
    account_ending: str
    holder: str
    account: str | None = None
    rut: str | None = None


class UseView(View):
    """What an order has of one gift card, in CLP: kept for it, spent or let go of; and how much is back on the card."""

    ending: str
    amount: int
    state: UseState
    returned: int


class OrderView(View):
    """An order: `balance_due = total - kept - covered`.

    `cards` are the gift cards that pay for it, and `covered` what they pay together; all other sums are money.
    `surplus` is what is held and bought nothing: it goes back on request; `cancelled` the lines given up in time.
    `choose_until` is set while other hours may be chosen for late money.
    `kept` is the money held for it, `returning` what is on its way back and `refunded` what is back. `credit` is money
    of another amount than was asked, which counts all the same; `payable` is what can be paid now, and `methods` how.
    `deposit` is what confirms it. `account_needed`: money has to be transferred back, and we don't know where to.
    """

    id: str
    number: str
    state: str
    lines: list[LineView]
    total: int
    deposit: int
    paid: int
    credit: int
    refunded: int
    kept: int
    cards: list[UseView]
    covered: int
    returning: int
    account_needed: bool
    account: AccountView | None
    balance_due: int
    surplus: int
    choose_until: datetime | None
    cancelled: list[LineView]
    payable: int
    methods: list[str]
    currency: str = CURRENCY
    guest: GuestView
    language: Lang
    pay_until: datetime | None
    payments: list[PaymentView]
    history: list[HistoryEntry]
    created_at: datetime
    policy: AgreedTerms
    now: datetime


class PlacedOrder(View):
    """A new order, the token that opens it, and its payment; no `url` there means: try once more.

    No payment at all: the order's credit was enough.
    """

    order: OrderView
    token: str
    payment: PaymentView | None


class StartedPayment(View):
    """Another payment of an order; none when its credit was enough."""

    order: OrderView
    payment: PaymentView | None


class PaymentNews(View):
    """One payment, and where its order stands: for the page that waits."""

    payment: PaymentView
    order_state: str
    balance_due: int
    now: datetime


def order_view(order: Order, payments: Sequence[Payment], facts: Sequence[Fact], catalogue: Catalogue, lang: Lang,
               now: datetime, bought: Sequence[Card] = ()) -> OrderView:
    """Return the order with its money and its history, in the guest's language; `bought` are its own gift cards."""
    paid, refunded, credit = (sum(p.paid for p in payments), sum(p.refunded for p in payments),
                              sum(p.credited for p in payments))
    return OrderView(
        id=order.id, number=order.id, state=order.state.value, lines=order_lines(order, lang, now, bought),
        total=order.total, deposit=order.deposit, paid=paid, credit=credit, refunded=refunded,
        kept=order.kept, covered=order.covered, cards=[_use_view(use) for use in order.cards],
        returning=sum(p.returning for p in payments),
        account_needed=account_needed(order, payments), account=account_view(order.account),
        surplus=order.over, choose_until=_local(order.choose_until), cancelled=line_views(order.cancelled, lang),
        balance_due=order.total - order.paid, payable=payable(order), language=order.language,
        methods=methods_for(order.lines, catalogue, now), created_at=spa_time(order.created_at), now=spa_time(now),
        pay_until=spa_time(order.pay_until) if order.pay_until else None,
        payments=[payment_view(payment, order, catalogue, lang, now) for payment in payments],
        guest=GuestView(name=order.guest.name, email=order.guest.email, phone=order.guest.phone),
        policy=AgreedTerms(version=order.consent.policy_version, text=terms(order, lang)),
        history=[entry_of(fact, lang) for fact in facts],
    )


def _use_view(use: Use) -> UseView:
    return UseView(ending=use.ending, amount=use.amount, state=use.state, returned=use.returned)


def account_needed(order: Order, payments: Sequence[Payment]) -> bool:
    """Tell whether a person is to transfer money back and does not know where to."""
    by_hand = (refund for payment in payments for refund in payment.refunds if refund.by_hand)
    return order.account is None and any(not refund.state.ended for refund in by_hand)


def account_view(account: Account | None, *, whole: bool = False) -> AccountView | None:
    """Return an account by the end of its number, or the whole of it."""
    if account is None:
        return None
    return AccountView(bank=account.bank, account_type=account.account_type, account_ending=account.account[-4:],
                       holder=account.holder, account=account.account if whole else None,
                       rut=account.rut if whole else None)


def payable(order: Order) -> int:
    """Return what a guest may pay now, in CLP: what is missing, as long as the order is alive."""
    alive = order.state.alive or order.state is OrderState.PENDING_PAYMENT
    return order.due(Purpose.BALANCE) if alive else 0


def payment_view(payment: Payment, order: Order, catalogue: Catalogue, lang: Lang, now: datetime) -> PaymentView:
    """Return a payment; its page's address only while money may still come through it."""
    open_now = payment.state.open and payment.expires_at > now
    instructions = _instructions(payment, order, catalogue, lang) if open_now and payment.method == TRANSFER else None
    return PaymentView(id=payment.id, method=payment.method, purpose=payment.purpose, amount=payment.amount,
                       received=payment.received, state=payment.state, created_at=spa_time(payment.created_at),
                       expires_at=spa_time(payment.expires_at), url=payment.url if open_now else None,
                       instructions=instructions, refunds=[_refund_view(payment, one) for one in payment.refunds])


def _refund_view(payment: Payment, refund: Refund) -> RefundView:
    return RefundView(id=refund_id(payment.id, refund.number), amount=refund.amount, reason=refund.reason,
                      state=refund.state, by_hand=refund.by_hand, requested_at=_local(refund.requested_at),
                      settled_at=_local(refund.settled_at))


def _local(at: datetime | None) -> datetime | None:
    return spa_time(at) if at else None


def _instructions(payment: Payment, order: Order, catalogue: Catalogue, lang: Lang) -> TransferInstructions | None:
    account = catalogue.transfer
    if account is None:
        return None
    return TransferInstructions(bank=account.bank, account_type=account.account_type.say(lang),
                                account=account.account, holder=account.holder, rut=account.rut, email=account.email,
                                reference=order.id, amount=payment.amount, until=spa_time(payment.expires_at))


def terms(order: Order, lang: Lang) -> str:
    """Return the cancellation terms of an order in words."""
    return sentence("policy_cancel", lang, hours=max((line.cancel_hours for line in order.timed), default=24))
