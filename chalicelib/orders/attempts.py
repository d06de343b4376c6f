"""What a request commits before a provider is asked: an order, another payment, an account. The edge's part of it."""

from collections.abc import Sequence

from ..aws.transactions import Transaction, decided_again
from ..carts import hold
from ..carts import table as carts
from ..carts.lines import Line
from ..carts.model import Cart
from ..carts.paying import methods_for
from ..catalog import table as catalogue_table
from ..core.errors import Conflict, FieldProblem, Invalid
from ..payments.model import Payment, Purpose
from ..web.call import Call
from . import by_hand, place, table
from .model import Order


def placed_once(call: Call) -> tuple[Order, Payment | None]:
    """Return the order that the cart becomes, and its payment.

    When an earlier run of this very request made it and needed no payment, but its answer was lost, that order stands.
    """
    try:
        return decided_again(lambda: _placed(call))
    except Conflict as refusal:
        if refusal.code != "order_already_paid" or not call.attempt.unanswered():
            raise
        return table.load(str(carts.load(call.opened).order)), None


def opened(order: str, call: Call) -> tuple[Order, Payment | None]:
    """Return an order and the payment to go on with: the one under way, or another when that can't be used."""
    return decided_again(lambda: _opened(order, call))


def told_account(order: str, call: Call) -> Order:
    """Return an order that knows to which account its money can be transferred back."""
    return decided_again(lambda: _told_account(order, call))


def _placed(call: Call) -> tuple[Order, Payment | None]:
    """Commit the order that the cart becomes, and its payment."""
    cart = carts.load(call.opened)
    _current_terms(cart, call)
    form = call.body.check_out()
    _must_be_payable_by(form.method, "payment_method", cart.lines, call)
    tx = Transaction()
    placed = place.place(tx, cart, form, clock=call.clock, trace=call.request_id)
    call.begin(tx)
    return placed


def _opened(order_id: str, call: Call) -> tuple[Order, Payment | None]:
    """Commit another payment, or only the request when the one under way can still be used."""
    tx, order, now = Transaction(), table.load(order_id), call.clock.now()
    purpose = Purpose.BALANCE if order.state.alive else Purpose(call.body.pay)
    payment: Payment | None = place.resumable(order, call.body.method, purpose, now)
    if payment is None:
        _must_be_payable_by(call.body.method, "method", order.lines, call)
        order, payment = place.start_payment(tx, order, call.body.method, purpose, call.clock)
    call.begin(tx)
    return order, payment


def _told_account(order_id: str, call: Call) -> Order:
    tx = Transaction()
    found = by_hand.tell_account(tx, order_id, call.body.told(), call.clock)
    call.begin(tx)
    return found


def _current_terms(cart: Cart, call: Call) -> None:
    """Raise when what the guest agrees to is not what is offered now.

    Conflict("policy_changed") for other terms than those in force; for a lapsed line as `hold.must_be_offered_still`.
    """
    catalogue = catalogue_table.current(call.clock)
    versions = {catalogue.policy_of(catalogue.service(line.service)).version for line in cart.timed}
    if versions and call.body.policy_version not in versions:
        raise Conflict("policy_changed")
    if cart.order is None:
        hold.must_be_offered_still(cart, catalogue, call.clock.now())


def _must_be_payable_by(method: str, field: str, lines: Sequence[Line], call: Call) -> None:
    """Raise Invalid naming the field when these lines can't be paid that way."""
    if method not in methods_for(lines, catalogue_table.current(call.clock), call.clock.now()):
        raise Invalid("invalid_fields", fields=(FieldProblem(field, "method_not_offered"),))
