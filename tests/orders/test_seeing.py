"""What a guest sees of a booking, who may see it, and the calendar file."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from chalicelib.core.clock import FixedClock
from chalicelib.core.events import Fact
from chalicelib.orders.history import entry_of
from chalicelib.orders.links import order_link
from chalicelib.orders.table import load
from chalicelib.web.signed import sign
from tests.support.spa import NOW, Placed, Spa, line


def confirmed(spa: Spa, *lines: dict[str, Any]) -> Placed:
    order = spa.place(*lines)
    spa.provider.pay(order.payment)
    order.webhook()
    return order


def test_the_total_is_the_sum_of_the_lines_and_the_balance_what_is_still_due(spa: Spa) -> None:
    order = spa.place(line(guests=3), line(service="masaje-relajacion", start="2026-12-03 10:30"))
    view = order.view()
    assert [seen["total"] for seen in view["lines"]] == [75_000, 80_000]
    assert (view["total"], view["paid"], view["refunded"], view["balance_due"]) == (155_000, 0, 0, 155_000)
    spa.provider.pay(order.payment)
    order.webhook()
    view = order.view()
    assert (view["total"], view["paid"], view["refunded"], view["balance_due"]) == (155_000, 155_000, 0, 0)


def test_the_history_tells_each_step_in_the_readers_language(spa: Spa) -> None:
    order = confirmed(spa)
    assert [(entry["type"], entry["detail"]) for entry in order.view()["history"]] == [
        ("order.placed", "Recibimos tu pedido y te lo guardamos mientras pagas."),
        ("order.confirmed", "Recibimos tu pago: todo está confirmado."),
    ]
    english = spa.client.get(f"/api/reservas/{order.id}", token=order.token, headers={"accept-language": "en"}).json
    assert [datetime.fromisoformat(entry["at"]) for entry in english["history"]] == [NOW, NOW]
    assert "confirmed" in english["history"][1]["detail"]


@pytest.mark.parametrize(("reason", "says"), [
    ("slot_lost", "Tu pago llegó cuando las horas ya no estaban; te devolveremos el dinero."),
    ("paid_twice", "Esta reserva se pagó dos veces; te devolveremos uno de los pagos."),
    ("order_expired", "La reserva venció sin el monto completo; te devolveremos lo que pagaste."),
])
def test_the_history_says_why_money_goes_back(reason: str, says: str) -> None:
    fact = Fact("f", "payment.refund_due", NOW, "o", "t", {"reason": reason, "amount": 1})
    assert entry_of(fact, "es").detail == says


def test_the_terms_are_those_the_guest_agreed_to(spa: Spa) -> None:
    assert spa.place().view()["policy"] == {
        "version": "2026-11",
        "text": "Puedes cambiar o cancelar sin costo hasta 24 horas antes. Después no hay devolución.",
    }


def test_the_guests_document_is_kept_to_ourselves(spa: Spa) -> None:
    order = spa.place()
    assert "12345678" not in json.dumps(order.view())


def test_the_paying_page_is_shown_only_while_it_can_be_paid(spa: Spa) -> None:
    order = spa.place()
    assert order.view()["payments"][0]["url"] is not None
    spa.clock.advance(minutes=15)
    assert order.view()["payments"][0]["url"] is None


def test_a_confirmed_booking_goes_into_the_calendar(spa: Spa) -> None:
    order = confirmed(spa, line(), line("2026-12-03 12:00"))
    answer = spa.client.get(f"/api/reservas/{order.id}/calendario", token=order.token)
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="aremko-{order.id}.ics"'
    events = list(Calendar.from_ical(answer.body).walk("VEVENT"))
    assert [(event.decoded("dtstart").isoformat(), event.decoded("dtend").isoformat()) for event in events] == [
        ("2026-12-02T17:00:00-03:00", "2026-12-02T19:00:00-03:00"),
        ("2026-12-03T12:00:00-03:00", "2026-12-03T14:00:00-03:00"),
    ]
    assert str(events[0]["summary"]) == "Tina Hornopirén en Aremko"
    for private in ("ana@example.com", "Soto", "98765", order.token):
        assert private not in answer.body


def test_the_calendar_file_is_the_same_every_time(spa: Spa) -> None:
    order = confirmed(spa)
    first = spa.client.get(f"/api/reservas/{order.id}/calendario", token=order.token)
    spa.clock.advance(days=1)
    assert spa.client.get(f"/api/reservas/{order.id}/calendario", token=order.token).body == first.body


def test_an_unpaid_booking_has_no_calendar_file(spa: Spa) -> None:
    order = spa.place()
    answer = spa.client.get(f"/api/reservas/{order.id}/calendario", token=order.token)
    assert (answer.status, answer.code) == (409, "order_not_confirmed")


@pytest.mark.parametrize("path", ["", "/calendario"])
def test_one_guests_token_does_not_open_anothers_booking(spa: Spa, path: str) -> None:
    mine, other = spa.place(), spa.place(line(service="tina-tronador"))
    answer = spa.client.get(f"/api/reservas/{other.id}{path}", token=mine.token)
    assert (answer.status, answer.code) == (404, "not_found")


def test_a_cart_token_does_not_open_an_order_nor_an_order_token_a_cart(spa: Spa) -> None:
    cart, cart_token = spa.open_cart(line(service="tina-tronador"))
    order = spa.place()
    answer = spa.client.get(f"/api/reservas/{order.id}", token=cart_token)
    assert (answer.status, answer.code) == (401, "token_invalid")
    answer = spa.client.get(f"/api/carritos/{cart['id']}", token=order.token)
    assert (answer.status, answer.code) == (401, "token_invalid")
    assert spa.check_out(order.token).status == 401


def test_a_booking_can_be_opened_until_ninety_days_after_the_visit(spa: Spa) -> None:
    order = confirmed(spa)
    end = datetime.fromisoformat(order.view()["lines"][0]["end"])
    spa.clock.advance(seconds=(end + timedelta(days=90) - NOW).total_seconds() - 1)
    assert order.view()["state"] == "confirmed"
    spa.clock.advance(seconds=1)
    answer = spa.client.get(f"/api/reservas/{order.id}", token=order.token)
    assert (answer.status, answer.code) == (401, "token_expired")


def test_the_link_in_a_mail_opens_the_booking_and_shows_no_server_the_token(spa: Spa) -> None:
    order = spa.place()
    link = order_link(load(order.id))
    assert link == f"http://site.test/reserva/#{order.id}.{order.token}"


def test_a_good_token_for_an_order_that_is_gone_finds_nothing(spa: Spa) -> None:
    clock = FixedClock(NOW)
    token = sign("order", "3333-3333-3", clock.now() + timedelta(days=1))
    answer = spa.client.get("/api/reservas/3333-3333-3", token=token)
    assert (answer.status, answer.code) == (404, "order_not_found")


def test_an_order_of_products_alone_has_no_calendar(spa: Spa) -> None:
    opened = spa.client.post("/api/carritos", {"products": [{"product": "chocolates", "quantity": 1}]}).json
    placed = spa.check_out(opened["token"]).json
    order = Placed(spa, placed["order"]["id"], placed["token"], placed["payment"]["id"])
    spa.provider.pay(order.payment)
    order.webhook()
    answer = spa.client.get(f"/api/reservas/{order.id}/calendario", token=order.token)
    assert (answer.status, answer.code) == (409, "order_without_hours")
