"""Outlines: read from the short notation of SVG, kept as the lines and curves that every printer knows. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

Point = tuple[float, float]
Segment = tuple[str, tuple[Point, ...]]
"""("M", to), ("L", to), ("C", two handles and to), ("Z", nothing): y grows downwards, units are the drawing's."""
Outline = tuple[Segment, ...]

_TOKEN = re.compile(r"[A-Za-z]|[-+]?(?:\d*\.\d+|\d+)(?:e[-+]?\d+)?")
_TAKES = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0}
_ROUND = 0.5522847498  # the handle of a quarter of a circle


@dataclass(frozen=True)
class Place:
    """Where something drawn elsewhere comes to stand: x' = a·x + c·y + e, y' = b·x + d·y + f."""

    a: float = 1
    b: float = 0
    c: float = 0
    d: float = 1
    e: float = 0
    f: float = 0

    def point(self, at: Point) -> Point:
        """Return where a point comes to stand."""
        x, y = at
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    @property
    def size(self) -> float:
        """How much larger things become, on the whole."""
        return math.sqrt(abs(self.a * self.d - self.b * self.c))


def put(x: float, y: float, size: float = 1, turn: float = 0) -> Place:
    """Return the place of something drawn round (0, 0): at (x, y), so many times as large, turned by degrees."""
    angle = math.radians(turn)
    return Place(size * math.cos(angle), size * math.sin(angle), -size * math.sin(angle), size * math.cos(angle), x, y)


def moved(outline: Outline, place: Place) -> Outline:
    """Return an outline at its place."""
    return tuple((kind, tuple(place.point(point) for point in points)) for kind, points in outline)


def ellipse(x: float, y: float, rx: float, ry: float | None = None) -> Outline:
    """Return an ellipse round (x, y), or a circle."""
    ry = rx if ry is None else ry
    kx, ky = rx * _ROUND, ry * _ROUND
    return (("M", ((x - rx, y),)), ("C", ((x - rx, y - ky), (x - kx, y - ry), (x, y - ry))),
            ("C", ((x + kx, y - ry), (x + rx, y - ky), (x + rx, y))),
            ("C", ((x + rx, y + ky), (x + kx, y + ry), (x, y + ry))),
            ("C", ((x - kx, y + ry), (x - rx, y + ky), (x - rx, y))), ("Z", ()))


def box(x: float, y: float, width: float, height: float, corner: float = 0) -> Outline:
    """Return a rectangle, its corners rounded if so asked."""
    if not corner:
        return outline(f"M{x} {y}h{width}v{height}h{-width}z")
    c, k = corner, corner * (1 - _ROUND)
    return outline(
        f"M{x + c} {y}h{width - 2 * c}c{c - k} 0 {c} {k} {c} {c}v{height - 2 * c}c0 {c - k} {-k} {c} {-c} {c}"
        f"h{2 * c - width}c{k - c} 0 {-c} {-k} {-c} {-c}v{2 * c - height}c0 {k - c} {k} {-c} {c} {-c}z")


@lru_cache(maxsize=512)
def outline(notation: str) -> Outline:
    """Return what SVG's path notation draws, as straight lines and cubic curves."""
    return tuple(_Reader(notation).read())


