"""What staff see of a reconciled day, on screen and as a sheet, and the example of docs/reconciliation.md."""

import csv
import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.orders.reconcile import reconcile
from chalicelib.payments import ledger_table
from chalicelib.payments.tally import sums
from infra.paths import ROOT
from tests.orders.test_reconcile import DAY, at_night, night, paid
from tests.support.http import Answer
from tests.support.spa import Spa

ROWS = ("received", "fees", "net", "refunded", "charged_back", "won_back")


def ask(spa: Spa, path: str, staff: str = "manager") -> Answer:
    path, _, query = path.partition("?")
    return spa.client.get(f"/api/admin/conciliacion{path}", staff=staff,
                          query=dict(pair.split("=") for pair in query.split("&") if pair))


def the_example(spa: Spa) -> dict[str, Any]:
    """The Monday of docs/reconciliation.md, up to its night."""
    heard, returned, claimed = (paid(spa, nth) for nth in (0, 1, 4))
    lost = paid(spa, 5, heard=False)
    spa.provider.strange(7_000)
    spa.provider.give_back(returned.payment, 20_000)
    spa.provider.claim(claimed.payment)
    spa.provider.charge(heard.payment, 2_000)
    at_night(spa)
    return {"heard": heard, "returned": returned, "claimed": claimed, "lost": lost}


def written() -> list[list[int]]:
    """The numbers of the worked table in the page, row by row."""
    page = (ROOT / "docs/reconciliation.md").read_text(encoding="utf-8")
    starts = tuple(f"| `{row}`" for row in ROWS)
    rows = [line.strip("|").split("|") for line in page.splitlines() if line.startswith(starts)]
    return [[int(cell.strip().replace(",", "")) for cell in row[1:]] for row in rows]


def test_the_worked_example_of_the_page_is_what_happens(spa: Spa) -> None:
    orders = the_example(spa)
    before = sums(ledger_table.of_day(DAY, "flow"))
    found = night(spa)
    assert written() == [[getattr(one, row) for one in (before, found.theirs, found.ours)] for row in ROWS]
    assert {item.kind.value for item in spa.items()} == {
        "payment_unknown", "provider_refund", "chargeback", "fee_differs"}
    assert orders["lost"].view()["state"] == "confirmed"
    assert found.closed_at is None


def test_a_day_shows_both_sides_and_what_differs_in_words(spa: Spa) -> None:
    the_example(spa)
    night(spa)
    answer = ask(spa, "/2026-11-30")
    assert answer.status == 200, answer.body
    flow, other, transfer = answer.json["methods"]
    assert (flow["method"], flow["ours"]["received"], flow["theirs"]["received"], flow["closed_at"], flow["whole"]) == (
        "flow", 200_000, 207_000, None, True)
    assert flow["differences"] == [{
        "kind": "payment_unknown", "title": "Llegó un pago que no conocemos", "of": "in", "ours": 0, "theirs": 7_000,
        "payment": None, "order": None, "ref": "9004"}]
    for method in (other, transfer):
        assert (method["theirs"], method["looked_at"], method["ours"]["received"]) == (None, None, 0)


def test_the_sheet_of_a_day_sums_up_to_the_providers_list(spa: Spa) -> None:
    the_example(spa)
    found = night(spa)
    answer = ask(spa, "/2026-11-30/planilla")
    assert (answer.status, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    rows = list(csv.reader(io.StringIO(answer.body.removeprefix("\ufeff")), delimiter=";"))
    assert rows[0] == ["Día", "Medio", "Movimiento", "Reserva", "Pago", "Devolución", "Referencia", "Monto", "Comisión",
                       "Líquido"]
    moved = found.theirs.received - found.theirs.refunded - found.theirs.charged_back
    assert sum(int(row[7]) for row in rows[1:]) == moved == 137_000
    assert sum(int(row[8] or 0) for row in rows[1:]) == found.ours.fees
    assert {row[2] for row in rows[1:]} == {"Pago", "Devolución", "Contracargo", "Llegó un pago que no conocemos"}


def test_the_list_of_days_says_which_are_closed_newest_first(spa: Spa) -> None:
    paid(spa)
    spa.provider.strange(1_000)
    for back in range(3):
        night(spa, DAY - timedelta(days=back))
    answer = ask(spa, "")
    assert answer.status == 200, answer.body
    seen = [(one["day"], [(m["method"], m["received"], m["differences"], m["closed_at"] is not None)
                          for m in one["methods"]]) for one in answer.json["days"]]
    assert seen == [("2026-11-30", [("flow", 50_000, 1, False)]), ("2026-11-29", [("flow", 0, 0, True)]),
                    ("2026-11-28", [("flow", 0, 0, True)])]
    one = ask(spa, "?desde=2026-11-29&hasta=2026-11-29").json["days"]
    assert [found["day"] for found in one] == ["2026-11-29"]


def test_a_day_nobody_has_compared_shows_what_we_have(spa: Spa) -> None:
    paid(spa)
    flow, *_ = ask(spa, "/2026-11-30").json["methods"]
    assert (flow["ours"]["received"], flow["theirs"], flow["whole"], flow["differences"]) == (50_000, None, False, [])


@pytest.mark.parametrize(("path", "status", "code"), [
    ("/2026-13-01", 404, "day_not_found"), ("/20261130", 404, "day_not_found"), ("/1999-01-01", 404, "day_not_found"),
    ("/2026-W49-1/planilla", 404, "day_not_found"), ("?desde=2026-11-30&hasta=2026-11-01", 422, "range_backwards"),
    ("?desde=2026-01-01&hasta=2026-11-01", 422, "range_too_long"), ("?desde=ayer", 422, "invalid_fields"),
    ("?dia=2026-11-01", 422, "invalid_fields"),
])
def test_what_is_no_day_or_no_span_is_refused(spa: Spa, path: str, status: int, code: str) -> None:
    answer = ask(spa, path)
    assert (answer.status, answer.json["code"]) == (status, code)


def test_a_reference_that_looks_like_a_formula_is_text_in_the_sheet(spa: Spa) -> None:
    spa.provider.strange(1_000)
    [report] = spa.provider.reports.values()
    spa.provider.reports[report.payment] = replace(report, provider_ref="=1+1")
    at_night(spa)
    reconcile(DAY, spa.provider, spa.clock)
    assert ";'=1+1;1000;" in ask(spa, "/2026-11-30/planilla").body
    assert [item.key for item in spa.items()] == ["payment_unknown.flow.-1-1"]
