"""A gift card goes into a cart as a line: at the catalogue's price, with what is to be written on it."""

from typing import Any

import pytest

from tests.giftcards.conftest import Shop, caller, fresh_key, gift
from tests.support import journey
from tests.support.books import scan


def test_gift_cards_and_a_tub_share_a_cart(shop: Shop) -> None:
    friday = {"way": "later", "email": "carla@example.cl", "date": "2026-12-04", "time": "09:00"}
    opened = shop.put(gift(), gift(experience="regalo-monto-libre", amount=75_000, recipient="Carla", delivery=friday),
                      gift(experience="regalo-velada-romantica", hydromassage=True, delivery={"way": "self"},
                           language="en"), lines=(journey.new_line(),))
    assert opened.status == 201, opened.text
    cart = opened.json["cart"]
    assert [(line["kind"], line["name"], line["total"]) for line in cart["lines"]] == [
        ("service", "Tina Hornopirén", 50_000), ("gift", "Gift card Tina para dos", 50_000),
        ("gift", "Gift card Lo que quieras", 75_000), ("gift", "Gift card Velada romántica", 92_000)]
    assert (cart["total"], cart["deposit"]) == (267_000, 267_000)
    assert [line["gift"]["delivery"] for line in cart["lines"][1:]] == [
        {"way": "now", "email": "berta@example.cl", "at": None},
        {"way": "later", "email": "carla@example.cl", "at": "2026-12-04T09:00:00-03:00"},
        {"way": "self", "email": None, "at": None}]
    assert cart["lines"][1]["gift"] | {"delivery": None} == {
        "experience": "regalo-tina-para-dos", "hydromassage": False, "design": "bosque", "recipient": "Berta",
        "sender": "Ana", "message": "¡Feliz cumpleaños!", "language": "es", "delivery": None, "card": None,
        "state": None, "changeable": False, "resendable": False}


def test_a_cart_of_gifts_alone_has_no_countdown(shop: Shop) -> None:
    assert shop.put(gift()).json["cart"]["held_until"] is None


def test_a_gift_card_is_written_anew_in_its_place(shop: Shop) -> None:
    opened = shop.put(gift(), gift(recipient="Carla")).json
    line = opened["cart"]["lines"][0]["id"]
    reply = shop.spa.send("POST", f"/api/carritos/{opened['cart']['id']}/lineas", token=opened["token"],
                          body={"gifts": [gift(line=line, recipient="Bárbara", experience="regalo-pausa")]},
                          key=fresh_key(), caller=caller())
    assert [(one["id"] == line, one["gift"]["recipient"], one["total"]) for one in reply.json["lines"]] == [
        (True, "Bárbara", 110_000), (False, "Carla", 50_000)]


@pytest.mark.parametrize(("wrong", "field", "code"), [
    ({"experience": "regalo-luna"}, "gifts.0.experience", "gift_not_offered"),
    ({"amount": 1_000}, "gifts.0.amount", "amount_not_free"),
    ({"experience": "regalo-monto-libre"}, "gifts.0.amount", "amount_out_of_range"),
    ({"experience": "regalo-monto-libre", "amount": 19_999}, "gifts.0.amount", "amount_out_of_range"),
    ({"experience": "regalo-monto-libre", "amount": 1_000_001}, "gifts.0.amount", "amount_out_of_range"),
    ({"experience": "regalo-monto-libre", "amount": 25_000.5}, "gifts.0.amount", "int_type"),
    ({"hydromassage": True}, "gifts.0.hydromassage", "hydromassage_not_offered"),
    ({"recipient": "  "}, "gifts.0.recipient", "too_short"),
    ({"recipient": "x" * 41}, "gifts.0.recipient", "too_long"),
    ({"sender": "Ana\nSoto"}, "gifts.0.sender", "invalid_value"),
    ({"message": "x" * 301}, "gifts.0.message", "too_long"),
    ({"message": "a\u202eb"}, "gifts.0.message", "invalid_value"),
    ({"language": "fr"}, "gifts.0.language", "literal_error"),
    ({"price": 1}, "gifts.0.price", "unknown_field"),
    ({"delivery": {"way": "now"}}, "gifts.0.delivery.email", "missing_value"),
    ({"delivery": {"way": "now", "email": "berta"}}, "gifts.0.delivery.email", "string_pattern_mismatch"),
    ({"delivery": {"way": "pigeon"}}, "gifts.0.delivery.way", "enum"),
    ({"delivery": {"way": "later", "email": "b@example.cl", "time": "09:00"}}, "gifts.0.delivery.date",
     "missing_value"),
    ({"delivery": {"way": "later", "email": "b@example.cl", "date": "2026-12-04"}}, "gifts.0.delivery.time",
     "missing_value"),
    ({"delivery": {"way": "later", "email": "b@example.cl", "date": "2026-12-01", "time": "09:00"}},
     "gifts.0.delivery.date", "delivery_out_of_range"),
    ({"delivery": {"way": "later", "email": "b@example.cl", "date": "2027-12-03", "time": "09:00"}},
     "gifts.0.delivery.date", "delivery_out_of_range"),
    ({"delivery": {"way": "later", "email": "b@example.cl", "date": "2026-12-02", "time": "12:00"}},
     "gifts.0.delivery.time", "in_the_past"),
])
def test_a_wrong_gift_is_named_and_nothing_is_kept(shop: Shop, wrong: dict[str, Any], field: str, code: str) -> None:
    reply = shop.put(gift(**wrong))
    assert reply.status == 422, reply.text
    assert [(error["field"], error["code"]) for error in reply.json["errors"]] == [(field, code)]
    assert scan("carts") == [] and scan("requests") == []


def test_the_price_is_the_catalogues_whatever_the_browser_sends(shop: Shop) -> None:
    reply = shop.put({**gift(), "total": 1_000})
    assert reply.status == 422
    assert shop.put(gift()).json["cart"]["total"] == 50_000