class _Reader:
    """Walks along the notation: `at` is where the pen is, `begun` where its line began, `handle` the last curve's."""

    def __init__(self, notation: str) -> None:
        self.at: Point = (0.0, 0.0)
        self.begun: Point = (0.0, 0.0)
        self.handle: Point | None = None
        self.commands = _commands(notation)

    def read(self) -> Iterator[Segment]:
        for letter, numbers in self.commands:
            before, kind = self.at, letter.upper()
            points = self._absolute(letter, numbers)
            handle: Point | None = None
            if kind == "Z":
                yield "Z", ()
                self.at = self.begun
            elif kind == "A":
                yield from _arc(before, numbers, points[-1])
                self.at = points[-1]
            elif kind in "MLHV":
                yield ("M" if kind == "M" else "L"), (points[-1],)
                self.at = points[-1]
                self.begun = self.at if kind == "M" else self.begun
            else:
                first, second, handle = self._handles(kind, points)
                yield "C", (first, second, points[-1])
                self.at = points[-1]
            self.handle = handle

    def _absolute(self, letter: str, numbers: list[float]) -> list[Point]:
        kind, (x, y) = letter.upper(), self.at if letter.islower() else (0.0, 0.0)
        if kind == "H":
            return [(x + numbers[0], self.at[1])]
        if kind == "V":
            return [(self.at[0], y + numbers[0])]
        if kind == "A":
            return [(x + numbers[5], y + numbers[6])]
        return [(x + numbers[n], y + numbers[n + 1]) for n in range(0, len(numbers), 2)]

    def _handles(self, kind: str, points: list[Point]) -> tuple[Point, Point, Point]:
        """Return both handles of a curve, and the one that a following S or T mirrors."""
        mirrored = (2 * self.at[0] - self.handle[0], 2 * self.at[1] - self.handle[1]) if self.handle else self.at
        if kind == "C":
            return points[0], points[1], points[1]
        if kind == "S":
            return mirrored, points[0], points[0]
        bend = points[0] if kind == "Q" else mirrored
        return _third(self.at, bend), _third(points[-1], bend), bend


def _commands(notation: str) -> Iterator[tuple[str, list[float]]]:
    """Yield each command with its numbers; numbers that go on after one repeat it, a line after a move."""
    tokens = _TOKEN.findall(notation)
    position, letter = 0, ""
    while position < len(tokens):
        if tokens[position].isalpha():
            letter, position = tokens[position], position + 1
        count = _TAKES[letter.upper()]
        yield letter, [float(token) for token in tokens[position:position + count]]
        position += count
        letter = {"M": "L", "m": "l"}.get(letter, letter)


def _third(end: Point, bend: Point) -> Point:
    """Return the cubic handle for a quadratic curve's one."""
    return end[0] + (bend[0] - end[0]) * 2 / 3, end[1] + (bend[1] - end[1]) * 2 / 3


def _arc(start: Point, numbers: list[float], end: Point) -> Iterable[Segment]:
    """Return an arc of an upright ellipse as curves of a quarter at most (SVG 2, appendix B.2.4)."""
    rx, ry, _, large, sweep = numbers[:5]
    dx, dy = (start[0] - end[0]) / 2, (start[1] - end[1]) / 2
    spread = (dx / rx) ** 2 + (dy / ry) ** 2
    if spread > 1:
        rx, ry = rx * math.sqrt(spread), ry * math.sqrt(spread)
    left = max(0.0, (rx * ry) ** 2 - (rx * dy) ** 2 - (ry * dx) ** 2)
    factor = math.sqrt(left / ((rx * dy) ** 2 + (ry * dx) ** 2)) * (-1 if large == sweep else 1)
    cx, cy = factor * rx * dy / ry + (start[0] + end[0]) / 2, -factor * ry * dx / rx + (start[1] + end[1]) / 2
    first = math.atan2((start[1] - cy) / ry, (start[0] - cx) / rx)
    turn = (math.atan2((end[1] - cy) / ry, (end[0] - cx) / rx) - first) % (2 * math.pi)
    if not sweep:
        turn -= 2 * math.pi
    pieces = max(1, math.ceil(abs(turn) / (math.pi / 2) - 1e-9))
    step = turn / pieces
    reach = 4 / 3 * math.tan(step / 4)
    for number in range(pieces):
        one, two = first + number * step, first + (number + 1) * step
        (x1, y1), (x2, y2) = (math.cos(one), math.sin(one)), (math.cos(two), math.sin(two))
        yield "C", ((cx + rx * (x1 - reach * y1), cy + ry * (y1 + reach * x1)),
                    (cx + rx * (x2 + reach * y2), cy + ry * (y2 - reach * x2)), (cx + rx * x2, cy + ry * y2))
