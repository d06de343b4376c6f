"""Fixtures for every test. Most tests need none of them."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from infra.local.stack import Stack

settings.register_profile("aremko", deadline=None)  # the speed of a machine is not what properties are about
settings.load_profile("aremko")

os.environ.setdefault("AWS_ACCESS_KEY_ID", "test")
os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "test")
os.environ.setdefault("AWS_DEFAULT_REGION", "sa-east-1")
os.environ.setdefault("POWERTOOLS_LOG_LEVEL", "ERROR")


@pytest.fixture(scope="session")
def dynamodb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The template's tables, queues and secrets on an emulator of our own; yields its address.

    The environment names them, so that the code under test finds them as it does in Lambda.
    """
    from chalicelib.aws import clients
    from chalicelib.aws import tables as doors
    from tests.support import tables

    # A client that gives up on a busy machine asks again, and finds what its first asking did.
    clients.READ_SECONDS = doors.READ_SECONDS = 60
    state: Path = tmp_path_factory.mktemp("dynamodb")
    with tables.emulator(state) as address:
        before = dict(os.environ)
        os.environ.update(tables.create(address))
        yield address
        os.environ.clear()
        os.environ.update(before)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Stack"]:
    """The whole system on an embedded cloud of our own: the true template, roles enforced, sandboxes, demo data."""
    from infra.local.stack import Stack
    from infra.paths import SITE

    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared
    (shared / "the-cloud-was-started").touch(exist_ok=False)  # a second one would share neither bookings nor record
    site = SITE / "dist"
    running = Stack.start(tmp_path_factory.mktemp("stack"), record_calls=True, site=site if site.is_dir() else None)
    try:
        yield running
    finally:
        running.stop()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep every test that needs the whole cloud in one process, so that parallel runs start it only once.

    First of all such hooks: xdist reads the groups in its own.
    """
    for item in items:
        if "stack" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.cloud)
            item.add_marker(pytest.mark.xdist_group("cloud"))
