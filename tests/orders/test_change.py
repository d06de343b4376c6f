"""The worked table of docs/changes.md, computed; and what changes conserve, whatever is done in whatever order."""

import re
from typing import Any

import pytest

from infra.paths import ROOT
from tests.orders import gifts
from tests.orders.test_changing import MASSAGE, change, confirmed, ids, owed
from tests.orders.test_deposits import cabin, pay
from tests.support.spa import TUB, Placed, Spa, at, line

ROWS = [tuple(cell.strip() for cell in row.strip("|").split("|"))
        for row in re.findall(r"^\|.*\|$", (ROOT / "docs/changes.md").read_text(encoding="utf-8"), re.MULTILINE)[2:]]
HOURS = {"Monday": 0, "Tuesday 18:00": 33, "Thursday 09:00": 72, "Friday 09:00": 96}
LINES: dict[str, tuple[list[dict[str, Any]], dict[str, Any]]] = {
    "tub 50.000": ([line()], {}),
    "tub 60.000": ([line("2026-12-02 16:30", service="tina-puntiagudo")], {}),
    "tub + massage 95.000": ([line("2026-12-02 17:00"), line("2026-12-02 14:15", service=MASSAGE)], {}),
    "two nights 180.000": ([cabin(2)], {"pay": "deposit"}),
}


def amounts(told: str) -> tuple[int, int]:
    """Return how much money a cell tells of, and how much of a card: "35.000 and a card's 60.000"."""
    money = card = 0
    for part in told.split(" and "):
        amount = int(part.rsplit(" ", 1)[-1].replace(".", ""))
        money, card = (money, amount) if "card's" in part else (amount, card)
    return money, card


def ordered(spa: Spa, what: str) -> tuple[Placed, str]:
    """Return an order that is paid as the cell says, and the gift card that paid of it, or ""."""
    name, paid = what.split(", ")
    lines, form = LINES[name]
    if not amounts(paid)[1]:
        return confirmed(spa, *lines, **form), ""
    gift, code = gifts.card(spa, amounts(paid)[1])
    order = gifts.placed(spa, [code], *lines, **form)
    if order.payment:
        pay(order, order.payment)
    return order, gift


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
    order, gift = ordered(spa, what)
    assert gifts.sums(order)[1:3] == amounts(what.split(", ")[1])
    spa.clock.advance(hours=HOURS[when])
    done(order, step)
    total, kept, covered, due = gifts.sums(order)
    money_back, card_back = sum(amount for _, amount in owed(order)), gifts.worth(gift)[0] if gift else 0
    assert (total, (money_back, card_back), due) == (amounts(row[2])[0], amounts(row[3]), amounts(row[4])[0])
    assert (kept + money_back, covered + card_back) == amounts(what.split(", ")[1])


def test_the_table_was_found() -> None:
    assert len(ROWS) == 13
