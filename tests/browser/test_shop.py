"""All that the spa sells, each kind bought once, and each way of paying used once, as guests do it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import requests
from playwright.sync_api import expect

from tests.browser.guest import PAGES, Guest, pack_day
from tests.browser.screens import BOTH, DESKTOP, look


@dataclass(frozen=True)
class Transfers:
    """The front desk, which sees what arrives at the bank."""

    stack: Any

    def confirm(self, guest: Guest, amount: int) -> None:
        """Confirm that so much arrived for a guest's order."""
        signed = {"Authorization": f"Bearer {self.stack.staff('reception')}",
                  **self.stack.as_cloudfront("10.9.9.9:4000")}
        waiting = requests.get(f"{self.stack.api_url}/api/admin/reservas/{guest.order}", timeout=40, headers=signed)
        payment = waiting.json()["payments"][-1]["id"]
        answer = requests.post(f"{self.stack.api_url}/api/admin/pagos/{payment}/confirmacion", timeout=40,
                               json={"amount": amount, "reference": "BCH 4711"},
                               headers={**signed, "Idempotency-Key": f"browser-{guest.order}"})
        assert answer.ok, answer.text


@pytest.fixture
def transfers(stack):
    """The front desk of the spa."""
    return Transfers(stack)


def test_a_tub_with_roses_a_massage_that_fits_and_cheese_are_paid_in_cuotas(page):
    guest, day = Guest(page), pack_day(61)
    guest.service("tina-tronador", day)
    page.locator("button.hour", has_text="17:00").click()
    page.locator(".book-action .btn").click()
    hint = page.locator(".pack-hint a", has_text="$35.000")
    expect(hint).to_have_text("Agregar y ahorrar $35.000")
    page.locator(".addons summary").click()
    look(page, "service-held-tub")
    page.locator(".addon-list button").first.click()
    expect(page.locator(".addon-list .addon-done")).to_have_text("Agregado")

    hint.click()
    expect(page.locator("#part-massage")).to_be_checked()
    expect(page.locator("#part-tub")).not_to_be_checked()
    expect(page.locator("[data-proposals] > .hint")).to_have_text("Alrededor de lo que ya tienes: 17:00–19:00.")
    look(page, "day-around")
    page.locator(".proposal .btn").first.click()
    expect(page.locator(".note-good h3")).to_be_focused()
    look(page, "day-held")

    page.goto("/carrito/")
    expect(page.locator(".saving > strong")).to_have_text("−$35.000")
    expect(page.locator(".line-part-name")).to_have_text("Decoración romántica")
    page.locator('[data-product="tabla-de-quesos"] button').click()
    page.locator('[data-kind="product"] .stepper-button').last.click()
    expect(page.locator('[data-kind="product"] .line-price')).to_have_text("$38.000")
    expect(page.locator(".sum strong")).to_have_text("$165.000")
    look(page, "cart-full", checked=BOTH)

    guest.fill_in()
    expect(page.locator("[data-submit]")).to_have_text("Pagar $165.000")
    look(page, "checkout-full")
    guest.to_provider("mercadopago")
    page.locator('select[name="installments"]').select_option("3")
    page.locator("button.go").click()
    guest.heading("¡Todo listo, te esperamos!")
    look(page, "pay-paid-full")
    page.locator("a", has_text="Ver mi reserva").click()
    expect(page.locator(".line-name")).to_have_count(3)
    expect(page.locator(".ticket dd")).to_have_text(["$165.000", "$165.000"])
    look(page, "booking-full", checked=BOTH)


