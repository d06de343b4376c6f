"""What the mails about gift cards say: to whom one is for, and to who bought it."""

import re
from datetime import UTC, date, datetime
from html import unescape
from typing import Any

import pytest

from chalicelib.core.events import CONSUMERS, Fact
from chalicelib.core.texts import Lang
from chalicelib.giftcards import way
from chalicelib.giftcards.model import Card, CardState, Delivery, Face, Way, changed
from chalicelib.giftcards.paper.looks import LOOKS
from chalicelib.notifications.gifts import KINDS, compose_gift, compose_news, compose_receipt, still_to_be_told
from chalicelib.notifications.model import Mail
from infra.paths import ROOT
from tests.giftcards.test_ledger import new_card
from tests.notifications.builders import an_order

NOW = datetime(2026, 12, 2, 15, 0, tzinfo=UTC)
FRIDAY = datetime(2026, 12, 4, 12, 0, tzinfo=UTC)
TODAY = date(2026, 12, 2)
SITE, LINK, CODE = "https://aremko.test", "https://aremko.test/reserva/#7K2M-9Q4T-X.a-token", "AAAA-CCCC-DDDD-7K4M-C"
DUE, DELIVERED, BOUNCED = "giftcard.delivery_due", "giftcard.delivered", "giftcard.bounced"
EXPIRING, REPLACED = "giftcard.expiring", "giftcard.replaced"
NEWS = (DELIVERED, BOUNCED, EXPIRING, REPLACED)
LANGS: tuple[Lang, ...] = ("es", "en")


def a_card(lang: Lang = "es", way: Way = Way.NOW, message: str = "¡Feliz cumpleaños!\nTe quiero mucho.",
           **more: Any) -> Card:
    """Berta's card for a tub for two, from Ana, on its way by mail."""
    face = Face(experience="regalo-tina-para-dos", title="Tina para dos" if lang == "es" else "Hot tub for two",
                amount=50_000, recipient="Berta", sender="Ana", message=message, design="amanecer", language=lang)
    delivery = Delivery(way=way, email=None if way is Way.SELF else "berta@example.cl",
                        at=FRIDAY if way is Way.LATER else None, told=0 if way is Way.SELF else 1)
    return new_card(**{"face": face, "delivery": delivery, "printed": 1, "buyer_language": lang, **more})


def gift(card: Card | None = None) -> Mail:
    return compose_gift(card or a_card(), CODE, site=SITE)


def news(type: str, card: Card | None = None, order_lang: Lang = "es") -> Mail:
    return compose_news(_fact(type), card or a_card(), an_order(language=order_lang), CODE, site=SITE, link=LINK)


def receipt(*cards: Card, lang: Lang = "es") -> Mail:
    return compose_receipt(an_order(language=lang), cards or (a_card(lang),), link=LINK)


def written(type: str, lang: Lang = "es") -> Mail:
    """Return each kind of mail, of Berta's card."""
    if type == DUE:
        return gift(a_card(lang))
    if type == "order.cards_issued":
        return receipt(a_card(lang), a_card(lang, Way.LATER), a_card(lang, Way.SELF), lang=lang)
    return news(type, a_card(lang), lang)


def _fact(type: str, **data: Any) -> Fact:
    return Fact(id="gft_one.000002.0", type=type, at=NOW, order="gft_one", trace="t", data={"told": 1, **data})


def _both(mail: Mail) -> tuple[str, str]:
    page = re.sub(r"<(style|title|head)[^>]*>.*?</\1>|<[^>]+>", " ", mail.html, flags=re.DOTALL)
    return " ".join(unescape(page).split()), " ".join(mail.text.split())


def _says(mail: Mail, *said: str) -> None:
    for words in _both(mail):
        assert [one for one in said if one.lower() not in words.lower()] == [], words


def test_a_gift_names_who_gives_it_what_it_is_its_code_and_how_to_use_it() -> None:
    mail = gift()
    assert (mail.kind, mail.to, mail.to_name) == ("gift_card", "berta@example.cl", "Berta")
    assert mail.subject == "Berta, tienes un regalo de Ana"
    _says(mail, "Berta, este regalo es para ti", "Ana te regala un momento de agua caliente", "¡Feliz cumpleaños!",
          "Te quiero mucho.", "TARJETA DE REGALO", "Tina para dos", "$50.000", CODE,
          "Válida hasta el 2 de diciembre de 2027", "Abrir mi regalo", "Cómo usarla",
          "Abre tu tarjeta y elige el día y la hora que más te acomoden.", "Al pagar, escribe el código.",
          "lo que no gastes queda en la tarjeta", "quien tenga el código puede usar la tarjeta",
          "alguien te envió este regalo con este correo")
    assert f'href="{SITE}/tarjeta/#{CODE}"' in mail.html and f"\n{SITE}/tarjeta/#{CODE}\n" in mail.text
    assert f'src="{SITE}/mail/amanecer.jpg"' in mail.html and mail.attachments == ()
    assert "por usar" not in mail.text and LINK not in mail.html + mail.text


