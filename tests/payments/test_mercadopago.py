"""The Mercado Pago adapter against the sandbox: its contract, its preference, and Mercado Pago's bad days."""

import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any, ClassVar

import pytest

from chalicelib.aws import logs
from chalicelib.core.clock import FixedClock, SystemClock
from chalicelib.core.money import Clp
from chalicelib.payments import mercadopago
from chalicelib.payments.exchange import Answer
from chalicelib.payments.gateway import (
    DayList,
    Reason,
    RefundReported,
    RefundRequest,
    Refused,
    Reported,
    Unclear,
    Unreachable,
)
from chalicelib.payments.mercadopago import MercadoPagoGateway
from chalicelib.payments.model import PaymentId
from infra.local.mercadopago import DEFAULT_ACCESS_TOKEN, DEFAULT_WEBHOOK_SECRET, Server, serve
from tests.payments.contract import GatewayContract, ask, payment_id

SITE = "http://127.0.0.1:9"  # nobody listens: notices fail at once
CREATE, SEARCH = "POST /checkout/preferences", "GET /v1/payments/search"
REFUND = "POST /v1/payments/{id}/refunds"


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    settings: dict[str, Any] = {"localhost": True, "retry_seconds": ()}
    server = serve(0, Path(tmp_path_factory.mktemp("mercadopago")), settings=settings)
    yield server
    server.stop()


@pytest.fixture
def provider(sandbox: Server) -> Server:
    sandbox.clear()
    return sandbox


def mercado_pago(url: str, *, access_token: str = DEFAULT_ACCESS_TOKEN, patience: float = 20) -> MercadoPagoGateway:
    return MercadoPagoGateway(
        api_url=url, access_token=access_token, site_url=SITE, clock=SystemClock(), timeouts=(20, patience)
    )


@pytest.fixture
def gateway(provider: Server) -> MercadoPagoGateway:
    return mercado_pago(provider.api_url)


def hasty(provider: Server, fault: str) -> MercadoPagoGateway:
    """A gateway that gives up before an answer that is late by a second; any other answer may take its time."""
    return mercado_pago(provider.api_url, patience=0.5 if fault.startswith("timeout") else 20)


class People:
    """The guest and the bank, by our own payment id."""

    def __init__(self, sandbox: Server) -> None:
        self.sandbox = sandbox

    def pay(self, payment: PaymentId) -> str:
        return str(self.sandbox.pay(payment)["token"])

    def reject(self, payment: PaymentId) -> str:
        return str(self.sandbox.reject(payment)["token"])

    def leave(self, payment: PaymentId) -> str:
        waiting = str(self.sandbox.pay(payment, card="CONT")["token"])
        return str(self.sandbox.move(waiting, "cancelled", "by_payer")["token"])

    def take_time_for_refunds(self) -> None:
        self.sandbox.fault("refund_in_process")

    def accept_refund(self, token: str) -> None:
        self.sandbox.finish_refund(token.partition("-")[2])

    def reject_refund(self, token: str) -> None:
        self.sandbox.finish_refund(token.partition("-")[2], "rejected")


class TestMercadoPagoGateway(GatewayContract):
    """The contract, over HTTP."""

    refused_requests: ClassVar = [({"amount": Clp(0)}, Reason.AMOUNT), ({"currency": "XXX"}, Reason.AMOUNT)]

    @pytest.fixture
    def gateway(self, sandbox: Server) -> MercadoPagoGateway:
        sandbox.clear()
        return mercado_pago(sandbox.api_url)

    @pytest.fixture
    def provider(self, sandbox: Server) -> People:
        return People(sandbox)


def refund_request(provider_ref: str, amount: int = 50000) -> RefundRequest:
    return RefundRequest(
        refund=f"{payment_id()}-r1",
        payment=payment_id(),
        provider_ref=provider_ref,
        amount=Clp(amount),
        email="ana@correo.cl",
    )


def paid(gateway: MercadoPagoGateway, provider: Server) -> str:
    gateway.create(ask())
    return str(provider.pay(payment_id())["token"])


