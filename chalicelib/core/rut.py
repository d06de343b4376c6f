"""The Chilean tax number (RUT), checked by modulo 11 (PROVIDERS.md §E.2)."""

import re

_SHAPE = re.compile(r"^([0-9]{1,8})([0-9K])$")


def normalise_rut(text: str) -> str | None:
    """Return the RUT as `12345678-5`, or None when it is not one.

    >>> normalise_rut("12.345.678-5"), normalise_rut("14233531-k"), normalise_rut("12345678-9")
    ('12345678-5', '14233531-K', None)
    """
    match = _SHAPE.match(re.sub(r"[.\-\s]", "", text).upper().lstrip("0"))
    if match is None or _check_digit(match[1]) != match[2]:
        return None
    return f"{match[1]}-{match[2]}"


def _check_digit(digits: str) -> str:
    total = sum(int(digit) * (2 + i % 6) for i, digit in enumerate(reversed(digits)))
    rest = 11 - total % 11
    return {11: "0", 10: "K"}.get(rest, str(rest))
