"""The in-memory provider keeps the same contract as the real adapters."""

import pytest

from chalicelib.payments.model import PaymentId
from tests.payments.contract import OneTryContract
from tests.payments.fake import FakeGateway


class People:
    """The guest and the receiver of a refund, by our own payment id."""

    def __init__(self, gateway: FakeGateway) -> None:
        self.gateway = gateway

    def pay(self, payment: PaymentId) -> str:
        self.gateway.pay(self.gateway.token_of(payment))
        return self.gateway.token_of(payment)

    def reject(self, payment: PaymentId) -> str:
        self.gateway.reject(self.gateway.token_of(payment))
        return self.gateway.token_of(payment)

    def leave(self, payment: PaymentId) -> str:
        self.gateway.leave(self.gateway.token_of(payment))
        return self.gateway.token_of(payment)

    def take_time_for_refunds(self) -> None:
        """It always does."""

    def accept_refund(self, token: str) -> None:
        self.gateway.accept_refund(token)

    def reject_refund(self, token: str) -> None:
        self.gateway.reject_refund(token)


class TestFakeGateway(OneTryContract):
    @pytest.fixture(params=[False, True], ids=["without keys", "with idempotency keys"])
    def gateway(self, request: pytest.FixtureRequest) -> FakeGateway:
        return FakeGateway(refunds_repeatable=request.param)

    @pytest.fixture
    def provider(self, gateway: FakeGateway) -> People:
        return People(gateway)
