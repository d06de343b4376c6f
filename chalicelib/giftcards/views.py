"""What the site is shown of gift cards."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from ..catalog.model import Catalogue
from ..catalog.offers import MESSAGE_MAX, GiftTone
from ..core.clock import spa_time
from ..core.money import CURRENCY
from ..core.shapes import Form, View
from ..core.texts import Lang
from .model import VALID_DAYS, Card
from .print_card import Format
from .wishes import NAME_MAX


class ExperienceView(View):
    """What a card can be bought for: `price` in CLP, or any amount between two where there is none."""

    slug: str
    name: str
    summary: str
    price: int | None
    hydromassage_extra: int
    min_amount: int | None
    max_amount: int | None


class DesignView(View):
    """How a card can look."""

    slug: str
    name: str


class ToneView(View):
    """Messages to begin from."""

    slug: str
    name: str
    suggestions: list[str]


class GiftOfferView(View):
    """All that a gift card can be, in the caller's language; the first design is proposed."""

    experiences: list[ExperienceView]
    designs: list[DesignView]
    tones: list[ToneView]
    valid_days: int
    message_max: int
    name_max: int
    currency: str


class HeldCard(View):
    """A card as its holder sees it. Money in CLP; `free` is what no order keeps; `svg` is the card itself."""

    ending: str
    state: Literal["active"] = "active"
    issued: int
    balance: int
    free: int
    last_day: date
    recipient: str
    sender: str
    message: str
    name: str
    design: str
    language: Lang
    svg: str
    printable: bool
    now: datetime


class WantedPdf(Form):
    """Which PDF: a sheet to print and fold, or a card for a telephone."""

    format: Format


class PdfLink(View):
    """Where a card's PDF lies, until when."""

    url: str
    expires_at: datetime


def offer_view(catalogue: Catalogue, lang: Lang) -> GiftOfferView:
    """Return what can be given."""
    return GiftOfferView(
        experiences=[ExperienceView(slug=one.slug, name=one.name.say(lang), summary=one.summary.say(lang),
                                    price=one.price, hydromassage_extra=one.hydromassage_extra,
                                    min_amount=one.min_amount, max_amount=one.max_amount)
                     for one in catalogue.gift_experiences],
        designs=[DesignView(slug=one.slug, name=one.name.say(lang)) for one in catalogue.gift_designs],
        tones=[_tone(one, lang) for one in catalogue.gift_tones],
        valid_days=VALID_DAYS, message_max=MESSAGE_MAX, name_max=NAME_MAX, currency=CURRENCY)


def _tone(tone: GiftTone, lang: Lang) -> ToneView:
    return ToneView(slug=tone.slug, name=tone.name.say(lang),
                    suggestions=[words.say(lang) for words in tone.suggestions])


def held_card(card: Card, svg: str, now: datetime) -> HeldCard:
    """Return a card for whoever holds its code."""
    face = card.face
    return HeldCard(
        ending=card.ending, issued=card.issued, balance=card.balance, free=card.free, last_day=card.last_day,
        recipient=face.recipient, sender=face.sender, message=face.message, name=face.title, design=face.design,
        language=face.language, svg=svg, printable=card.printed > 0, now=spa_time(now))
