"""What the mails say, in both languages and both forms."""

import re
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from icalendar import Calendar

from chalicelib.core.events import CONSUMERS
from chalicelib.core.texts import Lang
from chalicelib.giftcards.model import Use, UseState
from chalicelib.notifications import look_up, wording
from chalicelib.notifications.compose import KINDS, compose
from chalicelib.notifications.model import Mail
from chalicelib.orders.model import Order, OrderState
from chalicelib.orders.views import terms
from chalicelib.payments.gateways import METHODS
from chalicelib.payments.model import Purpose
from tests.notifications.builders import (
    ACCOUNT,
    START,
    a_fact,
    a_massage,
    a_payment,
    a_product,
    a_tub,
    an_order,
    everything,
)

SITE = "https://aremko.test"
LINK = f"{SITE}/reserva/#7K2M-9Q4T-X.a-token_with.dots"
MOVED = {"name_es": "Tina Hornopirén", "name_en": "Hornopirén hot tub", "to": START.isoformat(),
         "from": (START - timedelta(days=1)).isoformat()}
DATA: dict[str, dict[str, Any]] = {
    "order.confirmed": {}, "payment.transfer_awaited": {"amount": 50_000},
    "payment.refund_due": {"reason": "slot_lost", "amount": 50_000}, "payment.refunded": {"amount": 50_000},
    "order.card_redeemed": {"amount": 50_000, "cards": [{"ending": "7K4M-C", "amount": 50_000}]},
    "payment.received": {"amount": 50_000}, "payment.refund_accepted": {"amount": 50_000},
    "payment.refund_rejected": {"amount": 50_000}, "payment.refund_cancelled": {"amount": 50_000},
    "order.changed": {"action": "move", "what": [MOVED], "total_before": 60_000, "total": 50_000, "surplus": 10_000,
                      "credited": 0, "late": False},
    "order.alternatives_offered": {"amount": 50_000, "until": START.isoformat()},
    "order.visit_near": {"visit": START.isoformat()}, "order.visit_over": {"visit": START.isoformat()},
    "order.cancelled": {"action": "cancel", "what": [{**MOVED, "to": None}], "total_before": 50_000, "total": 0,
                        "surplus": 50_000, "credited": 0, "late": False}}
LANGS: tuple[Lang, ...] = ("es", "en")


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._hidden += tag in ("style", "title")
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("style", "title")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data)


def _read(html: str) -> tuple[str, _Words]:
    words = _Words()
    words.feed(html)
    return " ".join(" ".join(words.words).split()), words


def _mail(type: str = "order.confirmed", order: Order | None = None, *, method: str = "flow",
          purpose: Purpose = Purpose.FULL, **data: object) -> Mail:
    transfer = ACCOUNT if type == "payment.transfer_awaited" else None
    return compose(a_fact(type, **{**DATA[type], **data}), order or an_order(), payment=a_payment(method, purpose),
                   transfer=transfer, site=SITE, link=LINK)


def test_every_fact_that_is_heard_has_its_mail() -> None:
    assert set(look_up.KINDS) == {type for type, queues in CONSUMERS.items() if "notifications" in queues}


def test_the_confirmation_tells_everything_a_guest_needs() -> None:
    mail = _mail()
    text, page = _read(mail.html)
    assert mail.subject == "Tu reserva 7K2M-9Q4T-X está confirmada"
    for fact in ("¡Listo, Ana! Te esperamos", "7K2M-9Q4T-X", "Tina Hornopirén", "miércoles 2 de diciembre de 2026",
                 "17:00 a 19:00 · 2 personas", "$50.000", "No queda nada por pagar", "Cómo llegar", "río Pescado",
                 "Traje de baño, toalla y sandalias", terms(an_order(), "es")):
        assert fact in text
        assert fact.lower() in mail.text.lower()
    assert LINK in page.links
    assert LINK in mail.text