def test_an_english_gift_is_english_whatever_its_buyer_speaks() -> None:
    mail = gift(a_card("en", message="", buyer_language="es"))
    assert mail.subject == "Berta, you have a gift from Ana"
    _says(mail, "Berta, this gift is for you", "Hot tub for two", "Valid until 2 December 2027", "Open my gift",
          "How to use it", CODE)
    assert not re.search(r"regalo|Válida|diciembre", mail.text + mail.subject)


def test_a_card_with_another_code_says_so_and_what_is_left() -> None:
    card = a_card()
    anew = way.asked(way.mailed_anew(card, None)).model_copy(update={"free": 20_000, "balance": 20_000})
    mail = gift(anew)
    assert mail.subject == "Tu gift card de Aremko tiene un código nuevo"
    _says(mail, "Berta, tu tarjeta tiene un código nuevo", "El código anterior ya no sirve", CODE,
          "Quedan $20.000 por usar", "Abrir mi tarjeta")


@pytest.mark.parametrize("design", sorted(LOOKS))
def test_each_design_has_its_picture_on_the_site(design: str) -> None:
    card = a_card()
    mail = gift(card.model_copy(update={"face": card.face.model_copy(update={"design": design})}))
    assert f'src="{SITE}/mail/{design}.jpg"' in mail.html and LOOKS[design].ticket in mail.html
    assert 8_000 < (ROOT / f"static_site/public/mail/{design}.jpg").stat().st_size < 60_000


def test_a_design_that_is_not_known_comes_without_a_picture() -> None:
    card = a_card()
    mail = gift(card.model_copy(update={"face": card.face.model_copy(update={"design": "rio"})}))
    assert "<img" not in mail.html and LOOKS["amanecer"].ticket in mail.html


def test_the_receipt_says_of_each_card_for_whom_it_is_and_how_it_gets_there() -> None:
    sent = way.sent(a_card(), 1, NOW)
    assert sent
    mail = receipt(a_card(), a_card(way=Way.LATER), a_card(way=Way.SELF), sent,
                   a_card(state=CardState.BLOCKED))
    assert (mail.kind, mail.to, mail.subject) == ("gift_receipt", "ana@correo.cl", "Tus 5 gift cards están listas")
    _says(mail, "¡Gracias, Ana! Tus regalos están listos", "Número de compra", "7K2M-9Q4T-X",
          "Tina para dos, para Berta", "Código terminado en 7K4M-C", "La enviamos ahora a berta@example.cl",
          "La enviamos a berta@example.cl el viernes 4 de diciembre de 2026, 09:00 (hora de Chile)",
          "La entregas tú: descárgala en la página de tu compra", "Enviada a berta@example.cl",
          "Bloqueada por ahora", "Válida hasta el 2 de diciembre de 2027", "$250.000",
          "compraste una gift card con este correo")
    assert mail.text.count("$50.000") == 5
    one = receipt()
    assert one.subject == "Tu gift card para Berta está lista" and f'href="{LINK}"' in one.html
    assert receipt(lang="en").subject == "Your gift card for Berta is ready"


def test_its_buyer_hears_that_a_gift_went_out() -> None:
    mail = news(DELIVERED)
    assert (mail.kind, mail.to, mail.subject) == ("gift_delivered", "ana@correo.cl", "Enviamos tu regalo a Berta")
    _says(mail, "Tu gift card acaba de salir a berta@example.cl.", "correo no deseado", "Ver mi compra")
    assert f'href="{LINK}"' in mail.html


def test_its_buyer_hears_that_a_gift_came_back_and_how_to_correct_the_address() -> None:
    mail = news(BOUNCED)
    assert mail.subject == "El regalo de Berta no llegó: revisa su correo"
    _says(mail, "Lo enviamos a berta@example.cl y el correo volvió.", "Corregir la dirección")
    assert f'href="{LINK}"' in mail.html


def test_who_holds_a_card_hears_that_it_is_soon_over() -> None:
    held = way.sent(a_card(buyer_language="en"), 1, NOW)
    assert held
    mail = news(EXPIRING, held.model_copy(update={"free": 30_000}))
    assert (mail.to, mail.subject) == ("berta@example.cl", "Tu gift card de Aremko vence el 2 de diciembre de 2027")
    _says(mail, "Te quedan $30.000 por usar hasta el 2 de diciembre de 2027.", "la visita puede ser después")
    assert f'href="{SITE}/tarjeta/#{CODE}"' in mail.html and LINK not in mail.html + mail.text


