"""What a card is drawn with: shapes and words. Pure; both printers (`svg.py`, `pdf.py`) know exactly these.

Units are points (1/72 inch), y grows downwards, colours are `#rrggbb`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from .paths import Outline, Place, Point, moved, outline

Face = Literal["serif", "italic", "sans", "bold"]


@dataclass(frozen=True)
class Fade:
    """A colour that turns into others along a line: `stops` are (0 to 1, colour)."""

    start: Point
    end: Point
    stops: tuple[tuple[float, str], ...]


Paint = str | Fade


@dataclass(frozen=True)
class Shape:
    """A filled outline, a drawn line of some `width` with round ends, or both."""

    outline: Outline
    fill: Paint | None = None
    stroke: str | None = None
    width: float = 0
    opacity: float = 1
    dashes: tuple[float, float] | None = None


@dataclass(frozen=True)
class Words:
    """One line of text, already broken, that begins at `x` and stands on `y`; `spacing` follows each character."""

    x: float
    y: float
    text: str
    face: Face
    size: float
    colour: str
    spacing: float = 0


@dataclass(frozen=True)
class Within:
    """Marks of which only what lies inside an outline is seen."""

    outline: Outline
    marks: tuple[Shape, ...]


Mark = Shape | Words | Within


@dataclass(frozen=True)
class Sheet:
    """A whole drawing: what is drawn first lies lowest. `title` says in a sentence what it is."""

    width: float
    height: float
    marks: tuple[Mark, ...]
    title: str
    language: str


def down(first: float, last: float, *colours: str) -> Fade:
    """Return a fade from one height to another through colours at equal distances."""
    steps = len(colours) - 1
    return Fade((0, first), (0, last), tuple((number / steps, colour) for number, colour in enumerate(colours)))


def fill(notation: str | Outline, paint: Paint, opacity: float = 1) -> Shape:
    """Return a filled shape."""
    return Shape(_outline(notation), fill=paint, opacity=opacity)


def line(notation: str | Outline, colour: str, width: float, opacity: float = 1,
         dashes: tuple[float, float] | None = None) -> Shape:
    """Return a drawn line."""
    return Shape(_outline(notation), stroke=colour, width=width, opacity=opacity, dashes=dashes)


def placed(shapes: Iterable[Shape], place: Place) -> tuple[Shape, ...]:
    """Return shapes at their place."""
    return tuple(replace(one, outline=moved(one.outline, place), width=one.width * place.size,
                         fill=_placed_paint(one.fill, place)) for one in shapes)


def mix(one: str, other: str, part: float = 0.5) -> str:
    """Return the colour between two, so far towards the other.

    >>> mix("#000000", "#ffffff", 0.2)
    '#333333'
    """
    return "#" + "".join(f"{round(int(one[i:i + 2], 16) * (1 - part) + int(other[i:i + 2], 16) * part):02x}"
                         for i in (1, 3, 5))


def _outline(notation: str | Outline) -> Outline:
    return outline(notation) if isinstance(notation, str) else notation


def _placed_paint(paint: Paint | None, place: Place) -> Paint | None:
    if not isinstance(paint, Fade):
        return paint
    return replace(paint, start=place.point(paint.start), end=place.point(paint.end))
