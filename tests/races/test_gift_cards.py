"""Thirty-two at once and one gift card: never overdrawn, the remainder exact, and each card issued once.

What is left is checked by the night's audit as well, which knows nothing of how it came about.
"""

import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any
from unittest import mock

import pytest
from pynamodb.expressions.operand import Path

from chalicelib.aws.tables import connection
from chalicelib.aws.transactions import Transaction
from chalicelib.core.clock import spa_date
from chalicelib.core.errors import Conflict, Retryable
from chalicelib.core.ids import gift_code
from chalicelib.giftcards import codes, ledger, listing, table
from chalicelib.giftcards.adjust import adjust
from chalicelib.giftcards.expire import expire
from chalicelib.giftcards.model import Card, EntryKind, differences
from chalicelib.orders import issue
from chalicelib.orders import table as orders
from chalicelib.orders.card_books import What
from chalicelib.orders.check_cards import check, check_card
from tests.giftcards.conftest import Bought, Shop, gift
from tests.giftcards.test_ledger import new_card
from tests.races.test_money import at_once, caller, fresh
from tests.support import journey
from tests.support.books import empty, scan
from tests.support.journey import FORM, Reply, World

GUESTS = 32
ROUNDS = 24
_numbers = itertools.count(1)
_hours = (f"2026-12-{day:02}T{hour}:00-03:00" for day in range(3, 32) if date(2026, 12, day).weekday() != 1
          for hour in ("12:00", "14:30", "17:00", "19:30", "22:00"))


@pytest.fixture(scope="module")
def spa(dynamodb: str) -> Iterator[World]:
    empty("giftcards")
    journey.published()
    assert connection().client is not None  # made before the threads
    with journey.world() as world:
        yield world


def card(spa: World, amount: int, **more: Any) -> tuple[str, str]:
    """Put a card of so many pesos into the world; return its id and its code."""
    id, code, now = f"gft_race{next(_numbers):06}", gift_code(), spa.clock.now()
    new = new_card(id, amount, code_hash=codes.find_key(code), sealed=codes.seal(code, id), order="RACE",
                   ending=codes.ending_of(code), last_day=spa_date(now) + timedelta(days=365), **more)
    tx = Transaction()
    table.issued(tx, new)
    tx.commit()
    return id, code


def done(step: Callable[[Transaction], None]) -> str:
    """Commit a step, told to come back as often as need be; return what came of it."""
    while True:
        tx = Transaction()
        try:
            step(tx)
            tx.commit()
        except Conflict as refused:
            return refused.code
        except Retryable:
            continue
        return "done"


def sound(id: str) -> Card:
    """Return a card whose amounts must agree with its ledger."""
    now = table.load(id)
    assert differences(now) == []
    return now


def test_of_32_redemptions_of_a_card_exactly_as_many_succeed_as_it_is_worth(spa: World) -> None:
    for _ in range(ROUNDS):
        id, _ = card(spa, 50_000)
        came = Counter(at_once(*[lambda id=id, n=n: done(lambda tx: ledger.redeem(
            tx, id, f"ORDER-{n}", 7_000, spa.clock.now())) for n in range(GUESTS)]))
        assert came == {"done": 7, "gift_card_short": 25}
        now = sound(id)
        assert (now.balance, now.free, len(now.entries)) == (1_000, 1_000, 8)
        assert len({entry.order for entry in now.entries}) == 8


def test_without_the_condition_the_card_is_overdrawn(spa: World) -> None:
    """The negative control: were the condition not needed, the test above would prove nothing."""
    update = Transaction.update

    def careless(tx: Transaction, item: Any, **step: Any) -> None:
        update(tx, item, **{**step, "condition": Path("never-there").does_not_exist()})

    with mock.patch.object(Transaction, "update", careless):
        id, _ = card(spa, 50_000)
        came = Counter(at_once(*[lambda n=n: done(lambda tx: ledger.redeem(
            tx, id, f"ORDER-{n}", 7_000, spa.clock.now())) for n in range(GUESTS)]))
    assert came == {"done": 32} and table.load(id).balance == 50_000 - 32 * 7_000
    assert differences(table.load(id)) != []


