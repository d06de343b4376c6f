"""The signed link that opens an order."""

from datetime import datetime, timedelta

from ..aws import settings
from ..web.signed import sign
from .model import Order

PURPOSE = "order"
KEPT_AFTER_VISIT = timedelta(days=90)


def order_token(order: Order) -> str:
    """Return the token that opens the order until 90 days after its last hour; always the same for the same order."""
    last: datetime = max((line.end for line in order.timed), default=order.created_at)
    return sign(PURPOSE, order.id, last + KEPT_AFTER_VISIT)


def order_link(order: Order) -> str:
    """Return the address of the guest's own page; the token stands behind the `#`, where no server sees it."""
    return f"{settings.url('SITE_URL')}/reserva/#{order.id}.{order_token(order)}"
