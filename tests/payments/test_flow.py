"""The Flow adapter against the sandbox: its contract, its signature, and Flow's bad days."""

import logging
import socket
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest

from chalicelib.aws import logs
from chalicelib.core.money import Clp
from chalicelib.payments.flow import FlowGateway, sign
from chalicelib.payments.gateway import Reason, RefundRequest, Refused, Reported, Unclear, Unreachable
from chalicelib.payments.model import PaymentId
from infra.local.flow import DEFAULT_API_KEY, DEFAULT_SECRET_KEY, Server, serve
from tests.payments.contract import OneTryContract, ask, payment_id

SITE = "http://127.0.0.1:9"  # nobody listens: notices fail at once


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = serve(0, Path(tmp_path_factory.mktemp("flow")), settings={})
    yield server
    server.stop()


@pytest.fixture
def provider(sandbox: Server) -> Server:
    sandbox.clear()
    return sandbox


def flow(
    url: str, *, api_key: str = DEFAULT_API_KEY, secret_key: str = DEFAULT_SECRET_KEY, patience: float = 20
) -> FlowGateway:
    return FlowGateway(api_url=url, api_key=api_key, secret_key=secret_key, site_url=SITE, timeouts=(20, patience))


@pytest.fixture
def gateway(provider: Server) -> FlowGateway:
    return flow(provider.api_url)


def hasty(provider: Server, fault: str) -> FlowGateway:
    """A gateway that gives up before an answer that is late by a second; any other answer may take its time."""
    return flow(provider.api_url, patience=0.5 if fault.startswith("timeout") else 20)


class People:
    """The guest and the receiver of a refund, by our own payment id."""

    def __init__(self, sandbox: Server) -> None:
        self.sandbox = sandbox

    def pay(self, payment: PaymentId) -> str:
        return str(self.sandbox.pay(self._token(payment))["token"])

    def reject(self, payment: PaymentId) -> str:
        return str(self.sandbox.reject(self._token(payment))["token"])

    def leave(self, payment: PaymentId) -> str:
        return str(self.sandbox.leave(self._token(payment))["token"])

    def take_time_for_refunds(self) -> None:
        """It always does: the receiver has to accept."""

    def accept_refund(self, token: str) -> None:
        self.sandbox.accept_refund(token)

    def reject_refund(self, token: str) -> None:
        self.sandbox.reject_refund(token)

    def _token(self, payment: PaymentId) -> str:
        return next(str(one["token"]) for one in self.sandbox.payments() if one["commerceOrder"] == payment)


class TestFlowGateway(OneTryContract):
    """The contract, over HTTP, signatures checked by the sandbox's own code."""

    @pytest.fixture
    def gateway(self, sandbox: Server) -> FlowGateway:
        sandbox.clear()
        return flow(sandbox.api_url)

    @pytest.fixture
    def provider(self, sandbox: Server) -> People:
        return People(sandbox)


def test_the_signature_of_flows_own_example() -> None:
    signed = sign({"amount": "5000", "apiKey": "XXXX-XXXX-XXXX", "currency": "CLP"}, "my secret")
    assert signed == "dc3f67215dc89404aedc1deed0be7c2b49d810ca1a6e3feab3b799d77c4a9950"


def test_the_signature_sorts_by_bytes_and_signs_raw_utf8() -> None:
    params = {
        "urlReturn": "https://example.cl/pago/retorno",
        "urlConfirmation": "https://api.example.cl/flow/confirm",
        "timeout": "900",
        "subject": "Masaje relajación",
        "paymentMethod": "9",
        "optional": '{"rut":"12345678-5"}',
        "email": "ana+spa@example.com",
        "currency": "CLP",
        "commerceOrder": "RES-0001",
        "apiKey": "test-api-key",
        "amount": "45000",
    }
    assert sign(params, "test-secret-key") == "21ce54809be1219a2e0933892941031a847e663498be6400fd8be4f7d0174895"


