"""A drawing as SVG. Only presentation attributes: the site's policy allows no style of its own in a page."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from html import escape

from .ink import Fade, Mark, Shape, Sheet, Within, Words
from .paths import Outline
from .typeset import width_of

FONTS = {"serif": ("Alegreya, Georgia, serif", "500", ""), "italic": ("Alegreya, Georgia, serif", "400", "italic"),
         "sans": ("Alegreya Sans, Verdana, sans-serif", "500", ""),
         "bold": ("Alegreya Sans, Verdana, sans-serif", "700", "")}
"""As the site's style sheet declares them (static_site/src/styles/_letters.scss)."""


def svg(sheet: Sheet) -> str:
    """Return a drawing as one SVG element.

    Names of gradients begin with a hash of the drawing, so that several can stand in one page. Every text is escaped.
    """
    body = _Body(hashlib.sha256(repr(sheet).encode()).hexdigest()[:8])
    content = "".join(body.mark(mark) for mark in sheet.marks)
    title = escape(sheet.title)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(sheet.width)} {_n(sheet.height)}" role="img"'
            f' aria-label="{title}" lang="{sheet.language}">'
            f'<defs>{"".join(body.definitions)}</defs>{content}</svg>')


class _Body:
    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.definitions: list[str] = []
        self.known: dict[Fade | Outline, str] = {}

    def mark(self, mark: Mark) -> str:
        if isinstance(mark, Words):
            return _words(mark)
        if isinstance(mark, Within):
            inside = "".join(self.shape(shape) for shape in mark.marks)
            return f'<g clip-path="url(#{self.clip(mark.outline)})">{inside}</g>'
        return self.shape(mark)

    def shape(self, shape: Shape) -> str:
        fill = shape.fill
        drawn = f' fill="{f"url(#{self.fade(fill)})" if isinstance(fill, Fade) else fill or "none"}"'
        if shape.stroke:
            drawn += (f' stroke="{shape.stroke}" stroke-width="{_n(shape.width, 2)}" stroke-linecap="round"'
                      ' stroke-linejoin="round"')
        if shape.dashes:
            drawn += f' stroke-dasharray="{_n(shape.dashes[0])} {_n(shape.dashes[1])}"'
        if shape.opacity < 1:
            drawn += f' opacity="{_n(shape.opacity, 2)}"'
        return f'<path d="{_d(shape.outline)}"{drawn}/>'

    def fade(self, fade: Fade) -> str:
        if fade not in self.known:
            stops = "".join(f'<stop offset="{_n(at, 2)}" stop-color="{colour}"/>' for at, colour in fade.stops)
            (x1, y1), (x2, y2) = fade.start, fade.end
            self._define(fade, f'<linearGradient id="%s" gradientUnits="userSpaceOnUse" x1="{_n(x1)}" y1="{_n(y1)}"'
                               f' x2="{_n(x2)}" y2="{_n(y2)}">{stops}</linearGradient>')
        return self.known[fade]

    def clip(self, outline: Outline) -> str:
        if outline not in self.known:
            self._define(outline, f'<clipPath id="%s"><path d="{_d(outline)}"/></clipPath>')
        return self.known[outline]

    def _define(self, what: Fade | Outline, definition: str) -> None:
        self.known[what] = f"c{self.prefix}-{len(self.known)}"
        self.definitions.append(definition % self.known[what])


def _words(words: Words) -> str:
    """Return a line of text, held to the width by which it was broken, also while another font stands in."""
    family, weight, style = FONTS[words.face]
    length = width_of(words.text, words.face, words.size, words.spacing) - words.spacing
    extra = f' font-style="{style}"' if style else ""
    extra += f' letter-spacing="{_n(words.spacing, 2)}"' if words.spacing else ""
    extra += f' textLength="{_n(length, 2)}" lengthAdjust="spacingAndGlyphs"' if len(words.text) > 1 else ""
    return (f'<text x="{_n(words.x)}" y="{_n(words.y)}" font-family="{family}" font-weight="{weight}"'
            f' font-size="{_n(words.size, 2)}" fill="{words.colour}" xml:space="preserve"{extra}>'
            f'{escape(words.text)}</text>')


def _d(outline: Outline) -> str:
    return "".join(_steps(outline))


def _steps(outline: Outline) -> Iterator[str]:
    """Yield the notation of an outline, relative to where the pen is: that is shorter. Tenths of a point will do."""
    x = y = begun_x = begun_y = 0
    before = ""
    for kind, points in outline:
        tenths = [(round(px * 10), round(py * 10)) for px, py in points]
        if kind == "Z":
            yield "z"
            x, y, before = begun_x, begun_y, "z"
            continue
        letter = kind.lower() if before else "M"
        numbers = "".join(_tenth(px - x) + _tenth(py - y) for px, py in tenths)
        yield numbers if letter == before and kind != "M" else letter + numbers.lstrip()
        x, y = tenths[-1]
        before = letter.lower()
        if kind == "M":
            begun_x, begun_y = x, y


def _tenth(value: int) -> str:
    """Return tenths as a number that may follow another: with the space or sign that parts them."""
    sign, (whole, part) = "-" if value < 0 else " ", divmod(abs(value), 10)
    return sign + (f"{whole or ''}.{part}" if part else str(whole))


def _n(value: float, digits: int = 1) -> str:
    return f"{value:.{digits}f}".rstrip("0").rstrip(".")
