"""What a buyer wants to be written on a card, and what it then costs by the catalogue."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from ..catalog.model import Catalogue
from ..catalog.offers import MESSAGE_MAX, GiftExperience
from ..core.errors import DomainError, FieldProblem, Invalid
from ..core.money import Clp
from ..core.shapes import Form
from ..core.texts import Lang, sentence
from ..web.fields import one_line, some_lines
from .model import Face

NAME_MAX = 40


_UNSEEN = dict.fromkeys([0xAD, 0xFE0E, 0xFE0F, *range(0x200B, 0x2010), *range(0x2060, 0x206A), 0xFEFF,
                         *range(0xE0000, 0xE0080)])


def _seen(text: str) -> str:
    """Leave out what is no letter and does no harm: joiners inside emoji, marks that telephones put round names."""
    return text.replace("\r\n", "\n").translate(_UNSEEN)


def _printable(name: str) -> str:
    """Refuse a name of which a card would show nothing."""
    from .paper.typeset import printable  # the widths of its letters are read when a card is wanted

    if name and not printable(name):
        raise PydanticCustomError("not_printable", "letters that a card can't show")
    return name


Slug = Annotated[str, Field(min_length=1, max_length=80)]
Typed = Annotated[str, AfterValidator(_seen), AfterValidator(one_line), AfterValidator(_printable)]
Name = Annotated[Typed, Field(min_length=1, max_length=NAME_MAX)]
Message = Annotated[str, AfterValidator(_seen), AfterValidator(some_lines), Field(max_length=MESSAGE_MAX)]


class Words(Form):
    """What is written on a card."""

    recipient: Name
    sender: Name
    message: Message = ""
    design: Slug
    language: Literal["es", "en"] = "es"


class Wanted(Form):
    """What a card is to be worth: an experience, or an `amount` (CLP) where that is free."""

    experience: Slug
    amount: Annotated[int, Field(strict=True, ge=1, le=100_000_000)] | None = None
    hydromassage: bool = False


def face_of(words: Words, wanted: Wanted, catalogue: Catalogue, field: str = "") -> Face:
    """Return what will be written on a card; its price comes from the catalogue (DOMAIN.md, Gift cards).

    Raises Invalid naming the field under `field` that is wrong.
    """
    experience = _experience(wanted.experience, catalogue, field)
    must_be_drawn(words.design, catalogue, field)
    price = _price(experience, wanted, field)
    title = title_of(experience, words.language, hydromassage=wanted.hydromassage)
    return Face(experience=experience.slug, title=title, amount=price, **written(words))


def written(words: Words) -> dict[str, str]:
    """Return the words by the names that a card's face has for them."""
    return {name: getattr(words, name) for name in Words.model_fields}


def must_be_drawn(design: str, catalogue: Catalogue, field: str = "") -> None:
    """Raise Invalid unless the catalogue offers a design."""
    if all(one.slug != design for one in catalogue.gift_designs):
        raise _wrong(field, "design", "design_not_offered")


def title_of(experience: GiftExperience, lang: Lang, *, hydromassage: bool) -> str:
    """Return what a card calls its experience."""
    name = experience.name.say(lang)
    return sentence("card.with_hydromassage", lang, name=name) if hydromassage else name


def _experience(slug: str, catalogue: Catalogue, field: str) -> GiftExperience:
    for one in catalogue.gift_experiences:
        if one.slug == slug:
            return one
    raise _wrong(field, "experience", "gift_not_offered")


def _price(experience: GiftExperience, wanted: Wanted, field: str) -> Clp:
    if experience.price is not None:
        if wanted.amount is not None:
            raise _wrong(field, "amount", "amount_not_free")
        if wanted.hydromassage and not experience.hydromassage_extra:
            raise _wrong(field, "hydromassage", "hydromassage_not_offered")
        return Clp(experience.price + (experience.hydromassage_extra if wanted.hydromassage else 0))
    least, most = experience.min_amount or 0, experience.max_amount or 0
    if wanted.amount is None or not least <= wanted.amount <= most:
        raise _wrong(field, "amount", "amount_out_of_range", min=least, max=most)
    if wanted.hydromassage:
        raise _wrong(field, "hydromassage", "hydromassage_not_offered")
    return Clp(wanted.amount)


def _wrong(field: str, name: str, code: str, **params: object) -> DomainError:
    path = f"{field}.{name}" if field else name
    return Invalid("invalid_fields", fields=(FieldProblem(path, code, dict(params)),))