@pytest.mark.parametrize("type", KINDS)
def test_in_english_nothing_is_left_in_spanish(type: str) -> None:
    mail = _mail(type, an_order(*everything(), language="en"))
    text, _ = _read(mail.html)
    for words in (text.replace(LINK, ""), mail.text.replace(LINK, ""), mail.subject):
        assert not re.search(r"reserva\b(?!/)|personas|noches|diciembre|Llega|transfer[ei]n?c|Tina|Masaje", words)
    assert 'lang="en"' in mail.html


def test_the_english_confirmation_has_english_days_and_hours() -> None:
    text, _ = _read(_mail(order=an_order(language="en")).html)
    assert _mail(order=an_order(language="en")).subject == "Your booking 7K2M-9Q4T-X is confirmed"
    assert "Hornopirén hot tub Wednesday, 2 December 2026 17:00 to 19:00 · 2 guests $50.000" in text


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("type", KINDS)
@pytest.mark.parametrize("paid", [100_000, None])
def test_the_text_twin_has_the_same_facts_as_the_page(type: str, lang: Lang, paid: int | None) -> None:
    mail = _mail(type, an_order(*everything(), language=lang, paid=paid))
    text, page = _read(mail.html)
    facts = set(re.findall(r"-?\$[\d.]*\d|\d\d:\d\d|7K2M-9Q4T-X", text))
    facts |= {link for link in page.links if link.startswith("http")}
    assert facts
    assert [fact for fact in sorted(facts) if fact not in mail.text] == []
    lines = [line.strip().removeprefix("* ").removeprefix("+ ") for line in mail.text.splitlines()]
    sentences = [line for line in lines if len(line) > 40 and "http" not in line]
    assert [line for line in sentences if _bare(line) not in _bare(text)] == []


def _bare(words: str) -> str:
    """Return the words alone: where the page has a table, the text has colons."""
    return " ".join(words.replace(":", " ").split())


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("type", KINDS)
def test_a_name_cannot_write_html(type: str, lang: Lang) -> None:
    evil, tag = "<script>alert(1)</script>{{7*7}}{t} Soto", '<img src=x onerror="x">'
    lines = [line.model_copy(update={"name_es": tag, "name_en": tag}) for line in everything()]
    mail = _mail(type, an_order(*lines, language=lang, name=evil))
    _, page = _read(mail.html)
    assert "script" not in page.tags
    assert "img" not in page.tags
    assert "49" not in mail.html.replace(mail.html[:mail.html.find("<body")], "")
    assert "&lt;script&gt;" in mail.html
    assert evil.split()[0] in mail.text


@pytest.mark.parametrize("type", KINDS)
def test_a_mail_asks_nothing_of_third_parties(type: str) -> None:
    mail = _mail(type)
    _, page = _read(mail.html)
    assert not {"img", "script", "link", "iframe", "form"} & set(page.tags)
    assert "@import" not in mail.html
    assert "url(" not in mail.html


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("type", KINDS)
def test_nothing_stands_where_there_is_nothing_to_say(type: str, lang: Lang) -> None:
    mail = _mail(type, an_order(*everything(), language=lang))
    text, _ = _read(mail.html)
    assert not re.search(r"·\s*(·|$|\$)|(^|\n)\s*·", text + "\n" + mail.text)
    assert "None" not in text + mail.text
    assert "\n\n\n" not in mail.text


def test_a_deposit_confirms_and_the_mail_says_what_is_left_and_where_to_pay_it() -> None:
    mail = _mail(order=an_order(paid=20_000))
    text, page = _read(mail.html)
    for words in (text, mail.text):
        assert "Recibimos tu abono y tu reserva está confirmada." in words
        assert "Ya pagaste $20.000 y quedan $30.000 por pagar." in words
        assert "Ver mi reserva y pagar el saldo" in words
        assert "No queda nada por pagar" not in words
    assert "Por pagar $30.000" in text
    assert "Por pagar: $30.000" in mail.text
    assert page.links.count(LINK) == 1


def test_a_booking_paid_in_full_is_asked_for_nothing() -> None:
    mail = _mail()
    for words in (_read(mail.html)[0], mail.text):
        assert "No queda nada por pagar" in words
        assert "saldo" not in words
        assert "abono" not in words


