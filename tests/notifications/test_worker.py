"""The worker and the webhook, with real tables and over HTTP to the mail sandbox, with every fault it knows."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from icalendar import Calendar

from chalicelib.aws import logs
from chalicelib.catalog.model import Catalogue
from chalicelib.core.errors import Retryable
from chalicelib.core.events import Fact
from chalicelib.core.money import Clp
from chalicelib.notifications import api, send, table, wording
from chalicelib.notifications.model import Delivery
from chalicelib.notifications.send import LEASE
from chalicelib.notifications.table import Claim, MailItem, State
from chalicelib.orders.visit_mails import NEAR, OVER
from chalicelib.payments.model import PaymentState
from chalicelib.web.signed import read
from tests.notifications.builders import NOW, a_payment, a_tub
from tests.notifications.conftest import Post

pytestmark = pytest.mark.cloud
Confirmed = Callable[..., Fact]
AGAIN = LEASE + timedelta(seconds=30)


def _item(fact: Fact) -> MailItem:
    return MailItem.get(f"mail#{fact.id}", consistent_read=True)


def test_a_confirmed_order_becomes_one_mail_with_its_calendar_file(post: Post, confirmed: Confirmed) -> None:
    fact = confirmed()
    assert post.deliver(fact) == []
    (message,) = post.sandbox.messages()
    mail = message["mail"]
    assert mail["personalizations"] == [{"to": [{"email": "ana@correo.cl", "name": "Ana María Soto"}]}]
    assert mail["from"] == {"email": "reservas@aremko.test", "name": "Aremko Spa"}
    assert mail["subject"] == f"Tu reserva {fact.order} está confirmada"
    assert mail["custom_args"] == {"mail": fact.id}
    assert mail["tracking_settings"]["click_tracking"] == {"enable": False, "enable_text": False}
    assert [part["type"] for part in mail["content"]] == ["text/plain", "text/html"]
    assert "No queda nada por pagar" in mail["content"][0]["value"]
    assert "hasta 24 horas antes" in mail["content"][0]["value"]
    (file,) = mail["attachments"]
    (event,) = Calendar.from_ical(base64.b64decode(file["content"])).walk("VEVENT")
    assert str(event["summary"]) == "Tina Hornopirén en Aremko"
    item = _item(fact)
    assert (item.state, item.attempt, item.provider_id) == (State.SENT, 1, message["id"])


def test_the_link_in_the_mail_opens_the_booking(post: Post, confirmed: Confirmed) -> None:
    fact = confirmed()
    post.deliver(fact)
    text = post.sandbox.messages()[0]["mail"]["content"][0]["value"]
    link = next(line for line in text.splitlines() if "/reserva/#" in line)
    order, _, token = link.partition("#")[2].partition(".")
    assert order == fact.order
    assert read("order", token, post.clock.now()).id == fact.order


def test_an_english_booking_gets_an_english_mail(post: Post, confirmed: Confirmed) -> None:
    fact = confirmed(language="en")
    post.deliver(fact)
    assert post.subjects() == [f"Your booking {fact.order} is confirmed"]
    assert "Hornopirén hot tub" in post.sandbox.messages()[0]["mail"]["content"][0]["value"]


def test_money_on_its_way_back_is_announced(post: Post, confirmed: Confirmed) -> None:
    due = confirmed("payment.refund_due", amount=50_000, reason="slot_lost")
    done = confirmed("payment.refunded", amount=50_000)
    assert post.deliver(due, done) == []
    assert post.subjects() == [f"Devolvimos el pago de tu reserva {done.order}",
                               f"Tu pago de la reserva {due.order} va de vuelta"]
    assert [message["mail"].get("attachments") for message in post.sandbox.messages()] == [None, None]


@pytest.mark.parametrize(("type", "data", "subject"), [
    ("order.changed", {"action": "move", "what": []}, "Tu reserva {} cambió"),
    ("order.cancelled", {"action": "cancel", "what": []}, "Tu reserva {} está cancelada"),
    ("payment.received", {"amount": 50_000}, "Recibimos tu pago de la reserva {}"),
    ("payment.refund_accepted", {"amount": 1}, "Aceptaste la devolución de tu reserva {}"),
    ("payment.refund_rejected", {"amount": 1}, "No se pudo hacer la devolución de tu reserva {}"),
    ("payment.refund_cancelled", {"amount": 1}, "La devolución de tu reserva {} no se completó"),
])
def test_each_thing_that_happens_is_told_once_however_often_it_is_heard(
        post: Post, confirmed: Confirmed, type: str, data: dict[str, Any], subject: str) -> None:
    fact = confirmed(type, **data)
    assert [post.deliver(fact, fact), post.deliver(fact)] == [[], []]
    assert post.subjects() == [subject.format(fact.order)]


def test_other_hours_are_offered_once_and_not_when_it_is_too_late_to_choose(post: Post, confirmed: Confirmed) -> None:
    until = post.clock.now() + timedelta(hours=24)
    fact, chosen = (confirmed("order.alternatives_offered", amount=50_000, choose_until=choose)
                    for choose in (until, None))
    assert [post.deliver(fact, chosen), post.deliver(fact)] == [[], []]
    assert post.subjects() == [f"Tu pago llegó tarde: elige otras horas para la reserva {fact.order}"]
    late = confirmed("order.alternatives_offered", amount=50_000, choose_until=until)
    post.clock.advance(hours=24)
    assert post.deliver(late) == []
    assert len(post.sandbox.messages()) == 1


def test_a_visit_that_is_near_is_announced_once_and_only_while_that_is_true(post: Post, confirmed: Confirmed) -> None:
    soon = post.clock.now().replace(microsecond=0) + timedelta(hours=24)
    fact = confirmed(NEAR, lines=[a_tub(start=soon)], visit=soon.isoformat())
    moved = confirmed(NEAR, lines=[a_tub(start=soon + timedelta(hours=2))], visit=soon.isoformat())
    assert [post.deliver(fact, moved), post.deliver(fact)] == [[], []]
    assert post.subjects() == [f"Te esperamos: {wording.moment(soon, 'es')}"]
    late = confirmed(NEAR, lines=[a_tub(start=soon)], visit=soon.isoformat())
    post.clock.advance(hours=24)
    assert post.deliver(late) == []
    assert len(post.sandbox.messages()) == 1


def test_who_came_is_thanked_once(post: Post, confirmed: Confirmed) -> None:
    fact = confirmed(OVER, language="en", visit=NOW.isoformat())
    assert [post.deliver(fact, fact), post.deliver(fact)] == [[], []]
    assert post.subjects() == ["Thank you for coming to Aremko"]


def test_a_transfer_is_explained_with_the_account_in_the_catalogue(post: Post, confirmed: Confirmed,
                                                                   catalogue: Catalogue) -> None:
    now = post.clock.now()
    awaited = replace(a_payment("transfer"), expires_at=now + timedelta(hours=24))
    fact = confirmed("payment.transfer_awaited", payment=awaited, amount=50_000)
    assert post.deliver(fact) == []
    assert post.subjects() == [f"Datos para transferir: reserva {fact.order}"]
    text, account = post.sandbox.messages()[0]["mail"]["content"][0]["value"], catalogue.transfer
    assert account
    for value in (account.bank, account.account_type.es, account.account, account.holder, account.rut, account.email,
                  "$50.000", fact.order, wording.moment(awaited.expires_at, "es")):
        assert f": {value}" in text


@pytest.mark.parametrize("changes", [
    {"state": PaymentState.PAID, "received": Clp(50_000)}, {"state": PaymentState.EXPIRED},
    {"expires_at": NOW},
])
def test_nobody_is_asked_for_a_transfer_that_is_not_awaited_any_more(
        post: Post, confirmed: Confirmed, catalogue: Catalogue, changes: dict[str, Any]) -> None:
    late = replace(a_payment("transfer"), **{"expires_at": post.clock.now() + timedelta(hours=1), **changes})
    fact = confirmed("payment.transfer_awaited", payment=late, amount=50_000)
    assert post.deliver(fact) == []
    assert post.sandbox.messages() == []
    with pytest.raises(MailItem.DoesNotExist):
        _item(fact)


def test_the_same_message_again_sends_nothing(post: Post, confirmed: Confirmed) -> None:
    fact = confirmed()
    assert post.deliver(fact, fact) == []
    assert post.deliver(fact) == []
    assert len(post.sandbox.messages()) == 1
    assert _item(fact).attempt == 1


@pytest.mark.parametrize("kind", ["too_many"])
def test_a_certain_no_is_tried_again_with_the_next_delivery(post: Post, confirmed: Confirmed, kind: str) -> None:
    fact = confirmed()
    assert post.deliver_when(kind, fact) == [0]
    assert _item(fact).state == State.REFUSED
    assert post.deliver(fact) == []
    assert len(post.sandbox.messages()) == 1
    assert _item(fact).attempt == 2


@pytest.mark.parametrize("kind", ["error", "unavailable", "garbage", "timeout_before"])
def test_no_clear_answer_waits_for_evidence_and_is_then_sent_again(post: Post, confirmed: Confirmed, kind: str) -> None:
    fact = confirmed()
    assert post.deliver_when(kind, fact) == [0]
    assert post.deliver(fact) == [0]
    assert post.sandbox.messages() == []
    post.clock.advance(seconds=AGAIN.total_seconds())
    assert post.deliver(fact) == []
    assert len(post.sandbox.messages()) == 1


@pytest.mark.parametrize("kind", ["error_after", "timeout_after"])
def test_a_lost_yes_is_learnt_from_the_webhook_and_not_sent_again(post: Post, confirmed: Confirmed, kind: str) -> None:
    fact = confirmed()
    assert post.deliver_when(kind, fact) == [0]
    assert _item(fact).state == State.CLAIMED
    assert post.tell() == 200
    post.clock.advance(seconds=AGAIN.total_seconds())
    assert post.deliver(fact) == []
    assert len(post.sandbox.messages()) == 1
    assert (_item(fact).state, _item(fact).delivery) == (State.SENT, "delivered")


def test_a_worker_that_dies_before_it_could_record_the_yes_sends_no_second_mail(
        post: Post, confirmed: Confirmed, monkeypatch: pytest.MonkeyPatch) -> None:
    fact = confirmed()
    with monkeypatch.context() as broken:
        broken.setattr(table, "sent", _fails)
        assert post.deliver(fact) == [0]
    assert post.deliver(fact) == [0]
    post.tell()
    assert post.deliver(fact) == []
    assert len(post.sandbox.messages()) == 1


def _fails(*_: Any, **__: Any) -> None:
    raise Retryable("busy")


def test_a_claim_of_a_dead_worker_that_never_called_is_taken_over(post: Post, confirmed: Confirmed) -> None:
    fact = confirmed()
    assert table.claim(fact, now=post.clock.now(), lease=LEASE) == Claim(fact.id, 1)
    assert post.deliver(fact) == [0]
    post.clock.advance(seconds=AGAIN.total_seconds())
    assert post.deliver(fact) == []
    assert (_item(fact).attempt, len(post.sandbox.messages())) == (2, 1)


def test_no_connection_is_a_certain_no(post: Post, confirmed: Confirmed, monkeypatch: pytest.MonkeyPatch) -> None:
    fact = confirmed()
    with monkeypatch.context() as broken:
        broken.setenv("SENDGRID_API_URL", "http://127.0.0.1:1")
        assert post.deliver(fact) == [0]
    assert _item(fact).state == State.REFUSED
    assert post.deliver(fact) == []


def test_a_wrong_key_ends_in_the_dead_letters_and_a_redrive_with_the_right_one_sends(
        post: Post, confirmed: Confirmed, monkeypatch: pytest.MonkeyPatch) -> None:
    fact = confirmed()
    with monkeypatch.context() as broken:
        broken.setattr(send.sendgrid, "secret", lambda name: {"api_key": "SG.wrong"})
        assert [post.deliver(fact) for _ in range(5)] == [[0]] * 5
    assert post.sandbox.messages() == []
    assert post.deliver(fact) == []
    assert len(post.sandbox.messages()) == 1


@pytest.mark.parametrize("body", [
    '{"id": "fct_1"}', '{"id":"x","type":"order.unheard_of","at":"2026-11-22T12:00:00+00:00","order":"o","trace":"t"}',
    '{"id":"x","type":"order.expired","at":"2026-11-22T12:00:00+00:00","order":"o","trace":"t"}',
    '{"id":"x","type":"order.confirmed","at":"yesterday","order":"o","trace":"t"}',
    '{"id":"x","type":"order.confirmed","at":"2026-11-22T12:00:00+00:00","order":"nobodys","trace":"t"}',
])
def test_a_poison_message_fails_alone_and_mails_nobody(post: Post, confirmed: Confirmed, body: str) -> None:
    good = confirmed()
    assert post.deliver_bodies(body, json.dumps(good.as_message())) == [0]
    assert post.subjects() == [f"Tu reserva {good.order} está confirmada"]


def test_two_workers_with_the_same_message_send_one_mail(post: Post, confirmed: Confirmed) -> None:
    from concurrent.futures import ThreadPoolExecutor

    fact = confirmed()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: post.deliver(fact), range(8)))
    assert len(post.sandbox.messages()) == 1


def test_the_webhook_refuses_what_sendgrid_did_not_sign_and_changes_nothing(post: Post, confirmed: Confirmed) -> None:
    fact = confirmed()
    post.deliver_when("timeout_after", fact)
    before = _item(fact).attribute_values
    assert post.tell(tamper=True) == 401
    assert post.tell(timestamp=str(int(post.clock.now().timestamp()) - 26 * 3600)) == 401
    raw = json.dumps([{"mail": fact.id, "event": "delivered", "timestamp": 1}])
    assert post.http.ask("POST", "/api/webhooks/sendgrid", raw=raw, key=None).status == 401
    assert _item(fact).attribute_values == before


def test_signed_nonsense_is_refused_with_400(post: Post) -> None:
    assert post.tell_events({"event": "delivered"}) == 400
    assert post.tell_events([1]) == 400


def test_events_of_mails_we_do_not_know_leave_no_trace(post: Post) -> None:
    assert post.tell_events([{"mail": "fct_of_somebody_else", "event": "delivered", "timestamp": 1}]) == 200
    with pytest.raises(MailItem.DoesNotExist):
        MailItem.get("mail#fct_of_somebody_else")


def test_a_bounce_is_noted_and_counted_once(post: Post, confirmed: Confirmed, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[str] = []
    monkeypatch.setattr(api.metrics, "count", lambda name, *_, **__: counted.append(name))
    fact = confirmed()
    post.sandbox.fault("bounce")
    post.deliver(fact)
    assert [post.tell(), post.tell()] == [200, 200]
    assert _item(fact).delivery == "bounce"
    assert counted.count("MailUndelivered") == 1


def test_the_ledger_climbs_and_never_falls(post: Post, confirmed: Confirmed) -> None:
    fact = confirmed()
    post.deliver(fact)
    news = [table.record(Delivery(fact.id, event, at)) for at, event in enumerate(
        ("deferred", "processed", "deferred", "delivered", "processed", "bounce", "delivered"))]
    assert news == [True, False, False, True, False, True, False]


def test_nothing_personal_reaches_a_log_line_or_the_ledger(
        post: Post, confirmed: Confirmed, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(logs._logger, "info", lambda message, **more: said.append(f"{message} {more}"))
    monkeypatch.setattr(logs._logger, "warning", lambda message, **more: said.append(f"{message} {more}"))
    monkeypatch.setattr(logs._logger, "error", lambda message, **more: said.append(f"{message} {more}"))
    fact = confirmed()
    for kind in ("too_many", "error_after"):
        post.sandbox.fault(kind)
        post.deliver(fact)
    post.tell()
    post.deliver(fact)
    output = capsys.readouterr()
    everything = "\n".join([*said, output.out, output.err, repr(_item(fact).attribute_values)])
    assert "mail sent" in everything or "mail was sent before" in everything
    for personal in ("ana@", "correo.cl", "Ana", "Soto", "98765432", "/reserva/", "SG."):
        assert personal not in everything
