"""Late money that waits for its guest to choose other hours: kept until then, and not a minute longer."""

from datetime import timedelta

import pytest

from chalicelib.aws.transactions import Transaction
from chalicelib.orders import model, table
from chalicelib.orders.model import OrderState
from chalicelib.payments import table as payments
from chalicelib.payments.model import PaymentId
from tests.orders.test_by_hand import refunds
from tests.support.spa import Placed, Spa

CHOOSE_FOR = timedelta(hours=24)


@pytest.fixture
def choosing(spa: Spa) -> Placed:
    """An expired order with 50,000 of which a day long other hours may be bought."""
    order = spa.place()
    spa.provider.pay(order.payment)
    order.webhook()
    spa.clock.advance(minutes=30)
    now, stored = spa.clock.now(), table.load(order.id)
    after = model.changed(stored, now, state=OrderState.EXPIRED, choose_until=now + CHOOSE_FOR, due_at=now)
    tx = Transaction()
    table.saved(tx, after)
    tx.commit()
    return order


def agrees(order: Placed) -> bool:
    stored = table.load(order.id)
    return stored.kept == sum(payments.load(PaymentId(payment)).kept for payment in stored.payments)


def test_the_money_is_kept_while_other_hours_may_be_chosen(spa: Spa, choosing: Placed) -> None:
    until = table.load(choosing.id).choose_until
    assert spa.poll() == {"looked": 1, "failed": 0}
    stored = table.load(choosing.id)
    assert (stored.due_at, stored.choose_until, stored.kept) == (until, until, 50_000)
    spa.clock.advance(hours=23, minutes=59)
    assert spa.poll() == {"looked": 0, "failed": 0}
    assert refunds(choosing) == []


def test_all_of_it_goes_back_once_the_time_is_over(spa: Spa, choosing: Placed) -> None:
    spa.clock.advance(hours=24)
    assert spa.poll()["failed"] == 0
    [refund] = refunds(choosing)
    stored = table.load(choosing.id)
    assert (refund["amount"], refund["reason"], refund["state"]) == (50_000, "slot_lost", "due")
    assert (stored.kept, stored.choose_until, agrees(choosing)) == (0, None, True)
    assert choosing.facts()[-1] == "payment.refund_due"
    for _ in range(3):
        spa.clock.advance(hours=1)
        assert spa.poll()["failed"] == 0
    assert (len(refunds(choosing)), len(spa.provider.refunds), agrees(choosing)) == (1, 1, True)


def test_an_order_that_has_chosen_gives_nothing_back(spa: Spa, choosing: Placed) -> None:
    now, stored = spa.clock.now(), table.load(choosing.id)
    tx = Transaction()
    table.saved(tx, model.changed(stored, now, state=OrderState.CONFIRMED))
    tx.commit()
    spa.clock.advance(hours=25)
    spa.poll()
    assert (refunds(choosing), table.load(choosing.id).kept) == ([], 50_000)
