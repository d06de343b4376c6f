"""Answers that are hard to get by waiting: slow, failing, or about another moment. They are made from real ones."""

import json
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from playwright.sync_api import Error, Page, Route

Json = dict[str, Any]
CARTS = "**/api/carritos/*"
ORDERS = "**/api/reservas/*"
HOURS = "**/api/disponibilidad?*"


def altered(page: Page, pattern: str | re.Pattern[str], change: Callable[[Json], object]) -> None:
    """Change the JSON of the answers to GET at a pattern before the page sees it."""
    def handle(route: Route) -> None:
        if route.request.method != "GET":
            route.fallback()
            return
        answer = route.fetch()
        body = answer.json()
        change(body)
        route.fulfill(response=answer, body=json.dumps(body))

    page.route(pattern, handle)


def failing(page: Page, pattern: str | re.Pattern[str]) -> None:
    """Let the connection break at a pattern."""
    page.route(pattern, lambda route: route.abort())


def busy(page: Page, pattern: str) -> None:
    """Answer 503 as the API does when it is busy."""
    refused(page, pattern, 503, "busy",
            "Hay muchas personas reservando en este momento. Inténtalo de nuevo en unos segundos.")


def refused(page: Page, pattern: str | re.Pattern[str], status: int, code: str, detail: str, *,
            errors: Iterable[Json] = (), retry_after: int | None = None) -> None:
    """Answer with a problem, as the API words them."""
    body = {"type": "about:blank", "title": detail, "status": status, "code": code, "detail": detail,
            "errors": list(errors), "request_id": "test"}
    headers = {"Retry-After": str(retry_after)} if retry_after else {}
    page.route(pattern, lambda route: route.fulfill(status=status, content_type="application/problem+json",
                                                    body=json.dumps(body), headers=headers))


def withheld(page: Page, pattern: str) -> Callable[[], None]:
    """Keep answers at a pattern back until the returned function is called."""
    waiting: list[Route] = []
    page.route(pattern, lambda route: waiting.append(route))

    def release() -> None:
        page.unroute(pattern)
        for route in waiting:
            with suppress(Error):  # a page that was left no longer waits
                route.continue_()

    return release


def order_in(state: str, payment: str, *, refunds: Iterable[str] = (), **more: Any) -> Callable[[Json], None]:
    """Show an order in a state, with its last payment in another, and refunds of that."""
    def change(order: Json) -> None:
        order["state"] = state
        order["payments"][-1]["state"] = payment
        order["payments"][-1]["refunds"] = [{"state": one, "amount": order["total"]} for one in refunds]
        order.update(more)

    return change


def lapsed(cart: Json) -> None:
    """Show a cart whose time is up."""
    cart["held_until"] = None
    for line in cart["lines"]:
        if line["state"]:
            line.update(state="lapsed", held_until=cart["now"])
