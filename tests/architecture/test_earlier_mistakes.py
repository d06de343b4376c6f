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
    "double bookings of what several services share": (
        "races/test_shared.py",
        [
            "test_the_last_table_and_therapist_go_to_one_of_32",
            "test_of_32_stays_that_share_a_night_one_is_held_whole_and_no_other_in_part",
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
    "a discount stored as a fake service": (
        "carts/test_shop.py",
        [
            "test_a_pack_is_earned_by_what_is_in_the_cart_and_lost_with_it",
            "test_a_programme_is_one_line_at_one_price_with_its_parts",
        ],
    ),
    "stock sold below zero": (
        "races/test_stock.py",
        [
            "test_of_32_buyers_of_the_last_unit_exactly_one_has_it_in_each_of_50_rounds",
            "test_of_eight_carts_with_the_last_unit_one_is_checked_out",
        ],
    ),
    "sales that came to nothing keeping their stock": (
        "carts/test_shop.py",
        ["test_check_out_takes_the_stock_and_expiry_puts_it_back"],
    ),
    "one payment counted twice": (
        "orders/test_simultaneous.py",
        ["test_twelve_simultaneous_notices_of_one_payment_confirm_one_order_once"],
    ),
    "other money than was asked counted as if it were that": (
        "orders/test_deposits.py",
        ["test_wrong_money_is_credited_and_the_next_payment_asks_for_the_rest"],
    ),
    "one signal of a deposit or a balance counted twice": (
        "orders/test_deposits.py",
        ["test_the_same_signals_again_count_no_money_twice"],
    ),
    "closed Tuesdays, past dates and off-schedule hours accepted": (
        "carts/test_refusals.py",
        [
            "test_a_new_cart_is_refused_an_impossible_hour_and_nothing_is_held",
            "test_closed_tuesdays_are_refused_in_words",
        ],
    ),
    "the same slot twice in one cart": (
        "carts/test_refusals.py",
        [
            "test_the_same_slot_twice_in_one_cart_is_refused",
            "test_two_lines_in_one_new_cart_cannot_be_the_same_slot",
        ],
    ),
    "sales that came to nothing keeping their slot": (
        "orders/test_late_and_never.py",
        ["test_an_order_nobody_pays_expires_after_the_grace_and_its_hours_are_free"],
    ),
    "refunds by hand": (
        "orders/test_late_and_never.py",
        ["test_late_money_whose_hour_was_sold_goes_back_once_on_request"],
    ),
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
