"""Gift cards in a cart: what a buyer asks for, and the line it becomes at the catalogue's price."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from ..catalog.model import Catalogue
from ..catalog.offers import GiftExperience
from ..core.clock import at_spa, spa_date
from ..core.errors import Conflict, DomainError, FieldProblem, Invalid
from ..core.ids import random_id
from ..core.money import Clp
from ..core.texts import Lang
from ..giftcards.model import Delivery, Face, Way
from ..web.fields import EMAIL, Text, some_lines
from .lines import GiftLine

NAME_MAX = 40
MESSAGE_MAX = 300
AHEAD = timedelta(days=365)
"""How far ahead a card can be sent: it is valid from its issue on, not from when it arrives."""

Day: TypeAlias = date  # the fields of a delivery have the names of their types
WallTime: TypeAlias = time
Slug = Annotated[str, Field(min_length=1, max_length=80)]
Name = Annotated[Text, Field(min_length=1, max_length=NAME_MAX)]


class NewDelivery(BaseModel):
    """How the card gets there: mailed now, mailed at a wall time of the spa, or handed over by the buyer."""

    model_config = ConfigDict(extra="forbid")

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


class Written(BaseModel):
    """What is written on a card, and how it gets there: what can still be changed before it is delivered."""

    model_config = ConfigDict(extra="forbid")

    recipient: Name
    sender: Name
    message: Annotated[str, AfterValidator(some_lines), Field(max_length=MESSAGE_MAX)] = ""
    design: Slug
    language: Literal["es", "en"] = "es"
    delivery: NewDelivery


class NewGift(Written):
    """A gift card to put into the cart; `line` names the one whose place it takes. `amount` (CLP) where it is free."""

    experience: Slug
    amount: Annotated[int, Field(strict=True, ge=1, le=100_000_000)] | None = None
    hydromassage: bool = False
    line: Annotated[str, Field(min_length=1, max_length=40)] | None = None


def gift_line(wanted: NewGift, catalogue: Catalogue, now: datetime, field: str) -> GiftLine:
    """Return the line of a gift card; its price comes from the catalogue (DOMAIN.md, Gift cards).

    Raises Invalid naming the field under `field` that is wrong.
    """
    experience = _experience(wanted.experience, catalogue, field)
    price = _price(experience, wanted, field)
    face = face_of(wanted, experience, price, catalogue, field)
    return GiftLine(id=wanted.line or random_id("lin"), name_es=f"Gift card {experience.name.es}",
                    name_en=f"Gift card {experience.name.en}", total=price, face=face,
                    delivery=wanted.delivery.delivery(now, f"{field}.delivery"), hydromassage=wanted.hydromassage)


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


def rewritten(line: GiftLine, written: Written, catalogue: Catalogue, now: datetime) -> GiftLine:
    """Return a gift line with other words, or for another person; its worth stays. Raises as `gift_line`."""
    face = line.face.model_copy(update={**_words(written), "title": _title(line.face, written.language, catalogue)})
    return line.model_copy(update={"face": face, "delivery": written.delivery.delivery(now, "delivery")})


def face_of(wanted: NewGift, experience: GiftExperience, price: int, catalogue: Catalogue, field: str) -> Face:
    """Return what will be written on a card."""
    return Face(experience=experience.slug, title=experience.name.say(wanted.language), amount=price,
                **_words(wanted))


def _words(written: Written) -> dict[str, str]:
    return {"recipient": written.recipient, "sender": written.sender, "message": written.message,
            "design": written.design, "language": written.language}


def _title(face: Face, lang: Lang, catalogue: Catalogue) -> str:
    """Return the experience's name in another language; one that is sold no more keeps the name it has."""
    found = (one.name.say(lang) for one in catalogue.gift_experiences if one.slug == face.experience)
    return next(found, face.title)


def _experience(slug: str, catalogue: Catalogue, field: str) -> GiftExperience:
    for one in catalogue.gift_experiences:
        if one.slug == slug:
            return one
    raise _wrong(f"{field}.experience", "gift_not_offered")


def _price(experience: GiftExperience, wanted: NewGift, field: str) -> Clp:
    if experience.price is not None:
        if wanted.amount is not None:
            raise _wrong(f"{field}.amount", "amount_not_free")
        if wanted.hydromassage and not experience.hydromassage_extra:
            raise _wrong(f"{field}.hydromassage", "hydromassage_not_offered")
        return Clp(experience.price + (experience.hydromassage_extra if wanted.hydromassage else 0))
    least, most = experience.min_amount or 0, experience.max_amount or 0
    if wanted.amount is None or not least <= wanted.amount <= most:
        raise _wrong(f"{field}.amount", "amount_out_of_range", min=least, max=most)
    if wanted.hydromassage:
        raise _wrong(f"{field}.hydromassage", "hydromassage_not_offered")
    return Clp(wanted.amount)


def _wrong(field: str, code: str, **params: object) -> DomainError:
    return Invalid("invalid_fields", fields=(FieldProblem(field, code, dict(params)),))
