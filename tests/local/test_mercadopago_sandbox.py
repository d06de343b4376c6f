"""The Mercado Pago sandbox speaks Mercado Pago's language, its pages work, and it misbehaves exactly when told to."""

import hashlib
import hmac
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest

from infra.local.mercadopago import DEFAULT_ACCESS_TOKEN, DEFAULT_WEBHOOK_SECRET, Closed, Server, serve
from infra.local.mercadopago.checks import MercadoPagoError
from infra.local.mercadopago.signature import manifest, signature_header
from infra.local.mercadopago.states import DETAILS

START = 1_796_138_400.0
ALL_STATES = [(status, detail) for status, details in DETAILS.items() for detail in details]


@dataclass(frozen=True)
class Heard:
    """A notice as the merchant got it."""

    path: str
    query: dict[str, str]
    body: dict[str, Any]
    headers: dict[str, str]


@dataclass
class Merchant:
    """Somebody to call back; answers with the next of `answers`, then with 200."""

    url: str
    heard: list[Heard] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    @property
    def actions(self) -> list[tuple[str, str]]:
        return [(one.body.get("action", one.query.get("topic", "")), one.query.get("data.id", one.query.get("id", "")))
                for one in self.heard]


@pytest.fixture(scope="module")
def merchant() -> Iterator[Merchant]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            parts = urlsplit(self.path)
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            headers = {name.lower(): value for name, value in self.headers.items()}
            found.heard.append(Heard(parts.path, dict(parse_qsl(parts.query)), body, headers))
            self.send_response(found.answers.pop(0) if found.answers else 200)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    found = Merchant(f"http://aremko.localhost:{server.server_port}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield found
    server.shutdown()
    server.server_close()


@dataclass
class Time:
    """The sandbox's clock."""

    at: float = START

    def __call__(self) -> float:
        return self.at


@pytest.fixture(scope="module")
def time() -> Time:
    return Time()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, time: Time) -> Iterator[Server]:
    settings = {"now": time, "localhost": True, "retry_seconds": (0.05, 0.05)}
    server = serve(0, Path(tmp_path_factory.mktemp("mercadopago")), settings=settings)
    yield server
    server.stop()


@pytest.fixture
def mp(running: Server, merchant: Merchant, time: Time) -> Iterator[Server]:
    running.clear()
    merchant.heard.clear()
    merchant.answers.clear()
    time.at = START
    yield running
    running.settle()


def call(mp: Server, method: str, path: str, body: Any = None, *, token: str | None = DEFAULT_ACCESS_TOKEN,
         key: str | None = None, headers: dict[str, str] | None = None, **query: Any) -> tuple[int, Any]:
    """Make an API call and return status and reply."""
    sent = {**({"Authorization": f"Bearer {token}"} if token else {}), **({"X-Idempotency-Key": key} if key else {}),
            **(headers or {})}
    address = mp.api_url + path + (f"?{urlencode(query)}" if query else "")
    content = None if body is None else json.dumps(body).encode()
    return answer(urllib.request.Request(address, content, sent, method=method))


def answer(request: urllib.request.Request | str) -> tuple[int, Any]:
    try:
        with urllib.request.urlopen(request, timeout=10) as reply:
            body = reply.read().decode()
            return reply.status, json.loads(body) if body.startswith(("{", "[")) else body
    except urllib.error.HTTPError as error:
        text = error.read().decode()
        return error.code, json.loads(text) if text.startswith("{") else text


def asked(merchant: Merchant, order: str = "pay_1", **changes: Any) -> dict[str, Any]:
    back = f"{merchant.url}/return/{order}"
    return {
        "items": [{"id": order, "title": "Tina para dos", "quantity": 1, "currency_id": "CLP", "unit_price": 50000}],
        "payer": {"email": "ana@correo.cl", "name": "Ana"},
        "back_urls": {"success": f"{back}?como=bien", "failure": f"{back}?como=mal", "pending": f"{back}?como=espera"},
        "auto_return": "approved",
        "payment_methods": {"installments": 6},
        "notification_url": f"{merchant.url}/webhook?source_news=webhooks",
        "external_reference": order,
        **changes,
    }


def create(mp: Server, merchant: Merchant, order: str = "pay_1", *, key: str | None = None,
           **changes: Any) -> tuple[int, Any]:
    return call(mp, "POST", "/checkout/preferences", asked(merchant, order, **changes), key=key)


@pytest.fixture
def preference(mp: Server, merchant: Merchant) -> str:
    return str(create(mp, merchant)[1]["id"])


def fetched(mp: Server, payment: dict[str, Any]) -> Any:
    return call(mp, "GET", f"/v1/payments/{payment['token']}")[1]


def found(mp: Server, **query: Any) -> tuple[list[str], int]:
    """Search payments and return the external references of the page, and how many there are."""
    reply = call(mp, "GET", "/v1/payments/search", **query)[1]
    return [one["external_reference"] for one in reply["results"]], reply["paging"]["total"]


def state(payment: dict[str, Any]) -> tuple[str, str]:
    return payment["status"], payment["status_detail"]


def code_of(reply: Any) -> int:
    return int(reply["cause"][0]["code"])


def stamp(epoch: float) -> str:
    return datetime.fromtimestamp(epoch, UTC).isoformat(timespec="milliseconds")


