"""A cart as the site sees it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field
from pydantic_core import PydanticCustomError

from ..catalog.model import Catalogue, Kind
from ..catalog.needs import needs_told
from ..catalog.packs import Missing
from ..core.clock import spa_time
from ..core.errors import Invalid
from ..core.money import CURRENCY, format_clp
from ..core.shapes import Form, View
from ..core.texts import Lang, sentence
from .covering import Paying, covered
from .gifts import NewGift
from .lineviews import LineView, line_views
from .model import Cart
from .price import nearly_earned
from .wishes import Wanted, Wish

YEARS = range(2000, 2101)
MOST_AT_ONCE = 10


def _in_our_time(instant: datetime) -> datetime:
    """Refuse an instant so far off that other zones can't write it down."""
    if instant.year not in YEARS:
        raise PydanticCustomError("invalid_value", "no such day at the spa")
    return instant


Slug = Annotated[str, Field(min_length=1, max_length=80)]
Instant = Annotated[AwareDatetime, AfterValidator(_in_our_time)]


class NewPart(Form):
    """The hour chosen for one part of a programme."""

    service: Slug
    start: Instant


class NewLine(Form):
    """A service, an instant with its offset, and how many guests come.

    `nights` for a cabin, whose instant is the check-in; `parts` for a programme; `host` for an add-on, whose instant is
    that of the line it goes with.
    """

    service: Slug
    start: Instant
    guests: Annotated[int, Field(ge=1, le=20, strict=True)]
    nights: Annotated[int, Field(ge=1, le=60, strict=True)] = 1
    parts: list[NewPart] = Field([], max_length=8)
    host: Annotated[str, Field(min_length=1, max_length=40)] | None = None

    def wish(self) -> Wish:
        """Return it as the domain's own value."""
        return Wish(self.service, self.start, self.guests, self.nights,
                    tuple((part.service, part.start) for part in self.parts), self.host)


class NewProduct(Form):
    """So many of a product, instead of as many as the cart has."""

    product: Slug
    quantity: Annotated[int, Field(ge=1, le=99, strict=True)]

    def wanted(self) -> Wanted:
        """Return it as the domain's own value."""
        return Wanted(self.product, self.quantity)


class NewLines(Form):
    """What to put into a cart, held together or not at all."""

    lines: list[NewLine] = Field([], max_length=MOST_AT_ONCE)
    products: list[NewProduct] = Field([], max_length=MOST_AT_ONCE)
    gifts: list[NewGift] = Field([], max_length=MOST_AT_ONCE)

    def must_not_be_empty(self) -> None:
        """Raise Invalid("nothing_to_add") when it asks for nothing."""
        if not self.lines and not self.products and not self.gifts:
            raise Invalid("nothing_to_add")


class NeedView(View):
    """So many more of a kind."""

    kind: Kind
    count: int


class MissingView(View):
    """A pack that a little more would earn: what it would save, in CLP, and a sentence that says how.

    `needs` is what it lacks and `day` the local date on which it counts.
    """

    pack: str
    name: str
    discount: int
    detail: str
    needs: list[NeedView]
    day: date


class NewCode(Form):
    """The code of a gift card, as it was typed."""

    code: Annotated[str, Field(min_length=1, max_length=200)]


class CartCardView(View):
    """A gift card that pays for a cart, by the end of its code: what it can pay with, and what it pays, in CLP."""

    id: str
    ending: str
    free: int
    last_day: date
    used: int


class CartView(View):
    """A cart. `held_until` is the first of its holds to lapse; `now` lets the page count down by our clock.

    `deposit` is what has to be paid at least, `methods` how it can be paid, `missing` what would make it cheaper.
    `cards` are the gift cards that pay for it, soonest last day first; together they cover `covered`, and `to_pay` or
    `deposit_to_pay` is left. They pay nothing of `gifts_total`.
    """

    id: str
    lines: list[LineView]
    total: int
    deposit: int
    gifts_total: int
    cards: list[CartCardView]
    covered: int
    to_pay: int
    deposit_to_pay: int
    currency: str = CURRENCY
    held_until: datetime | None
    order: str | None
    now: datetime
    methods: list[str]
    missing: list[MissingView]


class OpenedCart(View):
    """A new cart and the token that opens it."""

    cart: CartView
    token: str


def cart_view(cart: Cart, cards: Sequence[Paying], catalogue: Catalogue, methods: Sequence[str], lang: Lang,
              now: datetime) -> CartView:
    """Return the cart in the guest's language; `cards` is what its gift cards pay."""
    by_cards = covered(cards)
    held = [line.held_until for line in cart.timed if line.live(now)]
    return CartView(id=cart.id, lines=line_views(cart.lines, lang, now), total=cart.total, deposit=cart.deposit,
                    gifts_total=cart.gifts_total, cards=[_card(one) for one in cards], covered=by_cards,
                    to_pay=cart.total - by_cards, deposit_to_pay=cart.deposit_due(by_cards),
                    held_until=spa_time(min(held)) if held else None, order=cart.order, now=spa_time(now),
                    methods=list(methods), missing=[_missing(one, lang) for one in nearly_earned(cart, catalogue)])


def _card(one: Paying) -> CartCardView:
    return CartCardView(id=one.card.id, ending=one.card.ending, free=one.free, last_day=one.card.last_day,
                        used=one.used)


def _missing(one: Missing, lang: Lang) -> MissingView:
    needs = needs_told(one.pack, dict(one.needs), lang)
    return MissingView(pack=one.pack.slug, name=one.pack.name.say(lang), discount=one.discount, day=one.day,
                       needs=[NeedView(kind=kind, count=count) for kind, count in one.needs],
                       detail=sentence("pack_missing", lang, needs=needs, saved=format_clp(one.discount)))
