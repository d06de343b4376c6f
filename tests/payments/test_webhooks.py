"""The doors for Flow and for the returning guest: quick, forgiving to repetition, closed to nonsense."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from chalice.test import Client, HTTPResponse

from app import app
from chalicelib.aws import queues
from chalicelib.aws.transactions import Transaction
from chalicelib.core.money import Clp
from chalicelib.payments import api, table
from chalicelib.payments.model import Payment, owe_refund
from chalicelib.payments.signals import Signal, SignalKind
from tests.payments.builders import NOW, pending_payment, refundable, unknown_id

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TOKENS = iter(range(10_000))


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    messages: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(queues, "send", lambda queue, body: messages.append((queue, body)))
    return messages


@pytest.fixture
def client(dynamodb: str, sent: list[object]) -> Iterator[Client]:
    with Client(app) as client:
        yield client


@pytest.fixture
def payment(dynamodb: str) -> Payment:
    payment = pending_payment()
    tx = Transaction()
    table.opened(tx, payment)
    tx.commit()
    return payment


@pytest.fixture
def token() -> str:
    return hashlib.sha1(str(next(TOKENS)).encode()).hexdigest().upper()


def post(client: Client, path: str, **form: str) -> HTTPResponse:
    return client.http.post(path, headers=FORM, body=urlencode(form).encode())


def signals(token: str) -> dict[str, int]:
    fingerprint = hashlib.sha256(token.encode()).hexdigest()
    return {record.sk: int(record.heard) for record in table.SignalRecord.query(f"signal#flow#{fingerprint}")}


Sent = list[tuple[str, dict[str, Any]]]


def test_a_notice_is_stored_queued_and_answered(client: Client, sent: Sent, token: str) -> None:
    response = post(client, "/api/webhooks/flow", token=token)
    assert (response.status_code, response.body) == (200, b"OK")
    assert signals(token) == {"confirmation": 1}
    [(queue, body)] = sent
    assert queue == "payment-signals"
    signal = Signal.from_message(json.loads(json.dumps(body)))
    assert (signal.provider, signal.kind, signal.token, signal.payment) == (
        "flow",
        SignalKind.CONFIRMATION,
        token,
        None,
    )
    assert signal.trace


def test_a_repeated_notice_is_one_signal_and_is_worked_a_bounded_number_of_times(
    client: Client, sent: Sent, token: str
) -> None:
    answers = {post(client, "/api/webhooks/flow", token=token).status_code for _ in range(25)}
    assert (answers, signals(token), len(sent)) == ({200}, {"confirmation": 25}, api.MOST_HEARD)


def test_a_notice_that_could_not_be_queued_is_queued_when_it_comes_again(
    client: Client, sent: Sent, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(queue: str, body: dict[str, Any]) -> None:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(queues, "send", broken)
        assert post(client, "/api/webhooks/flow", token=token).status_code == 500
    assert post(client, "/api/webhooks/flow", token=token).status_code == 200
    assert (signals(token), len(sent)) == ({"confirmation": 2}, 1)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "token_malformed"),
        (b"token=", "token_malformed"),
        (b"other=1", "token_malformed"),
        (b"token=%00%01%02%03%04%05%06%07", "token_malformed"),
        (b"token=short", "token_malformed"),
        (b"token=" + b"A" * 129, "token_malformed"),
        (b"token=<script>alert(1)</script>", "token_malformed"),
        ("token=ñandúñandú".encode(), "token_malformed"),
        (b"\xff\xfe\xff", "malformed_form"),
        (b"&".join([b"a=1"] * 60), "malformed_form"),
    ],
)
def test_nonsense_is_refused_and_nothing_is_kept(client: Client, sent: Sent, body: bytes, code: str) -> None:
    before = table.SignalRecord.count()
    response = client.http.post("/api/webhooks/flow", headers=FORM, body=body)
    assert (response.status_code, response.json_body["code"]) == (400, code)
    assert response.headers["Content-Type"] == "application/problem+json"
    assert (sent, table.SignalRecord.count()) == ([], before)


def test_json_is_not_a_form(client: Client, sent: Sent) -> None:
    response = client.http.post("/api/webhooks/flow", headers={"Content-Type": "application/json"}, body=b"{}")
    assert (response.status_code, sent) == (415, [])


@pytest.mark.parametrize("method", ["post", "get"])
def test_the_guest_comes_back_to_the_page_of_the_order(
    client: Client, sent: Sent, payment: Payment, method: str, token: str
) -> None:
    path = f"/api/pagos/flow/retorno/{payment.id}"
    response = post(client, path, token=token) if method == "post" else client.http.get(path)
    assert response.status_code == 303
    assert response.headers["Location"] == f"http://site.test/pago/?reserva={payment.order}"
    [(_, body)] = sent
    assert (body["kind"], body["payment"]) == ("return", payment.id)
    assert body["token"] == (token if method == "post" else None)


def test_a_guest_with_a_broken_form_still_comes_back(client: Client, sent: Sent, payment: Payment) -> None:
    response = post(client, f"/api/pagos/flow/retorno/{payment.id}", token="<oops>")
    assert (response.status_code, sent[0][1]["token"]) == (303, None)


@pytest.mark.parametrize("payment_id", [unknown_id(), "pay_x", "..", "%2e%2e", "ñ"])
def test_an_unknown_payment_leads_to_the_not_found_page(client: Client, sent: Sent, payment_id: str) -> None:
    response = post(client, f"/api/pagos/flow/retorno/{payment_id}", token="A" * 40)
    assert (response.status_code, response.headers["Location"]) == (303, "http://site.test/404.html")
    assert sent == []


@pytest.fixture
def returning() -> Payment:
    """A payment of which two parts go back."""
    payment = owe_refund(refundable(10000), amount=Clp(40000), reason="cancelled", now=NOW)
    tx = Transaction()
    table.opened(tx, payment)
    tx.commit()
    return payment


@pytest.mark.parametrize(("named", "number"), [("-r1", 1), ("-r2", 2), ("", 1)])
def test_news_of_a_refund_names_it(
    client: Client, sent: Sent, returning: Payment, token: str, named: str, number: int
) -> None:
    response = post(client, f"/api/webhooks/flow/devolucion/{returning.id}{named}", token=token)
    assert (response.status_code, signals(token)) == (200, {"refund": 1})
    assert {name: sent[0][1][name] for name in ("kind", "payment", "refund", "token")} == {
        "kind": "refund", "payment": returning.id, "refund": number, "token": token}


@pytest.mark.parametrize("named", ["-r3", "-r0", "-r100", "-r", "x"])
def test_news_of_a_refund_that_is_none_is_refused(
    client: Client, sent: Sent, returning: Payment, token: str, named: str
) -> None:
    response = post(client, f"/api/webhooks/flow/devolucion/{returning.id}{named}", token=token)
    assert (response.status_code, response.json_body["code"]) == (404, "refund_not_found")
    assert (sent, signals(token)) == ([], {})


def test_news_of_a_refund_of_nobody_is_refused(client: Client, sent: Sent, token: str) -> None:
    response = post(client, f"/api/webhooks/flow/devolucion/{unknown_id()}", token=token)
    assert (response.status_code, response.json_body["code"]) == (404, "payment_not_found")
    assert (sent, signals(token)) == ([], {})


def test_the_webhook_function_loads_no_http_client() -> None:
    code = "import sys, chalicelib.payments.api; print(sorted({'requests', 'boto3', 'flask'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
