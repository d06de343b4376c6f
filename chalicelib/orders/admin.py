"""`/api/admin/…` of orders: what the front desk sees of them, and the transfers it confirms."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, RootModel, StringConstraints

from ..aws.idempotency import Answer
from ..aws.transactions import Transaction
from ..core.clock import spa_time
from ..core.errors import NotFound
from ..core.money import Clp
from ..core.shapes import Form, View
from ..payments import table as payment_table
from ..payments.model import Payment, PaymentId
from ..payments.signals import is_payment_id, read_refund_id
from ..web.call import Call
from ..web.cursor import read_cursor, write_cursor
from ..web.routes import Limit, Routes, Staff
from . import table
from .by_hand import say_refused, say_returned
from .links import number_of
from .model import TRANSFER
from .seen import payment_seen, whole_order
from .transfers import confirm_transfer
from .views import OrderView, PaymentView, account_view

routes = Routes(__name__)

PAGE = 50
_CONFIRMATIONS = Limit(60, per_seconds=60)
_CURSOR = "transferencias"


class TransfersQuery(Form):
    """Where to go on in the list."""

    cursor: str | None = Field(default=None, min_length=1, max_length=600)


class AwaitedTransfer(View):
    """A transfer that has not come yet: for which order, how much, until when."""

    payment: str
    order: str
    amount: int
    created_at: datetime
    expires_at: datetime


class AwaitedTransfers(View):
    """A page of them, the longest waiting first; `next` is the cursor of the following one."""

    items: list[AwaitedTransfer]
    next: str | None


class ReceivedTransfer(Form):
    """What came: the amount in CLP, and the bank's reference of the movement."""

    amount: Annotated[int, Field(strict=True, ge=1, le=100_000_000)]
    reference: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40,
                                                pattern=r"^[\w ./-]+$")]


class Returned(Form):
    """A refund was transferred; `reference` is the bank's of the movement."""

    outcome: Literal["refunded"]
    reference: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40,
                                                pattern=r"^[\w ./-]+$")]


class Refused(Form):
    """A refund can't be transferred, and why: the money is the order's credit again."""

    outcome: Literal["rejected"]
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class RefundOutcome(RootModel[Annotated[Returned | Refused, Field(discriminator="outcome")]]):
    """What became of a refund that a person transfers."""


class ConfirmedTransfer(View):
    """The payment and its order afterwards."""

    payment: PaymentView
    order: OrderView


@routes.get("/api/admin/reservas/{order}", access=Staff("orders.read"), answers=OrderView, refuses=(404,))
def show_order(call: Call, order: str) -> OrderView:
    """Show an order with its payments and its history."""
    found = table.load(number_of(order))
    return whole_order(found, call).model_copy(update={"account": account_view(found.account, whole=True)})


@routes.get("/api/admin/transferencias", access=Staff("payments.confirm"), query=TransfersQuery,
            answers=AwaitedTransfers, refuses=(400,))
def list_transfers(call: Call) -> AwaitedTransfers:
    """List the transfers that have not come yet. One Query of a sparse index."""
    after = read_cursor(_CURSOR, call.query.cursor) if call.query.cursor else None
    found, following = payment_table.awaited(TRANSFER, limit=PAGE, after=after)
    return AwaitedTransfers(items=[_awaited(payment) for payment in found],
                            next=write_cursor(_CURSOR, following) if following else None)


@routes.post("/api/admin/pagos/{payment}/confirmacion", access=Staff("payments.confirm"), body=ReceivedTransfer,
             answers=ConfirmedTransfer, refuses=(404, 409), limit=_CONFIRMATIONS)
def confirm(call: Call, payment: str) -> Answer:
    """Say that a bank transfer has come. The right amount confirms its order; another one is credited to it."""
    if not is_payment_id(payment):
        raise NotFound("payment_not_found")
    call.begin(Transaction())
    paid = confirm_transfer(PaymentId(payment), amount=Clp(call.body.amount), reference=call.body.reference,
                            by=call.staff, clock=call.clock)
    order = table.load(paid.order)
    return call.finish(ConfirmedTransfer(payment=payment_seen(paid, order, call), order=whole_order(order, call)))


@routes.post("/api/admin/devoluciones/{refund}", access=Staff("refunds.record"), body=RefundOutcome,
             answers=ConfirmedTransfer, refuses=(404, 409), limit=_CONFIRMATIONS)
def record_refund(call: Call, refund: str) -> Answer:
    """Say that a refund by hand was transferred, or can't be; saying it again changes nothing."""
    named = read_refund_id(refund)
    if named is None:
        raise NotFound("refund_not_found")
    call.begin(Transaction())
    payment, number = named
    said = call.body.root
    if isinstance(said, Returned):
        done = say_returned(payment, number, reference=said.reference, by=call.staff, clock=call.clock)
    else:
        done = say_refused(payment, number, reason=said.reason, by=call.staff, clock=call.clock)
    order = table.load(done.order)
    return call.finish(ConfirmedTransfer(payment=payment_seen(done, order, call), order=whole_order(order, call)))


def _awaited(payment: Payment) -> AwaitedTransfer:
    return AwaitedTransfer(payment=payment.id, order=payment.order, amount=payment.amount,
                           created_at=spa_time(payment.created_at), expires_at=spa_time(payment.expires_at))
