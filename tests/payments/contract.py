"""What every payment gateway keeps to, whoever stands behind it. Test classes inherit from `GatewayContract`."""

from datetime import datetime
from typing import Any, ClassVar, Protocol

import pytest

from chalicelib.core.clock import SPA_ZONE
from chalicelib.core.money import Clp
from chalicelib.payments.gateway import (
    Gateway,
    PaymentReport,
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
    """The people at the other end. The guest's deeds return the token that a webhook would bring."""

    def pay(self, payment: PaymentId) -> str: ...
    def reject(self, payment: PaymentId) -> str: ...
    def leave(self, payment: PaymentId) -> str: ...
    def take_time_for_refunds(self) -> None: ...
    def accept_refund(self, token: str) -> None: ...
    def reject_refund(self, token: str) -> None: ...


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

    refused_requests: ClassVar[list[tuple[dict[str, Any], Reason]]]

    @pytest.fixture
    def token(self, gateway: Gateway, provider: Provider) -> str:
        """The token that the webhook of a paid payment brings."""
        gateway.create(ask())
        return provider.pay(payment_id())

    def found(self, gateway: Gateway, number: int = 1) -> PaymentReport:
        report = gateway.find(payment_id(number))
        assert report is not None
        return report

    def refund(self, gateway: Gateway, amount: int = 50000, refund: str = f"{payment_id()}-r1") -> RefundReport:
        paid_as = self.found(gateway).provider_ref
        return gateway.refund(
            RefundRequest(
                refund=refund, payment=payment_id(), amount=Clp(amount), provider_ref=paid_as, email="ana@correo.cl"
            )
        )

    def test_a_new_payment_has_a_page_and_no_money(self, gateway: Gateway, provider: Provider) -> None:
        page = gateway.create(ask())
        assert page.url.startswith(("http://", "https://"))
        report = gateway.find(payment_id())
        if report is not None:  # Mercado Pago knows of nothing until somebody tries to pay
            assert (report.payment, report.state, report.amount) == (payment_id(), Reported.PENDING, 50000)
            assert report.provider_ref == page.provider_ref

    def test_a_payment_is_paid_rejected_or_annulled(self, gateway: Gateway, provider: Provider) -> None:
        ends = {}
        for number, end in enumerate((provider.pay, provider.reject, provider.leave)):
            gateway.create(ask(number))
            token = end(payment_id(number))
            ends[number] = (gateway.fetch(token).state, self.found(gateway, number).state)
        assert ends == {n: (end, end) for n, end in enumerate((Reported.PAID, Reported.REJECTED, Reported.ANNULLED))}

    def test_what_is_paid_stays_paid(self, gateway: Gateway, provider: Provider, token: str) -> None:
        provider.reject(payment_id())
        assert (gateway.fetch(token).state, self.found(gateway).state) == (Reported.PAID, Reported.PAID)

    def test_a_paid_report_says_how_much_how_and_at_what_fee(self, gateway: Gateway, token: str) -> None:
        report = gateway.fetch(token)
        assert (report.payment, report.amount, report.currency) == (payment_id(), 50000, "CLP")
        assert report.fee == 1898
        assert report.net == 50000 - 1898
        assert report.media

    def test_the_webhooks_token_and_our_own_id_lead_to_the_same_payment(self, gateway: Gateway, token: str) -> None:
        by_token, by_id = gateway.fetch(token), self.found(gateway)
        assert (by_token.token, by_id.token) == (token, None)
        assert by_id.provider_ref
        assert (by_token.state, by_token.provider_ref) == (by_id.state, by_id.provider_ref)

    def test_a_payment_never_made_is_not_found(self, gateway: Gateway) -> None:
        assert gateway.find(payment_id(99)) is None

    def test_an_unknown_token_is_refused(self, gateway: Gateway) -> None:
        for fetch in (gateway.fetch, gateway.fetch_refund):
            for unknown in ("0" * 40, "1234567890", "1234567890-1234567890", "../../x"):
                with pytest.raises(Refused) as refused:
                    fetch(unknown)
                assert refused.value.reason is Reason.NOT_FOUND

    def test_a_bad_request_is_refused_with_its_reason(self, gateway: Gateway) -> None:
        for changes, reason in self.refused_requests:
            with pytest.raises(Refused) as refused:
                gateway.create(ask(**changes))
            assert refused.value.reason is reason
        assert gateway.find(payment_id()) is None

    def test_a_refund_may_take_its_time(self, gateway: Gateway, provider: Provider, token: str) -> None:
        provider.take_time_for_refunds()
        asked = self.refund(gateway)
        assert (asked.state, asked.amount) == (RefundReported.REQUESTED, 50000)
        assert gateway.fetch_refund(asked.token).state is RefundReported.REQUESTED
        provider.accept_refund(asked.token)
        settled = gateway.fetch_refund(asked.token)
        assert (settled.state, settled.token, settled.amount) == (RefundReported.REFUNDED, asked.token, 50000)

    def test_a_refund_may_fail(self, gateway: Gateway, provider: Provider, token: str) -> None:
        provider.take_time_for_refunds()
        asked = self.refund(gateway, 20000)
        provider.reject_refund(asked.token)
        assert gateway.fetch_refund(asked.token).state is RefundReported.REJECTED

    def test_more_than_was_paid_is_not_refunded(self, gateway: Gateway, token: str) -> None:
        with pytest.raises(Refused):
            self.refund(gateway, 50001)

    def test_a_refund_asked_twice_under_one_id_is_one_if_the_provider_says_so(
        self, gateway: Gateway, token: str
    ) -> None:
        first, again = self.refund(gateway, 15000), self.refund(gateway, 15000)
        assert (first.token == again.token) is gateway.refunds_repeatable
        other = self.refund(gateway, 15000, refund=f"{payment_id()}-r2")
        assert other.token not in (first.token, again.token)

    def test_a_days_list_holds_every_payment_received(self, gateway: Gateway, provider: Provider) -> None:
        for number in range(103):
            gateway.create(ask(number))
            if number not in (5, 50):
                provider.pay(payment_id(number))
        listed = [report.payment for report in gateway.list_day(datetime.now(SPA_ZONE).date()).payments]
        assert sorted(listed) == [payment_id(n) for n in range(103) if n not in (5, 50)]


class OneTryContract(GatewayContract):
    """What Flow adds: one payment is one order of Flow's, which is paid once, and its page carries the token."""

    refused_requests: ClassVar = [
        ({"email": "ana@example.com"}, Reason.EMAIL),
        ({"email": "ana"}, Reason.EMAIL),
        ({"amount": Clp(349)}, Reason.AMOUNT),
    ]

    def test_the_page_carries_the_token(self, gateway: Gateway) -> None:
        page = gateway.create(ask())
        assert page.token is not None
        assert page.url.endswith(f"?token={page.token}")
        report = gateway.fetch(page.token)
        assert (report.state, report.provider_ref, report.token) == (Reported.PENDING, page.provider_ref, page.token)

    def test_what_is_paid_cannot_be_asked_again(self, gateway: Gateway, token: str) -> None:
        with pytest.raises(Refused) as refused:
            gateway.create(ask())
        assert refused.value.reason is Reason.ALREADY_PAID
