"""The Flow sandbox speaks Flow's language, its pages work, and it misbehaves exactly when told to."""

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest

from infra.local.flow import DEFAULT_API_KEY, DEFAULT_SECRET_KEY, Server, serve
from infra.local.flow.signature import signature_of, signed_well

NO_EXTRA: dict[str, str] = {}


@dataclass
class Merchant:
    """Somebody to call back."""

    url: str
    heard: list[tuple[str, str, str]] = field(default_factory=list)  # (path, token, Host)


@pytest.fixture(scope="module")
def merchant() -> Iterator[Merchant]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            found.heard.append((self.path, form["token"], self.headers["Host"]))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    found = Merchant(f"http://aremko.localhost:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield found
    server.shutdown()
    server.server_close()


@dataclass
class Time:
    """The sandbox's clock."""

    at: float = 1_796_138_400.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture(scope="module")
def time() -> Time:
    return Time()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, time: Time) -> Iterator[Server]:
    server = serve(0, Path(tmp_path_factory.mktemp("flow")), settings={"now": time})
    yield server
    server.stop()


@pytest.fixture
def flow(running: Server, merchant: Merchant) -> Server:
    running.clear()
    merchant.heard.clear()
    return running


def call(
    flow: Server, path: str, *, post: bool = False, key: str = DEFAULT_SECRET_KEY, **fields: Any
) -> tuple[int, Any]:
    """Make a signed call and return status and reply."""
    pairs = [("apiKey", DEFAULT_API_KEY), *((name, str(value)) for name, value in fields.items())]
    sent = urlencode([*pairs, ("s", signature_of(pairs, key))])
    url = flow.api_url + path
    request = urllib.request.Request(url, sent.encode()) if post else urllib.request.Request(f"{url}?{sent}")
    return answer(request)


def answer(request: urllib.request.Request | str) -> tuple[int, Any]:
    try:
        with urllib.request.urlopen(request, timeout=10) as reply:
            body = reply.read().decode()
            return reply.status, json.loads(body) if body.startswith(("{", "[")) else body
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def create(flow: Server, merchant: Merchant, order: str = "pay_1", **changes: Any) -> tuple[int, Any]:
    fields = {
        "commerceOrder": order,
        "subject": "Tina para dos",
        "amount": 50000,
        "currency": "CLP",
        "email": "ana@correo.cl",
        "urlConfirmation": f"{merchant.url}/confirmation",
        "urlReturn": f"{merchant.url}/return/{order}",
        "timeout": 900,
    }
    return call(flow, "/payment/create", post=True, **{**fields, **changes})


@pytest.fixture
def token(flow: Server, merchant: Merchant) -> str:
    return str(create(flow, merchant)[1]["token"])


def status(flow: Server, token: str) -> Any:
    return call(flow, "/payment/getStatus", token=token)[1]


def page(flow: Server, token: str, action: str) -> str:
    """Press a button of the hosted page and return what the browser is shown."""
    url = f"{flow.url}/app/web/pay.php?token={token}"
    with urllib.request.urlopen(urllib.request.Request(url, f"action={action}".encode())) as reply:
        return str(reply.read().decode())


def test_the_sandboxs_own_signature_agrees_with_flows_example() -> None:
    pairs = [("amount", "5000"), ("apiKey", "XXXX-XXXX-XXXX"), ("currency", "CLP")]
    right = "dc3f67215dc89404aedc1deed0be7c2b49d810ca1a6e3feab3b799d77c4a9950"
    assert signature_of(pairs, "my secret") == right
    assert signed_well([*pairs, ("s", right)], "my secret")
    assert not signed_well(pairs, "my secret")
    assert not signed_well([*pairs, ("s", right), ("s", right)], "my secret")
    assert not signed_well([*pairs, ("s", right), ("extra", "1")], "my secret")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"amount": 349}, (401, 1901)),
        ({"amount": "500.5"}, (400, 102)),
        ({"amount": ""}, (400, 100)),
        ({"email": "ana@example.com"}, (401, 1620)),
        ({"email": "ana"}, (401, 1620)),
        ({"currency": "USD"}, (401, 1990)),
        ({"subject": ""}, (400, 100)),
        ({"urlReturn": "/x"}, (400, 102)),
        ({"timeout": "soon"}, (400, 102)),
    ],
)
def test_bad_payments_are_refused_in_flows_words(
    flow: Server, merchant: Merchant, changes: dict[str, Any], expected: tuple[int, int]
) -> None:
    code, reply = create(flow, merchant, **changes)
    assert ((code, reply["code"]), set(reply)) == (expected, {"code", "message"})
    assert flow.payments() == []


