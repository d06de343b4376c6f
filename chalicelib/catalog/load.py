"""Read a catalogue from YAML and tell every mistake with its line. For the seed and tests: no function needs YAML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import yaml
from pydantic import ValidationError

from .check import problems
from .model import Catalogue
from .problem import Problem

ANCHORS = "x-"

Lines = dict[str, int]


class CatalogueInvalid(Exception):
    """The file can't be published: `lines` says all that is wrong with it, one `file:line: path: sentence` each."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def load(path: Path) -> Catalogue:
    """Return the catalogue of a YAML file.

    Raises CatalogueInvalid with every mistake, in the order of the file, for example
    `catalogue.yaml:123: services[3].price: is missing`.
    """
    return parse(path.read_text(encoding="utf-8"), path.name)


def parse(text: str, name: str) -> Catalogue:
    """Return the catalogue of a YAML text; as `load`."""
    reader = _Reader(text)
    try:
        value = reader.read()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise CatalogueInvalid([f"{name}:{line}: {error.problem}"]) from error
    if not isinstance(value, Mapping):
        raise CatalogueInvalid([f"{name}:1: the file must be a mapping of lists"])
    found = list(reader.duplicates)
    catalogue: Catalogue | None = None
    try:
        catalogue = Catalogue.model_validate({k: v for k, v in value.items() if not k.startswith(ANCHORS)})
        found += problems(catalogue)
    except ValidationError as error:
        found += [_problem(details) for details in error.errors(include_url=False, include_context=True)]
    if catalogue is None or found:
        placed = sorted({(_line_of(problem.path, reader.lines), problem) for problem in found})
        raise CatalogueInvalid([f"{name}:{line}: {problem.path}: {problem.sentence}" for line, problem in placed])
    return catalogue


def _problem(error: Any) -> Problem:
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error["loc"]).lstrip(".")
    messages = {"missing": "is missing", "extra_forbidden": "is not a field here"}
    said = messages.get(error["type"]) or error["msg"].removeprefix("Value error, ")
    return Problem(path or "catalogue", said)


def _line_of(path: str, lines: Lines) -> int:
    """Return the line of a path, or of the nearest thing around it when the path itself is not in the file."""
    while path not in lines and path:
        path = re.sub(r"(\.[^.\[]+|\[\d+\]|^[^.\[]+)$", "", path)
    return lines.get(path, 1)


class _Reader:
    """Builds plain values from YAML nodes and remembers the line on which each path begins."""

    def __init__(self, text: str) -> None:
        self.loader = yaml.SafeLoader(text)
        self.lines: Lines = {}
        self.duplicates: list[Problem] = []

    def read(self) -> Any:
        node = self.loader.get_single_node()
        return self._value(node, "") if node else None

    def _value(self, node: Any, path: str) -> Any:
        self.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self._value(child, f"{path}[{number}]") for number, child in enumerate(node.value)]
        return self.loader.construct_object(node)

    def _mapping(self, node: Any, path: str) -> dict[str, Any]:
        own = {key.value for key, _ in node.value}
        if len(own) < len(node.value):
            self._tell_duplicates(node, path)
        self.loader.flatten_mapping(node)
        values: dict[str, Any] = {}
        for key, child in node.value:
            name = cast(str, key.value)
            inner = f"{path}.{name}" if path else name
            self.lines[inner] = key.start_mark.line + 1
            values[name] = self._value(child, inner)
        return values

    def _tell_duplicates(self, node: Any, path: str) -> None:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                inner = f"{path}.{key.value}" if path else key.value
                self.duplicates.append(Problem(inner, "is given twice"))
            seen.add(key.value)
