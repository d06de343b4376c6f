"""Twelve guests at once for one hour: what the earlier system let three of them buy."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from chalicelib.aws.transactions import Transaction
from chalicelib.carts import hold
from chalicelib.carts import table as carts
from chalicelib.carts.wishes import Wish
from chalicelib.catalog import table as catalogue_table
from chalicelib.core.clock import SPA_ZONE
from chalicelib.core.errors import Conflict
from chalicelib.orders import place
from chalicelib.orders.checkout_form import CheckOutForm
from chalicelib.orders.settle import settle_token
from tests.support.spa import NOW, TUB, Spa, check_out_form

GUESTS = 12


def at_once(action: Callable[[int], bool]) -> list[bool]:
    """Let every guest do it at the same moment; return who succeeded."""
    start = Barrier(GUESTS)

    def run(guest: int) -> bool:
        start.wait()
        return action(guest)

    with ThreadPoolExecutor(GUESTS) as pool:
        return list(pool.map(run, range(GUESTS)))


def open_cart(spa: Spa) -> str:
    tx = Transaction()
    wish = Wish(TUB, NOW.replace(month=12, day=2, hour=17, tzinfo=SPA_ZONE), 2)
    cart = hold.add(tx, hold.new_cart(spa.clock), [wish], [], catalogue_table.current(spa.clock), spa.clock)
    tx.commit()
    return cart.id


@pytest.mark.parametrize("_round", range(3))
def test_of_twelve_simultaneous_holds_one_succeeds(spa: Spa, _round: int) -> None:
    catalogue_table.current(spa.clock)

    def hold_it(guest: int) -> bool:
        try:
            open_cart(spa)
        except Conflict as refused:
            assert refused.code == "slot_taken"
            return False
        return True

    assert sum(at_once(hold_it)) == 1
    assert len(spa.dump()["carts"]) == 1


@pytest.mark.parametrize("_round", range(3))
def test_of_twelve_simultaneous_check_outs_of_one_slot_one_succeeds(spa: Spa, _round: int) -> None:
    ids = []
    for _ in range(GUESTS):  # each held the hour, and let it lapse
        ids.append(open_cart(spa))
        spa.clock.advance(minutes=21)
    form = CheckOutForm.model_validate(check_out_form()).check_out()

    def check_out(guest: int) -> bool:
        tx = Transaction()
        place.place(tx, carts.load(ids[guest]), form, clock=spa.clock, trace=f"guest-{guest}")
        try:
            tx.commit()
        except Conflict as refused:
            assert refused.code == "slot_taken"
            return False
        return True

    assert sum(at_once(check_out)) == 1
    assert len([item for item in spa.dump()["orders"] if item["sk"]["S"] == "order"]) == 1
    assert len(spa.dump()["payments"]) == 1


def test_twelve_simultaneous_notices_of_one_payment_confirm_one_order_once(spa: Spa) -> None:
    order = spa.place()
    token = spa.provider.pay(order.payment)

    def hear(guest: int) -> bool:
        return settle_token(token, spa.provider, spa.clock) is not None

    assert all(at_once(hear))
    assert order.facts() == ["order.placed", "order.confirmed"]
    assert order.view()["paid"] == 50_000
