"""`/api/reservas`: check out, look at one's booking, pay again, take the calendar file home."""

from chalice.app import Response

from ..aws.idempotency import Answer
from ..carts.visits import visits
from ..core.clock import spa_time
from ..core.errors import Conflict, NotFound
from ..payments import table as payment_table
from ..payments.gateways import gateway
from ..payments.model import Payment, PaymentId, Purpose
from ..web.call import Call
from ..web.routes import Limit, Routes, Signed
from . import table
from .account_form import AccountForm
from .checkout_form import AnotherTry, CheckOutForm
from .links import PURPOSE, order_token
from .model import Order
from .seen import order_seen, payment_seen, whole_order
from .views import OrderView, PaymentNews, PlacedOrder, StartedPayment

routes = Routes(__name__)

_CHECK_OUTS = Limit(20, per_seconds=60)
_LOOKS = Limit(120, per_seconds=60)


@routes.post("/api/reservas", access=Signed("cart"), body=CheckOutForm, answers=PlacedOrder, status=201,
             refuses=(410,), limit=_CHECK_OUTS)
def check_out(call: Call) -> Answer:
    """Turn a cart into an order and open its payment; gift cards that pay all of it confirm it at once."""
    from .attempts import placed_once  # what buying takes is 0.1 s to import: who only looks does not wait for it

    order, payment = placed_once(call)
    payment = _with_page(payment, order, call)
    first = payment is not None and len(order.payments) == 1
    view = order_seen(order, [payment] if payment and first else table.payments_of(order), [], call)
    placed = PlacedOrder(order=view, token=order_token(order),
                         payment=payment_seen(payment, order, call) if payment else None)
    return call.finish(placed, status=201)


@routes.get("/api/reservas/{order}", access=Signed(PURPOSE), answers=OrderView, limit=_LOOKS)
def show_order(call: Call, order: str) -> OrderView:
    """Show an order with its payments and its history."""
    return whole_order(table.load(order), call)


@routes.post("/api/reservas/{order}/pagos", access=Signed(PURPOSE), body=AnotherTry, answers=StartedPayment,
             status=201, refuses=(410,), limit=_CHECK_OUTS)
def pay_again(call: Call, order: str) -> Answer:
    """Open a payment page: the one under way, or a new payment when that can't be used; the balance once confirmed."""
    from .attempts import opened  # as above

    found, payment = opened(order, call)
    payment = _with_page(payment, found, call)
    view = StartedPayment(order=whole_order(found, call),
                          payment=payment_seen(payment, found, call) if payment else None)
    return call.finish(view, status=201)


@routes.post("/api/reservas/{order}/cuenta", access=Signed(PURPOSE), body=AccountForm, answers=OrderView,
             refuses=(409,), limit=_CHECK_OUTS)
def tell_account(call: Call, order: str) -> Answer:
    """Say to which account money can be transferred back; another one later replaces it."""
    from .attempts import told_account  # as above

    return call.finish(whole_order(told_account(order, call), call))


@routes.get("/api/pagos/{payment}", access=Signed(PURPOSE), answers=PaymentNews, refuses=(404,), limit=_LOOKS)
def show_payment(call: Call, payment: str) -> PaymentNews:
    """Show one payment of the order that the token opens, and what it did to the order: for the page that waits."""
    found, order = _payment_and_order(payment, call.opened)
    return PaymentNews(payment=payment_seen(found, order, call), order_state=order.state.value,
                       balance_due=order.due(Purpose.BALANCE), now=spa_time(call.clock.now()))


@routes.get("/api/reservas/{order}/calendario", access=Signed(PURPOSE), media_type="text/calendar", refuses=(409,),
            limit=_LOOKS)
def calendar(call: Call, order: str) -> Response:
    """Return a confirmed booking as a calendar file."""
    from ..core.calendar_file import CONTENT_TYPE, calendar_file, file_name  # icalendar costs 0.15 s

    found = table.load(order)
    if not found.state.alive:
        raise Conflict("order_not_confirmed")
    booked = visits(found.lines)
    if not booked:
        raise Conflict("order_without_hours")
    body = calendar_file(booked, number=found.id, lang=call.lang, stamp=found.updated_at,
                         version=found.version)
    return Response(body=body.decode(), status_code=200, headers={
        "Content-Type": CONTENT_TYPE, "Content-Disposition": f'attachment; filename="{file_name(found.id)}"'})


def _payment_and_order(payment: str, order_id: str) -> tuple[Payment, Order]:
    """Return a payment and the order it must be of; one answer, NotFound("not_found"), for all that does not fit."""
    try:
        order = table.load(order_id)
        if payment in order.payments:
            return payment_table.load(PaymentId(payment)), order
    except NotFound:
        pass
    raise NotFound("not_found")


def _with_page(payment: Payment | None, order: Order, call: Call) -> Payment | None:
    if payment is None:
        return None
    from .pay import open_page  # as above

    return open_page(payment, order, gateway(payment.method), call.clock)
