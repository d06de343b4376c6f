"""How an address names an order, and the signed link that opens it."""

from datetime import datetime, timedelta

from ..aws import settings
from ..carts.lines import gifts
from ..core.errors import NotFound
from ..core.ids import read_order_number
from ..core.pages import page_link
from ..giftcards.model import VALID_DAYS
from ..web.signed import sign
from .model import Order

PURPOSE = "order"
KEPT_AFTER_VISIT = timedelta(days=90)


def number_of(text: str) -> str:
    """Return the order number that a person typed, as it is stored. Raises NotFound("order_not_found")."""
    number = read_order_number(text)
    if number is None:
        raise NotFound("order_not_found")
    return number


def order_token(order: Order) -> str:
    """Return the token that opens the order until 90 days after its last hour; always the same for the same order.

    With gift cards, until 90 days after they are over.
    """
    last: datetime = max((line.end for line in order.timed), default=order.created_at)
    if gifts(order.lines):
        last = max(last, order.created_at + timedelta(days=VALID_DAYS))
    return sign(PURPOSE, order.id, last + KEPT_AFTER_VISIT)


def order_link(order: Order) -> str:
    """Return the address of the guest's own page."""
    return page_link(settings.url("SITE_URL"), "/reserva/", f"{order.id}.{order_token(order)}", order.language)
