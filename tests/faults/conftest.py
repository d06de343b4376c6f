"""Every module of this folder begins with empty books, whatever other tests have left in the shared tables."""

import pytest

from tests.support import journey
from tests.support.books import empty

BOOKS = ("calendar", "carts", "orders", "payments", "items", "notifications", "requests", "waitlist", "giftcards")


@pytest.fixture(scope="module", autouse=True)
def spa(dynamodb: str) -> None:
    """The catalogue is published, and the container has used tables and secrets before: steps that no story has."""
    for area in BOOKS:
        empty(area)
    journey.published()
    with journey.world():
        journey.send("GET", "/api/carritos/crt_x", token="x")
