"""Mercado Pago's words: every status, money strictly, and any order of its reports ends alike."""

from datetime import date
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.payments.gateway import PaymentReport, Reason, RefundReported, Reported
from chalicelib.payments.mercadopago_wire import best, page_of, payment_report, refund_report, refusal
from chalicelib.payments.model import Payment, PaymentState, Problem, hosted, owe_refund
from chalicelib.payments.verdict import Outcome, verdict
from infra.local.mercadopago.states import DETAILS
from tests.payments.builders import NOW, new_payment

# A payment as `GET /v1/payments/{id}` tells it, shortened (PROVIDERS.md §B.3)
APPROVED: dict[str, Any] = {
    "id": 1318881234,
    "status": "approved",
    "status_detail": "accredited",
    "transaction_amount": 50000,
    "transaction_amount_refunded": 0,
    "currency_id": "CLP",
    "installments": 6,
    "payment_method_id": "visa",
    "payment_type_id": "credit_card",
    "external_reference": "pay_1",
    "date_created": "2026-12-01T11:30:00.000-04:00",
    "date_approved": "2026-12-01T11:30:02.000-04:00",
    "transaction_details": {"net_received_amount": 48102, "total_paid_amount": 52000, "installment_amount": 8667},
    "fee_details": [
        {"type": "mercadopago_fee", "amount": 1595, "fee_payer": "collector"},
        {"type": "application_fee", "amount": 302.6, "fee_payer": "collector"},
        {"type": "financing_fee", "amount": 2000, "fee_payer": "payer"},
    ],
    "refunds": [],
    "order": {"id": "1", "type": "mercadopago"},
    "payer": {"email": "ana@correo.cl"},
    "live_mode": True,
}
MEANINGS = {
    "approved": Reported.PAID,
    "authorized": Reported.PENDING,
    "in_process": Reported.PENDING,
    "pending": Reported.PENDING,
    "cancelled": Reported.ANNULLED,
    "rejected": Reported.REJECTED,
    "refunded": Reported.RETURNED,
    "in_mediation": Reported.DISPUTED,
    "charged_back": Reported.DISPUTED,
}


def test_an_approved_payment_is_read() -> None:
    found = payment_report(APPROVED, token="1318881234")
    assert found == PaymentReport(
        payment=found.payment,
        provider_ref="1318881234",
        state=Reported.PAID,
        amount=found.amount,
        currency="CLP",
        raw_status="approved",
        token="1318881234",
        media="credit_card visa",
        fee=1898,
        net=48102,
        installments=6,
        provider_date="2026-12-01T11:30:02.000-04:00",
        day=date(2026, 12, 1),
    )
    assert (found.payment, found.amount) == ("pay_1", 50000)


@pytest.mark.parametrize(
    ("status", "detail"), [(status, detail) for status, details in DETAILS.items() for detail in details]
)
def test_every_status_has_a_meaning_whatever_its_detail(status: str, detail: str) -> None:
    found = payment_report({**APPROVED, "status": status, "status_detail": detail})
    assert found.state is MEANINGS[status]
    assert found.provider_ref == ("1318881234" if status == "approved" else "")


@pytest.mark.parametrize("status", ["", None, "in_limbo", "APPROVED", 2, True, ["approved"], {"status": "approved"}])
def test_any_other_status_is_unknown(status: Any) -> None:
    assert payment_report({**APPROVED, "status": status}).state is Reported.UNKNOWN


@pytest.mark.parametrize(
    ("amount", "pesos"),
    [(50000, 50000), ("50000.00", 50000), (Decimal("50000.0"), 50000), (50000.5, None), (-1, None), (None, None)],
)
def test_the_amount_is_whole_pesos_or_none(amount: Any, pesos: int | None) -> None:
    assert payment_report({**APPROVED, "transaction_amount": amount}).amount == pesos


