"""Thirty-two buyers and the last unit of a product: exactly one has it, every time (docs/data.md, stock)."""

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest import mock

import pytest
from pynamodb.expressions.operand import Path

from chalicelib.aws.tables import connection
from chalicelib.aws.transactions import Transaction
from chalicelib.catalog import stock
from chalicelib.core.errors import Conflict, Retryable
from tests.support import journey

BUYERS = 32
ROUNDS = 50
HOURS = [f"2026-12-{day}T{hour}:00-03:00" for day in (10, 11) for hour in ("12:00", "14:30", "17:00", "19:30")]


@pytest.fixture(scope="module")
def buyers(dynamodb: str) -> Iterator[ThreadPoolExecutor]:
    journey.published()
    assert connection().client is not None  # made before the threads
    with ThreadPoolExecutor(max_workers=BUYERS) as pool:
        yield pool


def put_on_shelf(product: str, units: int) -> None:
    stock.Counter(sk=product, left=units).save()


def buy(wanted: dict[str, int], gate: threading.Barrier) -> str:
    """Try to take units in a transaction of one's own; return what came of it."""
    tx = Transaction()
    stock.take(tx, wanted)
    gate.wait()
    try:
        tx.commit()
    except (Conflict, Retryable) as refused:
        return refused.code
    return "sold"


def outcomes(pool: ThreadPoolExecutor, *wanted: dict[str, int]) -> Counter[str]:
    gate = threading.Barrier(len(wanted))
    runs = [pool.submit(buy, each, gate) for each in wanted]
    return Counter(run.result() for run in runs)


def test_of_32_buyers_of_the_last_unit_exactly_one_has_it_in_each_of_50_rounds(buyers: ThreadPoolExecutor) -> None:
    for number in range(ROUNDS):
        put_on_shelf(f"last-{number}", 1)
        came = outcomes(buyers, *[{f"last-{number}": 1}] * BUYERS)
        assert came["sold"] == 1
        assert set(came) <= {"sold", "out_of_stock", "busy"}
        assert stock.left()[f"last-{number}"] == 0


def test_without_the_condition_more_than_one_buys_the_last_unit(buyers: ThreadPoolExecutor) -> None:
    """The negative control: were the condition not needed, the test above would prove nothing."""
    take = Transaction.update

    def careless(tx: Transaction, item: Any, **step: Any) -> None:
        take(tx, item, **{**step, "condition": Path("never-there").does_not_exist()})

    with mock.patch.object(Transaction, "update", careless):
        for number in range(3):
            put_on_shelf(f"careless-{number}", 1)
            sold = outcomes(buyers, *[{f"careless-{number}": 1}] * BUYERS)["sold"]
            assert sold > 1
            assert stock.left()[f"careless-{number}"] == 1 - sold


def test_whoever_wants_two_products_has_both_or_neither(buyers: ThreadPoolExecutor) -> None:
    for number in range(10):
        names = [f"{shelf}-{number}" for shelf in ("bread", "cheese", "wine")]
        for name in names:
            put_on_shelf(name, 1)
        pairs = [{names[n % 2]: 1, names[n % 2 + 1]: 1} for n in range(BUYERS)]  # all of them want cheese
        assert outcomes(buyers, *pairs)["sold"] == 1
        assert sorted(stock.left()[name] for name in names) == [0, 0, 1]
        assert stock.left()[names[1]] == 0


def test_what_is_sold_and_put_back_at_once_adds_up(buyers: ThreadPoolExecutor) -> None:
    put_on_shelf("busy", 5)
    gate = threading.Barrier(BUYERS)

    def give_back() -> str:
        tx = Transaction()
        stock.put_back(tx, {"busy": 1})
        gate.wait()
        try:
            tx.commit()
        except Retryable:
            return "busy"
        return "back"

    runs = [buyers.submit(give_back) if n % 2 else buyers.submit(buy, {"busy": 1}, gate) for n in range(BUYERS)]
    came = Counter(run.result() for run in runs)
    assert stock.left()["busy"] == 5 + came["back"] - came["sold"] >= 0


def test_of_eight_carts_with_the_last_unit_one_is_checked_out(buyers: ThreadPoolExecutor) -> None:
    put_on_shelf("chocolates", 1)
    with journey.world():
        carts = [_cart(number, start) for number, start in enumerate(HOURS)]
        gate = threading.Barrier(len(carts))

        def check_out(number: int) -> journey.Reply:
            gate.wait()
            return journey.send("POST", "/api/reservas", body=journey.FORM, token=carts[number]["token"],
                                key=f"last-chocolates-{number}", caller=f"10.4.0.{number}")

        replies = [run.result() for run in [buyers.submit(check_out, number) for number in range(len(carts))]]
        assert Counter(reply.status for reply in replies)[201] == 1
        again = [check_out_again(number, cart) for number, cart in enumerate(carts)]
    assert stock.left()["chocolates"] == 0
    lost = [one for one, before in zip(again, replies, strict=True) if before.status != 201]
    assert {(one.status, one.json["code"]) for one in lost} == {(409, "out_of_stock")}


def check_out_again(number: int, cart: dict[str, Any]) -> journey.Reply:
    """Send the form once more, in peace: whoever lost is told so, even if it was only told to come back."""
    return journey.send("POST", "/api/reservas", body=journey.FORM, token=cart["token"],
                        key=f"again-chocolates-{number}", caller=f"10.4.1.{number}")


def _cart(number: int, start: str) -> dict[str, Any]:
    reply = journey.send("POST", "/api/carritos", key=f"wants-chocolates-{number}", caller=f"10.4.2.{number}", body={
        "lines": [journey.new_line(start)], "products": [{"product": "chocolates", "quantity": 1}]})
    assert reply.status == 201, reply.text
    opened: dict[str, Any] = reply.json
    return opened
