"""The carts table: one item per cart, written whole on the condition that its version has not moved."""

from datetime import datetime
from typing import Any

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist

from ..aws.tables import BaseTable
from ..aws.transactions import Transaction
from ..core.clock import epoch
from ..core.errors import Conflict, NotFound
from .model import CART_KEPT, Cart


class CartRecord(BaseTable):
    """The stored form of a `Cart`."""

    class Meta:
        area = "carts"
        table_name = None

    cart = UnicodeAttribute(hash_key=True)
    lines = JSONAttribute()
    cards = JSONAttribute(null=True)
    version = NumberAttribute()
    created_at = UnicodeAttribute()
    order = UnicodeAttribute(null=True)
    expires = NumberAttribute()


def load(cart_id: str) -> Cart:
    """Return a cart as it is now. One consistent read. Raises NotFound("cart_not_found")."""
    try:
        record = CartRecord.get(cart_id, consistent_read=True)
    except DoesNotExist:
        raise NotFound("cart_not_found") from None
    return Cart.model_validate({
        "id": record.cart, "lines": record.lines, "cards": record.cards or (), "version": int(record.version),
        "created_at": record.created_at, "order": record.order,
    })


def saved(tx: Transaction, cart: Cart) -> None:
    """Write the cart's next version as part of `tx`; another writer in between makes the commit raise Conflict."""
    first = cart.version == 1
    condition = CartRecord.cart.does_not_exist() if first else CartRecord.version == cart.version - 1
    tx.put(_record(cart), condition=condition, otherwise=Conflict("cart_changed"))


def _record(cart: Cart) -> CartRecord:
    lines: list[dict[str, Any]] = [line.model_dump(mode="json") for line in cart.lines]
    latest: datetime = max((line.held_until for line in cart.timed), default=cart.created_at)
    cards = [card.model_dump(mode="json") for card in cart.cards] or None
    return CartRecord(cart=cart.id, lines=lines, cards=cards, version=cart.version, order=cart.order,
                      created_at=cart.created_at.isoformat(),
                      expires=epoch(max(latest, cart.created_at) + CART_KEPT))
