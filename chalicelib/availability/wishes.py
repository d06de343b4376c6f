"""What a guest who builds a day asks for, read from a query: the parts, and the times that are already spoken for."""

from __future__ import annotations

from datetime import datetime

from ..catalog.model import Catalogue, Service
from ..core.errors import FieldProblem, Invalid, NotFound
from .propose import Part, part_of

MOST_PARTS = 6
MOST_BUSY = 20


def parts_wished(catalogue: Catalogue, text: str, guests: int) -> list[Part]:
    """Return the parts of `tinas,masaje-relajacion`: each a category (any of what it sells online) or a service.

    Raises NotFound("service_not_found"), Invalid("parts_count"), Invalid("part_not_for_a_day") for cabins, programmes
    and add-ons, or Invalid("not_bookable_online").
    """
    slugs = [slug.strip() for slug in text.split(",")]
    if not 1 <= len(slugs) <= MOST_PARTS:
        problem = FieldProblem("partes", "parts_count", {"max": MOST_PARTS})
        raise Invalid("parts_count", fields=(problem,), max=MOST_PARTS)
    return [part_of(catalogue, _services(catalogue, slug), guests) for slug in slugs]


def _services(catalogue: Catalogue, slug: str) -> list[Service]:
    found = [one for one in catalogue.services if one.active and slug in (one.category, one.slug)]
    if not found:
        raise NotFound("service_not_found", service=slug)
    if not all(_at_an_hour(one) for one in found):
        raise Invalid("part_not_for_a_day", fields=(FieldProblem("partes", "part_not_for_a_day"),))
    online = [one for one in found if one.bookable_online]
    if not online:
        raise Invalid("not_bookable_online", fields=(FieldProblem("partes", "not_bookable_online"),), service=slug)
    return online


def _at_an_hour(service: Service) -> bool:
    return service.kind != "programme" and service.addon_to is None and not service.by_night


def busy_times(text: str) -> list[tuple[datetime, datetime]]:
    """Return the intervals of `2026-12-02T17:00:00-03:00/2026-12-02T19:00:00-03:00,…`; none for an empty text.

    Raises Invalid("busy_malformed") for anything else, or for more than MOST_BUSY.
    """
    pairs = [pair.split("/") for pair in text.split(",")] if text else []
    try:
        found = [(datetime.fromisoformat(first), datetime.fromisoformat(last)) for first, last in pairs]
    except ValueError as error:
        raise _malformed() from error
    if len(found) > MOST_BUSY or not all(first.tzinfo and last.tzinfo and first < last for first, last in found):
        raise _malformed()
    return found


def _malformed() -> Invalid:
    problem = FieldProblem("ocupado", "busy_malformed", {"max": MOST_BUSY})
    return Invalid("busy_malformed", fields=(problem,), max=MOST_BUSY)
