"""An order and its payments as a request's caller sees them: in their language, by the catalogue in force."""

from collections.abc import Sequence

from ..carts.lines import gifts
from ..catalog import table as catalogue_table
from ..core.events import Fact
from ..giftcards import table as giftcards
from ..payments.model import Payment
from ..web.call import Call
from . import table
from .model import Order
from .surplus import payments_of
from .views import OrderView, PaymentView, order_view, payment_view


def whole_order(order: Order, call: Call) -> OrderView:
    """Return the order with its payments and its history. One read for each payment and one for the history, and one
    of the gift cards that it has bought.

    When a payment has moved since the order was read, the order is read once more: a page must not tell of money that
    its balance does not know of.
    """
    payments = payments_of(order)
    if sum(payment.kept for payment in payments) != order.kept:
        order = table.load(order.id)
    return order_seen(order, payments, table.history(order.id), call)


def order_seen(order: Order, payments: Sequence[Payment], facts: Sequence[Fact], call: Call) -> OrderView:
    """Return the order with what is given of its payments and facts. One BatchGetItem if it has bought gift cards."""
    bought = giftcards.load_all(line.card for line in gifts(order.lines) if line.card)
    return order_view(order, payments, facts, catalogue_table.current(call.clock), call.lang, call.clock.now(), bought)


def payment_seen(payment: Payment, order: Order, call: Call) -> PaymentView:
    """Return one payment of an order. No request."""
    return payment_view(payment, order, catalogue_table.current(call.clock), call.lang, call.clock.now())
