"""A guest's arrival code over HTTP, roles enforced: signed by its own function, proved by the public key."""

from chalicelib.aws.limits import FREE_PER_WINDOW
from tests.orders.test_arrival import read
from tests.support.guest import Guest, eventually, free_hour, token_of


def test_a_paid_order_has_a_code_and_an_unpaid_one_has_none(stack):
    stack.flow.clear_faults()
    guest, path = Guest(stack), "/api/reservas/{}/llegada"
    hour = free_hour(stack.api_url, "tina-hornopiren", after_days=24)
    assert guest.hold("tina-hornopiren", hour).status_code == 201
    page = guest.check_out().json()["payment"]["url"]
    early = guest.ask("GET", path.format(guest.order), token=guest.order_token)
    assert (early.status_code, early.json()["code"]) == (409, "order_not_confirmed")
    stack.flow.pay(token_of(page))
    eventually(lambda: guest.look()["state"] == "confirmed", what="the confirmation")
    for _ in range(3 * FREE_PER_WINDOW):  # several containers may share the burst
        answer = guest.ask("GET", path.format(guest.order), token=guest.order_token)
        assert answer.status_code == 200, answer.text
    key = guest.ask("GET", "/api/llegadas/clave").json()["key"]
    assert read(answer.json()["code"], key) == {"o": guest.order, "d": [hour[:10]], "p": 2, "i": "A.S."}
    assert answer.json()["from"] == hour
