"""The pages of the Mercado Pago sandbox: where guests pay, and the list of payments."""

import urllib.error
import urllib.request
from urllib.parse import parse_qs, urlencode, urlsplit

from infra.local.mercadopago import Server
from tests.local.mercadopago.merchant import START, Merchant, Time, answer, call, create, fetched, stamp, state


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