def v1(secret: str, heard: Heard) -> bool:
    """Check a webhook's signature as the documents say, apart from the sandbox's own code."""
    parts = dict(pair.split("=", 1) for pair in heard.headers["x-signature"].split(","))
    text = f"id:{heard.query['data.id']};request-id:{heard.headers['x-request-id']};ts:{parts['ts']};"
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest() == parts["v1"]


def ts(heard: Heard) -> int:
    return int(heard.headers["x-signature"].split(",")[0].removeprefix("ts="))


@pytest.mark.parametrize(
    ("request_id", "expected"),
    [
        ("bb56a2f1-6aae-46ac-982e-9dcd3581d08e", "a43920c9501d6bb9fa6ea083be8d7e515a6f61e75aabc5ff20b7fbbd7c34bcd6"),
        (None, "2b029a00eac5753a8a672d9789dc2fc963c77503325ab4e25cdaa8bf578ad5f5"),
    ],
)
def test_the_sandboxs_own_signature_agrees_with_the_known_vectors(request_id: str | None, expected: str) -> None:
    text = manifest("123456789", request_id, "1742505638683")
    assert text == ("id:123456789;" + (f"request-id:{request_id};" if request_id else "") + "ts:1742505638683;")
    made = signature_header("test-webhook-secret", data_id="123456789", request_id=request_id, ts="1742505638683")
    assert made == f"ts=1742505638683,v1={expected}"


def test_a_preference_says_where_it_is_paid_and_what_was_asked(mp: Server, merchant: Merchant) -> None:
    status, made = create(mp, merchant, metadata={"a": 1})
    assert status == 201
    assert made["init_point"] == made["sandbox_init_point"] == f"{mp.url}/checkout/v1/redirect?pref_id={made['id']}"
    assert (made["external_reference"], made["metadata"], made["site_id"]) == ("pay_1", {"a": 1}, "MLC")
    assert call(mp, "GET", f"/checkout/preferences/{made['id']}") == (200, made)
    listed = call(mp, "GET", "/checkout/preferences/search", external_reference="pay_1")[1]
    assert (listed["elements"], listed["total"]) == ([made], 1)
    assert call(mp, "GET", "/checkout/preferences/search", external_reference="pay_2")[1]["elements"] == []


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"items": []}, "invalid_items"),
        ({"items": [{"title": "", "quantity": 1, "unit_price": 1000}]}, "invalid_items"),
        ({"items": [{"title": "x", "quantity": 0, "unit_price": 1000}]}, "invalid_items"),
        ({"items": [{"title": "x", "quantity": 1, "unit_price": 1000.5}]}, "invalid_items"),
        ({"items": [{"title": "x", "quantity": 1, "unit_price": "1000"}]}, "invalid_items"),
        ({"items": [{"title": "x", "quantity": 1, "unit_price": 0}]}, "invalid_items"),
        ({"items": [{"title": "x", "quantity": 1, "unit_price": 1000, "currency_id": "USD"}]}, "invalid_items"),
        ({"back_urls": {"success": "/reserva"}}, "invalid_back_urls"),
        ({"back_urls": {}}, "invalid_auto_return"),
        ({"auto_return": "never"}, "invalid_auto_return"),
        ({"notification_url": "webhook"}, "invalid_notification_url"),
        ({"payment_methods": {"installments": 0}}, "invalid_payment_methods"),
        ({"payment_methods": {"installments": 37}}, "invalid_payment_methods"),
        ({"payment_methods": {"installments": 3, "default_installments": 4}}, "invalid_payment_methods"),
        ({"payment_methods": {"excluded_payment_types": ["ticket"]}}, "invalid_payment_methods"),
        ({"expires": True, "expiration_date_to": "2026-12-01T12:00:00"}, "invalid_expiration_date_to"),
        ({"expires": True, "expiration_date_to": stamp(START)}, "invalid_expiration_date_to"),
        ({"expiration_date_from": "2026-12-01 12:00"}, "invalid_expiration_date_from"),
        ({"expiration_date_from": stamp(START + 9), "expiration_date_to": stamp(START + 9)},
         "invalid_expiration_date_to"),
        ({"date_of_expiration": "mañana"}, "invalid_date_of_expiration"),
        ({"binary_mode": "yes"}, "invalid_binary_mode"),
        ({"collector_id": 1}, "invalid_collector_id"),
        ({"shipments": "home"}, "invalid_shipments"),
        ({"payer": {"email": "a" * 150 + "@b"}}, "invalid_payer"),
    ],
)
def test_bad_preferences_are_refused_in_mercado_pagos_words(
    mp: Server, merchant: Merchant, changes: dict[str, Any], error: str
) -> None:
    status, reply = create(mp, merchant, **changes)
    assert (status, reply["status"], reply["error"], set(reply)) == (
        400, 400, error, {"message", "error", "status", "cause"})
    assert mp.preferences() == []


def test_addresses_on_this_machine_are_refused_as_by_the_real_one(tmp_path: Path, merchant: Merchant) -> None:
    strict = serve(0, tmp_path, settings={})
    away = {"success": "https://aremko.cl/bien"}
    try:
        assert create(strict, merchant)[1]["error"] == "invalid_back_urls"
        assert create(strict, merchant, back_urls=away)[1]["error"] == "invalid_notification_url"
        assert create(strict, merchant, back_urls=away, notification_url=None)[0] == 201
    finally:
        strict.stop()


