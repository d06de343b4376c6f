"""Waiting for an hour on the site: joining, one's place, the hour that is kept, taking it and leaving."""

from typing import Any

from playwright.sync_api import Page, expect

from chalicelib.core.clock import SystemClock
from tests.browser import answers
from tests.browser.bookings import booked
from tests.browser.guest import Guest as Visitor
from tests.browser.screens import BOTH, look
from tests.support.guest import Guest, eventually

ENTRIES = "**/api/espera/*"
GO = ".wait-form [type=submit]"


def _join(page: Page, service: str, day: str, **changes: str) -> None:
    """Fill in the form that the address prefills, and send it."""
    page.goto(f"/espera/?servicio={service}&dia={day}&personas=2")
    page.locator("#name").fill("Berta Paz")
    page.locator("#email").fill(changes.get("email", "berta.paz@aremko.cl"))
    page.locator("#policy").check()
    page.locator(GO).click()


def _full_day(page: Page, service: str, day: str) -> None:
    """Show a day as one on which everything is sold."""
    def change(body: dict[str, Any]) -> None:
        for one in body["services"]:
            for found in one["days"]:
                if found["date"] == day:
                    reason = {"code": "day_full", "detail": "Ese día está completo."}
                    found.update(state="full", reason=reason)
                    for slot in found["slots"]:
                        slot.update(free=False, reason=reason)

    answers.altered(page, answers.HOURS, change)


def test_an_hour_given_up_by_one_guest_is_taken_by_another_from_the_waitlist(stack, new_page):
    first, page = new_page(), new_page()
    ana = booked(stack, first, ("tina-hornopiren", 50, 2))
    start = ana.look()["lines"][0]["start"]
    day = start[:10]
    _full_day(page, "tina-hornopiren", day)
    Visitor(page).service("tina-hornopiren", day)
    expect(page.locator(".why .note-actions a").last).to_have_text("Avísame si se libera")
    look(page, "wait-link")
    page.locator(".why .note-actions a").last.click()
    expect(page.locator("#service")).to_have_value("tina-hornopiren")
    expect(page.locator("#from")).to_have_value(day)
    look(page, "wait-form", checked=BOTH)
    page.locator(GO).click()
    expect(page.locator("#name")).to_be_focused()
    look(page, "wait-form-errors")
    page.locator(".wait-others summary").click()
    page.locator("#other-tina-tronador").check()
    look(page, "wait-form-others")
    page.locator("#other-tina-tronador").uncheck()
    page.locator("#name").fill("Berta Paz")
    page.locator("#email").fill("berta.browser@aremko.cl")
    page.locator("#policy").check()
    page.locator(GO).dblclick()
    expect(page.locator(".note-title").first).to_be_focused()
    expect(page.locator(".wait-place-in-line")).to_have_text("Eres la primera persona de la fila.")
    look(page, "wait-waiting", checked=BOTH)

    gave_up = ana.ask("POST", f"/api/reservas/{ana.order}/cambios", token=ana.order_token,
                      json={"action": "cancel_all"})
    assert gave_up.status_code == 200, gave_up.text
    expect(page.locator(".wait-offer .note-title")).to_have_text("¡Se liberó una hora para ti!", timeout=45_000)
    assert Guest(stack).hold("tina-hornopiren", start).status_code == 409
    look(page, "wait-offered", checked=BOTH)
    page.locator(".wait-take").click()
    page.wait_for_url("**/reservar/")
    page.locator("#phone").fill("9 8765 4321")
    page.locator("#name").fill("Berta Paz")
    page.locator("#email").fill("berta.browser@aremko.cl")
    page.locator("#policy").check()
    Visitor(page).to_provider()
    Visitor(page).at_provider("pay")
    Visitor(page).heading("¡Todo listo, te esperamos!")
    entry = page.evaluate("Object.keys(localStorage).find((key) => key.startsWith('aremko.wait.')).slice(12)")
    page.goto(f"/espera/?espera={entry}")
    eventually(lambda: page.reload() and page.locator(".note-title").first.text_content() == "La hora es tuya",
               every=1, what="the entry to be closed")
    look(page, "wait-taken")


