"""What is asked of the Mercado Pago sandbox: preferences, payments in each state, searches."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from infra.local.mercadopago import Closed, Server, serve
from tests.local.mercadopago.merchant import (
    ALL_STATES,
    START,
    Merchant,
    Time,
    asked,
    call,
    code_of,
    create,
    fetched,
    found,
    stamp,
    state,
)


def test_a_preference_says_where_it_is_paid_and_what_was_asked(mp: Server, merchant: Merchant) -> None:
    status, made = create(mp, merchant, metadata={"a": 1})
    assert status == 201
    assert made["init_point"] == made["sandbox_init_point"] == f"{mp.url}/checkout/v1/redirect?pref_id={made['id']}"
    assert (made["external_reference"], made["metadata"], made["site_id"]) == ("pay_1", {"a": 1}, "MLC")
    assert call(mp, "GET", f"/checkout/preferences/{made['id']}") == (200, made)
    listed = call(mp, "GET", "/checkout/preferences/search", external_reference="pay_1")[1]
    assert (listed["elements"], listed["total"]) == ([made], 1)
    assert call(mp, "GET", "/checkout/preferences/search", external_reference="pay_2")[1]["elements"] == []


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"items": []}, "invalid_items"),
        ({"items": [{"title": "", "quantity": 1, "unit_price": 1000}]}, "invalid_items"),
        ({"items": [{"title": "x", "quantity": 0, "unit_price": 1000}]}, "invalid_items"),
        ({"items": [{"title": "x", "quantity": 1, "unit_price": 1000.5}]}, "invalid_items"),
        ({"items": [{"title": "x", "quantity": 1, "unit_price": "1000"}]}, "invalid_items"),
        ({"items": [{"title": "x", "quantity": 1, "unit_price": 0}]}, "invalid_items"),
        ({"items": [{"title": "x", "quantity": 1, "unit_price": 1000, "currency_id": "USD"}]}, "invalid_items"),
        ({"back_urls": {"success": "/reserva"}}, "invalid_back_urls"),
        ({"back_urls": {}}, "invalid_auto_return"),
        ({"auto_return": "never"}, "invalid_auto_return"),
        ({"notification_url": "webhook"}, "invalid_notification_url"),
        ({"payment_methods": {"installments": 0}}, "invalid_payment_methods"),
        ({"payment_methods": {"installments": 37}}, "invalid_payment_methods"),
        ({"payment_methods": {"installments": 3, "default_installments": 4}}, "invalid_payment_methods"),
        ({"payment_methods": {"excluded_payment_types": ["ticket"]}}, "invalid_payment_methods"),
        ({"expires": True, "expiration_date_to": "2026-12-01T12:00:00"}, "invalid_expiration_date_to"),
        ({"expires": True, "expiration_date_to": stamp(START)}, "invalid_expiration_date_to"),
        ({"expiration_date_from": "2026-12-01 12:00"}, "invalid_expiration_date_from"),
        ({"expiration_date_from": stamp(START + 9), "expiration_date_to": stamp(START + 9)},
         "invalid_expiration_date_to"),
        ({"date_of_expiration": "mañana"}, "invalid_date_of_expiration"),
        ({"binary_mode": "yes"}, "invalid_binary_mode"),
        ({"collector_id": 1}, "invalid_collector_id"),
        ({"shipments": "home"}, "invalid_shipments"),
        ({"payer": {"email": "a" * 150 + "@b"}}, "invalid_payer"),
    ],
)
def test_bad_preferences_are_refused_in_mercado_pagos_words(
    mp: Server, merchant: Merchant, changes: dict[str, Any], error: str
) -> None:
    status, reply = create(mp, merchant, **changes)
    assert (status, reply["status"], reply["error"], set(reply)) == (
        400, 400, error, {"message", "error", "status", "cause"})
    assert mp.preferences() == []


def test_addresses_on_this_machine_are_refused_as_by_the_real_one(tmp_path: Path, merchant: Merchant) -> None:
    strict = serve(0, tmp_path, settings={})
    away = {"success": "https://aremko.cl/bien"}
    try:
        assert create(strict, merchant)[1]["error"] == "invalid_back_urls"
        assert create(strict, merchant, back_urls=away)[1]["error"] == "invalid_notification_url"
        assert create(strict, merchant, back_urls=away, notification_url=None)[0] == 201
    finally:
        strict.stop()


def test_the_access_token_is_checked(mp: Server, merchant: Merchant) -> None:
    status, reply = call(mp, "POST", "/checkout/preferences", asked(merchant), token="wrong")
    assert (status, reply["error"]) == (400, "invalid_access_token")
    for token in (None, "wrong"):
        status, reply = call(mp, "GET", "/v1/payments/1", token=token)
        assert (status, reply["error"]) == (401, "unauthorized")
    assert mp.preferences() == []


def test_the_same_key_makes_one_preference_and_another_body_is_a_conflict(mp: Server, merchant: Merchant) -> None:
    first, second = (create(mp, merchant, key="k-1") for _ in range(2))
    assert first == second
    assert create(mp, merchant, "pay_2", key="k-1")[0] == 409
    assert create(mp, merchant, key="k" * 65)[0] == 400
    assert len(mp.preferences()) == 1


def test_a_preference_can_be_changed_and_closed(mp: Server, merchant: Merchant, preference: str, time: Time) -> None:
    path = f"/checkout/preferences/{preference}"
    assert call(mp, "PUT", path, {"items": []})[1]["error"] == "invalid_items"
    end = stamp(time.at + 60)
    assert call(mp, "PUT", path, {"expires": True, "expiration_date_to": end})[1]["expiration_date_to"] == end
    time.at += 61
    with pytest.raises(Closed):
        mp.pay(preference)


def test_a_paid_payment_has_the_documented_fields(mp: Server, merchant: Merchant) -> None:
    create(mp, merchant, metadata={"cart": "c1"})
    payment = mp.pay("pay_1", installments=3)
    reply = fetched(mp, payment)
    assert reply["id"] == int(payment["token"])
    assert state(reply) == ("approved", "accredited")
    assert (reply["transaction_amount"], reply["transaction_amount_refunded"], reply["currency_id"]) == (
        50000, 0, "CLP")
    assert (reply["installments"], reply["payment_method_id"], reply["payment_type_id"]) == (3, "master", "credit_card")
    assert (reply["external_reference"], reply["metadata"], reply["refunds"]) == ("pay_1", {"cart": "c1"}, [])
    assert (reply["payer"]["email"], reply["live_mode"], reply["order"]["type"]) == (
        "ana@correo.cl", False, "mercadopago")
    assert reply["date_created"] == reply["date_approved"] == reply["date_last_updated"]
    assert datetime.fromisoformat(reply["date_approved"]).timestamp() == START
    assert reply["date_approved"].endswith(".000-04:00")
    assert datetime.fromisoformat(reply["money_release_date"]).timestamp() == START + 10 * 86_400
    assert reply["transaction_details"] == {"net_received_amount": 48102, "overpaid_amount": 0,
                                            "total_paid_amount": 50000, "installment_amount": 16667}
    assert reply["fee_details"] == [{"type": "mercadopago_fee", "amount": 1898, "fee_payer": "collector"}]


def test_the_banks_interest_is_the_payers_and_not_the_amount(mp: Server, merchant: Merchant, preference: str) -> None:
    reply = fetched(mp, mp.pay(preference, installments=6))
    assert reply["transaction_amount"] == 50000
    assert reply["transaction_details"] == {"net_received_amount": 48102, "overpaid_amount": 0,
                                            "total_paid_amount": 54500, "installment_amount": 9084}
    assert reply["fee_details"][1] == {"type": "financing_fee", "amount": 4500, "fee_payer": "payer"}


@pytest.mark.parametrize(
    ("card", "expected"),
    [
        ("APRO", ("approved", "accredited")),
        ("OTHE", ("rejected", "cc_rejected_other_reason")),
        ("CONT", ("in_process", "pending_contingency")),
        ("CALL", ("rejected", "cc_rejected_call_for_authorize")),
        ("FUND", ("rejected", "cc_rejected_insufficient_amount")),
        ("SECU", ("rejected", "cc_rejected_bad_filled_security_code")),
        ("EXPI", ("rejected", "cc_rejected_bad_filled_date")),
        ("FORM", ("rejected", "cc_rejected_bad_filled_other")),
    ],
)
def test_the_holders_name_decides(mp: Server, preference: str, card: str, expected: tuple[str, str]) -> None:
    reply = fetched(mp, mp.pay(preference, card=card))
    assert state(reply) == expected
    paid = expected[0] == "approved"
    assert (reply["date_approved"] is not None, reply["fee_details"] != []) == (paid, paid)


def test_binary_mode_knows_no_waiting_and_too_many_cuotas_are_refused(mp: Server, merchant: Merchant) -> None:
    create(mp, merchant, binary_mode=True)
    assert state(fetched(mp, mp.pay("pay_1", card="CONT"))) == ("rejected", "cc_rejected_other_reason")
    assert state(fetched(mp, mp.pay("pay_1", installments=7))) == ("rejected", "cc_rejected_invalid_installments")


@pytest.mark.parametrize(("status", "detail"), ALL_STATES)
def test_every_documented_state_can_be_had(mp: Server, preference: str, status: str, detail: str) -> None:
    payment = mp.pay(preference, card="CONT")
    assert state(fetched(mp, mp.move(payment["token"], status, detail))) == (status, detail)


def test_no_other_state_can_be_had(mp: Server, preference: str) -> None:
    payment = mp.pay(preference)
    for wrong in (("paid", None), ("approved", "refunded")):
        with pytest.raises(ValueError, match="no such state"):
            mp.move(payment["token"], *wrong)
    with pytest.raises(ValueError, match="no such state"):
        mp.reject(preference, "cc_rejected_by_whim")
    assert state(fetched(mp, payment)) == ("approved", "accredited")
    assert len(mp.payments()) == 1


def test_a_slip_that_nobody_pays_expires(mp: Server, merchant: Merchant, preference: str, time: Time) -> None:
    payment = mp.cash(preference)
    reply = fetched(mp, payment)
    assert state(reply) == ("pending", "pending_waiting_payment")
    assert (reply["payment_method_id"], reply["payment_type_id"]) == ("servipag", "ticket")
    time.at += 3 * 86_400 + 1
    assert state(fetched(mp, payment)) == ("cancelled", "expired")
    assert found(mp, status="cancelled") == (["pay_1"], 1)


def test_money_on_its_way_arrives_also_late(mp: Server, merchant: Merchant, time: Time) -> None:
    create(mp, merchant, expires=True, expiration_date_to=stamp(START + 900))
    time.at += 901
    with pytest.raises(Closed):
        mp.pay("pay_1")
    assert (mp.payments(), merchant.heard) == ([], [])
    mp.pay("pay_1", force=True)
    assert (found(mp, status="approved"), len(merchant.heard)) == ((["pay_1"], 1), 1)


def test_the_wallet_pays_with_money_in_the_account(mp: Server, preference: str) -> None:
    reply = fetched(mp, mp.pay(preference, wallet=True))
    assert (reply["payment_method_id"], reply["payment_type_id"], reply["installments"]) == (
        "account_money", "account_money", 1)


def test_one_reference_may_have_several_payments(mp: Server, preference: str) -> None:
    first, second = mp.reject(preference, "cc_rejected_high_risk"), mp.pay(preference)
    reply = call(mp, "GET", "/v1/payments/search", external_reference="pay_1", sort="date_created", criteria="asc")[1]
    assert [(one["id"], one["status"]) for one in reply["results"]] == [
        (int(first["token"]), "rejected"), (int(second["token"]), "approved")]
    assert reply["results"][1] == fetched(mp, second)
    assert reply["paging"] == {"total": 2, "limit": 30, "offset": 0}


def test_a_search_filters_sorts_and_pages(mp: Server, merchant: Merchant, time: Time) -> None:
    for number in range(5):
        create(mp, merchant, f"pay_{number}")
        mp.pay(f"pay_{number}", card="FUND" if number == 3 else "APRO")
        time.at += 3600
    assert found(mp, criteria="asc", limit=2, offset=1) == (["pay_1", "pay_2"], 5)
    assert found(mp, criteria="desc", limit=2) == (["pay_4", "pay_3"], 5)
    assert found(mp, status="rejected") == (["pay_3"], 1)
    assert found(mp, range="date_created", begin_date="NOW-2HOURS", end_date="NOW", criteria="asc") == (
        ["pay_3", "pay_4"], 2)
    begin, end = stamp(START + 3600), stamp(START + 3 * 3600)
    assert found(mp, range="date_approved", begin_date=begin, end_date=end, criteria="asc") == (["pay_1", "pay_2"], 2)
    release = {"range": "money_release_date", "begin_date": stamp(START + 10 * 86_400)}
    assert found(mp, **release, end_date=stamp(START + 10 * 86_400 + 60)) == (["pay_0"], 1)
    mp.move(mp.payments()[-1]["token"], "in_mediation")
    assert found(mp, range="date_last_updated", begin_date="NOW-10MINUTES", end_date="NOW") == (["pay_0"], 1)


@pytest.mark.parametrize(
    ("query", "code"),
    [({"limit": 1001}, 1000), ({"begin_date": "ayer"}, 1001), ({"begin_date": "2026-12-01T00:00:00"}, 1001),
     ({"range": "amount"}, 1001), ({"sort": "amount"}, 1003), ({"criteria": "up"}, 1004)],
)
def test_bad_searches_are_refused(mp: Server, query: dict[str, Any], code: int) -> None:
    status, reply = call(mp, "GET", "/v1/payments/search", **query)
    assert (status, code_of(reply)) == (400, code)


def test_the_merchant_cancels_what_is_not_finished(mp: Server, merchant: Merchant, preference: str) -> None:
    waiting, paid = mp.pay(preference, card="CONT"), mp.pay(preference)
    merchant.heard.clear()
    status, reply = call(mp, "PUT", f"/v1/payments/{waiting['token']}", {"status": "cancelled"})
    assert (status, state(reply)) == (200, ("cancelled", "by_collector"))
    for token, body in ((paid["token"], {"status": "cancelled"}), (paid["token"], {"status": "approved"})):
        assert call(mp, "PUT", f"/v1/payments/{token}", body)[0] == 400
    assert call(mp, "PUT", "/v1/payments/1", {"status": "cancelled"})[0] == 404
    mp.settle()
    assert merchant.actions == [("payment.updated", waiting["token"])]


def test_payments_survive_a_restart(tmp_path: Path, merchant: Merchant) -> None:
    settings = {"localhost": True}
    first = serve(0, tmp_path, settings=settings)
    create(first, merchant)
    payment = first.pay("pay_1")
    first.stop()
    second = serve(0, tmp_path, settings=settings)
    try:
        assert fetched(second, payment)["external_reference"] == "pay_1"
    finally:
        second.stop()
