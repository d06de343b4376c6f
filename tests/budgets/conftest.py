"""Every module of this folder begins with empty books, whatever other tests have left in the shared tables."""

import pytest

from tests.support.books import empty

BOOKS = ("calendar", "carts", "orders", "payments", "items", "notifications", "requests")


@pytest.fixture(scope="module", autouse=True)
def _empty_books(dynamodb: str) -> None:
    for area in BOOKS:
        empty(area)
