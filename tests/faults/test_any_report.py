"""Whatever either provider reports of a payment, in any order and number, true or not: its order ends in one state.

Payments of every purpose: the whole, a deposit, a balance.
"""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.orders import settle
from chalicelib.orders import table as orders
from chalicelib.orders.model import OrderState
from chalicelib.payments import table as payments
from chalicelib.payments.gateway import PaymentReport, Reported
from chalicelib.payments.model import PaymentId, Purpose
from tests.support import journey
from tests.support.journey import World
from tests.support.stories import Story

WRONG = 1_000
FALSE = ("another amount", "another currency", "another payment")
EARLIER = ("pending", "rejected", "annulled")
METHODS = st.sampled_from(["flow", "mercadopago"])


def ready(world: World, method: str, purpose: Purpose) -> Story:
    """Return a guest who stands before the payment of a night."""
    story = Story(world)
    story.hold_a_night()
    if purpose is not Purpose.BALANCE:
        story.check_out(method, purpose.value)
    else:
        story.check_out("flow", "deposit")
        story.pay()
        story.notice()
        story.rest()
        story.pay_again("balance", method)
    assert story.payment["purpose"] == purpose
    return story


def reports(story: Story, paid: PaymentReport) -> dict[str, PaymentReport]:
    """Return what a provider might say of a payment besides the truth that it is paid."""
    earlier = {name: replace(paid, state=Reported(name), provider_ref="", raw_status=name) for name in EARLIER}
    return earlier | {
        "paid": paid,
        "another amount": replace(paid, amount=WRONG),
        "another currency": replace(paid, currency="USD"),
        "another payment": replace(paid, payment=PaymentId("pay_0000000000000000000000")),
    }


def true_report(story: Story) -> PaymentReport:
    """Let the guest pay and return what the provider says then."""
    story.pay()
    found = story.world.gateway(story.payment["method"]).find(PaymentId(story.payment["id"]))
    assert found is not None
    return found


def heard(story: Story, names: list[str]) -> None:
    known = reports(story, true_report(story))
    for name in names:
        settle.settle(PaymentId(story.payment["id"]), known[name], story.world.clock)


@pytest.mark.parametrize("purpose", Purpose)
@settings(max_examples=12)
@given(method=METHODS, names=st.lists(st.sampled_from([*EARLIER, *FALSE, "paid"]), max_size=8),
       after=st.lists(st.sampled_from([*EARLIER, *FALSE, "paid"]), max_size=4))
def test_the_truth_among_any_other_reports_pays_the_order_once(
        purpose: Purpose, method: str, names: list[str], after: list[str]) -> None:
    with journey.world() as world:
        story = ready(world, method, purpose)
        try:
            heard(story, [*names, "paid", *after])
            story.notice()
            story.rest()
            kept = story.placed["order"]["deposit" if purpose is Purpose.DEPOSIT else "total"]
            balance = ["payment_received"] if purpose is Purpose.BALANCE else []
            story.conserved(OrderState.CONFIRMED, ["order_confirmed", *balance], kept=kept)
        finally:
            story.forgotten()


@pytest.mark.parametrize("purpose", Purpose)
@settings(max_examples=8)
@given(method=METHODS, names=st.lists(st.sampled_from([*EARLIER, *FALSE]), min_size=1, max_size=8))
def test_without_the_truth_nothing_is_confirmed_and_wrong_money_is_credit_once(
        purpose: Purpose, method: str, names: list[str]) -> None:
    with journey.world() as world:
        story = ready(world, method, purpose)
        try:
            before, taken = orders.load(story.order), journey.owners()
            heard(story, names)
            order, payment = orders.load(story.order), payments.load(PaymentId(story.payment["id"]))
            money = [name for name in names if name in FALSE[:2]]  # the first wrong money is what is kept
            credit = WRONG if money[:1] == ["another amount"] else 0
            assert (order.state, order.kept, payment.credited) == (before.state, before.kept + credit, credit)
            assert (payment.paid, journey.owners()) == (0, taken)
            told = [fact["type"]["S"] for fact in world.facts(order.id)]
            assert told.count("order.confirmed") == (1 if purpose is Purpose.BALANCE else 0)
            assert "payment.received" not in told
            assert ("payment.mismatch" in told) == any(name in FALSE for name in names)
        finally:
            story.forgotten()
