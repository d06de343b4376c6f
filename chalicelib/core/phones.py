"""Telephone numbers in E.164, any country (PROVIDERS.md §E.3)."""

import re

_CHILEAN_MOBILE = re.compile(r"^\+569\d{8}$")


def normalise_phone(text: str, country: str = "CL") -> str | None:
    """Return the number as `+56987654321`, or None when no such number can exist.

    `country` (ISO 3166 alpha-2) reads numbers written without their prefix. Every Chilean mobile of the right
    length counts, also in ranges that libphonenumber does not know yet.

    >>> normalise_phone("9 8765 4321"), normalise_phone("+54 11 4321 1234", "AR"), normalise_phone("123")
    ('+56987654321', '+541143211234', None)
    """
    import phonenumbers  # 0.03 s that only check-out needs

    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    e164: str = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if _CHILEAN_MOBILE.match(e164) or phonenumbers.is_valid_number(number):
        return e164
    return None
