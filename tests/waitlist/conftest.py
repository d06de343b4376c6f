"""The spa in one process with an empty waitlist, and guests who wait."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from chalicelib.orders import settle
from chalicelib.waitlist import jobs
from tests.support import journey
from tests.support.books import empty
from tests.support.journey import Reply, World

BOOKS = ("calendar", "carts", "orders", "payments", "items", "notifications", "requests", "waitlist")
_keys = itertools.count(1)


def fresh_key() -> str:
    return f"waiting-{next(_keys):06}"


def caller() -> str:
    return f"10.3.{next(_keys) % 250}.{next(_keys) % 250}"


def wish(day: str = "2026-12-10", name: str = "Berta", **changes: Any) -> dict[str, Any]:
    """Return the body of joining: the tub Hornopirén on a day for two, unless `changes` say otherwise."""
    return {"services": [journey.TUB], "from": day, "to": changes.pop("until", day), "guests": 2,
            "guest": {"name": name, "email": f"{name.lower()}@example.cl"}, "consents": {"policy": True}, **changes}


@dataclass
class Waiter:
    """A guest on the waitlist."""

    spa: World
    id: str
    token: str

    def look(self) -> dict[str, Any]:
        reply = self.spa.send("GET", f"/api/espera/{self.id}", token=self.token, caller=caller())
        assert reply.status == 200, reply.text
        found: dict[str, Any] = reply.json
        return found

    @property
    def state(self) -> str:
        return str(self.look()["state"])

    @property
    def hour(self) -> str | None:
        """The start of what is offered."""
        offer = self.look()["offer"]
        return offer["start"] if offer else None

    def open_offer(self, key: str | None = None) -> Reply:
        return self.spa.send("POST", f"/api/espera/{self.id}/oferta", token=self.token, key=key or fresh_key(),
                             caller=caller())

    def leave(self, key: str | None = None) -> Reply:
        return self.spa.send("DELETE", f"/api/espera/{self.id}", token=self.token, key=key or fresh_key(),
                             caller=caller())

    def facts(self) -> list[str]:
        return [item["type"]["S"] for item in self.spa.facts(self.id)]


@dataclass
class House:
    """The spa, and what guests do in it."""

    spa: World
    joined: int = 0

    def join(self, **wanted: Any) -> Reply:
        return self.spa.send("POST", "/api/espera", body=wish(**wanted), key=fresh_key(), caller=caller())

    def waiter(self, **wanted: Any) -> Waiter:
        """Let a guest join, a second after whoever joined before."""
        self.spa.clock.advance(seconds=1 if self.joined else 0)
        self.joined += 1
        reply = self.join(**wanted)
        assert reply.status == 201, reply.text
        return Waiter(self.spa, reply.json["entry"]["id"], reply.json["token"])

    def hold(self, start: str, service: str = journey.TUB, guests: int = 2) -> Reply:
        return self.spa.send("POST", "/api/carritos", body={"lines": [journey.new_line(start, service, guests)]},
                             key=fresh_key(), caller=caller())

    def check_out(self, token: str) -> Reply:
        return self.spa.send("POST", "/api/reservas", body=journey.FORM, token=token, key=fresh_key(), caller=caller())

    def booked(self, start: str, service: str = journey.TUB, guests: int = 2) -> dict[str, Any]:
        """Return a paid order for an hour."""
        cart = self.hold(start, service, guests)
        assert cart.status == 201, cart.text
        return self.paid(cart.json["token"])

    def paid(self, cart_token: str) -> dict[str, Any]:
        """Return the paid order that a cart becomes."""
        placed = self.check_out(cart_token)
        assert placed.status == 201, placed.text
        token = placed.json["payment"]["url"].rpartition("token=")[2]
        self.spa.flow.pay(token)
        settle.settle_token(token, self.spa.flow, self.spa.clock)
        found: dict[str, Any] = placed.json
        return found

    def cancel(self, order: dict[str, Any]) -> None:
        reply = self.spa.send("POST", f"/api/reservas/{order['order']['id']}/cambios", body={"action": "cancel_all"},
                              token=order["token"], key=fresh_key(), caller=caller())
        assert reply.status == 200, reply.text

    def hear(self, *ids: str) -> None:
        """Let the relay and the waitlist's queue do their work for these orders and entries."""
        for id in ids:
            self.spa.stream(id)
        assert self.spa.work("waitlist") == 0

    def minute(self) -> dict[str, int]:
        """Run the minute's look."""
        with self.spa.running():
            found: dict[str, int] = jobs.look_after_waitlist({}, None)
        return found


@pytest.fixture
def house(dynamodb: str) -> Iterator[House]:
    """A Wednesday noon at the spa: nobody has booked anything, nobody waits."""
    for area in BOOKS:
        empty(area)
    journey.published()
    with journey.world() as world:
        yield House(world)
