"""From an order to what its mails tell of it."""

from datetime import datetime

from ..aws import settings
from ..core.events import Fact
from ..core.money import Clp
from ..core.texts import Lang
from ..orders import table as orders
from ..orders.links import order_link
from ..orders.views import OrderView, order_view
from ..payments import table as payments
from ..payments.model import PaymentId
from .compose import compose
from .model import BookedLine, Booking, Mail


def mail_of(fact: Fact, now: datetime) -> Mail:
    """Return the mail that tells the guest of a fact. One read of the order and one of each of its payments.

    Raises NotFound when the order is not there.
    """
    order = orders.load(fact.order)
    ledger = [payments.load(PaymentId(payment)) for payment in order.payments]
    booking = booking_of(order_view(order, ledger, (), order.language, now), order.language)
    return compose(fact, booking, site=settings.url("SITE_URL"), link=order_link(order))


def booking_of(view: OrderView, language: Lang) -> Booking:
    """Return the part of an order, as its guest sees it, that its mails tell of."""
    lines = tuple(BookedLine(id=line.id, name=line.name, start=line.start, end=line.end, guests=line.guests,
                             total=Clp(line.total)) for line in view.lines)
    return Booking(id=view.id, number=view.number, language=language, name=view.guest.name, email=view.guest.email,
                   lines=lines, total=Clp(view.total), paid=Clp(view.paid), balance_due=Clp(view.balance_due),
                   policy=view.policy.text)
