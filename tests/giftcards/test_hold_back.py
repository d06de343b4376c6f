"""No gift card without its money: what a bank or a provider takes back blocks the cards that it paid for."""

from typing import Any

import pytest

from chalicelib.core.errors import NotFound
from chalicelib.giftcards import codes, table, way
from chalicelib.giftcards.block import block, unblock
from chalicelib.giftcards.model import CardState, changed
from chalicelib.items.table import load as item
from chalicelib.orders import model
from chalicelib.orders import table as orders
from tests.giftcards.conftest import Bought, Shop, gift
from tests.giftcards.test_ledger import done
from tests.support import journey

ACTIVE, BLOCKED = CardState.ACTIVE, CardState.BLOCKED


def _bought(shop: Shop, *gifts: dict[str, Any], lines: tuple[dict[str, Any], ...] = ()) -> Bought:
    bought = shop.place(*gifts, lines=lines)
    bought.pay()
    shop.spa.stream(bought.order)
    assert shop.spa.work("giftcards") == 0
    return bought


def _money(bought: Bought, type: str, amount: int, refund: int = 1) -> None:
    """Let money move of which a fact tells, and the worker hear of it."""
    order = orders.load(bought.order)
    after = model.with_money(model.changed(order, bought.spa.clock.now()), amount)
    said = {"payment": order.payments[0], "refund": refund, "amount": abs(amount)}
    done(lambda tx: orders.saved(tx, after, orders.fact(after, type, **said)))
    bought.spa.stream(bought.order)
    assert bought.spa.work("giftcards") == 0


def _states(bought: Bought) -> list[tuple[CardState, str | None]]:
    return [(card.state, card.blocked_because) for card in bought.cards]


def _item(bought: Bought, refund: int = 1) -> Any:
    return item(f"gift_cards_unpaid.{orders.load(bought.order).payments[0]}-r{refund}")


def test_a_claim_of_the_bank_blocks_all_cards_of_the_order_and_tells_a_person(shop: Shop) -> None:
    bought = _bought(shop, gift(), gift(recipient="Carla"))
    code = codes.unseal(bought.cards[0].sealed, bought.cards[0].id)
    _money(bought, "payment.charged_back", -100_000)
    assert _states(bought) == [(BLOCKED, "money_went_back")] * 2
    with pytest.raises(NotFound):
        table.good_card(code, shop.spa.clock.now().date())
    told = _item(bought)
    assert (told.state, told.about) == ("open", {
        "order": bought.order, "payment": orders.load(bought.order).payments[0], "refund": 1, "amount": 100_000})


def test_a_claim_that_is_won_unblocks_them_and_closes_what_was_opened(shop: Shop) -> None:
    bought = _bought(shop)
    _money(bought, "payment.charged_back", -50_000)
    _money(bought, "payment.chargeback_reversed", 50_000)
    assert _states(bought) == [(ACTIVE, None)] and _item(bought).state == "settled"


@pytest.mark.parametrize("by", ["received", "mismatch", "refund_rejected", "refund_cancelled"])
def test_who_pays_again_can_use_her_card_again(shop: Shop, by: str) -> None:
    """Also by another amount than was asked, or because money that was on its way back has stayed."""
    bought = _bought(shop)
    _money(bought, "payment.returned_by_provider", -50_000)
    assert _states(bought) == [(BLOCKED, "money_went_back")]
    order = orders.load(bought.order)
    after = model.with_money(model.changed(order, shop.spa.clock.now()), 50_000)
    done(lambda tx: orders.saved(tx, after, orders.fact(after, f"payment.{by}", payment="pay_y", amount=50_000)))
    shop.spa.stream(bought.order)
    assert shop.spa.work("giftcards") == 0 and _states(bought) == [(ACTIVE, None)]


def test_what_still_pays_for_the_cards_leaves_them_be(shop: Shop) -> None:
    bought = _bought(shop, lines=(journey.new_line(),))
    _money(bought, "payment.charged_back", -50_000)
    assert _states(bought) == [(ACTIVE, None)]
    with pytest.raises(NotFound):
        _item(bought)
    _money(bought, "payment.charged_back", -1, refund=2)
    assert _states(bought) == [(BLOCKED, "money_went_back")] and _item(bought, 2).about["amount"] == 1


def test_what_a_person_blocked_stays_blocked_when_the_money_is_back(shop: Shop) -> None:
    bought = _bought(shop)
    done(lambda tx: block(tx, bought.cards[0], "lost", shop.spa.clock.now(), by="sub-1") and None)
    _money(bought, "payment.charged_back", -50_000)
    _money(bought, "payment.chargeback_reversed", 50_000)
    assert _states(bought) == [(BLOCKED, "lost")]


def test_facts_that_come_twice_and_out_of_order_end_where_the_money_is(shop: Shop) -> None:
    bought = _bought(shop)
    _money(bought, "payment.charged_back", -50_000)
    [taken] = [fact for fact in orders.history(bought.order) if fact.type == "payment.charged_back"]
    _money(bought, "payment.chargeback_reversed", 50_000)
    shop.spa.queued["giftcards"] = [taken.as_message(), taken.as_message()]
    assert shop.spa.work("giftcards") == 0
    assert _states(bought) == [(ACTIVE, None)] and _item(bought).state == "settled"


def test_money_that_goes_back_before_the_cards_are_issued_issues_none(shop: Shop) -> None:
    bought = shop.place()
    bought.pay()
    shop.spa.stream(bought.order)
    _money(bought, "payment.charged_back", -50_000)
    assert bought.cards == []
    _money(bought, "payment.chargeback_reversed", 50_000)
    assert _states(bought) == [(ACTIVE, None)]


def test_a_card_that_was_on_its_way_is_asked_for_again_once_it_is_good(shop: Shop) -> None:
    bought = _bought(shop)
    now, [card] = shop.spa.clock.now(), bought.cards
    asked = way.asked(changed(card, now, printed=card.version))
    done(lambda tx: table.saved(tx, asked))
    done(lambda tx: block(tx, table.load(card.id), "odd", now) and None)
    done(lambda tx: unblock(tx, table.load(card.id), now) and None)
    again = table.load(card.id)
    assert (again.delivery.told, again.delivery.void, again.state) == (2, 1, ACTIVE)


def test_an_order_without_gift_cards_is_none_of_its_business(shop: Shop) -> None:
    opened = shop.put(lines=(journey.new_line(),))
    placed = shop.spa.send("POST", "/api/reservas", body=journey.FORM, token=opened.json["token"], key="plain-000001")
    bought = Bought(shop.spa, placed.json["order"]["id"], placed.json["token"])
    bought.pay()
    _money(bought, "payment.charged_back", -50_000)
    with pytest.raises(NotFound):
        _item(bought)
    assert orders.history(bought.order)[-1].type == "payment.charged_back"
