"""A guest books and pays a tub, over HTTP, on the true template with roles enforced."""

import base64

import icalendar
import pytest

from tests.support.guest import Guest, eventually, free_hour, token_of


@pytest.fixture
def guest(stack):
    """A guest with nothing yet."""
    return Guest(stack)


def _confirmed(guest):
    return eventually(lambda: (order := guest.look())["state"] == "confirmed" and order, what="confirmation")


def _mails_to(stack, order):
    return [message for message in stack.mail.messages() if order in message["mail"]["subject"]]


@pytest.fixture(scope="module", autouse=True)
def forgotten(stack):
    """A guest who paid and closed the browser, and whose webhook was lost: made first, looked at last."""
    stack.flow.clear_faults()  # of other modules
    guest = Guest(stack)
    guest.hold("tina-villarrica", free_hour(stack.api_url, "tina-villarrica"))
    placed = guest.check_out().json()
    stack.flow.fault("drop", order=placed["payment"]["id"])
    stack.flow.pay(token_of(placed["payment"]["url"]))
    return guest


def _idle(stack):
    """Tell whether no queue has a message, waiting or being worked on."""
    sqs, names = stack.client("sqs"), ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    counts = [sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
              for url in sqs.list_queues()["QueueUrls"]]
    return all(int(count[name]) == 0 for count in counts for name in names)


def test_a_guest_picks_an_hour_pays_and_finds_the_confirmation_in_the_inbox(stack, guest):
    hour = free_hour(stack.api_url, "tina-osorno", guests=4)
    cart = guest.hold("tina-osorno", hour, guests=4).json()["cart"]
    assert [(line["state"], line["total"]) for line in cart["lines"]] == [("held", 100000)]

    placed = guest.check_out().json()
    assert placed["order"]["state"] == "pending_payment"
    assert placed["payment"]["amount"] == 100000
    stack.flow.pay(token_of(placed["payment"]["url"]))

    order = _confirmed(guest)
    assert (order["total"], order["paid"], order["refunded"], order["balance_due"]) == (100000, 100000, 0, 0)
    assert [entry["type"] for entry in order["history"]] == ["order.placed", "order.confirmed"]
    assert [payment["state"] for payment in order["payments"]] == ["paid"]

    mail = eventually(lambda: _mails_to(stack, guest.order), what="the mail")[0]["mail"]
    assert mail["personalizations"][0]["to"][0]["email"] == "ana.soto@aremko.cl"
    assert {content["type"] for content in mail["content"]} == {"text/plain", "text/html"}
    event = icalendar.Calendar.from_ical(base64.b64decode(mail["attachments"][0]["content"])).walk("VEVENT")[0]
    assert event.decoded("dtstart").isoformat() == hour


def test_every_signal_repeated_and_late_still_means_one_confirmation_and_one_mail(stack, guest):
    guest.hold("tina-calbuco", free_hour(stack.api_url, "tina-calbuco", guests=3), guests=3)
    placed = guest.check_out(language="en").json()
    token = token_of(placed["payment"]["url"])
    stack.flow.pay(token)
    _confirmed(guest)
    for _ in range(4):
        assert guest.ask("POST", "/api/webhooks/flow", data={"token": token}).status_code == 200
        back = guest.ask("POST", f"/api/pagos/flow/retorno/{placed['payment']['id']}", data={"token": token})
        assert back.status_code == 303
        assert back.headers["Location"].endswith(f"/pago/?reserva={guest.order}")
    eventually(lambda: _idle(stack), what="empty queues")
    assert [entry["type"] for entry in guest.look()["history"]] == ["order.placed", "order.confirmed"]
    assert len(_mails_to(stack, guest.order)) == 1


def test_a_lost_webhook_is_healed_by_the_return_page(stack, guest):
    guest.hold("tina-llaima", free_hour(stack.api_url, "tina-llaima"))
    placed = guest.check_out().json()
    stack.flow.fault("drop", order=placed["payment"]["id"])
    stack.flow.pay(token_of(placed["payment"]["url"]))
    assert guest.look()["state"] == "pending_payment"
    guest.ask("POST", f"/api/pagos/flow/retorno/{placed['payment']['id']}",
              data={"token": token_of(placed["payment"]["url"])})
    _confirmed(guest)


