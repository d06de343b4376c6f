"""The door for Mercado Pago: only what it signed itself, not long ago; the old form as a mere hint."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from urllib.parse import urlencode

import pytest
from chalice.test import Client, HTTPResponse

from app import app
from chalicelib.aws import queues
from chalicelib.aws.transactions import Transaction
from chalicelib.core.clock import FixedClock
from chalicelib.core.errors import Unauthenticated
from chalicelib.payments import api, table
from chalicelib.payments.mercadopago_notice import manifest, verify
from chalicelib.payments.model import Payment
from chalicelib.payments.signals import Signal, SignalKind
from chalicelib.web import edge
from tests.payments.builders import pending_payment, unknown_id

SECRET = "test-webhook-secret"  # as in tests/support/tables.py
REQUEST_ID = "bb56a2f1-6aae-46ac-982e-9dcd3581d08e"
TS = 1742505638683  # milliseconds
NOW = datetime.fromtimestamp(TS / 1000, UTC)
WHOLE = "a43920c9501d6bb9fa6ea083be8d7e515a6f61e75aabc5ff20b7fbbd7c34bcd6"  # PROVIDERS.md §B.5
WITHOUT_REQUEST = "2b029a00eac5753a8a672d9789dc2fc963c77503325ab4e25cdaa8bf578ad5f5"
NUMBERS = count(1_318_000_000)


def check(**changes: Any) -> None:
    values = {
        "signature": f"ts={TS},v1={WHOLE}",
        "request_id": REQUEST_ID,
        "data_id": "123456789",
        "secret": SECRET,
        "now": NOW,
    }
    verify(**{**values, **changes})


def signed(data_id: str, request_id: str = REQUEST_ID, ts: int | str = TS, secret: str = SECRET) -> str:
    """Sign as Mercado Pago does, written out so that the code under test is not its own judge."""
    text = "".join(
        f"{name}:{value};" for name, value in (("id", data_id), ("request-id", request_id), ("ts", ts)) if value
    )
    return f"ts={ts},v1={hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()}"


# The signature


def test_the_published_vectors() -> None:
    assert manifest("123456789", REQUEST_ID, str(TS)) == f"id:123456789;request-id:{REQUEST_ID};ts:{TS};"
    check()
    check(signature=f"ts={TS},v1={WITHOUT_REQUEST}", request_id="")


@pytest.mark.parametrize(
    "signature",
    [f"ts={TS}, v1={WHOLE}", f" v1={WHOLE} , ts={TS} ", f"ts={TS},v1={WHOLE},v2=later"],
)
def test_the_headers_spaces_order_and_additions_do_not_matter(signature: str) -> None:
    check(signature=signature)


def test_an_id_with_letters_is_signed_as_received_or_in_lower_case() -> None:
    for signed_as in ("ORD01JQ4S4KY8HWQ6NA5PXB65B3D3", "ord01jq4s4ky8hwq6na5pxb65b3d3"):
        check(data_id="ORD01JQ4S4KY8HWQ6NA5PXB65B3D3", signature=signed(signed_as))
    with pytest.raises(Unauthenticated):
        check(data_id="ord01jq4s4ky8hwq6na5pxb65b3d3", signature=signed("ORD01JQ4S4KY8HWQ6NA5PXB65B3D3"))


def test_without_an_id_or_a_request_id_their_pairs_are_left_out() -> None:
    check(data_id="", signature=signed(""))
    check(data_id="", request_id="", signature=signed("", ""))


@pytest.mark.parametrize(
    "changes",
    [
        {"data_id": "123456780"},
        {"data_id": ""},
        {"request_id": "another"},
        {"request_id": ""},
        {"signature": f"ts={TS + 1},v1={WHOLE}"},
        {"signature": f"ts={TS},v1={WHOLE[:-1]}7"},
        {"signature": f"ts={TS},v1={WHOLE.upper()}"},
        {"signature": f"ts={TS},v1="},
        {"signature": f"ts={TS}"},
        {"signature": f"v1={WHOLE}"},
        {"signature": f"ts={TS};v1={WHOLE}"},
        {"signature": ""},
        {"signature": "ñ=ñ,v1=ñ"},
        {"secret": "another-secret"},
        {"secret": "", "signature": signed("123456789", secret="")},
        {"signature": signed("123456789", ts="mañana")},
        {"signature": signed("123456789", ts="١٧٤٢٥٠٥٦٣٨")},
        {"signature": signed("123456789", ts="-1742505638")},
        {"signature": signed("123456789", ts="9" * 17)},
    ],
)
def test_anything_else_is_not_signed(changes: dict[str, Any]) -> None:
    with pytest.raises(Unauthenticated) as refused:
        check(**changes)
    assert refused.value.code == "signature_invalid"


@pytest.mark.parametrize("unit", [1, 1000], ids=["seconds", "milliseconds"])
@pytest.mark.parametrize(
    ("age", "fresh"),
    [
        (timedelta(0), True),
        (timedelta(days=5), True),
        (timedelta(days=5, seconds=1), False),
        (timedelta(minutes=-10), True),
        (timedelta(minutes=-10, seconds=-1), False),
        (timedelta(days=4000), False),
    ],
)
def test_a_signature_is_good_for_five_days_in_either_unit(unit: int, age: timedelta, fresh: bool) -> None:
    signature = signed("123456789", ts=int((NOW - age).timestamp()) * unit)
    if fresh:
        check(signature=signature)
        return
    with pytest.raises(Unauthenticated) as refused:
        check(signature=signature)
    assert refused.value.code == "signature_stale"


# The door

Sent = list[tuple[str, dict[str, Any]]]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    messages: Sent = []
    monkeypatch.setattr(queues, "send", lambda queue, body: messages.append((queue, body)))
    monkeypatch.setattr(edge, "clock", FixedClock(NOW))
    return messages


@pytest.fixture
def client(dynamodb: str, sent: Sent) -> Iterator[Client]:
    with Client(app) as client:
        yield client


@pytest.fixture
def number() -> str:
    return str(next(NUMBERS))


def notify(
    client: Client, query: dict[str, str], headers: dict[str, str] | None = None, body: Any = None
) -> HTTPResponse:
    path = "/api/webhooks/mercadopago?" + urlencode({"source_news": "webhooks", **query})
    sent_body = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.http.post(path, headers={"Content-Type": "application/json", **(headers or {})}, body=sent_body)


def webhook(client: Client, number: str, signature: str | None = None, **changes: str) -> HTTPResponse:
    headers = {"x-request-id": REQUEST_ID, "x-signature": signature if signature is not None else signed(number)}
    body = {"id": 1, "type": "payment", "action": "payment.updated", "data": {"id": number}}
    return notify(client, {"data.id": number, "type": "payment", **changes}, headers, body)


def signals(token: str) -> dict[str, int]:
    fingerprint = hashlib.sha256(token.encode()).hexdigest()
    return {record.sk: int(record.heard) for record in table.SignalRecord.query(f"signal#mercadopago#{fingerprint}")}


def test_a_signed_notice_is_stored_queued_and_answered(client: Client, sent: Sent, number: str) -> None:
    response = webhook(client, number)
    assert (response.status_code, response.body) == (200, b"OK")
    assert signals(number) == {"confirmation": 1}
    [(queue, body)] = sent
    assert queue == "payment-signals"
    assert Signal.from_message(json.loads(json.dumps(body))) == Signal(
        provider="mercadopago", kind=SignalKind.CONFIRMATION, token=number, payment=None, trace=REQUEST_ID
    )


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"data": {"id": "999"}}'])
def test_the_body_does_not_matter(client: Client, sent: Sent, number: str, body: bytes) -> None:
    headers = {"X-Request-Id": REQUEST_ID, "X-Signature": signed(number)}
    response = notify(client, {"data.id": number, "type": "payment"}, headers, body)
    assert (response.status_code, sent[0][1]["token"]) == (200, number)


def test_a_repeated_notice_is_one_signal_and_is_worked_a_bounded_number_of_times(
    client: Client, sent: Sent, number: str
) -> None:
    answers = {webhook(client, number).status_code for _ in range(25)}
    assert (answers, signals(number), len(sent)) == ({200}, {"confirmation": 25}, api.MOST_HEARD)


def test_a_notice_that_could_not_be_queued_is_queued_when_it_comes_again(
    client: Client, sent: Sent, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(queue: str, body: dict[str, Any]) -> None:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(queues, "send", broken)
        assert webhook(client, number).status_code == 500
    assert webhook(client, number).status_code == 200
    assert (signals(number), len(sent)) == ({"confirmation": 2}, 1)


@pytest.mark.parametrize("about", ["payment", "merchant_order", ""])
def test_an_unsigned_or_wrongly_signed_notice_is_refused_recorded_and_goes_no_further(
    client: Client, sent: Sent, number: str, capsys: pytest.CaptureFixture[str], about: str
) -> None:
    for signature in (signed(number, secret="another-secret"), signed("5"), "", "ts=1,v1=x"):
        response = webhook(client, number, signature, type=about)
        assert (response.status_code, response.json_body["code"]) == (401, "signature_invalid")
        assert response.headers["Content-Type"] == "application/problem+json"
    unsigned = notify(client, {"data.id": number, "type": about})
    assert (unsigned.status_code, unsigned.json_body["code"]) == (401, "signature_invalid")
    assert (sent, signals(number)) == ([], {"refused": 5})
    counted = [line for line in capsys.readouterr().out.splitlines() if '"WebhookRefused": 1' in line]
    assert len(counted) == 5


def test_a_notice_replayed_later_is_stale_and_another_id_under_its_signature_is_refused(
    client: Client, sent: Sent, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    signature = signed(number)
    monkeypatch.setattr(edge, "clock", FixedClock(NOW + timedelta(days=5, seconds=1)))
    response = webhook(client, number, signature)
    assert (response.status_code, response.json_body["code"]) == (401, "signature_stale")
    monkeypatch.setattr(edge, "clock", FixedClock(NOW))
    other = str(next(NUMBERS))
    assert webhook(client, other, signature).json_body["code"] == "signature_invalid"
    assert (sent, signals(number), signals(other)) == ([], {"refused": 1}, {"refused": 1})


def test_strangers_who_name_nothing_share_one_record(client: Client, sent: Sent) -> None:
    before = signals("").get("refused", 0)
    named = {"data.id": "x" * 300, "type": "payment"}
    for query in ({}, named, {"type": "payment"}, {"topic": "payment"}, {"id": "5"}):
        assert notify(client, query).status_code == 401
    assert (sent, signals("")["refused"] - before) == ([], 5)


@pytest.mark.parametrize("kind", ["topic_merchant_order_wh", "topic_chargebacks_wh", "stop_delivery_op_wh", ""])
def test_other_topics_are_answered_and_left_alone(
    client: Client, sent: Sent, number: str, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    assert webhook(client, number, type=kind).status_code == 200
    assert (sent, signals(number)) == ([], {})
    assert '"WebhookIgnored": 1' in capsys.readouterr().out


@pytest.mark.parametrize("bad", ["abc", "1-2", "12345678901234567890123", "ñ"])
def test_a_signed_notice_about_nonsense_is_malformed(client: Client, sent: Sent, bad: str) -> None:
    before = table.SignalRecord.count()
    response = webhook(client, bad)
    assert (response.status_code, response.json_body["code"]) == (400, "token_malformed")
    assert (sent, table.SignalRecord.count()) == ([], before)


def test_the_old_form_is_a_hint_without_a_signature(client: Client, sent: Sent, number: str) -> None:
    response = notify(client, {"topic": "payment", "id": number}, body={"resource": number, "topic": "payment"})
    assert (response.status_code, signals(number), sent[0][1]["token"]) == (200, {"confirmation": 1}, number)


@pytest.mark.parametrize("topic", ["merchant_order", "chargebacks"])
def test_other_topics_of_the_old_form_are_left_alone(client: Client, sent: Sent, number: str, topic: str) -> None:
    assert notify(client, {"topic": topic, "id": number}).status_code == 200
    assert (sent, signals(number)) == ([], {})


def test_the_old_form_about_nonsense_is_malformed(client: Client, sent: Sent) -> None:
    response = notify(client, {"topic": "payment", "id": "<script>"})
    assert (response.status_code, response.json_body["code"], sent) == (400, "token_malformed", [])


def test_the_old_form_does_not_open_the_door_to_a_bad_signature(client: Client, sent: Sent, number: str) -> None:
    mixed = {"topic": "payment", "id": number, "data.id": number, "type": "payment"}
    assert notify(client, mixed).status_code == 401
    assert notify(client, {"topic": "payment", "id": number}, {"x-signature": "ts=1,v1=2"}).status_code == 401
    assert sent == []


# The returning guest


@pytest.fixture
def payment(dynamodb: str) -> Payment:
    payment = pending_payment(method="mercadopago")
    tx = Transaction()
    table.opened(tx, payment)
    tx.commit()
    return payment


def test_the_guest_comes_back_to_the_page_of_the_order(client: Client, sent: Sent, payment: Payment) -> None:
    query = urlencode({"payment_id": "1318881234", "status": "approved", "external_reference": payment.id})
    response = client.http.get(f"/api/pagos/mercadopago/retorno/{payment.id}?{query}")
    assert response.status_code == 303
    assert response.headers["Location"] == f"http://site.test/pago/?reserva={payment.order}"
    [(_, body)] = sent
    assert (body["provider"], body["kind"], body["payment"], body["token"]) == (
        "mercadopago",
        "return",
        payment.id,
        None,
    )
    assert signals(payment.id) == {"return": 1}


@pytest.mark.parametrize("payment_id", [unknown_id(), "pay_x", "..", "%2e%2e"])
def test_an_unknown_payment_leads_to_the_not_found_page(client: Client, sent: Sent, payment_id: str) -> None:
    response = client.http.get(f"/api/pagos/mercadopago/retorno/{payment_id}")
    assert (response.status_code, response.headers["Location"], sent) == (303, "http://site.test/404.html", [])