def test_a_stay_with_breakfast_is_kept_by_a_deposit_and_its_balance_paid_with_the_wallet(new_page):
    page = new_page(DESKTOP, "en")
    guest, day = Guest(page), pack_day(66)
    guest.stay("cabana-laurel", day, 3)
    page.locator(".addons summary").click()
    page.locator(".addon-list button").click()
    expect(page.locator(".addon-list .addon-done")).to_be_visible()
    look(page, "stay-held")

    page.goto("/carrito/")
    stay = page.locator('[data-kind="stay"]')
    expect(stay.locator(".line-parts .line-parts .line-part")).to_have_count(3)
    look(page, "cart-stay", checked=BOTH)
    stay.locator(".line-parts .line-parts .btn").last.click()
    expect(stay.locator(".line-parts .line-parts .line-part")).to_have_count(2)
    page.locator(".undo .btn").click()
    expect(stay.locator(".line-parts .line-parts .line-part")).to_have_count(3)
    stay.locator(":scope > .line-parts > .line-part > .line-part-actions .btn").last.click()
    expect(stay.locator(".line-text p").nth(1)).to_have_text("2 nights · 2 guests")
    expect(page.locator(".sum strong")).to_have_text("$220.000")

    guest.fill_in()
    page.locator("#pay-deposit").check()
    expect(page.locator(".now-later dd")).to_have_text(["$130.000", "$90.000"])
    look(page, "checkout-deposit", checked=BOTH)
    guest.to_provider("flow", "deposit")
    guest.at_provider("pay")
    guest.heading("All set, see you soon!")
    look(page, "pay-paid-deposit")
    page.locator("a", has_text="See my booking").click()
    expect(page.locator("#due-title")).to_have_text("$90.000 still to pay")
    look(page, "booking-balance")
    page.locator("#payment_method-mercadopago").check()
    page.locator(".pay-box button").click()
    page.wait_for_url(PAGES["mercadopago"])
    page.locator('button[value="wallet"]').click()
    guest.heading("All set, see you soon!")
    page.locator("a", has_text="See my booking").click()
    expect(page.locator("[data-payments] li")).to_have_count(2)
    expect(page.locator("#due-title")).to_have_count(0)
    look(page, "booking-balance-paid")


def test_a_programme_is_held_whole_and_paid_by_a_transfer_that_staff_confirms(page, transfers):
    guest, day = Guest(page), pack_day(71)
    page.goto(f"/servicio/?s=programa-pausa&fecha={day}")
    plans = page.locator("button.plan")
    plans.first.wait_for()
    look(page, "programme", checked=BOTH)
    plans.nth(1).click()
    expect(page.locator('button.plan[aria-pressed="true"]')).to_be_focused()
    expect(page.locator(".book-price")).to_have_text("$110.000 para 2")
    page.locator(".book-action .btn").click()
    expect(page.locator(".note-good h3")).to_be_focused()
    page.goto("/carrito/")
    expect(page.locator('[data-kind="programme"] .parts li')).to_have_count(2)
    look(page, "cart-programme")

    guest.fill_in()
    guest.to_provider("transfer")
    guest.heading("Tu reserva espera la transferencia")
    expect(page.locator('[data-fact="amount"] dd > span')).to_have_text("$110.000")
    expect(page.locator('[data-fact="reference"] dd > span')).to_have_text(guest.order)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    account = page.locator('[data-fact="account"]')
    account.locator("button").click()
    expect(account.locator("button")).to_have_text("Copiado")
    assert page.evaluate("navigator.clipboard.readText()") == account.locator("dd > span").text_content()
    look(page, "pay-transfer", checked=BOTH)
    page.goto(f"/reserva/?reserva={guest.order}")
    expect(page.locator(".state")).to_have_text("Pendiente de pago")
    look(page, "booking-transfer")

    transfers.confirm(guest, 110_000)
    page.goto(f"/pago/?reserva={guest.order}")
    guest.heading("¡Todo listo, te esperamos!")


