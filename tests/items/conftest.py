"""The spa with an empty list of what waits for a person."""

import pytest

from tests.support.spa import Spa, opened_spa


@pytest.fixture
def spa(dynamodb: str, monkeypatch: pytest.MonkeyPatch) -> Spa:
    """Monday morning at the spa."""
    return opened_spa(monkeypatch)
