"""What the front desk sees of gift cards and does to one: each step with who and why, a refusal without a trace."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from chalicelib.aws.transactions import Transaction
from chalicelib.core.ids import gift_code
from chalicelib.giftcards import codes, ledger, listing, table, way
from chalicelib.giftcards.model import Card, Delivery, Way, changed, differences
from tests.giftcards.conftest import Bought, Shop, caller, fresh_key, gift
from tests.support import journey
from tests.support.books import scan
from tests.support.journey import Reply

ADMIN = "/api/admin/giftcards"


@pytest.fixture
def bought(shop: Shop) -> Bought:
    """Two cards of 50,000 and 110,000 pesos that are issued."""
    order = shop.place(gift(), gift(experience="regalo-pausa", recipient="Carla", delivery={"way": "self"}))
    order.pay()
    shop.spa.stream(order.order)
    assert shop.spa.work("giftcards") == 0
    return order


@pytest.fixture
def card(bought: Bought) -> Card:
    """Berta's card of 50,000 pesos."""
    return next(one for one in bought.cards if one.issued == 50_000)


@pytest.fixture
def desk(bought: Bought) -> Callable[..., Reply]:
    """The front desk: `desk("GET", "?month=2026-12")`, `desk("POST", "/gft_…/bloqueo", {"reason": "…"})`."""
    def ask(method: str, path: str, body: Any = None, staff: str = "reception", key: str | None = None) -> Reply:
        return bought.spa.send(method, ADMIN + path, body=body, staff=staff, caller=caller(),
                               key=(key or fresh_key()) if method == "POST" else None)
    return ask


Desk = Callable[..., Reply]


def done(step: Callable[[Transaction], None]) -> None:
    tx = Transaction()
    step(tx)
    tx.commit()


def facts(card: Card) -> list[tuple[str, dict[str, Any]]]:
    return [(fact.type, {name: value for name, value in fact.data.items() if name in ("by", "reason", "amount")})
            for fact in listing.history(card.id)]


def refused(desk: Desk, path: str, body: Any, status: int, code: str, **options: Any) -> None:
    """Assert that a step is refused, and that nothing is written but what the limit counts."""
    before = scan("giftcards")
    reply = desk("POST", path, body, **options)
    assert (reply.status, reply.json["code"]) == (status, code), reply.text
    assert scan("giftcards") == before


def test_cards_are_listed_by_month_by_order_and_by_state(desk: Desk, bought: Bought, card: Card) -> None:
    listed = desk("GET", "?month=2026-12").json
    assert listed["next"] is None and sorted(one["issued"] for one in listed["items"]) == [50_000, 110_000]
    assert desk("GET", "").json == listed and desk("GET", "?month=2026-11").json["items"] == []
    of_order = desk("GET", f"?order={bought.order.lower()}").json["items"]
    assert sorted(one["issued"] for one in of_order) == [50_000, 110_000]
    assert desk("GET", f"?order={bought.order}&month=2026-11").json["items"] == []
    assert desk("GET", "?order=nothing").json["items"] == []
    done(lambda tx: ledger.redeem(tx, card.id, "AAAA", 50_000, bought.spa.clock.now()))
    assert [one["id"] for one in desk("GET", "?state=spent").json["items"]] == [card.id]
    assert [one["issued"] for one in desk("GET", "?state=active").json["items"]] == [110_000]
    shown = next(one for one in desk("GET", "").json["items"] if one["id"] == card.id)
    assert shown == {"id": card.id, "ending": card.ending, "state": "spent", "blocked_because": None,
                     "issued": 50_000, "balance": 0, "held": 0, "last_day": "2027-12-02", "month": "2026-12",
                     "order": bought.order, "created_at": "2026-12-02T12:00:00-03:00"}