def test_the_preference_says_all_that_matters(provider: Server) -> None:
    now = datetime.now(UTC).replace(microsecond=123000)
    gateway = MercadoPagoGateway(
        api_url=provider.api_url, access_token=DEFAULT_ACCESS_TOKEN, site_url=SITE, clock=FixedClock(now)
    )
    page = gateway.create(ask())
    [made] = provider.preferences()
    asked = made["asked"]
    assert page.url.endswith(f"?pref_id={made['token']}")
    assert (page.token, page.provider_ref) == (None, None)
    begin, end = (datetime.fromisoformat(asked.pop(f"expiration_date_{name}")) for name in ("from", "to"))
    assert (begin, end - begin, begin.utcoffset() is not None) == (now, timedelta(seconds=900), True)
    back = f"{SITE}/api/pagos/mercadopago/retorno/{payment_id()}"
    assert asked == {
        "items": [
            {
                "id": payment_id(),
                "title": "Aremko · Reserva relajación",
                "quantity": 1,
                "currency_id": "CLP",
                "unit_price": 50000,
            }
        ],
        "payer": {"email": "ana+spa@correo.cl"},
        "back_urls": {"success": back, "failure": back, "pending": back},
        "auto_return": "approved",
        "notification_url": f"{SITE}/api/webhooks/mercadopago?source_news=webhooks",
        "external_reference": payment_id(),
        "statement_descriptor": "AREMKO SPA",
        "expires": True,
        "payment_methods": {"installments": 12, "excluded_payment_types": [{"id": "ticket"}, {"id": "atm"}]},
    }


def test_a_subject_or_address_too_long_for_mercado_pago_does_no_harm(
    gateway: MercadoPagoGateway, provider: Server
) -> None:
    gateway.create(ask(subject="ñ" * 300, email=f"{'a' * 150}@correo.cl"))
    [made] = provider.preferences()
    assert (len(made["asked"]["items"][0]["title"]), made["asked"]["payer"]) == (255, {})


@pytest.mark.parametrize("path", ["create", "find", "fetch", "refund"])
def test_a_wrong_token_is_our_own_fault(provider: Server, path: str) -> None:
    paid_as = paid(mercado_pago(provider.api_url), provider)
    gateway = mercado_pago(provider.api_url, access_token="another")
    calls: dict[str, Any] = {
        "create": lambda: gateway.create(ask(2)),
        "find": lambda: gateway.find(payment_id()),
        "fetch": lambda: gateway.fetch(paid_as),
        "refund": lambda: gateway.refund(refund_request(paid_as)),
    }
    with pytest.raises(Refused) as refused:
        calls[path]()
    assert refused.value.reason is Reason.CREDENTIALS
    assert (len(provider.preferences()), provider.refunds()) == (1, [])


@pytest.mark.parametrize("kind", ["error", "error_after", "garbage", "lost_reply", "timeout", "timeout_after"])
def test_a_failed_answer_is_unclear_never_a_no(gateway: MercadoPagoGateway, provider: Server, kind: str) -> None:
    provider.fault(kind, seconds=1, on=CREATE)
    with pytest.raises(Unclear):
        hasty(provider, kind).create(ask())
    assert len(provider.preferences()) == int(kind in ("error_after", "lost_reply", "timeout_after"))
    provider.fault(kind, seconds=1, on=SEARCH)
    with pytest.raises(Unclear):
        hasty(provider, kind).find(payment_id())
    assert gateway.find(payment_id()) is None


def test_a_provider_that_is_not_there_is_unreachable() -> None:
    with socket.socket() as taken:  # bound, not listening: refuses every connection
        taken.bind(("127.0.0.1", 0))
        gone = mercado_pago(f"http://127.0.0.1:{taken.getsockname()[1]}")
        with pytest.raises(Unreachable):
            gone.fetch("123456789")


@pytest.mark.parametrize("kind", ["error_after", "lost_reply", "timeout_after", "error", "garbage", "timeout"])
def test_a_refund_whose_answer_was_lost_is_asked_again_and_made_once(
    gateway: MercadoPagoGateway, provider: Server, kind: str
) -> None:
    paid_as = paid(gateway, provider)
    provider.fault(kind, seconds=1, on=REFUND)
    with pytest.raises(Unclear):
        hasty(provider, kind).refund(refund_request(paid_as, 20000))
    done = gateway.refund(refund_request(paid_as, 20000))
    assert (done.state, done.amount) == (RefundReported.REFUNDED, 20000)
    assert [one["amount"] for one in provider.refunds()] == [20000]


def test_one_key_for_two_amounts_is_in_doubt_and_gives_back_once(gateway: MercadoPagoGateway, provider: Server) -> None:
    paid_as = paid(gateway, provider)
    gateway.refund(refund_request(paid_as, 20000))
    with pytest.raises(Unclear):
        gateway.refund(refund_request(paid_as, 10000))
    assert len(provider.refunds()) == 1


