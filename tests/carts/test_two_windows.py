"""One cart in two windows: whoever comes second with an old view of it is told, and nothing is lost or held."""

import pytest

from chalicelib.carts import table
from chalicelib.carts.model import Cart
from tests.support.spa import Spa, line


@pytest.fixture
def stale(spa: Spa, monkeypatch: pytest.MonkeyPatch) -> tuple[Spa, Cart, str]:
    """A cart as a slow request read it, just before the other window changed it."""
    cart, token = spa.open_cart(line())
    old = table.load(cart["id"])
    assert spa.add(old.id, token, line(service="tina-tronador")).status == 201
    monkeypatch.setattr(table, "load", lambda cart_id: old)
    return spa, old, token


def test_a_line_is_not_added_to_a_cart_that_has_changed(stale: tuple[Spa, Cart, str]) -> None:
    spa, old, token = stale
    before = spa.dump()
    answer = spa.add(old.id, token, line("2026-12-03 12:00"))
    assert (answer.status, answer.code) == (409, "cart_changed")
    assert spa.dump() == before


def test_a_line_is_not_removed_from_a_cart_that_has_changed(stale: tuple[Spa, Cart, str]) -> None:
    spa, old, token = stale
    before = spa.dump()
    answer = spa.client.delete(f"/api/carritos/{old.id}/lineas/{old.lines[0].id}", token=token)
    assert (answer.status, answer.code) == (409, "cart_changed")
    assert spa.dump() == before


def test_a_cart_that_has_changed_is_not_checked_out(stale: tuple[Spa, Cart, str]) -> None:
    spa, _, token = stale
    before = spa.dump()
    answer = spa.check_out(token)
    assert (answer.status, answer.code) == (409, "cart_changed")
    assert spa.dump() == before
    assert spa.provider.asked == []


def test_a_line_that_lapsed_and_was_sold_is_not_let_go_by_its_first_owner(spa: Spa) -> None:
    cart, token = spa.open_cart(line())
    spa.clock.advance(minutes=20, seconds=1)
    other, _ = spa.open_cart(line())
    spa.clock.advance(minutes=-5)  # a function whose clock is behind believes that the hold still stands
    before = spa.dump()
    answer = spa.client.delete(f"/api/carritos/{cart['id']}/lineas/{cart['lines'][0]['id']}", token=token)
    assert (answer.status, answer.code) == (409, "not_held")
    assert spa.dump() == before
    assert other["lines"][0]["state"] == "held"
