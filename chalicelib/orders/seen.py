"""An order and its payments as a request's caller sees them: in their language, by the catalogue in force."""

from collections.abc import Sequence

from ..carts.lines import gifts
from ..catalog import table as catalogue_table
from ..core.events import Fact
from ..giftcards.model import Card
from ..payments.model import Payment
from ..web.call import Call
from . import table
from .model import Order
from .views import OrderView, PaymentView, order_view, payment_view


def whole_order(order: Order, call: Call) -> OrderView:
    """Return the order with its payments and its history. One read for each payment and one for the history, and one
    of the gift cards that it has bought.

    When a payment has moved since the order was read, the order is read once more: a page must not tell of money that
    its balance does not know of.
    """
    payments = table.payments_of(order)
    if sum(payment.kept for payment in payments) != order.kept:
        order = table.load(order.id)
    return order_seen(order, payments, table.history(order.id), call)


def order_seen(order: Order, payments: Sequence[Payment], facts: Sequence[Fact], call: Call) -> OrderView:
    """Return the order with what is given of its payments and facts. One BatchGetItem if it has bought gift cards."""
    return order_view(order, payments, facts, catalogue_table.current(call.clock), call.lang, call.clock.now(),
                      _bought(order))


def payment_seen(payment: Payment, order: Order, call: Call) -> PaymentView:
    """Return one payment of an order. No request."""
    return payment_view(payment, order, catalogue_table.current(call.clock), call.lang, call.clock.now())


def _bought(order: Order) -> list[Card]:
    """Return the gift cards that an order has bought, as far as they are issued."""
    wanted = [line.card for line in gifts(order.lines) if line.card]
    if not wanted:
        return []
    from ..giftcards.table import load_all  # few orders need it

    return load_all(wanted)
