"""An order and its payments as a request's caller sees them: in their language, by the catalogue in force."""

from collections.abc import Sequence

from ..catalog import table as catalogue_table
from ..core.events import Fact
from ..payments import table as payment_table
from ..payments.model import Payment, PaymentId
from ..web.call import Call
from . import table
from .model import Order
from .views import OrderView, PaymentView, order_view, payment_view


def payments_of(order: Order) -> list[Payment]:
    """Return the order's payments, oldest first. One read each."""
    return [payment_table.load(PaymentId(payment)) for payment in order.payments]


def whole_order(order: Order, call: Call) -> OrderView:
    """Return the order with its payments and its history. One read for each payment and one for the history."""
    return order_seen(order, payments_of(order), table.history(order.id), call)


def order_seen(order: Order, payments: Sequence[Payment], facts: Sequence[Fact], call: Call) -> OrderView:
    """Return the order with what is given of its payments and facts. No request."""
    return order_view(order, payments, facts, catalogue_table.current(call.clock), call.lang, call.clock.now())


def payment_seen(payment: Payment, order: Order, call: Call) -> PaymentView:
    """Return one payment of an order. No request."""
    return payment_view(payment, order, catalogue_table.current(call.clock), call.lang, call.clock.now())
