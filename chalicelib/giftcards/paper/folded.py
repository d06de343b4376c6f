"""A card for the printer: an A4 sheet that is folded once. Above, what is given; below, what it is worth. Pure."""

from __future__ import annotations

from ...core.texts import sentence
from .compose import look_of, numeral, picture, steps, ticket, title_of
from .ink import Mark, Sheet, fill, line
from .inscription import Inscription
from .looks import Look
from .paths import box
from .pieces import centred, label, logo, signature, written
from .typeset import fitted, printable

_W, _H = 595.28, 841.89
_EDGE = 30.0
_FOLD = _H / 2
_ART = 212.0
_CORNER = 14.0


def folded(text: Inscription) -> Sheet:
    """Return the sheet: the card, the fold, the ticket and how to use it."""
    look = look_of(text, on_white=True)
    marks: list[Mark] = [fill(box(0, 0, _W, _H), "#ffffff"), *_card(text, look), *_fold(text, look),
                         *ticket(text, look, (_W - 400) / 2, _FOLD + 48, 400), *_steps(text, look)]
    marks.append(centred(_W / 2, _H - 34, f"Aremko · {sentence('card.place', text.language)} · "
                         f"{text.site.partition('://')[2]}", "sans", 10.5, look.soft, 0.2))
    return Sheet(_W, _H, tuple(marks), title_of(text), text.language)


def _card(text: Inscription, look: Look) -> list[Mark]:
    top, height, width = _EDGE, _FOLD - 2 * _EDGE, _W - 2 * _EDGE
    x, inner = _EDGE + _ART + 34, width - _ART - 34 - 26
    name = fitted(printable(text.recipient), "serif", (42, 39, 36, 33, 30, 27, 24, 21), inner, 68, 1.12)
    sender = signature(printable(text.sender), 18, inner)
    room = height - 184 - name.height - sender.height
    message = fitted(printable(text.message), "italic", (17, 16, 15, 14, 13, 12, 11), inner, room, 1.36)
    said = message.height + 18 if message.lines != ("",) else 0
    air = max(0, (height - 172 - name.height - sender.height - said) / 2)
    outside = box(_EDGE, top, width, height, _CORNER)
    marks: list[Mark] = [fill(outside, look.paper),
                         picture(text.design, box(_EDGE, top, _ART, height, _CORNER), _EDGE, top, _ART, height),
                         line(outside, look.accent, 0.6, 0.35)]
    marks += logo(x, top + 22, 0.62, look.accent)
    y = top + 72 + air
    marks.append(label(x, y, sentence("card.for", text.language), look.accent, 9))
    marks += written(name, x, y + 10, look.ink)
    y += 10 + name.height + 12
    if message.lines != ("",):
        marks += written(message, x, y, look.ink)
        y += message.height + 6
    y += 22
    marks.append(label(x, y, sentence("card.from", text.language), look.accent, 9))
    marks += written(sender, x, y + 7, look.ink)
    foot = top + height - 20
    gift = fitted(printable(text.title), "serif", (14.5, 13.5, 12.5, 11.5, 10.5), inner, 18)
    marks += [line(f"M{x} {foot - 24}h36", look.accent, 1, 0.7), *written(gift, x, foot - 13, look.soft)]
    return marks


def _fold(text: Inscription, look: Look) -> list[Mark]:
    return [line(f"M{_EDGE} {_FOLD}H{_W / 2 - 40}M{_W / 2 + 40} {_FOLD}H{_W - _EDGE}", look.soft, 0.7, 0.6, (2, 4)),
            centred(_W / 2, _FOLD + 2.8, sentence("card.fold", text.language), "sans", 8.5, look.soft, 0.4)]


def _steps(text: Inscription, look: Look) -> list[Mark]:
    """Return the three steps side by side."""
    top, gap = _FOLD + 290, 22.0
    column = (_W - 2 * _EDGE - 2 * gap) / 3
    marks: list[Mark] = [label(_EDGE, top, sentence("card.how", text.language), look.accent, 9)]
    for number, step in enumerate(steps(text)):
        x = _EDGE + number * (column + gap)
        marks += numeral(x, top + 14, number + 1, look)
        marks += written(fitted(step, "sans", (12, 11, 10), column - 24, 64, 1.24), x + 24, top + 15, look.soft)
    return marks
