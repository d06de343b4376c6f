"""Gift cards that pay for a cart: put in by their code, shown by what they are worth now, taken out again."""

from typing import Any

import pytest

from chalicelib.aws.transactions import Transaction
from chalicelib.core.ids import gift_code
from chalicelib.giftcards import ledger, table
from chalicelib.giftcards.model import CardState, changed
from tests.giftcards.conftest import gift
from tests.orders.gifts import card, cart_with, everything, put_in, worth
from tests.support.books import scan
from tests.support.spa import Spa, line


def seen(spa: Spa, cart: dict[str, Any], token: str) -> dict[str, Any]:
    found: dict[str, Any] = spa.client.get(f"/api/carritos/{cart['id']}", token=token).json
    return found


def amounts(cart: dict[str, Any]) -> tuple[int, int, int]:
    return cart["total"], cart["covered"], cart["to_pay"]


def test_a_code_pays_for_a_cart_and_nothing_is_taken_of_the_card_yet(spa: Spa) -> None:
    gift_id, code = card(spa, 30_000)
    cart, token = spa.open_cart(line())
    assert (cart["cards"], amounts(cart), cart["deposit_to_pay"]) == ([], (50_000, 0, 50_000), 50_000)
    added = put_in(spa, cart, token, code.lower().replace("-", " "))
    assert added.status == 201
    assert added.json["cards"] == [
        {"id": gift_id, "ending": code[-6:], "free": 30_000, "last_day": "2027-11-30", "used": 30_000}]
    assert amounts(added.json) == (50_000, 30_000, 20_000)
    assert seen(spa, cart, token)["cards"] == added.json["cards"] and worth(gift_id) == (30_000, 30_000, {})
    assert code not in repr(scan("carts")) and code.replace("-", "") not in repr(scan("carts"))


def test_it_is_taken_out_again(spa: Spa) -> None:
    gift_id, code = card(spa)
    cart, token = cart_with(spa, [code])
    without = spa.client.delete(f"/api/carritos/{cart['id']}/codigos/{gift_id}", token=token)
    assert (without.status, without.json["cards"], amounts(without.json)) == (200, [], (50_000, 0, 50_000))
    before = everything()
    again = spa.client.delete(f"/api/carritos/{cart['id']}/codigos/{gift_id}", token=token)
    assert (again.status, again.code) == (404, "gift_card_not_found") and everything() == before


def test_a_cart_shows_what_its_cards_are_worth_now(spa: Spa) -> None:
    gift_id, code = card(spa, 30_000)
    cart, token = cart_with(spa, [code])
    tx = Transaction()
    ledger.redeem(tx, gift_id, "elsewhere", 10_000, spa.clock.now())
    tx.commit()
    assert amounts(seen(spa, cart, token)) == (50_000, 20_000, 30_000)
    tx = Transaction()
    table.saved(tx, changed(table.load(gift_id), spa.clock.now(), state=CardState.BLOCKED, blocked_because="lost"))
    tx.commit()
    now = seen(spa, cart, token)
    assert amounts(now) == (50_000, 0, 50_000) and [(one["free"], one["used"]) for one in now["cards"]] == [(0, 0)]


def test_it_follows_what_is_put_into_the_cart(spa: Spa) -> None:
    _, code = card(spa, 80_000)
    cart, token = cart_with(spa, [code])
    assert amounts(cart) == (50_000, 50_000, 0)
    more = spa.add(cart["id"], token, line("2026-12-03 12:00")).json
    assert amounts(more) == (100_000, 80_000, 20_000)


def test_a_gift_card_buys_no_gift_card(spa: Spa) -> None:
    _, code = card(spa, 200_000)
    cart, token = cart_with(spa, [code])
    both = spa.put(cart["id"], token, {"gifts": [gift()]}).json
    assert (both["gifts_total"], *amounts(both), both["deposit_to_pay"]) == (50_000, 100_000, 50_000, 50_000, 50_000)
    only = spa.client.post("/api/carritos", {"gifts": [gift()]}).json
    before = everything()
    refused = put_in(spa, only["cart"], only["token"], code)
    assert (refused.status, refused.code) == (409, "gift_card_not_needed") and everything() == before


@pytest.mark.parametrize("typed", ["", "x", gift_code(), "AAAA-AAAA-AAAA-AAAA-A", "\x00" * 21, "é" * 200],
                         ids=["nothing", "too short", "unknown", "wrong check symbol", "nulls", "too long"])
def test_what_is_no_card_changes_nothing(spa: Spa, typed: str) -> None:
    cart, token = spa.open_cart(line())
    before = everything()
    refused = put_in(spa, cart, token, typed)
    assert (refused.status, refused.code) == ((422, "invalid_fields") if not typed else (404, "gift_card_not_found"))
    assert everything() == before


def test_a_card_that_is_there_already_or_not_needed_or_empty_is_refused_in_words(spa: Spa) -> None:
    _, code = card(spa, 30_000)
    empty_id, empty_code = card(spa, 1_000)
    tx = Transaction()
    ledger.redeem(tx, empty_id, "elsewhere", 1_000, spa.clock.now())
    tx.commit()
    cart, token = cart_with(spa, [code])
    before = everything()
    for typed, why in ((code, "gift_card_in_cart"), (empty_code, "gift_card_empty")):
        refused = put_in(spa, cart, token, typed)
        assert (refused.status, refused.code) == (409, why) and everything() == before
    assert put_in(spa, cart, token, card(spa)[1]).status == 201
    refused = put_in(spa, cart, token, card(spa)[1])
    assert (refused.status, refused.code) == (409, "gift_card_not_needed")


def test_five_cards_pay_and_a_sixth_does_not(spa: Spa) -> None:
    cart, token = cart_with(spa, [card(spa, 1_000)[1] for _ in range(5)])
    refused = put_in(spa, cart, token, card(spa, 1_000)[1])
    assert (refused.status, refused.code, len(seen(spa, cart, token)["cards"])) == (409, "too_many_gift_cards", 5)


def test_a_cart_that_was_checked_out_takes_no_card_and_gives_none_up(spa: Spa) -> None:
    gift_id, code = card(spa, 30_000)
    cart, token = cart_with(spa, [code])
    assert spa.check_out(token).status == 201
    before = everything()
    assert put_in(spa, cart, token, card(spa)[1]).code == "cart_checked_out"
    assert spa.client.delete(f"/api/carritos/{cart['id']}/codigos/{gift_id}", token=token).code == "cart_checked_out"
    assert {**everything(), "giftcards": []} == {**before, "giftcards": []}
    now = seen(spa, cart, token)
    assert amounts(now) == (50_000, 30_000, 20_000) and now["cards"][0]["free"] == 30_000


def test_after_ten_wrong_codes_a_right_one_is_not_let_in_either(spa: Spa) -> None:
    _, code = card(spa)
    cart, token = spa.open_cart(line())
    for _ in range(10):
        assert put_in(spa, cart, token, gift_code()).status == 404
    refused = put_in(spa, cart, token, code)
    assert refused.status == 429 and int(refused.headers["retry-after"]) > 0
    assert seen(spa, cart, token)["cards"] == []


def test_somebody_elses_cart_takes_no_card(spa: Spa) -> None:
    _, code = card(spa)
    cart, _ = spa.open_cart(line())
    _, other = spa.open_cart(line("2026-12-03 12:00"))
    before = everything()
    assert put_in(spa, cart, other, code).status == 404 and everything() == before
