"""The spa in one process: the real code on real tables, a clock that stands still, a provider that obeys the test."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pytest

from chalicelib.aws import limits
from chalicelib.aws.transactions import Transaction
from chalicelib.catalog import table as catalogue_table
from chalicelib.catalog.load import load
from chalicelib.catalog.model import Catalogue
from chalicelib.catalog.publish import publish
from chalicelib.core.clock import SPA_ZONE, FixedClock, spa_date
from chalicelib.items import table as items_table
from chalicelib.items.model import Item
from chalicelib.orders import api as orders_api
from chalicelib.orders import jobs as orders_jobs
from chalicelib.orders.expire import look_after
from chalicelib.payments.gateway import Gateway
from chalicelib.payments.signals import QUEUE
from chalicelib.payments.transfer import TransferGateway
from chalicelib.web import edge
from infra.paths import ROOT
from tests.support.books import Items, empty, put_back, scan
from tests.support.http import Answer, Client
from tests.support.provider import Provider

# A Monday morning at the spa; the next day is a Tuesday.
NOW = datetime(2026, 11, 30, 9, 0, tzinfo=SPA_ZONE)
TUB = "tina-hornopiren"
TABLES = ("calendar", "carts", "orders", "payments", "giftcards", "items", "feeds")

Dump = dict[str, Items]


@cache
def demo_catalogue() -> Catalogue:
    """The demo catalogue as `make seed` reads it."""
    return load(ROOT / "infra/demo/catalogue.yaml")


def at(text: str) -> str:
    """Return a wall time of the spa as the site sends it: `at("2026-12-02 17:00")`."""
    return datetime.fromisoformat(text).replace(tzinfo=SPA_ZONE).isoformat()


def line(start: str = "2026-12-02 17:00", guests: int = 2, service: str = TUB) -> dict[str, Any]:
    """Return a new line's JSON; `start` is the spa's wall time."""
    return {"service": service, "start": at(start), "guests": guests}


def check_out_form(**changes: Any) -> dict[str, Any]:
    """Return a check-out form that is right; `guest__phone=…` changes a field inside."""
    form: dict[str, Any] = {
        "guest": {
            "phone": "+56 9 8765 4321",
            "name": "Ana Soto",
            "email": "ana@example.com",
            "document": {"type": "rut", "number": "12.345.678-5"},
            "country": "CL",
            "region": 10,
            "comuna": "Puerto Varas",
        },
        "consents": {"policy": True, "marketing_email": False},
        "policy_version": "2026-11",
        "payment_method": "flow",
        "language": "es",
        "notes": "",
    }
    for path, value in changes.items():
        *outer, last = path.split("__")
        inside = form
        for name in outer:
            inside = inside[name]
        inside[last] = value
    return form


@dataclass
class Spa:
    """What a test of carts and orders talks to."""

    client: Client
    clock: FixedClock
    provider: Provider

    def items(self) -> list[Item]:
        """What has been opened for a person to look at, open or closed, oldest first."""
        found = (items_table.load(item["pk"]["S"]) for item in scan("items"))
        return sorted(found, key=lambda item: (item.opened_at, item.key))

    def dump(self) -> Dump:
        """Every item of the tables that a booking touches, as DynamoDB holds it."""
        return {area: scan(area) for area in TABLES}

    def open_cart(self, *lines: dict[str, Any]) -> tuple[dict[str, Any], str]:
        """Return a new cart with these lines, and its token."""
        opened = self.client.post("/api/carritos", {"lines": list(lines[:1])})
        assert opened.status == 201, opened.body
        cart, token = opened.json["cart"], opened.json["token"]
        for more in lines[1:]:
            added = self.add(cart["id"], token, more)
            assert added.status == 201, added.body
            cart = added.json
        return cart, token

    def add(self, cart: str, token: str, new: dict[str, Any], **options: Any) -> Answer:
        """Put a line into a cart."""
        return self.put(cart, token, {"lines": [new]}, **options)

    def put(self, cart: str, token: str, wanted: dict[str, Any], **options: Any) -> Answer:
        """Put lines and products into a cart together."""
        return self.client.post(f"/api/carritos/{cart}/lineas", wanted, token=token, **options)

    def check_out(self, token: str, **changes: Any) -> Answer:
        """Send the check-out form for a cart."""
        return self.client.post("/api/reservas", check_out_form(**changes), token=token)

    def place(self, *lines: dict[str, Any], **changes: Any) -> "Placed":
        """Return an order for these lines (one tub, if none are given), waiting for its payment."""
        _, token = self.open_cart(*(lines or (line(),)))
        placed = self.check_out(token, **changes)
        assert placed.status == 201, placed.body
        return Placed(self, placed.json["order"]["id"], placed.json["token"], placed.json["payment"]["id"])

    def work(self, *messages: dict[str, Any]) -> list[str]:
        """Work through payment signals; return the ids of the messages that failed."""
        return _work(orders_jobs.settle_signals, messages)

    def refund(self, *facts: dict[str, Any]) -> list[str]:
        """Work through facts on the refunds queue; return the ids of the messages that failed."""
        return _work(orders_jobs.refund_late_money, facts)

    def poll(self) -> dict[str, int]:
        """Run the minute's look at open payments."""
        found: dict[str, int] = orders_jobs.poll_payments({}, None)
        return found


