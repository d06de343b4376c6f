"""The whole path, from the home page to the mail, as a newcomer walks it."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.browser.guest import Guest, open_day
from tests.browser.screens import DESKTOP, PHONE
from tests.support.guest import eventually

WORDS = {
    "es": {"pay": "Pagar $50.000", "done": "¡Todo listo, te esperamos!", "state": "Confirmada", "html": "es-CL"},
    "en": {"pay": "Pay $50.000", "done": "All set, see you soon!", "state": "Confirmed", "html": "en"},
}


def _mail_of(stack, order):
    found = eventually(lambda: [m for m in stack.mail.messages() if order in m["mail"]["subject"]], what="the mail")
    return {part["type"]: part["value"] for part in found[0]["mail"]["content"]}["text/plain"]


@pytest.mark.parametrize(("width", "lang"), [(PHONE, "es"), (DESKTOP, "en")])
def test_from_home_to_paid_in_four_screens_and_the_mail_opens_the_booking(stack, new_page, width, lang):
    page, words, began = new_page(width, lang), WORDS[lang], time.monotonic()
    guest = Guest(page)

    page.goto("/")  # first screen
    expect(page.locator("html")).to_have_attribute("lang", words["html"])
    page.locator("#pick-date").fill(str(open_day(9 if lang == "es" else 12)))
    page.locator(".pick-card button[type=submit]").click()

    page.locator('[data-service="tina-tronador"] button.hour').first.click()  # second
    page.locator('[data-cart-bar] a[href="/reservar/"]').click()

    page.locator("#phone").fill("9 8765 4321")  # third
    page.locator("#name").fill("Ana Soto")
    page.locator("#email").fill("ana.soto@aremko.cl")
    page.locator("#document").fill("12.345.678-5")
    page.locator("#region").select_option("10")
    page.locator("#comuna").select_option("Puerto Varas")
    expect(page.locator("#policy")).not_to_be_checked()
    expect(page.locator("#marketing")).not_to_be_checked()
    page.locator("#policy").check()
    expect(page.locator("[data-submit]")).to_have_text(words["pay"])
    guest.to_provider()  # fourth
    assert time.monotonic() - began < 60

    guest.at_provider("pay")
    guest.heading(words["done"])
    order = guest.order

    link = re.search(r"\S+/reserva/\S*#\S+", _mail_of(stack, order)).group()
    other = new_page(width)  # another device: the link brings the language
    other.goto(link)
    expect(other.locator(".booking .state")).to_have_text(words["state"])
    assert other.url == f"{stack.site_url}/reserva/?reserva={order}"
    with other.expect_download() as download:
        other.locator(".booking-main button", has_text="calend").click()
    assert download.value.suggested_filename == f"aremko-{order}.ics"
    assert download.value.path().read_text().startswith("BEGIN:VCALENDAR")


def test_the_path_can_be_walked_with_the_keyboard_alone(new_page):
    page = new_page(DESKTOP)
    day = open_day(20)
    page.goto("/servicio/?s=tina-puyehue&personas=2")
    page.locator(".cal-day").first.wait_for()
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()

    _tab_to(page, ".cal-day")
    page.keyboard.press("Home")
    page.keyboard.press("PageDown")
    expect(page.locator(".cal-day:focus")).to_be_visible()
    _arrow_to(page, str(day))
    page.keyboard.press("Enter")
    _tab_to(page, "button.hour")
    page.keyboard.press("Enter")
    expect(page.locator('button.hour[aria-pressed="true"]')).to_be_focused()
    _tab_to(page, ".book-action .btn")
    page.keyboard.press("Enter")
    expect(page.locator(".note-good h3")).to_be_focused()
    _tab_to(page, '.note-good a[href="/reservar/"]')
    page.keyboard.press("Enter")

    page.locator("#phone").wait_for()
    for name, value in (("phone", "987654321"), ("name", "Ana Soto"), ("email", "ana.soto@aremko.cl")):
        _tab_to(page, f"#{name}")
        page.keyboard.type(value)
    _tab_to(page, "#policy")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/pay.php*")


def _tab_to(page, selector):
    """Press Tab until the selector has focus; each stop must be visible."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("(s) => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"Tab does not reach {selector}")


def _arrow_to(page, date):
    for _ in range(75):
        now = page.evaluate("document.activeElement.dataset.date")
        if now == date:
            return
        page.keyboard.press("ArrowRight" if now < date else "ArrowLeft")
        page.wait_for_function("(was) => ![undefined, was].includes(document.activeElement.dataset.date)", arg=now)
    raise AssertionError(f"the arrows do not reach {date}")


def test_a_links_language_counts_until_one_is_chosen(new_page):
    page = new_page()
    page.goto("/condiciones/?lang=en")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto("/condiciones/")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.locator("[data-lang-switch]").click()
    expect(page.locator("html")).to_have_attribute("lang", "es-CL")
    page.goto("/condiciones/?lang=en")
    expect(page.locator("html")).to_have_attribute("lang", "es-CL")


def test_the_language_is_one_tap_away_and_what_was_typed_stays(page):
    guest = Guest(page)
    guest.hold(open_day(6), slug="tina-hornopiren")
    guest.fill_in(name="María José Ñancupil")
    page.locator("#region").select_option("10")
    page.locator("#comuna").select_option("Cochamó")
    page.locator("[data-lang-switch]").click()
    expect(page.locator("h1")).to_have_text("Check-out")
    expect(page.locator("#name")).to_have_value("María José Ñancupil")
    expect(page.locator("#comuna")).to_have_value("Cochamó")
    expect(page.locator("#policy")).not_to_be_checked()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.locator("[data-lang-switch]").click()
    expect(page.locator("h1")).to_have_text("Reservar")