def test_a_refund_made_twice_by_hand_is_refused_with_its_number(gateway: MercadoPagoGateway, provider: Server) -> None:
    paid_as = paid(gateway, provider)
    provider.refund(paid_as)
    with pytest.raises(Refused) as refused:
        gateway.refund(refund_request(paid_as))
    assert (refused.value.number, refused.value.reason) == ("4296", Reason.OTHER)


def test_a_payment_without_a_number_cannot_be_refunded(gateway: MercadoPagoGateway, provider: Server) -> None:
    with pytest.raises(Refused) as refused:
        gateway.refund(replace(refund_request(""), provider_ref=None))
    assert (refused.value.reason, provider.calls()) == (Reason.NOT_FOUND, [])


def test_other_shapes_say_the_same(gateway: MercadoPagoGateway, provider: Server) -> None:
    paid_as = paid(gateway, provider)
    plain = gateway.fetch(paid_as)
    provider.fault("shapes")
    assert gateway.fetch(paid_as) == replace(plain, fee=None)


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        ("amount", "amount", 1000),
        ("currency", "currency", "USD"),
        ("order", "payment", "pay_0000000000000000000000"),
        ("status", "state", Reported.UNKNOWN),
    ],
)
def test_a_lie_is_reported_as_it_was_told(
    gateway: MercadoPagoGateway, provider: Server, kind: str, field: str, value: object
) -> None:
    paid_as = paid(gateway, provider)
    provider.fault(kind)
    assert getattr(gateway.fetch(paid_as), field) == value


def test_a_search_that_names_another_order_finds_nothing(gateway: MercadoPagoGateway, provider: Server) -> None:
    paid(gateway, provider)
    provider.fault("order", on=None)
    assert gateway.find(payment_id()) is None


def test_of_many_attempts_the_paid_one_counts(
    gateway: MercadoPagoGateway, provider: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mercadopago, "PAGE_SIZE", 2)
    gateway.create(ask())
    for _ in range(4):
        provider.reject(payment_id())
    paid_as = provider.pay(payment_id())["token"]
    provider.reject(payment_id())
    report = gateway.find(payment_id())
    assert report is not None
    assert (report.state, report.provider_ref, report.also_paid) == (Reported.PAID, paid_as, ())
    assert len(provider.calls(SEARCH)) == 3