def test_the_access_token_is_checked(mp: Server, merchant: Merchant) -> None:
    status, reply = call(mp, "POST", "/checkout/preferences", asked(merchant), token="wrong")
    assert (status, reply["error"]) == (400, "invalid_access_token")
    for token in (None, "wrong"):
        status, reply = call(mp, "GET", "/v1/payments/1", token=token)
        assert (status, reply["error"]) == (401, "unauthorized")
    assert mp.preferences() == []


def test_the_same_key_makes_one_preference_and_another_body_is_a_conflict(mp: Server, merchant: Merchant) -> None:
    first, second = (create(mp, merchant, key="k-1") for _ in range(2))
    assert first == second
    assert create(mp, merchant, "pay_2", key="k-1")[0] == 409
    assert create(mp, merchant, key="k" * 65)[0] == 400
    assert len(mp.preferences()) == 1


def test_a_preference_can_be_changed_and_closed(mp: Server, merchant: Merchant, preference: str, time: Time) -> None:
    path = f"/checkout/preferences/{preference}"
    assert call(mp, "PUT", path, {"items": []})[1]["error"] == "invalid_items"
    end = stamp(time.at + 60)
    assert call(mp, "PUT", path, {"expires": True, "expiration_date_to": end})[1]["expiration_date_to"] == end
    time.at += 61
    with pytest.raises(Closed):
        mp.pay(preference)


def test_a_paid_payment_has_the_documented_fields(mp: Server, merchant: Merchant) -> None:
    create(mp, merchant, metadata={"cart": "c1"})
    payment = mp.pay("pay_1", installments=3)
    reply = fetched(mp, payment)
    assert reply["id"] == int(payment["token"])
    assert state(reply) == ("approved", "accredited")
    assert (reply["transaction_amount"], reply["transaction_amount_refunded"], reply["currency_id"]) == (
        50000, 0, "CLP")
    assert (reply["installments"], reply["payment_method_id"], reply["payment_type_id"]) == (3, "master", "credit_card")
    assert (reply["external_reference"], reply["metadata"], reply["refunds"]) == ("pay_1", {"cart": "c1"}, [])
    assert (reply["payer"]["email"], reply["live_mode"], reply["order"]["type"]) == (
        "ana@correo.cl", False, "mercadopago")
    assert reply["date_created"] == reply["date_approved"] == reply["date_last_updated"]
    assert datetime.fromisoformat(reply["date_approved"]).timestamp() == START
    assert reply["date_approved"].endswith(".000-04:00")
    assert datetime.fromisoformat(reply["money_release_date"]).timestamp() == START + 10 * 86_400
    assert reply["transaction_details"] == {"net_received_amount": 48102, "overpaid_amount": 0,
                                            "total_paid_amount": 50000, "installment_amount": 16667}
    assert reply["fee_details"] == [{"type": "mercadopago_fee", "amount": 1898, "fee_payer": "collector"}]


def test_the_banks_interest_is_the_payers_and_not_the_amount(mp: Server, merchant: Merchant, preference: str) -> None:
    reply = fetched(mp, mp.pay(preference, installments=6))
    assert reply["transaction_amount"] == 50000
    assert reply["transaction_details"] == {"net_received_amount": 48102, "overpaid_amount": 0,
                                            "total_paid_amount": 54500, "installment_amount": 9084}
    assert reply["fee_details"][1] == {"type": "financing_fee", "amount": 4500, "fee_payer": "payer"}


@pytest.mark.parametrize(
    ("card", "expected"),
    [
        ("APRO", ("approved", "accredited")),
        ("OTHE", ("rejected", "cc_rejected_other_reason")),
        ("CONT", ("in_process", "pending_contingency")),
        ("CALL", ("rejected", "cc_rejected_call_for_authorize")),
        ("FUND", ("rejected", "cc_rejected_insufficient_amount")),
        ("SECU", ("rejected", "cc_rejected_bad_filled_security_code")),
        ("EXPI", ("rejected", "cc_rejected_bad_filled_date")),
        ("FORM", ("rejected", "cc_rejected_bad_filled_other")),
    ],
)
def test_the_holders_name_decides(mp: Server, preference: str, card: str, expected: tuple[str, str]) -> None:
    reply = fetched(mp, mp.pay(preference, card=card))
    assert state(reply) == expected
    paid = expected[0] == "approved"
    assert (reply["date_approved"] is not None, reply["fee_details"] != []) == (paid, paid)


def test_binary_mode_knows_no_waiting_and_too_many_cuotas_are_refused(mp: Server, merchant: Merchant) -> None:
    create(mp, merchant, binary_mode=True)
    assert state(fetched(mp, mp.pay("pay_1", card="CONT"))) == ("rejected", "cc_rejected_other_reason")
    assert state(fetched(mp, mp.pay("pay_1", installments=7))) == ("rejected", "cc_rejected_invalid_installments")


@pytest.mark.parametrize(("status", "detail"), ALL_STATES)
def test_every_documented_state_can_be_had(mp: Server, preference: str, status: str, detail: str) -> None:
    payment = mp.pay(preference, card="CONT")
    assert state(fetched(mp, mp.move(payment["token"], status, detail))) == (status, detail)


