"""A drawing as PDF. Imported by the print worker alone: reportlab is not needed to show a card on a page."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib.util import find_spec
from io import BytesIO
from types import ModuleType

if not find_spec("PIL"):  # reportlab asks for it because of bitmaps, which no card has: infra/bundle.py leaves it out
    sys.modules["PIL"] = sys.modules["PIL.Image"] = ModuleType("PIL")
    sys.modules["PIL"].Image = sys.modules["PIL.Image"]  # type: ignore[attr-defined]

from reportlab.lib.colors import HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

from .ink import Face, Fade, Shape, Sheet, Within, Words
from .paths import Outline
from .typeset import LETTERS, kerned

_FACES: tuple[Face, ...] = ("serif", "italic", "sans", "bold")


def pdf(sheet: Sheet) -> bytes:
    """Return a drawing as a PDF of one page; the same drawing always gives the same bytes.

    The text is text: it can be selected and searched, in fonts that the file carries.
    """
    _with_fonts()
    out = BytesIO()
    canvas = Canvas(out, pagesize=(sheet.width, sheet.height), invariant=1, pageCompression=1, lang=sheet.language,
                    initialFontName="sans")
    canvas.setTitle(sheet.title)
    canvas.setAuthor("Aremko")
    canvas.setSubject(sheet.title)
    canvas.setCreator("Aremko")
    page = _Page(canvas, sheet.height)
    for mark in sheet.marks:
        page.draw(mark)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _with_fonts() -> None:
    known = pdfmetrics.getRegisteredFontNames()
    for face in _FACES:
        if face not in known:
            pdfmetrics.registerFont(TTFont(face, str(LETTERS / f"{face}.ttf")))


class _Page:
    """Draws marks whose y grows downwards on a page whose y grows upwards."""

    def __init__(self, canvas: Canvas, height: float) -> None:
        self.canvas = canvas
        self.height = height

    def draw(self, mark: Shape | Words | Within) -> None:
        if isinstance(mark, Words):
            self._words(mark)
        elif isinstance(mark, Within):
            self.canvas.saveState()
            self.canvas.clipPath(self._path(mark.outline), stroke=0, fill=0)
            for shape in mark.marks:
                self._shape(shape)
            self.canvas.restoreState()
        else:
            self._shape(mark)

    def _shape(self, shape: Shape) -> None:
        self.canvas.saveState()
        if isinstance(shape.fill, Fade):
            self._fade(shape)
        elif shape.fill:
            self.canvas.setFillColor(HexColor(shape.fill), shape.opacity)
            self.canvas.drawPath(self._path(shape.outline), stroke=0, fill=1)
        if shape.stroke:
            self._line(shape)
        self.canvas.restoreState()

    def _fade(self, shape: Shape) -> None:
        assert isinstance(shape.fill, Fade)
        (x1, y1), (x2, y2) = shape.fill.start, shape.fill.end
        self.canvas.saveState()
        self.canvas.setFillAlpha(shape.opacity)
        self.canvas.clipPath(self._path(shape.outline), stroke=0, fill=0)
        self.canvas.linearGradient(x1, self.height - y1, x2, self.height - y2,
                                   [HexColor(colour) for _, colour in shape.fill.stops],
                                   [at for at, _ in shape.fill.stops])
        self.canvas.restoreState()

    def _line(self, shape: Shape) -> None:
        self.canvas.setStrokeColor(HexColor(shape.stroke), shape.opacity)
        self.canvas.setLineWidth(shape.width)
        self.canvas.setLineCap(1)
        self.canvas.setLineJoin(1)
        if shape.dashes:
            self.canvas.setDash(*shape.dashes)
        self.canvas.drawPath(self._path(shape.outline), stroke=1, fill=0)

    def _path(self, outline: Outline) -> PDFPathObject:
        path = self.canvas.beginPath()
        for kind, points in outline:
            numbers = [value for x, y in points for value in (x, self.height - y)]
            if kind == "M":
                path.moveTo(*numbers)
            elif kind == "L":
                path.lineTo(*numbers)
            elif kind == "C":
                path.curveTo(*numbers)
            else:
                path.close()
        return path

    def _words(self, words: Words) -> None:
        """Write a line with its kerning, which reportlab has no call for: pieces of text and moves between them."""
        text = self.canvas.beginText(words.x, self.height - words.y)
        text.setFont(words.face, words.size)
        text.setFillColor(HexColor(words.colour))
        text.setCharSpace(words.spacing)
        for operator in self._pieces(words):
            text._code.append(operator)
        self.canvas.drawText(text)

    def _pieces(self, words: Words) -> Iterable[str]:
        font = pdfmetrics.getFont(words.face)
        current: int | None = None
        pieces: list[str] = []
        for character, move in kerned(words.text, words.face):
            (subset, encoded), = font.splitString(character, self.canvas._doc)
            if subset != current:
                if pieces:
                    yield f"[{''.join(pieces)}] TJ"
                yield f"{font.getSubsetInternalName(subset, self.canvas._doc)} {words.size} Tf"
                current, pieces = subset, []
            pieces.append(f"({self.canvas._escape(encoded)})" + (str(-move) if move else ""))
        yield f"[{''.join(pieces)}] TJ"
