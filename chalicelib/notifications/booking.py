"""From an order to what its mails tell of it."""

from collections.abc import Sequence
from datetime import datetime

from ..aws import settings
from ..carts.lines import BookingLine, Line, ProgrammeLine, visits
from ..core.events import Fact
from ..core.money import Clp
from ..orders import table as orders
from ..orders.links import order_link
from ..orders.model import Order
from ..orders.views import terms
from ..payments import table as payments
from ..payments.model import Payment, PaymentId
from .compose import compose
from .model import BookedLine, Booking, Mail


def mail_of(fact: Fact, now: datetime) -> Mail:
    """Return the mail that tells the guest of a fact. One read of the order and one of each of its payments.

    Raises NotFound when the order is not there.
    """
    order = orders.load(fact.order)
    ledger = [payments.load(PaymentId(payment)) for payment in order.payments]
    return compose(fact, booking_of(order, ledger), site=settings.url("SITE_URL"), link=order_link(order))


def booking_of(order: Order, ledger: Sequence[Payment]) -> Booking:
    """Return the part of an order, and of its payments, that its mails tell of."""
    paid = sum(payment.paid + payment.credited for payment in ledger)
    refunded = sum(payment.refunded for payment in ledger)
    return Booking(id=order.id, number=order.id, language=order.language, name=order.guest.name,
                   email=order.guest.email, lines=tuple(_booked(line, order) for line in order.lines),
                   visits=tuple(visits(order.lines)), total=order.total, paid=Clp(paid),
                   balance_due=Clp(order.total - paid + refunded), policy=terms(order, order.language))


def _booked(line: Line, order: Order) -> BookedLine:
    name = line.name(order.language)
    if isinstance(line, BookingLine | ProgrammeLine):
        return BookedLine(line.id, name, line.start, line.end, line.guests, Clp(line.total))
    return BookedLine(line.id, name, None, None, None, Clp(line.total))
