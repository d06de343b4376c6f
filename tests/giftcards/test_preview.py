"""`POST /api/giftcards/vista`: the card as it will look, while somebody types. It keeps nothing and opens nothing."""

import xml.etree.ElementTree as ElementTree
from typing import Any

import pytest

from chalicelib.giftcards.paper.inscription import SAMPLE_CODE
from tests.giftcards.conftest import Shop, caller
from tests.support.journey import Reply

FACE = {"experience": "regalo-velada-romantica", "design": "noche", "recipient": "Berta", "sender": "Ana",
        "message": "¡Feliz día!", "language": "es"}


def asked(shop: Shop, by: str | None = None, **changes: Any) -> Reply:
    return shop.spa.send("POST", "/api/giftcards/vista", body={**FACE, **changes}, caller=by or caller())


def said(reply: Reply) -> list[str]:
    """Return the lines of text of a drawing."""
    assert reply.status == 200, reply.text
    return [str(element.text) for element in ElementTree.fromstring(reply.text).iter() if element.tag.endswith("}text")]


def test_a_preview_is_the_card_at_the_catalogues_price_with_a_sample_code(shop: Shop) -> None:
    reply = asked(shop, hydromassage=True)
    assert (reply.headers["Content-Type"], reply.headers["Cache-Control"]) == ("image/svg+xml", "no-store")
    lines = said(reply)
    for line in ("Berta", "¡Feliz día!", "Ana", "$92.000", SAMPLE_CODE, "2 de diciembre de 2027"):
        assert line in lines
    assert "con hidromasaje" in " ".join(lines)


def test_it_speaks_the_cards_language_whatever_the_callers(shop: Shop) -> None:
    lines = said(asked(shop, language="en"))
    assert "A GIFT FOR" in lines
    assert "Romantic evening" in lines


def test_somebody_stands_in_while_the_names_are_missing(shop: Shop) -> None:
    lines = said(asked(shop, recipient="", sender=" "))
    assert "Alguien especial" in lines
    assert "Quien te quiere" in lines


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", "]]></text>", '"/><a href="x">'])
def test_markup_that_people_type_is_drawn_as_text(shop: Shop, hostile: str) -> None:
    reply = asked(shop, recipient=hostile, message=hostile)
    assert hostile in said(reply)
    tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(reply.text).iter()}
    assert not tags & {"script", "a"}


def test_emoji_and_the_marks_that_telephones_add_are_left_out(shop: Shop) -> None:
    lines = said(asked(shop, recipient="\u2068Berta\u2069 👩🏽‍🦰", message="Te quiero ❤️\r\nmucho"))
    assert "Berta" in lines
    assert "Te quiero" in lines


@pytest.mark.parametrize(("wrong", "field", "code"), [
    ({"recipient": "x" * 41}, "recipient", "too_long"),
    ({"recipient": "李明"}, "recipient", "not_printable"),
    ({"sender": "🎉"}, "sender", "not_printable"),
    ({"recipient": "a\x00b"}, "recipient", "invalid_value"),
    ({"sender": "a\u202eb"}, "sender", "invalid_value"),
    ({"message": "a\x1bb"}, "message", "invalid_value"),
    ({"message": "x" * 301}, "message", "too_long"),
    ({"experience": "regalo-luna"}, "experience", "gift_not_offered"),
    ({"design": "oleo"}, "design", "design_not_offered"),
    ({"language": "fr"}, "language", "literal_error"),
    ({"amount": 30000}, "amount", "amount_not_free"),
    ({"experience": "regalo-monto-libre"}, "amount", "amount_out_of_range"),
    ({"experience": "regalo-monto-libre", "amount": 19999}, "amount", "amount_out_of_range"),
    ({"experience": "regalo-pausa", "hydromassage": True}, "hydromassage", "hydromassage_not_offered"),
    ({"price": 1}, "price", "unknown_field"),
    ({"delivery": {"way": "self"}}, "delivery", "unknown_field"),
])
def test_what_is_wrong_is_named(shop: Shop, wrong: dict[str, Any], field: str, code: str) -> None:
    reply = asked(shop, **wrong)
    assert reply.status == 422
    assert [(one["field"], one["code"]) for one in reply.json["errors"]] == [(field, code)]


def test_half_a_surrogate_is_no_text(shop: Shop) -> None:
    assert asked(shop, recipient="\ud83c").status in (400, 422)


def test_drawing_is_limited_per_caller(shop: Shop) -> None:
    by = caller()
    answers = [asked(shop, by).status for _ in range(97)]
    assert answers.count(200) == 95  # 90 counted, after the 5 that are not
    assert set(answers[95:]) == {429}
    assert asked(shop).status == 200