def _waiting(stack: Any, page: Page, days: int, **changes: str) -> None:
    """Join for a far day, and stay on the page that shows the place."""
    from tests.support.guest import free_hour

    _join(page, "tina-calbuco", free_hour(stack.api_url, "tina-calbuco", guests=3, after_days=days)[:10], **changes)


def test_leaving_asks_once_and_can_be_undone_by_joining_again(stack, new_page):
    page = new_page(lang="en")
    day = str(SystemClock().now().date())
    page.goto(f"/espera/?servicio=tina-tronador&dia={day}&personas=2")
    expect(page.locator("h1")).to_have_text("Waitlist")
    page.locator("#name").fill("Berta Paz")
    page.locator("#email").fill("leaving@aremko.cl")
    page.locator("#policy").check()
    page.locator("#to").fill("2040-01-01")
    page.locator(GO).click()
    expect(page.locator("#to-error")).to_contain_text("31 days")
    page.locator("#to").fill(day)
    page.locator(GO).click()
    expect(page.locator(".wait-place-in-line")).to_be_visible()
    look(page, "wait-waiting-en")
    page.locator(".wait-leave button").click()
    look(page, "wait-leave")
    page.locator(".sheet .btn-outline-primary").click()
    expect(page.locator("[data-state=waiting]")).to_be_visible()
    page.locator(".wait-leave button").click()
    page.locator(".sheet .btn-danger").click()
    expect(page.locator(".note-title")).to_have_text("You left the waitlist")
    expect(page.locator(".note-title")).to_be_focused()
    look(page, "wait-left")
    page.locator(".note-actions a").click()
    expect(page.locator("#service")).to_have_value("tina-tronador")


def test_who_waits_already_is_told_so_and_a_stranger_s_link_opens_nothing(stack, new_page):
    page = new_page()
    from tests.support.guest import free_hour

    day = free_hour(stack.api_url, "tina-llaima", after_days=52)[:10]
    for _ in range(2):
        _join(page, "tina-llaima", day, email="twice@aremko.cl")
        page.locator(".wait-place-in-line, .wait-form > .refusal:not([hidden])").wait_for()
    expect(page.locator(".wait-form > .refusal")).to_contain_text("Ya estás en la lista de espera")
    expect(page.locator("#email")).to_have_value("twice@aremko.cl")
    look(page, "wait-twice")
    page.goto("/espera/#esp_nobody.abc.def")
    expect(page.locator(".note-title")).to_have_text("No pudimos abrir tu lugar en la lista")
    look(page, "wait-unknown")


def test_the_other_states_in_words(stack, new_page):
    page = new_page()
    from tests.support.guest import free_hour

    day = free_hour(stack.api_url, "tina-puyehue", after_days=53)[:10]
    _join(page, "tina-puyehue", day, email="states@aremko.cl")
    page.locator(".wait-place-in-line").wait_for()
    offer = {"service": "tina-puyehue", "name": "Tina hidromasaje Puyehue", "start": f"{day}T17:00:00-03:00",
             "end": f"{day}T19:00:00-03:00", "price": 60000, "until": f"{day}T09:00:00-03:00"}
    for name, title, change in (
            ("wait-third", "Estás en la lista de espera", {"ahead": 2}),
            ("wait-offered-night", "¡Se liberó una hora para ti!", {"state": "offered", "ahead": None, "offer": offer}),
            ("wait-lapsed", "El tiempo de esa hora pasó",
             {"state": "offered", "offer": {**offer, "until": "2026-01-01T09:00:00-03:00"}}),
            ("wait-ended", "Esta espera terminó", {"state": "ended", "ahead": None})):
        answers.altered(page, ENTRIES, lambda entry, change=change: entry.update(change))
        page.reload()
        expect(page.locator(".note-title").first).to_have_text(title)
        look(page, name)
        page.unroute(ENTRIES)
    answers.failing(page, ENTRIES)
    page.reload()
    expect(page.locator(".note-actions button")).to_have_text("Intentar de nuevo")
    look(page, "wait-failed")
    page.unroute(ENTRIES)
    page.locator(".note-actions button").click()
    expect(page.locator(".wait-place-in-line")).to_be_visible()
