"""The night's audit on roads that money seldom takes: what is right is no difference, what is wrong is counted once."""

from typing import Any

from chalicelib.orders.card_books import Odd, What
from chalicelib.orders.check_cards import MOST_KEPT, Report, check
from chalicelib.orders.issue import issue
from chalicelib.orders.returned import record_all
from tests.giftcards.conftest import gift
from tests.orders.test_deposits import pay
from tests.orders.test_transfers import confirm
from tests.support.spa import Placed, Spa


def gift_order(spa: Spa, *lines: dict[str, Any], **form: Any) -> Placed:
    """Return an order for a gift card of 50,000 pesos, and for these lines, that waits for its payment."""
    opened = spa.client.post("/api/carritos", {"gifts": [gift()], "lines": list(lines)}).json
    answer = spa.check_out(opened["token"], **form)
    assert answer.status == 201, answer.body
    return Placed(spa, answer.json["order"]["id"], answer.json["token"], answer.json["payment"]["id"])


def test_what_a_card_and_its_order_both_lead_to_is_counted_once_however_much_there_is() -> None:
    report, odd = Report(), [Odd(What.SPENT, f"gft_{n}", "order", 1, 2) for n in range(MOST_KEPT + 50)]
    report.add(odd)
    report.add(odd)
    assert (report.count, report.found) == (MOST_KEPT + 50, odd[:MOST_KEPT])


def test_a_card_that_a_wrong_amount_has_helped_to_buy_is_paid_for(spa: Spa) -> None:
    order = gift_order(spa, payment_method="transfer")
    assert confirm(spa, order.payment, amount=20_000).status == 200
    rest = order.pay_again().json["payment"]
    assert rest["amount"] == 30_000
    pay(order, rest["id"])
    assert [card.issued for card in issue(order.id, spa.clock)] == [50_000]
    assert check(spa.clock).found == []


def test_a_card_that_waited_for_a_claim_to_be_won_is_paid_for(spa: Spa) -> None:
    order = gift_order(spa)
    pay(order, order.payment)
    spa.provider.claim(order.payment)
    record_all(spa.provider.back, spa.clock)
    assert issue(order.id, spa.clock) == []
    spa.clock.advance(days=2)
    spa.provider.lose_claim(order.payment)
    record_all(spa.provider.back, spa.clock)
    assert [card.issued for card in issue(order.id, spa.clock)] == [50_000]
    assert check(spa.clock).found == []
