"""Mercado Pago's signals in any order and number, true, false and about two payments: the order ends in one state."""

from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import pytest

from chalicelib.orders import api as orders_api
from chalicelib.orders import jobs as orders_jobs
from chalicelib.orders.give_back import give_back
from chalicelib.payments import table as payments
from chalicelib.payments.mercadopago import MercadoPagoGateway
from chalicelib.payments.model import PaymentId, Problem
from chalicelib.payments.refund_model import RefundState
from infra.local.mercadopago import DEFAULT_ACCESS_TOKEN, Server, serve
from tests.support.spa import NOW, Placed, Spa, signal

ATTEMPTS = ("rejected", "approved")
HINTS = (*ATTEMPTS, "return", "poll")


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    keys = {"localhost": True, "retry_seconds": (), "now": NOW.timestamp}
    server = serve(0, Path(tmp_path_factory.mktemp("mercadopago")), settings=keys)
    yield server
    server.stop()


@pytest.fixture
def mp(spa: Spa, sandbox: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """The sandbox behind the spa's orders."""
    sandbox.clear()
    gateway = MercadoPagoGateway(
        api_url=sandbox.api_url, access_token=DEFAULT_ACCESS_TOKEN, site_url="http://127.0.0.1:9", clock=spa.clock
    )
    for module in (orders_api, orders_jobs):
        monkeypatch.setattr(module, "gateway", lambda method: gateway)
    return sandbox


def hint(spa: Spa, order: Placed, what: str, attempt: str) -> None:
    """Let one signal be worked: about an attempt, from the returning browser, or the schedule's own look."""
    if what == "poll":
        order.look()
        return
    told = signal("return", payment=order.payment) if what == "return" else signal("confirmation", token=attempt)
    assert spa.work({**told, "provider": "mercadopago"}) == []


@pytest.mark.parametrize("hints", list(permutations(HINTS)), ids=" → ".join)
def test_a_rejected_and_an_approved_attempt_confirm_once_in_any_order(
    spa: Spa, mp: Server, hints: tuple[str, ...]
) -> None:
    order = spa.place()
    attempts = {
        "rejected": str(mp.reject(order.payment)["token"]),
        "approved": str(mp.pay(order.payment)["token"]),
    }
    for what in (*hints, *reversed(hints)):
        hint(spa, order, what, attempts.get(what, ""))
    seen = order.view()
    assert (seen["state"], seen["paid"], seen["balance_due"]) == ("confirmed", seen["total"], 0)
    assert [payment["state"] for payment in seen["payments"]] == ["paid"]
    assert order.facts().count("order.confirmed") == 1
    kept = payments.load(PaymentId(order.payment))
    assert (kept.provider_ref, kept.problems, kept.token) == (attempts["approved"], frozenset(), None)
    assert (kept.fee, kept.net) == (1898, 48102)


@pytest.mark.parametrize("hints", list(permutations(("first", "second", "return"))), ids=" → ".join)
def test_a_page_paid_twice_confirms_once_and_gives_the_other_money_back_once(
    spa: Spa, mp: Server, capsys: pytest.CaptureFixture[str], hints: tuple[str, ...]
) -> None:
    order = spa.place()
    attempts = {name: str(mp.pay(order.payment)["token"]) for name in ("first", "second")}
    for what in (*hints, *hints):
        hint(spa, order, what, attempts.get(what, ""))
    assert (order.view()["state"], order.facts().count("order.confirmed")) == ("confirmed", 1)
    kept = payments.load(PaymentId(order.payment))
    assert kept.provider_ref in attempts.values()
    assert kept.problems == {Problem.PROVIDER_REF}
    assert '"PaymentMismatch": 1' in capsys.readouterr().out
    (other,) = [payment for payment in order.view()["payments"] if payment["id"] != order.payment]
    further = payments.load(PaymentId(other["id"]))
    assert {kept.provider_ref, further.provider_ref} == set(attempts.values())
    assert [(one.state, one.amount) for one in further.refunds] == [(RefundState.DUE, 50_000)]
    assert (order.facts().count("payment.refund_due"), order.view()["payable"]) == (1, 0)
    paid_back = give_back(further.id, 1, orders_jobs.gateway("mercadopago"), spa.clock)
    assert paid_back.refund(1).state is RefundState.REFUNDED
    assert [(one["payment"], one["amount"]) for one in mp.refunds()] == [(further.provider_ref, 50_000)]


@pytest.mark.parametrize("lie", ["amount", "currency", "order", "status"])
@pytest.mark.parametrize("what", ["approved", "return", "poll"])
def test_what_is_reported_wrongly_confirms_nothing_and_the_truth_still_does(
    spa: Spa, mp: Server, lie: str, what: str
) -> None:
    order = spa.place()
    attempt = str(mp.pay(order.payment)["token"])
    mp.fault(lie, times=None)
    hint(spa, order, what, attempt)
    seen = order.view()
    assert (seen["state"], seen["paid"]) == ("pending_payment", 0)
    assert seen["payments"][0]["state"] == ("mismatch" if lie in ("amount", "currency") else "pending")
    mp.clear_faults()
    hint(spa, order, "approved", attempt)
    assert order.view()["state"] == "confirmed"


@pytest.mark.parametrize("status", ["in_mediation", "refunded"])
def test_what_befalls_a_payment_later_takes_nothing_back_from_the_order(spa: Spa, mp: Server, status: str) -> None:
    order = spa.place()
    attempt = str(mp.pay(order.payment)["token"])
    hint(spa, order, "approved", attempt)
    before = spa.dump()
    mp.move(attempt, status)
    for what in ("approved", "return", "poll"):
        hint(spa, order, what, attempt)
    assert (order.view()["state"], spa.dump()) == ("confirmed", before)


def facts_since(order: Placed, known: int) -> list[str]:
    return order.facts()[known:]


def test_a_chargeback_is_heard_of_by_its_notice_once_and_given_back_when_it_is_won(spa: Spa, mp: Server) -> None:
    order = spa.place()
    attempt = str(mp.pay(order.payment)["token"])
    hint(spa, order, "approved", attempt)
    known = len(order.facts())
    mp.move(attempt, "charged_back", "in_process")
    for what in ("approved", "return", "poll", "approved"):
        hint(spa, order, what, attempt)
    view = order.view()
    assert (view["state"], view["kept"], view["refunded"]) == ("confirmed", 0, 50_000)
    assert facts_since(order, known) == ["payment.charged_back"]
    mp.move(attempt, "charged_back", "reimbursed")
    for what in ("approved", "return"):
        hint(spa, order, what, attempt)
    assert (order.view()["kept"], facts_since(order, known)) == (
        50_000, ["payment.charged_back", "payment.chargeback_reversed"])
    assert [item.state for item in spa.items()] == ["settled"]


def test_a_part_given_back_in_the_panel_is_heard_of_by_its_notice_once(spa: Spa, mp: Server) -> None:
    order = spa.place()
    attempt = str(mp.pay(order.payment)["token"])
    hint(spa, order, "approved", attempt)
    known = len(order.facts())
    mp.refund(attempt, 20_000)
    for what in ("approved", "return", "approved"):
        hint(spa, order, what, attempt)
    assert (order.view()["kept"], facts_since(order, known)) == (30_000, ["payment.returned_by_provider"])
    assert [(item.kind, item.about["amount"]) for item in spa.items()] == [("provider_refund", 20_000)]


@pytest.mark.parametrize("token", ["1", "9999999999", "12345678901234567890"])
def test_a_notice_of_a_payment_that_nobody_made_changes_nothing(spa: Spa, mp: Server, token: str) -> None:
    order = spa.place()
    before = spa.dump()
    hint(spa, order, "approved", token)
    assert spa.dump() == before


def test_while_the_search_does_not_know_a_payment_yet_nothing_is_lost(spa: Spa, mp: Server) -> None:
    order = spa.place()
    attempt = str(mp.pay(order.payment)["token"])
    mp.fault("unlisted")
    hint(spa, order, "return", attempt)
    assert order.view()["state"] == "pending_payment"
    hint(spa, order, "poll", attempt)
    assert order.view()["state"] == "confirmed"
