"""A cart, as a value. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic import AwareDatetime

from ..core.errors import Conflict, NotFound
from ..core.shapes import Value
from ..giftcards.model import MOST_AT_ONCE
from .lines import BookingLine, DiscountLine, GiftLine, Line, ProductLine, TimedLine, WithLines, products

HOLD = timedelta(minutes=20)
MAX_LINES = 20
"""Lines of a cart; the nights of a stay count as one."""
MAX_ITEMS = 80
"""Day sheets and products that a cart's lines may touch: a transaction has room for 100 items (PROVIDERS.md §F.1)."""
CART_KEPT = timedelta(days=7)


class PayingCard(Value):
    """A gift card that pays for a cart, and the end of its code. The code itself is kept nowhere."""

    id: str
    ending: str


class Cart(WithLines):
    """A cart. `version` counts its changes; `order` is set once it has been checked out.

    What each of its `cards` pays is worked out from what they are worth at that moment; nothing is taken before
    check-out.
    """

    id: str
    cards: tuple[PayingCard, ...] = ()
    version: int = 0
    created_at: AwareDatetime
    order: str | None = None

    def with_held(self, held: Sequence[TimedLine], now: datetime) -> "Cart":
        """Return the cart with newly held lines; each takes the place of a lapsed line for the same wish.

        Raises Conflict("slot_already_in_cart") when one of them is in the cart and held.
        """
        lines = list(self.lines)
        for new in held:
            same = [n for n, old in enumerate(lines) if isinstance(old, TimedLine) and old.key == new.key]
            if not same:
                lines.append(new)
            elif any(isinstance(old := lines[n], TimedLine) and old.live(now) for n in same):
                raise Conflict("slot_already_in_cart")
            else:
                lines[same[0]] = new
        return self.model_copy(update={"lines": tuple(lines)})

    def with_product(self, product: ProductLine) -> "Cart":
        """Return the cart with so many of a product, instead of those it had."""
        lines = list(self.lines)
        for number, old in enumerate(lines):
            if isinstance(old, ProductLine) and old.product == product.product:
                lines[number] = product.model_copy(update={"id": old.id})
                return self.model_copy(update={"lines": tuple(lines)})
        return self.model_copy(update={"lines": (*lines, product)})

    def with_gifts(self, gifts: Sequence[GiftLine]) -> "Cart":
        """Return the cart with gift cards, each in the place of the one whose id it has, or at the end."""
        lines = {line.id: line for line in self.lines}
        return self.model_copy(update={"lines": tuple((lines | {gift.id: gift for gift in gifts}).values())})

    def with_discounts(self, discounts: Sequence[DiscountLine]) -> "Cart":
        """Return the cart with these discounts instead of those it had."""
        kept = tuple(line for line in self.lines if not isinstance(line, DiscountLine))
        return self.model_copy(update={"lines": (*kept, *discounts)})

    def without(self, id: str) -> tuple["Cart", list[Line]]:
        """Return the cart without a line or a stay and the add-ons that go with it, and what is gone.

        Raises NotFound("line_not_found"), Conflict("cart_checked_out").
        """
        self.must_be_open()
        hosts = {line.id for line in self.named(id)}
        gone = [line for line in self.lines
                if line.id in hosts or (isinstance(line, BookingLine) and line.host in hosts)]
        kept = tuple(line for line in self.lines if line not in gone)
        return self.model_copy(update={"lines": kept}), gone

    def with_card(self, card: PayingCard) -> "Cart":
        """Return the cart with one more gift card that pays for it, in place of the same one under an older code.

        Raises Conflict: "gift_card_in_cart", "too_many_gift_cards", "cart_checked_out".
        """
        self.must_be_open()
        if card in self.cards:
            raise Conflict("gift_card_in_cart")
        others = tuple(one for one in self.cards if one.id != card.id)
        if len(others) >= MOST_AT_ONCE:
            raise Conflict("too_many_gift_cards", max=MOST_AT_ONCE)
        return self.changed(cards=(*others, card))

    def without_card(self, id: str) -> "Cart":
        """Return the cart without a gift card. Raises NotFound("gift_card_not_found"), Conflict("cart_checked_out")."""
        self.must_be_open()
        kept = tuple(card for card in self.cards if card.id != id)
        if len(kept) == len(self.cards):
            raise NotFound("gift_card_not_found")
        return self.changed(cards=kept)

    def checked_out(self, order: str) -> "Cart":
        """Return the cart as one that became an order."""
        self.must_be_open()
        return self.changed(order=order)

    def must_be_open(self) -> None:
        """Raise Conflict("cart_checked_out") once the cart has become an order."""
        if self.order is not None:
            raise Conflict("cart_checked_out")

    def must_not_be_too_full(self) -> None:
        """Raise Conflict("cart_full") when it holds more than one order can."""
        lines = [line for line in self.lines if not isinstance(line, DiscountLine)]
        things = {(line.stay if isinstance(line, BookingLine) else None) or line.id for line in lines}
        sheets = {place.key for line in self.timed for place in line.occupied.places}
        if len(things) > MAX_LINES or len(sheets) + len(products(self.lines)) > MAX_ITEMS:
            raise Conflict("cart_full", lines=MAX_LINES)

    def changed(self, **update: object) -> "Cart":
        """Return the cart's next version."""
        return self.model_copy(update={**update, "version": self.version + 1})