def test_keys_are_checked(flow: Server) -> None:
    assert call(flow, "/payment/getStatus", key="wrong", token="x")[1]["code"] == 108
    assert answer(f"{flow.api_url}/payment/getStatus?token=x")[1]["code"] == 1700
    assert call(flow, "/payment/getStatus", token="x")[0] == 400


def test_a_payment_is_created_paid_and_told(flow: Server, merchant: Merchant, token: str) -> None:
    assert status(flow, token)["status"] == 1
    shown = page(flow, token, "pay")
    assert f'action="{merchant.url}/return/pay_1"' in shown
    assert f'name="token" value="{token}"' in shown
    assert merchant.heard == [("/confirmation", token, merchant.url.removeprefix("http://"))]
    reply = status(flow, token)
    assert (reply["status"], reply["amount"], reply["commerceOrder"], reply["currency"]) == (2, 50000, "pay_1", "CLP")
    assert (reply["paymentData"]["media"], reply["paymentData"]["amount"]) == ("Webpay", "50000.00")
    assert create(flow, merchant)[1]["code"] == 1605


def test_all_ways_to_ask_agree(flow: Server, token: str) -> None:
    flow.pay(token)
    plain = status(flow, token)
    number = plain["flowOrder"]
    assert call(flow, "/payment/getStatusByCommerceId", commerceId="pay_1") == (200, plain)
    assert call(flow, "/payment/getStatusByFlowOrder", flowOrder=number) == (200, plain)
    extended = call(flow, "/payment/getStatusExtended", token=token)[1]
    assert call(flow, "/payment/getStatusByFlowOrderExtended", flowOrder=number) == (200, extended)
    assert extended["paymentData"]["cardLast4Numbers"] == "6623"
    for path in ("/payment/getPayments", "/payment/getTransactions"):
        reply = call(flow, path, date=plain["paymentData"]["date"][:10])[1]
        assert (reply["total"], reply["hasMore"], reply["data"]) == (1, 0, [plain])


def test_rejecting_tells_and_leaving_does_not(flow: Server, merchant: Merchant) -> None:
    rejected, left = (str(create(flow, merchant, order)[1]["token"]) for order in ("pay_1", "pay_2"))
    page(flow, rejected, "reject")
    page(flow, left, "leave")
    assert (status(flow, rejected)["status"], status(flow, left)["status"]) == (3, 4)
    assert [heard[:2] for heard in merchant.heard] == [("/confirmation", rejected)]


def test_an_end_is_final_and_told_once(flow: Server, merchant: Merchant, token: str) -> None:
    for action in ("pay", "pay", "reject", "leave"):
        page(flow, token, action)
    assert (status(flow, token)["status"], len(merchant.heard)) == (2, 1)


def test_a_coupon_stays_pending_beyond_the_timeout_until_it_is_paid(
    flow: Server, merchant: Merchant, token: str, time: Time
) -> None:
    page(flow, token, "coupon")
    time.at += 3600
    reply = status(flow, token)
    assert (reply["status"], reply["pending_info"]["media"], merchant.heard) == (1, "Servipag", [])
    flow.pay(token)
    assert (status(flow, token)["status"], len(merchant.heard)) == (2, 1)


def test_a_payment_out_of_time_cannot_be_paid_but_money_on_its_way_arrives(
    flow: Server, merchant: Merchant, token: str, time: Time
) -> None:
    time.at += 901
    flow.pay(token)
    assert (status(flow, token)["status"], merchant.heard) == (4, [])
    flow.pay(token, force=True)
    assert (status(flow, token)["status"], len(merchant.heard)) == (2, 1)


