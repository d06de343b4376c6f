"""Whoever comes at once with the same money, the same cart or the same request: one order, one payment, one answer."""

import itertools
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chalicelib.aws.tables import connection
from chalicelib.orders import expire, settle
from chalicelib.orders import table as orders
from chalicelib.payments import table as payments
from chalicelib.payments.model import PaymentId, PaymentState
from tests.support import journey
from tests.support.journey import FORM, Reply, World

THREADS = 8
ROUNDS = 15
_days = (f"{month}-{day:02}" for month in ("2027-02", "2027-03", "2027-04") for day in range(1, 29))
_starts = (f"{day}T{hour}:00-03:00" for day in _days for hour in ("12:00", "14:30", "17:00", "19:30", "22:00"))
_names = itertools.count(1)


def _open_start() -> str:
    """Return an hour of the tub that no test has used, on a day it is open."""
    from datetime import datetime

    return next(start for start in _starts if datetime.fromisoformat(start).weekday() != 1)


@pytest.fixture(scope="module")
def spa(dynamodb: str) -> Iterator[World]:
    journey.published()
    assert connection().client is not None  # made before the threads
    with journey.world() as world:
        world.clock.advance(days=60)
        yield world


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run all of them in the same moment and return what each returned, or the error it raised."""
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        gate.wait()
        try:
            return act()
        except Exception as error:  # noqa: BLE001  an outcome like another, looked at by the test
            return error

    with ThreadPoolExecutor(max_workers=len(acts)) as pool:
        return [future.result() for future in [pool.submit(run, act) for act in acts]]


def fresh(text: str) -> str:
    return f"{text}-{next(_names):06}"


def caller() -> str:
    return f"10.2.{next(_names) % 250}.{next(_names) % 250}"


def hold(start: str) -> dict[str, Any]:
    reply = journey.send("POST", "/api/carritos", body={"lines": [journey.new_line(start)]}, key=fresh("opening"),
                         caller=caller())
    assert reply.status == 201, reply.text
    return reply.json


def check_out(cart: dict[str, Any], key: str | None = None) -> Reply:
    return journey.send("POST", "/api/reservas", body=FORM, token=cart["token"], key=key or fresh("checking-out"),
                        caller=caller())


def placed_order(start: str) -> dict[str, Any]:
    reply = check_out(hold(start))
    assert reply.status == 201, reply.text
    return reply.json


def token_of(placed: dict[str, Any]) -> str:
    return str(placed["payment"]["url"].split("token=")[1])


def fact_types(world: World, order: str) -> Counter[str]:
    return Counter(item["type"]["S"] for item in world.facts(order))


def test_webhook_return_page_and_poll_at_once_confirm_one_order_with_one_payment(spa: World) -> None:
    for _ in range(ROUNDS):
        placed = placed_order(_open_start())
        order, payment, token = placed["order"]["id"], PaymentId(placed["payment"]["id"]), token_of(placed)
        spa.flow.pay(token)
        outcomes = at_once(
            *[lambda: settle.settle_token(token, spa.flow, spa.clock)] * 3,
            *[lambda: settle.settle_payment(payment, spa.flow, spa.clock)] * 3,
            *[lambda: expire.look_after(order, lambda method: spa.flow, spa.clock)] * 2,
        )
        assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
        assert orders.load(order).state == "confirmed"
        assert orders.load(order).payments == (payment,)
        assert payments.load(payment).state is PaymentState.PAID
        assert fact_types(spa, order) == {"order.placed": 1, "order.confirmed": 1}


def test_two_payments_of_one_order_paid_at_once_confirm_it_once_and_give_one_back(spa: World) -> None:
    for _ in range(5):
        placed = placed_order(_open_start())
        order = placed["order"]["id"]
        spa.clock.advance(minutes=12)  # too little time is left on the first page
        again = journey.send("POST", f"/api/reservas/{order}/pagos", body={"method": "flow"}, token=placed["token"],
                             key=fresh("paying-again"), caller=caller()).json
        tokens = [token_of(placed), str(again["payment"]["url"].split("token=")[1])]
        for token in tokens:
            spa.flow.pay(token)
        at_once(*[lambda token=token: settle.settle_token(token, spa.flow, spa.clock) for token in tokens * 4])
        ledger = [payments.load(PaymentId(payment)) for payment in orders.load(order).payments]
        assert [payment.state for payment in ledger] == ["paid", "paid"]
        assert sorted(len(payment.refunds) for payment in ledger) == [0, 1]
        types = fact_types(spa, order)
        assert (types["order.confirmed"], types["payment.refund_due"]) == (1, 1)


def test_late_money_against_a_new_buyer_leaves_the_hour_to_exactly_one(spa: World) -> None:
    kept = Counter[str]()
    for _ in range(ROUNDS):
        start = _open_start()
        placed = placed_order(start)
        order, payment, token = placed["order"]["id"], PaymentId(placed["payment"]["id"]), token_of(placed)
        spa.clock.advance(minutes=26)  # deadline and grace are over
        expire.look_after(order, lambda method: spa.flow, spa.clock)
        assert orders.load(order).state == "expired"
        spa.flow.pay(token)
        line = journey.new_line(start)
        outcomes = at_once(
            lambda token=token: settle.settle_token(token, spa.flow, spa.clock),
            lambda line=line: journey.send("POST", "/api/carritos", body={"lines": [line]}, key=fresh("rival"),
                                           caller=caller()))
        marks = {mark["h"] for mark in journey.sheet_of("hornopiren", start[:10]).values()}
        mine, rival = placed["order"]["lines"][0]["id"], outcomes[1]
        if orders.load(order).state == "confirmed":
            kept["late money"] += 1
            assert rival.status == 409 and rival.json["code"] == "slot_taken"
            assert payments.load(payment).state is PaymentState.PAID
            assert mine in marks
        else:
            kept["new buyer"] += 1
            assert rival.status == 201
            assert rival.json["cart"]["lines"][0]["id"] in marks and mine not in marks
            assert (orders.load(order).kept, payments.load(payment).refunds) == (orders.load(order).total, ())
            assert fact_types(spa, order)["order.alternatives_offered"] == 1
    assert sum(kept.values()) == ROUNDS


def test_two_check_outs_of_one_cart_make_one_order(spa: World) -> None:
    for _ in range(ROUNDS):
        cart = hold(_open_start())
        before = len(spa.flow.pages)
        replies = at_once(*[lambda cart=cart: check_out(cart)] * 4)
        made = {reply.json["order"]["id"] for reply in replies if reply.status == 201}
        assert len(made) == 1
        assert {reply.status for reply in replies} <= {201, 409, 503}
        order = orders.load(made.pop())
        assert len(order.payments) == len(spa.flow.pages) - before
        assert fact_types(spa, order.id)["order.placed"] == 1


def test_the_same_key_at_once_changes_once_and_answers_the_same_bytes_or_still_running(spa: World) -> None:
    for _ in range(ROUNDS):
        cart, key = hold(_open_start()), fresh("same-key")
        replies = at_once(*[lambda cart=cart, key=key: check_out(cart, key)] * 6)
        later = check_out(cart, key)
        done = {reply.text for reply in replies if reply.status == 201}
        assert done == {later.text}
        refused = [reply for reply in replies if reply.status != 201]
        assert {(reply.status, reply.json["code"]) for reply in refused} <= {(409, "still_running")}
        assert all(reply.headers["Retry-After"] for reply in refused)
        assert len(orders.load(later.json["order"]["id"]).payments) == 1


def test_the_same_hold_with_the_same_key_at_once_is_one_cart(spa: World) -> None:
    for _ in range(ROUNDS):
        start, key, who = _open_start(), fresh("same-key"), caller()
        replies = at_once(*[lambda start=start, key=key, who=who: journey.send(
            "POST", "/api/carritos", body={"lines": [journey.new_line(start)]}, key=key, caller=who)] * 6)
        made = {reply.text for reply in replies if reply.status == 201}
        assert len(made) == 1
        assert {reply.json["code"] for reply in replies if reply.status != 201} <= {"still_running"}
        marks = {mark["h"] for tick, mark in journey.sheet_of("hornopiren", start[:10]).items()
                 if tick == "t" + start[11:13] + start[14:16]}
        assert marks == {next(reply for reply in replies if reply.status == 201).json["cart"]["lines"][0]["id"]}
