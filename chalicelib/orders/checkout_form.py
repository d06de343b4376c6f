"""What a guest fills in at check-out, and what makes it acceptable (PROVIDERS.md §E)."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from ..core.geography import valid_comuna
from ..core.phones import normalise_phone
from ..core.rut import normalise_rut
from ..core.shapes import Form
from ..core.texts import Lang
from ..payments.model import Purpose
from ..web.fields import EMAIL, Text, agreed, some_lines
from .guest import Guest

if TYPE_CHECKING:
    from .place import CheckOut

PaymentMethod = Literal["flow", "mercadopago", "transfer"]
Pay = Literal["full", "deposit"]

class Document(Form):
    """A RUT, checked by modulo 11, or a passport."""

    type: Literal["rut", "passport"]
    number: Annotated[Text, Field(min_length=2, max_length=20)]

    @field_validator("number")
    @classmethod
    def _checked(cls, number: str, info: ValidationInfo) -> str:
        if info.data.get("type") != "rut":
            return number
        rut = normalise_rut(number)
        if rut is None:
            raise PydanticCustomError("rut_invalid", "the check digit does not match")
        return rut


class GuestForm(Form):
    """Who comes. `country` is ISO 3166 alpha-2; region (1–16) and comuna are Chile's."""

    country: Annotated[str, Field(pattern="^[A-Z]{2}$")] = "CL"
    phone: Annotated[Text, Field(min_length=1, max_length=25)]
    name: Annotated[Text, Field(min_length=2, max_length=80)]
    email: Annotated[Text, Field(max_length=254, pattern=EMAIL)]
    document: Document | None = None
    region: Annotated[int, Field(ge=1, le=16)] | None = None
    comuna: Annotated[Text, Field(max_length=60)] | None = None

    @field_validator("phone")
    @classmethod
    def _reachable(cls, phone: str, info: ValidationInfo) -> str:
        normal = normalise_phone(phone, info.data.get("country", "CL"))
        if normal is None:
            raise PydanticCustomError("phone_invalid", "no such number")
        return normal

    @field_validator("comuna")
    @classmethod
    def _in_its_region(cls, comuna: str | None, info: ValidationInfo) -> str | None:
        if comuna is not None and "region" in info.data and not valid_comuna(info.data["region"] or 0, comuna):
            raise PydanticCustomError("comuna_invalid", "not a comuna of the region")
        return comuna

    def guest(self) -> Guest:
        """Return the domain's own value."""
        document = self.document
        return Guest(phone=self.phone, name=self.name, email=self.email, country=self.country, region=self.region,
                     comuna=self.comuna, document_type=document.type if document else None,
                     document_number=document.number if document else None)


class Consents(Form):
    """What is agreed to: the terms have to be, news by mail need not."""

    policy: Annotated[bool, AfterValidator(agreed)]
    marketing_email: bool = False


class CheckOutForm(Form):
    """The whole check-out. `charge` is what the page said is paid now, in CLP: another amount is refused."""

    guest: GuestForm
    consents: Consents
    policy_version: Annotated[str, Field(min_length=1, max_length=20)]
    payment_method: PaymentMethod
    pay: Pay = "full"
    charge: Annotated[int, Field(strict=True, ge=0, le=100_000_000)] | None = None
    language: Lang = "es"
    notes: Annotated[str, AfterValidator(some_lines), Field(max_length=500)] = ""

    def check_out(self) -> "CheckOut":
        """Return the domain's own value."""
        from .place import CheckOut  # who only looks at orders places none

        return CheckOut(guest=self.guest.guest(), policy_version=self.policy_version, language=self.language,
                        marketing_email=self.consents.marketing_email, notes=self.notes, method=self.payment_method,
                        purpose=Purpose(self.pay), charge=self.charge)


class AnotherTry(Form):
    """One more payment for the same order; `pay` counts while it is not confirmed, afterwards the balance is paid."""

    method: PaymentMethod
    pay: Pay = "full"
