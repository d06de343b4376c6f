"""A cart as the site sees it."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from ..core.clock import spa_time
from ..core.money import CURRENCY
from ..core.texts import Lang
from .hold import Wish
from .model import Cart, Line

YEARS = range(2000, 2101)


def _in_our_time(instant: datetime) -> datetime:
    """Refuse an instant so far off that other zones can't write it down."""
    if instant.year not in YEARS:
        raise PydanticCustomError("invalid_value", "no such day at the spa")
    return instant


class NewLine(BaseModel):
    """A service, an instant with its offset, and how many guests come."""

    model_config = ConfigDict(extra="forbid")

    service: Annotated[str, Field(min_length=1, max_length=80)]
    start: Annotated[AwareDatetime, AfterValidator(_in_our_time)]
    guests: Annotated[int, Field(ge=1, le=20, strict=True)]

    def wish(self) -> Wish:
        """Return it as the domain's own value."""
        return Wish(self.service, self.start, self.guests)


class NewCart(BaseModel):
    """A new cart, perhaps with its first line."""

    model_config = ConfigDict(extra="forbid")

    lines: Annotated[list[NewLine], Field(max_length=1)] = []


class LineView(BaseModel):
    """One line. Money in CLP, times with the spa's offset."""

    id: str
    service: str
    name: str
    start: datetime
    end: datetime
    guests: int
    unit_price: int
    total: int
    held_until: datetime
    state: Literal["held", "lapsed"]


class CartView(BaseModel):
    """A cart. `held_until` is the first of its holds to lapse; `now` lets the page count down by our clock."""

    id: str
    lines: list[LineView]
    total: int
    currency: str = CURRENCY
    held_until: datetime | None
    order: str | None
    now: datetime


class OpenedCart(BaseModel):
    """A new cart and the token that opens it."""

    cart: CartView
    token: str


def cart_view(cart: Cart, lang: Lang, now: datetime) -> CartView:
    """Return the cart in the guest's language."""
    held = [line.held_until for line in cart.lines if line.live(now)]
    return CartView(id=cart.id, lines=[_line_view(line, lang, now) for line in cart.lines], total=cart.total,
                    held_until=spa_time(min(held)) if held else None, order=cart.order, now=spa_time(now))


def _line_view(line: Line, lang: Lang, now: datetime) -> LineView:
    return LineView(id=line.id, service=line.service, name=line.name(lang), start=spa_time(line.start),
                    end=spa_time(line.end), guests=line.guests, unit_price=line.unit_price, total=line.total,
                    held_until=spa_time(line.held_until), state="held" if line.live(now) else "lapsed")
