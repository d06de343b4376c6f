"""Gifts and the mail service, with real tables: each goes out once, and what came back is told to its buyer."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.aws import logs
from chalicelib.aws.transactions import Transaction
from chalicelib.core.errors import NotFound, Retryable
from chalicelib.core.events import Fact
from chalicelib.core.ids import gift_code, random_id
from chalicelib.giftcards import codes, posted, way
from chalicelib.giftcards import table as cards
from chalicelib.giftcards.deliver import ask
from chalicelib.giftcards.model import Card, changed, last_day_of
from chalicelib.items import table as items
from chalicelib.notifications import jobs, table
from chalicelib.notifications.table import MailItem
from tests.notifications.conftest import Post
from tests.notifications.test_gift_mails import a_card
from tests.support.journey import items_of

pytestmark = pytest.mark.cloud
Confirmed = Callable[..., Fact]


def _step(card: Card, *facts: Fact) -> Card:
    tx = Transaction()
    cards.saved(tx, card, *facts)
    tx.commit()
    return card


def _stated(card: Card, type: str) -> Fact:
    """Return the fact of a type that was stated last of a card."""
    found = [cards.stated_as(item["sk"]["S"].removeprefix("fact#")) for item in items_of(card.id)
             if item.get("type", {}).get("S") == type]
    assert found and found[-1]
    return found[-1]


def _types(card: Card) -> list[str]:
    return [item["type"]["S"] for item in items_of(card.id) if "type" in item]


@pytest.fixture
def sent_for(post: Post, confirmed: Confirmed) -> Card:
    """Berta's card of a paid order, whose mail is asked for."""
    now, code, id = post.clock.now(), gift_code(), random_id("gft")
    order = confirmed().order
    card = a_card(id=id, order=order, code_hash=codes.find_key(code), sealed=codes.seal(code, id),
                  ending=codes.ending_of(code), created_at=now, updated_at=now, last_day=last_day_of(now))
    card = card.model_copy(update={"delivery": card.delivery.model_copy(update={"told": 0})})
    tx = Transaction()
    cards.issued(tx, card)
    tx.commit()
    tx = Transaction()
    ask(tx, changed(card, now))
    tx.commit()
    return cards.load(card.id)


def test_a_gift_goes_to_whom_it_is_for_and_its_buyer_hears_of_it(post: Post, sent_for: Card) -> None:
    due, code = _stated(sent_for, "giftcard.delivery_due"), codes.unseal(sent_for.sealed, sent_for.id)
    assert [post.deliver(due, due), post.deliver(due)] == [[], []]
    (message,) = post.sandbox.messages()
    mail: dict[str, Any] = message["mail"]
    assert mail["personalizations"] == [{"to": [{"email": "berta@example.cl", "name": "Berta"}]}]
    assert (mail["categories"], mail["custom_args"], "attachments" in mail) == (["gift_card"], {"mail": due.id}, False)
    assert mail["tracking_settings"] == {"click_tracking": {"enable": False, "enable_text": False},
                                         "open_tracking": {"enable": False}}
    for part in mail["content"]:
        assert f"/tarjeta/#{code}" in part["value"]
    rest = {name: value for name, value in mail.items() if name != "content"}
    assert code not in json.dumps(rest) and code.replace("-", "") not in json.dumps(rest)

    card = cards.load(sent_for.id)
    assert (card.delivered, card.delivery.sent_at, card.delivery.sent) == (True, post.clock.now(), 1)
    assert post.deliver(_stated(card, "giftcard.delivered")) == []
    assert post.subjects() == ["Enviamos tu regalo a Berta", "Berta, tienes un regalo de Ana"]
    assert _types(card) == ["giftcard.delivery_due", "giftcard.delivered"]


def test_a_worker_that_dies_after_the_mail_notes_it_with_the_next_delivery(
        post: Post, sent_for: Card, monkeypatch: pytest.MonkeyPatch) -> None:
    due = _stated(sent_for, "giftcard.delivery_due")
    with monkeypatch.context() as broken:
        broken.setattr(jobs, "went_out", _fails)
        assert post.deliver(due) == [0]
    assert not cards.load(sent_for.id).delivered
    assert post.deliver(due) == []
    assert cards.load(sent_for.id).delivered and len(post.sandbox.messages()) == 1


def test_a_mail_whose_answer_was_lost_is_noted_when_sendgrid_proves_it(post: Post, sent_for: Card) -> None:
    due = _stated(sent_for, "giftcard.delivery_due")
    assert post.deliver_when("timeout_after", due) == [0] and not cards.load(sent_for.id).delivered
    assert post.tell() == 200
    assert post.deliver(due) == []
    assert cards.load(sent_for.id).delivered and len(post.sandbox.messages()) == 1


def test_a_mail_that_was_out_before_the_card_was_blocked_is_noted_all_the_same(
        post: Post, sent_for: Card, monkeypatch: pytest.MonkeyPatch) -> None:
    due = _stated(sent_for, "giftcard.delivery_due")
    with monkeypatch.context() as broken:
        broken.setattr(jobs, "went_out", _fails)
        assert post.deliver(due) == [0]
    _step(way.blocked(cards.load(sent_for.id), "lost", post.clock.now(), by="sub-1"))
    assert post.deliver(due) == [] and cards.load(sent_for.id).delivered
    _step(way.unblocked(cards.load(sent_for.id), post.clock.now()))
    assert cards.load(sent_for.id).due_at is None and len(post.sandbox.messages()) == 1


