"""Check-out: a cart becomes an order that waits for its payment."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ..availability import claim
from ..aws.transactions import Transaction
from ..carts import table as carts
from ..carts.cards import now_paying
from ..carts.lines import products
from ..carts.model import Cart
from ..catalog import stock
from ..core.clock import Clock
from ..core.errors import Conflict
from ..core.ids import order_number
from ..core.texts import Lang
from ..giftcards.model import Share
from ..payments import table as payments
from ..payments.model import Payment, PaymentId, PaymentState, Purpose, open_payment
from . import cards, model, table
from .guest import Consent, Guest
from .model import Order, OrderState
from .receive import confirm

TIME_TO_PAY = timedelta(minutes=5)  # what a guest needs at least on the provider's page


@dataclass(frozen=True)
class CheckOut:
    """What the guest filled in, validated. `charge` is what the page said is paid now, in CLP."""

    guest: Guest
    policy_version: str
    marketing_email: bool
    language: Lang
    notes: str
    method: str
    purpose: Purpose = Purpose.FULL
    charge: int | None = None


def place(tx: Transaction, cart: Cart, form: CheckOut, *, clock: Clock, trace: str) -> tuple[Order, Payment | None]:
    """Turn the cart into an order with its first payment, as part of `tx`; return both.

    The cart's hours are kept until the payment's deadline and a grace; a lapsed line is taken again if it is still
    free. Its gift cards are kept with them, or spent when they pay all of it; then, or when the order's credit is
    enough, there is no payment and it is confirmed. A cart that was checked out before, and not paid, gives the same
    order another payment with the new data: that is a guest who came back from the provider's page. Two reads in that
    case, else one if gift cards pay.

    Raises Conflict: "cart_empty", "order_already_paid", "too_many_tries", "charge_changed"; Gone("order_expired");
    Invalid("in_the_past"). The commit raises Conflict: "slot_taken", "out_of_stock", "gift_card_short".
    """
    now = clock.now()
    consent = Consent(policy_version=form.policy_version, marketing_email=form.marketing_email, at=now)
    if cart.order is None:
        order = model.from_cart(cart, form.guest, consent, number=order_number(), language=form.language,
                                notes=form.notes, trace=trace, now=now)
        carts.saved(tx, cart.checked_out(order.id))
        stock.take(tx, products(order.lines))
        order = cards.held(order, (Share(one.card, one.used) for one in now_paying(cart, now) if one.used))
        if form.charge not in (None, order.due(form.purpose)):
            raise Conflict("charge_changed")
        return start_payment(tx, order, form.method, form.purpose, clock, placing=True)
    order = table.load(cart.order)
    if order.state not in (OrderState.PENDING_PAYMENT, OrderState.EXPIRED):
        raise Conflict("order_already_paid")
    if form.charge is not None and form.charge < order.due(form.purpose):  # credit may have made it less
        raise Conflict("charge_changed")
    order = model.with_guest(order, form.guest, consent, language=form.language, notes=form.notes)
    under_way = resumable(order, form.method, form.purpose, now)
    if under_way is None:
        return start_payment(tx, order, form.method, form.purpose, clock)
    after = model.changed(order, now)
    table.saved(tx, after)
    return after, under_way


def resumable(order: Order, method: str, purpose: Purpose, now: datetime) -> Payment | None:
    """Return the payment under way whose page the guest may go back to, if there is time left on it. One read.

    A second page for the same money invites paying twice, so there is one only when the first can't be used. A transfer
    needs no page of a provider's, so it can be used before its address is kept.
    """
    if not (order.state.alive or order.state is OrderState.PENDING_PAYMENT) or not order.payments:
        return None
    payment = payments.load(PaymentId(order.payments[-1]))
    same = payment.method == method and payment.amount == order.due(purpose)
    has_page = payment.state.open if method == model.TRANSFER else payment.state is PaymentState.PENDING and payment.url
    return payment if same and has_page and payment.expires_at - now >= TIME_TO_PAY else None


def start_payment(tx: Transaction, order: Order, method: str, purpose: Purpose, clock: Clock, *,
                  placing: bool = False) -> tuple[Order, Payment | None]:
    """Add the steps that open one more payment of what is due, and keep the hours for it; return both.

    A confirmed order pays its balance. When nothing is due because gift cards or the order's credit are enough, the
    steps confirm it and there is no payment. Raises as `model.must_take_payment`; the commit raises Conflict:
    "slot_taken" when an hour has gone to somebody else, "gift_card_short".
    """
    now = clock.now()
    model.must_take_payment(order, method, now)
    confirmed = order.state.alive
    if confirmed:
        purpose = Purpose.BALANCE
    elif order.due(Purpose.DEPOSIT) >= order.due(Purpose.FULL):
        purpose = Purpose.FULL
    if not order.due(purpose):
        return confirm(tx, order, clock, stored=None if placing else order), None
    payment = open_payment(order=order.id, order_number=order.id, method=method, amount=order.due(purpose),
                           purpose=purpose, seconds_to_pay=int(model.time_to_pay(method).total_seconds()), now=now)
    after = model.paying(order, payment.id, method, now)
    told = [table.fact(after, "order.placed", payment=payment.id, amount=payment.amount, cart=order.cart) if placing
            else table.fact(after, "payment.opened", payment=payment.id, amount=payment.amount)]
    if method == model.TRANSFER:
        told.append(table.fact(after, "payment.transfer_awaited", 1, payment=payment.id, amount=payment.amount))
    if not confirmed:
        claim.take_all(tx, after.claims, after.held_until, now, Conflict("slot_taken"))
    payments.opened(tx, payment)
    cards.moved(tx, None if placing else order, after, now)
    table.saved(tx, after, *told)
    return after, payment
