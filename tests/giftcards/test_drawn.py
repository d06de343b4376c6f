"""A card on the screen: the drawing that the printer gets too, with nothing in it that a page would run."""

import xml.etree.ElementTree as ElementTree
from itertools import pairwise

import pytest
from hypothesis import given, settings

from chalicelib.giftcards.paper.compose import Format, composed
from chalicelib.giftcards.paper.ink import Sheet, Words
from chalicelib.giftcards.paper.inscription import SAMPLE_CODE, Inscription
from chalicelib.giftcards.paper.looks import LOOKS
from chalicelib.giftcards.paper.svg import svg
from chalicelib.giftcards.paper.typeset import width_of
from tests.giftcards.cards import CODE, LONG, inscription, inscriptions

FORMS: tuple[Format, ...] = ("screen", "phone", "print")
TAG = "{http://www.w3.org/2000/svg}"
MARGIN = 14.0


def words_of(sheet: Sheet) -> list[Words]:
    return [mark for mark in sheet.marks if isinstance(mark, Words)]


def said(sheet: Sheet) -> str:
    return " ".join(words.text for words in words_of(sheet))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("design", LOOKS)
def test_a_card_says_whose_it_is_what_for_and_how_much(form: Format, design: str) -> None:
    text = said(composed(inscription(design=design), form))
    for part in ("UN REGALO PARA", "Valentina Muñoz", "¡Feliz aniversario!", "DE PARTE DE", "Tomás y la familia",
                 "$118.000", CODE, "VÁLIDA HASTA", "4 de diciembre de 2027"):
        assert part in text
    assert "Velada romántica" in text
    assert ("CÓMO USARLA" in text) is (form != "screen")


def test_a_card_in_english_has_no_spanish_but_its_names() -> None:
    text = said(composed(inscription(language="en", title="Romantic evening", message="Enjoy!"), "print"))
    for part in ("A GIFT FOR", "FROM", "CODE", "VALID UNTIL", "4 December 2027", "HOW TO USE IT", "Fold here"):
        assert part in text


@given(inscriptions)
@settings(max_examples=60)
def test_whatever_is_written_no_line_leaves_the_card_or_runs_into_another(text: Inscription) -> None:
    for form in FORMS:
        sheet = composed(text, form)
        lines = words_of(sheet)
        for line in lines:
            assert line.x >= MARGIN
            assert line.x + width_of(line.text, line.face, line.size, line.spacing) <= sheet.width - MARGIN
            assert line.size <= line.y <= sheet.height - MARGIN
        columns: dict[float, list[Words]] = {}
        for line in lines:
            columns.setdefault(line.x, []).append(line)
        for column in columns.values():
            for above, below in pairwise(sorted(column, key=lambda one: one.y)):
                assert below.y - above.y >= min(above.size, below.size) * 0.85


def test_the_message_of_300_letters_can_still_be_read() -> None:
    for form, least in (("screen", 12.5), ("phone", 12.5), ("print", 11.0)):
        sheet = composed(inscription(message=LONG, recipient="María Fernanda de los Ángeles Oyarzún S."), form)
        assert min(line.size for line in words_of(sheet) if line.face == "italic") >= least


def test_a_card_without_a_message_keeps_no_gap_of_one() -> None:
    assert not [line for line in words_of(composed(inscription(message="🎉"), "screen")) if line.face == "italic"]


@pytest.mark.parametrize("hostile", [
    "<script>alert(1)</script>", "]]><x/>", '"><svg onload=alert(1)>', "&lt;b&gt;", "a\x00b\x1b\ufffe", "‮oveR‬",
    "<!--", "<![CDATA[", "';alert(1)//"])
def test_what_people_type_stays_text(hostile: str) -> None:
    drawn = svg(composed(inscription(recipient=hostile, sender=hostile, message=hostile, title=hostile), "screen"))
    root = ElementTree.fromstring(drawn)
    assert {element.tag.removeprefix(TAG) for element in root.iter()} <= {
        "svg", "defs", "linearGradient", "stop", "clipPath", "path", "g", "text"}
    names = {name for element in root.iter() for name in element.attrib}
    assert not {name for name in names if name.startswith("on") or "href" in name or name == "style"}


def test_the_drawing_needs_no_style_of_its_own_and_its_names_are_its_own() -> None:
    one, other = (svg(composed(inscription(recipient=name), "screen")) for name in ("Ana", "Berta"))
    assert "style" not in one.replace("font-style", "")
    assert not ids(one) & ids(other)


def test_a_screen_reader_hears_what_the_drawing_is() -> None:
    root = ElementTree.fromstring(svg(composed(inscription(recipient='Ana "Nita" & Co'), "screen")))
    assert (root.attrib["role"], root.attrib["lang"]) == ("img", "es")
    assert root.attrib["aria-label"] == ('Tarjeta de regalo para Ana "Nita" & Co, de parte de Tomás y la familia: '
                                         "Velada romántica con flores, $118.000")


def ids(drawn: str) -> set[str]:
    return {element.attrib["id"] for element in ElementTree.fromstring(drawn).iter() if "id" in element.attrib}


def test_a_card_is_light_enough_to_be_drawn_while_one_types() -> None:
    for design in LOOKS:
        assert len(svg(composed(inscription(design=design, message=LONG), "screen")).encode()) < 60_000


def test_a_sample_card_has_no_code_that_opens_anything() -> None:
    assert CODE not in (drawn := svg(composed(inscription(code=SAMPLE_CODE), "screen")))
    assert SAMPLE_CODE in drawn


def test_a_design_that_is_no_more_is_drawn_as_the_first() -> None:
    assert composed(inscription(design="gone"), "screen") == composed(inscription(design="amanecer"), "screen")
