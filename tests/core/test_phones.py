"""Phones become E.164, PROVIDERS.md §E.3."""

import pytest

from chalicelib.core.phones import normalise_phone


@pytest.mark.parametrize(
    ("typed", "country", "e164"),
    [
        ("9 8765 4321", "CL", "+56987654321"),
        ("+56 9 8765 4321", "CL", "+56987654321"),
        ("+56987654321", "AR", "+56987654321"),
        ("0056987654321", "CL", "+56987654321"),
        ("65 223 4567", "CL", "+56652234567"),
        ("2 2345 6789", "CL", "+56223456789"),
        ("+54 11 4321 1234", "CL", "+541143211234"),
        ("(11) 4321-1234", "AR", "+541143211234"),
        ("+1 415 555 2671", "CL", "+14155552671"),
        ("+49 30 901820", "DE", "+4930901820"),
    ],
)
def test_a_number_is_read_as_its_country_writes_it(typed: str, country: str, e164: str) -> None:
    assert normalise_phone(typed, country) == e164


def test_a_chilean_mobile_of_a_range_nobody_has_listed_yet_is_accepted() -> None:
    assert normalise_phone("+56912345678") == "+56912345678"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "123",
        "98765432",
        "987654321012",
        "hola",
        "+",
        "+56",
        "+999123456789",
        "9" * 300,
    ],
)
def test_what_cannot_be_a_number_is_refused(typed: str) -> None:
    assert normalise_phone(typed) is None


def test_a_number_without_prefix_from_an_unknown_country_is_refused() -> None:
    assert normalise_phone("987654321", "ZZ") is None
