"""Every page as it normally looks: pictures, axe, and what it must say."""

from playwright.sync_api import expect

from tests.browser.guest import Guest, next_tuesday, open_day
from tests.browser.screens import BOTH, PHONE, SIZES, look


def test_the_home_page_offers_a_date_at_once_in_both_languages(page):
    page.goto("/")
    expect(page.locator('[data-category="tinas"] [data-price]')).to_have_text("Desde $25.000 por persona")
    assert page.locator(".pick-days a").count() == 4
    expect(page.locator('[data-programme="programa-pausa"] .card-price')).to_have_text("Desde $110.000")
    expect(page.locator("[data-packs] li")).to_have_text(["Tina + Masaje−$35.000", "Cabaña + Tina−$45.000"])
    look(page, "home", checked=BOTH)
    page.locator("[data-lang-switch]").click()
    expect(page.locator("h1")).to_have_text("Hot water, forest and quiet")
    expect(page.locator('[data-category="tinas"] [data-price]')).to_have_text("From $25.000 per guest")
    look(page, "home-en")


def test_a_category_shows_the_hours_of_all_tubs_for_the_party(page):
    Guest(page).category(open_day(30))
    expect(page.locator('[data-service="tina-hornopiren"] button.hour')).to_have_text(
        ["12:00", "14:30", "17:00", "19:30", "22:00"])
    expect(page.locator('[data-service="tina-hornopiren"] strong')).to_have_text("$50.000 para 2")
    expect(page.locator('[data-service="tina-osorno"] .service-shut')).to_contain_text("3")
    look(page, "category", checked=BOTH)
    page.locator(".stepper-button").last.click()
    expect(page.locator('[data-service="tina-osorno"] strong')).to_have_text("$75.000 para 3")
    assert "personas=3" in page.url


def test_a_tuesday_says_why_nothing_can_be_had(page):
    day = next_tuesday()
    page.goto(f"/categoria/?c=tinas&fecha={day}&personas=2")
    expect(page.locator('[data-service="tina-llaima"] .service-shut')).to_contain_text("martes")
    assert page.locator("button.hour").count() == 0
    look(page, "category-tuesday")
    Guest(page).service("tina-llaima", day)
    expect(page.locator(".why p")).to_contain_text("martes")
    look(page, "service-closed-day")
    page.locator(".why .btn").last.click()
    expect(page.locator(".hours button.hour").first).to_be_visible()


def test_what_is_not_booked_online_says_how_to_ask(page):
    page.goto("/categoria/?c=masajes")
    expect(page.locator(".service-ask").first).to_be_visible()
    look(page, "category-ask")
    page.goto("/servicio/?s=masaje-deportivo")
    expect(page.locator("#ask-title")).to_be_visible()
    assert page.locator(".cal").count() == 0
    assert page.locator('.panel a[href^="https://wa.me/"]').count() == 1
    look(page, "service-ask", checked=BOTH)


def test_a_service_is_booked_in_its_own_calendar(page):
    Guest(page).service("tina-calbuco", open_day(33), guests=3)
    look(page, "service")
    page.locator("button.hour", has_text="17:00").click()
    expect(page.locator(".book-price")).to_have_text("$75.000 para 3")
    page.locator(".stepper-button").last.click()
    expect(page.locator(".book-price")).to_have_text("$100.000 para 4")
    look(page, "service-hour", checked=BOTH)
    page.locator(".book-action .btn").click()
    expect(page.locator(".note-good h3")).to_be_focused()
    look(page, "service-held")
    assert page.locator("[data-cart-count]").text_content() == "1"


def test_the_cart_counts_down_removes_and_brings_back(page):
    guest = Guest(page)
    guest.hold(open_day(34), slug="tina-villarrica")
    look(page, "category-held")
    page.goto("/carrito/")
    assert page.locator(".time-left").text_content().startswith(("19:", "20:"))
    expect(page.locator(".sum strong")).to_have_text("$60.000")
    look(page, "cart", checked=BOTH)
    page.locator(".line-actions .btn-link").click()
    expect(page.locator(".undo")).to_be_visible()
    look(page, "cart-removed")
    page.locator(".undo .btn").click()
    expect(page.locator(".line-name")).to_have_text("Tina hidromasaje Villarrica")
    page.locator(".line-actions .btn-link").click()
    page.goto("/carrito/")
    expect(page.locator(".note-title")).to_have_text("Tu carrito está vacío")
    look(page, "cart-empty")


def test_the_quiet_pages(page):
    page.goto("/api-referencia/")
    page.locator(".route").first.wait_for()
    assert page.locator("code", has_text="/api/disponibilidad").count() >= 1
    page.locator(".route summary", has_text="/api/disponibilidad").click()
    look(page, "reference", checked=BOTH)
    page.goto("/condiciones/")
    look(page, "terms", checked=BOTH)
    answer = page.goto("/no-existe")
    assert answer.status == 404
    expect(page.locator("h1")).to_have_text("Este sendero no lleva a ninguna parte")
    look(page, "404", checked=BOTH)
    page.goto("/")
    page.context.set_offline(True)
    expect(page.locator("[data-offline]")).to_be_visible()
    look(page, "offline", sizes=(PHONE,))
    page.context.set_offline(False)
    expect(page.locator("[data-offline]")).to_be_hidden()


def test_nothing_scrolls_sideways_at_320_pixels(page):
    page.set_viewport_size(SIZES[320])
    guest = Guest(page)
    guest.hold(open_day(35), slug="tina-puyehue")
    guest.stay("cabana-tepa", open_day(35), 2)
    day = open_day(35)
    for address in ("/", f"/categoria/?fecha={day}", f"/servicio/?s=tina-llaima&fecha={day}", f"/dia/?fecha={day}",
                    f"/servicio/?s=cabana-torre&fecha={day}&noches=2", f"/servicio/?s=programa-pausa&fecha={day}",
                    "/extras/", "/carrito/", "/reservar/", "/pago/", "/reserva/", "/condiciones/", "/api-referencia/"):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide == 0, address