def test_nothing_goes_out_of_a_blocked_card_nor_of_a_mail_that_was_overtaken(post: Post, sent_for: Card) -> None:
    due = _stated(sent_for, "giftcard.delivery_due")
    _step(way.blocked(sent_for, "lost", post.clock.now()))
    assert post.deliver(due) == []
    good = _step(way.unblocked(cards.load(sent_for.id), post.clock.now()))
    assert post.deliver(due) == [] and post.sandbox.messages() == []
    tx = Transaction()
    again = ask(tx, changed(good, post.clock.now()))
    tx.commit()
    assert post.deliver(due, cards.fact(again, "giftcard.delivery_due", told=2)) == []
    assert post.subjects() == ["Berta, tienes un regalo de Ana"] and cards.load(sent_for.id).delivered


@pytest.mark.parametrize("event", ["bounce", "dropped"])
def test_what_came_back_is_told_to_its_buyer_and_waits_for_a_person(post: Post, sent_for: Card, event: str) -> None:
    post.sandbox.fault(event)
    assert post.deliver(_stated(sent_for, "giftcard.delivery_due")) == []
    assert [post.tell(), post.tell()] == [200, 200]
    card = cards.load(sent_for.id)
    assert card.delivery.bounced and not card.delivered
    assert _types(card) == ["giftcard.delivery_due", "giftcard.delivered", "giftcard.bounced"]
    item = items.load(f"gift_card_bounced.{card.id}.1")
    assert (item.state, item.about) == ("open", {"order": card.order, "card": card.id})
    assert post.deliver(_stated(card, "giftcard.bounced"), _stated(card, "giftcard.delivered")) == []
    assert post.subjects()[0] == "El regalo de Berta no llegó: revisa su correo"
    assert "Enviamos tu regalo a Berta" not in post.subjects()

    tx = Transaction()
    ask(tx, changed(way.sent_for(card, post.clock.now(), "berta@example.com"), post.clock.now()))
    tx.commit()
    assert post.deliver(_stated(card, "giftcard.delivery_due")) == []
    assert cards.load(card.id).delivered and items.load(item.key).state == "settled"
    assert post.sandbox.messages()[0]["mail"]["personalizations"][0]["to"][0]["email"] == "berta@example.com"


def test_a_bounce_that_is_told_before_the_mail_is_noted_leaves_the_card_undelivered(
        post: Post, sent_for: Card, monkeypatch: pytest.MonkeyPatch) -> None:
    due = _stated(sent_for, "giftcard.delivery_due")
    post.sandbox.fault("bounce")
    with monkeypatch.context() as broken:
        broken.setattr(jobs, "went_out", _fails)
        post.deliver(due)
    assert post.tell() == 200 and post.deliver(due) == []
    card = cards.load(sent_for.id)
    assert card.delivery.bounced and not card.delivered and "giftcard.delivered" not in _types(card)


def test_a_bounce_that_could_not_be_noted_is_noted_when_sendgrid_says_it_again(
        post: Post, sent_for: Card, monkeypatch: pytest.MonkeyPatch) -> None:
    post.sandbox.fault("bounce")
    post.deliver(_stated(sent_for, "giftcard.delivery_due"))
    with monkeypatch.context() as broken:
        broken.setattr(posted.items, "opened", _fails)
        assert post.tell_events([{"mail": _stated(sent_for, "giftcard.delivery_due").id, "event": "bounce",
                                  "timestamp": 1}]) == 503
    assert not cards.load(sent_for.id).delivery.bounced
    assert post.tell() == 200 and cards.load(sent_for.id).delivery.bounced


def test_the_bounce_of_another_mail_says_nothing_about_the_gift(post: Post, sent_for: Card) -> None:
    for mail in (f"{sent_for.id}.000009.0", "gft_nobody.000001.0", "7K2M-9Q4T-X.000001.0", "gft_"):
        assert post.tell_events([{"mail": mail, "event": "bounce", "timestamp": 1}]) == 200
    card = cards.load(sent_for.id)
    assert not card.delivery.bounced
    with pytest.raises(NotFound):
        items.load(f"gift_card_bounced.{card.id}.1")


def test_a_receipt_lists_the_cards_of_an_order_once(post: Post, sent_for: Card, confirmed: Confirmed) -> None:
    fact = Fact(id=f"{sent_for.order}.000003.0", type="order.cards_issued", at=post.clock.now(), order=sent_for.order,
                trace="t", data={"cards": [sent_for.id]})
    assert [post.deliver(fact, fact), post.deliver(fact)] == [[], []]
    assert post.subjects() == ["Tu gift card para Berta está lista"]


def test_a_code_is_in_no_log_line_no_fact_no_message_and_not_in_the_ledger(
        post: Post, sent_for: Card, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    for level in ("info", "warning", "error"):
        monkeypatch.setattr(logs._logger, level, lambda message, **more: said.append(f"{message} {more}"))
    due, code = _stated(sent_for, "giftcard.delivery_due"), codes.unseal(sent_for.sealed, sent_for.id)
    for kind in ("too_many", "bounce"):
        post.sandbox.fault(kind)
        post.deliver(due)
    post.tell()
    post.deliver(due, _stated(sent_for, "giftcard.bounced"))
    output = capsys.readouterr()
    ledger = MailItem.get(f"mail#{due.id}", consistent_read=True).attribute_values
    everything = "\n".join([*said, output.out, output.err, repr(ledger), repr(items_of(sent_for.id)),
                            json.dumps(due.as_message())])
    assert "mail sent" in everything or "mail was sent before" in everything
    for secret in (code, code.replace("-", ""), code[:9], "/tarjeta/"):
        assert secret not in everything
    for line in (*said, output.out, output.err, repr(ledger)):
        assert "berta@" not in line and "Berta" not in line


def _fails(*_: Any, **__: Any) -> None:
    raise Retryable("busy")


def test_a_mail_nobody_sent_is_not_taken_for_sent(post: Post, sent_for: Card) -> None:
    assert table.has_sent(_stated(sent_for, "giftcard.delivery_due")) is False
