"""`/api/admin/giftcards/pasivo`: what gift cards still owe their holders, for those who keep the books."""

from datetime import date
from typing import Literal

from chalice.app import Response
from pydantic import ConfigDict, Field

from ..core.clock import spa_date
from ..core.errors import FieldProblem, Invalid, Malformed
from ..core.shapes import Form, View
from ..web.call import Call
from ..web.routes import Routes, Staff
from .liability import MONTH, Sums, months, months_before, sums
from .listing import ledgers
from .sheet import XLSX, Rows, csv_sheet, xlsx_sheet

routes = Routes(__name__)

MOST_MONTHS = 120
_USUAL = 24  # whatever is worth something was issued in them, but for what staff or a refund have prolonged
_FIRST_DAY = date(2020, 1, 1)


class LiabilityQuery(Form):
    """From which month of issue to which, both included, and as of the end of which local day.

    Without them: the last 24 months, as it is now.
    """

    model_config = ConfigDict(populate_by_name=True)

    first: str | None = Field(default=None, alias="from", pattern=MONTH)
    last: str | None = Field(default=None, alias="to", pattern=MONTH)
    as_of: date | None = Field(default=None, ge=_FIRST_DAY)


class SheetQuery(LiabilityQuery):
    """As what kind of file."""

    formato: Literal["csv", "xlsx"] = "csv"


class Owed(View):
    """What the ledgers of some cards come to, CLP. All but `held` have their sign and sum up to `outstanding`.

    `cards` is how many were issued. `held`, of what is outstanding, is kept by unpaid orders: known of now only.
    """

    cards: int
    issued: int
    redeemed: int
    refunded: int
    expired: int
    adjusted: int
    outstanding: int
    held: int | None


class OwedOfMonth(Owed):
    """The cards that were issued in a month."""

    month: str


class Liability(View):
    """What gift cards owe, by month of issue, and altogether; as of the end of a day, or of now."""

    as_of: date | None
    months: list[OwedOfMonth]
    total: Owed


@routes.get("/api/admin/giftcards/pasivo", access=Staff("ledger.read"), query=LiabilityQuery, answers=Liability)
def show_liability(call: Call) -> Liability:
    """Show what gift cards owe their holders, by month of issue. A Query for each month, and one more per MB of it."""
    rows, now = _rows(call), call.query.as_of is None
    return Liability(
        as_of=call.query.as_of, total=Owed(**_values(sum((row for _, row in rows), Sums()), now)),
        months=[OwedOfMonth(month=month, **_values(row, now)) for month, row in rows])


@routes.get("/api/admin/giftcards/pasivo/planilla", access=Staff("ledger.read"), query=SheetQuery,
            media_type="text/csv", binary=XLSX, refuses=(400,))
def download_liability(call: Call) -> Response:
    """Return the same as a sheet, a row for each month; a workbook only to who says that it accepts one."""
    name = f"gift-cards-{(call.query.as_of or spa_date(call.clock.now())).isoformat()}.{call.query.formato}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    held = call.query.as_of is None
    if call.query.formato == "csv":
        return Response(body=csv_sheet(_rows(call), call.lang, held=held), status_code=200,
                        headers={**headers, "Content-Type": "text/csv; charset=utf-8"})
    if not call.headers.get("accept", "").startswith(XLSX):
        raise Malformed("accept_needed", media_type=XLSX)  # API Gateway sends bytes only to who names their type first
    return Response(body=xlsx_sheet(_rows(call), call.lang, held=held), status_code=200,
                    headers={**headers, "Content-Type": XLSX})


def _rows(call: Call) -> Rows:
    """Return the sums of each month that is asked for. Raises Invalid, naming the field that can't be."""
    asked, today = call.query, spa_date(call.clock.now())
    if asked.as_of and asked.as_of > today:
        raise Invalid("day_not_over", fields=(FieldProblem("as_of", "day_not_over"),))
    last = asked.last or f"{asked.as_of or today:%Y-%m}"
    wanted = months(asked.first or months_before(last, _USUAL - 1), last)
    if not wanted:
        raise Invalid("range_backwards", fields=(FieldProblem("to", "range_backwards"),))
    if len(wanted) > MOST_MONTHS:
        raise Invalid("too_many_months", fields=(FieldProblem("to", "too_many_months", {"max": MOST_MONTHS}),),
                      max=MOST_MONTHS)
    return [(month, sums(ledgers(month), asked.as_of)) for month in wanted]


def _values(row: Sums, now: bool) -> dict[str, int | None]:
    named = ("cards", "issued", "redeemed", "refunded", "expired", "adjusted", "outstanding")
    return {**{name: getattr(row, name) for name in named}, "held": row.held if now else None}
