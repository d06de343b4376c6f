"""The examples in docstrings run."""

import doctest
import importlib
import pkgutil

import pytest

import chalicelib

MODULES = [name for _, name, _ in pkgutil.walk_packages(chalicelib.__path__, "chalicelib.")]


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_of_a_module_are_true(module: str) -> None:
    found = doctest.testmod(importlib.import_module(module))
    assert found.failed == 0


def test_there_are_examples() -> None:
    attempts = sum(doctest.testmod(importlib.import_module(module)).attempted for module in MODULES)
    assert attempts >= 15