def test_the_mail_of_a_transfer_has_the_account_the_amount_the_comment_and_the_deadline() -> None:
    mail = _mail("payment.transfer_awaited", an_order(paid=0, state=OrderState.PENDING_PAYMENT), method="transfer")
    text, page = _read(mail.html)
    assert mail.subject == "Datos para transferir: reserva 7K2M-9Q4T-X"
    for label, value in (("Banco", "Banco Estado"), ("Tipo de cuenta", "Cuenta corriente"),
                         ("Número de cuenta", "901-2345-6"), ("Titular", "Aremko SpA"), ("RUT", "76.123.456-0"),
                         ("Correo", "pagos@aremko.cl"), ("Monto exacto", "$50.000"), ("Comentario", "7K2M-9Q4T-X"),
                         ("Plazo", "lunes 23 de noviembre de 2026, 12:05 (hora de Chile)")):
        assert f"{label} {value}" in text
        assert f"{label}: {value}\n" in mail.text
    for words in (text, mail.text):
        assert "Apenas vea tu transferencia, tu reserva queda confirmada" in words
        assert "Si no llega dentro del plazo, la reserva vence sola" in words
    assert LINK in page.links
    assert LINK in mail.text
    assert mail.attachments == ()


def test_a_deposit_by_transfer_says_what_is_paid_later() -> None:
    order = an_order(a_tub(total=120_000), paid=0, state=OrderState.PENDING_PAYMENT)
    text, _ = _read(_mail("payment.transfer_awaited", order, method="transfer", purpose=Purpose.DEPOSIT).html)
    assert "Con este abono tu reserva queda confirmada, y los $70.000 que faltan los pagas después" in text


def test_a_balance_by_transfer_threatens_no_confirmed_booking() -> None:
    order = an_order(a_tub(total=120_000), paid=70_000)
    text, _ = _read(_mail("payment.transfer_awaited", order, method="transfer", purpose=Purpose.BALANCE).html)
    assert "Tu reserva ya está confirmada. Con esta transferencia pagas lo que falta." in text
    assert "tu reserva sigue confirmada" in text
    assert "vence" not in text


@pytest.mark.parametrize(("reason", "says"), [
    ("slot_lost", "otra persona tomó tus horas"),
    ("paid_twice", "un pago de más"),
    ("order_expired", "Recibimos un monto distinto del que costaba tu reserva, y el plazo para pagarla terminó."),
    ("cancelled", "Es lo que corresponde devolverte de lo que se canceló en tu reserva."),
    ("changed", "Tu reserva cambió y ahora cuesta menos: te devolvemos la diferencia."),
    ("requested", "Es el saldo a favor que tenías en tu reserva."),
    ("something_new", "Te devolvemos el pago de tu reserva."),
])
def test_money_that_goes_back_is_explained(reason: str, says: str) -> None:
    mail = _mail("payment.refund_due", reason=reason, amount=48_000)
    text, page = _read(mail.html)
    unasked = reason in ("slot_lost", "paid_twice", "order_expired")
    assert says in text
    assert "Te devolvemos $48.000" in text
    assert ("Lo sentimos mucho, Ana" in text) is unasked
    assert page.links == [f"{SITE}/" if unasked else LINK]
    assert mail.attachments == ()


@pytest.mark.parametrize(("method", "due", "done"), [
    ("flow", "Flow te escribirá a este mismo correo", "unos 10 con crédito"),
    ("mercadopago", "Mercado Pago devuelve el dinero por sí solo", "a tu cuenta de Mercado Pago"),
    ("transfer", "dinos en la página de tu reserva a qué cuenta", "a la cuenta que nos indicaste"),
])
def test_how_money_goes_back_depends_on_how_it_came(method: str, due: str, done: str) -> None:
    for type, says in (("payment.refund_due", due), ("payment.refunded", done)):
        mail = _mail(type, method=method)
        text, _ = _read(mail.html)
        for words in (text, mail.text):
            assert says in words
            assert ("Flow" in words) == (method == "flow" and type == "payment.refund_due")
            assert ("Mercado Pago" in words) == (method == "mercadopago")


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("method", METHODS)
def test_every_way_to_pay_has_its_way_back(method: str, lang: Lang) -> None:
    for type in ("payment.refund_due", "payment.refunded"):
        assert _mail(type, an_order(language=lang), method=method).text


