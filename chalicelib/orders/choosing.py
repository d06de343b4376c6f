"""Money that bought nothing yet: other hours for it while there is time to choose, or back it goes on request."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated

from pydantic import ConfigDict, Field

from ..availability.table import read_days
from ..aws.idempotency import Answer
from ..aws.transactions import Transaction
from ..carts.views import Instant, NewPart, Slug
from ..catalog import stock
from ..catalog import table as catalogue_table
from ..core.clock import spa_date, spa_time
from ..core.errors import Conflict
from ..core.shapes import Form, View
from ..core.texts import Lang
from ..giftcards.model import Card, UseState
from ..web.call import Call
from ..web.fields import Nothing
from ..web.routes import Limit, Routes, Signed, Staff
from . import alternatives, cards, table
from .carry_out import take_up
from .change import Change
from .changeviews import LineId
from .choose import Thing, chosen, must_be_choosing, things
from .links import PURPOSE, number_of
from .model import Order
from .plan_change import Move
from .receive import SHORT
from .seen import whole_order
from .surplus import back, give_back_over
from .views import OrderView

routes = Routes(__name__)

_LOOKS = Limit(60, per_seconds=60)
_CHOICES = Limit(30, per_seconds=60)


class NewHour(Form):
    """Another hour for a line or a stay (or, with its parts, a programme)."""

    line: LineId
    start: Instant
    service: Slug | None = None
    parts: list[NewPart] = Field([], max_length=20)

    def wished(self) -> Move:
        """Return it as the domain's own value."""
        return Move(self.line, self.start, self.service, tuple((part.service, part.start) for part in self.parts))


class ChoiceForm(Form):
    """The hours chosen; what is not named stays where it was. `agreed_total` is the total that was shown."""

    moves: list[NewHour] = Field([], max_length=20)
    agreed_total: Annotated[int, Field(ge=0, strict=True)] | None = None


class GiveBackForm(Form):
    """What the front desk gives back: `amount` in CLP, all that is over without one; `by_hand`: it is transferred."""

    amount: Annotated[int, Field(strict=True, ge=1, le=100_000_000)] | None = None
    by_hand: bool = False


class PartMoved(View):
    """A part of a programme at its hour."""

    service: str
    start: datetime


class HourView(View):
    """One thing at another hour, `from` where it was; the same instant when that is free again."""

    model_config = ConfigDict(serialize_by_alias=True)

    line: str
    service: str
    name: str
    start: datetime
    end: datetime
    from_: Annotated[datetime, Field(serialization_alias="from")]
    parts: list[PartMoved] = Field([])


class AlternativeView(View):
    """Other hours, with the total in CLP, what would be left to pay, and what would go back."""

    moves: list[HourView]
    total: int
    due: int
    surplus: int


class AlternativesView(View):
    """What can be had for the money that is kept (CLP), until when it may be chosen; the best first.

    What is due of each is less what the order's gift cards still have for it.
    """

    until: datetime
    kept: int
    alternatives: list[AlternativeView]


@routes.get("/api/reservas/{order}/alternativas", access=Signed(PURPOSE), answers=AlternativesView, refuses=(409,),
            limit=_LOOKS)
def show_alternatives(call: Call, order: str) -> AlternativesView:
    """Show other hours for an order whose money came when its own were gone. Nothing is held."""
    return _shown(order, call)


@routes.post("/api/reservas/{order}/alternativas", access=Signed(PURPOSE), body=ChoiceForm, answers=OrderView,
             limit=_CHOICES)
def choose(call: Call, order: str) -> Answer:
    """Take other hours: the order is confirmed at them, all of it or nothing."""
    return _answered(order, lambda: _chosen(order, call), call)


@routes.post("/api/reservas/{order}/devolucion", access=Signed(PURPOSE), body=Nothing, answers=OrderView,
             refuses=(409,), limit=_CHOICES)
def give_back(call: Call, order: str) -> Answer:
    """Give back, the way it came, what is held and bought nothing: the credit, or all of late money."""
    return _answered(order, lambda: _returned(order, None, False, call), call)


@routes.get("/api/admin/reservas/{order}/alternativas", access=Staff("orders.change"), answers=AlternativesView,
            refuses=(404, 409), limit=_LOOKS)
def show_alternatives_to_staff(call: Call, order: str) -> AlternativesView:
    """Show other hours for an order whose money came when its own were gone. Nothing is held."""
    return _shown(number_of(order), call)


