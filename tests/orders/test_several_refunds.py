"""Several refunds of one payment under way at once: the order's money always agrees with its payments'."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.aws.transactions import Transaction
from chalicelib.core.money import Clp
from chalicelib.orders import jobs, model, table
from chalicelib.orders.give_back import give_back, refund_due
from chalicelib.payments import table as payments
from chalicelib.payments.gateway import RefundReport, RefundReported, Unclear
from chalicelib.payments.model import PaymentId, owe_refund
from tests.orders.test_by_hand import about, waiting
from tests.orders.test_choosing_time import agrees
from tests.support.provider import Provider
from tests.support.spa import Placed, Spa, opened_spa

STATES = [state for state in RefundReported if state is not RefundReported.UNKNOWN]


def paid(spa: Spa) -> Placed:
    order = spa.place()
    spa.provider.pay(order.payment)
    order.webhook()
    return order


def owe(order: Placed, amount: int) -> None:
    """Owe back a part of the order's payment, as a change of the order does."""
    now = order.spa.clock.now()
    owed = owe_refund(payments.load(PaymentId(order.payment)), amount=Clp(amount), reason="changed", now=now)
    after = model.with_money(model.changed(table.load(order.id), now), -amount)
    tx = Transaction()
    payments.moved(tx, owed)
    table.saved(tx, after, refund_due(after, owed))
    tx.commit()


class Answers(Provider):
    """A provider whose refunds stand as the test says, each by itself."""

    def fetch_refund(self, token: str) -> RefundReport:
        report = super().fetch_refund(token)
        return replace(report, state=self.states.get(token, RefundReported.REQUESTED))

    def __init__(self) -> None:
        super().__init__()
        self.states: dict[str, RefundReported] = {}


def hear(order: Placed, number: int, state: RefundReported) -> None:
    """Let a refund come to a state at the provider, which calls back with its token."""
    token = f"refund-{order.payment}-r{number}"
    provider = jobs.gateway("flow")
    assert isinstance(provider, Answers)
    provider.states[token] = state
    signal = {"provider": "flow", "kind": "refund", "token": token, "payment": order.payment, "refund": number}
    assert order.spa.work({**signal, "trace": "t"}) == []


@pytest.fixture
def answers(spa: Spa, monkeypatch: pytest.MonkeyPatch) -> Answers:
    provider = Answers()
    spa.provider = provider
    for module in ("chalicelib.orders.jobs", "chalicelib.orders.api"):
        monkeypatch.setattr(f"{module}.gateway", lambda method: provider)
    return provider


def test_two_parts_go_back_each_under_its_own_name(spa: Spa, answers: Answers) -> None:
    order = paid(spa)
    for amount in (10_000, 40_000):
        owe(order, amount)
    for number in (1, 2):
        for _ in range(2):
            give_back(PaymentId(order.payment), number, answers, spa.clock)
    assert [(ask.refund, ask.amount) for ask in answers.refunds] == [
        (f"{order.payment}-r1", 10_000), (f"{order.payment}-r2", 40_000)]  # fmt: skip
    hear(order, 2, RefundReported.ACCEPTED)
    hear(order, 2, RefundReported.REFUNDED)
    hear(order, 1, RefundReported.CANCELLED)
    view = order.view()
    assert (view["kept"], view["returning"], view["refunded"], view["balance_due"]) == (10_000, 0, 40_000, 40_000)
    assert [one["state"] for one in view["payments"][0]["refunds"]] == ["cancelled", "refunded"]
    assert order.facts()[2:] == [
        "payment.refund_due", "payment.refund_due", "payment.refund_requested", "payment.refund_requested",
        "payment.refund_accepted", "payment.refunded", "payment.refund_cancelled",
    ]  # fmt: skip


def test_a_token_of_another_refund_moves_nothing(spa: Spa, answers: Answers) -> None:
    order = paid(spa)
    for number, amount in enumerate((10_000, 40_000), 1):
        owe(order, amount)
        give_back(PaymentId(order.payment), number, answers, spa.clock)
    answers.states[f"refund-{order.payment}-r1"] = RefundReported.REFUNDED
    before = spa.dump()
    late = {"provider": "flow", "kind": "refund", "token": f"refund-{order.payment}-r1", "payment": order.payment}
    assert spa.work({**late, "refund": 2, "trace": "t"}) == []
    assert spa.dump() == before


