"""The worked table of docs/changes.md, computed; and what changes conserve, whatever is done in whatever order."""

import re

import pytest

from infra.paths import ROOT
from tests.orders.test_changing import MASSAGE, change, confirmed, ids, money, owed
from tests.orders.test_deposits import cabin
from tests.support.spa import TUB, Placed, Spa, at, line

ROWS = [tuple(cell.strip() for cell in row.strip("|").split("|"))
        for row in re.findall(r"^\|.*\|$", (ROOT / "docs/changes.md").read_text(encoding="utf-8"), re.MULTILINE)[2:]]
HOURS = {"Monday": 0, "Tuesday 18:00": 33, "Thursday 09:00": 72, "Friday 09:00": 96}


def ordered(spa: Spa, what: str) -> Placed:
    match what:
        case "tub 50.000, 50.000":
            return confirmed(spa)
        case "tub 60.000, 60.000":
            return confirmed(spa, line("2026-12-02 16:30", service="tina-puntiagudo"))
        case "tub + massage 95.000, 95.000":
            return confirmed(spa, line("2026-12-02 17:00"), line("2026-12-02 14:15", service=MASSAGE))
        case "two nights 180.000, 90.000":
            return confirmed(spa, cabin(2), pay="deposit")
    raise AssertionError(what)


def done(order: Placed, what: str) -> None:
    first = ids(order)[0]
    massage = next((one["id"] for one in order.view()["lines"] if one["service"] == MASSAGE), "")
    answer = {
        "moved to a tub of 60.000": lambda: change(order, "move", line=first, start=at("2026-12-03 16:30"),
                                                   service="tina-puntiagudo"),
        "moved to a tub of 50.000": lambda: change(order, "move", line=first, start=at("2026-12-03 17:00"),
                                                   service=TUB),
        "all cancelled": lambda: change(order, "cancel_all"),
        "massage cancelled": lambda: change(order, "cancel", line=massage),
        "first night cancelled": lambda: change(order, "cancel", line=first),
    }[what]()
    assert answer.status == 200, answer.body


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]}: {row[1]}")
def test_the_worked_table_is_what_happens(spa: Spa, row: tuple[str, ...]) -> None:
    what, (step, when) = row[0], row[1].rsplit(", ", 1)
    order = ordered(spa, what)
    spa.clock.advance(hours=HOURS[when])
    done(order, step)
    total, kept, due = money(order)
    back = sum(amount for _, amount in owed(order))
    assert [f"{amount:,}".replace(",", ".") for amount in (total, back, due)] == list(row[2:])
    paid = int(what.rsplit(" ", 1)[1].replace(".", ""))
    assert kept + back == paid


def test_the_table_was_found() -> None:
    assert len(ROWS) == 9
