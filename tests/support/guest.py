"""A guest of the API: does over HTTP what the booking site does, and keeps the tokens it is given."""

import itertools
import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import requests

from chalicelib.core.clock import SystemClock, spa_date

if TYPE_CHECKING:
    from infra.local.stack import Stack

T = TypeVar("T")
_people = itertools.count(1)
LONG_AGO = "1767225600"

FORM: dict[str, Any] = {
    "guest": {"phone": "+56987654321", "name": "Ana Soto", "email": "ana.soto@aremko.cl", "country": "CL",
              "document": {"type": "rut", "number": "12.345.678-5"}, "region": 10, "comuna": "Puerto Varas"},
    "consents": {"policy": True, "marketing_email": False},
    "policy_version": "2026-11", "payment_method": "flow", "language": "es", "notes": "",
}


@dataclass
class Guest:
    """One browser: its own network address, language and tokens."""

    stack: "Stack"
    lang: str = "es"
    address: str = field(default_factory=lambda: f"10.1.{next(_people) // 250 % 250}.{next(_people) % 250}:4000")
    request_id: str = field(default_factory=lambda: f"journey-{uuid.uuid4()}")
    cart: str = ""
    cart_token: str = ""
    order: str = ""
    order_token: str = ""

    def ask(self, method: str, path: str, *, token: str = "", key: str | None = None, **options: Any) -> Any:
        """Send one request as the site would and return the response."""
        headers = {"Accept-Language": self.lang, "X-Request-Id": self.request_id,
                   **self.stack.as_cloudfront(self.address), **options.pop("headers", {})}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if method in ("POST", "DELETE"):
            headers["Idempotency-Key"] = key or str(uuid.uuid4())
        return requests.request(method, self.stack.api_url + path, headers=headers, timeout=40, allow_redirects=False,
                                **options)

    def hold(self, service: str, start: str, guests: int = 2, key: str | None = None) -> Any:
        """Put an hour into the cart, opening one if need be; return the response."""
        line = {"service": service, "start": start, "guests": guests}
        return self.put({"lines": [line]}, key=key)

    def put(self, wanted: dict[str, Any], key: str | None = None) -> Any:
        """Put lines and products into the cart together, opening one if need be; return the response."""
        if self.cart:
            return self.ask("POST", f"/api/carritos/{self.cart}/lineas", token=self.cart_token, json=wanted, key=key)
        response = self.ask("POST", "/api/carritos", json=wanted, key=key)
        if response.status_code == 201:
            self.cart, self.cart_token = response.json()["cart"]["id"], response.json()["token"]
        return response

    def put_card_in(self, code: str, key: str | None = None) -> Any:
        """Let the gift card of a code pay for the cart; return the response."""
        return self.ask("POST", f"/api/carritos/{self.cart}/codigos", token=self.cart_token, json={"code": code},
                        key=key)

    def check_out(self, key: str | None = None, **changes: Any) -> Any:
        """Check the cart out; return the response."""
        response = self.ask("POST", "/api/reservas", token=self.cart_token, json={**FORM, **changes}, key=key)
        if response.status_code == 201:
            self.order, self.order_token = response.json()["order"]["id"], response.json()["token"]
        return response

    def look(self) -> dict[str, Any]:
        """Return the order as its page shows it."""
        response = self.ask("GET", f"/api/reservas/{self.order}", token=self.order_token)
        assert response.status_code == 200, response.text
        found: dict[str, Any] = response.json()
        return found

    def out_of_time(self) -> None:
        """Let the time to pay the order be over long since, so that the schedule looks at it next."""
        self.stack.client("dynamodb").update_item(
            TableName=self.stack.table("orders"), Key={"pk": {"S": self.order}, "sk": {"S": "order"}},
            UpdateExpression="SET pay_until = :ago, due_at = :at",
            ExpressionAttributeValues={":ago": {"S": "2026-01-01T00:00:00+00:00"}, ":at": {"N": LONG_AGO}})

    def hours_lapse(self) -> None:
        """Let the holds of the order's hours lapse long since, so that anybody may buy them."""
        client = self.stack.client("dynamodb")
        stored = client.get_item(TableName=self.stack.table("orders"),
                                 Key={"pk": {"S": self.order}, "sk": {"S": "order"}})["Item"]
        lines = json.loads(stored["lines"]["S"])
        for place in (place for line in lines for place in line.get("occupied", {}).get("places", ())):
            name, day = place["resource"], place["day"]
            resource, sort = (place["calendar"], f"{day}#{name}") if place["calendar"] else (name, day)
            client.update_item(
                TableName=self.stack.table("calendar"), Key={"resource": {"S": resource}, "day": {"S": sort}},
                UpdateExpression="SET " + ", ".join(f"{tick}.u = :at" for tick in place["ticks"]),
                ExpressionAttributeValues={":at": {"N": LONG_AGO}})


def free_hour(api: str, service: str, *, guests: int = 2, after_days: int = 5) -> str:
    """Return the first free start of a service from `after_days` on."""
    first = spa_date(SystemClock().now()) + timedelta(days=after_days)
    response = requests.get(f"{api}/api/disponibilidad", timeout=40, params={
        "servicio": service, "desde": str(first), "hasta": str(first + timedelta(days=30)), "personas": guests})
    assert response.status_code == 200, response.text
    days = response.json()["services"][0]["days"]
    return next(slot["start"] for day in days for slot in day["slots"] if slot["free"])


def eventually(look: Callable[[], T | None], *, seconds: float = 90, every: float = 0.2, what: str = "it") -> T:
    """Return the first truthy thing that `look` finds, looking `every` so many seconds; fail after `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(every)
    raise AssertionError(f"{what} did not happen within {seconds} s")


def token_of(payment_url: str) -> str:
    """Return Flow's token in the address of its page."""
    return payment_url.rpartition("token=")[2]


