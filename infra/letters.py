"""Cut the letters of gift cards out of whole fonts: TrueType for the PDF, WOFF2 for the site, widths for both.

    python -m infra.letters FOLDER      FOLDER holds the four .ttf of Alegreya and Alegreya Sans

Only whoever changes the fonts runs it. What it writes is committed: a card looks alike on the screen and on paper
because both sides are set by the same widths and the same kerning, and draw the same outlines.
"""

import json
import sys
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from infra.paths import ROOT, SITE

FACES = {"serif": "Alegreya_500Medium", "italic": "Alegreya_400Regular_Italic",
         "sans": "AlegreyaSans_500Medium", "bold": "AlegreyaSans_700Bold"}
PRINT = ROOT / "chalicelib" / "giftcards" / "paper" / "letters"
SCREEN = SITE / "src" / "letters"

# Basic Latin, Latin-1, Latin Extended-A, Romanian's commas, and the marks that people or telephones write.
CHARACTERS = [*range(0x20, 0x7F), *range(0xA0, 0xAD), *range(0xAE, 0x17F), *range(0x218, 0x21C),
              *map(ord, "‐‑‒–—‘’‚“”„•…‹›€−ẞ")]
_LEAST_KERN = 4  # thousandths of the size; what is less nobody sees


def cut(source: Path) -> TTFont:
    """Return a font with the card's characters, lining figures and kerning only."""
    font = TTFont(source, recalcTimestamp=False)
    _use_lining_figures(font)
    options = Options(layout_features=["kern"], name_IDs=[0, 1, 2, 4, 6, 13, 14], hinting=False, notdef_outline=True,
                      drop_tables=["DSIG", "GDEF", "STAT", "meta"])
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=CHARACTERS)
    subsetter.subset(font)
    return font


def _use_lining_figures(font: TTFont) -> None:
    """Let figures stand on the line, as high as capitals: amounts and codes are read by eye."""
    table = font["GSUB"].table
    lookups = {index for record in table.FeatureList.FeatureRecord if record.FeatureTag == "lnum"
               for index in record.Feature.LookupListIndex}
    swaps: dict[str, str] = {}
    for index in lookups:
        for subtable in table.LookupList.Lookup[index].SubTable:
            swaps |= getattr(subtable, "ExtSubTable", subtable).mapping
    for characters in (one for one in font["cmap"].tables if one.isUnicode()):
        for digit in range(0x30, 0x3A):
            characters.cmap[digit] = swaps.get(characters.cmap[digit], characters.cmap[digit])


def measures(font: TTFont) -> dict[str, Any]:
    """Return what a line of text takes, in thousandths of its size: each character's width, and how two are moved.

    `before` and `after` are groups of characters that are kerned alike, `kerning` has a row for each group before.
    """
    names = font.getBestCmap()
    scale = 1000 / font["head"].unitsPerEm
    widths = {chr(code): round(font["hmtx"].metrics[name][0] * scale) for code, name in sorted(names.items())}
    moves = {(first, second): round(moved * scale) for first, second, moved in _pairs(font, names)
             if abs(moved * scale) >= _LEAST_KERN}
    rows = _alike(widths, lambda first: tuple(moves.get((first, second), 0) for second in widths))
    columns = _alike(widths, lambda second: tuple(moves.get((first, second), 0) for first in widths))
    return {"widths": widths, "before": rows, "after": columns,
            "kerning": [[moves.get((row[0], column[0]), 0) for column in columns] for row in rows]}


def _alike(characters: Iterable[str], kept: Callable[[str], tuple[int, ...]]) -> list[str]:
    """Return the characters in groups of which all have the same kerning."""
    groups: dict[tuple[int, ...], str] = {}
    for one in characters:
        groups[kept(one)] = groups.get(kept(one), "") + one
    return list(groups.values())


def _pairs(font: TTFont, names: dict[int, str]) -> list[tuple[str, str, int]]:
    """Return every kerned pair of characters. As shapers do: the first subtable that knows the pair decides."""
    table = font["GPOS"].table
    used = sorted({index for record in table.FeatureList.FeatureRecord if record.FeatureTag == "kern"
                   for index in record.Feature.LookupListIndex})
    subtables = [[getattr(one, "ExtSubTable", one) for one in table.LookupList.Lookup[index].SubTable]
                 for index in used]
    found = []
    for first, first_name in names.items():
        for second, second_name in names.items():
            moved = sum(_moved(lookup, first_name, second_name) for lookup in subtables)
            if moved:
                found.append((chr(first), chr(second), moved))
    return found


def _moved(subtables: list[Any], first: str, second: str) -> int:
    for one in subtables:
        if first not in one.Coverage.glyphs:
            continue
        if one.Format == 1:
            pairs = one.PairSet[one.Coverage.glyphs.index(first)].PairValueRecord
            for pair in pairs:
                if pair.SecondGlyph == second:
                    return _advance(pair.Value1)
            continue
        record = one.Class1Record[one.ClassDef1.classDefs.get(first, 0)]
        return _advance(record.Class2Record[one.ClassDef2.classDefs.get(second, 0)].Value1)
    return 0


def _advance(value: Any) -> int:
    return int(getattr(value, "XAdvance", 0) or 0)


def main() -> None:
    """Write all four faces."""
    SCREEN.mkdir(parents=True, exist_ok=True)
    for face, name in FACES.items():
        font = cut(next(Path(sys.argv[1]).rglob(f"{name}.ttf")))
        text = json.dumps(measures(font), ensure_ascii=False, separators=(",", ":"))
        (PRINT / f"{face}.json").write_text(text + "\n", encoding="utf-8")
        font.save(PRINT / f"{face}.ttf")
        font.flavor = "woff2"
        packed = BytesIO()
        font.save(packed)
        (SCREEN / f"{face}.woff2").write_bytes(packed.getvalue())
        print(f"{face}: {(PRINT / f'{face}.ttf').stat().st_size:,} bytes, {len(packed.getvalue()):,} for the site")


if __name__ == "__main__":
    main()