def test_a_long_month_is_listed_page_by_page(desk: Desk, card: Card) -> None:
    for number in range(120):
        other = card.model_copy(update={"id": f"gft_{number:022}", "code_hash": f"h{number}", "month": "2026-10",
                                        "balance": 0 if number % 3 else 50_000})
        table._record(other).save()
    seen, cursor = [], ""
    for _ in range(9):
        page = desk("GET", f"?month=2026-10&state=active{cursor}").json
        seen += [one["id"] for one in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert seen == [f"gft_{number:022}" for number in range(0, 120, 3)]
    first = desk("GET", "?month=2026-10").json
    assert len(first["items"]) == 50 and first["next"]
    assert desk("GET", f"?month=2026-11&cursor={first['next']}").json["code"] == "cursor_invalid"


def test_a_card_is_found_by_its_code_whatever_became_of_it(desk: Desk, card: Card) -> None:
    code = codes.unseal(card.sealed, card.id)
    assert desk("POST", f"/{card.id}/bloqueo", {"reason": "Perdida"}).status == 200
    found = desk("POST", "/busqueda", {"code": f" {code.lower().replace('-', ' ')} "})
    assert (found.status, found.json["id"], found.json["state"]) == (200, card.id, "blocked")
    assert found.json["blocked_because"] == "Perdida" and code not in found.text
    for wrong in (gift_code(), "x", "é" * 64, code[:-1]):
        reply = desk("POST", "/busqueda", {"code": wrong})
        assert (reply.status, reply.json["code"]) == (404, "gift_card_not_found")


def test_a_card_is_shown_with_its_ledger_and_its_history(desk: Desk, bought: Bought, card: Card) -> None:
    now = bought.spa.clock.now()
    done(lambda tx: ledger.redeem(tx, card.id, "AAAA", 20_000, now, by="member-reception"))
    done(lambda tx: ledger.hold(tx, card.id, "BBBB", 5_000, now))
    shown = desk("GET", f"/{card.id}").json
    assert (shown["balance"], shown["free"], shown["held"]) == (30_000, 25_000, 5_000)
    assert shown["holds"] == [{"order": "BBBB", "amount": 5_000}]
    assert [(one["kind"], one["title"], one["amount"], one["balance"], one["by"]) for one in shown["ledger"]] == [
        ("issue", "Emisión", 50_000, 50_000, None), ("redeem", "Canje", -20_000, 30_000, "member-reception")]
    assert (shown["recipient"], shown["email"], shown["way"]) == ("Berta", "berta@example.cl", "now")
    assert [one["type"] for one in shown["history"]] == ["giftcard.issued"]
    for nobody in ("gft_none", "x" * 3000, "gft_%C3%A9"):
        assert desk("GET", f"/{nobody}").json["code"] == "gift_card_not_found"


def test_a_blocked_card_says_who_and_why_and_pays_nothing_until_it_is_unblocked(desk: Desk, card: Card) -> None:
    code, today = codes.unseal(card.sealed, card.id), card.last_day
    done_once = desk("POST", f"/{card.id}/bloqueo", {"reason": "Se perdió"}, key="the-same-key")
    assert desk("POST", f"/{card.id}/bloqueo", {"reason": "Se perdió"}, key="the-same-key").text == done_once.text
    assert (done_once.json["state"], done_once.json["blocked_because"]) == ("blocked", "Se perdió")
    with pytest.raises(Exception, match="gift_card_not_found"):
        table.good_card(code, today)
    refused(desk, f"/{card.id}/bloqueo", {"reason": "Otra vez"}, 409, "gift_card_blocked")
    assert [one["blocked_because"] for one in desk("GET", "?state=blocked").json["items"]] == ["Se perdió"]
    assert desk("POST", f"/{card.id}/desbloqueo", {}).json["state"] == "active"
    refused(desk, f"/{card.id}/desbloqueo", {}, 409, "gift_card_not_blocked")
    assert table.good_card(code, today).blocked_because is None
    assert facts(card)[1:] == [
        ("giftcard.blocked", {"by": "member-reception", "reason": "Se perdió"}),
        ("giftcard.unblocked", {"by": "member-reception", "reason": "Se perdió"})]


def test_a_lost_card_gets_another_code_and_keeps_its_ledger(desk: Desk, bought: Bought, card: Card) -> None:
    old = codes.unseal(card.sealed, card.id)
    done(lambda tx: ledger.redeem(tx, card.id, "AAAA", 20_000, bought.spa.clock.now()))
    first = desk("POST", f"/{card.id}/reemplazo", {"reason": "La perdió", "email": "otra@example.cl"}, key="same-again")
    assert first.status == 200, first.text
    assert desk("POST", f"/{card.id}/reemplazo", {"reason": "La perdió", "email": "otra@example.cl"},
                key="same-again").text == first.text
    after = table.load(card.id)
    new = codes.unseal(after.sealed, after.id)
    assert new != old and new.endswith(first.json["ending"]) and first.json["balance"] == 30_000
    with pytest.raises(Exception, match="gift_card_not_found"):
        table.good_card(old, card.last_day)
    assert table.good_card(new, card.last_day) == after and differences(after) == []
    assert (after.delivery.email, after.printed, after.version) == ("otra@example.cl", 0, card.version + 1)
    assert facts(card)[1:] == [("giftcard.replaced", {"by": "member-reception", "reason": "La perdió"})]
    bought.spa.stream(bought.order)
    told = [one["type"] for one in bought.spa.queued["giftcard-prints"] if one["order"] == card.id]
    assert told == ["giftcard.issued", "giftcard.replaced"]
    assert len([item for item in scan("giftcards") if item["pk"]["S"].startswith("code#")]) == 2
    assert old not in repr(scan("giftcards")) and new not in repr(scan("requests")) + repr(scan("giftcards"))


def test_a_cart_that_has_a_lost_card_by_its_old_code_has_nothing_of_it(desk: Desk, bought: Bought, card: Card) -> None:
    spa = bought.spa

    def ask(method: str, path: str, **options: Any) -> Reply:
        key = {"key": fresh_key()} if method == "POST" else {}
        return spa.send(method, path, token=opened.get("token"), caller=caller(), **key, **options)

    opened: dict[str, Any] = {}
    opened = ask("POST", "/api/carritos", body={"lines": [journey.new_line()]}).json
    cart = f"/api/carritos/{opened['cart']['id']}"
    put = ask("POST", f"{cart}/codigos", body={"code": codes.unseal(card.sealed, card.id)}).json
    assert (put["covered"], put["to_pay"]) == (50_000, 0)
    assert desk("POST", f"/{card.id}/reemplazo", {"reason": "La perdió"}).status == 200
    after = ask("GET", cart).json
    assert (after["cards"], after["covered"], after["to_pay"]) == ([], 0, 50_000)
    assert ask("POST", "/api/reservas", body={**journey.FORM, "charge": 0}).json["code"] == "charge_changed"
    assert table.load(card.id).balance == 50_000
    now = table.load(card.id)
    again = ask("POST", f"{cart}/codigos", body={"code": codes.unseal(now.sealed, now.id)}).json
    assert (again["covered"], [one["ending"] for one in again["cards"]]) == (50_000, [now.ending])


def test_a_replaced_card_is_mailed_again_once_it_is_printed_again(card: Card) -> None:
    asked = way.asked(card.model_copy(update={"printed": 1}))
    again = way.mailed_anew(asked, None)
    assert not way.is_awaited(again, 1) and way.is_due(again, card.created_at)
    assert way.mailed_anew(again, "otra@example.cl").delivery.email == "otra@example.cl"
    own = card.model_copy(update={"delivery": Delivery(way=Way.SELF), "printed": 2})
    assert not way.is_due(way.mailed_anew(own, None), card.created_at)
    assert way.is_due(way.mailed_anew(own, "otra@example.cl"), card.created_at)


def test_the_desk_has_a_card_sent_once_more(desk: Desk, bought: Bought, card: Card) -> None:
    refused(desk, f"/{card.id}/envio", {"email": "nobody"}, 422, "invalid_fields")
    own = next(one for one in bought.cards if one.issued == 110_000)
    refused(desk, f"/{own.id}/envio", {}, 409, "gift_card_without_address")
    printed = changed(card, bought.spa.clock.now(), printed=card.version)
    done(lambda tx: table.saved(tx, printed))
    first = desk("POST", f"/{card.id}/envio", {}, key="only-once")
    assert desk("POST", f"/{card.id}/envio", {}, key="only-once").text == first.text
    assert (first.status, first.json["stage"], table.load(card.id).delivery.told) == (200, "sending", 1)
    assert [fact.type for fact in listing.history(card.id)][1:] == ["giftcard.resent", "giftcard.delivery_due"]
    assert ("giftcard.resent", {"by": "member-reception"}) in facts(card)
    refused(desk, f"/{card.id}/envio", {}, 409, "gift_card_on_its_way")
    assert desk("POST", f"/{card.id}/bloqueo", {"reason": "Perdida"}).json["stage"] == "blocked"
    refused(desk, f"/{card.id}/envio", {}, 409, "gift_card_blocked")


def test_management_adjusts_a_balance_and_never_below_nothing(desk: Desk, bought: Bought, card: Card) -> None:
    body = {"amount": 10_000, "reason": "La tina estaba fría"}
    assert desk("POST", f"/{card.id}/ajuste", body).json["code"] == "not_permitted"
    first = desk("POST", f"/{card.id}/ajuste", body, staff="manager", key="only-once")
    assert desk("POST", f"/{card.id}/ajuste", body, staff="manager", key="only-once").text == first.text
    assert (first.json["balance"], table.load(card.id).ceiling) == (60_000, 60_000)
    done(lambda tx: ledger.hold(tx, card.id, "BBBB", 50_000, bought.spa.clock.now()))
    refused(desk, f"/{card.id}/ajuste", {"amount": -10_001, "reason": "Demasiado"}, 409, "gift_card_short",
            staff="owner")
    refused(desk, f"/{card.id}/ajuste", {"amount": 0, "reason": "Nada de nada"}, 422, "invalid_fields", staff="owner")
    refused(desk, f"/{card.id}/ajuste", {"amount": 1.5, "reason": "Y medio"}, 422, "invalid_fields", staff="owner")
    refused(desk, f"/{card.id}/ajuste", {"amount": 10**7, "reason": "Mucho"}, 422, "invalid_fields", staff="owner")
    assert desk("POST", f"/{card.id}/ajuste", {"amount": -10_000, "reason": "Era otra"},
                staff="owner").json["free"] == 0
    after = table.load(card.id)
    assert (after.balance, differences(after)) == (50_000, [])
    assert [(entry.amount, entry.by, entry.reason) for entry in after.entries[1:]] == [
        (10_000, "member-manager", "La tina estaba fría"), (-10_000, "member-owner", "Era otra")]
    assert facts(card)[1:] == [
        ("giftcard.adjusted", {"amount": 10_000, "by": "member-manager", "reason": "La tina estaba fría"}),
        ("giftcard.adjusted", {"amount": -10_000, "by": "member-owner", "reason": "Era otra"})]


def test_what_is_added_to_a_card_that_is_over_can_be_used_for_thirty_days(desk: Desk, bought: Bought,
                                                                          card: Card) -> None:
    bought.spa.clock.advance(days=400)
    after = desk("POST", f"/{card.id}/ajuste", {"amount": 10_000, "reason": "Cortesía"}, staff="owner").json
    assert (after["state"], after["last_day"]) == ("active", "2028-02-05")
    assert table.load(card.id).last_day == date(2028, 2, 5)


def test_a_reason_tells_neither_the_code_nor_an_address(desk: Desk, card: Card) -> None:
    code = codes.unseal(card.sealed, card.id)
    for reason in (f"perdió {code.lower()}", f"({code.replace('-', '')})", "escribir a berta@example.cl", "  ", "ab",
                   "x" * 201, "dos\nlíneas"):
        refused(desk, f"/{card.id}/bloqueo", {"reason": reason}, 422, "invalid_fields")
    reply = desk("POST", f"/{card.id}/bloqueo", {"reason": f"perdió {code}"})
    assert [(one["field"], one["code"]) for one in reply.json["errors"]] == [("reason", "reason_tells_too_much")]
    assert desk("POST", f"/{card.id}/bloqueo", {"reason": "Llamó Berta, la perdió en 2026"}).status == 200
