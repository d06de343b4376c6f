"""Somebody who sells by the Mercado Pago sandbox: what is asked of it, and what it says unasked."""

import hashlib
import hmac
import json
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from infra.local.mercadopago import DEFAULT_ACCESS_TOKEN, Server
from infra.local.mercadopago.states import DETAILS

START = 1_796_138_400.0
ALL_STATES = [(status, detail) for status, details in DETAILS.items() for detail in details]


@dataclass(frozen=True)
class Heard:
    """A notice as the merchant got it."""

    path: str
    query: dict[str, str]
    body: dict[str, Any]
    headers: dict[str, str]


@dataclass
class Merchant:
    """Somebody to call back; answers with the next of `answers`, then with 200."""

    url: str
    heard: list[Heard] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    @property
    def actions(self) -> list[tuple[str, str]]:
        return [(one.body.get("action", one.query.get("topic", "")), one.query.get("data.id", one.query.get("id", "")))
                for one in self.heard]


@dataclass
class Time:
    """The sandbox's clock."""

    at: float = START

    def __call__(self) -> float:
        return self.at


def call(mp: Server, method: str, path: str, body: Any = None, *, token: str | None = DEFAULT_ACCESS_TOKEN,
         key: str | None = None, headers: dict[str, str] | None = None, **query: Any) -> tuple[int, Any]:
    """Make an API call and return status and reply."""
    sent = {**({"Authorization": f"Bearer {token}"} if token else {}), **({"X-Idempotency-Key": key} if key else {}),
            **(headers or {})}
    address = mp.api_url + path + (f"?{urlencode(query)}" if query else "")
    content = None if body is None else json.dumps(body).encode()
    return answer(urllib.request.Request(address, content, sent, method=method))


def answer(request: urllib.request.Request | str) -> tuple[int, Any]:
    try:
        with urllib.request.urlopen(request, timeout=10) as reply:
            body = reply.read().decode()
            return reply.status, json.loads(body) if body.startswith(("{", "[")) else body
    except urllib.error.HTTPError as error:
        text = error.read().decode()
        return error.code, json.loads(text) if text.startswith("{") else text


def asked(merchant: Merchant, order: str = "pay_1", **changes: Any) -> dict[str, Any]:
    back = f"{merchant.url}/return/{order}"
    return {
        "items": [{"id": order, "title": "Tina para dos", "quantity": 1, "currency_id": "CLP", "unit_price": 50000}],
        "payer": {"email": "ana@correo.cl", "name": "Ana"},
        "back_urls": {"success": f"{back}?como=bien", "failure": f"{back}?como=mal", "pending": f"{back}?como=espera"},
        "auto_return": "approved",
        "payment_methods": {"installments": 6},
        "notification_url": f"{merchant.url}/webhook?source_news=webhooks",
        "external_reference": order,
        **changes,
    }


def create(mp: Server, merchant: Merchant, order: str = "pay_1", *, key: str | None = None,
           **changes: Any) -> tuple[int, Any]:
    return call(mp, "POST", "/checkout/preferences", asked(merchant, order, **changes), key=key)


def fetched(mp: Server, payment: dict[str, Any]) -> Any:
    return call(mp, "GET", f"/v1/payments/{payment['token']}")[1]


def found(mp: Server, **query: Any) -> tuple[list[str], int]:
    """Search payments and return the external references of the page, and how many there are."""
    reply = call(mp, "GET", "/v1/payments/search", **query)[1]
    return [one["external_reference"] for one in reply["results"]], reply["paging"]["total"]


def state(payment: dict[str, Any]) -> tuple[str, str]:
    return payment["status"], payment["status_detail"]


def code_of(reply: Any) -> int:
    return int(reply["cause"][0]["code"])


def stamp(epoch: float) -> str:
    return datetime.fromtimestamp(epoch, UTC).isoformat(timespec="milliseconds")


def v1(secret: str, heard: Heard) -> bool:
    """Check a webhook's signature as the documents say, apart from the sandbox's own code."""
    parts = dict(pair.split("=", 1) for pair in heard.headers["x-signature"].split(","))
    text = f"id:{heard.query['data.id']};request-id:{heard.headers['x-request-id']};ts:{parts['ts']};"
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest() == parts["v1"]


def ts(heard: Heard) -> int:
    return int(heard.headers["x-signature"].split(",")[0].removeprefix("ts="))


def refund(mp: Server, payment: dict[str, Any] | str, body: Any = None, *, key: str | None = "r-1",
           **more: Any) -> tuple[int, Any]:
    token = payment if isinstance(payment, str) else payment["token"]
    return call(mp, "POST", f"/v1/payments/{token}/refunds", body, key=key, **more)
