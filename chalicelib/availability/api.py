"""The calendar as the site asks for it: which days and hours are free, and why the others are not."""

from __future__ import annotations

from datetime import date, timedelta

from pydantic import Field

from ..aws.idempotency import Answer
from ..catalog import table as catalogue_table
from ..catalog.model import Catalogue, Service
from ..catalog.packs import Unit, earned
from ..core.errors import FieldProblem, Invalid
from ..core.shapes import Form
from ..web.call import Call
from ..web.routes import PUBLIC, Routes
from .days import day_of
from .look import Look
from .plan import looked_at, names_of
from .programme import days_of
from .propose import Proposal, proposals
from .table import read_days
from .views import AvailabilityView, ProposalsView, days_view, proposals_view
from .wishes import busy_times, parts_wished

MOST_DAYS = 62
FIRST_YEAR, LAST_YEAR = 2020, 2100

routes = Routes(__name__)


class AvailabilityQuery(Form):
    """A service or a category, a range of local dates (`hasta` included), and how many guests."""

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
    looks = [looked_at(catalogue, service, first, last) for service in services]
    names = dict.fromkeys(name for found, _ in looks for name in found)
    sheets = read_days(catalogue, names, first, max((until for _, until in looks), default=last))
    look = Look(catalogue, sheets, call.clock.now())
    view = AvailabilityView(
        from_=first,
        to=last,
        guests=query.personas,
        services=[
            days_view(
                service.slug,
                days_of(look, service, days, query.personas),
                call.lang,
                explain=query.explain,
            )
            for service in services
        ],
    )
    return Answer(200, view.model_dump_json(exclude_unset=True, by_alias=True))


class ProposalsQuery(Form):
    """A local date, how many guests, what they want (services or categories), and when they are busy already."""

    fecha: date = Field(ge=date(FIRST_YEAR, 1, 1), le=date(LAST_YEAR, 12, 31))
    personas: int = Field(default=2, ge=1, le=50)
    partes: str = Field(min_length=1, max_length=300)
    ocupado: str = Field(default="", max_length=2000)


@routes.get("/api/propuestas", access=PUBLIC, query=ProposalsQuery, answers=ProposalsView, refuses=(404,))
def propose_hours(call: Call) -> Answer:
    """Propose hours for several services on one date that fit together and around what is taken already.

    Requests beyond the catalogue's: 1 (`table.read_days` of one day).
    """
    query: ProposalsQuery = call.query
    busy = busy_times(query.ocupado)
    catalogue = catalogue_table.current(call.clock)
    parts = parts_wished(catalogue, query.partes, query.personas)
    names = names_of(catalogue, [service for part in parts for service in part.any_of])
    sheets = read_days(catalogue, names, query.fecha, query.fecha)
    found = proposals(catalogue, parts, query.fecha, sheets, call.clock.now(), busy=busy)
    shown = [(one, _saved(catalogue, one)) for one in found.proposals]
    view = proposals_view(query.fecha, query.personas, shown, found.reason, call.lang)
    return Answer(200, view.model_dump_json(exclude_none=True))


def _saved(catalogue: Catalogue, proposal: Proposal) -> int:
    """Return what the packs that a proposal's parts earn by themselves take off, in CLP."""
    units = [
        Unit(line=str(number), kind=part.service.kind, day=day_of(part.start.at), guests=part.guests, nights=0)
        for number, part in enumerate(proposal.parts)
    ]
    return sum(one.discount for one in earned(catalogue.packs, units))


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
