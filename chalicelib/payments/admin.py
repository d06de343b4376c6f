"""`/api/admin/conciliacion`: each day's money beside what the providers list, for those who keep the books."""

from datetime import date, timedelta

from chalice.app import Response
from pydantic import Field

from ..core.clock import spa_date
from ..core.errors import FieldProblem, Invalid, NotFound
from ..core.shapes import Form
from ..web.call import Call
from ..web.routes import Routes, Staff
from . import days, ledger_table
from .dayviews import Books, LedgerDays, LedgerDayView, day_view, days_view, sheet
from .gateways import METHODS
from .model import UNHEARD

MOST_DAYS = 62
FIRST_DAY, LAST_DAY = date(2020, 1, 1), date(2100, 12, 31)
_USUAL = timedelta(days=13)

routes = Routes(__name__)


class SpanQuery(Form):
    """From which day to which, both included; without them the last fourteen up to yesterday."""

    desde: date | None = Field(default=None, ge=FIRST_DAY, le=LAST_DAY)
    hasta: date | None = Field(default=None, ge=FIRST_DAY, le=LAST_DAY)


@routes.get("/api/admin/conciliacion", access=Staff("ledger.read"), query=SpanQuery, answers=LedgerDays)
def list_days(call: Call) -> LedgerDays:
    """List the days that were compared, the newest first. One Query for each provider."""
    last = call.query.hasta or spa_date(call.clock.now()) - timedelta(days=1)
    first = call.query.desde or last - _USUAL
    if last < first:
        raise Invalid("range_backwards", fields=(FieldProblem("hasta", "range_backwards"),))
    if (last - first).days >= MOST_DAYS:
        raise Invalid("range_too_long", fields=(FieldProblem("hasta", "range_too_long", {"max": MOST_DAYS}),),
                      max=MOST_DAYS)
    return days_view(found for method in METHODS if method not in UNHEARD
                     for found in days.of_span(method, first, last))


@routes.get("/api/admin/conciliacion/{day}", access=Staff("ledger.read"), answers=LedgerDayView, refuses=(404,))
def show_day(call: Call, day: str) -> LedgerDayView:
    """Show a day: per method what we have, what the provider lists, what differs. A Query and a read for each."""
    wanted = _day(day)
    return day_view(wanted, _books(wanted), call.lang)


@routes.get("/api/admin/conciliacion/{day}/planilla", access=Staff("ledger.read"), media_type="text/csv",
            refuses=(404,))
def download_day(call: Call, day: str) -> Response:
    """Return a day's movements and differences as a sheet that a spreadsheet opens."""
    wanted = _day(day)
    return Response(body=sheet(_books(wanted), wanted, call.lang), status_code=200, headers={
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": f'attachment; filename="conciliacion-{wanted.isoformat()}.csv"'})


def _day(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise NotFound("day_not_found") from None
    if text != found.isoformat() or not FIRST_DAY <= found <= LAST_DAY:
        raise NotFound("day_not_found")
    return found


def _books(day: date) -> list[Books]:
    return [Books(method, ledger_table.of_day(day, method), days.load(day, method)) for method in METHODS]