def test_a_rejected_card_keeps_the_hold_and_a_second_try_pays(stack, guest):
    guest.hold("tina-puyehue", free_hour(stack.api_url, "tina-puyehue"))
    placed = guest.check_out().json()
    stack.flow.reject(token_of(placed["payment"]["url"]))
    eventually(lambda: guest.look()["payments"][0]["state"] == "rejected", what="the rejection")
    again = guest.ask("POST", f"/api/reservas/{guest.order}/pagos", token=guest.order_token, json={"method": "flow"})
    assert again.status_code == 201, again.text
    assert again.json()["payment"]["id"] != placed["payment"]["id"]
    stack.flow.pay(token_of(again.json()["payment"]["url"]))
    order = _confirmed(guest)
    assert (order["paid"], order["balance_due"]) == (60000, 0)


def test_a_thousand_paid_for_sixty_thousand_confirms_nothing(stack, guest):
    guest.hold("tina-puntiagudo", free_hour(stack.api_url, "tina-puntiagudo"))
    placed = guest.check_out().json()
    stack.flow.fault("amount", order=placed["payment"]["id"], value="1000", times=None)
    stack.flow.pay(token_of(placed["payment"]["url"]))
    eventually(lambda: guest.look()["payments"][0]["state"] == "mismatch", what="the mismatch")
    order = guest.look()
    assert (order["state"], order["paid"]) == ("pending_payment", 0)
    assert [entry["type"] for entry in order["history"]] == ["order.placed", "payment.mismatch"]


def test_the_same_request_twice_gets_the_same_bytes(stack, guest):
    hour = free_hour(stack.api_url, "tina-tronador")
    first = guest.hold("tina-tronador", hour, key="the-very-same-key")
    guest.cart = ""
    second = guest.hold("tina-tronador", hour, key="the-very-same-key")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    guest.cart = ""
    other = guest.hold("tina-tronador", hour, guests=1, key="the-very-same-key")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


def test_the_guests_request_id_is_found_in_the_log_of_every_function_up_to_the_mail(stack, guest):
    guest.hold("tina-hornopiren", free_hour(stack.api_url, "tina-hornopiren"))
    stack.flow.pay(token_of(guest.check_out().json()["payment"]["url"]))
    _confirmed(guest)
    eventually(lambda: _mails_to(stack, guest.order), what="the mail")
    settling = "settle-signals", "poll-payments"  # on a slow machine the minute's look may come before the signal
    for step in (["orders"], settling, ["relay"], ["send-mails"]):
        eventually(lambda names=step: any(guest.request_id in line for name in names for line in stack.logs(name)),
                   what=f"the log of {' or '.join(step)}")


def test_of_two_payments_for_one_tub_the_second_goes_back_by_itself_and_a_mail_says_so(stack, guest):
    guest.hold("tina-hornopiren", free_hour(stack.api_url, "tina-hornopiren"))
    first = guest.check_out().json()["payment"]
    stack.flow.reject(token_of(first["url"]))
    eventually(lambda: guest.look()["payments"][0]["state"] == "rejected", what="the rejection")
    second = guest.ask("POST", f"/api/reservas/{guest.order}/pagos", token=guest.order_token, json={"method": "flow"})
    stack.flow.pay(token_of(second.json()["payment"]["url"]))
    _confirmed(guest)

    stack.flow.pay(token_of(first["url"]), force=True)
    eventually(lambda: [one["state"] for one in guest.look()["payments"][0]["refunds"]] == ["requested"],
               what="the request for a refund")
    (refund,) = [one for one in stack.flow.refunds() if one["refundCommerceOrder"].startswith(first["id"])]
    stack.flow.accept_refund(refund["token"])
    order = eventually(lambda: (found := guest.look())["refunded"] and found, what="the refund")
    assert (order["state"], order["total"], order["paid"], order["refunded"]) == ("confirmed", 50000, 100000, 50000)
    assert order["balance_due"] == 0
    eventually(lambda: len(_mails_to(stack, guest.order)) == 3, what="mails: confirmed, refund due, refunded")


