"""What the Mercado Pago sandbox says unasked: signed, again until it is heard, late or twice on demand."""

from pathlib import Path

import pytest

from infra.local.mercadopago import DEFAULT_WEBHOOK_SECRET, Server, serve
from infra.local.mercadopago.signature import manifest, signature_header
from tests.local.mercadopago.merchant import START, Merchant, Time, create, ts, v1


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
