"""What a guest asks for, and the lines that it becomes at today's prices. Pure."""

from dataclasses import dataclass
from datetime import datetime

from ..availability.find import Asked, Offer
from ..catalog.model import Catalogue, Product
from ..catalog.offers import Counter
from ..core.errors import Invalid
from ..core.ids import random_id
from . import addons
from .lines import BookingLine, Part, ProductLine, ProgrammeLine, TimedLine
from .model import HOLD


@dataclass(frozen=True)
class Wish:
    """What a guest wants: a service, the instant it begins, how many come; nights of a cabin, parts of a programme.

    An add-on begins with what it goes with, its `host`; without one, whatever begins then.
    """

    service: str
    start: datetime
    guests: int
    nights: int = 1
    parts: tuple[tuple[str, datetime], ...] = ()
    host: str | None = None

    def asked(self, catalogue: Catalogue) -> Asked:
        """Return it as the calendar's own question. Raises NotFound("service_not_found")."""
        return Asked(catalogue.service(self.service), self.start, self.guests, self.nights, self.parts)


@dataclass(frozen=True)
class Wanted:
    """A product and how many of it."""

    product: str
    quantity: int


def lines_of(wish: Wish, offer: Offer, catalogue: Catalogue, now: datetime) -> list[TimedLine]:
    """Return the lines that an offer becomes, held for HOLD: one, or one for each night."""
    service = catalogue.service(wish.service)
    if service.kind == "programme":
        return [_programme(wish, offer, catalogue, now)]
    stay = random_id("sty") if service.by_night else None
    policy = catalogue.policy_of(service)
    return [BookingLine(
        id=random_id("lin"), kind="night" if stay else "service", service=service.slug, service_kind=service.kind,
        name_es=service.name.es, name_en=service.name.en, start=spot.start, end=spot.end, guests=spot.guests,
        unit_price=spot.unit_price, total=spot.price, deposit=addons.deposit(spot.price, service),
        occupied=spot.spot, held_until=now + HOLD, cancel_hours=policy.cancel_hours, stay=stay) for spot in offer.spots]


def on_sale(slug: str, catalogue: Catalogue, where: Counter = "online") -> Product:
    """Return a product. Raises NotFound("product_not_found"), Invalid("not_sold_online") if it is not sold there."""
    product = catalogue.product(slug)
    if where not in product.sold:
        raise Invalid("not_sold_online", product=slug)
    return product


def product_line(product: Product, quantity: int) -> ProductLine:
    """Return the line of so many of a product."""
    return ProductLine(id=random_id("lin"), product=product.slug, name_es=product.name.es, name_en=product.name.en,
                       quantity=quantity, unit_price=product.price, total=product.price * quantity)


def _programme(wish: Wish, offer: Offer, catalogue: Catalogue, now: datetime) -> ProgrammeLine:
    service = catalogue.service(wish.service)
    parts = tuple(Part(service=spot.service.slug, service_kind=spot.service.kind, name_es=spot.service.name.es,
                       name_en=spot.service.name.en, start=spot.start, end=spot.end, guests=spot.guests,
                       occupied=spot.spot) for spot in offer.spots)
    return ProgrammeLine(
        id=random_id("lin"), service=service.slug, name_es=service.name.es, name_en=service.name.en,
        start=min(part.start for part in parts), end=max(part.end for part in parts), guests=wish.guests,
        total=offer.price, deposit=addons.deposit(offer.price, service), held_until=now + HOLD,
        cancel_hours=catalogue.policy_of(service).cancel_hours, parts=parts)
