"""A gift card comes into being once its order is fully paid, and once only."""

from datetime import date

from chalicelib.giftcards import codes, table
from chalicelib.giftcards.model import EntryKind
from chalicelib.orders import issue
from chalicelib.orders import table as orders
from tests.giftcards.conftest import Shop, gift
from tests.support import journey
from tests.support.books import scan


def test_a_paid_gift_card_is_issued_with_a_code_that_only_its_key_can_read(shop: Shop) -> None:
    bought = shop.place(gift(hydromassage=False))
    assert scan("giftcards") == []
    bought.pay()
    shop.spa.stream(bought.order)
    assert shop.spa.work("giftcards") == 0

    [card] = bought.cards
    assert (card.balance, card.free, card.issued, card.ceiling) == (50000, 50000, 50000, 50000)
    assert [(entry.kind, entry.amount, entry.order) for entry in card.entries] == [
        (EntryKind.ISSUE, 50000, bought.order)]
    assert card.last_day == date(2027, 12, 2) and card.month == "2026-12"
    code = codes.unseal(card.sealed, card.id)
    assert code.endswith(card.ending) and len(code) == 21
    assert table.good_card(code.lower().replace("-", " "), date(2027, 12, 2)).id == card.id
    assert code not in repr(scan("giftcards")) and code.replace("-", "") not in repr(scan("orders"))
    [line] = bought.look()["lines"]
    assert line["gift"]["card"] == card.ending and not line["cancellable"]


def test_nothing_is_issued_for_an_order_that_was_not_paid_in_full(shop: Shop) -> None:
    night = journey.new_line("2026-12-07T16:00:00-03:00", "cabana-tepa")
    bought = shop.place(gift(), lines=(night,), pay="deposit")
    bought.pay()
    shop.spa.stream(bought.order)
    assert bought.look()["state"] == "confirmed" and bought.look()["balance_due"] == 45000
    assert shop.spa.queued.get("giftcards", []) == [] and issue.issue(bought.order, shop.spa.clock) == []
    assert scan("giftcards") == []


def test_a_card_is_issued_once_whatever_is_told_twice(shop: Shop) -> None:
    bought = shop.place(gift(), gift(recipient="Carla", delivery={"way": "self"}))
    bought.pay()
    shop.spa.stream(bought.order)
    [told] = shop.spa.queued["giftcards"]
    shop.spa.queued["giftcards"] = [told, told, told]
    assert shop.spa.work("giftcards") == 0
    assert [card.face.recipient for card in bought.cards] == ["Berta", "Carla"]
    assert len([item for item in scan("giftcards") if item["sk"]["S"] == "card"]) == 2
    assert orders.load(bought.order).to_issue == []
