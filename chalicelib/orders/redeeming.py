"""A guest on her page, or the front desk, pays with a gift card what is left to pay."""

from ..aws import logs
from ..aws.idempotency import Answer
from ..aws.transactions import Transaction
from ..carts.views import NewCode
from ..giftcards import tries
from ..web.call import Call
from ..web.routes import Limit, Routes, Signed, Staff
from . import table
from .links import PURPOSE, number_of
from .model import Order
from .redeem import must_be_payable, redeem
from .seen import whole_order
from .views import OrderView

routes = Routes(__name__)

_WRITES = Limit(30, per_seconds=60)


@routes.post("/api/reservas/{order}/codigos", access=Signed(PURPOSE), body=NewCode, answers=OrderView, limit=_WRITES)
def pay_with_card(call: Call, order: str) -> Answer:
    """Pay the balance with a gift card, as far as that goes."""
    return _answered(order, call)


@routes.post("/api/admin/reservas/{order}/codigos", access=Staff("orders.change"), body=NewCode, answers=OrderView,
             refuses=(404,), limit=_WRITES)
def pay_with_card_at_the_desk(call: Call, order: str) -> Answer:
    """Pay the balance with the gift card that a guest shows."""
    return _answered(number_of(order), call)


def _answered(number: str, call: Call) -> Answer:
    paid = call.once(lambda: _paid(number, call), lambda: table.load(number))
    return call.finish(whole_order(paid, call))


def _paid(number: str, call: Call) -> Order:
    tx, order = Transaction(), table.load(number)
    must_be_payable(order)
    card = tries.opened(call.body.code, call.caller, call.clock)
    after = redeem(tx, order, card, call.clock, by=call.member.id if call.member else None)
    call.begin(tx, once=True)
    logs.info("balance paid by card", order=order.id, card=card.id)
    return after
