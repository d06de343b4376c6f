"""Identifiers for machines and order numbers for people."""

import re

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.ids import ALPHABET, order_number, random_id, valid_order_number

NUMBERS = st.builds(order_number)


def test_no_two_symbols_can_be_mistaken_for_each_other() -> None:
    for pair in ("0O", "1I", "1L", "IL", "5S", "8B", "UV", "2Z", "0D0"[:2], "0Q"):
        assert len(set(pair) & set(ALPHABET)) <= 1, pair
    assert len(set(ALPHABET)) == len(ALPHABET)


@given(NUMBERS)
def test_an_order_number_is_two_groups_of_four_and_a_check_symbol(number: str) -> None:
    assert re.fullmatch(f"[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}-[{ALPHABET}]", number)
    assert valid_order_number(number)


@given(NUMBERS, st.integers(0, 8), st.sampled_from(ALPHABET))
def test_any_single_wrong_symbol_is_caught(number: str, place: int, symbol: str) -> None:
    symbols = list(number.replace("-", ""))
    right = symbols[place]
    symbols[place] = symbol
    assert valid_order_number("".join(symbols)) is (symbol == right)


@given(NUMBERS)
def test_a_number_is_understood_in_lower_case_and_without_dashes(number: str) -> None:
    assert valid_order_number(number.lower().replace("-", " "))
    assert valid_order_number(number.replace("-", ""))


@given(st.text(max_size=14))
def test_any_other_text_is_refused_without_a_fault(text: str) -> None:
    symbols = text.upper().replace("-", "").replace(" ", "")
    if len(symbols) != 9 or set(symbols) - set(ALPHABET):
        assert not valid_order_number(text)


def test_machine_identifiers_are_long_and_differ() -> None:
    made = {random_id("crt") for _ in range(1000)}
    assert len(made) == 1000
    assert all(re.fullmatch(r"crt_[0-9a-z]{22}", id) for id in made)
