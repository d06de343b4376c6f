"""`/api/carritos`: open a cart, look at it, add and remove lines, let gift cards pay for it."""

from ..aws.idempotency import Answer
from ..aws.transactions import Transaction
from ..catalog import table as catalogue_table
from ..web.call import Call
from ..web.routes import PUBLIC, Limit, Routes, Signed
from . import cards, hold, table
from .covering import Paying
from .gifts import gift_line
from .links import cart_token
from .model import Cart
from .paying import methods_for
from .views import CartView, NewCode, NewLines, OpenedCart, cart_view

routes = Routes(__name__)

_HOLDS = Limit(40, per_seconds=600)  # so one caller keeps no more than a few days of the house from others,
_HOURS = Limit(80, per_seconds=600)  # also by requests for many hours or nights at once
_MANY = 5
_WRITES = Limit(40, per_seconds=60)
_LOOKS = Limit(120, per_seconds=60)


@routes.post("/api/carritos", access=PUBLIC, body=NewLines, answers=OpenedCart, status=201, refuses=(404,),
             limit=_HOLDS)
def open_cart(call: Call) -> Answer:
    """Open a cart and hold its first lines, all of them or none."""
    tx = Transaction()
    cart = _added(tx, hold.new_cart(call.clock), call)
    return call.commit(tx, OpenedCart(cart=_view(cart, call), token=cart_token(cart)), status=201)


@routes.get("/api/carritos/{cart}", access=Signed("cart"), answers=CartView, limit=_LOOKS)
def show_cart(call: Call, cart: str) -> CartView:
    """Show a cart, until when its lines are held, and what would make it cheaper."""
    return _view(table.load(cart), call)


@routes.post("/api/carritos/{cart}/lineas", access=Signed("cart"), body=NewLines, answers=CartView, status=201,
             limit=_HOLDS)
def add_lines(call: Call, cart: str) -> Answer:
    """Hold more hours, all of them or none; set how many of a product."""
    call.body.must_not_be_empty()
    tx = Transaction()
    after = _added(tx, table.load(cart), call)
    return call.commit(tx, _view(after, call), status=201)


@routes.delete("/api/carritos/{cart}/lineas/{line}", access=Signed("cart"), answers=CartView, limit=_WRITES)
def remove_line(call: Call, cart: str, line: str) -> Answer:
    """Let go of a line, or of a stay with all its nights; the hours are free again at once."""
    tx = Transaction()
    after = hold.remove(tx, table.load(cart), line, catalogue_table.current(call.clock), call.clock)
    return call.commit(tx, _view(after, call))


@routes.post("/api/carritos/{cart}/codigos", access=Signed("cart"), body=NewCode, answers=CartView, status=201,
             refuses=(404, 409), limit=_WRITES)
def put_card_in(call: Call, cart: str) -> Answer:
    """Let the gift card of a code pay for a cart; its value is taken at check-out."""
    tx = Transaction()
    after, paying = cards.put_in(tx, table.load(cart), call.body.code, call.caller, call.clock)
    return call.commit(tx, _view(after, call, paying), status=201)


@routes.delete("/api/carritos/{cart}/codigos/{card}", access=Signed("cart"), answers=CartView, refuses=(404, 409),
               limit=_WRITES)
def take_card_out(call: Call, cart: str, card: str) -> Answer:
    """Let a gift card pay for a cart no more."""
    tx = Transaction()
    return call.commit(tx, _view(cards.take_out(tx, table.load(cart), card), call))


def _added(tx: Transaction, cart: Cart, call: Call) -> Cart:
    asked = sum(line.nights for line in call.body.lines)
    if asked > _MANY:
        _HOURS.spend("hours held", call.caller, call.clock.now(), asked)
    catalogue, now = catalogue_table.current(call.clock), call.clock.now()
    gifts = [gift_line(one, catalogue, now, f"gifts.{n}") for n, one in enumerate(call.body.gifts)]
    return hold.add(tx, cart, [line.wish() for line in call.body.lines],
                    [product.wanted() for product in call.body.products], catalogue, call.clock, gifts=gifts)


def _view(cart: Cart, call: Call, paying: list[Paying] | None = None) -> CartView:
    catalogue, now = catalogue_table.current(call.clock), call.clock.now()
    paying = cards.now_paying(cart, now) if paying is None else paying
    return cart_view(cart, paying, catalogue, methods_for(cart.lines, catalogue, now), call.lang, now)
