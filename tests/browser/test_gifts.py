"""A gift card is put together, seen as it will be, put into the cart, changed and paid; nothing typed is lost."""

import json
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser import answers
from tests.browser.gifts import wanted
from tests.browser.guest import Guest, open_day
from tests.browser.screens import BOTH, DESKTOP, look
from tests.support.guest import Guest as Buyer

OFFER, DRAWN = "**/api/giftcards", "**/api/giftcards/vista"
GO = ".gift-form [type=submit]"
CARD = ".gift-card svg"


def _write(page: Page, **typed: str) -> None:
    for name, value in {"recipient": "Berta", "sender": "Ana", "email": "berta.site@aremko.cl", **typed}.items():
        page.locator(f"#{name}").fill(value)


def _choose(page: Page, experience: str) -> None:
    page.locator(f".gift-choice:has([value={experience}])").click()


def test_a_card_is_put_together_seen_and_changed_in_the_cart(page):
    page.goto("/regalo/")
    expect(page.locator(".gift-choice")).to_have_count(10)
    expect(page.locator(CARD)).to_have_count(0)  # below the fold on a phone: drawn when it comes near
    _choose(page, "regalo-velada-romantica")
    page.locator("#hydromassage").check()
    expect(page.locator(GO)).to_have_text("Agregar al carrito · $92.000")
    _write(page)
    expect(page.locator(CARD)).to_have_attribute(
        "aria-label", "Tarjeta de regalo para Berta, de parte de Ana: Velada romántica con hidromasaje, $92.000")
    page.locator("#message").fill("Lo mío")
    page.locator(".gift-chips label").first.click()
    page.locator(".gift-word").first.click()
    expect(page.locator("#message")).to_be_focused()
    page.locator("button", has_text="Volver a lo que había escrito").click()
    expect(page.locator("#message")).to_have_value("Lo mío")
    page.locator(".gift-word").last.click()
    page.keyboard.type(" ¡Te quiero!")
    left = 300 - len(page.locator("#message").input_value())
    expect(page.locator("#message-hint")).to_have_text(f"Quedan {left} caracteres.")
    page.locator(".chip:has([value=noche])").click()
    expect(page.locator(CARD)).to_contain_text("¡Te quiero!")
    day = open_day(8)
    page.locator("#way-later").check()
    page.locator("#date").fill(str(day))
    page.locator("#time").select_option("09:30")
    look(page, "gift", checked=BOTH)
    page.locator(GO).click()
    expect(page.locator(".note-title")).to_be_focused()
    expect(page.locator(".note-good p").first).to_contain_text("Llega a berta.site@aremko.cl el ")
    look(page, "gift-added", checked=BOTH)

    page.locator(".note-good button").click()
    expect(page.locator("#sender")).to_have_value("Ana")
    expect(page.locator("#recipient")).to_have_value("")
    page.goto("/carrito/")
    expect(page.locator(".line-name")).to_contain_text("Gift card Velada romántica")
    expect(page.locator(".hold-clock, .time-left")).to_have_count(0)
    look(page, "cart-gift", checked=BOTH)
    page.locator(".line-actions a").click()
    expect(page.locator("#hydromassage")).to_be_checked()
    expect(page.locator("#time")).to_have_value("09:30")
    page.locator("#recipient").fill("Bertita")
    page.locator(GO).click()
    page.wait_for_url("**/carrito/")
    expect(page.locator(".line-text p").first).to_have_text("Para Bertita, de Ana")
    page.locator(".line-actions button").click()
    expect(page.locator(".undo")).to_be_visible()
    expect(page.locator(".note-title")).to_have_text("Tu carrito está vacío")
    page.locator(".undo .btn").click()
    expect(page.locator(".line-text p").first).to_have_text("Para Bertita, de Ana")
    expect(page.locator(".sum strong")).to_have_text("$92.000")


def test_what_is_wrong_stands_beside_its_field_and_what_is_typed_survives_everything(new_page):
    page = new_page(DESKTOP)
    page.goto("/regalo/?experiencia=regalo-monto-libre")
    expect(page.locator("#amount")).to_be_visible()
    page.locator("#amount").fill("19.999")
    page.locator("#way-later").check()
    page.locator("#date").fill(str(open_day(0) - timedelta(days=3)))
    page.locator(GO).click()
    expect(page.locator("#amount")).to_be_focused()
    expect(page.locator("#amount-error")).to_have_text("Elige un monto entre $20.000 y $1.000.000, sin decimales.")
    expect(page.locator("#recipient-error")).to_contain_text("Escribe para quién es")
    expect(page.locator("#sender-error")).to_contain_text("Escribe de parte de quién")
    expect(page.locator("#email-error")).to_contain_text("Escribe un correo")
    expect(page.locator("#date-error")).to_contain_text("Elige un día")
    look(page, "gift-errors", checked=BOTH)
    page.locator(".gift-free button", has_text="$80.000").click()
    expect(page.locator("#amount-error")).to_have_text("")
    _write(page, recipient="María José Ñancupil")
    page.locator("#message").fill("Feliz día 🎉")
    expect(page.locator("#message-hint")).to_have_text(
        "Quedan 288 caracteres. En la tarjeta no se ven los emojis; en el correo sí.")
    page.locator("#message").fill("Para ti,\ncon cariño")
    expect(page.locator("#message-hint")).to_have_text("Quedan 281 caracteres.")
    page.locator("[data-lang-switch]").click()
    expect(page.locator("h1")).to_have_text("Give Aremko")
    typed = {"amount": "$80.000", "recipient": "María José Ñancupil", "message": "Para ti,\ncon cariño"}
    for name, value in typed.items():
        expect(page.locator(f"#{name}")).to_have_value(value)
    look(page, "gift-en")
    page.goto("/")
    page.go_back()
    expect(page.locator("#recipient")).to_have_value("María José Ñancupil")


