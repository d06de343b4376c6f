"""Chilean pesos: whole numbers, prices with IVA included (PROVIDERS.md §E.1)."""

from typing import NewType

Clp = NewType("Clp", int)

CURRENCY = "CLP"
LEAST_CHARGE = Clp(350)
"""Flow takes no payment of less (PROVIDERS.md §A.9)."""
_VAT_PERCENT = 19


def net_of(gross: Clp) -> Clp:
    """Return the price without IVA, rounded half up to the peso.

    >>> net_of(Clp(50000)), vat_of(Clp(50000))
    (42017, 7983)
    """
    return Clp((gross * 200 + 100 + _VAT_PERCENT) // (2 * (100 + _VAT_PERCENT)))


def vat_of(gross: Clp) -> Clp:
    """Return the IVA inside a gross price; net and IVA always sum to the gross."""
    return Clp(gross - net_of(gross))


def format_clp(amount: int) -> str:
    """Return the amount as Chileans write it.

    >>> format_clp(1234567)
    '$1.234.567'
    """
    sign = "-" if amount < 0 else ""
    return f"{sign}${abs(amount):,}".replace(",", ".")
