"""From a fact to its mail: what has to be looked up."""

from datetime import datetime

from ..aws import settings
from ..carts.lines import gifts
from ..catalog import table as catalogue
from ..core.clock import Clock, spa_date
from ..core.events import Fact
from ..giftcards import codes
from ..giftcards import table as cards
from ..giftcards.deliver import DUE
from ..giftcards.model import Card
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
from .compose import CONFIRMED, TRANSFER_AWAITED, compose
from .compose import KINDS as ORDERS
from .gifts import KINDS as GIFTS
from .gifts import RECEIPT, compose_gift, compose_news, compose_receipt, still_to_be_told
from .model import Mail
from .told import ALTERNATIVES
from .waiting import KINDS as WAITING
from .waiting import compose_waiting, still_waited_for

KINDS = {**ORDERS, **WAITING, **GIFTS}


def mail_of(fact: Fact, clock: Clock) -> Mail | None:
    """Return the mail that tells the guest of a fact; None when there is nothing to tell any more.

    That is a transfer which is not awaited by now: nobody should be asked to send money too late; other hours that may
    not be chosen any more; a visit that has begun, was moved or given up since it was stated to be near; or the booking
    of who only bought gift cards, because their receipt follows at once. What the waitlist says is read from its entry,
    what is told of a gift card from the card.

    One read of the order and one of the payment that the fact speaks of; for a transfer also the catalogue's
    (`catalogue.current`), where the account stands. Raises NotFound when the order is not there.
    """
    if fact.type in WAITING:
        return _to_who_waits(fact, clock)
    if fact.type in GIFTS and fact.type != RECEIPT:
        return _of_a_card(fact, clock)
    order = orders.load(fact.order)
    if fact.type == RECEIPT:
        return compose_receipt(order, _in_order(fact.data["cards"]), link=order_link(order))
    if not _still_so(fact, order, clock.now()):
        return None
    payment = payments.load(PaymentId(fact.data["payment"])) if "payment" in fact.data else None
    transfer = _instructions(order, payment, clock) if fact.type == TRANSFER_AWAITED and payment else None
    if fact.type == TRANSFER_AWAITED and transfer is None:
        return None
    return compose(fact, order, payment=payment, transfer=transfer, site=settings.url("SITE_URL"),
                   link=order_link(order))


def _still_so(fact: Fact, order: Order, now: datetime) -> bool:
    if fact.type == CONFIRMED:
        return len(gifts(order.lines)) < len(order.lines)
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


def _of_a_card(fact: Fact, clock: Clock) -> Mail | None:
    """Return the mail about a gift card; None when it is not true any more, or no longer hers to hear.

    One read of the card, and one of its order for what its buyer hears. Its code is unsealed here and nowhere kept.
    """
    card, site = cards.load(fact.order), settings.url("SITE_URL")
    if not still_to_be_told(fact, card, spa_date(clock.now())):
        return None
    code = codes.unseal(card.sealed, card.id)
    if fact.type == DUE:
        return compose_gift(card, code, site=site)
    order = orders.load(card.order)
    return compose_news(fact, card, order, code, site=site, link=order_link(order))


def _in_order(ids: list[str]) -> list[Card]:
    """Return cards in the order in which they were bought. One BatchGetItem."""
    return sorted(cards.load_all(ids), key=lambda card: ids.index(card.id))


def _instructions(order: Order, payment: Payment, clock: Clock) -> TransferInstructions | None:
    """Return where to transfer how much until when, as the order's page says it; None when it does not."""
    return payment_view(payment, order, catalogue.current(clock), order.language, clock.now()).instructions