@pytest.mark.parametrize(
    ("fees", "fee"),
    [
        (None, None),
        ([], None),
        ("[]", None),
        ([{"amount": 10, "fee_payer": "payer"}], None),
        ([{"amount": "10.5", "fee_payer": "collector"}], 11),
        ([{"amount": None, "fee_payer": "collector"}], 0),
    ],
)
def test_the_fee_is_what_we_bear(fees: Any, fee: int | None) -> None:
    assert payment_report({**APPROVED, "fee_details": fees}).fee == fee


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(
                    ["status", "transaction_amount", "fee_details", "transaction_details", "id", "cause", "results"]
                ),
                inner,
            )
        ),
    )
)
def test_nothing_it_may_send_breaks_the_reading(value: Any) -> None:
    reply = value if isinstance(value, dict) else dict.fromkeys(APPROVED, value)
    payment_report(reply)
    refund_report(reply, payment_ref="1")
    page_of(reply)
    refusal(400, reply)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("approved", RefundReported.REFUNDED),
        ("in_process", RefundReported.REQUESTED),
        ("rejected", RefundReported.REJECTED),
        ("cancelled", RefundReported.CANCELLED),
        ("lost", RefundReported.UNKNOWN),
        (None, RefundReported.UNKNOWN),
    ],
)
def test_refund_states(status: Any, state: RefundReported) -> None:
    found = refund_report({"id": 77, "payment_id": 5, "amount": "12000.00", "status": status}, payment_ref="5")
    assert (found.state, found.amount, found.provider_ref, found.token) == (state, 12000, "77", "5-77")


@pytest.mark.parametrize(
    ("status", "error", "code", "message", "reason"),
    [
        (401, "unauthorized", None, "Must provide your access_token", Reason.CREDENTIALS),
        (403, "forbidden", None, "", Reason.CREDENTIALS),
        (400, "invalid_access_token", None, "", Reason.CREDENTIALS),
        (401, "unauthorized", 4040, "amount must be positive", Reason.AMOUNT),
        (401, "unauthorized", 4041, "amount must be numeric", Reason.AMOUNT),
        (400, "bad_request", 2085, "", Reason.AMOUNT),
        (400, "invalid_items", None, "unit_price", Reason.AMOUNT),
        (404, "not_found", 2000, "Payment not found", Reason.NOT_FOUND),
        (404, "not_found", None, "Resource not found", Reason.NOT_FOUND),
        (404, "not_found", 2032, "Refund not found", Reason.NOT_FOUND),
        (404, "not_found", 2024, "too old", Reason.OTHER),
        (404, "not_found", "15016", "too old", Reason.OTHER),
        (404, "not_found", 3024, "partial", Reason.OTHER),
        (404, "not_found", 4296, "already refunded", Reason.OTHER),
        (400, "bad_request", 2063, "state", Reason.OTHER),
        (400, "bad_request", 4050, "payer.email must be a valid email", Reason.EMAIL),
        (400, "bad_request", None, "currency_id invalid", Reason.CURRENCY),
        (400, "invalid_back_urls", None, "back_urls invalid", Reason.OTHER),
        (422, "", None, "", Reason.OTHER),
    ],
)
def test_refusals_have_a_meaning(status: int, error: str, code: Any, message: str, reason: Reason) -> None:
    cause = [{"code": code, "description": message}] if code else []
    number, _, found = refusal(status, {"message": message, "error": error, "status": status, "cause": cause})
    assert (number, found) == (str(code or error or status), reason)


# Any order and number of reports

PAYMENT = hosted(new_payment(method="mercadopago"), url="https://mp.test/?pref_id=1", now=NOW)
attempts = st.builds(
    lambda number, status, amount, currency: {
        **APPROVED,
        "id": number,
        "status": status,
        "transaction_amount": amount,
        "currency_id": currency,
        "external_reference": PAYMENT.id,
        "date_approved": f"2026-12-01T11:30:0{number}.000-04:00",
    },
    st.integers(1, 9),
    st.sampled_from([*DETAILS, "approved", "approved", "in_limbo"]),
    st.sampled_from([50000, 50000, 50000, 1000, None]),
    st.sampled_from(["CLP", "CLP", "CLP", "USD"]),
)
histories = st.lists(attempts, max_size=4, unique_by=lambda attempt: attempt["id"])


def end_of(payment: Payment, heard: list[PaymentReport]) -> tuple[Payment, int]:
    confirmed = 0
    for report in heard:
        found = verdict(payment, report, now=NOW)
        payment, confirmed = found.payment, confirmed + (found.outcome is Outcome.CONFIRM)
    return payment, confirmed