def refund(flow: Server, merchant: Merchant, **changes: Any) -> tuple[int, Any]:
    fields = {
        "refundCommerceOrder": "pay_1-r1",
        "receiverEmail": "ana@correo.cl",
        "amount": 50000,
        "urlCallBack": f"{merchant.url}/refund",
        "commerceTrxId": "pay_1",
    }
    return call(flow, "/refund/create", post=True, **{**fields, **changes})


def test_a_refund_is_accepted_or_declined_by_its_receiver(flow: Server, merchant: Merchant, token: str) -> None:
    assert refund(flow, merchant)[1]["code"] == 1606
    flow.pay(token)
    merchant.heard.clear()
    first, second = (refund(flow, merchant, amount=25000)[1] for _ in range(2))
    assert (first["status"], first["amount"]) == ("created", "25000.00")
    assert refund(flow, merchant, amount=1)[1]["code"] == 1607
    flow.accept_refund(first["token"])
    url = f"{flow.url}/app/web/refund.php?token={second['token']}"
    assert "Rechazada" in str(answer(urllib.request.Request(url, b"action=decline"))[1])
    states = [call(flow, "/refund/getStatus", token=one["token"])[1]["status"] for one in (first, second)]
    assert states == ["refunded", "rejected"]
    assert [heard[:2] for heard in merchant.heard] == [("/refund", first["token"]), ("/refund", second["token"])]


def test_a_merchant_may_cancel_a_refund(flow: Server, merchant: Merchant, token: str) -> None:
    flow.pay(token)
    asked = refund(flow, merchant)[1]
    assert call(flow, "/refund/cancel", post=True, token=asked["token"])[1]["status"] == "canceled"
    assert flow.accept_refund(asked["token"])["status"] == "canceled"


def test_the_money_of_an_accepted_refund_arrives_when_it_is_let(flow: Server, merchant: Merchant, token: str) -> None:
    flow.pay(token)
    merchant.heard.clear()
    asked = refund(flow, merchant)[1]["token"]
    states = []
    for verb in ("pay_out", "accept_slow", "cancel", "pay_out", "decline"):
        answer(urllib.request.Request(f"{flow.url}/_sandbox/refunds/{asked}/{verb}", b""))
        states.append(call(flow, "/refund/getStatus", token=asked)[1]["status"])
    assert states == ["created", "accepted", "accepted", "refunded", "refunded"]
    assert [heard[:2] for heard in merchant.heard] == [("/refund", asked)]


def test_parts_of_a_payment_go_back_each_under_its_own_name(flow: Server, merchant: Merchant, token: str) -> None:
    flow.pay(token)
    parts = [refund(flow, merchant, refundCommerceOrder=f"pay_1-r{n}", amount=amount)[1]["token"]
             for n, amount in enumerate((10000, 40000), 1)]
    assert refund(flow, merchant, refundCommerceOrder="pay_1-r3", amount=1)[1]["code"] == 1607
    flow.accept_refund(parts[1])
    flow.cancel_refund(parts[0])
    assert [call(flow, "/refund/getStatus", token=part)[1]["status"] for part in parts] == ["canceled", "refunded"]
    assert refund(flow, merchant, refundCommerceOrder="pay_1-r3", amount=10000)[1]["status"] == "created"
    assert [one["refundCommerceOrder"] for one in flow.refunds()] == ["pay_1-r3", "pay_1-r2", "pay_1-r1"]


def test_a_refund_that_nobody_accepts_within_ten_days_is_cancelled(
    flow: Server, merchant: Merchant, token: str, time: Time
) -> None:
    flow.pay(token)
    asked = refund(flow, merchant)[1]["token"]
    time.at += 10 * 86_400
    assert call(flow, "/refund/getStatus", token=asked)[1]["status"] == "created"
    time.at += 1
    assert flow.accept_refund(asked) and call(flow, "/refund/getStatus", token=asked)[1]["status"] == "canceled"
    assert refund(flow, merchant, refundCommerceOrder="pay_1-r2")[1]["status"] == "created"


