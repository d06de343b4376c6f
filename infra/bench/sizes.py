"""What is delivered: zips of the functions, and what the browser tests measured of the booking pages."""

import json
from collections.abc import Callable

from infra import package
from infra.bench.report import Row
from infra.bundle import LIMIT_BYTES
from infra.paths import BUILD

PAGES = BUILD / "bench" / "pages.json"
KIB = 1024
BARS = {"js": 30 * KIB, "css": 12 * KIB, "requests": 10, "lcp_ms": 1200, "cls": 0}
_SHOWN: dict[str, tuple[str, str, Callable[[float], str]]] = {
    "js": ("JavaScript of a booking page, gzipped (heaviest page)", "≤ 30 KiB", lambda n: f"{n / KIB:.1f} KiB"),
    "css": ("CSS of a booking page, gzipped (heaviest page)", "≤ 12 KiB", lambda n: f"{n / KIB:.1f} KiB"),
    "requests": ("requests of a booking page (most)", "≤ 10", lambda n: f"{n:.0f}"),
    "lcp_ms": ("LCP, slow 4G and 4× CPU emulated (slowest page)", "≤ 1.2 s", lambda n: f"{n / 1000:.2f} s"),
    "cls": ("CLS (worst page)", "0", lambda n: f"{n:g}"),
}


def package_rows() -> list[Row]:
    """Return the sizes of the zips that go to AWS."""
    sizes = {kind: made.path.stat().st_size for kind, made in package.build("dev").bundles.items()}
    return [Row(f"deployment package `{kind}`, zipped", "≤ 10 MB", f"{size / 1e6:.2f} MB", size <= LIMIT_BYTES)
            for kind, size in sizes.items()]


def page_rows() -> list[Row]:
    """Return the worst figure of all pages for each bar; nothing is measured here (`make test` does)."""
    if not PAGES.is_file():
        return [Row("booking pages: weight, LCP, CLS", "", "run `make test` first", None)]
    pages: dict[str, dict[str, float]] = json.loads(PAGES.read_text(encoding="utf-8"))
    rows = []
    for name, bar in BARS.items():
        figures = {page: found[name] for page, found in pages.items() if name in found}
        if not figures:
            continue
        what, said, shown = _SHOWN[name]
        worst = max(figures, key=lambda page: figures[page])
        rows.append(Row(what, said, f"{shown(figures[worst])} ({worst})", figures[worst] <= bar))
    return rows
