"""Every kind of thing sold × everything that can happen after the sale: money, hours and stock are conserved.

Each basket meets each happening, and each way to pay meets each basket and each happening. What must come of it is
written down case by case, by the rules of docs/changes.md and docs/payments.md.
"""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from chalicelib.catalog import stock
from chalicelib.orders import table
from chalicelib.orders.returned import record_all
from chalicelib.payments import table as payments
from chalicelib.payments.model import PaymentId
from tests.orders.gifts import put_in
from tests.orders.test_changing import change, confirmed
from tests.orders.test_deposits import cabin, pay
from tests.orders.test_transfers import confirm
from tests.support.baskets import programme
from tests.support.spa import Placed, Spa, at, line

MASSAGE = line("2026-12-02 14:15", service="masaje-relajacion")
BOTTLE = {"product": "espumante", "quantity": 1}
METHODS = ("flow", "mercadopago", "transfer")
BASKETS = ("pack", "deposit", "product", "cabin", "programme")
PAID = {"pack": 95_000, "deposit": 90_000, "product": 65_000, "cabin": 180_000, "programme": 290_000}


class End(NamedTuple):
    """How it must end: the order's state, its total, and the money that we hold for it, in CLP."""

    state: str
    total: int
    kept: int


class Case(NamedTuple):
    """An order that was paid, or whose time is over; `money` (CLP) is what its payment asks.

    `bank` is what staff saw come and go on the spa's own account.
    """

    order: Placed
    basket: str
    method: str
    money: int
    bank: list[int]

    @property
    def spa(self) -> Spa:
        return self.order.spa


def wanted(spa: Spa, basket: str) -> dict[str, Any]:
    """Return what goes into the cart."""
    if basket == "programme":
        return programme("2026-12-09", get=lambda path: _get(spa, path))
    return {"pack": {"lines": [line(), MASSAGE]}, "product": {"lines": [line()], "products": [BOTTLE]},
            "deposit": {"lines": [cabin()]}, "cabin": {"lines": [cabin()]}}[basket]


def _get(spa: Spa, path: str) -> Any:
    path, _, query = path.partition("?")
    return spa.client.get(path, query=dict(pair.split("=") for pair in query.split("&"))).json


def placed(spa: Spa, basket: str, method: str, *codes: str) -> Case:
    """Return an order that waits for its money; the gift cards of these codes pay what they can."""
    cart, token = spa.open_cart(*wanted(spa, basket)["lines"])
    if products := wanted_products(basket):
        spa.put(cart["id"], token, {"products": products})
    for code in codes:
        assert put_in(spa, cart, token, code).status == 201
    answer = spa.check_out(token, payment_method=method, pay="deposit" if basket == "deposit" else "full")
    assert answer.status == 201, answer.body
    payment = answer.json["payment"]
    return Case(Placed(spa, answer.json["order"]["id"], answer.json["token"], payment["id"]), basket, method,
                payment["amount"], [])


def wanted_products(basket: str) -> list[dict[str, Any]]:
    return [BOTTLE] if basket == "product" else []


def pays(case: Case) -> None:
    if case.method == "transfer":
        assert confirm(case.spa, case.order.payment, amount=case.money).status == 200
        case.bank.append(case.money)
    else:
        pay(case.order, case.order.payment)


# What happens after the sale


def move(case: Case) -> None:
    """Move the first thing to another hour at the same price."""
    first = case.order.view()["lines"][0]
    to = {"pack": "2026-12-02 19:30", "product": "2026-12-03 17:00"}.get(case.basket, "2026-12-11 16:00")
    more: dict[str, Any] = {}
    if case.basket == "programme":
        [moved] = programme("2026-12-16", get=lambda path: _get(case.spa, path))["lines"]
        more = {"start": moved["start"], "parts": moved["parts"]}
    done = change(case.order, "move", **{"line": first["stay"] or first["id"], "start": at(to), **more})
    assert done.status == 200, done.body


def cancel_a_line(case: Case) -> None:
    """Give up one thing: the massage, one night, the bottle; of a programme there is but the whole."""
    lines = case.order.view()["lines"]
    which = {"pack": 1, "product": 1}.get(case.basket, 0)
    assert change(case.order, "cancel", line=lines[which]["id"]).status == 200


def cancel_all(case: Case) -> None:
    assert change(case.order, "cancel_all").status == 200


