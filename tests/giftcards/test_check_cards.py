"""The night's audit: a healthy book reports nothing, and whatever is damaged is found, named and told to staff."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.aws.tables import connection
from chalicelib.core.errors import NotFound
from chalicelib.giftcards import codes, ledger, table
from chalicelib.giftcards.expire import expire
from chalicelib.giftcards.model import Card
from chalicelib.items import table as items
from chalicelib.orders import check_cards, jobs
from chalicelib.orders import table as orders
from chalicelib.orders.check_cards import check, check_card, check_order
from tests.giftcards.conftest import Bought, Shop, caller, fresh_key, gift
from tests.giftcards.test_ledger import done
from tests.support import journey
from tests.support.books import scan
from tests.support.meter import metered

QUIET = {"differ": 0, "whole": 1}


@pytest.fixture
def bought(shop: Shop) -> Bought:
    """Two cards that are issued: 50,000 for Berta, 110,000 that Carla's giver keeps."""
    order = shop.place(gift(), gift(experience="regalo-pausa", recipient="Carla", delivery={"way": "self"}))
    order.pay()
    issue(order)
    return order


def issue(order: Bought) -> None:
    order.spa.stream(order.order)
    assert order.spa.work("giftcards") == 0


def paid_with(bought: Bought, amount: int = 50_000, hour: str = "2026-12-03T17:00:00-03:00") -> Bought:
    """Return an order of 50,000 pesos that a card of `amount` pesos helps to pay."""
    [card] = [one for one in bought.cards if one.issued == amount]
    spa = bought.spa
    opened = spa.send("POST", "/api/carritos", body={"lines": [journey.new_line(hour)]}, key=fresh_key(),
                      caller=caller()).json
    put = spa.send("POST", f"/api/carritos/{opened['cart']['id']}/codigos", body={"code": codes.unseal(
        card.sealed, card.id)}, token=opened["token"], key=fresh_key(), caller=caller())
    assert put.status == 201, put.text
    placed = spa.send("POST", "/api/reservas", body=journey.FORM, token=opened["token"], key=fresh_key(),
                      caller=caller())
    assert placed.status == 201, placed.text
    return Bought(spa, placed.json["order"]["id"], placed.json["token"])


def night(spa: journey.World) -> dict[str, int]:
    found: dict[str, int] = jobs.check_cards({}, None)
    return {name: found[name] for name in ("differ", "whole")}


def found(bought: Bought) -> list[tuple[str, int, int]]:
    """Return what the audit finds: what, and what both sides say."""
    return sorted((one.what.value, one.says, one.other) for one in check(bought.spa.clock).found)


def told() -> list[tuple[str, str, str]]:
    """Return the open items: kind, what, state."""
    rows = [items.load(item["pk"]["S"]) for item in scan("items")]
    return sorted((row.kind.value, str(row.about["what"]), row.state.value) for row in rows)


def damage(area: str, pk: str, sk: str, change: Callable[[dict[str, Any]], None]) -> None:
    """Change an item behind everybody's back."""
    key = {"pk": {"S": pk}, "sk": {"S": sk}}
    item = connection().dispatch("GetItem", {"TableName": f"test-{area}", "Key": key, "ConsistentRead": True})["Item"]
    change(item)
    connection().dispatch("PutItem", {"TableName": f"test-{area}", "Item": item})


def damage_card(card: Card, **amounts: int) -> None:
    """Set amounts of a card."""
    damage("giftcards", card.id, "card", lambda item: item.update(
        {name: {"N": str(amount)} for name, amount in amounts.items()}))


def damage_ledger(card: Card, change: Callable[[list[Any]], object]) -> None:
    damage("giftcards", card.id, "card", lambda item: change(item["entries"]["L"]))


def damage_order(order: str, change: Callable[[list[Any]], list[Any]], name: str = "cards") -> None:
    """Rewrite the uses or the lines of an order."""
    damage("orders", order, "order", lambda item: item.update(
        {name: {"S": json.dumps(change(json.loads(item[name]["S"])))}}))


def damage_payment(order: Bought, **values: Any) -> None:
    payment = order.look()["payments"][0]["id"]
    damage("payments", f"payment#{payment}", "payment", lambda item: item.update(values))


def delete(area: str, pk: str, sk: str) -> None:
    connection().dispatch("DeleteItem", {"TableName": f"test-{area}", "Key": {"pk": {"S": pk}, "sk": {"S": sk}}})


def one(bought: Bought, amount: int = 50_000) -> Card:
    return next(card for card in bought.cards if card.issued == amount)


