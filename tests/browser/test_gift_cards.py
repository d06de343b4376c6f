"""A gift card in its holder's hands: opened, looked up, printed; and used for a booking, in the cart and afterwards."""

import re

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.browser import answers
from tests.browser.bookings import visit
from tests.browser.gifts import bought
from tests.browser.guest import Guest, open_day
from tests.browser.screens import BOTH, DESKTOP, look
from tests.support.guest import Guest as Buyer
from tests.support.guest import free_hour

CARDS = re.compile(r"/api/giftcards/[0-9A-Za-z-]+$")
PDFS = re.compile(r"\.pdf\?.*X-Amz-Signature=")


@pytest.fixture(scope="module")
def card(stack):
    """Return a function that buys a card for somebody and returns its code."""
    def buy(email: str, **changes: object) -> str:
        return bought(stack, email=email, **changes)[1]

    return buy


def _type_code(page: Page, code: str) -> None:
    page.locator("#code").fill(code)
    page.locator(".code-form button").click()


def _altered(page: Page, **changes: object) -> None:
    answers.altered(page, CARDS, lambda body: body.update(changes))


def test_a_card_is_opened_by_its_link_and_by_its_code(stack, new_page, card):
    code = card("berta.card@aremko.cl")
    page = new_page()
    page.route(PDFS, lambda route: route.fulfill(body="a PDF"))
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"/tarjeta/#{code}")
    expect(page.locator(".gift-card svg")).to_contain_text("Berta")
    expect(page.locator("[data-worth] dd").first).to_have_text("$110.000")
    assert {url for url in asked if code in url.split("#")[0]} == {f"{stack.site_url}/api/giftcards/{code}"}
    assert page.evaluate("Object.values(localStorage).concat(Object.values(sessionStorage)).join()").count(code) == 0
    files = page.locator("[data-files] button")
    expect(files).to_have_text(["PDF para imprimir", "PDF para el teléfono"], timeout=60_000)
    look(page, "card", checked=BOTH)
    for name in ("imprimir", "teléfono"):
        with page.expect_request(PDFS) as opened:
            files.filter(has_text=name).click()
        assert requests.get(opened.value.url, timeout=40).content.startswith(b"%PDF")
        page.goto("about:blank")
        page.goto(f"/tarjeta/#{code}")
    page.reload()
    expect(page.locator(".gift-card svg")).to_be_visible()

    page.locator("button", has_text="Consultar otra tarjeta").click()
    expect(page.locator("#code")).to_be_focused()
    assert page.url == f"{stack.site_url}/tarjeta/"
    look(page, "card-ask", checked=BOTH)
    page.locator("#code").press_sequentially(code.lower().replace("-", "")[:9])
    expect(page.locator("#code")).to_have_value(code[:11])
    page.locator(".code-form button").click()
    expect(page.locator("#code-error")).to_contain_text("son 17 letras y números")
    look(page, "card-short", sizes=(390,))
    _type_code(page, f"Mi código es {code}, gracias")
    expect(page.locator(".card-for")).to_be_focused()
    assert page.url == f"{stack.site_url}/tarjeta/"


def test_what_a_card_can_not_do_is_said_kindly(new_page, card):
    code = card("carla.card@aremko.cl")
    page = new_page()
    _altered(page, printable=False)
    page.goto(f"/tarjeta/#{code}")
    expect(page.locator("[data-files] [role=status]")).to_contain_text("La estamos imprimiendo")
    look(page, "card-printing", sizes=(390,))
    page.unroute(CARDS)
    expect(page.locator("[data-files] button")).to_have_count(2, timeout=60_000)
    for name, title, changes in (("spent", "Ya se disfrutó entera", {"balance": 0, "free": 0}),
                                 ("held", "Está apartada para una reserva", {"free": 0})):
        _altered(page, **changes)
        page.goto("about:blank")
        page.goto(f"/tarjeta/#{code}")
        expect(page.locator(".note-title")).to_have_text(title)
        expect(page.locator(".card-go")).to_have_count(0)
        look(page, f"card-{name}", sizes=(390,))
        page.unroute(CARDS)

    page.goto("about:blank")
    page.goto(f"/tarjeta/#{code[:-1]}{'3' if code[-1] != '3' else '4'}")
    expect(page.locator("main .refusal")).to_be_visible()
    said = page.locator("main .refusal").inner_text()
    look(page, "card-unknown")
    _type_code(page, "3333-3333-3333-3333-4")
    expect(page.locator("#code-error")).to_have_text(said)

    answers.refused(page, CARDS, 429, "too_many_requests", "Espera.", retry_after=900)
    _type_code(page, "3333-3333-3333-3333-4")
    expect(page.locator("#code-error")).to_contain_text(re.compile(r"puedes probar de nuevo desde las \d\d:\d\d\."))
    look(page, "card-many", sizes=(390,))
    page.unroute(CARDS)
    answers.failing(page, CARDS)
    page.goto("about:blank")
    page.goto(f"/tarjeta/#{code}")
    expect(page.locator(".note-title")).to_have_text("Algo no salió bien", timeout=20_000)
    look(page, "card-no-connection", sizes=(390,))
    page.unroute(CARDS)
    page.locator(".note button").click()
    expect(page.locator(".gift-card svg")).to_be_visible()


