"""Gift cards in a cart: what a buyer asks for, and the line it becomes at the catalogue's price."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, TypeAlias

from pydantic import Field

from ..catalog.model import Catalogue
from ..core.clock import at_spa, spa_date
from ..core.errors import Conflict, DomainError, FieldProblem, Invalid
from ..core.ids import random_id
from ..core.shapes import Form
from ..giftcards.model import Delivery, Way
from ..giftcards.wishes import Wanted, Words, face_of, must_be_drawn, title_of, written
from ..web.fields import EMAIL
from .lines import GiftLine

AHEAD = timedelta(days=365)
"""How far ahead a card can be sent: it is valid from its issue on, not from when it arrives."""

Day: TypeAlias = date  # the fields of a delivery have the names of their types
WallTime: TypeAlias = time


class NewDelivery(Form):
    """How the card gets there: mailed now, mailed at a wall time of the spa, or handed over by the buyer."""

    way: Way
    email: Annotated[str, Field(pattern=EMAIL, max_length=200)] | None = None
    date: Day | None = None
    time: WallTime | None = None

    def delivery(self, now: datetime, field: str) -> Delivery:
        """Return it as the domain's own value. Raises Invalid naming the field under `field` that is wrong."""
        if self.way is Way.SELF:
            return Delivery(way=self.way)
        if self.email is None:
            raise _wrong(f"{field}.email", "missing_value")
        if self.way is Way.NOW:
            return Delivery(way=self.way, email=self.email)
        for name in ("date", "time"):
            if getattr(self, name) is None:
                raise _wrong(f"{field}.{name}", "missing_value")
        return Delivery(way=self.way, email=self.email, at=self._instant(now, field))

    def _instant(self, now: datetime, field: str) -> datetime:
        assert self.date and self.time
        if not spa_date(now) <= self.date <= spa_date(now + AHEAD):
            raise _wrong(f"{field}.date", "delivery_out_of_range")
        at = at_spa(self.date, self.time.replace(tzinfo=None))
        if at <= now:
            raise _wrong(f"{field}.time", "in_the_past")
        return at


class Written(Words):
    """What is written on a card, and how it gets there: what can still be changed before it is delivered."""

    delivery: NewDelivery


class NewGift(Written, Wanted):
    """A gift card to put into the cart; `line` names the one whose place it takes."""

    line: Annotated[str, Field(min_length=1, max_length=40)] | None = None


def gift_line(wanted: NewGift, catalogue: Catalogue, now: datetime, field: str) -> GiftLine:
    """Return the line of a gift card; its price comes from the catalogue (DOMAIN.md, Gift cards).

    Raises Invalid naming the field under `field` that is wrong.
    """
    face = face_of(wanted, wanted, catalogue, field)
    name = next(one.name for one in catalogue.gift_experiences if one.slug == face.experience)
    return GiftLine(id=wanted.line or random_id("lin"), name_es=f"Gift card {name.es}", name_en=f"Gift card {name.en}",
                    total=face.amount, face=face, delivery=wanted.delivery.delivery(now, f"{field}.delivery"),
                    hydromassage=wanted.hydromassage)


def must_be_sold_still(line: GiftLine, catalogue: Catalogue) -> None:
    """Raise Conflict("price_changed") unless a gift card could be put into a cart anew at its price. No request."""
    found = next((one for one in catalogue.gift_experiences if one.slug == line.face.experience), None)
    if found is None:
        raise Conflict("price_changed")
    if found.price is None:
        there = (found.min_amount or 0) <= line.total <= (found.max_amount or 0)
    else:
        there = found.price + (found.hydromassage_extra if line.hydromassage else 0) == line.total
    if not there:
        raise Conflict("price_changed")


def rewritten(line: GiftLine, words: Written, catalogue: Catalogue, now: datetime) -> GiftLine:
    """Return a gift line with other words, or for another person; its worth stays. Raises as `gift_line`.

    A design that is offered no more stays if it was there; an experience that is sold no more keeps its name.
    """
    if words.design != line.face.design:
        must_be_drawn(words.design, catalogue)
    face = line.face.model_copy(update=written(words))
    if face.language != line.face.language:
        found = (one for one in catalogue.gift_experiences if one.slug == face.experience)
        titles = (title_of(one, face.language, hydromassage=line.hydromassage) for one in found)
        face = face.model_copy(update={"title": next(titles, face.title)})
    return line.model_copy(update={"face": face, "delivery": words.delivery.delivery(now, "delivery")})


def _wrong(field: str, code: str, **params: object) -> DomainError:
    return Invalid("invalid_fields", fields=(FieldProblem(field, code, dict(params)),))
