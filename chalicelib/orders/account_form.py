"""The account to which a person transfers money back, as its guest tells it; it never shows in a fact or a log."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from ..core.rut import normalise_rut
from ..core.shapes import Form
from ..web.fields import Text
from .guest import Account

_SEPARATORS = str.maketrans("", "", " -.")


def _digits(text: str) -> str:
    """Refuse what is no account number; return its digits alone."""
    digits = text.translate(_SEPARATORS)
    if not (digits.isascii() and digits.isdigit() and 4 <= len(digits) <= 20):
        raise PydanticCustomError("account_invalid", "an account number has 4 to 20 digits")
    return digits


def _checked(text: str) -> str:
    rut = normalise_rut(text)
    if rut is None:
        raise PydanticCustomError("rut_invalid", "the check digit does not match")
    return rut


class AccountForm(Form):
    """A Chilean bank account. `account` may have spaces, dots and dashes; `rut` is its holder's."""

    bank: Annotated[Text, Field(min_length=2, max_length=40)]
    account_type: Literal["corriente", "vista", "ahorro", "rut"]
    account: Annotated[Text, Field(min_length=4, max_length=30), AfterValidator(_digits)]
    holder: Annotated[Text, Field(min_length=2, max_length=80)]
    rut: Annotated[Text, Field(min_length=2, max_length=20), AfterValidator(_checked)]

    def told(self) -> Account:
        """Return the domain's own value."""
        return Account(bank=self.bank, account_type=self.account_type, account=self.account, holder=self.holder,
                       rut=self.rut)
