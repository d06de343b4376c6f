"""Change an order, its guest by the signed link or the front desk: the price first, then the change."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from ..aws.idempotency import Answer
from ..aws.transactions import Transaction
from ..carts.lines import BookingLine
from ..catalog import table as catalogue_table
from ..core.clock import spa_time
from ..core.errors import Conflict
from ..web.call import Call
from ..web.routes import Limit, Routes, Signed, Staff
from . import table, visit
from .carry_out import carry_out
from .change import Change
from .changeviews import ChangedOrder, ChangeForm, Quote, StaffChangeForm, StageForm, quote_view
from .links import PURPOSE, number_of
from .model import Order
from .plan_change import Rights, plan_change
from .seen import whole_order
from .surplus import Back, back
from .views import OrderView

routes = Routes(__name__)

_CHANGES = Limit(30, per_seconds=60)
_QUOTES = Limit(120, per_seconds=60)


class _Plan(NamedTuple):
    """A change worked out for an order as it was read, and what goes back of which payment and to which card."""

    order: Order
    change: Change
    back: Back


@routes.post("/api/reservas/{order}/cotizacion", access=Signed(PURPOSE), body=ChangeForm, answers=Quote,
             idempotent=False, refuses=(409,), limit=_QUOTES)
def quote(call: Call, order: str) -> Quote:
    """Say what a change would cost or give back. Nothing is written."""
    return _quoted(_planned(order, call, Rights()), call)


@routes.post("/api/reservas/{order}/cambios", access=Signed(PURPOSE), body=ChangeForm, answers=ChangedOrder,
             limit=_CHANGES)
def change(call: Call, order: str) -> Answer:
    """Carry a change out, all of it or nothing, if it comes to the total that was shown."""
    return _changed(order, lambda: _planned(order, call, Rights()), call)


@routes.post("/api/admin/reservas/{order}/cotizacion", access=Staff("orders.change"), body=StaffChangeForm,
             answers=Quote, idempotent=False, refuses=(404, 409), limit=_QUOTES)
def quote_for_staff(call: Call, order: str) -> Quote:
    """Say what a change would cost or give back. Nothing is written."""
    return _quoted(_planned(number_of(order), call, _rights(call)), call)


@routes.post("/api/admin/reservas/{order}/cambios", access=Staff("orders.change"), body=StaffChangeForm,
             answers=ChangedOrder, refuses=(404,), limit=_CHANGES)
def change_for_staff(call: Call, order: str) -> Answer:
    """Carry a change out for a guest: late moves too, and given up free of charge when `forgive` says so."""
    number = number_of(order)
    return _changed(number, lambda: _planned(number, call, _rights(call)), call)


@routes.post("/api/admin/reservas/{order}/estado", access=Staff("orders.change"), body=StageForm, answers=OrderView,
             refuses=(404, 409), limit=_CHANGES)
def tell_stage(call: Call, order: str) -> Answer:
    """Say that guests have come, have left, or did not come; saying it again changes nothing."""
    number = number_of(order)
    return call.finish(whole_order(call.once(lambda: _told(number, call), lambda: table.load(number)), call))


def _told(number: str, call: Call) -> Order:
    tx = Transaction()
    after = visit.tell(tx, table.load(number), call.body.state, call.clock, by=call.member.id if call.member else "")
    call.begin(tx, once=True)
    return after


def _planned(number: str, call: Call, rights: Rights) -> _Plan:
    order, catalogue, now = table.load(number), catalogue_table.current(call.clock), call.clock.now()
    done = plan_change(order, call.body.wished(), catalogue, now, rights)
    amount = done.surplus if call.body.surplus == "refund" else done.to_cards
    return _Plan(order, done, back(done.order, amount, done.to_cards))


def _quoted(plan: _Plan, call: Call) -> Quote:
    return quote_view(plan.order, plan.change, plan.back, _free_until(plan, call), call.lang, call.clock.now())


def _changed(number: str, plan: Callable[[], _Plan], call: Call) -> Answer:
    done, after = call.once(lambda: _carried_out(plan(), call), lambda: _stands(number))
    return call.finish(ChangedOrder(order=whole_order(after, call), quote=_quoted(done, call)))


def _carried_out(plan: _Plan, call: Call) -> tuple[_Plan, Order]:
    """Commit the change. Raises Conflict("total_changed") when it would not come to the total that was agreed to."""
    if call.body.agreed_total is not None and call.body.agreed_total != plan.change.order.total:
        raise Conflict("total_changed")
    tx = Transaction()
    action = "cancel" if call.body.action == "cancel_all" else call.body.action
    after = carry_out(tx, plan.order, plan.change, plan.back, action, call.clock,
                      by=call.member.id if call.member else None)
    call.begin(tx, once=True)
    return plan, after


def _stands(number: str) -> tuple[_Plan, Order]:
    """Return the order as it stands, and no further change: for a change whose answer was lost."""
    order = table.load(number)
    return _Plan(order, Change(order, ()), Back()), order


def _free_until(plan: _Plan, call: Call) -> datetime | None:
    """Return until when what is given up or moved is free of charge: the first of its times."""
    if call.body.action not in ("move", "cancel", "cancel_all"):
        return None
    times = [line.free_until for line in plan.order.standing
             if call.body.line in (None, line.id, line.stay if isinstance(line, BookingLine) else None)]
    return spa_time(min(times)) if times else None


def _rights(call: Call) -> Rights:
    return Rights(staff=True, forgive=call.body.forgive)