@dataclass
class Placed:
    """An order, the token that opens it, and its latest payment's id."""

    spa: Spa
    id: str
    token: str
    payment: str

    def view(self) -> dict[str, Any]:
        """The order as its guest sees it."""
        seen = self.spa.client.get(f"/api/reservas/{self.id}", token=self.token)
        assert seen.status == 200, seen.body
        found: dict[str, Any] = seen.json
        return found

    def pay_again(self, method: str = "flow", **more: Any) -> Answer:
        """Ask for another try at paying, or to pay the balance."""
        return self.spa.client.post(f"/api/reservas/{self.id}/pagos", {"method": method, **more}, token=self.token)

    def facts(self) -> list[str]:
        """The types of the order's facts, oldest first."""
        return [entry["type"] for entry in self.view()["history"]]

    def webhook(self, payment: str | None = None) -> list[str]:
        """Let the provider's notice be worked from the queue."""
        payment = payment or self.payment
        return self.spa.work(signal("confirmation", token=self.spa.provider.token(payment)))

    def comes_back(self, payment: str | None = None) -> list[str]:
        """Let the guest's browser come back from the provider."""
        return self.spa.work(signal("return", payment=payment or self.payment))

    def look(self) -> None:
        """Let the scheduled look reach this order."""
        look_after(self.id, orders_jobs.gateway, self.spa.clock)


def signal(kind: str, *, token: str | None = None, payment: str | None = None) -> dict[str, Any]:
    """Return a message of the queue `payment-signals`."""
    return {"provider": "flow", "kind": kind, "token": token, "payment": payment, "trace": "trace-of-a-signal"}


def sqs_event(*messages: dict[str, Any] | str) -> dict[str, Any]:
    """Return an SQS event, each message with an id of its own."""
    import json

    return {
        "Records": [
            {
                "messageId": f"message-{n}",
                "eventSource": "aws:sqs",
                "eventSourceARN": f"arn:aws:sqs:sa-east-1:0:{QUEUE}",
                "body": message if isinstance(message, str) else json.dumps(message),
            }
            for n, message in enumerate(messages)
        ]
    }


def _work(handler: Any, messages: tuple[dict[str, Any], ...]) -> list[str]:
    failed = handler(sqs_event(*messages), None)["batchItemFailures"]
    return [failure["itemIdentifier"] for failure in failed]


@cache
def _published() -> Items:
    """The catalogue's table when only the demo catalogue has ever been published, on Monday morning."""
    empty("catalog")
    publish(demo_catalogue(), by="tests", note="demo", clock=FixedClock(NOW))
    return scan("catalog")


def opened_spa(patch: pytest.MonkeyPatch) -> Spa:
    """Return the spa on Monday morning with empty books; `patch` sets its clock and provider."""
    from app import app

    clock = FixedClock(NOW)
    provider = Provider(today=lambda: spa_date(clock.now()))
    bank = TransferGateway(site_url="https://aremko.test")
    gateway: Callable[[str], Gateway] = lambda method: bank if method == bank.name else provider  # noqa: E731
    for module in (edge, orders_jobs):
        patch.setattr(module, "clock", clock)
    for module in (orders_api, orders_jobs):
        patch.setattr(module, "gateway", gateway)
    limits._seen.clear()
    catalogue_table.forget()
    for area in (*TABLES, "requests"):
        empty(area)
    put_back("catalog", _published())
    return Spa(Client(app), clock, provider)


def occupy(
    resource: str, day: str, ticks: tuple[str, ...], claim_id: str, clock: FixedClock, *, until: timedelta | None = None
) -> None:
    """Take ticks for somebody else."""
    from datetime import date

    from chalicelib.availability import claim
    from chalicelib.availability.days import Tick
    from chalicelib.availability.sheets import Occupied, Place

    calendar = demo_catalogue().calendar_of(resource)
    place = Place(resource=resource, day=date.fromisoformat(day), ticks=tuple(map(Tick, ticks)), calendar=calendar)
    spot = Occupied(places=(place,))
    tx = Transaction()
    claim.take(tx, claim_id, spot, clock.now() + until if until else None, clock.now())
    tx.commit()