@routes.post("/api/admin/reservas/{order}/alternativas", access=Staff("orders.change"), body=ChoiceForm,
             answers=OrderView, refuses=(404,), limit=_CHOICES)
def choose_for_guest(call: Call, order: str) -> Answer:
    """Take other hours for a guest who says which: the order is confirmed at them."""
    number = number_of(order)
    return _answered(number, lambda: _chosen(number, call), call)


@routes.post("/api/admin/reservas/{order}/devolucion", access=Staff("orders.change"), body=GiveBackForm,
             answers=OrderView, refuses=(404, 409), limit=_CHOICES)
def give_back_for_staff(call: Call, order: str) -> Answer:
    """Give back what is held and bought nothing, or a part of it; by transfer when the way it came is closed."""
    number = number_of(order)
    return _answered(number, lambda: _returned(number, call.body.amount, call.body.by_hand, call), call)


def _answered(number: str, done: Callable[[], Order], call: Call) -> Answer:
    return call.finish(whole_order(call.once(done, lambda: table.load(number)), call))


def _shown(number: str, call: Call) -> AlternativesView:
    order, catalogue, now = table.load(number), catalogue_table.current(call.clock), call.clock.now()
    until = must_be_choosing(order, now)
    sheets = read_days(catalogue, *alternatives.looked_at(order, catalogue, now))
    good, found = _good_cards(order, now), alternatives.alternatives(order, catalogue, sheets, stock.left(), now)
    paid = [one._replace(change=_paid(one.change, good)) for one in found]
    return AlternativesView(until=spa_time(until), kept=order.kept,
                            alternatives=[_view(order, one, call.lang) for one in paid if _enough(order, one.change)])


def _good_cards(order: Order, now: datetime) -> list[Card]:
    """Return the gift cards that an order had let go of, as far as they can be used. One read if there are any."""
    return [card for card in cards.read(order, UseState.RELEASED) if card.good(spa_date(now))]


def _paid(change: Change, good: Sequence[Card]) -> Change:
    """Return the order at other hours with its gift cards taken again, as far as they have it."""
    return change._replace(order=cards.taken_again(change.order, good))


def _enough(order: Order, change: Change) -> bool:
    """Tell whether what is there comes to a deposit: a card that was spent elsewhere meanwhile may be missing."""
    return not order.cards or change.order.paid >= min(order.deposit, change.order.deposit)


def _view(order: Order, one: alternatives.Alternative, lang: Lang) -> AlternativeView:
    after = one.change.order
    now = {thing.id: thing for thing in things(after)}
    moved = {move.line: move for move in one.moves}
    shown = [_hour(thing, now[thing.id], moved.get(thing.id), lang) for thing in things(order)
             if thing.id in moved or not moved]
    return AlternativeView(moves=shown, total=after.total, due=one.change.due,
                           surplus=one.change.surplus)


def _hour(before: Thing, after: Thing, move: Move | None, lang: Lang) -> HourView:
    first, parts = after.lines[0], move.parts if move else ()
    return HourView(line=before.id, service=first.service, name=first.name(lang), start=spa_time(after.start),
                    end=spa_time(after.end), from_=spa_time(before.start),
                    parts=[PartMoved(service=slug, start=spa_time(start)) for slug, start in parts])


def _chosen(number: str, call: Call) -> Order:
    order, catalogue, now = table.load(number), catalogue_table.current(call.clock), call.clock.now()
    must_be_choosing(order, now)
    moves = [move.wished() for move in call.body.moves]
    sheets = read_days(catalogue, *alternatives.looked_at(order, catalogue, now))
    change = _paid(chosen(order, moves, catalogue, sheets, stock.left(), now), _good_cards(order, now))
    if call.body.agreed_total is not None and call.body.agreed_total != change.order.total:
        raise Conflict("total_changed")
    if not _enough(order, change):
        raise Conflict(SHORT)
    tx, over = Transaction(), back(change.order, change.surplus)
    after = take_up(tx, order, change, over, call.clock, by=call.member.id if call.member else None)
    call.begin(tx, once=True)
    return after


def _returned(number: str, amount: int | None, by_hand: bool, call: Call) -> Order:
    tx = Transaction()
    after = give_back_over(tx, table.load(number), amount, call.clock, by_hand=by_hand)
    call.begin(tx, once=True)
    return after