def test_a_check_out_sent_twice_is_one_order_and_one_payment_page(stack, guest):
    guest.hold("tina-osorno", free_hour(stack.api_url, "tina-osorno", guests=4), guests=4)
    answers = [guest.check_out(key="a-double-click") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    payment = answers[0].json()["payment"]["id"]
    assert len([page for page in stack.flow.payments() if page["commerceOrder"] == payment]) == 1
    assert len(guest.look()["payments"]) == 1


def test_a_caller_who_asks_too_often_is_told_when_to_come_back(stack, guest):
    answers = [guest.ask("POST", "/api/carritos", json={}) for _ in range(60)]
    assert {answer.status_code for answer in answers} == {201, 429}
    stopped = next(answer for answer in answers if answer.status_code == 429)
    assert stopped.json()["code"] == "too_many_requests"
    assert 1 <= int(stopped.headers["Retry-After"]) <= 600
    assert Guest(stack).ask("POST", "/api/carritos", json={}).status_code == 201


def test_a_cart_gives_an_hour_back_at_once(stack, guest):
    hour = free_hour(stack.api_url, "masaje-relajacion")
    cart = guest.hold("masaje-relajacion", hour).json()["cart"]
    path = f"/api/carritos/{cart['id']}/lineas/{cart['lines'][0]['id']}"
    gone = guest.ask("DELETE", path, token=guest.cart_token)
    assert (gone.status_code, gone.json()["lines"], gone.json()["total"]) == (200, [], 0)
    assert free_hour(stack.api_url, "masaje-relajacion") == hour


def test_every_reading_route_answers_over_http(stack, guest):
    assert guest.ask("GET", "/api/salud").json()["status"] == "ok"
    assert guest.ask("GET", "/api/openapi.json").json()["openapi"] == "3.1.0"
    assert guest.ask("GET", "/api/servicios/tina-osorno").json()["slug"] == "tina-osorno"
    assert "tinas" in [category["slug"] for category in guest.ask("GET", "/api/categorias").json()["items"]]
    day = free_hour(stack.api_url, "tina-osorno", guests=4)[:10]
    tubs = guest.ask("GET", f"/api/disponibilidad?categoria=tinas&desde={day}&personas=2&explain=1").json()
    assert len(tubs["services"]) == 8


@pytest.mark.parametrize(("change", "field", "code"), [
    ({"guest": {"phone": "123", "name": "Ana Soto", "email": "a@aremko.cl"}}, "guest.phone", "phone_invalid"),
    ({"guest": {"phone": "+56987654321", "name": "Ana Soto", "email": "nobody"}}, "guest.email", None),
    ({"guest": {"phone": "+56987654321", "name": "Ana Soto", "email": "a@aremko.cl",
                "document": {"type": "rut", "number": "12345678-9"}}}, "guest.document.number", "rut_invalid"),
    ({"consents": {"policy": False}}, "consents.policy", "consent_required"),
    ({"payment_method": "cheque"}, "payment_method", None),
])
def test_a_form_with_a_mistake_names_the_field_and_holds_nothing_more(stack, guest, change, field, code):
    guest.hold("tina-calbuco", free_hour(stack.api_url, "tina-calbuco", guests=3), guests=3)
    refused = guest.check_out(**change)
    assert refused.status_code == 422
    assert refused.headers["Content-Type"] == "application/problem+json"
    found = {error["field"]: error["code"] for error in refused.json()["errors"]}
    assert field in found
    assert code in (None, found[field])
    cart = guest.ask("GET", f"/api/carritos/{guest.cart}", token=guest.cart_token).json()
    assert cart["order"] is None


def test_a_lost_webhook_and_a_closed_browser_are_healed_by_the_schedule(forgotten):
    eventually(lambda: forgotten.look()["state"] == "confirmed", seconds=150, every=1, what="the scheduled poll")


def test_made_up_addresses_do_not_get_past_the_limit(stack):
    forged = [{"CloudFront-Viewer-Address": f"203.0.113.{n}:1", "X-Origin-Key": "guessed"} for n in range(150)]
    nowhere = "/api/pagos/flow/retorno/pay_none"  # others soon have this address again: its window is a minute
    answers = [Guest(stack).ask("GET", nowhere, headers=headers) for headers in forged]
    assert 429 in {answer.status_code for answer in answers}
