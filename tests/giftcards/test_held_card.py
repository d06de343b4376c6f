"""A card in its holder's hands: opened by its code, and by nothing else."""

import xml.etree.ElementTree as ElementTree
from typing import Any

import pytest

from chalicelib.aws.transactions import Transaction
from chalicelib.core.ids import gift_code
from chalicelib.giftcards import ledger, table
from chalicelib.giftcards.block import block
from chalicelib.giftcards.codes import unseal
from chalicelib.giftcards.model import Card
from chalicelib.giftcards.replace import replace
from tests.giftcards.conftest import Shop, caller
from tests.giftcards.test_prints import issued
from tests.support.journey import Reply
from tests.support.meter import metered


def look(shop: Shop, code: str, by: str | None = None) -> Reply:
    return shop.spa.send("GET", f"/api/giftcards/{code}", caller=by or caller())


def pdf(shop: Shop, code: str, **body: Any) -> Reply:
    return shop.spa.send("POST", f"/api/giftcards/{code}/pdf", body=body or {"format": "print"}, caller=caller())


def card_and_code(shop: Shop) -> tuple[Card, str]:
    _, card = issued(shop, delivery={"way": "self"})
    return card, unseal(card.sealed, card.id)


def test_whoever_has_the_code_sees_the_card_and_what_it_is_worth(shop: Shop) -> None:
    card, code = card_and_code(shop)
    reply = look(shop, code.lower().replace("-", ""))
    assert (reply.status, reply.headers["Cache-Control"]) == (200, "no-store")
    seen = reply.json
    svg = seen.pop("svg")
    assert seen == {
        "ending": code[-6:], "state": "active", "issued": 50000, "balance": 50000, "free": 50000,
        "last_day": "2027-12-02", "recipient": "Berta", "sender": "Ana", "message": "¡Feliz cumpleaños!",
        "name": "Tina para dos", "design": "bosque", "language": "es", "printable": False,
        "now": "2026-12-02T12:00:00-03:00"}
    assert code in [element.text for element in ElementTree.fromstring(svg).iter()]
    shop.spa.work("giftcard-prints")
    assert look(shop, code).json["printable"] is True
    assert card.id not in reply.text


def test_its_pdfs_are_handed_out_once_they_are_printed(shop: Shop) -> None:
    card, code = card_and_code(shop)
    early = pdf(shop, code)
    assert (early.status, early.json["code"]) == (409, "gift_card_not_printed")
    shop.spa.work("giftcard-prints")
    for form in ("print", "phone"):
        reply = pdf(shop, code, format=form)
        assert reply.status == 200
        assert f"/cards/{card.id}/1-{form}.pdf?" in reply.json["url"]
        assert reply.json["expires_at"] == "2026-12-02T12:05:00-03:00"
        assert code not in reply.json["url"]
    assert pdf(shop, code, format="poster").status == 422


def test_looking_at_a_card_costs_two_reads_and_the_count_of_one_try(shop: Shop) -> None:
    _, code = card_and_code(shop)
    shop.spa.work("giftcard-prints")
    for ask in (lambda: look(shop, code), lambda: pdf(shop, code)):
        with metered() as bill:
            assert ask().status == 200
        assert bill.counted() == {"GetItem": 2, "UpdateItem": 4}


def wrong_codes(shop: Shop) -> dict[str, str]:
    """Return codes that open nothing, each for another reason."""
    found = {"misshapen": "hola", "of another alphabet": "OOOO-1111-IIII-LLLL-0", "unknown": gift_code(),
             "far too long": "A" * 4000}
    card, found["blocked"] = card_and_code(shop)
    tx = Transaction()
    block(tx, card, "stolen", shop.spa.clock.now(), by="usr_1")
    tx.commit()
    card, found["replaced"] = card_and_code(shop)
    tx = Transaction()
    replace(tx, card, shop.spa.clock.now(), by="usr_1", reason="lost")
    tx.commit()
    assert look(shop, unseal(table.load(card.id).sealed, card.id)).status == 200
    return found


def test_every_code_that_opens_nothing_gets_one_and_the_same_answer(shop: Shop) -> None:
    codes = wrong_codes(shop)
    _, expired = card_and_code(shop)
    shop.spa.clock.advance(days=366)
    answers = {what: (look(shop, code), pdf(shop, code)) for what, code in {**codes, "expired": expired}.items()}
    for seen, linked in answers.values():
        assert (seen.status, linked.status) == (404, 404)
    assert len({(reply.text, tuple(sorted(reply.headers.items()))) for reply, _ in answers.values()}) == 1
    assert len({reply.text for _, reply in answers.values()}) == 1
    assert answers["unknown"][0].json["code"] == "gift_card_not_found"


@pytest.mark.parametrize("path", ["", "/pdf"])
def test_who_guesses_is_stopped_and_then_learns_nothing_even_from_a_right_code(shop: Shop, path: str) -> None:
    _, code = card_and_code(shop)
    by = caller()

    def ask(guess: str) -> int:
        method, body = ("POST", {"format": "print"}) if path else ("GET", None)
        return shop.spa.send(method, f"/api/giftcards/{guess}{path}", body=body, caller=by).status

    assert [ask(gift_code()) for _ in range(10)] == [404] * 10
    assert ask(gift_code()) == ask(code) == 429
    assert look(shop, code).status == 200


def test_a_card_with_nothing_left_is_still_its_holders(shop: Shop) -> None:
    card, code = card_and_code(shop)
    tx = Transaction()
    ledger.redeem(tx, card.id, "ord_1", 50000, shop.spa.clock.now())
    tx.commit()
    reply = look(shop, code)
    assert (reply.status, reply.json["balance"], reply.json["free"]) == (200, 0, 0)