def test_the_card_stays_while_the_next_is_drawn_and_when_it_can_not_be(page):
    release = answers.withheld(page, OFFER)
    page.goto("/regalo/")
    expect(page.locator(".skeletons-form")).to_be_visible()
    look(page, "gift-loading", sizes=(390,))
    release()
    _write(page)
    expect(page.locator(CARD)).to_contain_text("Berta")
    answers.busy(page, DRAWN)
    page.locator("#recipient").fill("Carla")
    expect(page.locator(".gift-see .refusal")).to_contain_text("lo que escribiste sigue aquí", timeout=20_000)
    expect(page.locator(CARD)).to_contain_text("Berta")
    look(page, "gift-not-drawn", sizes=(390,))
    page.unroute(DRAWN)
    page.locator(".gift-see button").click()
    expect(page.locator(CARD)).to_contain_text("Carla")
    expect(page.locator(".gift-see .refusal")).to_have_count(0)
    answers.failing(page, OFFER)
    page.reload()
    expect(page.locator(".note-title")).to_have_text("Algo no salió bien", timeout=20_000)
    look(page, "gift-no-connection", sizes=(390,))


def test_a_refusal_of_the_server_stands_at_its_field_too(page):
    page.goto("/regalo/")
    _write(page)
    answers.refused(page, "**/api/carritos", 422, "invalid_fields", "Revisa los datos.", errors=[
        {"field": "gifts.0.delivery.email", "code": "invalid_value", "detail": "Ese correo no sirve."}])
    page.locator(GO).click()
    expect(page.locator("#email-error")).to_have_text("Ese correo no sirve.")
    expect(page.locator(".gift-go .refusal")).to_be_focused()
    look(page, "gift-refused", sizes=(390,))


@pytest.mark.parametrize("lang", ["es", "en"])
def test_a_cart_of_gifts_alone_speaks_of_no_hours_and_no_visit(stack, new_page, lang):
    page = new_page(lang=lang)
    buyer = Buyer(stack, lang=lang)
    for recipient in ("Berta", "Carla"):
        assert buyer.put(wanted(recipient=recipient)).status_code == 201
    page.add_init_script(f"localStorage.getItem('aremko.cart') ?? localStorage.setItem('aremko.cart', "
                         f"JSON.stringify({json.dumps({'id': buyer.cart, 'token': buyer.cart_token, 'count': 2})}))")
    page.goto("/carrito/")
    expect(page.locator(".line")).to_have_count(2)
    look(page, f"cart-gifts-{lang}")
    page.locator('a.btn-warm[href="/reservar/"]').click()
    expect(page.locator("h1")).to_have_text({"es": "Pagar tu regalo", "en": "Pay for your gift"}[lang])
    expect(page.locator("#country")).to_be_hidden()
    said = page.locator("main").inner_text().lower()
    assert not [word for word in ("hora", "visita", "hour", "visit.") if f" {word} " in said], said
    look(page, f"checkout-gifts-{lang}", checked=BOTH)
    Guest(page).fill_in()
    Guest(page).to_provider("mercadopago")
    page.locator('button[value="wallet"]').click()
    Guest(page).heading({"es": "¡Tu regalo está listo!", "en": "Your gift is ready!"}[lang])
    purchase = {"es": "Compra ", "en": "Purchase "}[lang]
    expect(page.locator(".pay-ticket p").first).to_contain_text(purchase)
    look(page, f"pay-gifts-{lang}", checked=BOTH)
    page.locator(".pay-place a.btn-warm").click()
    expect(page.locator("h1")).to_have_text({"es": "Mi compra", "en": "My purchase"}[lang])
    expect(page.locator(".booking-state")).to_contain_text(purchase)
    expect(page.locator("[data-gift=yours]")).to_have_count(2, timeout=60_000)
    look(page, f"booking-gifts-{lang}", checked=BOTH)
