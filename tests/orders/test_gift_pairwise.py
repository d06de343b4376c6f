"""Every kind of thing sold × everything that can happen after the sale, when a gift card has paid a part of it.

The cases are those of `test_pairwise.py`, so that a card stands beside each way to pay in each of them. The card pays
so much that some of what goes back comes to it and some does not; its pesos are conserved, and those of the payments.
"""

from collections.abc import Callable

import pytest

from chalicelib.catalog import stock
from chalicelib.orders import table
from tests.orders.gifts import card, worth
from tests.orders.test_pairwise import (
    CASES,
    Case,
    End,
    cancel_a_line,
    cancel_all,
    cancel_late,
    chargeback,
    goes_through,
    late_payment,
    move,
    partial_refund,
    placed,
)
from tests.support.spa import Spa

ON_CARD = {"pack": 60_000, "deposit": 60_000, "product": 40_000, "cabin": 120_000, "programme": 100_000}

ENDS: dict[tuple[str, Callable[[Case], None]], tuple[End, int]] = {  # and what the card pays of it then
    ("pack", move): (End("confirmed", 95_000, 35_000), 60_000),
    ("pack", cancel_a_line): (End("confirmed", 50_000, 0), 50_000),
    ("pack", cancel_all): (End("cancelled", 0, 0), 0),
    ("pack", partial_refund): (End("cancelled", 0, 15_000), 0),
    ("pack", late_payment): (End("confirmed", 95_000, 35_000), 60_000),
    ("pack", chargeback): (End("confirmed", 95_000, 0), 60_000),
    ("pack", cancel_late): (End("cancelled", 95_000, 35_000), 60_000),
    ("deposit", move): (End("confirmed", 180_000, 30_000), 60_000),
    ("deposit", cancel_a_line): (End("confirmed", 90_000, 30_000), 60_000),
    ("deposit", cancel_all): (End("cancelled", 0, 0), 0),
    ("deposit", partial_refund): (End("cancelled", 0, 10_000), 0),
    ("deposit", late_payment): (End("confirmed", 180_000, 30_000), 60_000),
    ("deposit", chargeback): (End("confirmed", 180_000, 0), 60_000),
    ("product", move): (End("confirmed", 65_000, 25_000), 40_000),
    ("product", cancel_a_line): (End("confirmed", 50_000, 10_000), 40_000),
    ("product", cancel_all): (End("cancelled", 0, 0), 0),
    ("product", partial_refund): (End("cancelled", 0, 5_000), 0),
    ("product", late_payment): (End("confirmed", 65_000, 25_000), 40_000),
    ("product", chargeback): (End("confirmed", 65_000, 0), 40_000),
    ("cabin", move): (End("confirmed", 180_000, 60_000), 120_000),
    ("cabin", cancel_a_line): (End("confirmed", 90_000, 0), 90_000),
    ("cabin", cancel_all): (End("cancelled", 0, 0), 0),
    ("cabin", partial_refund): (End("cancelled", 0, 40_000), 0),
    ("cabin", late_payment): (End("confirmed", 180_000, 60_000), 120_000),
    ("cabin", chargeback): (End("confirmed", 180_000, 0), 120_000),
    ("cabin", cancel_late): (End("cancelled", 180_000, 60_000), 120_000),
    ("programme", move): (End("confirmed", 290_000, 190_000), 100_000),
    ("programme", cancel_a_line): (End("cancelled", 0, 0), 0),
    ("programme", cancel_all): (End("cancelled", 0, 0), 0),
    ("programme", partial_refund): (End("cancelled", 0, 170_000), 0),
    ("programme", late_payment): (End("confirmed", 290_000, 190_000), 100_000),
    ("programme", chargeback): (End("confirmed", 290_000, 0), 100_000),
}


@pytest.mark.parametrize(("basket", "method", "happening"), CASES, ids=lambda value: getattr(value, "__name__", value))
def test_what_happens_to_what_a_card_paid_keeps_the_pesos_of_both_ledgers(
    spa: Spa, basket: str, method: str, happening: Callable[[Case], None]
) -> None:
    shelf, on_card = stock.left()["espumante"], ON_CARD[basket]
    gift, code = card(spa, on_card)
    case = placed(spa, basket, method, code)
    assert worth(gift) == (on_card, 0, {case.order.id: on_card})
    end, covered = ENDS[basket, happening]
    goes_through(case, happening, end, shelf)
    (use,) = table.load(case.order.id).cards
    assert (use.amount, use.amount + use.returned, use.state.value) == (covered, on_card, "spent")
    assert worth(gift) == (on_card - covered, on_card - covered, {})
