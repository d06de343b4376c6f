"""A card composed: for a screen, for a telephone's PDF, for a printer. Pure; units are points."""

from __future__ import annotations

from typing import Literal

from ...core.money import format_clp
from ...core.months import in_words
from ...core.texts import sentence
from .art.designs import poster
from .art.scenery import HEIGHT, WIDTH
from .ink import Mark, Sheet, Within, Words, fill, line, placed
from .inscription import Inscription
from .looks import LOOKS, ON_WHITE, Look
from .paths import Outline, Place, box, ellipse
from .pieces import centred, ended, label, logo, qr, signature, written
from .typeset import fitted, printable, width_of

Format = Literal["screen", "phone", "print"]
"""`screen` is the card itself; `phone` and `print` add how to use it, `print` on a sheet that is folded once."""

_TOP, _WHOLE = 228.0, 310.0  # on a poster, where a wide picture begins and how much it shows when it is not cut short
_W, _EDGE = 360.0, 26.0
_TICKET = 206.0
_NAME_SIZES = (40, 37, 34, 31, 28, 25, 22, 20)
_MESSAGE_SIZES = (16.5, 15.5, 14.5, 13.5, 12.5, 11.5, 10.5)


def composed(text: Inscription, form: Format) -> Sheet:
    """Return a card in one of its forms; a design that is not known is drawn as the first one."""
    if form == "print":
        from .folded import folded  # it needs this module's pieces

        return folded(text)
    return _upright(text, form)


def title_of(text: Inscription) -> str:
    """Return in one sentence what a card is: the PDF's title, and what a screen reader says."""
    return sentence("card.title", text.language, recipient=printable(text.recipient), sender=printable(text.sender),
                    name=printable(text.title), amount=format_clp(text.amount))


def look_of(text: Inscription, *, on_white: bool = False) -> Look:
    """Return the colours of a card."""
    look = LOOKS.get(text.design, LOOKS["amanecer"])
    return ON_WHITE.get(text.design, look) if on_white else look


def picture(design: str, outline: Outline, x: float, y: float, width: float, height: float) -> Within:
    """Return a design's poster cut to an outline, so large that it covers a box."""
    slug = design if design in LOOKS else "amanecer"
    size = max(width / WIDTH, height / HEIGHT)
    shown = height / size
    top = min(_TOP + LOOKS[slug].sinks * max(0.0, _WHOLE - shown), HEIGHT - shown)
    place = Place(size, 0, 0, size, x - (WIDTH * size - width) / 2, y - top * size)
    return Within(outline, placed(poster(slug), place))


def _upright(text: Inscription, form: Format) -> Sheet:
    """Return a card as a telephone shows it: picture, names and message, ticket, and for the PDF how to use it."""
    look = look_of(text)
    height, below = (700.0, 0.0) if form == "screen" else (812.0, 128.0)
    inner = _W - 2 * _EDGE
    name = fitted(printable(text.recipient), "serif", _NAME_SIZES, inner, 78, 1.12)
    sender = signature(printable(text.sender), 18, inner)
    fixed = 34 + 14 + name.height + 16 + 14 + sender.height + 22 + _TICKET + 18 + below
    message = fitted(printable(text.message), "italic", _MESSAGE_SIZES, inner, height - fixed - 128 - 14, 1.34)
    said = message.height + 14 if message.lines != ("",) else 0
    spare = height - fixed - said
    art = min(max(spare, 128), 262)
    air = (spare - art) / 3
    marks: list[Mark] = [fill(box(0, 0, _W, height), look.paper), *_picture(text, art, look)]
    y = art + 34 + air
    marks.append(label(_EDGE, y, sentence("card.for", text.language), look.accent))
    marks += written(name, _EDGE, y + 10, look.ink)
    y += 10 + name.height + 10
    if message.lines != ("",):
        y += air / 2
        marks += written(message, _EDGE, y, look.ink)
        y += message.height + air / 2
    y += 20
    marks.append(label(_EDGE, y, sentence("card.from", text.language), look.accent))
    marks += written(sender, _EDGE, y + 6, look.ink)
    marks += ticket(text, look, 18, height - below - 18 - _TICKET, _W - 36)
    if below:
        marks += how_to(text, look, _EDGE, height - below + 6, inner)
    return Sheet(_W, height, tuple(marks), title_of(text), text.language)


