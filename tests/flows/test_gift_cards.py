"""Gift cards over HTTP, roles enforced: for a day to come, there on that day; back, soon over, claimed back."""

import json
from datetime import timedelta
from typing import Any

import pypdfium2
import requests

from chalicelib.core.clock import SystemClock, spa_date
from tests.support.guest import LONG_AGO, Guest, eventually

GIFT = {"experience": "regalo-tina-para-dos", "design": "bosque", "sender": "Ana", "language": "es",
        "message": "¡Feliz cumpleaños!"}


def _bought(stack: Any, recipient: str, delivery: dict[str, Any]) -> Guest:
    """Return the buyer of one card, once it is paid and printed."""
    stack.mercadopago.clear_faults()
    ana = Guest(stack)
    assert ana.put({"gifts": [{**GIFT, "recipient": recipient, "delivery": delivery}]}).status_code == 201
    payment = ana.check_out(payment_method="mercadopago").json()["payment"]
    stack.mercadopago.pay(payment["id"])
    eventually(lambda: _gift(ana)["state"] not in ("unpaid", "printing"), seconds=60, what="the print")
    return ana


def _gift(buyer: Guest) -> dict[str, Any]:
    [line] = buyer.look()["lines"]
    found: dict[str, Any] = line["gift"]
    return found


def _line(buyer: Guest, rest: str = "") -> str:
    return f"/api/reservas/{buyer.order}/regalos/{buyer.look()['lines'][0]['id']}{rest}"


def _mails(stack: Any, to: str, subject: str) -> list[dict[str, Any]]:
    return [one["mail"] for one in stack.mail.messages() if one["mail"]["subject"] == subject
            and one["mail"]["personalizations"][0]["to"][0]["email"] == to]


def run(stack: Any, worker: str) -> dict[str, int]:
    answer = stack.client("lambda").invoke(FunctionName=stack.resources[worker], Payload=b"{}")
    found: dict[str, int] = json.loads(answer["Payload"].read())
    return found


def card_of(stack: Any, order: str) -> str:
    items = stack.client("dynamodb").scan(TableName=stack.table("giftcards"))["Items"]
    [card] = [item["pk"]["S"] for item in items if item["sk"]["S"] == "card" and item["order"]["S"] == order]
    return str(card)


def its_day_has_come(stack: Any, card: str) -> None:
    """Write the card as if its day were long since."""
    table, db, key = stack.table("giftcards"), stack.client("dynamodb"), {"pk": {"S": card}, "sk": {"S": "card"}}
    delivery = json.loads(db.get_item(TableName=table, Key=key, ConsistentRead=True)["Item"]["delivery"]["S"])
    db.update_item(TableName=table, Key=key, UpdateExpression="SET delivery = :delivery, due_at = :at",
                   ExpressionAttributeValues={":at": {"N": LONG_AGO}, ":delivery": {"S": json.dumps(
                       {**delivery, "at": "2026-01-01T12:00:00+00:00"})}})


def test_a_gift_for_another_day_arrives_on_its_day_and_can_be_opened(stack: Any) -> None:
    day = spa_date(SystemClock().now()) + timedelta(days=9)
    later = {"way": "later", "email": "berta@gifts.test", "date": day.isoformat(), "time": "09:00"}
    ana = _bought(stack, "Berta", later)
    assert (_gift(ana)["state"], _gift(ana)["changeable"], _gift(ana)["resendable"]) == ("waiting", True, True)
    receipt = "Tu gift card para Berta está lista"
    eventually(lambda: _mails(stack, "ana.soto@aremko.cl", receipt), what="the receipt")

    words = {name: value for name, value in GIFT.items() if name != "experience"}
    changed, again = (ana.ask("POST", _line(ana), token=ana.order_token, key="another-name-for-berta",
                              json={**words, "recipient": "Berta Díaz", "delivery": later}) for _ in range(2))
    assert (changed.status_code, again.content) == (200, changed.content), changed.text
    eventually(lambda: _gift(ana)["state"] == "waiting", seconds=60, what="the new print")
    links = [ana.ask("POST", _line(ana, "/pdf"), token=ana.order_token, json={"format": form}).json()["url"]
             for form in ("print", "phone") * 8]  # beyond what a container allows without counting
    for link in links[-2:]:
        page = pypdfium2.PdfDocument(requests.get(link, timeout=20).content)[0]
        assert "Berta Díaz" in page.get_textpage().get_text_bounded()
    seen = ana.ask("GET", f"/api/admin/reservas/{ana.order}", token=stack.staff("reception")).json()
    assert seen["lines"][0]["gift"]["state"] == "waiting"

    its_day_has_come(stack, card_of(stack, ana.order))
    for _ in range(2):
        assert run(stack, "DeliverCardsWorker")["failed"] == 0
    subject = "Berta Díaz, tienes un regalo de Ana"
    [gift] = eventually(lambda: _mails(stack, "berta@gifts.test", subject), what="the gift")
    eventually(lambda: _mails(stack, "ana.soto@aremko.cl", "Enviamos tu regalo a Berta Díaz"), what="the buyer's mail")
    assert _gift(ana)["state"] == "delivered" and len(_mails(stack, "berta@gifts.test", subject)) == 1

    text = gift["content"][0]["value"]
    [address] = [line for line in text.splitlines() if "/tarjeta/#" in line]
    berta, code = Guest(stack), address.partition("/tarjeta/#")[2]
    assert address.startswith(stack.site_url) and "$50.000" in text
    held = berta.ask("GET", f"/api/giftcards/{code}").json()
    assert (held["balance"], held["recipient"], held["message"]) == (50_000, "Berta Díaz", "¡Feliz cumpleaños!")
    pdf = berta.ask("POST", f"/api/giftcards/{code}/pdf", json={"format": "phone"}).json()["url"]
    assert requests.get(pdf, timeout=20).content.startswith(b"%PDF")
    _kept_nowhere(stack, code, gift)


