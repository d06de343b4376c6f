"""Secrets to sign with and tables to write to, for the edge as it really is."""

import pytest

from tests.support.spa import Spa, opened_spa


@pytest.fixture
def spa(dynamodb: str, monkeypatch: pytest.MonkeyPatch) -> Spa:
    """Monday morning at the spa."""
    return opened_spa(monkeypatch)
