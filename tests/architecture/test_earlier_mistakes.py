"""What the earlier system got wrong (DOMAIN.md), as far as ours does it yet: each mistake has a test that names it."""

import ast

import pytest

from infra.paths import ROOT

MISTAKES = {
    "double bookings under load": (
        "orders/test_simultaneous.py",
        [
            "test_of_twelve_simultaneous_holds_one_succeeds",
            "test_of_twelve_simultaneous_check_outs_of_one_slot_one_succeeds",
        ],
    ),
    "webhook and return page both creating the sale": (
        "orders/test_paying.py",
        ["test_webhook_and_return_page_both_arriving_confirm_one_order_once"],
    ),
    "1,000 paid for 120,000 accepted": (
        "orders/test_paying.py",
        ["test_a_thousand_pesos_do_not_pay_for_a_hundred_and_twenty_thousand"],
    ),
    "a price taken from the browser": ("carts/test_refusals.py", ["test_a_price_sent_by_the_browser_is_refused"]),
    "one payment counted twice": (
        "orders/test_simultaneous.py",
        ["test_twelve_simultaneous_notices_of_one_payment_confirm_one_order_once"],
    ),
    "closed Tuesdays, past dates and off-schedule hours accepted": (
        "carts/test_refusals.py",
        [
            "test_a_new_cart_is_refused_an_impossible_hour_and_nothing_is_held",
            "test_closed_tuesdays_are_refused_in_words",
        ],
    ),
    "the same slot twice in one cart": ("carts/test_refusals.py", ["test_the_same_slot_twice_in_one_cart_is_refused"]),
    "sales that came to nothing keeping their slot": (
        "orders/test_late_and_never.py",
        ["test_an_order_nobody_pays_expires_after_the_grace_and_its_hours_are_free"],
    ),
    "refunds by hand": ("orders/test_late_and_never.py", ["test_late_money_whose_hour_was_sold_goes_back_once"]),
    "anonymous access to what is somebody's": (
        "web/test_routes.py",
        ["test_without_a_token_a_signed_route_is_401_and_nothing_happens"],
    ),
    "today in UTC": ("core/test_clock.py", ["test_today_is_the_spas_today_and_not_utcs"]),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_of_the_earlier_system_has_its_test(mistake: str) -> None:
    file, names = MISTAKES[mistake]
    tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
    tests = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert set(names) <= tests
