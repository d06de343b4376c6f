"""Money that a person transfers back: the guest says where to, the front desk says that it is done."""

from typing import Any

import pytest

from chalicelib.payments import table as payments
from chalicelib.payments.model import PaymentId
from chalicelib.payments.refund_model import RefundState
from tests.orders.test_transfers import confirm
from tests.support.http import Answer
from tests.support.spa import Placed, Spa, line

ACCOUNT = {"bank": "BancoEstado", "account_type": "rut", "account": "12.345.678", "holder": "Ana Soto",
           "rut": "12.345.678-5"}


@pytest.fixture
def twice(spa: Spa) -> Placed:
    """An order paid twice by transfer, whose second payment has to go back by hand."""
    order = spa.place(payment_method="transfer")
    again = order.pay_again("flow").json["payment"]["id"]
    spa.provider.pay(again)
    order.webhook(again)
    confirm(spa, order.payment)
    hand_over(spa, order)
    return order


def hand_over(spa: Spa, order: Placed) -> None:
    fact = {"type": "payment.refund_due", "order": order.id, "trace": "t", "id": "f", "at": "2026-11-30T12:00:00+00:00",
            "data": {"payment": order.payment, "refund": 1}}
    assert spa.refund(fact) == []


def record(spa: Spa, refund: str, staff: str = "reception", **said: Any) -> Answer:
    return spa.client.post(f"/api/admin/devoluciones/{refund}", said, staff=staff)


def tell(order: Placed, **changes: Any) -> Answer:
    return order.spa.client.post(f"/api/reservas/{order.id}/cuenta", {**ACCOUNT, **changes}, token=order.token)


def refunds(order: Placed) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = next(one for one in order.view()["payments"] if one["id"] == order.payment)["refunds"]
    return found


def test_a_transfer_goes_back_by_hand_and_waits_for_a_person(spa: Spa, twice: Placed) -> None:
    [refund] = refunds(twice)
    assert (refund["id"], refund["by_hand"], refund["state"]) == (f"{twice.payment}-r1", True, "requested")
    view = twice.view()
    assert (view["returning"], view["kept"], view["account_needed"], view["account"]) == (50_000, 50_000, True, None)
    assert view["history"][-1]["detail"] == "Te transferiremos la devolución a tu cuenta."
    hand_over(spa, twice)
    spa.clock.advance(days=2)
    assert spa.poll()["failed"] == 0
    assert [one["state"] for one in refunds(twice)] == ["requested"]
    assert spa.provider.refunds == []


def test_the_guest_sees_the_end_of_her_account_and_the_front_desk_all_of_it(spa: Spa, twice: Placed) -> None:
    view = tell(twice).json
    seen = {"bank": "BancoEstado", "account_type": "rut", "account_ending": "5678", "holder": "Ana Soto"}
    assert (view["account"], view["account_needed"]) == ({**seen, "account": None, "rut": None}, False)
    assert twice.view()["account"] == view["account"]
    staff = spa.client.get(f"/api/admin/reservas/{twice.id}", staff="reception").json
    assert staff["account"] == {**seen, "account": "12345678", "rut": "12345678-5"}
    facts = [str(item) for item in spa.dump()["orders"] if item["sk"]["S"].startswith("fact#")]
    assert not any("12345678" in fact or "BancoEstado" in fact for fact in facts)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("rut", "12.345.678-9", "rut_invalid"),
        ("account", "12a45", "account_invalid"),
        ("account", "0" * 21, "account_invalid"),
        ("account", "....", "account_invalid"),
        ("account_type", "dólares", "literal_error"),
        ("bank", "B" * 41, "too_long"),
        ("holder", "Ana\nSoto", "invalid_value"),
    ],
)
def test_what_is_no_account_is_refused_and_leaves_no_trace(
    spa: Spa, twice: Placed, field: str, value: str, code: str
) -> None:
    before = spa.dump()
    answer = tell(twice, **{field: value})
    assert (answer.status, answer.fields) == (422, {field: code})
    assert spa.dump() == before


