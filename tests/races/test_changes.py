"""Changes at once: two guests into one hour, a move against a cancellation, one order cancelled by many."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any

import pytest
from pynamodb.expressions.operand import Path

from chalicelib.availability import claim
from chalicelib.aws.tables import connection
from chalicelib.carts.lines import TimedLine
from chalicelib.core.clock import SPA_ZONE, spa_time
from chalicelib.core.errors import Retryable
from chalicelib.orders import settle
from chalicelib.orders import table as orders
from chalicelib.orders.give_back import give_back
from chalicelib.orders.table import payments_of
from chalicelib.payments.model import PaymentId
from tests.races.test_money import at_once, caller, fact_types, fresh, placed_order, token_of
from tests.support import journey
from tests.support.journey import Reply, World

ROUNDS = 8
_wednesdays = iter(f"2027-{month:02}-{day:02}" for month, day in (
    (5, 5), (5, 12), (5, 19), (5, 26), (6, 2), (6, 9), (6, 16), (6, 23), (6, 30), (7, 7), (7, 14), (7, 21), (7, 28),
    (8, 4), (8, 11), (8, 18), (8, 25), (9, 1), (9, 8), (9, 15), (9, 22), (9, 29), (10, 6), (10, 13), (10, 20)))


@pytest.fixture(scope="module")
def spa(dynamodb: str) -> Iterator[World]:
    journey.published()
    assert connection().client is not None  # made before the threads
    with journey.world() as world:
        world.clock.advance(days=150)
        yield world


def paid(spa: World, start: str) -> dict[str, Any]:
    placed = placed_order(start)
    spa.flow.pay(token_of(placed))
    settle.settle_token(token_of(placed), spa.flow, spa.clock)
    return placed


def change(order: dict[str, Any], **body: Any) -> Reply:
    return journey.send("POST", f"/api/reservas/{order['order']['id']}/cambios", body=body, token=order["token"],
                        key=fresh("changing"), caller=caller())


def move(order: dict[str, Any], start: str) -> Reply:
    return change(order, action="move", line=order["order"]["lines"][0]["id"], start=start)


def hour(day: str, at: str) -> str:
    """Return an hour with the offset of the spa on that day."""
    return datetime.fromisoformat(f"{day}T{at}").replace(tzinfo=SPA_ZONE).isoformat()


def owners(day: str) -> dict[str, str]:
    """Who has which tick of the tub's day for good."""
    return {tick: mark["h"] for tick, mark in journey.sheet_of("hornopiren", day).items() if "u" not in mark}


def _at_five(line: TimedLine) -> bool:
    return spa_time(line.start).hour == 17


def test_of_two_guests_who_move_into_one_hour_exactly_one_has_it_and_the_other_keeps_hers(spa: World) -> None:
    for _ in range(ROUNDS):
        day = next(_wednesdays)
        guests = [paid(spa, hour(day, at)) for at in ("12:00", "22:00")]
        replies = at_once(*[lambda guest=guest, day=day: move(guest, hour(day, "17:00")) for guest in guests])
        assert sorted(reply.status for reply in replies) == [200, 409]
        lines = [orders.load(guest["order"]["id"]).standing[0] for guest in guests]
        assert sum(_at_five(line) for line in lines) == 1
        wanted = {tick: line.id for line in lines for place in line.occupied.places for tick in place.ticks}
        assert owners(day) == wanted


def test_without_the_condition_both_would_have_it(spa: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: the same race with a claim that asks nothing."""
    nothing = Path("resource").exists() | Path("resource").does_not_exist()
    for name in ("_absent", "_lapsed", "_ours"):
        monkeypatch.setattr(claim, name, lambda *_: nothing)
    both = 0
    for _ in range(3):
        day = next(_wednesdays)
        guests = [paid(spa, hour(day, at)) for at in ("12:00", "22:00")]
        at_once(*[lambda guest=guest, day=day: move(guest, hour(day, "17:00")) for guest in guests])
        both += sum(_at_five(orders.load(guest["order"]["id"]).standing[0]) for guest in guests) == 2
    assert both


def test_a_move_against_a_cancellation_ends_as_one_after_the_other(spa: World) -> None:
    for _ in range(ROUNDS):
        day = next(_wednesdays)
        guest = paid(spa, hour(day, "12:00"))
        replies = at_once(lambda guest=guest, day=day: move(guest, hour(day, "17:00")),
                          lambda guest=guest: change(guest, action="cancel_all"))
        order = orders.load(guest["order"]["id"])
        assert replies[1].status == 200 and replies[0].status in (200, 409)
        assert (order.state, order.kept, owners(day)) == ("cancelled", 0, {})
        assert sum(refund.amount for payment in payments_of(order) for refund in payment.refunds) == 50_000


def test_cancelled_by_many_at_once_the_money_goes_back_once(spa: World) -> None:
    guest = paid(spa, hour(next(_wednesdays), "12:00"))
    replies = at_once(*[lambda: change(guest, action="cancel_all")] * 6)
    assert sorted(reply.status for reply in replies) == [200, 409, 409, 409, 409, 409]
    order = orders.load(guest["order"]["id"])
    assert (order.state, order.kept) == ("cancelled", 0)
    types = fact_types(spa, order.id)
    assert (types["order.cancelled"], types["payment.refund_due"]) == (1, 1)


def test_credit_asked_back_by_many_and_refunded_by_many_workers_is_asked_of_the_provider_once(spa: World) -> None:
    guest = paid(spa, hour(next(_wednesdays), "12:00"))
    assert change(guest, action="cancel_all", surplus="credit").status == 200
    path = f"/api/reservas/{guest['order']['id']}/devolucion"
    replies = at_once(*[lambda: journey.send("POST", path, body={}, token=guest["token"], key=fresh("back"),
                                             caller=caller())] * 6)
    assert sorted(reply.status for reply in replies) == [200, 409, 409, 409, 409, 409]
    [payment] = payments_of(orders.load(guest["order"]["id"]))
    before = len(spa.flow.refunds)
    at_once(*[lambda: _asked(payment.id, spa)] * 6)
    [payment] = payments_of(orders.load(guest["order"]["id"]))
    assert len(spa.flow.refunds) == before + 1
    assert (payment.kept, [refund.amount for refund in payment.refunds]) == (0, [50_000])


def _asked(payment: PaymentId, spa: World) -> None:
    with suppress(Retryable):  # another has it in hand: the queue would try again
        give_back(payment, 1, spa.flow, spa.clock)
