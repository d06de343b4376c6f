"""The night's comparison over HTTP, with each provider's true adapter against its sandbox: one day of everything."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.core.clock import FixedClock
from chalicelib.core.errors import Retryable
from chalicelib.orders import api as orders_api
from chalicelib.orders import jobs as orders_jobs
from chalicelib.orders.reconcile import reconcile
from chalicelib.payments import table as payments
from chalicelib.payments.days import Day
from chalicelib.payments.flow import FlowGateway
from chalicelib.payments.gateway import Gateway
from chalicelib.payments.mercadopago import MercadoPagoGateway
from chalicelib.payments.model import PaymentId
from infra.local import flow, mercadopago
from tests.orders.test_reconcile import HOURS, TUBS
from tests.support.spa import NOW, Placed, Spa, line, signal

DAY = date(2026, 11, 30)
CLOCK = FixedClock(NOW)  # of both sandboxes; the spa's own is set with it


@dataclass
class House:
    """The spa, one provider's sandbox, and what its people do in the panel."""

    spa: Spa
    gateway: Gateway
    sandbox: Any

    def paid(self, nth: int, *, heard: bool = True) -> Placed:
        """An order for a tub of its own, paid; `heard`: a signal of it was worked."""
        order = self.spa.place(line(f"2026-12-02 {HOURS[nth // 4]}", 2 if nth % 4 < 2 else 3, TUBS[nth % 4]),
                               payment_method=self.gateway.name, guest__email="ana@correo.cl")
        self.sandbox.pay(self.number(order) if self.gateway.name == "flow" else order.payment)
        if heard:
            assert self.spa.work({**signal("return", payment=order.payment), "provider": self.gateway.name}) == []
        return order

    def number(self, order: Placed) -> str:
        """What the sandbox calls the payment of an order."""
        name = "commerceOrder" if self.gateway.name == "flow" else "order"
        return next(str(one["token"]) for one in self.sandbox.payments() if one[name] == order.payment)

    def give_back(self, order: Placed, amount: int) -> None:
        """Somebody gives money back in the provider's panel."""
        give = self.sandbox.refund_in_panel if self.gateway.name == "flow" else self.sandbox.refund
        give(self.number(order), amount)

    def claim(self, order: Placed, *, won: bool = False) -> None:
        """The payer's bank claims a payment, or loses its claim."""
        if self.gateway.name == "flow":
            self.sandbox.charge_back(self.number(order), won=won)
        else:
            self.sandbox.move(self.number(order), "charged_back", "reimbursed" if won else "in_process")

    def strange(self, amount: int) -> None:
        """Somebody pays who never asked us."""
        self.sandbox.strange(amount)

    def night(self, day: date = DAY) -> Day:
        """Compare a day, at five in the morning of the next."""
        return reconcile(day, self.gateway, self.spa.clock)


def now() -> float:
    return CLOCK.now().timestamp()


@pytest.fixture(scope="module")
def sandboxes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    state = Path(tmp_path_factory.mktemp("sandboxes"))
    found: dict[str, Any] = {
        "flow": flow.serve(0, state, settings={"now": now}),
        "mercadopago": mercadopago.serve(0, state, settings={"localhost": True, "retry_seconds": (), "now": now})}
    yield found
    for one in found.values():
        one.stop()


@pytest.fixture(params=["flow", "mercadopago"])
def house(spa: Spa, sandboxes: dict[str, Any], request: pytest.FixtureRequest,
          monkeypatch: pytest.MonkeyPatch) -> House:
    sandbox = sandboxes[request.param]
    sandbox.clear()
    sandbox.clear_faults()
    CLOCK._at = NOW
    gateway: Gateway
    if request.param == "flow":
        gateway = FlowGateway(api_url=sandbox.api_url, api_key=flow.DEFAULT_API_KEY, site_url="http://127.0.0.1:9",
                              secret_key=flow.DEFAULT_SECRET_KEY)
    else:
        gateway = MercadoPagoGateway(api_url=sandbox.api_url, access_token=mercadopago.DEFAULT_ACCESS_TOKEN,
                                     site_url="http://127.0.0.1:9", clock=CLOCK)
    spa.clock = CLOCK
    for module in (orders_api, orders_jobs):
        monkeypatch.setattr(module, "gateway", lambda method: gateway)
    for module in (orders_jobs, __import__("chalicelib.web.edge", fromlist=["clock"])):
        monkeypatch.setattr(module, "clock", CLOCK)
    return House(spa, gateway, sandbox)


def opened(house: House) -> list[tuple[str, str]]:
    return sorted((item.kind.value, item.state.value) for item in house.spa.items())


def nothing_new(house: House) -> None:
    """Run the night once more: no movement, no order, no item is another."""

    def kept() -> list[Any]:
        dump = house.spa.dump()
        return [dump["orders"], dump["items"], dump["calendar"],
                [item for item in dump["payments"] if not item["pk"]["S"].startswith("days#")]]

    before = kept()
    house.night()
    assert kept() == before