def test_upper_case_sorts_before_underscore() -> None:
    assert sign({"payment_currency": "b", "paymentMethod": "a"}, "k") == sign(
        {"paymentMethodapayment_currency": "b"}, "k"
    )


def test_a_wrong_secret_is_our_own_fault(provider: Server) -> None:
    with pytest.raises(Refused) as refused:
        flow(provider.api_url, secret_key="another").create(ask())
    assert (refused.value.number, refused.value.reason) == ("108", Reason.CREDENTIALS)
    assert provider.payments() == []


def test_flow_is_told_where_to_call_and_where_to_send_the_guest(gateway: FlowGateway, provider: Server) -> None:
    gateway.create(ask())
    [payment] = provider.payments()
    assert payment["urlConfirmation"] == f"{SITE}/api/webhooks/flow"
    assert payment["urlReturn"] == f"{SITE}/api/pagos/flow/retorno/{payment_id()}"
    assert payment["expires"] - payment["created"] == 900


def test_a_subject_too_long_for_flow_is_cut(gateway: FlowGateway, provider: Server) -> None:
    gateway.create(ask(subject="ñ" * 300))
    assert len(provider.payments()[0]["subject"]) == 255


@pytest.mark.parametrize("kind", ["error", "error_after", "garbage", "lost_reply", "timeout", "timeout_after"])
def test_a_failed_answer_is_unclear_never_a_no(gateway: FlowGateway, provider: Server, kind: str) -> None:
    provider.fault(kind, seconds=1, on="/payment/create")
    with pytest.raises(Unclear):
        hasty(provider, kind).create(ask())
    done = kind in ("error_after", "lost_reply", "timeout_after")
    assert len(provider.payments()) == int(done)
    found = gateway.find(payment_id())
    assert (found.state if found else None) == (Reported.PENDING if done else None)


def test_a_provider_that_is_not_there_is_unreachable() -> None:
    with socket.socket() as taken:  # bound, not listening: refuses every connection
        taken.bind(("127.0.0.1", 0))
        gone = flow(f"http://127.0.0.1:{taken.getsockname()[1]}/api")
        with pytest.raises(Unreachable):
            gone.fetch("0" * 40)


def test_other_shapes_say_the_same(gateway: FlowGateway, provider: Server) -> None:
    page = gateway.create(ask())
    provider.pay(page.token)
    plain = gateway.fetch(page.token)
    provider.fault("shapes")
    assert gateway.fetch(page.token) == plain


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        ("amount", "amount", 1000),
        ("currency", "currency", "USD"),
        ("order", "payment", "pay_0000000000000000000000"),
    ],
)
def test_a_lie_is_reported_as_it_was_told(
    gateway: FlowGateway, provider: Server, kind: str, field: str, value: object
) -> None:
    page = gateway.create(ask())
    provider.pay(page.token)
    truth = gateway.fetch(page.token)
    provider.fault(kind)
    assert gateway.fetch(page.token) == replace(truth, **{field: value})  # type: ignore[arg-type]


def test_nothing_secret_or_personal_is_logged(gateway: FlowGateway, provider: Server) -> None:
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logs._logger.registered_formatter)
    before = logs._logger.log_level
    logs._logger.addHandler(handler)
    logs._logger.setLevel(logging.INFO)
    try:
        page = gateway.create(ask())
        provider.fault("lost_reply")
        with pytest.raises(Unclear):
            gateway.fetch(page.token)
        provider.pay(page.token)
        asked = RefundRequest(
            refund="r", payment=payment_id(), provider_ref=page.provider_ref, amount=Clp(50000), email="ana@correo.cl"
        )
        gateway.refund(asked)
    finally:
        logs._logger.setLevel(before)
        logs._logger._logger.removeHandler(handler)
    logged = written.getvalue()
    assert (logged.count("provider answered"), logged.count("provider did not answer")) == (2, 1)
    for secret in (page.token, DEFAULT_API_KEY, DEFAULT_SECRET_KEY, "correo.cl", "ana"):
        assert secret not in logged