def test_a_preference_paid_twice_names_the_other_payment_and_is_counted(
    gateway: MercadoPagoGateway, provider: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    first = paid(gateway, provider)
    second = str(provider.pay(payment_id(), wallet=True)["token"])
    report = gateway.find(payment_id())
    assert report is not None
    assert (report.state, report.provider_ref, report.also_paid) == (Reported.PAID, first, (second,))
    assert '"PaymentMismatch": 1' in capsys.readouterr().out


@pytest.mark.parametrize(
    ("status", "metric"),
    [("in_mediation", "PaymentDisputed"), ("charged_back", "PaymentDisputed"), ("refunded", None)],
)
def test_a_dispute_is_counted_for_a_person_to_hear_of(
    gateway: MercadoPagoGateway, provider: Server, capsys: pytest.CaptureFixture[str], status: str, metric: str | None
) -> None:
    paid_as = paid(gateway, provider)
    provider.move(paid_as, status)
    capsys.readouterr()
    gateway.fetch(paid_as)
    out = capsys.readouterr().out
    assert (metric in out) if metric else (out == "")


def test_an_unknown_status_is_counted(
    gateway: MercadoPagoGateway, provider: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    paid_as = paid(gateway, provider)
    provider.fault("status")
    gateway.fetch(paid_as)
    assert '"PaymentStatusUnknown": 1' in capsys.readouterr().out


def test_cuotas_and_their_interest_are_not_our_money(gateway: MercadoPagoGateway, provider: Server) -> None:
    gateway.create(ask())
    report = gateway.fetch(str(provider.pay(payment_id(), installments=12)["token"]))
    assert (report.state, report.amount, report.installments) == (Reported.PAID, 50000, 12)
    assert (report.fee, report.net) == (1898, 48102)


@pytest.mark.parametrize(
    ("day", "begin", "end"),
    [
        (date(2026, 12, 1), "2026-12-01T00:00:00.000-03:00", "2026-12-01T23:59:59.999-03:00"),
        (date(2026, 9, 6), "2026-09-06T01:00:00.000-03:00", "2026-09-06T23:59:59.999-03:00"),  # begins at one o'clock
        (date(2026, 4, 4), "2026-04-04T00:00:00.000-03:00", "2026-04-04T23:59:59.999-04:00"),  # has 25 hours
    ],
)
def test_a_day_is_the_spas_day(
    gateway: MercadoPagoGateway, monkeypatch: pytest.MonkeyPatch, day: date, begin: str, end: str
) -> None:
    asked: list[dict[str, str]] = []

    def call(method: str, path: str, *, params: dict[str, str], **others: Any) -> dict[str, Any]:
        asked.append(params)
        return {"paging": {"total": 0}, "results": []}

    monkeypatch.setattr(gateway, "_call", call)
    assert gateway.list_day(day) == DayList()
    assert [(one["begin_date"], one["end_date"]) for one in asked if one["range"] == "date_approved"] == [(begin, end)]
    assert [one["begin_date"] for one in asked if one["range"] == "date_last_updated"] == [begin]


def test_nothing_secret_or_personal_is_logged(gateway: MercadoPagoGateway, provider: Server) -> None:
    with logged() as written:
        paid_as = paid(gateway, provider)
        provider.fault("lost_reply", on="GET /v1/payments/{id}")
        with pytest.raises(Unclear):
            gateway.fetch(paid_as)
        gateway.find(payment_id())
        gateway.refund(refund_request(paid_as))
        with pytest.raises(Refused):
            gateway.create(ask(amount=Clp(0)))
    text = written.getvalue()
    assert (text.count("provider answered"), text.count("provider did not answer")) == (4, 1)
    assert "invalid_items" in text
    for secret in (DEFAULT_ACCESS_TOKEN, DEFAULT_WEBHOOK_SECRET, "correo.cl", "ana", paid_as):
        assert secret not in text


@contextmanager
def logged() -> Iterator[StringIO]:
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logs._logger.registered_formatter)
    before = logs._logger.log_level
    logs._logger.addHandler(handler)
    logs._logger.setLevel(logging.INFO)
    try:
        yield written
    finally:
        logs._logger.setLevel(before)
        logs._logger._logger.removeHandler(handler)


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, {"message": "no", "error": "bad_request"}, Refused),
        (401, {"message": "no"}, Refused),
        (403, {}, Refused),
        (404, {"message": "no"}, Refused),
        (422, {"message": "no"}, Refused),
        (429, {"message": "too many"}, Unreachable),
        (400, None, Unclear),
        (408, {}, Unclear),
        (409, {"message": "conflict"}, Unclear),
        (423, {"message": "locked"}, Unclear),
        (424, {"message": "dependency"}, Unclear),
        (500, {"message": "error"}, Unclear),
        (502, None, Unclear),
        (503, {}, Unclear),
        (302, None, Unclear),
        (204, None, Unclear),
        (200, None, Unclear),
    ],
)
def test_only_a_clear_no_is_a_no(
    gateway: MercadoPagoGateway,
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    body: dict[str, Any] | None,
    error: type[Exception],
) -> None:
    monkeypatch.setattr(mercadopago, "exchange", lambda *args, **sent: Answer(status, body))
    for call in (
        lambda: gateway.create(ask()),
        lambda: gateway.fetch("1"),
        lambda: gateway.find(payment_id()),
        lambda: gateway.refund(refund_request("1")),
        lambda: gateway.fetch_refund("1-2"),
    ):
        with pytest.raises(error):
            call()


@pytest.mark.parametrize("body", [{}, {"init_point": None}, {"init_point": "javascript:alert(1)"}])
def test_a_preference_without_a_page_is_unclear(
    gateway: MercadoPagoGateway, monkeypatch: pytest.MonkeyPatch, body: dict[str, Any]
) -> None:
    monkeypatch.setattr(mercadopago, "exchange", lambda *args, **sent: Answer(201, body))
    with pytest.raises(Unclear):
        gateway.create(ask())


def test_a_search_that_is_no_list_does_not_say_that_nobody_paid(
    gateway: MercadoPagoGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mercadopago, "exchange", lambda *args, **sent: Answer(200, {"paging": {"total": 0}}))
    with pytest.raises(Unclear):
        gateway.find(payment_id())


def test_a_refund_that_names_no_id_is_unclear(gateway: MercadoPagoGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mercadopago, "exchange", lambda *args, **sent: Answer(201, {"status": "approved"}))
    with pytest.raises(Unclear):
        gateway.refund(refund_request("1"))


def test_a_payment_that_is_not_ours_is_not_named_in_the_log(gateway: MercadoPagoGateway, provider: Server) -> None:
    paid_as = paid(gateway, provider)
    for reference, named in (("ana@correo.cl", False), (payment_id(), True)):
        provider.fault("order", value=reference)
        provider.move(paid_as, "charged_back")
        with logged() as written:
            gateway.fetch(paid_as)
        assert "payment in an odd state" in written.getvalue()
        assert (reference in written.getvalue()) is named
