"""Gift cards in the hands of guests: issued straight into the table, so that a test can begin with paying by them."""

import itertools
from datetime import date, timedelta
from typing import Any

from chalicelib.aws.transactions import Transaction
from chalicelib.core.clock import spa_date
from chalicelib.core.ids import gift_code
from chalicelib.giftcards import codes, table
from chalicelib.giftcards.model import Card, Delivery, Entry, EntryKind, Face, Way, differences
from tests.support.books import scan
from tests.support.http import Answer
from tests.support.spa import Placed, Spa, line

_numbers = itertools.count(1)


def card(spa: Spa, amount: int = 50_000, *, days: int = 365) -> tuple[str, str]:
    """Put a card of so many pesos into the world, good for so many days more; return its id and its code."""
    id, code, now = f"gft_{next(_numbers):022}", gift_code(), spa.clock.now()
    new = Card(
        id=id, order="3334-4446-7", line="lin_1", buyer_language="es", code_hash=codes.find_key(code), trace="t",
        face=Face(experience="regalo-monto-libre", title="Lo que elijas", amount=amount, recipient="Berta",
                  sender="Ana", message="", design="rio", language="es"),
        delivery=Delivery(way=Way.SELF), sealed=codes.seal(code, id), ending=codes.ending_of(code), issued=amount,
        ceiling=amount, balance=amount, free=amount, entries=(Entry(kind=EntryKind.ISSUE, amount=amount, at=now),),
        last_day=spa_date(now) + timedelta(days=days), month=f"{spa_date(now):%Y-%m}", created_at=now, updated_at=now)
    tx = Transaction()
    table.issued(tx, new)
    tx.commit()
    return id, code


def put_in(spa: Spa, cart: dict[str, Any], token: str, code: str) -> Answer:
    """Let a code pay for a cart."""
    return spa.client.post(f"/api/carritos/{cart['id']}/codigos", {"code": code}, token=token)


def cart_with(spa: Spa, codes: list[str], *lines: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """Return a cart for which these codes pay, and its token."""
    cart, token = spa.open_cart(*(lines or (line(),)))
    for code in codes:
        added = put_in(spa, cart, token, code)
        assert added.status == 201, added.body
        cart = added.json
    return cart, token


def placed(spa: Spa, codes: list[str], *lines: dict[str, Any], **form: Any) -> Placed:
    """Return an order for which these codes pay, as far as they can."""
    _, token = cart_with(spa, codes, *lines)
    answer = spa.check_out(token, **form)
    assert answer.status == 201, answer.body
    payment = answer.json["payment"]
    return Placed(spa, answer.json["order"]["id"], answer.json["token"], payment["id"] if payment else "")


def worth(id: str) -> tuple[int, int, dict[str, int]]:
    """Return a card's balance, what of it is free, and its holds; its ledger must tell the same."""
    found = table.load(id)
    assert differences(found) == []
    return found.balance, found.free, dict(found.holds)


def entries(id: str) -> list[tuple[str, int]]:
    """Return what a card's ledger tells, oldest first."""
    return [(entry.kind.value, entry.amount) for entry in table.load(id).entries]


def last_day(id: str) -> date:
    return table.load(id).last_day


def uses(order: Placed) -> list[tuple[int, str, int]]:
    """Return what the order's page says of its cards: amount, state, what is back."""
    return [(use["amount"], use["state"], use["returned"]) for use in order.view()["cards"]]


def sums(order: Placed) -> tuple[int, int, int, int]:
    """Return total, money kept, covered by cards, and balance."""
    view = order.view()
    return view["total"], view["kept"], view["covered"], view["balance_due"]


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every item that a payment by card touches, as DynamoDB holds it."""
    return {area: scan(area) for area in ("calendar", "carts", "orders", "payments", "giftcards", "items")}
