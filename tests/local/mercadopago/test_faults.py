"""The Mercado Pago sandbox lies, stays silent and fails exactly when it is told to."""

import urllib.error
import urllib.request
from typing import Any

import pytest

from infra.local.mercadopago import DEFAULT_WEBHOOK_SECRET, Server
from tests.local.mercadopago.merchant import START, Merchant, answer, call, create, fetched, found, refund, ts, v1


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