def _picture(text: Inscription, art: float, look: Look) -> list[Mark]:
    """Return the picture, whose foot is a wave of the card's paper."""
    wave = f"M0 {art}C70 {art - 22} 130 {art + 12} 200 {art}S310 {art - 20} 360 {art - 8}V{art + 20}H0z"
    return [picture(text.design, box(0, 0, _W, art + 14), 0, 0, _W, art + 14), fill(wave, look.paper),
            *logo(_EDGE, 22, 0.6, look.on_sky)]


def ticket(text: Inscription, look: Look, x: float, y: float, width: float) -> list[Mark]:
    """Return the part that is worth money: experience and amount, and torn off below them QR, code and last day."""
    top, pad = 84.0, 18.0
    code_x = x + pad + 100 + 14
    amount = format_clp(text.amount)
    name = fitted(printable(text.title), "serif", (19, 17.5, 16, 14.5, 13), width - 2 * pad - 112, 46, 1.16)
    marks: list[Mark] = [fill(_notched(x, y, width, _TICKET, top), look.ticket),
                         line(f"M{x + 14} {y + top}h{width - 28}", look.soft, 0.9, 0.55, (0.1, 4.5)),
                         label(x + pad, y + 24, sentence("card.kind", text.language), look.accent, 8.5),
                         *written(name, x + pad, y + 31, look.ink),
                         ended(x + width - pad, y + 52, amount, "serif", 25 if len(amount) < 9 else 21, look.ink)]
    marks += qr(text.link, x + pad, y + top + 11, 100)
    marks += [label(code_x, y + top + 28, sentence("card.code", text.language), look.accent, 8.5),
              Words(code_x, y + top + 47, text.code, "bold", code_size(text.code, x + width - pad + 4 - code_x),
                    look.ink, spacing=0.3),
              label(code_x, y + top + 76, sentence("card.until", text.language), look.accent, 8.5),
              Words(code_x, y + top + 93, in_words(text.last_day, text.language), "sans", 13.5, look.ink)]
    return marks


def code_size(code: str, width: float) -> float:
    """Return the size in which a code fills a width, in points, up to what is large enough."""
    return min(17.5, (width - len(code) * 0.3) / width_of(code, "bold", 1))


def how_to(text: Inscription, look: Look, x: float, y: float, width: float) -> list[Mark]:
    """Return how a card is used, in three steps below one another."""
    marks: list[Mark] = [label(x, y + 8, sentence("card.how", text.language), look.accent)]
    y += 17
    for number, step in enumerate(steps(text), 1):
        block = fitted(step, "sans", (12, 11.5, 11), width - 26, 32, 1.22)
        marks += numeral(x, y + 1, number, look)
        marks += written(block, x + 26, y + 1, look.soft)
        y += max(block.height, 17) + 5
    return marks


def steps(text: Inscription) -> list[str]:
    """Return the three steps of using a card."""
    site = text.site.partition("://")[2]
    return [sentence(f"card.step_{number}", text.language, site=site) for number in (1, 2, 3)]


def numeral(x: float, y: float, number: int, look: Look) -> list[Mark]:
    """Return a number in its circle."""
    return [fill(ellipse(x + 8, y + 7.5, 8), look.ticket),
            centred(x + 8, y + 11.4, str(number), "bold", 10.5, look.accent)]


def _notched(x: float, y: float, width: float, height: float, at: float) -> str:
    """Return a rounded box with a bite on either side, where the ticket would be torn."""
    c, r = 14, 7
    return (f"M{x + c} {y}h{width - 2 * c}q{c} 0 {c} {c}v{at - c - r}a{r} {r} 0 0 0 0 {2 * r}v{height - at - c - r}"
            f"q0 {c} {-c} {c}h{2 * c - width}q{-c} 0 {-c} {-c}v{at + r + c - height}a{r} {r} 0 0 0 0 {-2 * r}"
            f"v{c + r - at}q0 {-c} {c} {-c}z")
