"""Text is set by the measures of the fonts that draw it, and nothing is drawn that they lack."""

import json

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.giftcards.paper.typeset import LETTERS, fitted, printable, width_of, wrapped
from infra.letters import FACES, measures
from infra.paths import SITE
from tests.giftcards.cards import texts


@pytest.mark.parametrize("face", FACES)
def test_the_committed_measures_are_those_of_the_committed_font(face: str) -> None:
    written = json.loads((LETTERS / f"{face}.json").read_text(encoding="utf-8"))
    assert measures(TTFont(LETTERS / f"{face}.ttf")) == written


def test_all_four_faces_have_the_same_characters_and_every_spanish_one() -> None:
    held = [set(json.loads((LETTERS / f"{face}.json").read_text(encoding="utf-8"))["widths"]) for face in FACES]
    assert held[0] == held[1] == held[2] == held[3]
    assert set("áéíóúüñÁÉÍÓÚÜÑ¡¿«»“”—…$%&0123456789ŁőŠčğşœæØßŷ") <= held[0]


def test_the_site_has_the_same_four_faces() -> None:
    site = SITE / "src/letters"
    assert sorted(path.stem for path in site.glob("*.woff2")) == sorted(FACES)


@pytest.mark.parametrize(("typed", "drawn"), [
    ("Feliz día 🎉 mamá", "Feliz día mamá"),
    ("familia 👨‍👩‍👧 ❤️!", "familia !"),
    ("Jose\u0301 n\u0303", "José ñ"),
    ("Nguyễn Văn", "Nguyên Văn"),
    ("𝓐𝓷𝓪 ﬁn ＴＡＭ", "Ana fin TAM"),
    ("abc\u202edef\u200f", "abcdef"),
    ("uno\n\n dos \t tres\n", "uno\n\ndos tres"),
    ("李明", ""),
    ("sua\u00adve\x00\x07", "suave"),
])
def test_what_the_fonts_lack_becomes_its_nearest_letter_or_is_left_out(typed: str, drawn: str) -> None:
    assert printable(typed) == drawn


@given(texts(300))
def test_what_can_be_drawn_can_be_measured_and_is_drawn_the_same_again(text: str) -> None:
    drawn = printable(text)
    assert printable(drawn) == drawn
    assert width_of(drawn.replace("\n", " "), "serif", 10) >= 0


@given(texts(300), st.sampled_from([6.0, 14.0, 40.0]), st.sampled_from([60.0, 250.0]))
def test_no_line_is_wider_than_its_column_and_no_letter_is_lost(text: str, size: float, width: float) -> None:
    drawn = printable(text)
    lines = wrapped(drawn, "italic", size, width)
    assert all(width_of(line, "italic", size) <= width or len(line) == 1 for line in lines)
    assert "".join("".join(lines).split()) == "".join(drawn.split())


@given(texts(300), st.sampled_from([30.0, 120.0]))
def test_every_text_fits_into_its_box(text: str, height: float) -> None:
    block = fitted(printable(text), "italic", (16, 13, 11), 300, height)
    assert block.height <= height
    assert all(width_of(line, "italic", block.size) <= 300 for line in block.lines)


def test_a_word_stays_whole_at_a_smaller_size_before_it_is_broken() -> None:
    assert fitted("Montserrat", "serif", (40, 30, 20), 150, 50).lines == ("Montserrat",)
    assert len(fitted("M" * 40, "serif", (40, 30, 20), 150, 200).lines) > 1


def test_own_line_breaks_are_kept_while_there_is_room_for_them() -> None:
    assert fitted("uno\ndos", "italic", (12,), 200, 40).lines == ("uno", "dos")
    assert fitted("\n".join("abcdefgh"), "italic", (12,), 200, 40).lines == ("a b c d e f g h",)
