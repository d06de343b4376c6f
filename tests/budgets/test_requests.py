"""How many requests and units each journey may cost (DESIGN.md §7): counted, not believed."""

import ast

import pytest

from infra.paths import ROOT
from tests.support import gift_bills, journey
from tests.support.bills import CARTS, PROMISES, PROVIDERS, bills
from tests.support.meter import SCANS, Bill
from tests.support.promise import Promise


@pytest.fixture(scope="module")
def measured(dynamodb: str) -> dict[str, Bill]:
    journey.published()
    with journey.world() as world:
        return bills(world)


@pytest.mark.parametrize("name", PROMISES)
def test_a_journey_costs_no_more_than_promised(measured: dict[str, Bill], name: str) -> None:
    assert PROMISES[name].kept_by(measured[name]), measured[name].requests


def test_the_promises_are_those_of_the_design() -> None:
    design = {
        "availability of a service on a day": Promise(reads=1, transactions=0, writes=0, read_units=2),
        "availability of all eight tubs on a day": Promise(reads=2, transactions=0, writes=0),
        "hold: add a line to a cart": Promise(reads=2, transactions=1, writes=0),
        "webhook → confirmed order (worker)": Promise(reads=4, transactions=1, writes=0),
    }
    assert {name: PROMISES[name] for name in design} == design


@pytest.mark.parametrize("what", CARTS)
def test_a_whole_cart_may_cost_no_more_requests_than_one_hour_of_a_tub(what: str) -> None:
    hold, check_out = PROMISES[f"hold: {what}"], PROMISES[f"check-out of {what}"]
    confirmed = [PROMISES[f"webhook → {what} confirmed, {name}"] for name in PROVIDERS.values()]
    assert [(one.reads, one.transactions) for one in (hold, check_out, *confirmed)] == [(2, 1), *[(4, 1)] * 3]


def test_every_step_of_a_whole_cart_is_one_transaction_and_asks_for_its_days_at_once(measured: dict[str, Bill]) -> None:
    days_and_shelf = {"a tub and three products": {"Query": 2}}
    for what in CARTS:
        asked = days_and_shelf.get(what, {"BatchGetItem": 1})
        assert measured[f"hold: {what}"].counted() == {**asked, "TransactWriteItems": 1}, what
        for provider in PROVIDERS.values():
            confirmed = measured[f"webhook → {what} confirmed, {provider}"].counted()
            assert confirmed == {"GetItem": 2, "TransactWriteItems": 1}, what


def test_gift_cards_add_one_item_each_to_the_orders_one_transaction(measured: dict[str, Bill]) -> None:
    for plain, with_cards in (("check-out of a cart with one line", gift_bills.SPENT),
                              ("webhook → confirmed order (worker)", gift_bills.CONFIRMED)):
        items = [len(measured[name].written_keys()) for name in (plain, with_cards)]
        assert items[1] - items[0] == 2, with_cards
        cards = [key for table, key in measured[with_cards].written_keys() if table == "test-giftcards"]
        assert len(cards) == len(set(cards)) == 2


def test_no_request_of_a_journey_costs_more_than_two_read_units_where_a_calendar_is_asked(
        measured: dict[str, Bill]) -> None:
    for name in ("availability of a service on a day", "availability of a service over a month"):
        assert max(request.units for request in measured[name].requests) <= 2, name


def test_checking_out_writes_once_for_the_page_and_once_for_the_answer_after_the_provider_was_asked(
        measured: dict[str, Bill]) -> None:
    operations = [request.operation for request in measured["check-out of a cart with one line"].requests]
    assert operations == ["GetItem", "TransactWriteItems", "PutItem", "PutItem"]


def test_a_month_in_which_every_hour_is_sold_costs_two_units_a_request_at_most(dynamodb: str) -> None:
    from chalicelib.availability.days import LABELS
    from chalicelib.aws.tables import connection
    from chalicelib.core.ids import random_id
    from tests.support.bills import month_path
    from tests.support.meter import metered

    journey.published()
    with journey.world():
        journey.send("GET", month_path())  # the catalogue, and the table's connection
        for day in [*(f"2026-12-{n:02}" for n in range(3, 32)), "2027-01-01", "2027-01-02"]:
            sold = {label: {"M": {"h": {"S": random_id("lin")}}} for label in LABELS[12:35]}
            connection().dispatch("PutItem", {"TableName": "test-calendar", "Item": {
                "resource": {"S": "hornopiren"}, "day": {"S": day}, "expires": {"N": "1900000000"}, **sold}})
        with metered() as bill:
            reply = journey.send("GET", month_path())
        for day in [*(f"2026-12-{n:02}" for n in range(3, 32)), "2027-01-01", "2027-01-02"]:
            connection().dispatch("DeleteItem", {"TableName": "test-calendar", "Key": {
                "resource": {"S": "hornopiren"}, "day": {"S": day}}})
    states = {day["state"] for day in reply.json["services"][0]["days"]}
    assert states == {"full", "closed"}
    assert bill.reads <= 2
    assert [request.units <= 2 for request in bill.requests] == [True] * bill.reads


def test_no_code_on_a_request_path_can_scan() -> None:
    """Neither pynamodb's `.scan` nor an operation that scans is named anywhere in the application."""
    named = []
    for path in (ROOT / "chalicelib").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            attribute = isinstance(node, ast.Attribute) and node.attr in {"scan", "rate_limited_scan"}
            operation = isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in SCANS
            if attribute or operation:
                named.append(f"{path.name}:{node.lineno}")
    assert named == []