def test_a_day_of_everything_is_found_healed_and_closed_but_for_what_is_nobodys(house: House) -> None:
    heard, returned, claimed = (house.paid(nth) for nth in range(3))
    lost = house.paid(4, heard=False)
    house.strange(7_000)
    house.give_back(returned, 20_000)
    house.claim(claimed)
    CLOCK.advance(hours=20)
    assert lost.view()["state"] == "pending_payment"
    found = house.night()

    prices = {order.id: order.view()["total"] for order in (heard, returned, claimed, lost)}
    fees = {order.id: payments.load(PaymentId(order.payment)).fee for order in (heard, returned, claimed, lost)}
    received = sum(prices.values())
    assert (found.ours.received, found.theirs.received) == (received, received + 7_000)
    assert found.ours.fees == sum(fee or 0 for fee in fees.values()) > 0
    assert found.ours.net == received - found.ours.fees
    for sums in (found.ours, found.theirs):
        assert (sums.refunded, sums.charged_back, sums.won_back) == (20_000, prices[claimed.id], 0)
    assert [(one.kind, one.ours, one.theirs) for one in found.differences] == [("payment_unknown", 0, 7_000)]
    assert (lost.view()["state"], returned.view()["kept"], claimed.view()["kept"]) == (
        "confirmed", prices[returned.id] - 20_000, 0)
    assert opened(house) == [("chargeback", "open"), ("payment_unknown", "open"), ("provider_refund", "open")]
    nothing_new(house)


def test_a_day_on_which_all_is_ours_closes_to_the_peso_and_so_does_that_of_a_won_claim(house: House) -> None:
    house.paid(0)
    claimed = house.paid(1, heard=False)
    house.claim(claimed)
    CLOCK.advance(hours=20)
    found = house.night()
    assert (found.closed_at, found.ours, found.differences) == (CLOCK.now(), found.theirs, ())
    house.claim(claimed, won=True)
    CLOCK.advance(days=1)
    won = house.night(DAY + timedelta(days=1))
    assert (won.closed_at, won.ours.won_back, won.ours.received) == (CLOCK.now(), 50_000, 0)
    assert claimed.view()["kept"] == 50_000
    assert opened(house) == [("chargeback", "settled")]
    nothing_new(house)


def test_our_own_refund_is_the_one_that_the_list_shows(house: House) -> None:
    order = house.paid(0)
    back = house.spa.client.post(f"/api/reservas/{order.id}/cambios", {
        "action": "cancel_all", "surplus": "refund", "agreed_total": 0}, token=order.token)
    assert back.status == 200, back.body
    fact = {"id": "fact", "order": order.id, "type": "payment.refund_due", "at": NOW.isoformat(), "trace": "t",
            "data": {"payment": order.payment, "refund": 1}}
    assert house.spa.refund(fact) == []
    if house.gateway.name == "flow":
        house.sandbox.accept_refund(house.sandbox.refunds()[0]["token"])  # and nobody hears of it
    CLOCK.advance(hours=20)
    found = house.night()
    assert (found.ours.refunded, found.differences, found.closed_at) == (50_000, (), CLOCK.now())
    assert (order.view()["refunded"], opened(house)) == (50_000, [])
    nothing_new(house)


def test_the_settlement_has_the_last_word_on_a_fee_and_a_person_hears_of_it(house: House) -> None:
    order = house.paid(0)
    if house.gateway.name == "mercadopago":
        house.sandbox.configure_reports()
    house.sandbox.charge(house.number(order), 2_345)
    CLOCK.advance(hours=20)
    if house.gateway.name == "mercadopago":  # the report is asked for, and made later
        for _ in range(2):
            waits = house.night()
            assert (waits.whole, waits.closed_at, waits.ours.fees, opened(house)) == (False, None, 1_898, [])
        assert len([call for call, _ in house.sandbox.calls() if call.startswith("POST /v1/account")]) == 1
        CLOCK.advance(hours=2)
    found = house.night()
    assert (found.ours.fees, found.ours.net, found.closed_at) == (2_345, 47_655, CLOCK.now())
    kept = payments.load(PaymentId(order.payment))
    assert (kept.fee, kept.net, opened(house)) == (2_345, 47_655, [("fee_differs", "open")])
    nothing_new(house)


@pytest.mark.parametrize("fault", ["error", "garbage"])
def test_a_list_that_fails_changes_nothing_and_the_next_run_finds_all(house: House, fault: str) -> None:
    order = house.paid(0, heard=False)
    CLOCK.advance(hours=20)
    before = house.spa.dump()
    path = "/payment/getPayments" if house.gateway.name == "flow" else "GET /v1/payments/search"
    house.sandbox.fault(fault, on=path, times=1)
    with pytest.raises(Retryable):
        house.night()
    assert house.spa.dump() == before
    assert (house.night().closed_at, order.view()["state"]) == (CLOCK.now(), "confirmed")
