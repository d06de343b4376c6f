"""Codes can be read out, guessed by nobody, and are stored so that the tables alone open no card."""

import base64

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.ids import ALPHABET, gift_code, read_gift_code
from chalicelib.giftcards import codes

CODE = "AAAA-AAAA-AAAA-AAAA-R"


@given(st.integers(0, 16), st.sampled_from(ALPHABET))
def test_one_wrong_symbol_makes_it_no_code(place: int, symbol: str) -> None:
    symbols = gift_code().replace("-", "")
    wrong = symbols[:place] + symbol + symbols[place + 1:]
    assert (read_gift_code(wrong) is None) == (wrong != symbols)


def test_a_code_has_seventy_three_bits_and_no_look_alikes() -> None:
    drawn = [gift_code() for _ in range(2000)]
    assert len(set(drawn)) == 2000
    assert {symbol for code in drawn for symbol in code} == {*ALPHABET, "-"}
    assert not set("0O1IL5SBUV2Z") & set(ALPHABET) and len(ALPHABET) ** 16 > 2**73


@pytest.mark.parametrize("typed", ["{}", " {} ", "lower", "spaces"])
def test_a_code_is_found_however_it_is_typed(dynamodb: str, typed: str) -> None:
    code = gift_code()
    written = {"lower": code.lower(), "spaces": code.replace("-", " ")}.get(typed, typed.format(code))
    assert codes.find_key(written) == codes.find_key(code)


@given(st.text())
def test_whatever_is_typed_has_a_key_of_the_same_form(dynamodb: str, typed: str) -> None:
    assert len(codes.find_key(typed)) == 64 and codes.find_key(typed) != codes.find_key(CODE)


def test_a_sealed_code_opens_for_its_own_card_only(dynamodb: str) -> None:
    code = gift_code()
    sealed = codes.seal(code, "gft_one")
    assert codes.unseal(sealed, "gft_one") == code and sealed != codes.seal(code, "gft_one")
    assert code.encode() not in base64.b64decode(sealed)
    with pytest.raises(InvalidTag):
        codes.unseal(sealed, "gft_two")