def test_no_other_state_can_be_had(mp: Server, preference: str) -> None:
    payment = mp.pay(preference)
    for wrong in (("paid", None), ("approved", "refunded")):
        with pytest.raises(ValueError, match="no such state"):
            mp.move(payment["token"], *wrong)
    with pytest.raises(ValueError, match="no such state"):
        mp.reject(preference, "cc_rejected_by_whim")
    assert state(fetched(mp, payment)) == ("approved", "accredited")
    assert len(mp.payments()) == 1


def test_a_slip_that_nobody_pays_expires(mp: Server, merchant: Merchant, preference: str, time: Time) -> None:
    payment = mp.cash(preference)
    reply = fetched(mp, payment)
    assert state(reply) == ("pending", "pending_waiting_payment")
    assert (reply["payment_method_id"], reply["payment_type_id"]) == ("servipag", "ticket")
    time.at += 3 * 86_400 + 1
    assert state(fetched(mp, payment)) == ("cancelled", "expired")
    assert found(mp, status="cancelled") == (["pay_1"], 1)


def test_money_on_its_way_arrives_also_late(mp: Server, merchant: Merchant, time: Time) -> None:
    create(mp, merchant, expires=True, expiration_date_to=stamp(START + 900))
    time.at += 901
    with pytest.raises(Closed):
        mp.pay("pay_1")
    assert (mp.payments(), merchant.heard) == ([], [])
    mp.pay("pay_1", force=True)
    assert (found(mp, status="approved"), len(merchant.heard)) == ((["pay_1"], 1), 1)


def test_the_wallet_pays_with_money_in_the_account(mp: Server, preference: str) -> None:
    reply = fetched(mp, mp.pay(preference, wallet=True))
    assert (reply["payment_method_id"], reply["payment_type_id"], reply["installments"]) == (
        "account_money", "account_money", 1)


def test_one_reference_may_have_several_payments(mp: Server, preference: str) -> None:
    first, second = mp.reject(preference, "cc_rejected_high_risk"), mp.pay(preference)
    reply = call(mp, "GET", "/v1/payments/search", external_reference="pay_1", sort="date_created", criteria="asc")[1]
    assert [(one["id"], one["status"]) for one in reply["results"]] == [
        (int(first["token"]), "rejected"), (int(second["token"]), "approved")]
    assert reply["results"][1] == fetched(mp, second)
    assert reply["paging"] == {"total": 2, "limit": 30, "offset": 0}


def test_a_search_filters_sorts_and_pages(mp: Server, merchant: Merchant, time: Time) -> None:
    for number in range(5):
        create(mp, merchant, f"pay_{number}")
        mp.pay(f"pay_{number}", card="FUND" if number == 3 else "APRO")
        time.at += 3600
    assert found(mp, criteria="asc", limit=2, offset=1) == (["pay_1", "pay_2"], 5)
    assert found(mp, criteria="desc", limit=2) == (["pay_4", "pay_3"], 5)
    assert found(mp, status="rejected") == (["pay_3"], 1)
    assert found(mp, range="date_created", begin_date="NOW-2HOURS", end_date="NOW", criteria="asc") == (
        ["pay_3", "pay_4"], 2)
    begin, end = stamp(START + 3600), stamp(START + 3 * 3600)
    assert found(mp, range="date_approved", begin_date=begin, end_date=end, criteria="asc") == (["pay_1", "pay_2"], 2)
    release = {"range": "money_release_date", "begin_date": stamp(START + 10 * 86_400)}
    assert found(mp, **release, end_date=stamp(START + 10 * 86_400 + 60)) == (["pay_0"], 1)
    mp.move(mp.payments()[-1]["token"], "in_mediation")
    assert found(mp, range="date_last_updated", begin_date="NOW-10MINUTES", end_date="NOW") == (["pay_0"], 1)


@pytest.mark.parametrize(
    ("query", "code"),
    [({"limit": 1001}, 1000), ({"begin_date": "ayer"}, 1001), ({"begin_date": "2026-12-01T00:00:00"}, 1001),
     ({"range": "amount"}, 1001), ({"sort": "amount"}, 1003), ({"criteria": "up"}, 1004)],
)
def test_bad_searches_are_refused(mp: Server, query: dict[str, Any], code: int) -> None:
    status, reply = call(mp, "GET", "/v1/payments/search", **query)
    assert (status, code_of(reply)) == (400, code)


def test_the_merchant_cancels_what_is_not_finished(mp: Server, merchant: Merchant, preference: str) -> None:
    waiting, paid = mp.pay(preference, card="CONT"), mp.pay(preference)
    merchant.heard.clear()
    status, reply = call(mp, "PUT", f"/v1/payments/{waiting['token']}", {"status": "cancelled"})
    assert (status, state(reply)) == (200, ("cancelled", "by_collector"))
    for token, body in ((paid["token"], {"status": "cancelled"}), (paid["token"], {"status": "approved"})):
        assert call(mp, "PUT", f"/v1/payments/{token}", body)[0] == 400
    assert call(mp, "PUT", "/v1/payments/1", {"status": "cancelled"})[0] == 404
    mp.settle()
    assert merchant.actions == [("payment.updated", waiting["token"])]


def refund(mp: Server, payment: dict[str, Any] | str, body: Any = None, *, key: str | None = "r-1",
           **more: Any) -> tuple[int, Any]:
    token = payment if isinstance(payment, str) else payment["token"]
    return call(mp, "POST", f"/v1/payments/{token}/refunds", body, key=key, **more)


