"""The in-memory provider keeps the same contract as the real adapter."""

import pytest

from tests.payments.contract import GatewayContract
from tests.payments.fake import FakeGateway


class TestFakeGateway(GatewayContract):
    @pytest.fixture
    def provider(self) -> FakeGateway:
        return FakeGateway()

    @pytest.fixture
    def gateway(self, provider: FakeGateway) -> FakeGateway:
        return provider