def test_held_spent_and_let_go_at_once_adds_up(spa: World) -> None:
    for _ in range(ROUNDS // 4):
        id, _ = card(spa, 50_000)
        for n in range(4):
            assert done(lambda tx, n=n: ledger.hold(tx, id, f"HELD-{n}", 5_000, spa.clock.now())) == "done"
        acts: list[Callable[[Transaction], None]] = []
        for n in range(8):
            acts += [lambda tx, n=n: ledger.redeem(tx, id, f"PAID-{n}", 6_000, spa.clock.now()),
                     lambda tx, n=n: ledger.hold(tx, id, f"NEW-{n}", 6_000, spa.clock.now())]
        ends = [lambda tx, n=n: ledger.redeem_held(tx, id, f"HELD-{n}", 5_000, spa.clock.now()) for n in range(2)]
        goes = [lambda tx, n=n: ledger.release(tx, id, f"HELD-{n}", 5_000) for n in range(2, 4)]
        came = at_once(*[lambda act=act: done(act) for act in (*acts, *ends, *goes)])
        assert came[-4:] == ["done"] * 4
        taken = came[:16].count("done")
        now = sound(id)
        assert set(came) == {"done", "gift_card_short"} and 5 <= taken <= 6
        assert now.free == 50_000 - 10_000 - 6_000 * taken and now.free < 6_000 + 10_000
        assert now.balance == 50_000 - 10_000 - 6_000 * sum(entry.amount == -6_000 for entry in now.entries)


def test_value_that_comes_back_expires_and_is_adjusted_at_once_adds_up(spa: World) -> None:
    for number in range(ROUNDS // 4):
        id, _ = card(spa, 50_000)
        for n in range(8):
            done(lambda tx, n=n: ledger.redeem(tx, id, f"PAID-{n}", 5_000, spa.clock.now()))
        late = type(spa.clock)(spa.clock.now() + timedelta(days=367 + number))
        acts: list[Callable[[], Any]] = [lambda late=late: expire(id, late)] * 8
        acts += [lambda n=n, late=late: done(lambda tx: ledger.refund(
            tx, table.load(id), f"PAID-{n}", 5_000, late.now(), "cancelled")) for n in range(8)]
        acts += [lambda n=n, late=late: done(lambda tx: _adjusted(tx, id, 1_000 if n % 2 else -1_000, late))
                 for n in range(8)]
        came = at_once(*acts)
        written_off = sum(one for one in came[:8] if isinstance(one, int))
        adjusted = sum((1_000 if n % 2 else -1_000) for n, one in enumerate(came[16:]) if one == "done")
        assert {type(one) for one in came[:8]} <= {int, Retryable} and came[8:16] == ["done"] * 8
        now = sound(id)
        assert now.balance == 10_000 - written_off + 8 * 5_000 + adjusted
        told = [fact.type for fact in listing.history(id)]
        kinds = Counter(entry.kind for entry in now.entries)
        assert kinds[EntryKind.EXPIRE] == told.count("giftcard.expired") <= 1
        assert kinds[EntryKind.ADJUST] == told.count("giftcard.adjusted") == came[16:].count("done")


def _adjusted(tx: Transaction, id: str, amount: int, clock: Any) -> None:
    adjust(tx, table.load(id), amount, clock.now(), by="member-owner", reason="Carrera")


def cart_with(code: str) -> dict[str, Any]:
    """Return a cart of 50,000 pesos that a card pays."""
    opened = journey.send("POST", "/api/carritos", body={"lines": [journey.new_line(next(_hours))]}, key=fresh("open"),
                          caller=caller()).json
    put = journey.send("POST", f"/api/carritos/{opened['cart']['id']}/codigos", body={"code": code},
                       token=opened["token"], key=fresh("code"), caller=caller())
    assert put.status == 201, put.text
    return opened  # type: ignore[no-any-return]


def check_out(cart: dict[str, Any]) -> Reply:
    return journey.send("POST", "/api/reservas", body=FORM, token=cart["token"], key=fresh("paying"), caller=caller())


def test_32_check_outs_with_one_card_share_what_it_is_worth_and_no_more(spa: World) -> None:
    empty("giftcards")
    id, code = card(spa, 330_000)
    carts = [cart_with(code) for _ in range(GUESTS)]
    replies = at_once(*[lambda cart=cart: check_out(cart) for cart in carts])
    assert {reply.status for reply in replies} <= {201, 409}
    assert {reply.json["code"] for reply in replies if reply.status == 409} <= {"gift_card_short", "gift_card_busy"}
    again = [check_out(cart) for cart, reply in zip(carts, replies, strict=True) if reply.status != 201]
    assert {reply.status for reply in again} <= {201}
    made = [orders.load(reply.json["order"]["id"]) for reply in (*replies, *again) if reply.status == 201]
    assert len(made) == GUESTS
    assert Counter(order.covered for order in made) == {50_000: 6, 30_000: 1, 0: 25}
    assert Counter(order.state.value for order in made) == {"confirmed": 6, "pending_payment": 26}
    now = sound(id)
    assert (now.balance, now.free, sum(now.holds.values())) == (30_000, 0, 30_000)
    assert [odd for odd in check(spa.clock).found if odd.what is not What.LINE] == []


def test_cards_whose_order_is_told_of_32_times_at_once_are_issued_once(spa: World) -> None:
    for _ in range(5):
        order = paid_gifts(spa)
        came = at_once(*[lambda order=order: issue.issue(order.order, spa.clock)] * GUESTS)
        assert sorted(len(one) for one in came if not isinstance(one, Exception))[-1] == 2
        assert {type(one) for one in came if isinstance(one, Exception)} <= {Retryable}
        assert issue.issue(order.order, spa.clock) == []
        assert len(issued_for(order.order)) == len(order.cards) == 2
        assert sum(len(one) for one in came if not isinstance(one, Exception)) == 2


def test_without_the_orders_version_its_cards_are_issued_more_than_once(spa: World) -> None:
    """The negative control of the test above."""
    order, put = paid_gifts(spa), Transaction.put

    def careless(tx: Transaction, item: Any, **step: Any) -> None:
        put(tx, item, **{**step, "condition": None})

    with mock.patch.object(Transaction, "put", careless):
        at_once(*[lambda: issue.issue(order.order, spa.clock)] * GUESTS)
    issued = issued_for(order.order)
    assert len(issued) > 2
    wrong = [card for card in issued for odd in check_card(card, spa.clock)
             if (odd.what, odd.card, odd.order) == (What.LINE, card, order.order)]
    assert len(wrong) == len(issued) - 2  # and the audit finds each that nobody paid for


def paid_gifts(spa: World) -> Bought:
    order = Shop(spa).place(gift(), gift(recipient="Carla"))
    order.pay()
    return order


def issued_for(order: str) -> list[str]:
    return [item["pk"]["S"] for item in scan("giftcards") if item["sk"]["S"] == "card" and item["order"]["S"] == order]