def test_money_goes_back_in_parts_and_then_all_of_it(mp: Server, merchant: Merchant, preference: str) -> None:
    payment = mp.pay(preference)
    merchant.heard.clear()
    status, part = refund(mp, payment, {"amount": 20000})
    assert (status, part["amount"], part["status"], part["payment_id"]) == (
        201, 20000, "approved", int(payment["token"]))
    assert part["source"]["type"] == "collector"
    assert state(fetched(mp, payment)) == ("approved", "partially_refunded")
    rest = refund(mp, payment, key="r-2")[1]
    assert rest["amount"] == 30000
    reply = fetched(mp, payment)
    assert (state(reply), reply["transaction_amount_refunded"]) == (("refunded", "refunded"), 50000)
    assert reply["refunds"] == [part, rest]
    assert call(mp, "GET", f"/v1/payments/{payment['token']}/refunds") == (200, [part, rest])
    assert call(mp, "GET", f"/v1/payments/{payment['token']}/refunds/{rest['id']}") == (200, rest)
    mp.settle()
    assert merchant.actions == [("payment.updated", payment["token"])] * 2


def test_the_same_key_gives_back_once_and_another_amount_is_a_conflict(mp: Server, preference: str) -> None:
    payment = mp.pay(preference)
    first, second = (refund(mp, payment, {"amount": 20000}) for _ in range(2))
    assert first == second
    assert refund(mp, payment, {"amount": 10000})[0] == 409
    assert [one["amount"] for one in mp.refunds()] == [20000]


@pytest.mark.parametrize(("keys", "answers"), [(["r-1"] * 6, [201] * 6), (list("abcdef"), [201] + [404] * 5)])
def test_refunds_at_the_same_time_give_back_once(
    mp: Server, preference: str, keys: list[str], answers: list[int]
) -> None:
    payment = mp.pay(preference)
    with ThreadPoolExecutor(len(keys)) as pool:
        replies = list(pool.map(lambda key: refund(mp, payment, key=key), keys))
    assert sorted(status for status, _ in replies) == answers
    assert len({reply["id"] for status, reply in replies if status == 201}) == len(mp.refunds()) == 1
    assert fetched(mp, payment)["transaction_amount_refunded"] == 50000


def test_refunds_that_cannot_be_are_refused(mp: Server, preference: str, time: Time) -> None:
    payment, waiting = mp.pay(preference), mp.pay(preference, card="CONT")

    def refused(what: Any, body: Any = None, key: str | None = "r-1") -> tuple[int, int]:
        status, reply = refund(mp, what, body, key=key)
        return status, code_of(reply)

    assert refused(payment, key=None) == (400, 4292)
    assert refused(payment, {"amount": 0}) == (401, 4040)
    assert refused(payment, {"amount": "100"}) == (401, 4041)
    assert refused(payment, {"amount": 50001}) == (400, 2085)
    assert refused(waiting) == (400, 2063)
    assert refused("1") == (404, 2000)
    assert refund(mp, payment, [])[0] == 400
    time.at += 180 * 86_400 + 1
    assert refused(payment) == (404, 2024)
    assert mp.refunds() == []
    time.at = START
    assert refund(mp, payment)[0] == 201
    assert refused(payment, key="r-2") == (404, 4296)
    status, reply = call(mp, "GET", f"/v1/payments/{payment['token']}/refunds/1")
    assert (status, code_of(reply)) == (404, 2032)


def test_cash_goes_back_only_whole(mp: Server, preference: str) -> None:
    payment = mp.cash(preference)
    mp.move(payment["token"], "approved")
    assert code_of(refund(mp, payment, {"amount": 100})[1]) == 3024
    assert refund(mp, payment)[0] == 201


def test_a_slow_refund_is_in_process_until_it_is_finished(mp: Server, preference: str) -> None:
    payment, shown = mp.pay(preference), {"X-Render-In-Process-Refunds": "true"}
    mp.fault("refund_in_process")
    assert refund(mp, payment)[0] == 400
    status, reply = refund(mp, payment, headers=shown)  # the same key: the same refund
    assert (status, reply["status"], len(mp.refunds())) == (201, "in_process", 1)
    assert state(fetched(mp, payment)) == ("approved", "accredited")
    assert refund(mp, payment, key="r-2")[1]["cause"][0]["code"] == 4296
    mp.finish_refund(str(reply["id"]))
    assert refund(mp, payment)[1]["status"] == "approved"
    assert state(fetched(mp, payment)) == ("refunded", "refunded")


def test_a_rejected_refund_leaves_the_payment(mp: Server, preference: str) -> None:
    payment = mp.pay(preference)
    mp.fault("refund_rejected")
    assert refund(mp, payment)[1]["status"] == "rejected"
    assert (state(fetched(mp, payment)), fetched(mp, payment)["transaction_amount_refunded"]) == (
        ("approved", "accredited"), 0)
    assert refund(mp, payment, key="r-2")[1]["status"] == "approved"


