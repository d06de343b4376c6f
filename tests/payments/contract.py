"""What every payment gateway keeps to, whoever stands behind it. Test classes inherit from `GatewayContract`."""

from datetime import datetime
from typing import Any, Protocol

import pytest

from chalicelib.core.clock import SPA_ZONE
from chalicelib.core.money import Clp
from chalicelib.payments.gateway import (
    Gateway,
    HostedPayment,
    PaymentRequest,
    Reason,
    RefundReport,
    RefundReported,
    RefundRequest,
    Refused,
    Reported,
)
from chalicelib.payments.model import PaymentId


class Provider(Protocol):
    """The people at the other end."""

    def pay(self, token: str) -> Any: ...
    def reject(self, token: str) -> Any: ...
    def leave(self, token: str) -> Any: ...
    def accept_refund(self, token: str) -> Any: ...
    def reject_refund(self, token: str) -> Any: ...


def payment_id(number: int = 1) -> PaymentId:
    return PaymentId(f"pay_{number:022d}")


def ask(number: int = 1, **changes: Any) -> PaymentRequest:
    values: dict[str, Any] = {
        "payment": payment_id(number),
        "order": "7K2M-9Q4T-X",
        "subject": "Aremko · Reserva relajación",
        "amount": Clp(50000),
        "email": "ana+spa@correo.cl",
        "seconds_to_pay": 900,
    }
    return PaymentRequest(**{**values, **changes})


class GatewayContract:
    """Inherit, and give the fixtures `gateway` and `provider`."""

    @pytest.fixture
    def paid(self, gateway: Gateway, provider: Provider) -> HostedPayment:
        page = gateway.create(ask())
        provider.pay(page.token)
        return page

    def refund(self, gateway: Gateway, page: HostedPayment, amount: int = 50000) -> RefundReport:
        return gateway.refund(
            RefundRequest(
                refund=f"{payment_id()}-r1",
                payment=payment_id(),
                amount=Clp(amount),
                provider_ref=page.provider_ref,
                email="ana@correo.cl",
            )
        )

    def test_a_new_payment_has_a_page_and_is_pending(self, gateway: Gateway, provider: Provider) -> None:
        page = gateway.create(ask())
        assert page.url.endswith(f"?token={page.token}")
        report = gateway.fetch(page.token)
        assert (report.payment, report.state, report.amount, report.currency) == (
            payment_id(),
            Reported.PENDING,
            50000,
            "CLP",
        )
        assert (report.provider_ref, report.token) == (page.provider_ref, page.token)

    def test_a_payment_is_paid_rejected_or_annulled(self, gateway: Gateway, provider: Provider) -> None:
        ends = {}
        for number, end in enumerate((provider.pay, provider.reject, provider.leave)):
            page = gateway.create(ask(number))
            end(page.token)
            ends[number] = gateway.fetch(page.token).state
        assert ends == {0: Reported.PAID, 1: Reported.REJECTED, 2: Reported.ANNULLED}

    def test_what_is_paid_stays_paid(self, gateway: Gateway, provider: Provider, paid: HostedPayment) -> None:
        provider.reject(paid.token)
        provider.leave(paid.token)
        assert gateway.fetch(paid.token).state is Reported.PAID

    def test_a_paid_report_says_how_and_at_what_fee(self, gateway: Gateway, paid: HostedPayment) -> None:
        report = gateway.fetch(paid.token)
        assert (report.media, report.fee, report.amount) == ("Webpay", 1898, 50000)

    def test_a_payment_is_found_by_our_own_id(self, gateway: Gateway, paid: HostedPayment) -> None:
        found = gateway.find(payment_id())
        assert found is not None
        assert (found.state, found.provider_ref, found.token) == (Reported.PAID, paid.provider_ref, None)

    def test_a_payment_never_made_is_not_found(self, gateway: Gateway) -> None:
        assert gateway.find(payment_id(99)) is None

    def test_an_unknown_token_is_refused(self, gateway: Gateway) -> None:
        for fetch in (gateway.fetch, gateway.fetch_refund):
            with pytest.raises(Refused) as refused:
                fetch("0" * 40)
            assert refused.value.reason is Reason.NOT_FOUND

    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"email": "ana@example.com"}, Reason.EMAIL),
            ({"email": "ana"}, Reason.EMAIL),
            ({"amount": Clp(349)}, Reason.AMOUNT),
        ],
    )
    def test_a_bad_request_is_refused_with_its_reason(
        self, gateway: Gateway, changes: dict[str, Any], reason: Reason
    ) -> None:
        with pytest.raises(Refused) as refused:
            gateway.create(ask(**changes))
        assert refused.value.reason is reason
        assert gateway.find(payment_id()) is None

    def test_what_is_paid_cannot_be_asked_again(self, gateway: Gateway, paid: HostedPayment) -> None:
        with pytest.raises(Refused) as refused:
            gateway.create(ask())
        assert refused.value.reason is Reason.ALREADY_PAID

    def test_a_refund_waits_for_its_receiver(self, gateway: Gateway, provider: Provider, paid: HostedPayment) -> None:
        asked = self.refund(gateway, paid)
        assert (asked.state, asked.amount) == (RefundReported.REQUESTED, 50000)
        provider.accept_refund(asked.token)
        settled = gateway.fetch_refund(asked.token)
        assert (settled.state, settled.token, settled.amount) == (RefundReported.REFUNDED, asked.token, 50000)

    def test_a_receiver_may_decline_a_refund(self, gateway: Gateway, provider: Provider, paid: HostedPayment) -> None:
        asked = self.refund(gateway, paid, 20000)
        provider.reject_refund(asked.token)
        assert gateway.fetch_refund(asked.token).state is RefundReported.REJECTED

    def test_more_than_was_paid_is_not_refunded(self, gateway: Gateway, paid: HostedPayment) -> None:
        with pytest.raises(Refused):
            self.refund(gateway, paid, 50001)

    def test_a_days_list_holds_every_payment_received(self, gateway: Gateway, provider: Provider) -> None:
        for number in range(103):
            page = gateway.create(ask(number))
            if number not in (5, 50):
                provider.pay(page.token)
        listed = [report.payment for report in gateway.list_day(datetime.now(SPA_ZONE).date())]
        assert sorted(listed) == [payment_id(n) for n in range(103) if n not in (5, 50)]
