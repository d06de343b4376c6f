"""What the mails to who waits for an hour say."""

import re
from datetime import UTC, date, datetime, time, timedelta
from html import unescape
from typing import Any

import pytest

from chalicelib.core.clock import at_spa
from chalicelib.core.events import Fact
from chalicelib.core.texts import Lang
from chalicelib.notifications.model import Mail
from chalicelib.notifications.waiting import KINDS, LAPSED, OFFERED, compose_waiting, still_waited_for
from chalicelib.waitlist import model
from chalicelib.waitlist.leave import told
from chalicelib.waitlist.model import Entry, EntryState, Joiner, Offered, Wanted

NOW = datetime(2026, 12, 1, 15, tzinfo=UTC)
DAY = date(2026, 12, 2)
HOME, LINK = "https://aremko.test/", "https://aremko.test/espera/#esp_x.a-token"
OFFER = Offered(cart="crt_x_1", line="lin_a", service="tina-hornopiren", name_es="Tina Hornopirén",
                name_en="Hornopirén hot tub", start=at_spa(DAY, time(17)), end=at_spa(DAY, time(19)), price=50_000,
                until=NOW + timedelta(hours=1))


def _entry(last: date = DAY, **changes: Any) -> Entry:
    wanted = Wanted(services=("tina-hornopiren", "masaje"), first=DAY, last=last, guests=2)
    entry = model.joined(wanted, Joiner(name="Berta Díaz", email="berta@correo.cl"), frozenset(), language="es",
                         trace="req-12345678", now=NOW)
    return entry.model_copy(update=changes)


def _waits_with_an_offer(**changes: Any) -> Entry:
    return model.offered(_entry(**changes), OFFER, NOW)


def _fact(type: str, **data: Any) -> Fact:
    said: dict[str, Any] = {} if type == "waitlist.joined" else dict(told(OFFER))
    return Fact(id="f", type=type, at=NOW, order="esp_x", trace="t", data={**said, **data})


def written(type: str, entry: Entry | None = None, **data: Any) -> Mail:
    entry = entry or (_waits_with_an_offer() if type == OFFERED else _entry())
    services = ["Tina Hornopirén", "Masaje"] if entry.language == "es" else ["Hornopirén hot tub", "Massage"]
    return compose_waiting(_fact(type, **data), entry, services, home=HOME, link=LINK)


def _both(mail: Mail) -> tuple[str, str]:
    return " ".join(mail.html.split()), " ".join(mail.text.split())


def test_who_joins_is_told_for_what_she_waits_and_where_to_leave() -> None:
    mail = written("waitlist.joined", _entry(last=date(2026, 12, 4)))
    assert mail.subject == "Estás en la lista de espera de Aremko"
    for words in _both(mail):
        for said in ("Del miércoles 2 de diciembre de 2026 al viernes 4 de diciembre de 2026",
                     "Estás en la lista, Berta", "Tina Hornopirén", "Masaje", "2 personas", LINK,
                     "En esa página también puedes salir de la lista.", "alguien se anotó en nuestra lista de espera"):
            assert said in words
        assert "hiciste una reserva" not in words


def test_an_offer_names_its_hour_its_price_and_until_when_it_is_kept() -> None:
    mail = written(OFFERED)
    assert mail.subject == "Se liberó una hora para ti: Tina Hornopirén"
    for words in _both(mail):
        for said in ("miércoles 2 de diciembre de 2026, 17:00", "17:00 a 19:00 · 2 personas", "$50.000",
                     "Te la guardamos hasta el martes 1 de diciembre de 2026, 13:00 (hora de Chile).", LINK,
                     "Tomar esta hora"):
            assert said in words


@pytest.mark.parametrize(("waits", "says", "link"), [
    (True, "Sigues en la lista de espera, al final.", LINK),
    (False, "Como es la segunda vez, te sacamos de la lista de espera.", HOME),
])
def test_who_did_not_take_her_hour_learns_whether_she_still_waits(waits: bool, says: str, link: str) -> None:
    mail = written(LAPSED, waits=waits)
    for words in _both(mail):
        assert says in words
        assert "Te guardamos Tina Hornopirén, miércoles 2 de diciembre de 2026, 17:00" in words
    assert re.findall(r'href="([^"]+)"', mail.html) == [link]


@pytest.mark.parametrize("lang", ["es", "en"])
@pytest.mark.parametrize("type", KINDS)
def test_both_forms_say_the_same_in_both_languages(type: str, lang: Lang) -> None:
    entry = (_waits_with_an_offer if type == OFFERED else _entry)(language=lang)
    mail = written(type, entry, waits=True)
    page = re.sub(r"<(style|title)[^>]*>.*?</\1>|<[^>]+>", " ", mail.html, flags=re.DOTALL)
    page = " ".join(unescape(page).replace(":", " ").split())
    lines = [" ".join(line.strip().removeprefix("* ").replace(":", " ").split()) for line in mail.text.splitlines()]
    assert [line for line in lines if len(line) > 25 and "http" not in line and line not in page] == []
    assert "None" not in mail.text + page
    assert "{" not in mail.text + page
    if lang == "en":
        assert not re.search(r"lista|hora\b|personas|diciembre|Tina", mail.text.replace(LINK, "") + mail.subject)


def test_a_name_cannot_write_html() -> None:
    entry = _waits_with_an_offer(guest=Joiner(name="<script>alert(1)</script>", email="x@correo.cl"))
    assert "<script" not in written(OFFERED, entry).html


@pytest.mark.parametrize(("entry", "at", "so"), [
    (_waits_with_an_offer(), NOW, True),
    (_waits_with_an_offer(), OFFER.until + timedelta(seconds=1), False),
    (model.left(_waits_with_an_offer(), NOW), NOW, False),
    (model.taken(_waits_with_an_offer(), NOW), NOW, False),
    (model.offered(_entry(), OFFER.model_copy(update={"start": OFFER.start + timedelta(hours=2)}), NOW), NOW, False),
])
def test_an_offer_is_told_only_while_just_that_hour_can_be_taken(entry: Entry, at: datetime, so: bool) -> None:
    assert still_waited_for(_fact(OFFERED), entry, at) is so


@pytest.mark.parametrize(("type", "state", "so"), [
    ("waitlist.joined", EntryState.WAITING, True), ("waitlist.joined", EntryState.OFFERED, True),
    ("waitlist.joined", EntryState.LEFT, False), (LAPSED, EntryState.WAITING, True), (LAPSED, EntryState.ENDED, True),
    (LAPSED, EntryState.LEFT, False), (LAPSED, EntryState.TAKEN, False),
])
def test_who_has_left_hears_nothing_more(type: str, state: EntryState, so: bool) -> None:
    assert still_waited_for(_fact(type), _entry(state=state), NOW) is so