def test_healthy_books_report_nothing_whatever_has_happened(bought: Bought) -> None:
    spa = bought.spa
    spent, waiting = paid_with(bought), paid_with(bought, 110_000, "2026-12-03T19:30:00-03:00")
    assert (spent.look()["covered"], waiting.look()["covered"]) == (50_000, 50_000)
    both = spa.send("POST", f"/api/reservas/{spent.order}/cambios", token=spent.token, key=fresh_key(), caller=caller(),
                    body={"action": "cancel_all", "surplus": "refund"})
    assert both.status == 200, both.text
    paid_with(bought, 110_000, "2026-12-04T17:00:00-03:00")
    half = paid_with(bought, 110_000, "2026-12-04T19:30:00-03:00")
    assert half.look()["covered"] == 10_000 and half.look()["state"] == "pending_payment"
    report = check(spa.clock)
    assert (report.cards, report.bought, report.orders, report.found, report.whole) == (2, 2, 5, [], True)
    spa.clock.advance(minutes=26)
    spa.poll()
    done(lambda tx: ledger.adjust(tx, one(bought), 5_000, spa.clock.now(), by="member-owner", reason="Cortesía"))
    spa.clock.advance(days=400)
    assert sum(expire(card.id, spa.clock) for card in bought.cards) == 50_000 + 5_000 + 10_000
    assert night(spa) == QUIET and scan("items") == [] and orders.load(spent.order).state == "cancelled"


def test_a_balance_that_is_not_the_sum_of_its_ledger_is_found(bought: Bought) -> None:
    damage_card(one(bought), balance=50_001, free=50_001, ceiling=50_001)
    assert found(bought) == [("amounts", 50_001, 50_000)]
    [odd] = check_card(one(bought).id, bought.spa.clock)
    assert odd.detail == "balance 50001, entries 50000; ceiling 50001, issued 50000 and raised by 0"


def test_a_ledger_that_lost_an_entry_is_found_on_both_sides(bought: Bought) -> None:
    paid_with(bought)
    damage_ledger(one(bought), lambda entries: entries.pop())
    assert found(bought) == [("amounts", 0, 50_000), ("spent", 0, 50_000)]


def test_an_entry_that_was_changed_and_the_balance_with_it_is_found_by_its_order(bought: Bought) -> None:
    paid_with(bought)
    damage_ledger(one(bought), lambda entries: entries[1]["M"].update(amount={"N": "-40000"}))
    damage_card(one(bought), balance=10_000, free=10_000)
    assert found(bought) == [("spent", 40_000, 50_000)]


def test_a_use_that_an_order_has_forgotten_is_found(bought: Bought) -> None:
    order = paid_with(bought)
    damage_order(order.order, lambda uses: [])
    assert found(bought) == [("spent", 50_000, 0)]
    [odd] = check_card(one(bought).id, bought.spa.clock)
    assert (odd.card, odd.order) == (one(bought).id, order.order)


def test_a_hold_that_only_one_side_knows_is_found(bought: Bought) -> None:
    done(lambda tx: ledger.hold(tx, one(bought, 110_000).id, "XXXX-XXXX-X", 1_000, bought.spa.clock.now()))
    assert found(bought) == [("held", 1_000, 0)]
    damage("giftcards", one(bought, 110_000).id, "card", lambda item: item.update(
        holds={"M": {}}, free=item["balance"]))
    assert found(bought) == []


def test_a_hold_of_an_order_that_nobody_pays_any_more_is_found(bought: Bought) -> None:
    done(lambda tx: ledger.adjust(tx, one(bought), -20_000, bought.spa.clock.now(), by="member-owner", reason="Prueba"))
    order = paid_with(bought)
    assert order.look()["state"] == "pending_payment" and found(bought) == []
    damage("orders", order.order, "order", lambda item: item.update(state={"S": "expired"}))
    assert found(bought) == [("held", 30_000, 30_000)]
    damage_order(order.order, lambda uses: [{**use, "state": "released"} for use in uses])
    assert found(bought) == [("held", 30_000, 0)]


def test_a_card_that_is_gone_is_found_by_the_order_that_bought_it(bought: Bought) -> None:
    card = one(bought)
    delete("giftcards", card.id, "card")
    assert [(odd.what.value, odd.card, odd.order) for odd in check(bought.spa.clock).found] == [
        ("lost", card.id, bought.order)]
    with pytest.raises(NotFound):
        check_card(card.id, bought.spa.clock)
    assert [odd.what.value for odd in check_order(bought.order, bought.spa.clock)] == ["lost"]


def test_a_card_whose_code_does_not_open_it_is_found(bought: Bought) -> None:
    delete("giftcards", f"code#{one(bought).code_hash}", "code")
    assert [(odd.what.value, odd.card) for odd in check(bought.spa.clock).found] == [("code", one(bought).id)]


