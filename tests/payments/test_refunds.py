"""Money goes back once: whatever fails, and wherever, the provider is never asked twice by itself."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from chalicelib.aws.transactions import Transaction
from chalicelib.core.clock import FixedClock
from chalicelib.core.errors import DomainError, Retryable
from chalicelib.core.money import Clp
from chalicelib.payments import refunds, table
from chalicelib.payments.gateway import PaymentRequest, Reason, RefundRequest, Refused, Unclear, Unreachable
from chalicelib.payments.model import Payment, hosted, owe_refund
from chalicelib.payments.refund_model import RefundState
from chalicelib.payments.refund_steps import LEASE
from chalicelib.payments.refunds import request_refund, settle_refund
from chalicelib.payments.verdict import verdict
from tests.payments.builders import NOW, new_payment
from tests.payments.fake import FakeGateway

pytestmark = pytest.mark.usefixtures("dynamodb")
RECEIVER = "ana@correo.cl"


class Crash(BaseException):
    """The container is gone."""


@pytest.fixture
def gateway() -> FakeGateway:
    return FakeGateway()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def due(gateway: FakeGateway) -> Payment:
    """A payment that was paid at the provider and is to be given back."""
    payment = new_payment()
    page = gateway.create(
        PaymentRequest(
            payment=payment.id, order=payment.order, subject="s", amount=payment.amount, email=RECEIVER,
            seconds_to_pay=900,
        )
    )
    gateway.pay(page.token)
    payment = hosted(payment, url=page.url, token=page.token, provider_ref=page.provider_ref, now=NOW)
    payment = verdict(payment, gateway.fetch(page.token), now=NOW).payment
    payment = owe_refund(payment, amount=Clp(50000), reason="slot_lost", now=NOW)
    tx = Transaction()
    table.opened(tx, payment)
    tx.commit()
    return payment


def ask(due: Payment, gateway: FakeGateway, clock: FixedClock) -> Payment:
    return request_refund(due.id, 1, receiver=RECEIVER, clock=clock, gateway=gateway)


def state(payment: Payment, number: int = 1) -> RefundState:
    return payment.refund(number).state


def test_a_refund_is_asked_for_with_its_own_id(due: Payment, gateway: FakeGateway, clock: FixedClock) -> None:
    done = ask(due, gateway, clock)
    assert gateway.refund_requests == [
        RefundRequest(
            refund=f"{due.id}-r1", payment=due.id, amount=Clp(50000), provider_ref=due.provider_ref, email=RECEIVER
        )
    ]
    assert (state(done), done) == (RefundState.REQUESTED, table.load(due.id))
    assert done.refund(1).token in gateway.refunds


def test_asking_again_asks_nobody(due: Payment, gateway: FakeGateway, clock: FixedClock) -> None:
    first = ask(due, gateway, clock)
    assert [ask(due, gateway, clock) for _ in range(3)] == [first] * 3
    assert gateway.calls.count("refund") == 1


def test_the_orders_own_steps_are_part_of_the_transaction(
    due: Payment, gateway: FakeGateway, clock: FixedClock
) -> None:
    told: list[RefundState] = []
    request_refund(due.id, 1, receiver=RECEIVER, clock=clock, gateway=gateway,
                   also=lambda tx, before, after: told.append(state(after)))
    assert told == [RefundState.REQUESTED]


def test_a_provider_that_was_not_reached_is_asked_again(due: Payment, gateway: FakeGateway, clock: FixedClock) -> None:
    gateway.fail(Unreachable("flow"))
    with pytest.raises(Unreachable):
        ask(due, gateway, clock)
    assert (state(table.load(due.id)), gateway.refund_requests) == (RefundState.DUE, [])
    assert state(ask(due, gateway, clock)) is RefundState.REQUESTED
    assert len(gateway.refund_requests) == 1


def test_wrong_keys_leave_the_refund_due(due: Payment, gateway: FakeGateway, clock: FixedClock) -> None:
    gateway.fail(Refused("flow", "108", "Invalid Signature", Reason.CREDENTIALS))
    with pytest.raises(Refused):
        ask(due, gateway, clock)
    assert state(table.load(due.id)) is RefundState.DUE


def test_a_refusal_is_kept_with_its_number(due: Payment, gateway: FakeGateway, clock: FixedClock) -> None:
    gateway.fail(Refused("flow", "1607", "exceeds", Reason.OTHER))
    done = ask(due, gateway, clock)
    assert (state(done), done.refund(1).problem) == (RefundState.REJECTED, "1607")


@pytest.mark.parametrize("after", [False, True], ids=["not carried out", "carried out"])
def test_an_unclear_answer_is_never_repeated(
    due: Payment, gateway: FakeGateway, clock: FixedClock, after: bool
) -> None:
    gateway.fail(Unclear("flow", "ReadTimeout"), after=after)
    assert state(ask(due, gateway, clock)) is RefundState.UNCLEAR
    clock.advance(days=3)
    assert state(ask(due, gateway, clock)) is RefundState.UNCLEAR
    assert gateway.calls.count("refund") == 1


@pytest.mark.parametrize("after", [False, True], ids=["before the call", "after the call"])
def test_a_crash_around_the_call_is_never_repeated(
    due: Payment, gateway: FakeGateway, clock: FixedClock, after: bool
) -> None:
    gateway.fail(Crash(), after=after)
    with pytest.raises(Crash):
        ask(due, gateway, clock)
    with pytest.raises(Retryable) as running:
        ask(due, gateway, clock)
    assert running.value.code == "refund_running"
    clock.advance(seconds=LEASE.total_seconds())
    assert state(ask(due, gateway, clock)) is RefundState.UNCLEAR
    assert state(ask(due, gateway, clock)) is RefundState.UNCLEAR
    assert gateway.calls.count("refund") == 1


def crash_at(monkeypatch: pytest.MonkeyPatch, where: int) -> None:
    """Let the container die just before its `where`-th write."""
    writes = [0]

    def dying(real: Callable[..., object]) -> Callable[..., object]:
        def write(*args: object) -> object:
            writes[0] += 1
            if writes[0] == where:
                raise Crash
            return real(*args)

        return write

    monkeypatch.setattr(table, "save", dying(table.save))
    monkeypatch.setattr(Transaction, "commit", dying(Transaction.commit))


@pytest.mark.parametrize(
    ("where", "ends", "asked"),
    [
        (1, RefundState.REQUESTED, 1),  # before the claim: nothing had happened
        (2, RefundState.UNCLEAR, 1),  # asked, the answer not written
    ],
)
def test_a_crash_at_any_write_asks_at_most_once(
    due: Payment, gateway: FakeGateway, clock: FixedClock, where: int, ends: RefundState, asked: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        crash_at(patch, where)
        with pytest.raises(Crash):
            ask(due, gateway, clock)
    for _ in range(4):
        clock.advance(seconds=LEASE.total_seconds())
        ask(due, gateway, clock)
    assert (state(table.load(due.id)), gateway.calls.count("refund")) == (ends, asked)


def test_the_callback_heals_what_is_unclear(due: Payment, gateway: FakeGateway, clock: FixedClock) -> None:
    gateway.fail(Unclear("flow", "ReadTimeout"), after=True)
    ask(due, gateway, clock)
    [token] = gateway.refunds
    gateway.accept_refund(token)
    healed = settle_refund(due.id, 1, token=token, clock=clock, gateway=gateway)
    assert (state(healed), healed.refunded) == (RefundState.REFUNDED, 50000)
    assert settle_refund(due.id, 1, token=token, clock=clock, gateway=gateway) == healed


def test_a_callback_during_the_call_is_not_lost(
    due: Payment, gateway: FakeGateway, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = gateway.refund

    def answered_before_we_write(request: RefundRequest) -> object:
        report = real(request)
        gateway.accept_refund(report.token)
        settle_refund(due.id, 1, token=report.token, clock=clock, gateway=gateway)
        return report

    monkeypatch.setattr(gateway, "refund", answered_before_we_write)
    assert state(ask(due, gateway, clock)) is RefundState.REFUNDED


def test_a_declined_refund_is_recorded(due: Payment, gateway: FakeGateway, clock: FixedClock) -> None:
    asked = ask(due, gateway, clock)
    token = asked.refund(1).token
    assert token is not None
    gateway.reject_refund(token)
    clock.advance(hours=1)
    done = settle_refund(due.id, 1, token=None, clock=clock, gateway=gateway)
    assert (state(done), done.refunded) == (RefundState.REJECTED, 0)
    assert done.refund(1).settled_at == NOW + timedelta(hours=1)


def test_a_forged_callback_proves_nothing(due: Payment, gateway: FakeGateway, clock: FixedClock) -> None:
    assert settle_refund(due.id, 1, token="F" * 40, clock=clock, gateway=gateway) == due
    asked = ask(due, gateway, clock)
    assert settle_refund(due.id, 1, token="F" * 40, clock=clock, gateway=gateway) == asked
    gateway.fail(Unclear("flow", "x"), after=False)
    other = refunds.request_refund(due.id, 1, receiver=RECEIVER, clock=clock, gateway=gateway)
    assert other == asked


def test_a_forged_callback_does_not_settle_what_is_unclear(
    due: Payment, gateway: FakeGateway, clock: FixedClock
) -> None:
    gateway.fail(Unclear("flow", "ReadTimeout"))
    unclear = ask(due, gateway, clock)
    assert settle_refund(due.id, 1, token="F" * 40, clock=clock, gateway=gateway) == unclear


def test_a_crash_between_fetching_and_writing_is_repeated(
    due: Payment, gateway: FakeGateway, clock: FixedClock
) -> None:
    ask(due, gateway, clock)
    [token] = gateway.refunds
    gateway.accept_refund(token)
    with pytest.MonkeyPatch.context() as patch:
        crash_at(patch, 1)
        with pytest.raises(Crash):
            settle_refund(due.id, 1, token=token, clock=clock, gateway=gateway)
    assert state(settle_refund(due.id, 1, token=token, clock=clock, gateway=gateway)) is RefundState.REFUNDED


def test_errors_are_the_projects_own() -> None:
    assert issubclass(Unclear, DomainError)
    assert issubclass(Unreachable, Retryable)


def test_many_workers_at_once_ask_once(due: Payment, gateway: FakeGateway, clock: FixedClock) -> None:
    def one() -> str:
        try:
            return state(ask(due, gateway, clock)).value
        except Retryable as error:
            return error.code

    with ThreadPoolExecutor(8) as pool:
        ends = [future.result() for future in [pool.submit(one) for _ in range(8)]]
    assert gateway.calls.count("refund") == 1
    assert set(ends) <= {"requested", "payment_moved", "refund_running"}
    assert state(table.load(due.id)) is RefundState.REQUESTED


@pytest.fixture
def keyed(gateway: FakeGateway) -> FakeGateway:
    """A provider that keeps an idempotency key of each refund."""
    gateway.refunds_repeatable = True
    return gateway


@pytest.mark.parametrize("after", [False, True], ids=["not carried out", "carried out"])
def test_with_a_key_an_unclear_answer_is_asked_again_and_paid_once(
    due: Payment, keyed: FakeGateway, clock: FixedClock, after: bool
) -> None:
    keyed.fail(Unclear("flow", "ReadTimeout"), after=after)
    with pytest.raises(Unclear):
        ask(due, keyed, clock)
    assert state(table.load(due.id)) is RefundState.DUE
    assert state(ask(due, keyed, clock)) is RefundState.REQUESTED
    assert {request.refund for request in keyed.refund_requests} == {f"{due.id}-r1"}
    assert len(keyed.refunds) == 1


@pytest.mark.parametrize("after", [False, True], ids=["before the call", "after the call"])
def test_with_a_key_a_crash_around_the_call_is_repeated_once_its_lease_is_over(
    due: Payment, keyed: FakeGateway, clock: FixedClock, after: bool
) -> None:
    keyed.fail(Crash(), after=after)
    with pytest.raises(Crash):
        ask(due, keyed, clock)
    with pytest.raises(Retryable) as running:
        ask(due, keyed, clock)
    assert running.value.code == "refund_running"
    clock.advance(seconds=LEASE.total_seconds())
    assert state(ask(due, keyed, clock)) is RefundState.REQUESTED
    assert len(keyed.refunds) == 1