def test_the_schedule_asks_for_and_about_each_refund(spa: Spa, answers: Answers) -> None:
    order = paid(spa)
    for amount in (10_000, 40_000):
        owe(order, amount)
    order.look()
    assert [one["state"] for one in order.view()["payments"][0]["refunds"]] == ["requested", "requested"]
    answers.states[f"refund-{order.payment}-r2"] = RefundReported.REFUNDED
    spa.clock.advance(hours=1)
    assert spa.poll() == {"looked": 1, "failed": 0}
    assert [one["state"] for one in order.view()["payments"][0]["refunds"]] == ["requested", "refunded"]
    assert agrees(order)


def asked(spa: Spa, provider: Answers) -> Placed:
    """An order of whose money 10,000 are on their way back."""
    order = paid(spa)
    owe(order, 10_000)
    give_back(PaymentId(order.payment), 1, provider, spa.clock)
    return order


@pytest.mark.parametrize("state", [RefundReported.REJECTED, RefundReported.CANCELLED])
def test_a_refund_that_failed_waits_for_a_person_once(
    spa: Spa, answers: Answers, state: RefundReported
) -> None:
    order = asked(spa, answers)
    assert waiting(spa) == []
    hear(order, 1, state)
    hear(order, 1, state)
    assert waiting(spa) == [(f"refund_{state.value}", about(order, 10_000))]


def test_a_refund_that_arrives_asks_nothing_of_anybody(spa: Spa, answers: Answers) -> None:
    order = asked(spa, answers)
    for state in (RefundReported.ACCEPTED, RefundReported.REFUNDED):
        hear(order, 1, state)
    assert waiting(spa) == []
    assert spa.dump()["items"] == []


def test_a_refund_that_failed_and_arrived_all_the_same_waits_no_more(
    spa: Spa, answers: Answers
) -> None:
    order = asked(spa, answers)
    hear(order, 1, RefundReported.CANCELLED)
    hear(order, 1, RefundReported.REFUNDED)
    assert waiting(spa) == []


def test_an_unclear_refund_waits_until_its_callback_says_what_became_of_it(
    spa: Spa, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = paid(spa)
    owe(order, 10_000)
    real = answers.refund

    def lost(ask: Any) -> Any:
        real(ask)
        raise Unclear("flow", "ReadTimeout")

    monkeypatch.setattr(answers, "refund", lost)
    give_back(PaymentId(order.payment), 1, answers, spa.clock)
    assert waiting(spa) == [("refund_unclear", about(order, 10_000))]
    hear(order, 1, RefundReported.ACCEPTED)
    assert waiting(spa) == []


events = st.lists(
    st.one_of(
        st.tuples(st.just("owe"), st.integers(1, 30_000)),
        st.tuples(st.just("ask"), st.integers(0, 3)),
        st.tuples(st.sampled_from(STATES), st.integers(0, 3)),
        st.tuples(st.just("look"), st.just(0)),
    ),
    min_size=8,
    max_size=16,
)


@given(events)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_comes_in_whatever_order_no_peso_is_lost_or_made(
    dynamodb: str, history: list[tuple[str, int]]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        spa = opened_spa(patch)
        provider = Answers()
        spa.provider = provider
        for module in ("chalicelib.orders.jobs", "chalicelib.orders.api"):
            patch.setattr(f"{module}.gateway", lambda method: provider)
        order = paid(spa)
        for kind, value in history:
            known = payments.load(PaymentId(order.payment))
            number = 1 + value % max(1, len(known.refunds))
            if kind == "owe" or not known.refunds:
                if 0 < value <= known.kept:
                    owe(order, value)
            elif kind == "ask":
                give_back(known.id, number, provider, spa.clock)
            elif kind == "look":
                spa.clock.advance(hours=1)
                assert spa.poll()["failed"] == 0
            elif isinstance(kind, RefundReported):
                hear(order, number, kind)
            ledger = payments.load(PaymentId(order.payment))
            out = sum(one.amount for one in ledger.refunds if not one.state.failed)
            assert agrees(order) and ledger.kept == 50_000 - out >= 0
            assert len({ask.refund for ask in provider.refunds}) == len(provider.refunds)