def test_its_holder_books_with_it_and_pays_nothing(new_page, card):
    code = card("dora.card@aremko.cl")
    page = new_page()
    page.goto(f"/tarjeta/#{code}")
    page.locator(".card-go .btn").click()
    expect(page.locator('[data-category="tinas"] [data-price]')).not_to_be_empty()
    Guest(page).hold(open_day(90), slug="tina-tronador")
    page.goto("/carrito/")
    expect(page.locator("[data-card] > strong")).to_have_text("−$50.000")
    expect(page.locator(".sum strong")).to_have_text(["$50.000", "$0"])
    expect(page.locator(".code-box")).to_have_count(0)
    look(page, "cart-covered", checked=BOTH)
    Guest(page).fill_in()
    expect(page.locator("[data-submit]")).to_have_text("Confirmar sin pagar")
    expect(page.locator('[name="payment_method"][type="radio"]')).to_have_count(0)
    look(page, "checkout-covered", checked=BOTH)
    page.locator("[data-submit]").click()
    page.wait_for_url("**/pago/?reserva=*")
    Guest(page).heading("¡Todo listo, te esperamos!")
    look(page, "pay-covered")
    page.locator("a", has_text="Ver mi reserva").click()
    expect(page.locator("[data-money]")).to_contain_text(f"Gift card ···· {code[-6:]}")
    look(page, "booking-covered", checked=BOTH)
    page.goto("about:blank")
    page.goto(f"/tarjeta/#{code}")
    expect(page.locator("[data-worth] dd").first).to_have_text("$60.000")
    look(page, "card-used", sizes=(390,))


def test_a_card_pays_a_part_in_the_cart_is_taken_out_and_put_in_again(new_page, card):
    code = card("eva.card@aremko.cl", experience="regalo-monto-libre", amount=20_000)
    page = new_page(DESKTOP, "en")
    Guest(page).hold(open_day(92), slug="tina-tronador")
    page.goto("/carrito/")
    page.locator(".code-box summary").click()
    _type_code(page, "3333-3333-3333-3333-4")
    expect(page.locator("#code-error")).not_to_have_text("")
    expect(page.locator("#code")).to_be_focused()
    look(page, "cart-code-wrong", sizes=(390,))
    _type_code(page, code)
    expect(page.locator("[data-card]")).to_be_focused()
    expect(page.locator(".sum strong")).to_have_text(["$50.000", "$30.000"])
    look(page, "cart-code", checked=BOTH)
    page.locator(".code-box summary").click()
    _type_code(page, code)
    expect(page.locator("#code-error")).not_to_have_text("")
    page.locator("[data-card] button").click()
    expect(page.locator(".sum strong")).to_have_text(["$50.000"])
    page.locator(".code-box summary").click()
    _type_code(page, code)
    Guest(page).fill_in()
    expect(page.locator("[data-submit]")).to_have_text("Pay $30.000")
    look(page, "checkout-code", checked=BOTH)
    Guest(page).to_provider()
    Guest(page).at_provider("pay")
    Guest(page).heading("All set, see you soon!")


def test_another_amount_than_the_page_said_is_shown_before_it_is_paid(new_page, card):
    code = card("fran.card@aremko.cl", experience="regalo-monto-libre", amount=30_000)
    page, other = new_page(), new_page()
    for one, day in ((page, 94), (other, 96)):
        Guest(one).hold(open_day(day), slug="tina-tronador")
        one.goto("/carrito/")
        one.locator(".code-box summary").click()
        _type_code(one, code)
        expect(one.locator("[data-card]")).to_be_focused()
        Guest(one).fill_in()
        expect(one.locator("[data-submit]")).to_have_text("Pagar $20.000")
    other.locator("[data-submit]").click()
    other.wait_for_url("**/pay.php*")
    page.locator("[data-submit]").click()
    expect(page.locator("[data-refusal]")).to_contain_text("son $50.000")
    expect(page.locator("[data-submit]")).to_have_text("Pagar $50.000")
    look(page, "checkout-charge-changed", checked=BOTH)
    Guest(page).to_provider()


def test_the_balance_of_a_booking_is_paid_by_a_card(stack, new_page, card):
    code = card("gabi.card@aremko.cl", experience="regalo-monto-libre", amount=40_000)
    guest = Buyer(stack)
    start = free_hour(stack.api_url, "cabana-torre", after_days=98)
    assert guest.put({"lines": [{"service": "cabana-torre", "start": start, "guests": 2}]}).status_code == 201
    placed = guest.check_out(pay="deposit")
    page = new_page()
    visit(page, guest)
    page.goto(placed.json()["payment"]["url"])
    page.locator('button[value="pay"]').click()
    Guest(page).heading("¡Todo listo, te esperamos!")
    visit(page, guest)
    expect(page.locator("#due-title")).to_have_text("Falta pagar $50.000")
    page.locator(".code-box summary").click()
    look(page, "booking-code", checked=BOTH)
    _type_code(page, code)
    expect(page.locator("[data-said]")).to_be_focused()
    expect(page.locator("#due-title")).to_have_text("Falta pagar $10.000")
    look(page, "booking-part-by-card")
    assert guest.look()["covered"] == 40_000
