"""What can be wrong with a catalogue: where it stands, and a sentence. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Problem(NamedTuple):
    """Something wrong, where it stands and in words."""

    path: str
    sentence: str


def known(path: str, kind: str, names: Iterable[str], all_of_them: Iterable[str]) -> Iterator[Problem]:
    """Yield a problem for each name that nothing has."""
    there = set(all_of_them)
    for name in names:
        if name not in there:
            yield Problem(path, f"unknown {kind} {name!r}")
