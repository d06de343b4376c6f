"""What a buyer may do with a gift card by her order's link: change it, have it sent, take its PDF; and what not."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from chalicelib.aws.transactions import Transaction
from chalicelib.giftcards import ledger, table
from chalicelib.giftcards.block import block
from chalicelib.giftcards.model import Card
from chalicelib.giftcards.posted import came_back
from chalicelib.giftcards.replace import replace
from chalicelib.orders import table as orders
from tests.giftcards.conftest import Bought, Shop, caller, fresh_key, gift
from tests.giftcards.test_ledger import done
from tests.support import journey
from tests.support.journey import Reply

LATER = {"way": "later", "email": "berta@example.cl", "date": "2026-12-04", "time": "09:00"}


def bought(shop: Shop, **changes: Any) -> Bought:
    """Return an order of one card that is paid, issued, printed and, if it is for now, mailed."""
    found = shop.place(gift(**changes))
    found.pay()
    shop.spa.settle_everything(found.order)
    return found


def ask(order: Bought, rest: str = "", body: Any = None, *, key: str | None = None, line: str | None = None) -> Reply:
    line = line or orders.load(order.order).lines[0].id
    return order.spa.send("POST", f"/api/reservas/{order.order}/regalos/{line}{rest}", body=body or {},
                          token=order.token, key=key or fresh_key(), caller=caller())


def words(**changes: Any) -> dict[str, Any]:
    return {name: value for name, value in gift(**changes).items() if name != "experience"}


def seen(order: Bought) -> tuple[str, bool, bool]:
    [line] = order.look()["lines"]
    return line["gift"]["state"], line["gift"]["changeable"], line["gift"]["resendable"]


def mails(order: Bought) -> list[tuple[str, str]]:
    return [(mail.kind, mail.to) for _, mail in order.spa.post.accepted if mail.kind.startswith("gift")]


def refused(order: Bought, reply: Reply, status: int, code: str) -> None:
    """Assert that a request was refused, and that nothing happened to the card."""
    assert (reply.status, reply.json["code"]) == (status, code), reply.text


def _card(order: Bought) -> Card:
    [card] = order.cards
    return card


def test_from_unpaid_to_delivered_the_page_says_how_far_a_card_is(shop: Shop) -> None:
    order = shop.place(gift(delivery=LATER))
    assert seen(order) == ("unpaid", True, False)
    order.pay()
    assert seen(order) == ("printing", True, False)
    shop.spa.stream(order.order)
    shop.spa.work("giftcards")
    assert seen(order) == ("printing", True, False)
    shop.spa.settle_everything(order.order)
    assert seen(order) == ("waiting", True, True) and mails(order) == [("gift_receipt", "ana@example.cl")]
    shop.spa.clock.advance(seconds=(_card(order).delivery.at - shop.spa.clock.now()).total_seconds())  # type: ignore[operator]
    assert shop.spa.deliver_cards() == {"looked": 1, "failed": 0}
    assert seen(order) == ("sending", False, False)
    shop.spa.settle_everything(order.order)
    assert seen(order) == ("delivered", False, True)
    assert mails(order) == [("gift_receipt", "ana@example.cl"), ("gift_card", "berta@example.cl"),
                            ("gift_delivered", "ana@example.cl")]


def test_a_card_to_hand_over_is_its_buyers(shop: Shop) -> None:
    order = bought(shop, delivery={"way": "self"})
    assert seen(order) == ("yours", True, False) and mails(order) == [("gift_receipt", "ana@example.cl")]


def test_before_it_is_paid_a_change_is_the_lines_alone(shop: Shop) -> None:
    order = shop.place(gift())
    reply = ask(order, body=words(recipient="Carla", language="en", delivery=LATER))
    assert reply.status == 200
    [line] = reply.json["lines"]
    assert (line["gift"]["recipient"], line["gift"]["delivery"], line["total"]) == (
        "Carla", {"way": "later", "email": "berta@example.cl", "at": "2026-12-04T09:00:00-03:00"}, 50_000)
    order.pay()
    shop.spa.settle_everything(order.order)
    card = _card(order)
    assert (card.face.recipient, card.face.language, card.face.title) == ("Carla", "en", "A tub for two")


def test_after_its_issue_card_and_line_stay_in_agreement_and_it_is_printed_anew(shop: Shop) -> None:
    order = bought(shop, delivery=LATER)
    before, files = _card(order), set(shop.spa.files)
    reply = ask(order, body=words(recipient="Carla", message="", delivery={**LATER, "email": "carla@example.cl"}))
    assert reply.status == 200 and reply.json["lines"][0]["gift"]["state"] == "printing"
    card, [line] = _card(order), orders.load(order.order).lines
    assert (card.face, card.delivery.email) == (line.face, line.delivery.email)  # type: ignore[union-attr]
    assert (card.face.recipient, card.printed, card.balance, card.code_hash) == (
        "Carla", 0, 50_000, before.code_hash)
    shop.spa.settle_everything(order.order)
    assert len(set(shop.spa.files) - files) == 2 and seen(order) == ("waiting", True, True)
    assert [fact["type"]["S"] for fact in shop.spa.facts(card.id)] == [
        "giftcard.issued", "giftcard.printed", "giftcard.changed", "giftcard.printed"]


def test_the_same_change_twice_under_one_key_changes_once(shop: Shop) -> None:
    order = bought(shop, delivery=LATER)
    first = ask(order, body=words(recipient="Carla", delivery=LATER), key="change-000001")
    version = _card(order).version
    again = ask(order, body=words(recipient="Carla", delivery=LATER), key="change-000001")
    assert first.text == again.text and _card(order).version == version


def test_what_is_on_its_way_or_there_is_not_changed(shop: Shop) -> None:
    order = bought(shop)
    before = _card(order)
    refused(order, ask(order, body=words(recipient="Carla")), 409, "gift_card_delivered")
    assert _card(order) == before and orders.load(order.order).lines[0].face.recipient == "Berta"  # type: ignore[union-attr]


def test_a_card_that_was_used_is_not_changed(shop: Shop) -> None:
    order = bought(shop, delivery={"way": "self"})
    done(lambda tx: ledger.redeem(tx, _card(order).id, "order-a", 1_000, shop.spa.clock.now()))
    refused(order, ask(order, body=words(recipient="Carla")), 409, "gift_card_delivered")
    assert seen(order) == ("yours", False, False)


@pytest.mark.parametrize(("changes", "field"), [
    ({"design": "nada"}, "design"), ({"recipient": ""}, "recipient"), ({"message": "x" * 301}, "message"),
    ({"delivery": {"way": "now"}}, "delivery.email"),
    ({"delivery": {**LATER, "date": "2026-12-01"}}, "delivery.date"),
    ({"delivery": {**LATER, "date": "2026-12-02", "time": "08:00"}}, "delivery.time"),
])
def test_what_can_t_be_written_is_refused_naming_the_field(shop: Shop, changes: dict[str, Any], field: str) -> None:
    order = bought(shop, delivery=LATER)
    before = _card(order)
    reply = ask(order, body=words(**changes))
    assert reply.status == 422 and [one["field"] for one in reply.json["errors"]] == [field]
    assert _card(order) == before


def test_a_card_can_t_be_sent_after_its_last_day(shop: Shop) -> None:
    order = bought(shop, delivery=LATER)
    shop.spa.clock.advance(seconds=timedelta(days=1).total_seconds())
    last = {**LATER, "date": "2027-12-02"}
    reply = ask(order, body=words(delivery={**last, "date": "2027-12-03"}))
    assert [(one["field"], one["code"]) for one in reply.json["errors"]] == [("delivery.date", "delivery_out_of_range")]
    assert ask(order, body=words(delivery=last)).status == 200


def test_who_can_t_wait_sends_it_now(shop: Shop) -> None:
    order = bought(shop, delivery=LATER)
    reply = ask(order, "/envio")
    assert reply.status == 200 and reply.json["lines"][0]["gift"]["state"] == "sending"
    refused(order, ask(order, "/envio"), 409, "gift_card_on_its_way")
    shop.spa.settle_everything(order.order)
    assert mails(order)[1:] == [("gift_card", "berta@example.cl"), ("gift_delivered", "ana@example.cl")]
    shop.spa.clock.advance(seconds=timedelta(days=3).total_seconds())
    assert shop.spa.deliver_cards() == {"looked": 0, "failed": 0}


def test_who_sends_it_while_it_is_printed_has_it_sent_by_its_printer(shop: Shop) -> None:
    order = shop.place(gift(delivery=LATER))
    order.pay()
    shop.spa.stream(order.order)
    refused(order, ask(order, "/envio"), 409, "gift_card_not_issued")
    shop.spa.work("giftcards")
    assert ask(order, "/envio").status == 200 and _card(order).delivery.told == 0
    shop.spa.settle_everything(order.order)
    assert ("gift_card", "berta@example.cl") in mails(order) and seen(order)[0] == "delivered"


def test_it_is_sent_again_a_few_times_a_day_and_to_no_other_address(shop: Shop) -> None:
    order = bought(shop)
    for times in (2, 3, 4):
        assert ask(order, "/envio").status == 200
        shop.spa.settle_everything(order.order)
        assert mails(order).count(("gift_card", "berta@example.cl")) == times
    assert mails(order).count(("gift_delivered", "ana@example.cl")) == 1
    reply = ask(order, "/envio")
    refused(order, reply, 429, "gift_card_sent_often")
    assert int(reply.headers["Retry-After"]) <= 86_400 and seen(order) == ("delivered", False, False)
    shop.spa.clock.advance(seconds=timedelta(hours=24).total_seconds())
    refused(order, ask(order, "/envio", {"email": "carla@example.cl"}), 409, "gift_card_delivered")
    assert ask(order, "/envio", {"email": "berta@example.cl"}).status == 200


def test_the_same_sending_twice_under_one_key_sends_once(shop: Shop) -> None:
    order = bought(shop)
    replies = [ask(order, "/envio", key="again-000001") for _ in range(3)]
    assert len({reply.text for reply in replies}) == 1
    shop.spa.settle_everything(order.order)
    assert mails(order).count(("gift_card", "berta@example.cl")) == 2


def test_after_it_came_back_it_goes_to_a_corrected_address(shop: Shop) -> None:
    order = bought(shop)
    [mail] = [id for id, one in shop.spa.post.accepted if one.kind == "gift_card"]
    assert came_back(mail, shop.spa.clock) is True
    shop.spa.settle_everything(order.order)
    assert seen(order) == ("bounced", True, True) and mails(order)[-1] == ("gift_bounced", "ana@example.cl")
    assert ask(order, "/envio", {"email": "no address"}).status == 422
    assert ask(order, "/envio", {"email": "berta@example.com"}).status == 200
    shop.spa.settle_everything(order.order)
    assert mails(order)[-2:] == [("gift_card", "berta@example.com"), ("gift_delivered", "ana@example.cl")]
    assert seen(order) == ("delivered", False, True)


def test_after_it_came_back_its_words_may_be_changed_too_and_it_is_sent_once_printed(shop: Shop) -> None:
    order = bought(shop)
    [mail] = [id for id, one in shop.spa.post.accepted if one.kind == "gift_card"]
    came_back(mail, shop.spa.clock)
    reply = ask(order, body=words(recipient="Carla", delivery={"way": "now", "email": "carla@example.cl"}))
    assert reply.status == 200 and reply.json["lines"][0]["gift"]["state"] == "printing"
    shop.spa.settle_everything(order.order)
    assert mails(order)[-2:] == [("gift_card", "carla@example.cl"), ("gift_delivered", "ana@example.cl")]
    assert came_back(mail, shop.spa.clock) is False and seen(order)[0] == "delivered"


def test_a_card_to_hand_over_is_mailed_when_there_is_an_address(shop: Shop) -> None:
    order = bought(shop, delivery={"way": "self"})
    refused(order, ask(order, "/envio"), 409, "gift_card_without_address")
    assert ask(order, "/envio", {"email": "berta@example.cl"}).status == 200
    shop.spa.settle_everything(order.order)
    assert seen(order) == ("delivered", False, True) and ("gift_card", "berta@example.cl") in mails(order)


def test_a_blocked_card_is_neither_changed_nor_sent_nor_handed_out(shop: Shop) -> None:
    order = bought(shop, delivery=LATER)
    done(lambda tx: block(tx, _card(order), "lost", shop.spa.clock.now(), by="sub-1") and None)
    before = _card(order)
    for rest, body in (("", words()), ("/envio", {}), ("/pdf", {"format": "print"})):
        refused(order, ask(order, rest, body), 409, "gift_card_blocked")
    assert _card(order) == before and seen(order) == ("blocked", False, False)


def test_a_card_that_is_over_is_not_sent(shop: Shop) -> None:
    order = bought(shop)
    shop.spa.clock.advance(seconds=timedelta(days=366).total_seconds())
    refused(order, ask(order, "/envio"), 409, "gift_card_over")


def test_a_card_with_another_code_is_seen_by_its_new_ending_and_mailed_anew(shop: Shop) -> None:
    order = bought(shop)
    tx = Transaction()
    after = replace(tx, _card(order), shop.spa.clock.now(), by="sub-1", reason="lost")
    tx.commit()
    assert order.look()["lines"][0]["gift"]["card"] == after.ending
    shop.spa.settle_everything(order.order)
    renewed = [mail for _, mail in shop.spa.post.accepted if mail.kind == "gift_card"]
    assert [mail.subject for mail in renewed] == ["Berta, tienes un regalo de Ana",
                                                  "Tu gift card de Aremko tiene un código nuevo"]
    assert seen(order)[0] == "delivered"


def test_the_pdfs_of_a_card_are_links_that_are_good_for_minutes(shop: Shop) -> None:
    order = shop.place(gift(delivery=LATER))
    refused(order, ask(order, "/pdf", {"format": "print"}), 409, "gift_card_not_issued")
    order.pay()
    shop.spa.stream(order.order)
    shop.spa.work("giftcards")
    refused(order, ask(order, "/pdf", {"format": "print"}), 409, "gift_card_not_printed")
    shop.spa.settle_everything(order.order)
    for form in ("print", "phone"):
        reply = ask(order, "/pdf", {"format": form})
        assert reply.status == 200 and urlsplit(reply.json["url"]).path.endswith(
            f"cards/{_card(order).id}/1-{form}.pdf")
    assert ask(order, "/pdf", {"format": "poster"}).status == 422


def test_nobody_elses_line_and_no_other_orders_token_open_anything(shop: Shop) -> None:
    order, other = bought(shop), bought(shop)
    line = orders.load(other.order).lines[0].id
    for rest, body in (("", words()), ("/envio", {}), ("/pdf", {"format": "print"})):
        refused(order, ask(order, rest, body, line=line), 404, "gift_line_not_found")
        reply = order.spa.send("POST", f"/api/reservas/{other.order}/regalos/{line}{rest}", body=body,
                               token=order.token, key=fresh_key(), caller=caller())
        refused(order, reply, 404, "not_found")


def test_an_order_that_expired_unpaid_has_nothing_to_change(shop: Shop) -> None:
    order = shop.place(gift())
    shop.spa.clock.advance(seconds=timedelta(hours=2).total_seconds())
    shop.spa.poll()
    assert order.look()["state"] == "expired" and seen(order) == ("unpaid", False, False)
    refused(order, ask(order, body=words(recipient="Carla")), 410, "order_expired")


def test_its_buyers_link_is_good_as_long_as_the_card_and_then_some(shop: Shop) -> None:
    order = bought(shop)
    shop.spa.clock.advance(seconds=timedelta(days=450).total_seconds())
    assert order.look()["lines"][0]["gift"]["state"] == "delivered"
    assert table.load(_card(order).id).good(shop.spa.clock.now().date()) is False


def test_an_order_without_gift_cards_reads_no_card(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = shop.put(lines=(journey.new_line(),))
    placed = shop.spa.send("POST", "/api/reservas", body=journey.FORM, token=opened.json["token"], key=fresh_key())
    monkeypatch.setattr(table.CardRecord, "batch_get", None)
    assert Bought(shop.spa, placed.json["order"]["id"], placed.json["token"]).look()["lines"][0]["gift"] is None