def partial_refund(case: Case) -> None:
    """Give up all of it for credit; the front desk gives 20,000 of that back."""
    assert change(case.order, "cancel_all", surplus="credit").status == 200
    path = f"/api/admin/reservas/{case.order.id}/devolucion"
    assert case.spa.client.post(path, {"amount": 20_000}, staff="reception").status == 200


def chargeback(case: Case) -> None:
    """The payer's bank claims the money, and we hear of it twice."""
    case.spa.provider.claim(case.order.payment)
    for _ in range(2):
        owners = record_all(case.spa.provider.back, case.spa.clock)
        assert set(owners.values()) == {case.order.payment}


def cancel_late(case: Case) -> None:
    """Give up all of it when nothing of it is free any more. (It stands for a chargeback where there is none.)"""
    case.spa.clock.advance(hours={"pack": 37, "cabin": 80}[case.basket])
    cancel_all(case)


def late_payment(case: Case) -> None:
    """The money comes when somebody else has the first hour; the guest takes the first of the others."""
    spa, order = case.spa, case.order
    spa.clock.advance(**({"hours": 24, "minutes": 11} if case.method == "transfer" else {"minutes": 26}))
    spa.poll()
    assert order.view()["state"] == "expired"
    first = order.view()["lines"][0]
    taken = next((part for part in first["parts"] or () if part["service"].startswith("tina")), first)
    rival = {"service": taken["service"], "start": taken["start"], "guests": 2}
    confirmed(spa, rival)
    pays(case)
    assert order.view()["kept"] == case.money
    path = f"/api/reservas/{order.id}/alternativas"
    found = spa.client.get(path, token=order.token).json["alternatives"]
    best = next(one for one in found if one["due"] == order.view()["total"] - PAID[case.basket])
    moves = [{name: moved[name] for name in ("line", "service", "start", "parts")} for moved in best["moves"]]
    assert spa.client.post(path, {"moves": moves}, token=order.token).status == 200


HAPPENINGS: tuple[Callable[[Case], None], ...] = (
    move, cancel_a_line, cancel_all, partial_refund, late_payment, chargeback)

ENDS = {
    ("pack", move): End("confirmed", 95_000, 95_000),
    ("pack", cancel_a_line): End("confirmed", 50_000, 50_000),
    ("pack", cancel_all): End("cancelled", 0, 0),
    ("pack", partial_refund): End("cancelled", 0, 75_000),
    ("pack", late_payment): End("confirmed", 95_000, 95_000),
    ("pack", chargeback): End("confirmed", 95_000, 0),
    ("deposit", move): End("confirmed", 180_000, 90_000),
    ("deposit", cancel_a_line): End("confirmed", 90_000, 90_000),
    ("deposit", cancel_all): End("cancelled", 0, 0),
    ("deposit", partial_refund): End("cancelled", 0, 70_000),
    ("deposit", late_payment): End("confirmed", 180_000, 90_000),
    ("deposit", chargeback): End("confirmed", 180_000, 0),
    ("product", move): End("confirmed", 65_000, 65_000),
    ("product", cancel_a_line): End("confirmed", 50_000, 50_000),
    ("product", cancel_all): End("cancelled", 0, 0),
    ("product", partial_refund): End("cancelled", 0, 45_000),
    ("product", late_payment): End("confirmed", 65_000, 65_000),
    ("product", chargeback): End("confirmed", 65_000, 0),
    ("cabin", move): End("confirmed", 180_000, 180_000),
    ("cabin", cancel_a_line): End("confirmed", 90_000, 90_000),
    ("cabin", cancel_all): End("cancelled", 0, 0),
    ("cabin", partial_refund): End("cancelled", 0, 160_000),
    ("cabin", late_payment): End("confirmed", 180_000, 180_000),
    ("cabin", chargeback): End("confirmed", 180_000, 0),
    ("pack", cancel_late): End("cancelled", 95_000, 95_000),
    ("cabin", cancel_late): End("cancelled", 180_000, 180_000),
    ("programme", move): End("confirmed", 290_000, 290_000),
    ("programme", cancel_a_line): End("cancelled", 0, 0),
    ("programme", cancel_all): End("cancelled", 0, 0),
    ("programme", partial_refund): End("cancelled", 0, 270_000),
    ("programme", late_payment): End("confirmed", 290_000, 290_000),
    ("programme", chargeback): End("confirmed", 290_000, 0),
}

