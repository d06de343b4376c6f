"""What a page says and offers when something can't be had, is slow, or fails; and that nothing typed is lost."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import answers
from tests.browser.guest import Guest, open_day
from tests.browser.screens import BOTH, look
from tests.support.guest import Guest as Rival

TAKEN = "Esa hora ya está tomada. Elige otra, por favor."


@pytest.fixture
def rival(stack):
    """Somebody else, faster, who talks to the API."""
    return Rival(stack)


def _starts(stack, service, day, guests):
    """The free starts of a service on a day."""
    found = Rival(stack).ask("GET", "/api/disponibilidad", params={
        "servicio": service, "desde": str(day), "personas": guests}).json()
    return [slot["start"] for slot in found["services"][0]["days"][0]["slots"] if slot["free"]]


def test_an_hour_that_somebody_just_took_says_so_and_offers_the_nearest(stack, page, rival):
    day = open_day(40)
    Guest(page).service("tina-tronador", day)
    page.locator("button.hour", has_text="17:00").click()
    rival.hold("tina-tronador", _starts(stack, "tina-tronador", day, 2)[2])
    page.locator(".book-action .btn").click()
    expect(page.locator(".book-action .refusal p").first).to_have_text(TAKEN)
    expect(page.locator(".others button").first).to_be_visible()
    assert page.locator(".others button").all_text_contents()[:2] == ["Tina Tronador, 14:30", "Tina Tronador, 19:30"]
    assert page.locator("[data-cart-count]").is_hidden()
    look(page, "service-taken")
    page.locator(".others button").first.click()
    expect(page.locator(".note-good")).to_contain_text("Tina Tronador a las 14:30")


def test_a_full_day_says_so_and_offers_other_days_and_tubs(stack, page, rival):
    day = open_day(42)
    for start in _starts(stack, "tina-hornopiren", day, 2):
        assert rival.hold("tina-hornopiren", start).status_code == 201
    Guest(page).service("tina-hornopiren", day)
    expect(page.locator(f'.cal-day[data-date="{day}"]')).to_have_class(re.compile("is-full"))
    assert "no quedan horas" in page.locator(f'.cal-day[data-date="{day}"]').get_attribute("aria-label").lower()
    others, waiting = page.locator('.why a[href*="categoria"]'), page.locator('.why a[href*="espera"]')
    assert (page.locator(".why button").count(), others.count(), waiting.count()) == (2, 1, 1)
    look(page, "service-full-day")
    others.click()
    expect(page.locator('[data-service="tina-tronador"] button.hour').first).to_be_visible()


def test_a_lapsed_cart_is_taken_again_with_one_tap(page):
    guest = Guest(page)
    guest.hold(open_day(43), slug="tina-llaima")
    answers.altered(page, answers.CARTS, answers.lapsed)
    page.goto("/carrito/")
    expect(page.locator(".line-lapsed")).to_have_text("El tiempo se cumplió")
    look(page, "cart-lapsed")
    page.goto("/reservar/")
    expect(page.locator("[data-refusal]")).to_contain_text("al pagar la tomamos de nuevo")
    look(page, "checkout-lapsed")


def test_a_lapsed_hour_that_went_to_somebody_else_offers_what_is_near(stack, page, rival):
    day = open_day(44)
    guest = Guest(page)
    guest.hold(day, slug="tina-puntiagudo")
    token, cart = page.evaluate("(({token, id}) => [token, id])(JSON.parse(localStorage.getItem('aremko.cart')))")
    mine = Rival(stack, cart=cart, cart_token=token)
    line = mine.ask("GET", f"/api/carritos/{cart}", token=token).json()["lines"][0]
    answers.altered(page, answers.CARTS, answers.lapsed)
    page.goto("/carrito/")
    page.locator(".line").wait_for()
    mine.ask("DELETE", f"/api/carritos/{cart}/lineas/{line['id']}", token=token)
    assert rival.hold("tina-puntiagudo", line["start"]).status_code == 201
    page.locator("button", has_text="Volver a tomarla").click()
    expect(page.locator(".line .refusal p").first).to_have_text(TAKEN)
    expect(page.locator(".line .others button").first).to_be_visible()
    look(page, "cart-taken")


def test_the_countdown_runs_by_our_clock_and_warns_at_five_minutes_and_at_one(page):
    page.clock.install(time="2020-02-29T03:00:00Z")  # a device that is years behind
    Guest(page).hold(open_day(41), slug="tina-villarrica")
    page.goto("/carrito/")
    left, said = page.locator(".hold-clock .time-left"), page.locator("[data-announce]")
    expect(left).to_have_text(re.compile("^(19|20):"))
    page.clock.run_for(15 * 60_000)
    expect(left).to_have_text(re.compile("^4:"))
    expect(said).to_have_text("Quedan cinco minutos para terminar tu reserva.")
    page.clock.run_for(4 * 60_000)
    expect(said).to_have_text("Queda un minuto para terminar tu reserva.")
    look(page, "cart-last-minute", sizes=(390,))
    page.clock.run_for(60_000)  # over by this device's reckoning; the server is asked and knows better
    expect(left).to_have_text(re.compile("^(19|20):"))


def test_check_out_tells_every_error_beside_its_field_and_keeps_what_was_typed(page):
    guest = Guest(page)
    guest.hold(open_day(45), slug="tina-tronador")
    page.goto("/reservar/")
    page.locator("#phone").wait_for()
    look(page, "checkout", checked=BOTH)
    page.locator("#document").fill("12.345.678-9")
    page.locator("[data-submit]").click()
    summary = page.locator("[data-refusal] .refusal")
    expect(summary).to_be_focused()
    assert summary.locator("a").count() == 5
    expect(page.locator("#document-error")).to_have_text("Ese RUT no es válido; revisa el dígito verificador.")
    expect(page.locator("#phone")).to_have_attribute("aria-invalid", "true")
    look(page, "checkout-errors")
    summary.locator("a").first.click()
    expect(page.locator("#phone")).to_be_focused()
    page.locator("#document").fill("123456785")
    page.locator("#document").blur()
    expect(page.locator("#document")).to_have_value("12.345.678-5")
    expect(page.locator("#document-error")).to_be_empty()
    page.reload()
    expect(page.locator("#document")).to_have_value("12.345.678-5")


def test_what_the_provider_refuses_is_told_at_its_field(page):
    guest = Guest(page)
    guest.hold(open_day(46), slug="tina-tronador")
    guest.fill_in(email="ana@example.com")
    page.locator("[data-submit]").click()
    expect(page.locator("#email-error")).not_to_be_empty(timeout=15_000)
    look(page, "checkout-refused")
    page.locator("#email").fill("ana.soto@aremko.cl")
    guest.to_provider()


def test_a_lost_connection_loses_nothing_and_a_double_click_books_once(page):
    guest = Guest(page)
    guest.hold(open_day(47), slug="tina-tronador")
    guest.fill_in(name="Ana Soto")
    keys = []
    page.on("request", lambda request: keys.append(request.headers["idempotency-key"])
            if request.url.endswith("/api/reservas") else None)
    answers.failing(page, "**/api/reservas")
    page.locator("[data-submit]").click()
    expect(page.locator("[data-refusal] .refusal")).to_be_focused(timeout=15_000)
    look(page, "checkout-no-connection")
    expect(page.locator("#name")).to_have_value("Ana Soto")
    page.unroute("**/api/reservas")
    page.locator("[data-submit]").dblclick()
    page.wait_for_url("**/pay.php*")
    assert len(keys) == 4  # three tries of the first click, one of the double click
    assert len(set(keys)) == 1


def test_a_page_whose_hours_fail_to_load_offers_to_try_again(page):
    answers.busy(page, answers.HOURS)
    page.goto(f"/servicio/?s=tina-llaima&fecha={open_day(48)}")
    expect(page.locator(".cal .note-warm p")).to_contain_text("Hay muchas personas", timeout=15_000)
    look(page, "service-busy")
    page.goto(f"/categoria/?c=tinas&fecha={open_day(48)}")
    again = page.locator(".note-warm button")
    again.wait_for()
    look(page, "category-busy")
    page.unroute(answers.HOURS)
    again.click()
    expect(page.locator("button.hour").first).to_be_visible()


def test_what_is_not_there_says_so_warmly(page):
    page.goto("/servicio/?s=tina-inexistente")
    expect(page.locator(".note-title")).to_have_text("Este sendero no lleva a ninguna parte")
    look(page, "service-unknown")
    page.goto("/pago/?reserva=7K2M-9Q4T-X")
    expect(page.locator(".note-title")).to_have_text("No reconocemos este dispositivo")
    look(page, "pay-unknown")
    page.goto("/reserva/#7K2M-9Q4T-X.falso")
    expect(page.locator(".note-title")).to_have_text("Abre tu reserva desde el correo")
    assert "falso" not in page.url
    look(page, "booking-unknown")


def test_shapes_stand_where_hours_will_be(page):
    release = answers.withheld(page, answers.HOURS)
    page.goto(f"/categoria/?c=tinas&fecha={open_day(49)}")
    page.locator(".skeletons-row").wait_for()
    look(page, "category-loading", sizes=(390,))
    page.goto("/servicio/?s=tina-llaima")
    page.locator(".skeletons-month").wait_for()
    look(page, "service-loading", sizes=(390,))
    release()
    expect(page.locator(".cal-day").first).to_be_visible()

