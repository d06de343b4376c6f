"""Chile's 16 regions and 346 comunas (PROVIDERS.md §E.5), from `data/comunas.csv`."""

import csv
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "data" / "comunas.csv"


@cache
def comunas_by_region() -> dict[int, frozenset[str]]:
    """Return the comunas' names of each region, by the region's number (1–16)."""
    found: dict[int, set[str]] = {}
    with _FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(int(row["region_number"]), set()).add(row["comuna"])
    return {region: frozenset(names) for region, names in found.items()}


def valid_comuna(region: int, comuna: str) -> bool:
    """Tell whether the comuna lies in the region.

    >>> valid_comuna(10, "Puerto Varas"), valid_comuna(13, "Puerto Varas")
    (True, False)
    """
    return comuna in comunas_by_region().get(region, frozenset())
