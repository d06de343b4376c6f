"""The floors of DESIGN.md §3: a room imports only downwards, and the check that says so can also say no."""

import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from infra.paths import ROOT

LINTER = ROOT / ".venv/bin/lint-imports"


def lint(directory: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINTER, "--no-cache", "--no-logo"],
        cwd=directory,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(directory)},
    )


def test_every_room_imports_only_downwards() -> None:
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("room", "line"),
    [
        ("core/money.py", "from ..orders import place"),
        ("core/money.py", "import chalice"),
        ("carts/model.py", "from ..orders import model as orders"),
        ("catalog/prices.py", "from ..payments import verdict"),
    ],
)
def test_an_import_upwards_or_sideways_is_found(tmp_path: Path, room: str, line: str) -> None:
    shutil.copytree(ROOT / "chalicelib", tmp_path / "chalicelib", ignore=shutil.ignore_patterns("__pycache__", "mjml"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    file = tmp_path / "chalicelib" / room
    file.write_text(f"{file.read_text(encoding='utf-8')}\n{line}\n", encoding="utf-8")
    result = lint(tmp_path)
    assert result.returncode == 1, result.stdout
    assert "BROKEN" in result.stdout


def test_every_room_stands_on_a_floor() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    (floors,) = (contract["layers"] for contract in contracts if contract["type"] == "layers")
    placed = {room.strip() for floor in floors for room in floor.split("|")}
    rooms = {f"chalicelib.{path.parent.name}" for path in (ROOT / "chalicelib").glob("*/__init__.py")}
    assert placed == rooms
