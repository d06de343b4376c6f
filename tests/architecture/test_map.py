"""`docs/map.md` leads to what there is: its paths are the API's, its files exist, and no route is left out."""

import json
import re

import pytest

from chalicelib.web.system import OPENAPI_FILE
from infra.paths import ROOT

MAP = ROOT / "docs/map.md"
LINK = re.compile(r"\[[^\]]+\]\(([^)]+)\)")
ROWS = [
    [cell.strip() for cell in line.strip("|\n ").split("|")]
    for line in MAP.read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| feature")
]
ROUTES = {
    f"{method.upper()} {path}"
    for path, methods in json.loads(OPENAPI_FILE.read_text(encoding="utf-8"))["paths"].items()
    for method in methods
}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_row_names_a_feature_its_path_its_area_its_verb_and_its_test(row: list[str]) -> None:
    assert len(row) == 5
    path, area = row[1].strip("`"), row[2]
    assert path == "–" or path in ROUTES
    assert area == "–" or (ROOT / "chalicelib" / area).is_dir()
    for cell in row[3:]:
        links = LINK.findall(cell)
        assert links, cell
        for link in links:
            assert (MAP.parent / link.partition("#")[0]).exists(), link


def test_every_route_has_its_row() -> None:
    assert {row[1].strip("`") for row in ROWS} - {"–"} == ROUTES
