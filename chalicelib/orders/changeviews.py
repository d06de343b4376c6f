"""What is asked when an order is to be changed, and how a change is shown before it is decided on."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ..carts.lineviews import LineView
from ..carts.views import Instant, NewPart, NewProduct, Slug
from ..core.money import Clp, format_clp
from ..core.shapes import Form, View
from ..core.texts import Lang, sentence
from .change import Change
from .model import Order
from .open_lines import order_lines
from .plan_change import Add, Cancel, Move, Wished
from .surplus import Back
from .views import OrderView
from .visit import Stage

Action = Literal["move", "cancel", "cancel_all", "add"]
Surplus = Literal["refund", "credit"]
GIFT_CARD = "giftcard"
"""How value goes back to a card, beside the ways of payments."""
LineId = Annotated[str, Field(min_length=1, max_length=40)]


_NEEDED: dict[str, set[str]] = {"move": {"line", "start"}, "cancel": {"line"}, "cancel_all": set(), "add": {"products"}}
_POSSIBLE: dict[str, set[str]] = {"move": {"service", "parts"}}


class ChangeForm(Form):
    """One change: `move` a line (or a stay, or a programme with its `parts`) to `start`; `cancel` a line, a stay or a
    product; `cancel_all`; `add` products.

    `surplus` says what becomes of money that is over afterwards; `agreed_total` is the total that was shown.
    """

    action: Action
    line: LineId | None = None
    start: Instant | None = None
    service: Slug | None = None
    parts: list[NewPart] = Field([], max_length=8)
    products: list[NewProduct] = Field([], max_length=10)
    surplus: Surplus = "refund"
    agreed_total: Annotated[int, Field(ge=0, strict=True)] | None = None

    @model_validator(mode="after")
    def _fits_its_action(self) -> Self:
        given = {name for name in ("line", "start", "service", "parts", "products") if getattr(self, name)}
        needed = _NEEDED[self.action]
        if needed - given:
            raise PydanticCustomError("missing_value", "an action needs its fields")
        if given - needed - _POSSIBLE.get(self.action, set()):
            raise PydanticCustomError("unknown_field", "a field of another action")
        return self

    def wished(self) -> Wished:
        """Return it as the domain's own value."""
        if self.action == "move" and self.line and self.start:
            return Move(self.line, self.start, self.service, tuple((part.service, part.start) for part in self.parts))
        if self.action == "add":
            return Add(tuple(product.wanted() for product in self.products))
        return Cancel(self.line)


class StaffChangeForm(ChangeForm):
    """One change that the front desk makes; `forgive` treats as in time what is late."""

    forgive: bool = False


class StageForm(Form):
    """Where the visit is: guests have come, have left, did not come; one stage back takes a mistake back."""

    state: Stage


class ReturnView(View):
    """So much goes back of one payment, in CLP, the way it came; by `giftcard`, to the card of that `ending`."""

    payment: str | None
    method: str
    amount: int
    ending: str | None = None


class Quote(View):
    """A change before it is decided on: totals in CLP, what is `due` or over (`surplus`) then, and how that goes back.

    `kept` is the money held before and `covered` what gift cards pay. `late` tells that something of it is not given
    back; `free_until` when it would have been, or until when it is free.
    """

    total_before: int
    total: int
    kept: int
    covered: int
    due: int
    surplus: int
    returns: list[ReturnView]
    late: bool
    free_until: datetime | None
    lines: list[LineView]
    notes: list[str]


class ChangedOrder(View):
    """The order afterwards, and what the change came to."""

    order: OrderView
    quote: Quote


def quote_view(before: Order, change: Change, back: Back, free_until: datetime | None, lang: Lang,
               now: datetime) -> Quote:
    """Return a change as it is shown."""
    after, due = change.order, change.due
    returns = [ReturnView(payment=part.payment.id, method=part.payment.method, amount=part.amount)
               for part in back.parts]
    returns += [ReturnView(payment=None, method=GIFT_CARD, amount=amount, ending=card.ending)
                for card, amount in back.cards]
    return Quote(
        total_before=before.total, total=after.total, kept=before.kept, covered=before.covered, due=due,
        surplus=change.surplus, returns=returns,
        late=change.late, free_until=free_until, lines=order_lines(after, lang, now),
        notes=_notes(change, due, back.amount, lang))


def _notes(change: Change, due: int, refunded: int, lang: Lang) -> list[str]:
    """Say in words what the numbers mean."""
    notes: list[tuple[str, int]] = []
    if change.late:
        notes.append(("change.late", 0))
    if due:
        notes.append(("change.due", due))
    if refunded:
        notes.append(("change.refund", refunded))
    if change.surplus > refunded:
        notes.append(("change.credit", change.surplus - refunded))
    return [sentence(code, lang, amount=format_clp(Clp(amount))) for code, amount in notes]