def test_a_refund_in_the_panel_is_told_like_any_other(mp: Server, merchant: Merchant, preference: str) -> None:
    payment = mp.pay(preference)
    mp.refund(payment["token"], 10000)
    assert state(fetched(mp, payment)) == ("approved", "partially_refunded")
    mp.refund(payment["token"], source="admin")
    assert state(fetched(mp, payment)) == ("refunded", "by_admin")
    with pytest.raises(MercadoPagoError):
        mp.refund(payment["token"])
    mp.settle()
    assert [action for action, _ in merchant.actions] == ["payment.created", "payment.updated", "payment.updated"]


def test_a_webhook_names_the_payment_and_is_signed(mp: Server, merchant: Merchant, preference: str) -> None:
    payment = mp.pay(preference)
    (heard,) = merchant.heard
    assert (heard.path, heard.query) == (
        "/webhook", {"source_news": "webhooks", "data.id": payment["token"], "type": "payment"})
    assert set(heard.body) == {"id", "live_mode", "type", "date_created", "user_id", "api_version", "action", "data"}
    assert (heard.body["type"], heard.body["action"], heard.body["data"]) == (
        "payment", "payment.created", {"id": payment["token"]})
    assert heard.headers["content-type"] == "application/json"
    assert v1(DEFAULT_WEBHOOK_SECRET, heard)
    assert not v1("another", heard)
    assert ts(heard) == int(START * 1000)
    assert [(one["token"], one["status"]) for one in mp.notices()[-1:]] == [(payment["token"], 200)]


def test_the_unit_of_ts_can_be_seconds(tmp_path: Path, mp: Server, merchant: Merchant, time: Time) -> None:
    other = serve(0, tmp_path, settings={"localhost": True, "now": time, "ts_unit": "s", "webhook_secret": "s3"})
    try:
        create(other, merchant)
        other.pay("pay_1")
    finally:
        other.stop()
    (heard,) = merchant.heard
    assert (ts(heard), v1("s3", heard)) == (int(START), True)


def test_the_old_form_comes_too_unless_only_webhooks_are_wanted(mp: Server, merchant: Merchant) -> None:
    create(mp, merchant, notification_url=f"{merchant.url}/webhook")
    payment = mp.pay("pay_1")
    assert merchant.actions == [("payment.created", payment["token"]), ("payment", payment["token"])]
    assert "x-signature" not in merchant.heard[1].headers
    merchant.heard.clear()
    mp.ipn(payment["token"], "merchant_order")
    assert merchant.actions == [("merchant_order", str(payment["merchant_order"]))]


def test_without_an_address_nobody_is_told(mp: Server, merchant: Merchant) -> None:
    create(mp, merchant, notification_url=None)
    mp.pay("pay_1")
    assert merchant.heard == []


def test_a_webhook_comes_again_until_it_is_heard(mp: Server, merchant: Merchant, preference: str) -> None:
    merchant.answers[:] = [500, 204]
    mp.pay(preference)
    mp.settle()
    assert len(merchant.heard) == 3
    assert len({(one.headers["x-signature"], one.body["id"]) for one in merchant.heard}) == 1
    merchant.answers[:] = [201]
    mp.notify(mp.payments()[0]["token"])
    mp.settle()
    assert len(merchant.heard) == 4


def test_notices_are_dropped_doubled_and_delayed(mp: Server, merchant: Merchant) -> None:
    for number in range(3):
        create(mp, merchant, f"pay_{number}")
    mp.fault("drop", order="pay_0")
    mp.fault("duplicate", order="pay_1", copies=3)
    mp.fault("reorder", order="pay_2", seconds=0.3)
    tokens = [mp.pay(f"pay_{number}")["token"] for number in range(3)]
    assert [token for _, token in merchant.actions] == [tokens[1]] * 3
    mp.settle()
    assert [token for _, token in merchant.actions] == [tokens[1]] * 3 + [tokens[2]]


def test_late_notices_arrive_out_of_order(mp: Server, merchant: Merchant, preference: str) -> None:
    mp.fault("delay", seconds=0.3)
    payment = mp.pay(preference, card="CONT")
    mp.move(payment["token"], "approved")
    mp.settle()
    assert [action for action, _ in merchant.actions] == ["payment.updated", "payment.created"]


def test_signatures_are_wrong_old_or_missing_on_demand(mp: Server, merchant: Merchant, preference: str) -> None:
    for kind, value in (("wrong_signature", None), ("old_signature", "3600"), ("unsigned", None)):
        mp.fault(kind, value=value)
        mp.pay(preference)
    mp.pay(preference)
    wrong, old, unsigned, right = merchant.heard
    assert (v1(DEFAULT_WEBHOOK_SECRET, wrong), ts(wrong)) == (False, int(START * 1000))
    assert (v1(DEFAULT_WEBHOOK_SECRET, old), ts(old)) == (True, int((START - 3600) * 1000))
    assert not {"x-signature", "x-request-id"} & set(unsigned.headers)
    assert v1(DEFAULT_WEBHOOK_SECRET, right)


