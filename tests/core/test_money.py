"""Pesos and IVA, PROVIDERS.md §E.1."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.money import Clp, format_clp, net_of, vat_of

GROSS = st.integers(0, 10**9).map(Clp)


@given(GROSS)
def test_net_and_iva_always_sum_to_the_gross(gross: Clp) -> None:
    assert net_of(gross) + vat_of(gross) == gross


@given(GROSS)
def test_the_net_is_the_gross_without_19_percent_rounded_half_up(gross: Clp) -> None:
    assert net_of(gross) == (Fraction(gross * 100, 119) + Fraction(1, 2)).__floor__()


@pytest.mark.parametrize(
    ("gross", "net"),
    [
        (0, 0),
        (1, 1),
        (119, 100),
        (25_000, 21_008),
        (50_000, 42_017),
        (120_000, 100_840),
    ],
)
def test_known_prices_have_their_known_net(gross: int, net: int) -> None:
    assert net_of(Clp(gross)) == net


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (0, "$0"),
        (999, "$999"),
        (1000, "$1.000"),
        (1_234_567, "$1.234.567"),
        (-35_000, "-$35.000"),
    ],
)
def test_amounts_are_written_as_chileans_do(amount: int, written: str) -> None:
    assert format_clp(amount) == written
