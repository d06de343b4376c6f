"""What the mails say, in both languages and both forms."""

import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from icalendar import Calendar

from chalicelib.core.money import Clp
from chalicelib.core.texts import Lang
from chalicelib.notifications import wording
from chalicelib.notifications.compose import KINDS, compose
from chalicelib.notifications.model import Booking, Mail
from tests.notifications.builders import POLICY, a_booking, a_fact

SITE = "https://aremko.test"
LINK = f"{SITE}/reserva/#7K2M-9Q4T-X.a-token_with.dots"
DATA = {"order.confirmed": {}, "payment.refund_due": {"reason": "slot_lost", "amount": 50_000},
        "payment.refunded": {"amount": 50_000}}
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


def _mail(type: str = "order.confirmed", booking: Booking | None = None, **data: object) -> Mail:
    return compose(a_fact(type, **{**DATA[type], **data}), booking or a_booking(), site=SITE, link=LINK)


def test_the_confirmation_tells_everything_a_guest_needs() -> None:
    mail = _mail()
    text, page = _read(mail.html)
    assert mail.subject == "Tu reserva 7K2M-9Q4T-X está confirmada"
    for fact in ("¡Listo, Ana! Te esperamos", "7K2M-9Q4T-X", "Tina Hornopirén", "miércoles 2 de diciembre de 2026",
                 "17:00 a 19:00 · 2 personas", "$50.000", "No queda nada por pagar", "Cómo llegar", "río Pescado",
                 "Traje de baño, toalla y sandalias", POLICY):
        assert fact in text
        assert fact.lower() in mail.text.lower()
    assert LINK in page.links
    assert LINK in mail.text


def test_in_english_nothing_is_left_in_spanish() -> None:
    mail = _mail(booking=a_booking(language="en", policy="You can cancel."))
    text, _ = _read(mail.html)
    assert mail.subject == "Your booking 7K2M-9Q4T-X is confirmed"
    assert "Wednesday, 2 December 2026" in text
    assert "17:00 to 19:00 · 2 guests" in text
    assert not re.search(r"reserva\b(?!/)|personas|diciembre|Llega", text.replace(LINK, ""))
    assert 'lang="en"' in mail.html


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("type", KINDS)
def test_the_text_twin_has_the_same_facts_as_the_page(type: str, lang: Lang) -> None:
    mail = _mail(type, a_booking(language=lang))
    text, page = _read(mail.html)
    facts = set(re.findall(r"\$[\d.]*\d|\d\d:\d\d|7K2M-9Q4T-X", text))
    facts |= {link for link in page.links if link.startswith("http")}
    assert facts
    assert [fact for fact in sorted(facts) if fact not in mail.text] == []
    sentences = [line for line in mail.text.splitlines() if len(line) > 40 and "http" not in line]
    assert [line for line in sentences if " ".join(line.split()) not in text] == []


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("type", KINDS)
def test_a_name_cannot_write_html(type: str, lang: Lang) -> None:
    evil = "<script>alert(1)</script>{{7*7}}{t} Soto"
    line = a_booking().lines[0]
    booking = a_booking(language=lang, name=evil, lines=(replace(line, name='<img src=x onerror="x">'),))
    mail = _mail(type, booking)
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


def test_what_is_left_to_pay_is_said() -> None:
    mail = _mail(booking=a_booking(paid=Clp(20_000), balance_due=Clp(30_000)))
    text, _ = _read(mail.html)
    assert "Por pagar $30.000" in text
    assert "Por pagar: $30.000" in mail.text
    assert "No queda nada por pagar" not in text


@pytest.mark.parametrize(("reason", "says"), [
    ("slot_lost", "otra persona tomó tus horas"),
    ("paid_twice", "un pago de más"),
    ("cancelled", "Te devolvemos el pago de tu reserva."),
])
def test_money_that_goes_back_is_explained(reason: str, says: str) -> None:
    mail = _mail("payment.refund_due", reason=reason, amount=48_000)
    text, page = _read(mail.html)
    assert says in text
    assert "Te devolvemos $48.000" in text
    assert "Flow te escribirá" in text
    assert f"{SITE}/" in page.links
    assert LINK not in mail.html
    assert mail.attachments == ()


def test_lines_stand_in_the_order_of_the_day() -> None:
    late = a_booking().lines[0]
    early = replace(late, id="lin_b", name="Masaje", start=late.start - timedelta(hours=4), end=late.start)
    text = _mail(booking=a_booking(lines=(late, early))).text
    assert text.index("Masaje") < text.index("Tina Hornopirén")


def test_a_night_names_both_days() -> None:
    line = a_booking().lines[0]
    night = replace(line, start=line.start - timedelta(hours=1), end=line.start + timedelta(hours=18))
    spanish, english = (wording.hours(night.start, night.end, lang) for lang in LANGS)
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