def test_a_gift_that_came_back_goes_to_the_corrected_address(stack: Any) -> None:
    stack.mail.fault("bounce", times=2)  # its receipt's too
    ana = _bought(stack, "Carla", {"way": "now", "email": "wrong@gifts.test"})
    eventually(lambda: _gift(ana)["state"] == "bounced", seconds=60, what="the bounce")
    eventually(lambda: _mails(stack, "ana.soto@aremko.cl", "El regalo de Carla no llegó: revisa su correo"),
               what="the mail to its buyer")
    waiting = ana.ask("GET", "/api/admin/pendientes", token=stack.staff("reception")).json()["items"]
    assert [one["about"]["order"] for one in waiting if one["kind"] == "gift_card_bounced"] == [ana.order]
    sent = ana.ask("POST", _line(ana, "/envio"), token=ana.order_token, json={"email": "carla@gifts.test"})
    assert sent.status_code == 200, sent.text
    eventually(lambda: _mails(stack, "carla@gifts.test", "Carla, tienes un regalo de Ana"), what="the gift")
    eventually(lambda: _gift(ana)["state"] == "delivered", what="its being noted")
    waiting = ana.ask("GET", "/api/admin/pendientes", token=stack.staff("reception")).json()["items"]
    assert [one for one in waiting if one["about"].get("order") == ana.order] == []


def test_the_holder_of_a_card_is_reminded_once_before_it_is_over(stack: Any) -> None:
    ana = _bought(stack, "Dora", {"way": "now", "email": "dora@gifts.test"})
    eventually(lambda: _gift(ana)["state"] == "delivered", seconds=60, what="the gift")
    last_day = spa_date(SystemClock().now()) + timedelta(days=30)
    stack.client("dynamodb").update_item(
        TableName=stack.table("giftcards"), Key={"pk": {"S": card_of(stack, ana.order)}, "sk": {"S": "card"}},
        UpdateExpression="SET last_day = :day", ExpressionAttributeValues={":day": {"S": last_day.isoformat()}})
    for _ in range(2):
        assert run(stack, "RemindCardsWorker")["failed"] == 0

    def reminded() -> list[dict[str, Any]]:
        return [mail for mail in stack.mail.messages() if "vence el" in mail["mail"]["subject"]]

    eventually(reminded, what="the reminder")
    [mail] = reminded()
    assert mail["mail"]["personalizations"][0]["to"][0]["email"] == "dora@gifts.test"


def test_a_bank_that_takes_the_money_back_blocks_the_card(stack: Any) -> None:
    ana = _bought(stack, "Elsa", {"way": "self"})
    payment = ana.look()["payments"][0]["id"]
    token = next(str(one["token"]) for one in stack.mercadopago.payments() if one["order"] == payment)
    stack.mercadopago.move(token, "charged_back")
    eventually(lambda: _gift(ana)["state"] == "blocked", seconds=60, what="the blocking")
    waiting = ana.ask("GET", "/api/admin/pendientes", token=stack.staff("reception")).json()["items"]
    assert sorted(one["kind"] for one in waiting if one["about"].get("order") == ana.order) == [
        "chargeback", "gift_cards_unpaid"]


def _kept_nowhere(stack: Any, code: str, gift: dict[str, Any]) -> None:
    """Check that a code is in no log, in no table in plain, in nothing SendGrid keeps beside the mail's content."""
    functions = ("issue-cards", "print-cards", "deliver-cards", "send-mails", "notifications", "relay",
                 "relay-giftcards", "order-gifts", "orders", "giftcards")
    written = [line for function in functions for line in stack.logs(function)]
    db = stack.client("dynamodb")
    written += [repr(db.scan(TableName=stack.table(area))["Items"])
                for area in ("giftcards", "orders", "notifications", "items")]
    written.append(json.dumps({name: value for name, value in gift.items() if name != "content"}))
    for kept in written:
        assert code not in kept and code.replace("-", "") not in kept
