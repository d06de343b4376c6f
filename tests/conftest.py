"""Fixtures for every test. Most tests need none of them."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("AWS_ACCESS_KEY_ID", "test")
os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "test")
os.environ.setdefault("AWS_DEFAULT_REGION", "sa-east-1")
os.environ.setdefault("POWERTOOLS_LOG_LEVEL", "ERROR")


@pytest.fixture(scope="session")
def dynamodb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The template's tables, queues and secrets on an emulator of our own; yields its address.

    The environment names them, so that the code under test finds them as it does in Lambda.
    """
    from tests.support import tables

    state: Path = tmp_path_factory.mktemp("dynamodb")
    with tables.emulator(state) as address:
        before = dict(os.environ)
        os.environ.update(tables.create(address))
        yield address
        os.environ.clear()
        os.environ.update(before)
