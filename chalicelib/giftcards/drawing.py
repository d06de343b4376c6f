"""Cards drawn: the one that is being put together, and the one in somebody's hands."""

from __future__ import annotations

from datetime import date

from ..aws import settings
from ..core.texts import sentence
from .model import Card, Face
from .paper.inscription import SAMPLE_CODE, Inscription


def inscribed(face: Face, code: str, last_day: date) -> Inscription:
    """Return what is written on a card, its code included."""
    return Inscription(title=face.title, amount=face.amount, recipient=face.recipient, sender=face.sender,
                       message=face.message, design=face.design, language=face.language, code=code, last_day=last_day,
                       site=settings.url("SITE_URL"))


def sample(face: Face, last_day: date) -> str:
    """Return a card that nobody has bought yet, as SVG; for names that are not there yet, somebody stands in."""
    lang = face.language
    names = {"recipient": face.recipient or sentence("card.someone", lang),
             "sender": face.sender or sentence("card.somebody", lang)}
    return _drawn(inscribed(face.model_copy(update=names), SAMPLE_CODE, last_day))


def drawn(card: Card, code: str) -> str:
    """Return a card as SVG, for whoever has shown its code."""
    return _drawn(inscribed(card.face, code, card.last_day))


def _drawn(text: Inscription) -> str:
    from .paper.compose import composed  # only what draws needs the drawings
    from .paper.svg import svg

    return svg(composed(text, "screen"))
