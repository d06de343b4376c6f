"""The pieces that every form of a card is composed of: labels, blocks of text, the mark of the house, a QR. Pure."""

from __future__ import annotations

from collections.abc import Iterator

import segno

from .ink import Face, Mark, Shape, Words, fill, line, placed
from .paths import Outline, Segment, box, put
from .typeset import Block, fitted, width_of

_LOGO = ("M2 34L17 12q4-5 8 0l15 22z", "M12 19l5-7q4-5 8 0l5 7-4-1-3 4-3-5-4 5-2-4z",
         "M1 40q5-4 10 0t10 0 10 0 10 0M6 46q4-3 8 0t8 0 8 0 8 0")


def label(x: float, y: float, text: str, colour: str, size: float = 9, spacing: float = 0.8) -> Words:
    """Return a small line of spaced capitals."""
    return Words(x, y, text.upper(), "bold", size, colour, spacing=spacing)


def centred(x: float, y: float, text: str, face: Face, size: float, colour: str, spacing: float = 0) -> Words:
    """Return a line of text round x."""
    wide = width_of(text, face, size, spacing) - spacing
    return Words(x - wide / 2, y, text, face, size, colour, spacing=spacing)


def ended(x: float, y: float, text: str, face: Face, size: float, colour: str) -> Words:
    """Return a line of text that ends at x."""
    return Words(x - width_of(text, face, size), y, text, face, size, colour)


def written(block: Block, x: float, top: float, colour: str, middle: bool = False) -> Iterator[Words]:
    """Yield the lines of a block whose first one begins at `top`; round x if they stand in the middle."""
    for number, text in enumerate(block.lines):
        y = top + number * block.leading + block.size * 0.92
        yield (centred(x, y, text, block.face, block.size, colour) if middle
               else Words(x, y, text, block.face, block.size, colour))


def signature(text: str, size: float, width: float) -> Block:
    """Return a sender's name on one line, or on two when it would become too small to read."""
    one = fitted(text, "serif", [size - number for number in range(6)], width, size * 1.2, 1.2)
    return one if one.size >= 12 else fitted(text, "serif", (13, 12.5), width, 34, 1.2)


def logo(x: float, y: float, size: float, colour: str) -> tuple[Mark, ...]:
    """Return the mark of the house from x on: the mountain over the water, and the name beside it."""
    mountain, snow, water = _LOGO
    drawn = (fill(mountain, colour, 0.5), fill(snow, colour), line(water, colour, 2.4))
    return (*placed(drawn, put(x, y, size)),
            Words(x + 52 * size, y + 32 * size, "AREMKO", "bold", 20 * size, colour, spacing=4.4 * size))


def qr(text: str, x: float, y: float, size: float, dark: str = "#14251d") -> tuple[Shape, ...]:
    """Return a QR code on its white ground, quiet zone included, that fills a square of so many points."""
    rows = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix]
    module = size / (len(rows) + 8)
    outline: list[Segment] = []
    for number, row in enumerate(rows):
        for first, last in _runs(row):
            outline += _strip(x + (first + 4) * module, y + (number + 4) * module, (last - first) * module, module)
    return fill(box(x, y, size, size, size * 0.06), "#ffffff"), fill(tuple(outline), dark)


def _runs(row: bytes) -> Iterator[tuple[int, int]]:
    """Yield where dark modules stand side by side: (first, one beyond the last)."""
    begun: int | None = None
    for position, dark in enumerate((*row, 0)):
        if dark and begun is None:
            begun = position
        elif not dark and begun is not None:
            yield begun, position
            begun = None


def _strip(x: float, y: float, width: float, height: float) -> Outline:
    return (("M", ((x, y),)), ("L", ((x + width, y),)), ("L", ((x + width, y + height),)), ("L", ((x, y + height),)),
            ("Z", ()))
