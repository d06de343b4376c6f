"""What can stand in a cart and then in an order: bookings, nights, programmes, products, gifts, discounts. Pure values.

Totals are always the sum of lines, so a discount is a line of its own with a negative total and its source. Prices are
CLP with IVA, frozen while the line is held. A stay of N nights is N lines that share `stay`, because nights are priced,
moved and released one by one (DOMAIN.md, Availability and stays).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import chain
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from ..availability.days import day_of
from ..availability.sheets import Occupied
from ..catalog.model import Kind
from ..catalog.packs import Unit
from ..core.errors import NotFound
from ..core.money import LEAST_CHARGE, Clp
from ..core.shapes import Value
from ..core.texts import Lang
from ..giftcards.model import Delivery, Face


class _Line(Value):
    """What every line has."""

    id: str
    name_es: str
    name_en: str
    total: int

    def name(self, lang: Lang) -> str:
        """Return the name in a language."""
        return self.name_en if lang == "en" else self.name_es


class _Timed(_Line):
    """A line that is held: the id is also the claim on its ticks. `deposit` is the part of `total` that confirms it."""

    service: str
    start: AwareDatetime
    end: AwareDatetime
    guests: int
    deposit: int
    held_until: AwareDatetime
    cancel_hours: int
    forfeited: bool = False  # given up too late, or nobody came: it stays paid for, and its hours are anybody's

    @property
    def free_until(self) -> datetime:
        """Until when it can be changed or given up free of charge."""
        return self.start - timedelta(hours=self.cancel_hours)

    def live(self, now: datetime) -> bool:
        """Tell whether the hold still stands; as on the day sheet, its last second counts."""
        return int(self.held_until.timestamp()) >= int(now.timestamp())


class BookingLine(_Timed):
    """One booking of one service, or one night of a stay.

    An add-on (a decoration, a breakfast) names its `host`, the line it goes with, and occupies nothing.
    """

    kind: Literal["service", "night"] = "service"
    service_kind: Kind
    unit_price: int
    occupied: Occupied = Occupied(places=())
    stay: str | None = None
    host: str | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """What makes it the same wish: the same service at the same instant, with the same host."""
        return (self.service, self.start, self.host)


class Part(Value):
    """One booking inside a programme."""

    service: str
    service_kind: Kind
    name_es: str
    name_en: str
    start: AwareDatetime
    end: AwareDatetime
    guests: int
    occupied: Occupied

    def name(self, lang: Lang) -> str:
        """Return the name in a language."""
        return self.name_en if lang == "en" else self.name_es


class ProgrammeLine(_Timed):
    """A programme: several bookings at one price, all under the line's own claim."""

    kind: Literal["programme"] = "programme"
    parts: tuple[Part, ...]

    @property
    def occupied(self) -> Occupied:
        """All that its parts occupy."""
        return Occupied(places=tuple(chain.from_iterable(part.occupied.places for part in self.parts)))

    @property
    def key(self) -> tuple[object, ...]:
        """What makes it the same wish: the same programme with the same hours of the same services."""
        return (self.service, *((part.service, part.start) for part in self.parts))


class ProductLine(_Line):
    """Something to eat, drink or take along. Its stock is taken at check-out, not before."""

    kind: Literal["product"] = "product"
    product: str
    quantity: int
    unit_price: int


class GiftLine(_Line):
    """A gift card to be issued once its order is fully paid; then `card` names it and `ending` is its code's end.

    What is written on it is the line's until then, and the card's from then on.
    """

    kind: Literal["gift"] = "gift"
    face: Face
    delivery: Delivery
    hydromassage: bool = False
    card: str | None = None
    ending: str | None = None


class DiscountLine(_Line):
    """Less to pay, and why: `code` names the pack (later the reward), `lines` what earned it. `total` is negative.

    A `waiver` is what is not asked for any more of lines that were given up late (docs/changes.md).
    """

    kind: Literal["discount"] = "discount"
    source: Literal["pack", "reward", "manual", "waiver"]
    code: str
    lines: tuple[str, ...]


TimedLine = BookingLine | ProgrammeLine
Line = Annotated[BookingLine | ProgrammeLine | ProductLine | GiftLine | DiscountLine, Field(discriminator="kind")]


class WithLines(Value):
    """What a cart and an order have in common."""

    lines: tuple[Line, ...] = ()

    @property
    def total(self) -> Clp:
        """The sum of the lines at their frozen prices, in CLP."""
        return Clp(sum(line.total for line in self.lines))

    @property
    def deposit(self) -> Clp:
        """What has to be paid at least for it to be confirmed, in CLP."""
        return Clp(deposit_of(self.lines))

    @property
    def gifts_total(self) -> Clp:
        """What its gift cards cost, in CLP."""
        return Clp(sum(gift.total for gift in gifts(self.lines)))

    @property
    def coverable(self) -> Clp:
        """What gift cards may pay of it, in CLP: they don't buy gift cards (DOMAIN.md, Gift cards)."""
        return Clp(max(0, self.total - self.gifts_total))

    def deposit_due(self, covered: int, kept: int = 0) -> Clp:
        """Return what confirms it beside what gift cards cover and the money there is, in CLP.

        Cards count for what of the deposit is not for gifts. What is asked for is no less than LEAST_CHARGE.
        """
        due = self.deposit - min(covered, max(0, self.deposit - self.gifts_total)) - kept
        return Clp(min(max(due, LEAST_CHARGE), self.total - covered - kept) if due > 0 else 0)

    @property
    def timed(self) -> list[TimedLine]:
        """The lines that have an hour, add-ons included."""
        return timed(self.lines)

    def named(self, id: str) -> list[Line]:
        """Return the line of an id, or the nights of a stay's. Raises NotFound("line_not_found")."""
        found: list[Line] = [line for line in self.lines if not isinstance(line, DiscountLine)
                             and id in (line.id, line.stay if isinstance(line, BookingLine) else None)]
        if not found:
            raise NotFound("line_not_found")
        return found


def timed(lines: Iterable[Line]) -> list[TimedLine]:
    """Return the lines that have an hour, add-ons included."""
    return [line for line in lines if isinstance(line, BookingLine | ProgrammeLine)]


def products(lines: Iterable[Line]) -> dict[str, int]:
    """Return how many of each product the lines hold."""
    return {line.product: line.quantity for line in lines if isinstance(line, ProductLine)}


def gifts(lines: Iterable[Line]) -> list[GiftLine]:
    """Return the gift cards that are bought."""
    return [line for line in lines if isinstance(line, GiftLine)]


def units(lines: Iterable[Line]) -> list[Unit]:
    """Return what the lines offer to packs: plain bookings and nights; programmes and add-ons have their own price."""
    found = [line for line in lines if isinstance(line, BookingLine) and line.host is None]
    return [Unit(line=line.id, kind=line.service_kind, day=day_of(line.start), guests=line.guests,
                 nights=sum(other.stay == line.stay for other in found) if line.stay else 0) for line in found]


def deposit_of(lines: Sequence[Line]) -> int:
    """Return what has to be paid for the lines to be confirmed, in CLP, rounded up.

    Products and gifts are paid in full; a discount lowers the deposit in proportion (docs/pricing.md).
    """
    gross = sum(line.total for line in lines if line.total > 0)
    if not gross:
        return 0
    due = sum(line.deposit if isinstance(line, BookingLine | ProgrammeLine) else max(line.total, 0) for line in lines)
    return -(-due * sum(line.total for line in lines) // gross)
