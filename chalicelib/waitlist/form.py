"""What a guest fills in to wait, and what makes it acceptable."""

from datetime import date, timedelta
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from ..availability.reasons import guests_refused
from ..catalog.model import Catalogue
from ..core.errors import FieldProblem, Invalid
from ..core.phones import normalise_phone
from ..core.shapes import Form
from ..core.texts import Lang
from ..web.fields import EMAIL, Text, agreed
from .model import MOST_DAYS, MOST_SERVICES, Joiner, Wanted

_FIRST_YEAR, _LAST_YEAR = 2020, 2100
Slug = Annotated[str, Field(min_length=1, max_length=80)]
Day = Annotated[date, Field(ge=date(_FIRST_YEAR, 1, 1), le=date(_LAST_YEAR, 12, 31))]


class JoinerForm(Form):
    """Who waits: how to reach her. `country` is ISO 3166 alpha-2."""

    country: Annotated[str, Field(pattern="^[A-Z]{2}$")] = "CL"
    name: Annotated[Text, Field(min_length=2, max_length=80)]
    email: Annotated[Text, Field(max_length=254, pattern=EMAIL)]
    phone: Annotated[Text, Field(min_length=1, max_length=25)] | None = None

    @field_validator("phone")
    @classmethod
    def _reachable(cls, phone: str | None, info: ValidationInfo) -> str | None:
        normal = normalise_phone(phone, info.data.get("country", "CL")) if phone else None
        if phone and normal is None:
            raise PydanticCustomError("phone_invalid", "no such number")
        return normal


class JoinConsents(Form):
    """That her data may be kept to write to her when something becomes free."""

    policy: Annotated[bool, AfterValidator(agreed)]


class JoinForm(Form):
    """Any of these services, on any day from `from` to `to` (both included), for so many guests."""

    services: Annotated[list[Slug], Field(min_length=1, max_length=MOST_SERVICES)]
    from_: Annotated[Day, Field(alias="from")]
    to: Day
    guests: Annotated[int, Field(ge=1, le=20, strict=True)]
    guest: JoinerForm
    language: Lang = "es"
    consents: JoinConsents

    def wanted(self) -> Wanted:
        """Return the wish as the domain's own value; a service named twice counts once."""
        return Wanted(services=tuple(dict.fromkeys(self.services)), first=self.from_, last=self.to, guests=self.guests)

    def joiner(self) -> Joiner:
        """Return who waits as the domain's own value."""
        return Joiner(name=self.guest.name, email=self.guest.email, phone=self.guest.phone, country=self.guest.country)


def must_be_possible(wanted: Wanted, catalogue: Catalogue, today: date) -> None:
    """Raise unless a day may come on which the house could offer this.

    NotFound("service_not_found"); Invalid("not_bookable_online") also for add-ons, which go with something;
    Invalid("too_many_guests", "too_few_guests"); Invalid naming the field of days that are over, too many or too far.
    """
    services = [catalogue.service(slug) for slug in wanted.services]
    for service in services:
        if not service.bookable_online or service.addon_to is not None:
            raise Invalid("not_bookable_online", service=service.slug)
        if refused := guests_refused(service, wanted.guests):
            raise refused.refusal(service=service.slug)
    if wanted.last < wanted.first:
        raise _wrong("to", "range_backwards")
    if (wanted.last - wanted.first).days >= MOST_DAYS:
        raise _wrong("to", "range_too_long", max=MOST_DAYS)
    if wanted.first < today:
        raise _wrong("from", "in_the_past")
    horizon = max(service.horizon_days for service in services)
    if wanted.last > today + timedelta(days=horizon):
        raise _wrong("to", "beyond_horizon", days=horizon)


def _wrong(field: str, code: str, **params: int) -> Invalid:
    return Invalid(code, fields=(FieldProblem(field, code, params),), **params)
