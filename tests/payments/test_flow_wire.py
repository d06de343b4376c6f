"""Flow's JSON in all the shapes it has been seen in; money strictly."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.payments.flow_wire import payment_report, reason_of, refund_report, rows
from chalicelib.payments.gateway import Reason, RefundReported, Reported
from chalicelib.payments.wire import whole_pesos

# Flow's own example of a PaymentStatus, shortened (PROVIDERS.md §A.6)
PAID: dict[str, Any] = {
    "flowOrder": 3567899,
    "commerceOrder": "pay_1",
    "requestDate": "2026-12-01 12:32:11",
    "status": 2,
    "subject": "Reserva",
    "currency": "CLP",
    "amount": 12000,
    "payer": "ana@correo.cl",
    "optional": None,
    "pending_info": {"media": None, "date": None},
    "paymentData": {
        "date": "2026-12-01 12:34:00",
        "media": "Webpay",
        "conversionDate": None,
        "conversionRate": None,
        "amount": 12000,
        "currency": "CLP",
        "fee": 455.52,
        "balance": 11544,
        "transferDate": None,
    },
    "merchantId": None,
}


@pytest.mark.parametrize(
    ("value", "pesos"),
    [
        (12000, 12000),
        ("12000", 12000),
        ("12000.00", 12000),
        (12000.0, 12000),
        (Decimal("12000.0"), 12000),
        (" 350 ", 350),
        ("1.2e4", 12000),
        (0, 0),
        ("12000.50", None),
        (12000.5, None),
        (-1, None),
        ("-1", None),
        (True, None),
        (None, None),
        ("", None),
        ("doce", None),
        ([12000], None),
        ({"amount": 1}, None),
        ("NaN", None),
        ("Infinity", None),
        ("1e999999999", None),
        ("12.000", 12),
        ("12,000", None),
    ],
)
def test_money_is_whole_pesos_or_nothing(value: Any, pesos: int | None) -> None:
    assert whole_pesos(value) == pesos


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(
                    ["status", "amount", "paymentData", "pending_info", "currency", "data", "hasMore", "fee", "media"]
                ),
                inner,
            )
        ),
    )
)
def test_nothing_flow_may_send_breaks_the_reading(value: Any) -> None:
    reply = (
        value if isinstance(value, dict) else {"status": value, "amount": value, "paymentData": value, "data": value}
    )
    payment_report(reply)
    refund_report(reply)
    rows(reply)


def test_a_paid_status_is_read() -> None:
    found = payment_report(PAID, token="T")
    assert (found.payment, found.provider_ref, found.state, found.amount, found.currency) == (
        "pay_1",
        "3567899",
        Reported.PAID,
        12000,
        "CLP",
    )
    assert (found.media, found.fee, found.net, found.token) == ("Webpay", 456, 11544, "T")
    assert found.raw_status == "2"


@pytest.mark.parametrize(
    ("changes", "amount", "currency"),
    [
        ({"paymentData": {**PAID["paymentData"], "amount": "1000.00"}}, 1000, "CLP"),
        ({"paymentData": {**PAID["paymentData"], "amount": "12000.5"}}, None, "CLP"),
        ({"paymentData": {**PAID["paymentData"], "currency": "UF"}}, 12000, "UF"),
        ({"paymentData": None}, 12000, "CLP"),
        ({"paymentData": {}}, 12000, "CLP"),
    ],
)
def test_what_was_really_paid_speaks(changes: dict[str, Any], amount: int | None, currency: str) -> None:
    found = payment_report({**PAID, **changes})
    assert (found.amount, found.currency) == (amount, currency)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (1, Reported.PENDING),
        ("1", Reported.PENDING),
        (2, Reported.PAID),
        ("2", Reported.PAID),
        (2.0, Reported.PAID),
        (3, Reported.REJECTED),
        (4, Reported.ANNULLED),
        (5, Reported.UNKNOWN),
        (0, Reported.UNKNOWN),
        (None, Reported.UNKNOWN),
        (True, Reported.UNKNOWN),
        ("paid", Reported.UNKNOWN),
    ],
)
def test_states(status: Any, state: Reported) -> None:
    assert payment_report({**PAID, "status": status}).state is state


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("created", RefundReported.REQUESTED),
        ("accepted", RefundReported.ACCEPTED),
        ("refunded", RefundReported.REFUNDED),
        ("rejected", RefundReported.REJECTED),
        ("canceled", RefundReported.CANCELLED),
        ("cancelled", RefundReported.CANCELLED),
        ("lost", RefundReported.UNKNOWN),
        (None, RefundReported.UNKNOWN),
    ],
)
def test_refund_states(status: Any, state: RefundReported) -> None:
    found = refund_report(
        {"token": "T", "flowRefundOrder": 122767, "status": status, "amount": "12000.00", "fee": "240.00"}
    )
    assert (found.state, found.amount, found.fee, found.provider_ref) == (state, 12000, 240, "122767")


@pytest.mark.parametrize(
    ("more", "expected"),
    [(1, True), (True, True), ("1", True), (0, False), (False, False), ("0", False), (None, False)],
)
def test_has_more_is_a_number_or_a_boolean(more: Any, expected: bool) -> None:
    assert rows({"data": [{"status": 2}, '{"status": 2}', 7], "hasMore": more}) == (
        [{"status": 2}, {"status": 2}],
        expected,
    )


@pytest.mark.parametrize(
    ("code", "message", "reason"),
    [
        ("108", "Invalid Signature", Reason.CREDENTIALS),
        ("1620", "userEmail not valid", Reason.EMAIL),
        ("1605", "previously paid", Reason.ALREADY_PAID),
        ("1901", "minimum amount is 350", Reason.AMOUNT),
        ("1990", "has not this currency", Reason.CURRENCY),
        ("400", "Transaction not found", Reason.NOT_FOUND),
        ("7", "?", Reason.OTHER),
    ],
)
def test_refusals_have_a_meaning(code: str, message: str, reason: Reason) -> None:
    assert reason_of(code, message) is reason