def heard_of(attempts: list[dict[str, Any]]) -> list[PaymentReport]:
    """What webhooks of each attempt lead to, and what a poll between them finds."""
    told = [payment_report(one, token=str(one["id"])) for one in attempts]
    found = best([payment_report(one) for one in attempts])
    return [*told, *([found] if found else [])]


def right(attempt: dict[str, Any]) -> bool:
    return (attempt["status"], attempt["transaction_amount"], attempt["currency_id"]) == ("approved", 50000, "CLP")


@given(histories)
def test_any_order_and_number_of_reports_ends_alike_and_confirms_once(attempts: list[dict[str, Any]]) -> None:
    reports = heard_of(attempts)
    ends = set()
    for order in permutations(reports):
        end, confirmed = end_of(PAYMENT, [*order, *order[:1], *order[::-1]])
        ends.add((end.state, end.problems, end.paid))
        assert confirmed == int(any(map(right, attempts)))
    assert len(ends) == 1
    [(state, problems, paid)] = ends
    if any(map(right, attempts)):
        assert (state, paid) == (PaymentState.PAID, 50000)
    approved = [one for one in attempts if one["status"] == "approved"]
    assert (Problem.PROVIDER_REF in problems) == (len(approved) > 1)


@given(histories, histories)
def test_what_a_preference_once_was_paid_stays_paid_and_a_refund_stays_owed(
    before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> None:
    sure = payment_report({**APPROVED, "id": 77, "external_reference": PAYMENT.id}, token="77")
    paid, _ = end_of(PAYMENT, [*heard_of(before), sure])
    assert end_of(paid, heard_of(after))[0].state is PaymentState.PAID
    due = owe_refund(paid, amount=PAYMENT.amount, reason="slot_lost", now=NOW)
    assert end_of(due, heard_of(after))[0].refunds == due.refunds


def test_a_second_payment_of_the_same_preference_is_a_mismatch_that_somebody_hears_of() -> None:
    first, second = (payment_report({**APPROVED, "id": n, "external_reference": PAYMENT.id}) for n in (1, 2))
    paid = verdict(PAYMENT, first, now=NOW).payment
    found = verdict(paid, second, now=NOW)
    assert (found.outcome, found.payment.state, found.payment.provider_ref) == (
        Outcome.MISMATCH,
        PaymentState.PAID,
        "1",
    )
    assert found.payment.problems == {Problem.PROVIDER_REF}


def test_the_right_money_comes_after_the_wrong_under_another_number() -> None:
    wrong, good = (
        payment_report({**APPROVED, "id": n, "transaction_amount": amount, "external_reference": PAYMENT.id})
        for n, amount in ((1, 1000), (2, 50000))
    )
    end, confirmed = end_of(PAYMENT, [wrong, good])
    assert (end.state, end.provider_ref, end.received, confirmed) == (PaymentState.PAID, "2", 50000, 1)


def test_of_nothing_there_is_no_best() -> None:
    assert best([]) is None


@pytest.mark.parametrize(
    ("statuses", "state"),
    [
        (["rejected", "approved", "cancelled"], Reported.PAID),
        (["charged_back", "approved"], Reported.PAID),
        (["rejected", "in_process"], Reported.PENDING),
        (["in_limbo", "rejected"], Reported.UNKNOWN),
        (["refunded", "rejected"], Reported.RETURNED),
        (["cancelled", "rejected"], Reported.REJECTED),
        (["cancelled"], Reported.ANNULLED),
    ],
)
def test_what_may_still_be_money_beats_a_no(statuses: list[str], state: Reported) -> None:
    reports = [payment_report({**APPROVED, "id": n, "status": status}) for n, status in enumerate(statuses)]
    for order in permutations(reports):
        found = best(list(order))
        assert found is not None
        assert found.state is state


def test_a_poll_that_finds_two_payments_confirms_with_the_first_and_notes_the_other() -> None:
    both = [payment_report({**APPROVED, "id": n, "external_reference": PAYMENT.id}) for n in (7, 8)]
    found = best(both)
    assert found is not None
    assert (found.provider_ref, found.also_paid) == ("7", ("8",))
    end = verdict(PAYMENT, found, now=NOW)
    assert (end.outcome, end.payment.state, end.payment.provider_ref) == (Outcome.CONFIRM, PaymentState.PAID, "7")
    assert end.payment.problems == {Problem.PROVIDER_REF}
