"""A paid booking to begin a test with: checked out over the API, paid at Flow's sandbox in the page."""

from typing import Any

from playwright.sync_api import Page

from tests.support.guest import Guest, free_hour


def booked(stack: Any, page: Page, *services: tuple[str, int, int], **wanted: Any) -> Guest:
    """Book `(service, days ahead, guests)` and pay for it all; leave the page on the booking."""
    lines = [{"service": service, "start": free_hour(stack.api_url, service, guests=guests, after_days=days),
              "guests": guests} for service, days, guests in services]
    guest = Guest(stack)
    assert guest.put({"lines": lines, **wanted}).status_code == 201
    placed = guest.check_out()
    assert placed.status_code == 201, placed.text
    visit(page, guest)
    page.goto(placed.json()["payment"]["url"])
    page.locator('button[value="pay"]').click()
    page.locator("h1", has_text="¡Todo listo, te esperamos!").wait_for(timeout=30_000)
    visit(page, guest)
    return guest


def visit(page: Page, guest: Guest) -> None:
    """Open the booking by its link."""
    page.goto("about:blank")
    page.goto(f"/reserva/#{guest.order}.{guest.order_token}")
    page.locator(".booking").wait_for()