def test_lines_stand_in_the_order_of_the_day() -> None:
    text = _mail(order=an_order(a_tub(), a_massage("lin_b", START - timedelta(hours=4)))).text
    assert text.index("Masaje") < text.index("Tina Hornopirén")


def test_an_order_without_an_hour_has_no_calendar_file_and_speaks_of_none() -> None:
    mail = _mail(order=an_order(a_product()))
    text, _ = _read(mail.html)
    assert mail.attachments == ()
    for words in (text, mail.text):
        assert "Jugo natural" in words
        assert "calendario" not in words
        assert "Traje de baño" not in words
        assert "horas antes" not in words


def test_a_night_inside_a_programme_names_both_days() -> None:
    start, end = START - timedelta(hours=1), START + timedelta(hours=18)
    spanish, english = (wording.hours(start, end, lang) for lang in LANGS)
    assert spanish == "desde las 16:00 hasta el jueves 3 de diciembre de 2026, 11:00"
    assert english == "from 16:00 until Thursday, 3 December 2026, 11:00"


def test_both_languages_have_the_same_sentences_with_the_same_values() -> None:
    def values(lang: Lang) -> dict[str, set[str]]:
        return {code: set(re.findall(r"{(\w+)}", words)) for code, words in wording._texts(lang).items()}

    assert values("es") == values("en")


def test_the_calendar_file_goes_along_under_a_type_that_keeps_its_accents() -> None:
    (file,) = _mail().attachments
    assert (file.name, file.content_type) == ("aremko-7K2M-9Q4T-X.ics", "application/ics")
    (event,) = Calendar.from_ical(file.content).walk("VEVENT")
    assert str(event["summary"]) == "Tina Hornopirén en Aremko"


def test_the_address_stands_only_in_the_envelope() -> None:
    mail = _mail()
    assert mail.to == "ana@correo.cl"
    assert "ana@correo.cl" not in mail.html + mail.text + mail.subject


def test_what_gift_cards_paid_stands_beside_the_money() -> None:
    use = Use(card="gft_x", ending="7K4M-C", amount=20_000, state=UseState.SPENT)
    both = compose(a_fact(), an_order(paid=30_000, cards=(use,)), site=SITE, link=LINK)
    whole = use.model_copy(update={"amount": 50_000})
    card_alone = compose(a_fact(), an_order(paid=0, cards=(whole,)), site=SITE, link=LINK)
    for words in (*_read(both.html)[:1], both.text):
        assert re.search(r"Pagado:? \$30\.000\s+Con gift card:? \$20\.000", words)
    assert "Con gift card: $50.000" in card_alone.text and "Pagado" not in card_alone.text
    left = compose(a_fact(), an_order(paid=10_000, cards=(use,)), site=SITE, link=LINK)
    assert "Ya pagaste $30.000 y quedan $20.000 por pagar." in left.text


def test_what_is_back_on_a_gift_card_is_told_apart_from_what_a_provider_gives_back() -> None:
    cards = [{"ending": "7K4M-C", "amount": 20_000}]
    mail = _mail("order.cancelled", cards=cards)
    assert "$20.000 volvieron a tu gift card terminada en 7K4M-C: ya puedes usarlos." in mail.text
    assert "Te devolvemos $30.000." in mail.text
    only = _mail("order.cancelled", cards=[{"ending": "7K4M-C", "amount": 50_000}])
    assert "$50.000 volvieron" in only.text and "Te devolvemos" not in only.text


def test_who_pays_with_a_gift_card_hears_how_much_it_was() -> None:
    mail = _mail("order.card_redeemed")
    assert (mail.kind, mail.subject) == ("card_redeemed", "Pagaste con gift card la reserva 7K2M-9Q4T-X")
    assert "De tu gift card: $50.000" in mail.text and "Recibimos" not in mail.text + mail.html
