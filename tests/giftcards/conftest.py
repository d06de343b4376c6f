"""The spa in one process, and guests who give."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from chalicelib.giftcards import table
from chalicelib.giftcards.model import Card
from tests.support import journey
from tests.support.books import empty
from tests.support.journey import Reply, World

BOOKS = ("calendar", "carts", "orders", "payments", "items", "notifications", "requests", "giftcards")
_keys = itertools.count(1)


def fresh_key() -> str:
    return f"giving-{next(_keys):06}"


def caller() -> str:
    return f"10.4.{next(_keys) % 250}.{next(_keys) % 250}"


def gift(**changes: Any) -> dict[str, Any]:
    """Return what a buyer asks for: a tub for two for Berta, mailed now, unless `changes` say otherwise."""
    return {"experience": "regalo-tina-para-dos", "design": "bosque", "recipient": "Berta", "sender": "Ana",
            "message": "¡Feliz cumpleaños!", "language": "es",
            "delivery": {"way": "now", "email": "berta@example.cl"}, **changes}


@dataclass
class Bought:
    """An order that buys gift cards."""

    spa: World
    order: str
    token: str

    def look(self) -> dict[str, Any]:
        reply = self.spa.send("GET", f"/api/reservas/{self.order}", token=self.token, caller=caller())
        assert reply.status == 200, reply.text
        found: dict[str, Any] = reply.json
        return found

    def pay(self) -> None:
        """Pay all that is asked, and let Flow tell us of it."""
        token = self.look()["payments"][-1]["url"].rpartition("token=")[2]
        self.spa.flow.pay(token)
        assert self.spa.send("POST", "/api/webhooks/flow", form=f"token={token}").status == 200
        assert self.spa.work("payment-signals") == 0

    @property
    def cards(self) -> list[Card]:
        return [table.load(card) for card in journey.cards_of(self.order)]


@dataclass
class Shop:
    """The spa as a buyer meets it."""

    spa: World

    def put(self, *gifts: dict[str, Any], lines: tuple[dict[str, Any], ...] = (), key: str | None = None) -> Reply:
        """Open a cart with gift cards."""
        return self.spa.send("POST", "/api/carritos", body={"gifts": list(gifts), "lines": list(lines)},
                             key=key or fresh_key(), caller=caller())

    def place(self, *gifts: dict[str, Any], lines: tuple[dict[str, Any], ...] = (), **form: Any) -> Bought:
        """Check out with gift cards (one, if none is given)."""
        opened = self.put(*(gifts or (gift(),)), lines=lines)
        assert opened.status == 201, opened.text
        placed = self.spa.send("POST", "/api/reservas", body={**journey.FORM, **form}, token=opened.json["token"],
                               key=fresh_key(), caller=caller())
        assert placed.status == 201, placed.text
        return Bought(self.spa, placed.json["order"]["id"], placed.json["token"])


@pytest.fixture
def shop(dynamodb: str) -> Iterator[Shop]:
    """Wednesday noon, the books empty."""
    for area in BOOKS:
        empty(area)
    journey.published()
    with journey.world() as spa:
        yield Shop(spa)