def test_a_transfer_of_another_amount_is_credited_and_the_rest_paid_with_a_card(page, transfers):
    guest = Guest(page)
    guest.hold(pack_day(73), slug="tina-tronador")
    guest.fill_in()
    guest.to_provider("transfer")
    guest.heading("Tu reserva espera la transferencia")
    transfers.confirm(guest, 30_000)
    page.reload()
    guest.heading("Llegó un monto distinto")
    expect(page.locator(".note-warm")).to_have_text("Tienes $30.000 a tu favor en esta reserva; faltan $20.000.")
    look(page, "pay-credit")
    page.goto(f"/reserva/?reserva={guest.order}")
    expect(page.locator("[data-payments] li")).to_contain_text("Llegaron $30.000")
    look(page, "booking-credit")
    page.locator("#payment_method-flow").check()
    page.locator(".pay-box button").click()
    page.wait_for_url(PAGES["flow"])
    guest.at_provider("pay")
    guest.heading("¡Todo listo, te esperamos!")


def test_a_stay_is_chosen_with_the_keyboard_alone(new_page):
    page, day = new_page(DESKTOP), pack_day(84)
    page.goto(f"/servicio/?s=cabana-acantilado&fecha={day}")
    page.locator('.cal-day[data-place="start"]').wait_for()
    page.locator('.cal-day[data-place="start"]').focus()
    page.keyboard.press("Enter")
    leaves = day + timedelta(days=2)
    for date in (day + timedelta(days=1), leaves):
        page.keyboard.press("ArrowRight")
        page.locator(f'.cal-day[data-date="{date}"]:focus').wait_for()
    page.keyboard.press("Enter")
    expect(page.locator(".book-price")).to_have_text("$180.000 por 2 noches")
    expect(page.locator(".nights li")).to_have_count(2)
    look(page, "stay", checked=BOTH)


def test_a_day_is_built_in_one_go(page):
    page.goto(f"/dia/?fecha={pack_day(76)}&personas=2")
    page.locator(".proposal").first.wait_for()
    look(page, "day", checked=BOTH)
    page.locator("#which-tub").select_option("tina-llaima")
    expect(page.locator(".proposal").first).to_contain_text("Llaima")
    assert "partes=tina-llaima%2Cmasajes" in page.url
    page.locator(".proposal .btn").first.click()
    expect(page.locator(".note-good h3")).to_be_focused()
    assert page.locator("[data-cart-count]").text_content() == "2"


def test_an_add_on_asks_which_tub_and_sends_who_has_none_to_one(page):
    guest, day = Guest(page), pack_day(79)
    page.goto("/categoria/?c=decoraciones")
    page.locator(".service-go a").first.wait_for()
    look(page, "category-decorations", checked=BOTH)
    page.goto("/servicio/?s=decoracion-cumpleanos")
    expect(page.locator(".addon-hosts a")).to_have_text("Elegir una tina")
    look(page, "decoration-without-tub")
    guest.hold(day, slug="tina-tronador")
    page.goto("/servicio/?s=decoracion-cumpleanos")
    page.locator(".addon-list button").click()
    expect(page.locator(".addon-done")).to_have_text("Agregado")
    look(page, "decoration-with-tub")


def test_cabins_are_chosen_by_date_and_nights(page):
    day = pack_day(82)
    page.goto(f"/categoria/?c=cabanas&fecha={day}&noches=2&personas=2")
    expect(page.locator('[data-service="cabana-torre"] strong')).to_have_text("$200.000 por 2 noches")
    look(page, "category-cabins", checked=BOTH)
    page.locator('[data-service="cabana-torre"] .service-go .btn').click()
    expect(page.locator('[data-service="cabana-torre"] .addon-done')).to_be_visible()
    page.goto(f"/categoria/?c=programas&fecha={day}")
    page.locator(".service-go a").first.wait_for()
    look(page, "category-programmes", checked=BOTH)


def test_treats_are_put_into_the_cart_piece_by_piece(page):
    page.goto("/extras/")
    cheese = page.locator('[data-product="espumante"]')
    cheese.locator("button").click()
    expect(cheese.locator("output")).to_have_text("1 unidad")
    cheese.locator(".stepper-button").last.click()
    expect(cheese.locator("output")).to_have_text("2 unidades")
    look(page, "extras", checked=BOTH)
    cheese.locator(".stepper-button").first.click()
    cheese.locator(".stepper-button").first.click()
    expect(cheese.locator(".btn")).to_have_text("Agregar")
