"""Lines as guests see them, in the cart and in the order alike."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from pydantic import Field

from ..core.clock import spa_time
from ..core.shapes import View
from ..core.texts import Lang, sentence
from ..giftcards.model import Delivery, Face, Way
from ..giftcards.way import Stage
from .lines import BookingLine, DiscountLine, GiftLine, Line, Part, ProductLine, ProgrammeLine


class PartView(View):
    """One booking inside a programme."""

    service: str
    name: str
    start: datetime
    end: datetime
    guests: int


class DeliveryView(View):
    """How a gift card gets there: mailed now, mailed `at` a time, or handed over by its buyer."""

    way: Way
    email: str | None
    at: datetime | None


class GiftView(View):
    """What is written on a gift card, and its way; `card` is the end of its code once it was issued.

    In an order: how far it has got (`giftcards.way.Stage`), and whether its buyer may still change it, and have it sent
    now.
    """

    experience: str
    hydromassage: bool
    design: str
    recipient: str
    sender: str
    message: str
    language: Lang
    delivery: DeliveryView
    card: str | None = None
    state: Stage | None = None
    changeable: bool = False
    resendable: bool = False


class LineView(View):
    """One line; what does not apply to its kind is null. Money in CLP, times with the spa's offset.

    Nights of one `stay` are lines of their own; an add-on names its `host`. A discount has a negative total and says
    why in `detail`. `state` tells, in a cart, whether the line is still held.

    In an order: whether its guest may move it and give it up, until when free of charge (`free_until`), and whether it
    is `forfeited`: given up too late, so that it stays paid for.
    """

    id: str
    kind: Literal["service", "night", "programme", "product", "gift", "discount"]
    name: str
    total: int
    service: str | None = None
    service_kind: str | None = None
    product: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    guests: int | None = None
    quantity: int | None = None
    unit_price: int | None = None
    stay: str | None = None
    host: str | None = None
    parts: list[PartView] = Field([])
    gift: GiftView | None = None
    detail: str | None = None
    held_until: datetime | None = None
    state: Literal["held", "lapsed"] | None = None
    movable: bool = False
    cancellable: bool = False
    free_until: datetime | None = None
    forfeited: bool = False


def line_views(lines: Sequence[Line], lang: Lang, now: datetime | None = None) -> list[LineView]:
    """Return lines in the guest's language; with `now`, those of a cart say whether they are held."""
    names = {line.id: line.name(lang) for line in lines}
    return [_line_view(line, names, lang, now) for line in lines]


def _line_view(line: Line, names: dict[str, str], lang: Lang, now: datetime | None) -> LineView:
    view = LineView(id=line.id, kind=line.kind, name=line.name(lang), total=line.total)
    if isinstance(line, ProductLine):
        return view.model_copy(update={"product": line.product, "quantity": line.quantity,
                                       "unit_price": line.unit_price})
    if isinstance(line, GiftLine):
        return view.model_copy(update={"gift": gift_view(line.face, line.delivery, line)})
    if isinstance(line, DiscountLine) and line.source == "waiver":
        return view.model_copy(update={"detail": sentence("waived", lang)})
    if isinstance(line, DiscountLine):
        because = list(dict.fromkeys(names[id] for id in line.lines if id in names))
        return view.model_copy(update={"detail": sentence("pack_earned", lang, lines=" + ".join(because))})
    own: dict[str, object] = {"service": line.service, "start": spa_time(line.start), "end": spa_time(line.end),
                              "guests": line.guests}
    if now is not None:
        own |= {"held_until": spa_time(line.held_until), "state": "held" if line.live(now) else "lapsed"}
    if isinstance(line, ProgrammeLine):
        own |= {"service_kind": "programme", "unit_price": line.total,
                "parts": [_part_view(part, lang) for part in line.parts]}
    elif isinstance(line, BookingLine):
        own |= {"service_kind": line.service_kind, "unit_price": line.unit_price, "stay": line.stay,
                "host": line.host}
    return view.model_copy(update=own)


def gift_view(face: Face, delivery: Delivery, line: GiftLine) -> GiftView:
    """Return what is written on a gift card that a line buys, and its way."""
    return GiftView(experience=face.experience, hydromassage=line.hydromassage, design=face.design,
                    recipient=face.recipient, sender=face.sender, message=face.message, language=face.language,
                    delivery=DeliveryView(way=delivery.way, email=delivery.email,
                                          at=spa_time(delivery.at) if delivery.at else None), card=line.ending)


def _part_view(part: Part, lang: Lang) -> PartView:
    return PartView(service=part.service, name=part.name(lang), start=spa_time(part.start), end=spa_time(part.end),
                    guests=part.guests)