CASES = [(basket, METHODS[(row + column) % 3], happening)
         for row, basket in enumerate(BASKETS) for column, happening in enumerate(HAPPENINGS)]
NO_CLAIMS = [(basket, "transfer", cancel_late) for basket, method, happening in CASES
             if (method, happening) == ("transfer", chargeback)]
CASES = [case for case in CASES if case[1:] != ("transfer", chargeback)] + NO_CLAIMS + [
    (basket, "flow", chargeback) for basket, _, _ in NO_CLAIMS]


def test_the_cases_are_pairwise() -> None:
    """Each two of basket, way to pay and happening meet in a case; but a transfer can't be claimed back."""
    both = {(m, h) for m in METHODS for h in HAPPENINGS} - {("transfer", chargeback)}
    assert {(method, happening) for _, method, happening in CASES} == both | {("transfer", cancel_late)}
    assert {(basket, method) for basket, method, _ in CASES} == {(b, m) for b in BASKETS for m in METHODS}
    assert {(basket, happening) for basket, _, happening in CASES} == set(ENDS)


@pytest.mark.parametrize(("basket", "method", "happening"), CASES, ids=lambda value: getattr(value, "__name__", value))
def test_what_happens_after_the_sale_keeps_money_hours_and_stock(
    spa: Spa, basket: str, method: str, happening: Callable[[Case], None]
) -> None:
    shelf = stock.left()["espumante"]
    goes_through(placed(spa, basket, method), happening, ENDS[basket, happening], shelf)


def goes_through(case: Case, happening: Callable[[Case], None], end: End, shelf: int) -> None:
    """Let an order be paid and something happen to it; check how it ends. `shelf` is the bottles before it."""
    if happening is not late_payment:
        pays(case)
    happening(case)
    for _ in range(2):  # everything may be worked through twice
        conserved(case, end, shelf)
        money_goes_out(case)
    conserved(case, end, shelf)
    view = case.order.view()
    assert sum(one["amount"] for payment in view["payments"] for one in payment["refunds"]
               if one["state"] == "refunded" and one["reason"] != "chargeback") == view["refunded"] - (
        case.money if happening is chargeback else 0)


def conserved(case: Case, end: End, shelf: int) -> None:
    """Check the end, and that not a peso, a half hour or a bottle is lost or there twice."""
    order = table.load(case.order.id)
    assert (order.state.value, order.total, order.kept) == end
    ledger = [payments.load(PaymentId(payment)) for payment in order.payments]
    assert order.kept == sum(payment.kept for payment in ledger)
    provider, mine = case.spa.provider, set(order.payments)
    came = sum(report.amount or 0 for report in provider.reports.values()
               if report.payment in mine and report.day) + sum(case.bank)
    went = sum(line.amount for line in provider.back if line.payment in mine)
    assert came - went == order.kept + sum(payment.returning for payment in ledger)
    alive = order.state.alive
    assert _ticks(case, {line.id for line in (*order.lines, *order.cancelled)}) == {
        (*place.key, tick) for _, spot in (order.claims if alive else ()) for place in spot.places
        for tick in place.ticks}
    bottles = sum(line.quantity for line in order.lines if line.kind == "product") if alive else 0
    assert stock.left()["espumante"] == shelf - bottles


def money_goes_out(case: Case) -> None:
    """Let the refund worker hear of all that is due, and staff transfer what they are to transfer, each twice."""
    for _ in range(2):
        for fact in table.history(case.order.id):
            if fact.type == "payment.refund_due":
                assert case.spa.refund(json.loads(json.dumps(fact.as_message()))) == []
        for payment in case.order.view()["payments"]:
            for refund in payment["refunds"]:
                if refund["by_hand"] and refund["state"] == "requested":
                    path = f"/api/admin/devoluciones/{refund['id']}"
                    body = {"outcome": "refunded", "reference": "BANK-1"}
                    assert case.spa.client.post(path, body, staff="reception").status == 200
                    case.bank.append(-refund["amount"])


def _ticks(case: Case, claims: set[str]) -> set[tuple[str, str, str]]:
    """Return the half hours that lines of the order have, for good."""
    return {(sheet["resource"]["S"], sheet["day"]["S"], name) for sheet in case.spa.dump()["calendar"]
            for name, mark in sheet.items() if "M" in mark and mark["M"]["h"]["S"] in claims and "u" not in mark["M"]}
