"""The Chilean tax number, PROVIDERS.md §E.2."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.rut import normalise_rut

VALID = [
    "12345678-5",
    "11111111-1",
    "30686957-4",
    "7025521-9",
    "14233531-K",
    "9999999-3",
    "1-9",
    "24965885-5",
    "10000013-K",
    "6-K",
    "60805000-0",
    "97004000-5",
    "20961605-K",
    "76086428-5",
    "76830014-3",
]
INVALID = [
    "12345678-9",
    "14233531-8",
    "9999999-9",
    "",
    "K",
    "0",
    "0-0",
    "123456789-2",
    "abc",
    "12345678-55",
    "１２３４５６７８-5",
    "١٢٣٤٥٦٧٨-5",
]


@pytest.mark.parametrize("rut", VALID)
def test_every_known_rut_is_accepted_as_written(rut: str) -> None:
    assert normalise_rut(rut) == rut


@pytest.mark.parametrize("text", INVALID)
def test_what_fails_the_check_digit_is_no_rut(text: str) -> None:
    assert normalise_rut(text) is None


@pytest.mark.parametrize(
    ("typed", "rut"),
    [
        ("12.345.678-5", "12345678-5"),
        ("14233531-k", "14233531-K"),
        (" 12345678 5 ", "12345678-5"),
        ("0007025521-9", "7025521-9"),
        ("142335 31K", "14233531-K"),
    ],
)
def test_a_rut_is_understood_however_it_is_typed(typed: str, rut: str) -> None:
    assert normalise_rut(typed) == rut


@given(st.integers(1, 99_999_999))
def test_of_the_eleven_check_digits_exactly_one_is_right(number: int) -> None:
    assert sum(normalise_rut(f"{number}-{digit}") is not None for digit in "0123456789K") == 1