def test_an_order_opens_for_its_own_token_only(spa: Spa, twice: Placed) -> None:
    other = spa.place(line("2026-12-03 17:00"))
    before = spa.dump()
    assert spa.client.post(f"/api/reservas/{twice.id}/cuenta", ACCOUNT, token=other.token).status == 404
    assert spa.dump() == before


def test_the_front_desk_says_that_it_is_done_once(spa: Spa, twice: Placed) -> None:
    refund = f"{twice.payment}-r1"
    answer = record(spa, refund, outcome="refunded", reference="TR-99")
    assert (answer.status, answer.json["payment"]["refunds"][0]["state"]) == (200, "refunded")
    view = twice.view()
    assert (view["refunded"], view["returning"], view["kept"], view["balance_due"]) == (50_000, 0, 50_000, 0)
    before = spa.dump()
    assert record(spa, refund, outcome="refunded", reference="TR-99").status == 200
    assert record(spa, refund, outcome="refunded", reference="TR-98").code == "refund_settled_already"
    assert record(spa, refund, outcome="rejected", reason="cuenta cerrada").code == "refund_settled_already"
    assert spa.dump() == before
    assert twice.facts()[-3:] == ["payment.refund_due", "payment.refund_requested", "payment.refunded"]


def test_a_transfer_that_can_not_be_made_is_the_orders_credit_again(spa: Spa, twice: Placed) -> None:
    answer = record(spa, f"{twice.payment}-r1", outcome="rejected", reason="cuenta cerrada")
    assert (answer.status, answer.json["payment"]["refunds"][0]["state"]) == (200, "rejected")
    view = twice.view()
    assert (view["kept"], view["returning"], view["refunded"], view["balance_due"]) == (100_000, 0, 0, -50_000)
    assert twice.facts()[-1] == "payment.refund_rejected"
    assert payments.load(PaymentId(twice.payment)).refund(1).problem == "cuenta cerrada"


def test_a_refund_that_is_no_ones_is_not_found(spa: Spa, twice: Placed) -> None:
    before = spa.dump()
    for wrong in ("nonsense", f"{twice.payment}-r2", "pay_0000000000000000000000-r1"):
        assert record(spa, wrong, outcome="refunded", reference="1").status == 404
    assert record(spa, f"{twice.payment}-r1", staff="kitchen", outcome="refunded", reference="1").status == 404
    assert record(spa, f"{twice.payment}-r1", outcome="lost").status == 422
    assert spa.dump() == before


def test_what_the_provider_gives_back_is_not_recorded_by_hand(spa: Spa) -> None:
    order = spa.place()
    spa.provider.pay(order.payment, amount=49_000)
    order.webhook()
    spa.clock.advance(minutes=26)
    spa.poll()
    [refund] = refunds(order)
    assert (refund["state"], refund["by_hand"]) == (RefundState.DUE, False)
    assert record(spa, refund["id"], outcome="refunded", reference="1").code == "not_by_hand"


def waiting(spa: Spa) -> list[tuple[str, dict[str, Any]]]:
    """Return kind and content of what the front desk sees waiting."""
    found = spa.client.get("/api/admin/pendientes", staff="reception").json["items"]
    return [(one["kind"], one["about"]) for one in found]


def about(order: Placed, amount: int, reason: str = "changed", method: str = "flow") -> dict[str, Any]:
    return {"order": order.id, "payment": order.payment, "refund": 1, "amount": amount, "method": method,
            "reason": reason}  # fmt: skip


def test_a_transfer_to_be_made_waits_until_the_front_desk_says_that_it_is_done(
    spa: Spa, twice: Placed
) -> None:
    assert waiting(spa) == [("refund_by_hand", about(twice, 50_000, "paid_twice", "transfer"))]
    assert record(spa, f"{twice.payment}-r1", outcome="refunded", reference="TR-99").status == 200
    assert waiting(spa) == []


def test_a_transfer_that_can_not_be_made_waits_as_money_that_could_not_go_back(
    spa: Spa, twice: Placed
) -> None:
    assert record(spa, f"{twice.payment}-r1", outcome="rejected", reason="cuenta cerrada").status == 200
    assert waiting(spa) == [("refund_rejected", about(twice, 50_000, "paid_twice", "transfer"))]
    assert "cuenta cerrada" not in str(spa.dump()["items"])
