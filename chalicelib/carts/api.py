"""`/api/carritos`: open a cart, look at it, add and remove lines."""

from ..aws.idempotency import Answer
from ..aws.transactions import Transaction
from ..catalog import table as catalogue_table
from ..web.call import Call
from ..web.routes import PUBLIC, Limit, Routes, Signed
from ..web.signed import sign
from . import hold, table
from .model import CART_KEPT
from .views import CartView, NewCart, NewLine, OpenedCart, cart_view

routes = Routes(__name__)

_HOLDS = Limit(40, per_seconds=600)  # so one caller keeps no more than a few days of the house from others
_WRITES = Limit(40, per_seconds=60)
_LOOKS = Limit(120, per_seconds=60)


@routes.post("/api/carritos", access=PUBLIC, body=NewCart, answers=OpenedCart, status=201, refuses=(404,),
             limit=_HOLDS)
def open_cart(call: Call) -> Answer:
    """Open a cart and hold its first lines."""
    tx, cart = Transaction(), hold.new_cart(call.clock)
    for line in call.body.lines:
        cart = hold.add_line(tx, cart, line.wish(), catalogue_table.current(call.clock), call.clock)
    if not cart.lines:
        cart = cart.changed()
        table.saved(tx, cart)
    token = sign("cart", cart.id, cart.created_at + CART_KEPT)
    return call.commit(tx, OpenedCart(cart=cart_view(cart, call.lang, call.clock.now()), token=token), status=201)


@routes.get("/api/carritos/{cart}", access=Signed("cart"), answers=CartView, limit=_LOOKS)
def show_cart(call: Call, cart: str) -> CartView:
    """Show a cart and until when its lines are held."""
    return cart_view(table.load(cart), call.lang, call.clock.now())


@routes.post("/api/carritos/{cart}/lineas", access=Signed("cart"), body=NewLine, answers=CartView, status=201,
             limit=_HOLDS)
def add_line(call: Call, cart: str) -> Answer:
    """Hold one more hour."""
    tx = Transaction()
    after = hold.add_line(tx, table.load(cart), call.body.wish(), catalogue_table.current(call.clock), call.clock)
    return call.commit(tx, cart_view(after, call.lang, call.clock.now()), status=201)


@routes.delete("/api/carritos/{cart}/lineas/{line}", access=Signed("cart"), answers=CartView, limit=_WRITES)
def remove_line(call: Call, cart: str, line: str) -> Answer:
    """Let go of a line; its hour is free again at once."""
    tx = Transaction()
    after = hold.remove_line(tx, table.load(cart), line, call.clock)
    return call.commit(tx, cart_view(after, call.lang, call.clock.now()))
