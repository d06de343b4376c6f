"""The spa in one process, its books empty, for every test of this folder."""

import pytest

from tests.support.spa import Spa, opened_spa


@pytest.fixture
def spa(dynamodb: str, monkeypatch: pytest.MonkeyPatch) -> Spa:
    """Monday morning at the spa."""
    return opened_spa(monkeypatch)
