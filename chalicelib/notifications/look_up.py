"""From a fact to its mail: what has to be looked up."""

from datetime import datetime

from ..aws import settings
from ..catalog import table as catalogue
from ..core.clock import Clock
from ..core.events import Fact
from ..orders import table as orders
from ..orders.links import order_link
from ..orders.model import Order
from ..orders.views import TransferInstructions, payment_view
from ..orders.visit_mails import NEAR, OVER, still_so
from ..payments import table as payments
from ..payments.model import Payment, PaymentId
from ..waitlist import table as entries
from ..waitlist.links import entry_link
from ..waitlist.views import entry_view
from .compose import KINDS as ORDERS
from .compose import TRANSFER_AWAITED, compose
from .model import Mail
from .told import ALTERNATIVES
from .waiting import KINDS as WAITING
from .waiting import compose_waiting, still_waited_for

KINDS = {**ORDERS, **WAITING}


def mail_of(fact: Fact, clock: Clock) -> Mail | None:
    """Return the mail that tells the guest of a fact; None when there is nothing to tell any more.

    That is a transfer which is not awaited by now: nobody should be asked to send money too late; other hours that may
    not be chosen any more; or a visit that has begun, was moved or given up since it was stated to be near. What the
    waitlist says is read from its entry.

    One read of the order and one of the payment that the fact speaks of; for a transfer also the catalogue's
    (`catalogue.current`), where the account stands. Raises NotFound when the order is not there.
    """
    if fact.type in WAITING:
        return _to_who_waits(fact, clock)
    order = orders.load(fact.order)
    if not _still_so(fact, order, clock.now()):
        return None
    payment = payments.load(PaymentId(fact.data["payment"])) if "payment" in fact.data else None
    transfer = _instructions(order, payment, clock) if fact.type == TRANSFER_AWAITED and payment else None
    if fact.type == TRANSFER_AWAITED and transfer is None:
        return None
    return compose(fact, order, payment=payment, transfer=transfer, site=settings.url("SITE_URL"),
                   link=order_link(order))


def _still_so(fact: Fact, order: Order, now: datetime) -> bool:
    if fact.type == ALTERNATIVES:
        return order.choose_until is not None and now < order.choose_until
    return still_so(fact, order, now) if fact.type in (NEAR, OVER) else True


def _to_who_waits(fact: Fact, clock: Clock) -> Mail | None:
    """Return the mail to a guest on the waitlist; None when it is not true any more. One read, and the catalogue's."""
    entry, now = entries.load(fact.order), clock.now()
    if not still_waited_for(fact, entry, now):
        return None
    seen = entry_view(entry, catalogue.current(clock), None, entry.language, now)
    return compose_waiting(fact, entry, [service.name for service in seen.services],
                           home=f"{settings.url('SITE_URL')}/", link=entry_link(entry))


def _instructions(order: Order, payment: Payment, clock: Clock) -> TransferInstructions | None:
    """Return where to transfer how much until when, as the order's page says it; None when it does not."""
    return payment_view(payment, order, catalogue.current(clock), order.language, clock.now()).instructions
