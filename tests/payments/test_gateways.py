"""The ways to pay: each method has its gateway, and a bank transfer asks nobody."""

import subprocess
import sys
from datetime import date

import pytest

from chalicelib.core.errors import Invalid
from chalicelib.core.money import Clp
from chalicelib.payments.gateway import DayList, Gateway, Reason, RefundRequest, Refused
from chalicelib.payments.gateways import METHODS, gateway
from chalicelib.payments.transfer import TransferGateway
from tests.payments.contract import ask, payment_id


@pytest.fixture
def transfer() -> Gateway:
    return TransferGateway(site_url="https://aremko.test/")


@pytest.fixture
def fresh() -> None:
    gateway.cache_clear()


@pytest.mark.usefixtures("dynamodb", "fresh")
@pytest.mark.parametrize("method", METHODS)
def test_every_method_has_the_gateway_of_its_name(monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    for name in ("FLOW_API_URL", "MERCADOPAGO_API_URL"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert gateway(method).name == method
    assert gateway(method) is gateway(method)


@pytest.mark.parametrize("method", ["", "webpay", "FLOW", "mercado pago"])
def test_any_other_method_is_refused(method: str) -> None:
    with pytest.raises(Invalid) as refused:
        gateway(method)
    assert refused.value.code == "payment_method_unknown"


def test_no_gateway_is_loaded_before_it_is_asked_for() -> None:
    code = (
        "import sys, chalicelib.payments.gateways; "
        "print(sorted(m for m in sys.modules if m == 'requests' or m.startswith('chalicelib.payments.')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['chalicelib.payments.gateways']"


def test_a_transfer_is_paid_from_our_own_page(transfer: Gateway) -> None:
    page = transfer.create(ask(order="7K2M-9Q4T-X"))
    assert (page.url, page.token, page.provider_ref) == ("https://aremko.test/pago/?reserva=7K2M-9Q4T-X", None, None)


def test_nobody_can_be_asked_about_a_transfer(transfer: Gateway) -> None:
    assert transfer.find(payment_id()) is None
    assert transfer.list_day(date(2026, 12, 1)) == DayList()
    for fetch in (transfer.fetch, transfer.fetch_refund):
        with pytest.raises(Refused) as refused:
            fetch("1" * 40)
        assert refused.value.reason is Reason.NOT_FOUND


def test_a_person_gives_a_transfer_back(transfer: Gateway) -> None:
    wanted = RefundRequest(
        refund="pay_1-r1", payment=payment_id(), provider_ref=None, amount=Clp(50000), email="ana@correo.cl"
    )
    with pytest.raises(Refused) as refused:
        transfer.refund(wanted)
    assert (refused.value.number, refused.value.reason, transfer.refunds_repeatable) == ("by_hand", Reason.OTHER, False)
