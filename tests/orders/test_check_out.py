"""Check-out: a cart becomes an order that waits for its payment."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.catalog.model import Catalogue
from chalicelib.catalog.publish import publish
from chalicelib.core.ids import valid_order_number
from tests.support.spa import NOW, TUB, Spa, check_out_form, demo_catalogue, line


def test_a_cart_becomes_an_order_with_a_page_to_pay_on(spa: Spa) -> None:
    _, token = spa.open_cart(line())
    placed = spa.check_out(token)
    order, payment = placed.json["order"], placed.json["payment"]
    assert placed.status == 201
    assert valid_order_number(order["number"])
    assert {name: order[name] for name in ("state", "total", "paid", "refunded", "balance_due", "currency")} == {
        "state": "pending_payment",
        "total": 50_000,
        "paid": 0,
        "refunded": 0,
        "balance_due": 50_000,
        "currency": "CLP",
    }
    assert (payment["method"], payment["amount"], payment["state"]) == ("flow", 50_000, "pending")
    assert payment["url"] == f"https://pay.test/?token={spa.provider.token(payment['id'])}"
    assert datetime.fromisoformat(payment["expires_at"]) == NOW + timedelta(minutes=15)


def test_the_provider_is_asked_for_the_total_by_the_payments_own_id(spa: Spa) -> None:
    _, token = spa.open_cart(line(), line(service="tina-tronador"))
    payment = spa.check_out(token).json["payment"]
    (ask,) = spa.provider.asked
    assert (ask.payment, ask.amount, ask.currency, ask.email) == (payment["id"], 100_000, "CLP", "ana@example.com")
    assert ask.seconds_to_pay == 15 * 60


def test_its_hours_are_kept_until_the_payments_deadline_and_a_grace(spa: Spa) -> None:
    _, token = spa.open_cart(line())
    spa.clock.advance(minutes=19)
    assert spa.check_out(token).status == 201
    until = {mark["M"]["u"]["N"] for sheet in spa.dump()["calendar"] for name, mark in sheet.items() if name[0] == "t"}
    assert until == {str(int((NOW + timedelta(minutes=19 + 15 + 10)).timestamp()))}
    spa.clock.advance(minutes=25)
    assert spa.client.post("/api/carritos", {"lines": [line()]}).code == "slot_taken"
    spa.clock.advance(seconds=1)
    assert spa.client.post("/api/carritos", {"lines": [line()]}).status == 201


def test_what_the_guest_typed_is_kept_in_one_form(spa: Spa) -> None:
    placed = spa.place(line())
    assert placed.view()["guest"] == {"name": "Ana Soto", "email": "ana@example.com", "phone": "+56987654321"}
    (order,) = (item for item in spa.dump()["orders"] if item["sk"]["S"] == "order")
    import json

    assert json.loads(order["guest"]["S"])["document_number"] == "12345678-5"
    assert json.loads(order["consent"]["S"]) == {
        "policy_version": "2026-11",
        "marketing_email": False,
        "at": "2026-11-30T12:00:00Z",
    }


def test_a_guest_from_abroad_gives_a_passport_and_no_comuna(spa: Spa) -> None:
    _, token = spa.open_cart(line())
    placed = spa.check_out(
        token,
        guest__country="AR",
        guest__phone="11 4321 1234",
        guest__region=None,
        guest__comuna=None,
        guest__document={"type": "passport", "number": "AAB123456"},
    )
    assert placed.status == 201
    assert placed.json["order"]["guest"]["phone"] == "+541143211234"


WRONG: list[Any] = [
    ("guest__phone", "123456", {"guest.phone": "phone_invalid"}),
    ("guest__phone", "", {"guest.phone": "too_short"}),
    ("guest__name", "A", {"guest.name": "too_short"}),
    ("guest__name", "  A  ", {"guest.name": "too_short"}),
    ("guest__name", "A" * 81, {"guest.name": "too_long"}),
    ("guest__name", "Ana\u0000Soto", {"guest.name": "invalid_value"}),
    ("guest__name", "Ana\nBcc: todos@example.com", {"guest.name": "invalid_value"}),
    ("guest__email", "ana", {"guest.email": "string_pattern_mismatch"}),
    ("guest__email", "ana@example", {"guest.email": "string_pattern_mismatch"}),
    ("guest__email", "ana@exa mple.com", {"guest.email": "string_pattern_mismatch"}),
    ("guest__email", "ana@example.com,otra@example.com", {"guest.email": "string_pattern_mismatch"}),
    ("guest__document", {"type": "rut", "number": "12.345.678-9"}, {"guest.document.number": "rut_invalid"}),
    ("guest__document", {"type": "carnet", "number": "12.345.678-5"}, {"guest.document.type": "literal_error"}),
    ("guest__document", {"type": "passport", "number": ""}, {"guest.document.number": "too_short"}),
    ("guest__country", "Chile", {"guest.country": "string_pattern_mismatch"}),
    ("guest__region", 17, {"guest.region": "less_than_equal"}),
    ("guest__region", 13, {"guest.comuna": "comuna_invalid"}),
    ("guest__region", None, {"guest.comuna": "comuna_invalid"}),
    ("guest__comuna", "Atlantis", {"guest.comuna": "comuna_invalid"}),
    ("guest__vip", True, {"guest.vip": "unknown_field"}),
    ("consents__policy", False, {"consents.policy": "consent_required"}),
    ("consents__policy", None, {"consents.policy": "bool_type"}),
    ("payment_method", "cash", {"payment_method": "literal_error"}),
    ("payment_method", None, {"payment_method": "literal_error"}),
    ("language", "de", {"language": "literal_error"}),
    ("policy_version", "", {"policy_version": "too_short"}),
    ("notes", "n" * 501, {"notes": "too_long"}),
    ("notes", "\u202egnp.exe", {"notes": "invalid_value"}),
    ("total", 1000, {"total": "unknown_field"}),
]


@pytest.mark.parametrize(("field", "value", "fields"), WRONG)
def test_a_wrong_field_is_named_and_nothing_happens(spa: Spa, field: str, value: Any, fields: dict[str, str]) -> None:
    _, token = spa.open_cart(line())
    before = spa.dump()
    answer = spa.check_out(token, **{field: value})
    assert (answer.status, answer.code, answer.fields) == (422, "invalid_fields", fields)
    assert all(error["detail"] != "" for error in answer.json["errors"])
    assert spa.dump() == before
    assert spa.provider.asked == []


def test_a_note_may_have_several_lines(spa: Spa) -> None:
    _, token = spa.open_cart(line())
    assert spa.check_out(token, notes="Vamos con bebé.\n¿Hay cuna?").status == 201


def test_each_missing_field_is_named(spa: Spa) -> None:
    _, token = spa.open_cart(line())
    answer = spa.client.post("/api/reservas", {"guest": {}, "consents": {}}, token=token)
    assert answer.fields == {
        "guest.phone": "missing_value",
        "guest.name": "missing_value",
        "guest.email": "missing_value",
        "consents.policy": "missing_value",
        "policy_version": "missing_value",
        "payment_method": "missing_value",
    }


def test_an_empty_cart_cannot_be_checked_out(spa: Spa) -> None:
    _, token = spa.open_cart()
    before = spa.dump()
    answer = spa.check_out(token)
    assert (answer.status, answer.code) == (409, "cart_empty")
    assert spa.dump() == before


def test_terms_that_are_no_longer_in_force_cannot_be_agreed_to(spa: Spa) -> None:
    _, token = spa.open_cart(line())
    before = spa.dump()
    answer = spa.check_out(token, policy_version="2025-01")
    assert (answer.status, answer.code) == (409, "policy_changed")
    assert spa.dump() == before


def test_an_hour_that_lapsed_and_went_to_somebody_else_cannot_be_checked_out(spa: Spa) -> None:
    _, token = spa.open_cart(line(), line("2026-12-03 12:00"))
    spa.clock.advance(minutes=21)
    spa.open_cart(line())
    before = spa.dump()
    answer = spa.check_out(token)
    assert (answer.status, answer.code) == (409, "slot_taken")
    assert spa.dump() == before
    assert spa.provider.asked == []


def test_an_hour_that_lapsed_and_is_still_free_is_taken_again_at_its_price(spa: Spa) -> None:
    _, token = spa.open_cart(line())
    spa.clock.advance(hours=3)
    placed = spa.check_out(token)
    assert (placed.status, placed.json["order"]["total"]) == (201, 50_000)


def test_a_lapsed_hour_inside_the_minimum_notice_cannot_be_checked_out(spa: Spa) -> None:
    _, token = spa.open_cart(line("2026-11-30 14:30"))
    spa.clock.advance(hours=4)
    before = spa.dump()
    answer = spa.check_out(token)
    assert (answer.status, answer.code) == (422, "too_short_notice")
    assert spa.dump() == before


def test_a_held_hour_keeps_its_price_and_a_lapsed_one_does_not(spa: Spa) -> None:
    _, held = spa.open_cart(line())
    _, lapsed = spa.open_cart(line("2026-12-03 17:00"))
    dearer = demo_catalogue().model_dump()
    next(one for one in dearer["services"] if one["slug"] == TUB)["price"]["amount"] = 30_000
    publish(Catalogue.model_validate(dearer), by="tests", note="dearer", clock=spa.clock)
    spa.clock.advance(minutes=2)
    assert spa.check_out(held).json["order"]["total"] == 50_000
    spa.clock.advance(minutes=19)
    before = spa.dump()
    answer = spa.check_out(lapsed)
    assert (answer.status, answer.code) == (409, "price_changed")
    assert spa.dump() == before


def test_an_hour_that_has_begun_cannot_be_checked_out(spa: Spa) -> None:
    _, token = spa.open_cart(line("2026-11-30 12:00"))
    spa.clock.advance(hours=3)
    before = spa.dump()
    answer = spa.check_out(token)
    assert (answer.status, answer.code) == (422, "in_the_past")
    assert spa.dump() == before


def test_a_guest_who_comes_back_from_the_providers_page_finds_the_same_order_and_page(spa: Spa) -> None:
    _, token = spa.open_cart(line())
    first = spa.check_out(token).json
    spa.clock.advance(minutes=2)
    second = spa.check_out(token, guest__name="Ana María Soto")
    assert second.status == 201
    assert second.json["order"]["id"] == first["order"]["id"]
    assert second.json["payment"] == first["payment"]
    assert second.json["order"]["guest"]["name"] == "Ana María Soto"
    assert len(spa.provider.asked) == 1


def test_a_guest_who_comes_back_when_the_page_is_nearly_over_gets_a_new_one(spa: Spa) -> None:
    _, token = spa.open_cart(line())
    first = spa.check_out(token).json
    spa.clock.advance(minutes=11)
    second = spa.check_out(token).json
    assert second["order"]["id"] == first["order"]["id"]
    assert second["payment"]["id"] != first["payment"]["id"]
    assert datetime.fromisoformat(second["payment"]["expires_at"]) == NOW + timedelta(minutes=11 + 15)


def test_a_paid_cart_cannot_be_checked_out_again(spa: Spa) -> None:
    _, token = spa.open_cart(line())
    payment = spa.check_out(token).json["payment"]["id"]
    spa.provider.pay(payment)
    spa.poll()
    spa.clock.advance(minutes=1)
    assert spa.poll() == {"looked": 1, "failed": 0}
    before = spa.dump()
    answer = spa.check_out(token)
    assert (answer.status, answer.code) == (409, "order_already_paid")
    assert spa.dump() == before


def test_a_repeated_check_out_asks_the_provider_once_and_answers_the_same_bytes(spa: Spa) -> None:
    _, token = spa.open_cart(line())
    answers = [spa.client.post("/api/reservas", check_out_form(), token=token, key="check-out-1") for _ in range(3)]
    assert {(answer.status, answer.body) for answer in answers} == {(201, answers[0].body)}
    assert len(spa.provider.asked) == 1


def test_an_address_the_provider_refuses_is_named_and_can_be_corrected(spa: Spa) -> None:
    _, token = spa.open_cart(line())
    spa.provider.refuses_email = True
    answer = spa.check_out(token)
    assert (answer.status, answer.fields) == (422, {"guest.email": "email_refused"})
    again = spa.client.post("/api/reservas", check_out_form(), token=token, key="the-first-correction")
    assert (again.status, again.fields) == (422, {"guest.email": "email_refused"})
    repeated = spa.client.post("/api/reservas", check_out_form(), token=token, key="the-first-correction")
    assert (repeated.status, repeated.fields) == (422, {"guest.email": "email_refused"})
    spa.provider.refuses_email = False
    corrected = spa.check_out(token, guest__email="ana.soto@example.com")
    assert corrected.status == 201
    assert corrected.json["order"]["guest"]["email"] == "ana.soto@example.com"


@pytest.mark.parametrize("fault", ["down", "loses_answers"])
def test_a_provider_that_gives_no_page_leaves_an_order_that_can_be_paid_later(spa: Spa, fault: str) -> None:
    _, token = spa.open_cart(line())
    setattr(spa.provider, fault, True)
    placed = spa.check_out(token)
    assert (placed.status, placed.json["payment"]["url"]) == (201, None)
    assert placed.json["order"]["state"] == "pending_payment"
    setattr(spa.provider, fault, False)
    again = spa.client.post(
        f"/api/reservas/{placed.json['order']['id']}/pagos", {"method": "flow"}, token=placed.json["token"]
    )
    assert again.status == 201
    assert again.json["payment"]["id"] != placed.json["payment"]["id"]
    assert again.json["payment"]["url"].startswith("https://pay.test/")
    assert len(again.json["order"]["payments"]) == 2


def test_the_order_is_written_before_the_provider_is_asked(spa: Spa, monkeypatch: pytest.MonkeyPatch) -> None:
    _, token = spa.open_cart(line())
    seen: list[int] = []
    create = spa.provider.create
    monkeypatch.setattr(spa.provider, "create", lambda ask: (seen.append(len(spa.dump()["payments"])), create(ask))[1])
    assert spa.check_out(token).status == 201
    assert seen == [1]
