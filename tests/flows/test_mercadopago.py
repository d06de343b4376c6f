"""A guest pays with Mercado Pago, over HTTP, on the true template with roles enforced and every notice signed."""

import pytest
import requests

from tests.support.guest import Guest, eventually, free_hour


@pytest.fixture
def guest(stack):
    """A guest with nothing yet."""
    stack.mercadopago.clear_faults()
    return Guest(stack)


def _placed(stack, guest, service, **changes):
    guest.hold(service, free_hour(stack.api_url, service))
    placed = guest.check_out(payment_method="mercadopago", **changes)
    assert placed.status_code == 201, placed.text
    return placed.json()["payment"]


def _confirmed(guest, seconds=30):
    return eventually(lambda: (order := guest.look())["state"] == "confirmed" and order, seconds=seconds,
                      what="confirmation")


def _poll(stack):
    stack.client("lambda").invoke(FunctionName=stack.resources["PollPaymentsWorker"], Payload=b"{}")


def test_a_guest_pays_in_cuotas_and_the_signed_notice_confirms(stack, guest):
    payment = _placed(stack, guest, "tina-tronador")
    assert (payment["method"], payment["state"]) == ("mercadopago", "pending")
    assert requests.get(payment["url"], timeout=10).status_code == 200
    stack.mercadopago.pay(payment["id"], installments=6)
    order = _confirmed(guest)
    assert (order["paid"], order["balance_due"]) == (order["total"], 0)
    assert [entry["type"] for entry in order["history"]] == ["order.placed", "order.confirmed"]
    assert [notice["status"] for notice in stack.mercadopago.notices()][-1] == 200


def test_a_rejected_card_and_then_the_wallet_on_the_same_page_confirm_once(stack, guest):
    payment = _placed(stack, guest, "tina-puntiagudo")
    stack.mercadopago.pay(payment["id"], card="FUND")
    eventually(lambda: guest.look()["payments"][0]["state"] == "rejected", what="the rejection")
    stack.mercadopago.pay(payment["id"], wallet=True)
    _confirmed(guest)
    for attempt in stack.mercadopago.payments():
        if attempt["order"] == payment["id"]:
            stack.mercadopago.notify(attempt["token"])
            stack.mercadopago.ipn(attempt["token"])
    order = guest.look()
    assert [entry["type"] for entry in order["history"]] == ["order.placed", "payment.rejected", "order.confirmed"]
    assert [one["state"] for one in order["payments"]] == ["paid"]


def test_a_lost_notice_is_healed_by_the_returning_browser(stack, guest):
    payment = _placed(stack, guest, "tina-llaima")
    stack.mercadopago.fault("drop", order=payment["id"], times=None)
    stack.mercadopago.pay(payment["id"])
    assert guest.look()["state"] == "pending_payment"
    back = guest.ask("GET", f"/api/pagos/mercadopago/retorno/{payment['id']}?payment_id=1&status=approved")
    assert (back.status_code, back.headers["Location"].endswith(f"/pago/?reserva={guest.order}")) == (303, True)
    _confirmed(guest)


@pytest.mark.parametrize("lie", ["wrong_signature", "old_signature", "unsigned"])
def test_a_notice_that_mercado_pago_did_not_sign_just_now_is_refused_and_changes_nothing(stack, guest, lie):
    payment = _placed(stack, guest, "tina-puyehue")
    stack.mercadopago.fault(lie, order=payment["id"], times=None)
    attempt = stack.mercadopago.pay(payment["id"])
    told = [notice["status"] for notice in stack.mercadopago.notices() if notice["token"] == attempt["token"]]
    assert set(told) == {401}
    assert guest.look()["state"] == "pending_payment"


def test_forgotten_by_everybody_a_payment_is_found_by_the_schedule(stack, guest):
    payment = _placed(stack, guest, "tina-villarrica")
    stack.mercadopago.fault("drop", order=payment["id"], times=None)
    stack.mercadopago.pay(payment["id"], card="CALL")  # the bank says no, then
    stack.mercadopago.pay(payment["id"])  # another card works
    eventually(lambda: (_poll(stack), guest.look()["state"] == "confirmed")[1], seconds=120, every=5,
               what="the look at the payment")


def test_a_thousand_reported_for_the_whole_confirms_nothing(stack, guest):
    payment = _placed(stack, guest, "tina-puntiagudo")
    stack.mercadopago.fault("amount", order=payment["id"], value="1000", times=None)
    stack.mercadopago.pay(payment["id"])
    eventually(lambda: guest.look()["payments"][0]["state"] == "mismatch", what="the mismatch")
    order = guest.look()
    assert (order["state"], order["paid"]) == ("pending_payment", 0)


def test_paid_by_two_providers_the_second_goes_back_by_itself(stack, guest):
    guest.hold("tina-hornopiren", free_hour(stack.api_url, "tina-hornopiren"))
    by_flow = guest.check_out().json()["payment"]
    again = guest.ask("POST", f"/api/reservas/{guest.order}/pagos", token=guest.order_token,
                      json={"method": "mercadopago"})
    assert again.status_code == 201, again.text
    by_card = again.json()["payment"]
    stack.flow.pay(by_flow["url"].rpartition("token=")[2])
    _confirmed(guest)

    stack.mercadopago.pay(by_card["id"])
    order = eventually(lambda: (found := guest.look())["refunded"] and found, what="the refund")
    assert (order["state"], order["paid"] - order["refunded"], order["balance_due"]) == ("confirmed", order["total"], 0)
    assert [one["amount"] for one in stack.mercadopago.refunds() if one["order"] == by_card["id"]] == [order["total"]]
