"""`/api/reservas`: check out, look at one's booking, pay again, take the calendar file home."""

from chalice.app import Response

from ..aws.idempotency import Answer
from ..aws.transactions import Transaction, decided_again
from ..carts import hold
from ..carts import table as carts
from ..carts.model import Cart
from ..catalog import table as catalogue_table
from ..core.errors import Conflict
from ..payments import table as payment_table
from ..payments.gateways import gateway
from ..payments.model import Payment, PaymentId
from ..web.call import Call
from ..web.routes import Limit, Routes, Signed
from . import place, table
from .checkout_form import AnotherTry, CheckOutForm
from .links import PURPOSE, order_token
from .model import Order, OrderState
from .pay import open_page
from .views import OrderView, PlacedOrder, StartedPayment, order_view, payment_view

routes = Routes(__name__)

_CHECK_OUTS = Limit(20, per_seconds=60)
_LOOKS = Limit(120, per_seconds=60)


@routes.post("/api/reservas", access=Signed("cart"), body=CheckOutForm, answers=PlacedOrder, status=201,
             refuses=(410,), limit=_CHECK_OUTS)
def check_out(call: Call) -> Answer:
    """Turn a cart into an order and open its payment."""
    order, payment = decided_again(lambda: _placed(call))
    payment = open_page(payment, order, gateway(payment.method), call.clock)
    first = len(order.payments) == 1
    view = order_view(order, [payment], [], call.lang, call.clock.now()) if first else _view(order, call)
    placed = PlacedOrder(order=view, token=order_token(order), payment=payment_view(payment, call.clock.now()))
    return call.finish(placed, status=201)


@routes.get("/api/reservas/{order}", access=Signed(PURPOSE), answers=OrderView, limit=_LOOKS)
def show_order(call: Call, order: str) -> OrderView:
    """Show an order with its payments and its history."""
    return _view(table.load(order), call)


@routes.post("/api/reservas/{order}/pagos", access=Signed(PURPOSE), body=AnotherTry, answers=StartedPayment,
             status=201, refuses=(410,), limit=_CHECK_OUTS)
def pay_again(call: Call, order: str) -> Answer:
    """Open the payment page again: the one under way, or a new payment when that can't be used any more."""
    found, payment = decided_again(lambda: _opened(order, call))
    payment = open_page(payment, found, gateway(payment.method), call.clock)
    view = StartedPayment(order=_view(found, call), payment=payment_view(payment, call.clock.now()))
    return call.finish(view, status=201)


@routes.get("/api/reservas/{order}/calendario", access=Signed(PURPOSE), media_type="text/calendar", refuses=(409,),
            limit=_LOOKS)
def calendar(call: Call, order: str) -> Response:
    """Return a confirmed booking as a calendar file."""
    from ..core.calendar_file import CONTENT_TYPE, calendar_file, file_name  # icalendar costs 0.15 s

    found = table.load(order)
    if found.state is not OrderState.CONFIRMED:
        raise Conflict("order_not_confirmed")
    lines = order_view(found, [], [], call.lang, call.clock.now()).lines
    body = calendar_file(lines, number=found.id, lang=call.lang, stamp=found.updated_at)
    return Response(body=body.decode(), status_code=200, headers={
        "Content-Type": CONTENT_TYPE, "Content-Disposition": f'attachment; filename="{file_name(found.id)}"'})


def _placed(call: Call) -> tuple[Order, Payment]:
    """Commit the order that the cart becomes, and its payment."""
    cart = carts.load(call.opened)
    _current_terms(cart, call)
    tx = Transaction()
    placed = place.place(tx, cart, call.body.check_out(), clock=call.clock, trace=call.request_id)
    call.begin(tx)
    return placed


def _opened(order_id: str, call: Call) -> tuple[Order, Payment]:
    """Commit another payment, or only the request when the one under way can still be used."""
    tx, order, now = Transaction(), table.load(order_id), call.clock.now()
    payment = place.resumable(order, call.body.method, now)
    if payment is None:
        order, payment = place.start_payment(tx, order, call.body.method, now)
    call.begin(tx)
    return order, payment


def _view(order: Order, call: Call) -> OrderView:
    payments: list[Payment] = [payment_table.load(PaymentId(payment)) for payment in order.payments]
    return order_view(order, payments, table.history(order.id), call.lang, call.clock.now())


def _current_terms(cart: Cart, call: Call) -> None:
    """Raise when what the guest agrees to is not what is offered now.

    Conflict("policy_changed") for other terms than those in force; for a lapsed line as `hold.must_be_offered_still`.
    """
    catalogue = catalogue_table.current(call.clock)
    versions = {catalogue.policy_of(catalogue.service(line.service)).version for line in cart.lines}
    if versions and call.body.policy_version not in versions:
        raise Conflict("policy_changed")
    if cart.order is None:
        hold.must_be_offered_still(cart, catalogue, call.clock.now())
