"""Rows of results, as JSON in build/bench/ and as the table of docs/benchmarks.md."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from infra.paths import BUILD, ROOT

PAGE = ROOT / "docs" / "benchmarks.md"
RESULTS = BUILD / "bench"
_HEAD = """# Benchmarks

Written by `make bench`; the bars are those of DESIGN.md §7. Each part's numbers are in `build/bench/` as JSON.
"""


@dataclass(frozen=True)
class Row:
    """One number: what it is of, its bar, what was measured, and whether it holds (None: no bar, or not measured)."""

    what: str
    bar: str
    measured: str
    holds: bool | None


@dataclass(frozen=True)
class Part:
    """Some rows that were measured alike, and how."""

    name: str
    title: str
    how: str
    rows: list[Row]


def keep(part: Part) -> None:
    """Write a part's JSON."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"{part.name}.json"
    path.write_text(json.dumps(asdict(part), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def write(parts: list[Part], setting: str, page: Path = PAGE) -> None:
    """Write the page."""
    lines = [_HEAD, setting, ""]
    for part in parts:
        lines += [f"## {part.title}", "", part.how, "", "| what | bar | measured | holds? |", "|---|---|---|---|"]
        lines += [f"| {row.what} | {row.bar} | {row.measured} | {_word(row.holds)} |" for row in part.rows]
        lines.append("")
    page.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


def _word(holds: bool | None) -> str:
    return "–" if holds is None else "yes" if holds else "**no**"
