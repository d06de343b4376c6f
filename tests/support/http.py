"""Requests to a Chalice app without a network: API Gateway's proxy events, and the answers as a client sees them."""

import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from chalicelib.core.ids import random_id
from chalicelib.web.app import App
from chalicelib.web.routes import Route
from tests.support.staff import authorizer

_PARAMETER = re.compile(r"{(\w+)}")


@dataclass(frozen=True)
class Answer:
    """An HTTP answer. `body` is the text; header names are in lower case."""

    status: int
    body: str
    headers: dict[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The problem's code."""
        return str(self.json["code"])

    @property
    def fields(self) -> dict[str, str]:
        """The problem's fields and their codes."""
        return {error["field"]: error["code"] for error in self.json["errors"]}


class LambdaContext:
    """As much of Lambda's context as the code under test may look at."""

    function_name = "test"
    function_version = "$LATEST"
    aws_request_id = "00000000-0000-4000-8000-000000000000"

    def get_remaining_time_in_millis(self) -> int:
        return 25_000


@dataclass
class Client:
    """A browser, or a provider's server, that talks to one app."""

    app: App
    address: str = "203.0.113.7"
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **options: Any) -> Answer:
        """Read."""
        return self.ask("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> Answer:
        """Change something: `body` is sent as JSON, with a fresh Idempotency-Key unless one is given."""
        return self.ask("POST", path, body=body, **options)

    def delete(self, path: str, **options: Any) -> Answer:
        """Remove something, with a fresh Idempotency-Key unless one is given."""
        return self.ask("DELETE", path, **options)

    def form(self, path: str, **fields: str) -> Answer:
        """Send a form, as payment providers do."""
        headers = {"content-type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, raw=urlencode(fields), headers=headers, key=None)

    def ask(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        raw: str | None = None,
        query: dict[str, Any] | None = None,
        token: str | None = None,
        key: str | None = "fresh",
        headers: dict[str, str] | None = None,
        address: str | None = None,
        staff: str | None = None,
    ) -> Answer:
        """Send one request and return its answer. `key=None` sends no Idempotency-Key.

        `staff="reception"` (or "kitchen reception") sends it as a member of staff whom API Gateway has let through.
        """
        sent = {**self.headers}
        if method in ("POST", "DELETE") and key is not None:
            sent["idempotency-key"] = random_id("key") if key == "fresh" else key
        if token is not None:
            sent["authorization"] = f"Bearer {token}"
        text = raw if raw is not None else (None if body is None else json.dumps(body))
        if text is not None:
            sent["content-type"] = "application/json"
        sent.update(headers or {})
        event = proxy_event(self.app, method, path, sent, text, query or {}, address or self.address)
        event["requestContext"] |= authorizer(staff)
        answered = self.app(event, LambdaContext())
        found = {name.lower(): value for name, value in answered.get("headers", {}).items()}
        found.update({name.lower(): values[-1] for name, values in answered.get("multiValueHeaders", {}).items()})
        return Answer(answered["statusCode"], answered["body"], found)


def proxy_event(
    app: App, method: str, path: str, headers: dict[str, str], body: str | None, query: dict[str, Any], address: str
) -> dict[str, Any]:
    """Return the event that API Gateway would send to the function behind `path`."""
    resource, values = resource_of(app, path)
    return {
        "resource": resource,
        "path": path,
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": query or None,
        "multiValueQueryStringParameters": {name: [str(value)] for name, value in query.items()} or None,
        "pathParameters": values or None,
        "stageVariables": None,
        "body": body,
        "isBase64Encoded": False,
        "requestContext": {
            "resourcePath": resource,
            "httpMethod": method,
            "path": path,
            "stage": "api",
            "requestId": "gateway-request-id",
            "identity": {"sourceIp": address},
        },
    }


def example(route: Route) -> str:
    """Return a path of the route, with something in each place."""
    return _PARAMETER.sub("something-else", route.path)


def resource_of(app: App, path: str) -> tuple[str, dict[str, str]]:
    """Return the resource (`/api/carritos/{cart}`) and the values of its parameters."""
    for resource in sorted(app.routes, key=lambda name: name.count("{")):
        match = re.fullmatch(_PARAMETER.sub(r"(?P<\1>[^/]+)", resource), path)
        if match:
            return resource, match.groupdict()
    raise LookupError(f"API Gateway has no resource for {path}")
