"""The signed token that opens a cart."""

from ..web.signed import sign
from .model import CART_KEPT, Cart


def cart_token(cart: Cart) -> str:
    """Return the token that opens the cart as long as it is kept; always the same for the same cart."""
    return sign("cart", cart.id, cart.created_at + CART_KEPT)