def test_refunds_are_ended_by_buttons_of_the_list(flow: Server, merchant: Merchant, token: str) -> None:
    flow.pay(token)
    asked = refund(flow, merchant)[1]["token"]
    assert "Cancelar" in answer(f"{flow.url}/")[1] and "pay_1-r1" in answer(f"{flow.url}/")[1]
    assert "Que llegue el dinero" not in answer(f"{flow.url}/")[1]
    flow.accept_refund(asked, slow=True)
    assert "Que llegue el dinero" in answer(f"{flow.url}/")[1]
    for wrong in (f"{asked}/nonsense", "unknown/accept"):
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(urllib.request.Request(f"{flow.url}/_sandbox/refunds/{wrong}", b""), timeout=10)


def test_notices_are_dropped_doubled_and_delayed(flow: Server, merchant: Merchant) -> None:
    tokens = [str(create(flow, merchant, f"pay_{n}")[1]["token"]) for n in range(3)]
    flow.fault("drop", order="pay_0")
    flow.fault("duplicate", order="pay_1", copies=3)
    flow.fault("reorder", order="pay_2", seconds=0.3)
    for one in tokens:
        flow.pay(one)
    assert [heard[1] for heard in merchant.heard] == [tokens[1]] * 3
    flow.settle()
    assert [heard[1] for heard in merchant.heard] == [tokens[1]] * 3 + [tokens[2]]


def test_a_fault_strikes_whom_it_is_meant_for_and_is_then_used_up(flow: Server, merchant: Merchant, token: str) -> None:
    other = str(create(flow, merchant, "pay_2")[1]["token"])
    flow.fault("amount", order="pay_2", value="1000")
    assert [status(flow, one)["amount"] for one in (token, other, other)] == [50000, 1000, 50000]


def test_faults_are_armed_over_http(flow: Server, token: str) -> None:
    url = f"{flow.url}/_sandbox/faults"
    headers = {"Content-Type": "application/json"}
    code, reply = answer(urllib.request.Request(url, b'{"kind": "currency", "times": null}', headers))
    assert (code, reply["faults"][0]["kind"]) == (200, "currency")
    assert [status(flow, token)["currency"] for _ in range(2)] == ["USD", "USD"]
    assert answer(urllib.request.Request(url, b'{"kind": "nonsense"}', headers))[0] == 400
    assert answer(urllib.request.Request(url, method="DELETE"))[1] == {"faults": []}
    assert status(flow, token)["currency"] == "CLP"


def test_the_list_shows_payments_and_pays_by_button(flow: Server, merchant: Merchant, token: str) -> None:
    assert "pay_1" in answer(f"{flow.url}/")[1]
    answer(urllib.request.Request(f"{flow.url}/_sandbox/payments/{token}/pay", b""))
    assert status(flow, token)["status"] == 2


def test_what_the_panel_and_the_bank_do_stands_in_the_settlement_alone(flow: Server, token: str) -> None:
    for verb in ("pay", "refund", "claim", "win"):
        answer(urllib.request.Request(f"{flow.url}/_sandbox/payments/{token}/{verb}", b""))
    paid = status(flow, token)
    assert paid["status"] == 2
    day = paid["paymentData"]["date"][:10]
    [header] = call(flow, "/settlement/search", startDate=day, endDate=day)[1]
    detail = call(flow, "/settlement/getByIdv2", id=header["id"])[1]["detail"]
    amount = int(float(paid["amount"]))
    assert [(row["concept"], row["amount"], row["trxId"]) for kind in ("debit", "credit") for row in detail[kind]] == [
        (concept, amount, paid["flowOrder"]) for concept in ("Reembolso", "Contracargo", "Abono por contracargo")]
    assert [row["trxId"] for row in detail["payment"]] == [paid["flowOrder"]]


def test_payments_survive_a_restart(tmp_path: Path, merchant: Merchant) -> None:
    first = serve(0, tmp_path, settings=NO_EXTRA)
    token = str(create(first, merchant)[1]["token"])
    first.stop()
    second = serve(0, tmp_path, settings=NO_EXTRA)
    try:
        assert status(second, token)["commerceOrder"] == "pay_1"
    finally:
        second.stop()
