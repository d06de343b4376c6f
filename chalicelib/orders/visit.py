"""The visit as the front desk tells of it: guests came, left, or did not come; each can be said again, or taken back.

    confirmed ◄─► checked_in ◄─► checked_out
        └► no_show
"""

from typing import Literal

from ..aws.transactions import Transaction
from ..core.clock import Clock, spa_date
from ..core.errors import Conflict
from . import change, model, table
from .carry_out import no_show
from .model import Order, OrderState

Stage = Literal["confirmed", "checked_in", "checked_out", "no_show"]

_FACTS: dict[tuple[OrderState, OrderState], str] = {
    (OrderState.CONFIRMED, OrderState.CHECKED_IN): "order.checked_in",
    (OrderState.CHECKED_IN, OrderState.CHECKED_OUT): "order.checked_out",
    (OrderState.CHECKED_OUT, OrderState.CHECKED_IN): "order.stage_corrected",
    (OrderState.CHECKED_IN, OrderState.CONFIRMED): "order.stage_corrected",
}


def tell(tx: Transaction, order: Order, stage: Stage, clock: Clock, *, by: str) -> Order:
    """Add the steps by which an order reaches a stage; return it. Saying what is so already changes nothing.

    Of guests who did not come the hours still ahead are anybody's (docs/changes.md). The commit raises Retryable.
    Raises Conflict("stage_not_next") for a stage that does not follow, Conflict("visit_not_begun") before its day, or
    before its hour for guests who did not come.
    """
    to, now = OrderState(stage), clock.now()
    if order.state is to:
        return order
    if (order.state, to) == (OrderState.CONFIRMED, OrderState.NO_SHOW):
        return no_show(tx, order, change.not_come(order, now), clock, by=by)
    if (order.state, to) not in _FACTS:
        raise Conflict("stage_not_next")
    if order.standing and spa_date(now) < min(spa_date(line.start) for line in order.standing):
        raise Conflict("visit_not_begun")
    after = model.changed(order, now, state=to)
    table.saved(tx, after, table.fact(after, _FACTS[order.state, to], stage=to.value, by=by))
    return after
