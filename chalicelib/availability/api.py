"""The calendar as the site asks for it: which days and hours are free, and why the others are not."""

from __future__ import annotations

from datetime import date, timedelta

from pydantic import BaseModel, ConfigDict, Field

from ..aws.idempotency import Answer
from ..catalog import table as catalogue_table
from ..catalog.model import Catalogue, Service
from ..core.errors import FieldProblem, Invalid
from ..web.call import Call
from ..web.routes import PUBLIC, Routes
from .assign import resources_of
from .model import availability
from .table import read_days
from .views import AvailabilityView, days_view

MOST_DAYS = 62
FIRST_YEAR, LAST_YEAR = 2020, 2100

routes = Routes(__name__)


class AvailabilityQuery(BaseModel):
    """A service or a category, a range of local dates (`hasta` included), and how many guests."""

    model_config = ConfigDict(extra="forbid")

    servicio: str | None = Field(default=None, min_length=1, max_length=40)
    categoria: str | None = Field(default=None, min_length=1, max_length=40)
    desde: date = Field(ge=date(FIRST_YEAR, 1, 1), le=date(LAST_YEAR, 12, 31))
    hasta: date | None = Field(default=None, ge=date(FIRST_YEAR, 1, 1), le=date(LAST_YEAR, 12, 31))
    personas: int = Field(default=2, ge=1, le=50)
    explain: bool = False


@routes.get("/api/disponibilidad", access=PUBLIC, query=AvailabilityQuery, answers=AvailabilityView, refuses=(404,))
def show_availability(call: Call) -> Answer:
    """Tell, for each day, whether a service or each one of a category is free, its start times and prices.

    Requests beyond the catalogue's: those of `table.read_days`.
    """
    query: AvailabilityQuery = call.query
    first, last = _range(query)
    catalogue = catalogue_table.current(call.clock)
    services = _services(catalogue, query)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    names = dict.fromkeys(name for service in services for name in resources_of(catalogue, service))
    sheets = read_days(catalogue, names, first, last)
    now = call.clock.now()
    view = AvailabilityView(
        from_=first,
        to=last,
        guests=query.personas,
        services=[
            days_view(
                service.slug,
                availability(catalogue, service, days, query.personas, sheets, now),
                call.lang,
                explain=query.explain,
            )
            for service in services
        ],
    )
    return Answer(200, view.model_dump_json(exclude_unset=True, by_alias=True))


def _range(query: AvailabilityQuery) -> tuple[date, date]:
    last = query.hasta or query.desde
    if last < query.desde:
        raise Invalid("range_backwards", fields=(FieldProblem("hasta", "range_backwards"),))
    if (last - query.desde).days >= MOST_DAYS:
        raise Invalid(
            "range_too_long", fields=(FieldProblem("hasta", "range_too_long", {"max": MOST_DAYS}),), max=MOST_DAYS
        )
    return query.desde, last


def _services(catalogue: Catalogue, query: AvailabilityQuery) -> tuple[Service, ...]:
    if query.servicio and not query.categoria:
        return (catalogue.service(query.servicio),)
    if query.categoria and not query.servicio:
        return catalogue.services_in(query.categoria)
    problem = FieldProblem("servicio", "service_or_category")
    raise Invalid("service_or_category", fields=(problem,))
