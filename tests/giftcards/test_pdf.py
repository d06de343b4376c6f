"""A card on paper: a PDF as a reader shows it, as a printer prints it, as a telephone's camera sees it."""

import re

import pypdfium2
import pytest
import zxingcpp

from chalicelib.core.texts import Lang
from chalicelib.giftcards.paper.compose import Format, composed
from chalicelib.giftcards.paper.inscription import Inscription
from chalicelib.giftcards.paper.looks import LOOKS
from chalicelib.giftcards.paper.pdf import pdf
from tests.giftcards.cards import CODE, LONG, SITE, inscription
from tests.giftcards.test_drawn import words_of

FORMS: tuple[Format, ...] = ("phone", "print")


def opened(text: Inscription, form: Format) -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(pdf(composed(text, form)))


@pytest.mark.parametrize(("language", "page"), [("es", f"/tarjeta/#{CODE}"), ("en", f"/tarjeta/?lang=en#{CODE}")])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("design", LOOKS)
def test_a_camera_reads_the_cards_page_off_every_design(form: Format, design: str, language: Lang, page: str) -> None:
    picture = opened(inscription(design=design, language=language), form)[0].render(scale=2).to_pil()
    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [f"{SITE}{page}"]


@pytest.mark.parametrize("form", FORMS)
def test_its_text_can_be_selected_line_by_line_as_it_is_drawn(form: Format) -> None:
    text = inscription(message=LONG, recipient="Íñigo Ñuñoa Übeda", sender="Łucja & Øystein")
    page = opened(text, form)[0].get_textpage().get_text_bounded()
    lines = [" ".join(line.split()) for line in page.splitlines()]
    drawn = [line.text for line in words_of(composed(text, form)) if line.face in ("italic", "serif")]
    assert len(drawn) > 8
    for line in drawn:
        assert any(line in one for one in lines)
    assert CODE in lines


@pytest.mark.parametrize(("form", "size"), [("print", (595.28, 841.89)), ("phone", (360, 812))])
def test_it_is_one_page_of_its_size_and_says_what_it_is(form: Format, size: tuple[float, float]) -> None:
    document = opened(inscription(), form)
    assert len(document) == 1
    assert document[0].get_size() == pytest.approx(size, abs=0.01)
    about = document.get_metadata_dict()
    title = ("Tarjeta de regalo para Valentina Muñoz, de parte de Tomás y la familia: "
             "Velada romántica con flores, $118.000")
    assert (about["Title"], about["Author"]) == (title, "Aremko")


@pytest.mark.parametrize("language", ["es", "en"])
def test_it_says_its_language_and_carries_its_fonts(language: str) -> None:
    raw = pdf(composed(inscription(language=language), "print"))
    assert f"/Lang ({language})".encode() in raw
    fonts = set(re.findall(rb"/FontName /([A-Za-z+-]+)", raw))
    assert {name.split(b"+")[1] for name in fonts} == {
        b"Alegreya-Medium", b"Alegreya-Italic", b"AlegreyaSans-Medium", b"AlegreyaSans-Bold"}
    assert raw.count(b"/FontFile2") == 4
    assert b"Helvetica" not in raw


def test_the_same_card_gives_the_same_bytes() -> None:
    assert pdf(composed(inscription(), "print")) == pdf(composed(inscription(), "print"))


def test_a_card_is_small_enough_to_be_sent() -> None:
    for design in LOOKS:
        assert len(pdf(composed(inscription(design=design, message=LONG), "print"))) < 150_000