@pytest.mark.parametrize(
    ("kind", "value", "name", "expected"),
    [
        ("amount", None, "transaction_amount", 1000),
        ("amount", "50001", "transaction_amount", 50001),
        ("currency", None, "currency_id", "USD"),
        ("order", "pay_9", "external_reference", "pay_9"),
        ("status", None, "status", "in_limbo"),
        ("shapes", None, "transaction_amount", "50000.00"),
    ],
)
def test_a_lie_strikes_whom_it_is_meant_for_and_is_then_used_up(
    mp: Server, merchant: Merchant, kind: str, value: str | None, name: str, expected: Any
) -> None:
    create(mp, merchant), create(mp, merchant, "pay_2")
    payment, other = mp.pay("pay_1"), mp.pay("pay_2")
    honest = fetched(mp, payment)
    mp.fault(kind, order="pay_1", value=value)
    assert fetched(mp, other)["external_reference"] == "pay_2"
    assert fetched(mp, payment)[name] == expected
    assert fetched(mp, payment) == honest
    mp.fault(kind, order="pay_1", value=value)
    reply = call(mp, "GET", "/v1/payments/search", external_reference="pay_1")[1]
    assert reply["results"][0][name] == expected


def test_a_search_may_not_know_a_payment_yet(mp: Server, preference: str) -> None:
    payment = mp.pay(preference)
    mp.fault("unlisted", order="pay_1")
    assert found(mp, external_reference="pay_1") == ([], 0)
    assert fetched(mp, payment)["status"] == "approved"
    assert found(mp, external_reference="pay_1") == (["pay_1"], 1)


@pytest.mark.parametrize(
    ("kind", "done"),
    [("timeout", 0), ("timeout_after", 1), ("lost_reply", 1), ("error", 0), ("error_after", 1), ("garbage", 0)],
)
def test_calls_fail_before_or_after_the_work(mp: Server, preference: str, kind: str, done: int) -> None:
    payment = mp.pay(preference)
    mp.fault(kind, on="POST /v1/payments/{id}/refunds", order="pay_1", seconds=0.1)
    assert fetched(mp, payment)["status"] == "approved"
    if kind in ("error", "error_after"):
        assert refund(mp, payment)[0] == 500
    elif kind == "garbage":
        assert refund(mp, payment) == (200, "<html><body>Sitio en mantención</body></html>")
    else:
        with pytest.raises((urllib.error.URLError, ConnectionError)):
            refund(mp, payment)
    assert len(mp.refunds()) == done
    assert refund(mp, payment)[0] == 201
    assert len(mp.refunds()) == 1
    assert mp.calls("POST /v1/payments/{id}/refunds") == [("POST /v1/payments/{id}/refunds", "pay_1")] * 2


def test_faults_are_armed_over_http(mp: Server, preference: str) -> None:
    payment, url = mp.pay(preference), f"{mp.url}/_sandbox/faults"
    headers = {"Content-Type": "application/json"}
    code, reply = answer(urllib.request.Request(url, b'{"kind": "currency", "times": null}', headers))
    assert (code, reply["faults"][0]["kind"]) == (200, "currency")
    assert [fetched(mp, payment)["currency_id"] for _ in range(2)] == ["USD", "USD"]
    for content, sent in ((b'{"kind": "nonsense"}', headers), (b"kind=drop&seconds=soon", {})):
        assert answer(urllib.request.Request(url, content, sent))[0] == 400
    assert answer(urllib.request.Request(url, method="DELETE"))[1] == {"faults": []}
    assert fetched(mp, payment)["currency_id"] == "CLP"


def press(mp: Server, preference: str, **fields: str) -> tuple[int, str]:
    """Press a button of the hosted page and return what the browser is shown."""
    url = f"{mp.url}/checkout/v1/redirect?pref_id={preference}"
    return answer(urllib.request.Request(url, urlencode(fields).encode()))


def way_back(shown: str) -> tuple[str, dict[str, str]]:
    """Return the path of the link back to the merchant, and its query."""
    links = [part.split('"')[0] for part in shown.split('href="')[1:] if "/return/" in part.split('"')[0]]
    parts = urlsplit(links[-1].replace("&amp;", "&"))
    return parts.path, {name: values[-1] for name, values in parse_qs(parts.query).items()}


def test_the_page_shows_what_is_paid_and_the_cuotas(mp: Server, preference: str) -> None:
    shown = answer(f"{mp.url}/checkout/v1/redirect?pref_id={preference}")[1]
    for text in ("Tina para dos", "$50.000", "1 cuota de $50.000", "3 cuotas de $16.667 sin interés",
                 "6 cuotas de $9.084 (total $54.500)", "Dinero en cuenta", "Efectivo", "Volver al comercio sin pagar"):
        assert text in shown
    assert "7 cuotas" not in shown
    assert answer(f"{mp.url}/checkout/v1/redirect?pref_id=x")[0] == 404


def test_paying_on_the_page_leads_back_with_the_payment(mp: Server, merchant: Merchant, preference: str) -> None:
    shown = press(mp, preference, method="card", brand="visa", holder="APRO", installments="3")[1]
    (payment,) = mp.payments()
    assert (payment["method"], payment["installments"], payment["card"]["last_four_digits"]) == ("visa", 3, "7115")
    path, query = way_back(shown)
    assert path == "/return/pay_1"
    assert {name: query[name] for name in ("payment_id", "status", "external_reference", "merchant_order_id")} == {
        "payment_id": payment["token"], "status": "approved", "external_reference": "pay_1",
        "merchant_order_id": str(payment["merchant_order"])}
    assert query["como"] == "bien"
    assert "location.replace" in shown
    assert merchant.actions == [("payment.created", payment["token"])]