def test_a_card_that_no_order_has_bought_is_found(bought: Bought) -> None:
    forged = one(bought).model_copy(update={"id": "gft_forged", "code_hash": "forged"})
    done(lambda tx: table.issued(tx, forged))
    assert found(bought) == [("line", 50_000, 0)]


def test_a_card_that_is_worth_more_than_was_paid_for_it_is_found(bought: Bought) -> None:
    damage_order(bought.order, lambda lines: [{**line, "total": line["total"] - 1_000} for line in lines], "lines")
    assert found(bought) == [("line", 50_000, 49_000), ("line", 110_000, 109_000)]


def test_cards_that_were_issued_before_their_money_was_there_are_found(bought: Bought) -> None:
    damage_payment(bought, paid_at={"S": "2026-12-09T15:00:00.000000+0000"})
    assert found(bought) == [("unpaid", 0, 160_000)]
    damage_payment(bought, received={"N": "159999"})
    assert found(bought) == [("kept", 159_999, 160_000), ("unpaid", 0, 160_000)]


def test_value_that_the_night_should_have_written_off_is_found(bought: Bought) -> None:
    bought.spa.clock.advance(days=367)
    assert found(bought) == [("overdue", 50_000, 0), ("overdue", 110_000, 0)]
    bought.spa.clock.advance(days=-1)
    assert found(bought) == []


def test_cards_of_a_message_that_was_lost_are_issued_by_the_night(shop: Shop) -> None:
    order = shop.place(gift())
    order.pay()
    assert found(order) == [] and night(shop.spa) == QUIET and order.cards == []
    shop.spa.clock.advance(minutes=61)
    assert found(order) == [("not_issued", 0, 50_000)]
    assert night(shop.spa) == QUIET and [card.balance for card in order.cards] == [50_000]
    assert scan("items") == []
    issue(order)
    assert len(order.cards) == 1


def test_what_is_found_is_told_once_and_closes_by_itself(bought: Bought) -> None:
    card = one(bought)
    damage_card(card, balance=50_001)
    delete("giftcards", one(bought, 110_000).id, "card")
    for _ in range(2):
        assert night(bought.spa) == {"differ": 2, "whole": 1}
        assert told() == [("gift_card_differs", "amounts", "open"), ("gift_card_missing", "lost", "open")]
    listed = bought.spa.send("GET", "/api/admin/pendientes", staff="reception", caller=caller()).json["items"]
    assert {one["title"] for one in listed} == {"Las cuentas de una gift card no cuadran",
                                                "Falta una gift card pagada"}
    assert {"what": "amounts", "ours": 50_001, "theirs": 50_000, "card": card.id, "order": bought.order} in [
        one["about"] for one in listed]
    damage_card(card, balance=50_000)
    assert night(bought.spa) == {"differ": 1, "whole": 1}
    assert told() == [("gift_card_differs", "amounts", "settled"), ("gift_card_missing", "lost", "open")]


def test_a_run_without_time_says_so_and_closes_nothing(bought: Bought, capsys: pytest.CaptureFixture[str]) -> None:
    damage_card(one(bought), balance=50_001)
    assert night(bought.spa) == {"differ": 1, "whole": 1}
    damage_card(one(bought), balance=50_000)

    class Hurry:
        def get_remaining_time_in_millis(self) -> int:
            return 1_000

    assert jobs.check_cards({}, Hurry()) == {"cards": 0, "orders": 0, "differ": 0, "whole": 0}
    assert told() == [("gift_card_differs", "amounts", "open")]
    counted = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line]
    assert [line["GiftCardsDiffer"] for line in counted if "GiftCardsDiffer" in line] == [1]
    assert sum("GiftCardsUnchecked" in line for line in counted) == 1


def test_what_moves_while_it_is_looked_at_is_not_a_difference(bought: Bought, monkeypatch: pytest.MonkeyPatch) -> None:
    """The index and the first reads may be older than the rest: between them an order is paid."""
    load_all, read = check_cards.table.load_all, []

    def late(numbers: Any) -> Any:
        found = load_all(numbers)
        if not read:
            read.append(paid_with(bought))
        return found

    monkeypatch.setattr(check_cards.table, "load_all", late)
    assert found(bought) == [] and read[0].look()["covered"] == 50_000


def test_the_audit_reads_a_page_at_a_time_and_never_scans(bought: Bought) -> None:
    paid_with(bought)
    with metered() as bill:
        assert check(bought.spa.clock).found == []
    counted = bill.counted()
    assert counted["Query"] == 24 and set(counted) == {"Query", "BatchGetItem"} and counted["BatchGetItem"] == 5
