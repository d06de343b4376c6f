"""Cards are printed into a private bucket: once for each look they have had, and the mail follows the print."""

from datetime import timedelta
from unittest import mock
from urllib.parse import parse_qs

import pypdfium2
import pytest
import zxingcpp

from chalicelib.aws import files
from chalicelib.aws.transactions import Transaction
from chalicelib.core.errors import Conflict, NotFound, Retryable
from chalicelib.giftcards import table, way
from chalicelib.giftcards.codes import unseal
from chalicelib.giftcards.model import Card, Way
from chalicelib.giftcards.print_card import link_to, print_card
from chalicelib.giftcards.replace import replace
from tests.giftcards.conftest import Bought, Shop, gift
from tests.support.meter import metered


def issued(shop: Shop, **changes: object) -> tuple[Bought, Card]:
    """Return an order and its one card, of which the printer has been told and has done nothing yet."""
    bought = shop.place(gift(**changes))
    bought.pay()
    shop.spa.stream(bought.order)
    assert shop.spa.work("giftcards") == 0
    shop.spa.stream(bought.order)
    return bought, bought.cards[0]


def types(shop: Shop, card: Card) -> list[str]:
    return [fact["type"]["S"] for fact in shop.spa.facts(card.id)]


def keys(card: Card, version: int) -> set[str]:
    return {f"prints/cards/{card.id}/{version}-{form}.pdf" for form in ("print", "phone")}


def test_an_issued_card_is_printed_and_its_mail_asked_for_at_once(shop: Shop) -> None:
    _, card = issued(shop)
    assert (card.printed, types(shop, card)) == (0, ["giftcard.issued"])
    assert shop.spa.work("giftcard-prints") == 0
    after = table.load(card.id)
    assert (after.printed, after.version, after.delivery.told) == (1, 2, 1)
    assert types(shop, card) == ["giftcard.issued", "giftcard.printed", "giftcard.delivery_due"]
    assert set(shop.spa.files) == keys(card, 1)


def test_the_print_carries_the_code_that_opens_the_card_and_what_was_written(shop: Shop) -> None:
    _, card = issued(shop)
    shop.spa.work("giftcard-prints")
    code = unseal(card.sealed, card.id)
    for content in shop.spa.files.values():
        page = pypdfium2.PdfDocument(content)[0]
        picture = page.render(scale=2).to_pil()
        assert [one.text for one in zxingcpp.read_barcodes(picture)] == [f"http://site.test/tarjeta/#{code}"]
        text = page.get_textpage().get_text_bounded()
        for part in (code, "Berta", "¡Feliz cumpleaños!", "Tina para dos", "$50.000", "2 de diciembre de 2027"):
            assert part in text


def test_a_card_for_later_is_printed_now_and_mailed_then(shop: Shop) -> None:
    _, card = issued(shop, delivery={"way": "later", "email": "b@example.cl", "date": "2026-12-04", "time": "09:00"})
    shop.spa.work("giftcard-prints")
    assert types(shop, card) == ["giftcard.issued", "giftcard.printed"]
    assert table.load(card.id).delivery.told == 0


def test_the_same_message_twice_prints_and_mails_once(shop: Shop) -> None:
    _, card = issued(shop)
    assert print_card(card.id, shop.spa.clock) is True
    before = table.load(card.id)
    with mock.patch.object(files, "put", side_effect=AssertionError("printed again")):
        assert print_card(card.id, shop.spa.clock) is False
        assert shop.spa.work("giftcard-prints") == 0
    assert table.load(card.id) == before
    assert types(shop, card).count("giftcard.printed") == 1