def test_a_refused_card_may_be_followed_by_another_try(mp: Server, preference: str) -> None:
    shown = press(mp, preference, method="card", brand="master", holder="FUND", installments="1")[1]
    assert ("Probar con otro medio" in shown, "location.replace" in shown) == (True, False)
    assert (way_back(shown)[1]["status"], way_back(shown)[1]["como"]) == ("rejected", "mal")
    assert "Rechazado" in answer(f"{mp.url}/checkout/v1/redirect?pref_id={preference}")[1]
    assert way_back(press(mp, preference, method="wallet")[1])[1]["status"] == "approved"
    assert [one["status"] for one in mp.payments()] == ["approved", "rejected"]


def test_what_waits_goes_back_to_the_pending_address(mp: Server, merchant: Merchant) -> None:
    preference = create(mp, merchant, auto_return="all")[1]["id"]
    shown = press(mp, preference, method="cash")[1]
    assert (way_back(shown)[1]["status"], way_back(shown)[1]["como"]) == ("pending", "espera")
    assert "location.replace" in shown


def test_leaving_brings_no_payment(mp: Server, preference: str) -> None:
    path, query = way_back(answer(f"{mp.url}/checkout/v1/redirect?pref_id={preference}")[1])
    assert (path, query["payment_id"], query["status"], query["external_reference"], query["como"]) == (
        "/return/pay_1", "null", "null", "pay_1", "mal")
    assert mp.payments() == []


def test_the_page_offers_only_what_the_preference_allows(mp: Server, merchant: Merchant) -> None:
    narrow = create(mp, merchant, payment_methods={
        "installments": 1, "excluded_payment_types": [{"id": "ticket"}], "excluded_payment_methods": [{"id": "amex"}],
    })[1]["id"]
    wallet = create(mp, merchant, purpose="wallet_purchase")[1]["id"]
    shown = answer(f"{mp.url}/checkout/v1/redirect?pref_id={narrow}")[1]
    assert ("American Express" in shown, "Efectivo" in shown, "2 cuotas" in shown) == (False, False, False)
    assert "Tarjeta de prueba" not in answer(f"{mp.url}/checkout/v1/redirect?pref_id={wallet}")[1]
    for preference, fields in ((narrow, {"method": "cash"}), (narrow, {"method": "card", "brand": "amex"}),
                               (wallet, {"method": "card", "brand": "visa"}), (narrow, {})):
        assert press(mp, preference, **fields)[0] == 400
    assert mp.payments() == []


def test_the_page_says_when_the_time_is_over(mp: Server, merchant: Merchant, time: Time) -> None:
    preference = create(mp, merchant, expires=True, expiration_date_to=stamp(START + 900))[1]["id"]
    time.at += 901
    for shown in (answer(f"{mp.url}/checkout/v1/redirect?pref_id={preference}")[1],
                  press(mp, preference, method="wallet")[1]):
        assert "ya no está vigente" in shown
        assert "Volver al comercio" in shown
    assert mp.payments() == []


def test_the_list_shows_payments_and_moves_them_by_button(mp: Server, merchant: Merchant, preference: str) -> None:
    assert "Tina para dos" in answer(f"{mp.url}/")[1]
    token = mp.pay(preference, card="CONT")["token"]

    def button(verb: str, **fields: str) -> int:
        url = f"{mp.url}/_sandbox/payments/{token}/{verb}"
        return answer(urllib.request.Request(url, urlencode(fields).encode()))[0]

    def now() -> tuple[str, str]:
        return state(call(mp, "GET", f"/v1/payments/{token}")[1])

    seen = []
    for verb, fields in (("approve", {}), ("refund", {"amount": "10000"}), ("mediate", {}), ("charge_back", {}),
                         ("move", {"state": "charged_back/reimbursed"}), ("reject", {}), ("cancel", {})):
        assert button(verb, **fields) == 200
        seen.append(now())
    assert seen == [("approved", "accredited"), ("approved", "partially_refunded"), ("in_mediation", "pending"),
                    ("charged_back", "in_process"), ("charged_back", "reimbursed"),
                    ("rejected", "cc_rejected_other_reason"), ("cancelled", "by_collector")]
    assert (button("nonsense"), button("move", state="lost"), button("refund")) == (404, 400, 400)
    mp.settle()
    merchant.heard.clear()
    assert (button("notify"), button("ipn")) == (200, 200)
    assert merchant.actions == [("payment.updated", token), ("payment", token)]
    assert token in answer(f"{mp.url}/")[1]


def test_a_slow_refund_is_finished_by_button(mp: Server, preference: str) -> None:
    payment = mp.pay(preference)
    mp.fault("refund_in_process")
    slow = mp.refund(payment["token"])
    assert "Terminar" in answer(f"{mp.url}/")[1]
    assert answer(urllib.request.Request(f"{mp.url}/_sandbox/refunds/{slow['token']}/approved", b""))[0] == 200
    assert state(fetched(mp, payment)) == ("refunded", "refunded")


def test_payments_survive_a_restart(tmp_path: Path, merchant: Merchant) -> None:
    settings = {"localhost": True}
    first = serve(0, tmp_path, settings=settings)
    create(first, merchant)
    payment = first.pay("pay_1")
    first.stop()
    second = serve(0, tmp_path, settings=settings)
    try:
        assert fetched(second, payment)["external_reference"] == "pay_1"
    finally:
        second.stop()
