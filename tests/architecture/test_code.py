"""What every file of the product keeps to: STYLE of code, checked rather than remembered."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.paths import ROOT

FILES = [ROOT / "app.py", *sorted((ROOT / "chalicelib").rglob("*.py"))]
MOST_LINES = 250
MOST_LINES_OF_A_FUNCTION = 40
# The outermost handlers: they log and hand the failure on to the queue, the stream or the caller.
MAY_CATCH_ALL = {
    "chalicelib/web/edge.py",
    "chalicelib/aws/queues.py",
    "chalicelib/aws/relay.py",
    "chalicelib/orders/jobs.py",
    "chalicelib/giftcards/jobs.py",
    "chalicelib/feeds/jobs.py",
}
ASKS_THE_TIME = {"chalicelib/core/clock.py", "chalicelib/aws/metrics.py"}  # a metric's stamp is the log's own time

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def name_of(file: Path) -> str:
    return str(file.relative_to(ROOT))


def nodes(file: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(file.read_text(encoding="utf-8")))


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_a_file_can_be_read_without_getting_lost(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_a_function_can_be_seen_whole(file: Path) -> None:
    long = {
        node.name: node.end_lineno - node.lineno + 1
        for node in nodes(file)
        if isinstance(node, ast.FunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > MOST_LINES_OF_A_FUNCTION
    }
    assert long == {}


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_whatever_others_may_use_says_what_it_does(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    public = [node for node in tree.body if isinstance(node, Definition) and not node.name.startswith("_")]
    assert ast.get_docstring(tree), "the module itself"
    assert [node.name for node in public if not ast.get_docstring(node)] == []


def undocumented_methods(file: Path) -> list[str]:
    """Public methods and properties without a docstring, of public classes; a name of one word may speak for itself."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return [
        f"{kind.name}.{node.name}"
        for kind in tree.body
        if isinstance(kind, ast.ClassDef) and kind.name[0] != "_"
        for node in kind.body
        if isinstance(node, ast.FunctionDef)
        and node.name[0] != "_"
        and not ast.get_docstring(node)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno > 3
    ]


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_a_method_of_more_than_a_line_or_two_says_what_it_does(file: Path) -> None:
    assert undocumented_methods(file) == []


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_nothing_is_printed(file: Path) -> None:
    assert not any(isinstance(node, ast.Name) and node.id == "print" for node in nodes(file))


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_only_the_outermost_handlers_catch_everything(file: Path) -> None:
    broad = [
        node.lineno
        for node in nodes(file)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException")))
    ]
    assert len(broad) <= (1 if name_of(file) in MAY_CATCH_ALL else 0), broad


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_only_the_clock_asks_the_machine_for_the_time(file: Path) -> None:
    asked = [
        node.attr
        for node in nodes(file)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr)
        in {
            ("datetime", "now"),
            ("datetime", "utcnow"),
            ("date", "today"),
            ("datetime", "today"),
            ("time", "time"),
            ("time", "time_ns"),
        }
    ]
    assert not asked or name_of(file) in ASKS_THE_TIME


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_nothing_is_left_for_later(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert not any(mark in text for mark in ("TODO", "FIXME", "XXX:", "HACK"))


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_no_request_path_scans_a_table(file: Path) -> None:
    scans = [node.lineno for node in nodes(file) if isinstance(node, ast.Attribute) and node.attr == "scan"]
    assert scans == []
    assert '"Scan"' not in file.read_text(encoding="utf-8")


def test_the_composition_root_defines_nothing() -> None:
    tree = ast.parse((ROOT / "app.py").read_text(encoding="utf-8"))
    assert not any(isinstance(node, Definition) for node in ast.walk(tree))


@pytest.mark.parametrize("room", sorted(path.parent.name for path in (ROOT / "chalicelib").glob("*/api.py")))
def test_an_area_says_what_it_is_for_what_rings_and_what_it_states(room: str) -> None:
    text = ast.get_docstring(ast.parse((ROOT / f"chalicelib/{room}/__init__.py").read_text(encoding="utf-8"))) or ""
    assert [word for word in ("Purpose:", "Alarms:", "API:", "Facts:") if word not in text] == []