def test_a_stale_message_does_nothing_after_the_change_was_printed(shop: Shop) -> None:
    _, card = issued(shop, delivery={"way": "self"})
    stale = list(shop.spa.queued["giftcard-prints"])
    tx = Transaction()
    changed = way.rewritten(card, card.face.model_copy(update={"recipient": "Carla"}), card.delivery,
                            shop.spa.clock.now())
    table.saved(tx, changed, table.fact(changed, "giftcard.changed"))
    tx.commit()
    assert print_card(card.id, shop.spa.clock) is True
    after = table.load(card.id)
    shop.spa.queued["giftcard-prints"] = stale
    assert shop.spa.work("giftcard-prints") == 0
    assert table.load(card.id) == after
    assert set(shop.spa.files) == keys(card, 2)
    text = pypdfium2.PdfDocument(shop.spa.files[min(keys(card, 2))])[0].get_textpage().get_text_bounded()
    assert "Carla" in text and "Berta" not in text


def test_a_card_that_changes_while_it_is_printed_is_printed_again_as_it_is_then(shop: Shop) -> None:
    _, card = issued(shop, delivery={"way": "self"})

    def changed_meanwhile(bucket: str, key: str, content: bytes, content_type: str) -> None:
        if not shop.spa.files:
            tx = Transaction()
            replace(tx, table.load(card.id), shop.spa.clock.now(), by="usr_1", reason="lost")
            tx.commit()
        shop.spa.keep(bucket, key, content, content_type)

    with mock.patch.object(files, "put", changed_meanwhile), pytest.raises(Retryable) as refused:
        print_card(card.id, shop.spa.clock)
    assert refused.value.code == "gift_card_changed"
    assert table.load(card.id).printed == 0
    assert shop.spa.work("giftcard-prints") == 0
    after = table.load(card.id)
    assert (after.printed, after.version) == (2, 3)
    text = pypdfium2.PdfDocument(shop.spa.files[min(keys(card, 2))])[0].get_textpage().get_text_bounded()
    assert unseal(after.sealed, card.id) in text


def test_when_the_bucket_does_not_answer_nothing_is_said_and_the_message_comes_again(shop: Shop) -> None:
    _, card = issued(shop)
    with mock.patch.object(files, "put", side_effect=Retryable("busy")):
        assert shop.spa.work("giftcard-prints") == 1
    assert (table.load(card.id), types(shop, card)) == (card, ["giftcard.issued"])
    assert shop.spa.work("giftcard-prints") == 0
    assert table.load(card.id).printed == 1


def test_printing_costs_one_read_and_one_transaction(shop: Shop) -> None:
    _, card = issued(shop)
    with metered() as bill:
        assert print_card(card.id, shop.spa.clock) is True
    assert bill.counted() == {"GetItem": 1, "TransactWriteItems": 1}


def test_a_card_that_does_not_exist_is_not_printed(shop: Shop) -> None:
    with pytest.raises(NotFound):
        print_card("gft_nobody", shop.spa.clock)
    assert shop.spa.files == {}


def test_a_link_is_good_for_five_minutes_and_names_the_file_for_people(shop: Shop) -> None:
    _, card = issued(shop, recipient="Íñigo/\"O'Hara\"", delivery={"way": "self"})
    assert card.delivery.way is Way.SELF
    now = shop.spa.clock.now()
    with pytest.raises(Conflict) as refused:
        link_to(card, "print", now)
    assert refused.value.code == "gift_card_not_printed"
    shop.spa.work("giftcard-prints")
    printed = table.load(card.id)
    address, until = link_to(printed, "print", now)
    assert until - now == timedelta(minutes=5)
    path, _, query = address.partition("?")
    assert path.endswith(f"/test-prints/cards/{card.id}/1-print.pdf")
    assert "X-Amz-Expires=300" in query
    assert "response-cache-control=private%2C%20no-store" in query
    disposition = parse_qs(query)["response-content-disposition"]
    assert disposition == ["attachment; filename*=UTF-8''Aremko%20-%20Regalo%20para%20"
                           "%C3%8D%C3%B1igo%20%20O%27Hara%20.pdf"]
    assert "inline" in link_to(printed, "phone", now)[0]
