"""Money goes back through the Mercado Pago sandbox, all of it or in parts."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from infra.local.mercadopago import Server
from infra.local.mercadopago.checks import MercadoPagoError
from tests.local.mercadopago.merchant import START, Merchant, Time, call, code_of, fetched, refund, state


def test_money_goes_back_in_parts_and_then_all_of_it(mp: Server, merchant: Merchant, preference: str) -> None:
    payment = mp.pay(preference)
    merchant.heard.clear()
    status, part = refund(mp, payment, {"amount": 20000})
    assert (status, part["amount"], part["status"], part["payment_id"]) == (
        201, 20000, "approved", int(payment["token"]))
    assert part["source"]["type"] == "collector"
    assert state(fetched(mp, payment)) == ("approved", "partially_refunded")
    rest = refund(mp, payment, key="r-2")[1]
    assert rest["amount"] == 30000
    reply = fetched(mp, payment)
    assert (state(reply), reply["transaction_amount_refunded"]) == (("refunded", "refunded"), 50000)
    assert reply["refunds"] == [part, rest]
    assert call(mp, "GET", f"/v1/payments/{payment['token']}/refunds") == (200, [part, rest])
    assert call(mp, "GET", f"/v1/payments/{payment['token']}/refunds/{rest['id']}") == (200, rest)
    mp.settle()
    assert merchant.actions == [("payment.updated", payment["token"])] * 2


def test_the_same_key_gives_back_once_and_another_amount_is_a_conflict(mp: Server, preference: str) -> None:
    payment = mp.pay(preference)
    first, second = (refund(mp, payment, {"amount": 20000}) for _ in range(2))
    assert first == second
    assert refund(mp, payment, {"amount": 10000})[0] == 409
    assert [one["amount"] for one in mp.refunds()] == [20000]


@pytest.mark.parametrize(("keys", "answers"), [(["r-1"] * 6, [201] * 6), (list("abcdef"), [201] + [404] * 5)])
def test_refunds_at_the_same_time_give_back_once(
    mp: Server, preference: str, keys: list[str], answers: list[int]
) -> None:
    payment = mp.pay(preference)
    with ThreadPoolExecutor(len(keys)) as pool:
        replies = list(pool.map(lambda key: refund(mp, payment, key=key), keys))
    assert sorted(status for status, _ in replies) == answers
    assert len({reply["id"] for status, reply in replies if status == 201}) == len(mp.refunds()) == 1
    assert fetched(mp, payment)["transaction_amount_refunded"] == 50000


def test_refunds_that_cannot_be_are_refused(mp: Server, preference: str, time: Time) -> None:
    payment, waiting = mp.pay(preference), mp.pay(preference, card="CONT")

    def refused(what: Any, body: Any = None, key: str | None = "r-1") -> tuple[int, int]:
        status, reply = refund(mp, what, body, key=key)
        return status, code_of(reply)

    assert refused(payment, key=None) == (400, 4292)
    assert refused(payment, {"amount": 0}) == (401, 4040)
    assert refused(payment, {"amount": "100"}) == (401, 4041)
    assert refused(payment, {"amount": 50001}) == (400, 2085)
    assert refused(waiting) == (400, 2063)
    assert refused("1") == (404, 2000)
    assert refund(mp, payment, [])[0] == 400
    time.at += 180 * 86_400 + 1
    assert refused(payment) == (404, 2024)
    assert mp.refunds() == []
    time.at = START
    assert refund(mp, payment)[0] == 201
    assert refused(payment, key="r-2") == (404, 4296)
    status, reply = call(mp, "GET", f"/v1/payments/{payment['token']}/refunds/1")
    assert (status, code_of(reply)) == (404, 2032)


def test_cash_goes_back_only_whole(mp: Server, preference: str) -> None:
    payment = mp.cash(preference)
    mp.move(payment["token"], "approved")
    assert code_of(refund(mp, payment, {"amount": 100})[1]) == 3024
    assert refund(mp, payment)[0] == 201


def test_a_slow_refund_is_in_process_until_it_is_finished(mp: Server, preference: str) -> None:
    payment, shown = mp.pay(preference), {"X-Render-In-Process-Refunds": "true"}
    mp.fault("refund_in_process")
    assert refund(mp, payment)[0] == 400
    status, reply = refund(mp, payment, headers=shown)  # the same key: the same refund
    assert (status, reply["status"], len(mp.refunds())) == (201, "in_process", 1)
    assert state(fetched(mp, payment)) == ("approved", "accredited")
    assert refund(mp, payment, key="r-2")[1]["cause"][0]["code"] == 4296
    mp.finish_refund(str(reply["id"]))
    assert refund(mp, payment)[1]["status"] == "approved"
    assert state(fetched(mp, payment)) == ("refunded", "refunded")


def test_a_rejected_refund_leaves_the_payment(mp: Server, preference: str) -> None:
    payment = mp.pay(preference)
    mp.fault("refund_rejected")
    assert refund(mp, payment)[1]["status"] == "rejected"
    assert (state(fetched(mp, payment)), fetched(mp, payment)["transaction_amount_refunded"]) == (
        ("approved", "accredited"), 0)
    assert refund(mp, payment, key="r-2")[1]["status"] == "approved"


def test_a_refund_in_the_panel_is_told_like_any_other(mp: Server, merchant: Merchant, preference: str) -> None:
    payment = mp.pay(preference)
    mp.refund(payment["token"], 10000)
    assert state(fetched(mp, payment)) == ("approved", "partially_refunded")
    mp.refund(payment["token"], source="admin")
    assert state(fetched(mp, payment)) == ("refunded", "by_admin")
    with pytest.raises(MercadoPagoError):
        mp.refund(payment["token"])
    mp.settle()
    assert [action for action, _ in merchant.actions] == ["payment.created", "payment.updated", "payment.updated"]
