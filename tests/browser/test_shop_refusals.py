"""What the shop says when a night, a therapist or the last piece is gone, and when a pack is lost."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser import answers
from tests.browser.guest import Guest, open_day, pack_day
from tests.browser.screens import BOTH, look
from tests.support.guest import Guest as Rival

TAKEN = "Esa hora ya está tomada. Elige otra, por favor."


@pytest.fixture
def rival(stack):
    """Somebody else, faster, who talks to the API."""
    return Rival(stack)


def _start(rival, service, day, wall=None):
    """The instant of a service's first free start of a day, or of the one at a wall time."""
    asked = {"servicio": service, "desde": str(day), "personas": 2}
    found = rival.ask("GET", "/api/disponibilidad", params=asked).json()
    slots = found["services"][0]["days"][0]["slots"]
    return next(slot["start"] for slot in slots if slot["free"] and wall in (None, slot["time"]))


def test_a_taken_night_cannot_be_crossed_and_the_nearest_stay_is_offered(page, rival):
    day = open_day(88)
    night = day + timedelta(days=1)
    assert rival.hold("cabana-arrayan", _start(rival, "cabana-arrayan", night)).status_code == 201
    page.goto(f"/servicio/?s=cabana-arrayan&fecha={day}")
    page.locator(f'.cal-day[data-date="{day}"]').wait_for()
    leave = day + timedelta(days=3)
    if leave.month != day.month:
        page.locator(".cal-nav").last.click()
    page.locator(f'.cal-day[data-date="{leave}"]').click()
    expect(page.locator(".why p")).to_contain_text("no está libre")
    look(page, "stay-crossing", checked=BOTH)
    page.locator(".why button").first.click()
    expect(page.locator(".book-price")).to_have_text(re.compile("por 3 noches"))


def test_a_stay_that_somebody_just_took_says_which_night(page, rival):
    day = open_day(94)
    page.goto(f"/servicio/?s=cabana-tepa&fecha={day}&noches=2")
    action = page.locator('.book-action .btn:not([aria-disabled="true"])')
    action.wait_for()
    night = day + timedelta(days=1)
    assert rival.hold("cabana-tepa", _start(rival, "cabana-tepa", night)).status_code == 201
    action.click()
    expect(page.locator(".book-action .refusal p")).not_to_be_empty()
    expect(page.locator(".why p")).to_contain_text("no está libre")
    look(page, "stay-taken")
    assert page.locator("[data-cart-count]").is_hidden()


def test_a_massage_whose_therapists_are_taken_offers_another_hour(page, rival):
    day = open_day(98)
    Guest(page).service("masaje-descontracturante", day)
    page.locator("button.hour", has_text="10:30").click()
    assert rival.hold("masaje-relajacion", _start(rival, "masaje-relajacion", day, "10:30")).status_code == 201
    page.locator(".book-action .btn").click()
    expect(page.locator(".book-action .refusal p").first).to_have_text(TAKEN)
    expect(page.locator(".others button").first).to_be_visible()
    look(page, "massage-taken")


def test_what_is_sold_out_cannot_be_added_and_is_told_at_check_out(stack, page, rival):
    def sold_out(body):
        for product in body["items"]:
            product["available"] = {"chocolates": 0, "espumante": 3}.get(product["slug"], product["available"])

    answers.altered(page, "**/api/productos?*", sold_out)
    page.goto("/extras/")
    expect(page.locator('[data-product="chocolates"] button')).to_have_attribute("aria-disabled", "true")
    expect(page.locator('[data-product="espumante"] .good-left')).to_have_text("quedan 3")
    look(page, "extras-sold-out")
    page.unroute("**/api/productos?*")

    guest = Guest(page)
    guest.hold(open_day(100), slug="tina-tronador")
    token, cart = page.evaluate("(({token, id}) => [token, id])(JSON.parse(localStorage.getItem('aremko.cart')))")
    mine = Rival(stack, cart=cart, cart_token=token)
    goods = mine.ask("GET", "/api/productos").json()["items"]
    left = next(one["available"] for one in goods if one["slug"] == "chocolates")
    mine.ask("POST", f"/api/carritos/{cart}/lineas", token=token,
             json={"products": [{"product": "chocolates", "quantity": left}]})
    assert rival.hold("tina-puyehue", _start(rival, "tina-puyehue", open_day(100))).status_code == 201
    rival.ask("POST", f"/api/carritos/{rival.cart}/lineas", token=rival.cart_token,
              json={"products": [{"product": "chocolates", "quantity": 1}]})
    assert rival.check_out().status_code == 201
    guest.fill_in()
    page.locator("[data-submit]").click()
    expect(page.locator("[data-refusal] .refusal")).to_be_focused()
    look(page, "checkout-sold-out")
    assert page.url.endswith("/reservar/")


def test_a_pack_is_lost_with_one_of_its_parts_and_the_cart_says_how_to_earn_it_again(page):
    day = pack_day(102)
    page.goto(f"/dia/?fecha={day}&personas=2")
    page.locator(".proposal .btn").first.click()
    page.locator(".note-good h3").wait_for()
    page.goto("/carrito/")
    expect(page.locator(".saving > strong")).to_have_text("−$35.000")
    page.get_by_role("button", name="Quitar Masaje de relajación").click()
    expect(page.locator(".undo")).to_be_visible()
    expect(page.locator(".saving")).to_have_count(0)
    expect(page.locator(".pack-hint a", has_text="$35.000")).to_have_text("Agregar y ahorrar $35.000")
    look(page, "cart-pack-lost", checked=BOTH)
    page.locator(".undo .btn").click()
    expect(page.locator(".saving > strong")).to_have_text("−$35.000")


def test_several_lapsed_things_are_taken_again_in_one_request(page):
    guest, day = Guest(page), open_day(106)
    guest.hold(day, slug="tina-llaima")
    guest.stay("cabana-laurel", day, 2)
    answers.altered(page, answers.CARTS, answers.lapsed)
    page.goto("/carrito/")
    expect(page.locator(".line-lapsed")).to_have_count(2)
    look(page, "cart-all-lapsed")
    with page.expect_request(lambda request: request.method == "POST") as asked:
        page.locator("button", has_text="Volver a tomar todo").click()
    assert [(line["service"], line.get("nights", 1)) for line in asked.value.post_data_json["lines"]] == [
        ("cabana-laurel", 2), ("tina-llaima", 1)]


def test_a_day_on_which_nothing_fits_says_so(page):
    page.goto(f"/dia/?fecha={pack_day(108)}&personas=6")
    expect(page.locator("[data-proposals] .note-title")).to_have_text("Ese día no calza")
    look(page, "day-none")
    answers.busy(page, "**/api/propuestas?*")
    page.locator("#part-massage").uncheck()
    expect(page.locator("[data-proposals] .note-warm .note-title")).to_have_text("Algo no salió bien", timeout=15_000)
    look(page, "day-busy")
    page.locator("#part-tub").uncheck()
    expect(page.locator("[data-proposals] .hint")).to_contain_text("Marca al menos una cosa")