@pytest.mark.parametrize("by", [Way.SELF, Way.LATER])
def test_of_a_card_that_nobody_was_mailed_its_buyer_hears_that_it_is_soon_over(by: Way) -> None:
    mail = news(EXPIRING, a_card("en", by, buyer_language="es"))
    assert (mail.to, mail.subject) == ("ana@correo.cl", "La gift card de Berta vence el 2 de diciembre de 2027")
    assert CODE not in mail.html + mail.text and f'href="{LINK}"' in mail.html


def test_who_hands_a_card_over_hears_of_its_other_code() -> None:
    mail = news(REPLACED, a_card(way=Way.SELF))
    assert (mail.to, mail.subject) == ("ana@correo.cl", "La gift card de Berta tiene un código nuevo")
    _says(mail, "El anterior ya no sirve, tampoco en lo que ya imprimiste", "Descargar la tarjeta",
          "Código terminado en 7K4M-C")


@pytest.mark.parametrize("type", [*KINDS])
def test_only_the_holder_is_told_the_code_and_no_subject_says_it(type: str) -> None:
    mail = written(type)
    assert (CODE in mail.text) is (CODE in mail.html) is (type == DUE)
    assert CODE not in mail.subject + mail.to_name + mail.kind and "notifications" in CONSUMERS[type]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("type", [*KINDS])
def test_both_forms_say_the_same_in_both_languages(type: str, lang: Lang) -> None:
    mail = written(type, lang)
    page, _ = _both(mail)
    page = page.replace(":", " ")
    page = " ".join(page.split())
    lines = [" ".join(line.strip().removeprefix("* ").replace(":", " ").split()) for line in mail.text.splitlines()]
    said = [line.partition(". ")[2] if line[:1].isdigit() else line for line in lines]
    assert [line for line in said if len(line) > 14 and "http" not in line and line.lower() not in page.lower()] == []
    assert "None" not in mail.text + page and "{" not in mail.text + page and mail.to and mail.to_name
    if lang == "en":
        words = mail.text.replace("¡Feliz cumpleaños!\nTe quiero mucho.", "").replace(LINK, "")
        assert not re.search(r"regalo|tarjeta\b(?!/)|compra|código|diciembre|hasta", words.replace("/tarjeta/", ""))


@pytest.mark.parametrize("type", [*KINDS])
def test_a_name_cannot_write_html_nor_break_a_subject(type: str) -> None:
    card = a_card()
    odd = card.face.model_copy(update={"recipient": "<b>Berta</b>", "sender": "{sender}<i>", "title": "<s>x</s>",
                                       "message": "<script>alert(1)</script>{code}"})
    card = card.model_copy(update={"face": odd})
    mail = gift(card) if type == DUE else receipt(card) if type == "order.cards_issued" else news(type, card)
    assert not re.search(r"<b>|<i>|<s>|<script", mail.html)
    assert "\n" not in mail.subject


SENT = way.sent(a_card(), 1, NOW)
BACK = way.bounced(a_card(), 1, NOW)
assert SENT and BACK


@pytest.mark.parametrize(("type", "card", "so"), [
    (DUE, a_card(), True), (DUE, SENT, True), (DUE, way.blocked(a_card(), "lost", NOW), False),
    (DUE, way.asked(a_card()), False), (DUE, way.mailed_anew(a_card(), None), False),
    (DUE, a_card(last_day=date(2026, 12, 1)), False),
    (DELIVERED, SENT, True), (DELIVERED, way.bounced(SENT, 1, NOW), False), (DELIVERED, way.asked(SENT), False),
    (BOUNCED, BACK, True), (BOUNCED, way.asked(BACK), False), (BOUNCED, SENT, False),
    (REPLACED, a_card(way=Way.SELF), True), (REPLACED, a_card(), False),
    (REPLACED, changed(a_card(way=Way.SELF), NOW, state=CardState.BLOCKED), False),
])
def test_what_is_not_true_any_more_is_not_told(type: str, card: Card, so: bool) -> None:
    assert still_to_be_told(_fact(type), card, TODAY) is so


@pytest.mark.parametrize(("changes", "today", "so"), [
    ({}, date(2027, 11, 2), True), ({}, date(2027, 12, 2), True), ({}, date(2027, 12, 3), False),
    ({"free": 0}, date(2027, 11, 2), False), ({"last_day": date(2027, 12, 20)}, date(2027, 11, 2), False),
    ({"state": CardState.BLOCKED}, date(2027, 11, 2), False),
])
def test_of_the_last_day_is_told_while_something_is_left_and_it_is_that_day(
        changes: dict[str, Any], today: date, so: bool) -> None:
    assert still_to_be_told(_fact(EXPIRING, last_day="2027-12-02"), a_card(**changes), today) is so
