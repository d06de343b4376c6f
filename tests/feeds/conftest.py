"""The spa on a Monday morning, without channels."""

import pytest

from tests.support.spa import Spa, opened_spa


@pytest.fixture
def spa(dynamodb: str, monkeypatch: pytest.MonkeyPatch) -> Spa:
    """Monday morning at the spa."""
    return opened_spa(monkeypatch)
