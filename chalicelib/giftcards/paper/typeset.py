"""Setting text: what a line takes, where it is broken, which size fits. Pure; the same for the screen and for paper.

Widths and kerning come from the very fonts that both draw with (`infra/letters.py`).
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import count, islice, pairwise
from pathlib import Path

from .ink import Face

LETTERS = Path(__file__).parent / "letters"


@dataclass(frozen=True)
class _Measures:
    widths: dict[str, int]
    before: dict[str, int]
    after: dict[str, int]
    kerning: list[list[int]]

    def kern(self, first: str, second: str) -> int:
        return self.kerning[self.before[first]][self.after[second]]


@cache
def _measures(face: Face) -> _Measures:
    read = json.loads((LETTERS / f"{face}.json").read_text(encoding="utf-8"))
    return _Measures(read["widths"], _numbered(read["before"]), _numbered(read["after"]), read["kerning"])


def _numbered(groups: list[str]) -> dict[str, int]:
    return {character: number for number, group in enumerate(groups) for character in group}


def printable(text: str) -> str:
    """Return what of a text can be drawn.

    A letter that the fonts lack becomes the nearest one they have ("Nguyễn" → "Nguyên"); what has no letter behind it,
    such as an emoji or a mark of direction, is left out, and so is a space that it leaves alone; line breaks stay.

    >>> printable("Feliz día 🎉 mamá")
    'Feliz día mamá'
    """
    known = _measures("serif").widths
    lines = unicodedata.normalize("NFC", text).replace("\t", " ").split("\n")
    return "\n".join(" ".join("".join(_nearest(one, known) for one in line).split()) for line in lines).strip("\n")


def _nearest(character: str, known: dict[str, int]) -> str:
    if character in known:
        return "" if character == "\u00ad" else character
    parts = unicodedata.normalize("NFKD", character)
    for length in range(len(parts), 0, -1):
        shorter = unicodedata.normalize("NFC", parts[:length])
        if all(one in known for one in shorter):
            return shorter
    return ""


def kerned(text: str, face: Face) -> list[tuple[str, int]]:
    """Return the characters of a line, each with how much the next is moved, in thousandths of the size."""
    measures = _measures(face)
    following = [measures.kern(one, other) for one, other in pairwise(text)]
    return list(zip(text, [*following, 0], strict=False))


def width_of(text: str, face: Face, size: float, spacing: float = 0) -> float:
    """Return how wide a line is, in points; `spacing` is what stands after each of its characters."""
    widths = _measures(face).widths
    return sum(widths[one] + kern for one, kern in kerned(text, face)) * size / 1000 + spacing * len(text)


def wrapped(text: str, face: Face, size: float, width: float) -> list[str]:
    """Return the lines of a text; a word that is longer than a line is broken where the line ends."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines.append("")
        for word in paragraph.split(" "):
            together = f"{lines[-1]} {word}" if lines[-1] else word
            if width_of(together, face, size) <= width:
                lines[-1] = together
                continue
            *full, last = _pieces(word, face, size, width)
            lines[-1:] = [line for line in (lines[-1], *full) if line] + [last]
    return lines


def _pieces(word: str, face: Face, size: float, width: float) -> list[str]:
    pieces = [""]
    for character in word:
        if pieces[-1] and width_of(pieces[-1] + character, face, size) > width:
            pieces.append("")
        pieces[-1] += character
    return pieces


@dataclass(frozen=True)
class Block:
    """Lines of text that fit where they have to, in points; `height` is from the top of the first to below the last."""

    lines: tuple[str, ...]
    face: Face
    size: float
    leading: float

    @property
    def height(self) -> float:
        return self.leading * len(self.lines)


def fitted(text: str, face: Face, sizes: Iterable[float], width: float, height: float,
           leading: float = 1.3) -> Block:
    """Return a text in the first of the sizes (points, falling) in which it fits into a box.

    Words are broken only when no size keeps them whole, own line breaks given up only when no size has room for them,
    and what still does not fit becomes as small as it must.
    """
    sizes = list(sizes)
    flat = " ".join(text.split())
    for paragraphs in dict.fromkeys((text, flat)):
        for size in sizes:
            if all(width_of(word, face, size) <= width for word in paragraphs.split()):
                found = Block(tuple(wrapped(paragraphs, face, size, width)), face, size, size * leading)
                if found.height <= height:
                    return found
    smaller = (sizes[-1] * 0.95 ** number for number in count())
    for size in (*sizes, *islice(smaller, 40)):
        found = Block(tuple(wrapped(flat, face, size, width)), face, size, size * leading)
        if found.height <= height:
            break
    return found
