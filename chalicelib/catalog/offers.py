"""What is sold besides plain services: products, packs, programmes, gift cards; and where transfers go."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .services import Kind
from .values import Days, Line, Pesos, Slug, Text, Value, Weekday

Counter = Literal["online", "desk", "order_page"]


class Product(Value):
    """Something to eat, drink or take along."""

    slug: Slug
    name: Text
    price: Pesos
    stock: Annotated[int, Field(ge=0)]
    category: Slug
    sold: tuple[Counter, ...]


class PackNeed(Value):
    """What an order must hold to earn a pack: so many guests, or units, of a kind."""

    kind: Kind
    at_least: Annotated[int, Field(ge=1)]
    counted: Literal["guests", "units"]


class Pack(Value):
    """A discount on a combination. Each unit serves one pack; the higher priority is tried first."""

    slug: Slug
    name: Text
    needs: tuple[PackNeed, ...]
    discount: Pesos
    weekdays: tuple[Weekday, ...] = ()
    dates: Days | None = None
    same_day: bool = True
    min_nights: Annotated[int, Field(ge=0)] = 0
    priority: int = 0


class ProgrammePart(Value):
    """One piece of a programme: any one of these services, for so many guests, so many times."""

    any_of: tuple[Slug, ...]
    guests: Annotated[int, Field(ge=1)]
    times: Annotated[int, Field(ge=1)] = 1


class Programme(Value):
    """The parts behind a service of kind "programme", which carries its texts and its one price."""

    service: Slug
    parts: tuple[ProgrammePart, ...]


class GiftExperience(Value):
    """What a gift card can be bought for: a fixed price, or any amount between two bounds."""

    slug: Slug
    name: Text
    summary: Text
    price: Pesos | None = None
    hydromassage_extra: Pesos = 0
    min_amount: Pesos | None = None
    max_amount: Pesos | None = None


DRAWN = ("amanecer", "noche", "bosque", "piedras", "dos", "cumpleanos")
"""The designs of gift cards that there are drawings of (`giftcards/paper/art`)."""
MESSAGE_MAX = 300
"""Letters of a gift card's message."""


class GiftDesign(Value):
    """How a gift card can look; the first one is proposed."""

    slug: Slug
    name: Text


class GiftTone(Value):
    """Words for a gift card that begin in one tone: each a whole message in both languages."""

    slug: Slug
    name: Text
    suggestions: tuple[Text, ...]


class BankAccount(Value):
    """Where a bank transfer goes, as the guest types it into the bank's form."""

    bank: Line
    account_type: Text
    account: Line
    holder: Line
    rut: Line
    email: Line
