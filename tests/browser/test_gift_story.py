"""The story of a gift: bought for somebody else for next Friday, paid with Mercado Pago, there on its day, printed,
scanned, spent with Flow for the rest; and the visit cancelled, so that its value is back on the card."""

from datetime import timedelta
from types import SimpleNamespace

import pypdfium2
import pytest
import requests
import zxingcpp
from playwright.sync_api import expect

from chalicelib.core.clock import SystemClock, spa_date
from tests.browser.gifts import code_for
from tests.browser.guest import Guest, open_day
from tests.browser.screens import DESKTOP, PHONE, look
from tests.browser.test_gift_cards import PDFS
from tests.flows.test_gift_cards import card_of, its_day_has_come, run
from tests.support.guest import eventually

ES = SimpleNamespace(
    lang="es", size=PHONE, days=71, email="berta.relato@aremko.cl", holder="berta.visita@aremko.cl",
    ready="¡Tu regalo está listo!", booked="¡Todo listo, te esperamos!", see="Ver mi reserva", printed="imprimir",
    cancel="Anular: Tina hidromasaje Llaima")
EN = SimpleNamespace(
    lang="en", size=DESKTOP, days=78, email="berta.story.gift@aremko.cl", holder="berta.guest@aremko.cl",
    ready="Your gift is ready!", booked="All set, see you soon!", see="See my booking", printed="print",
    cancel="Cancel: Llaima hydromassage tub")


@pytest.mark.parametrize("told", [ES, EN], ids=["es on a phone", "en on a desktop"])
def test_a_gift_arrives_on_friday_is_spent_in_part_and_its_value_comes_back(stack, new_page, told):
    stack.flow.clear_faults()
    stack.mercadopago.clear_faults()
    order = _given(stack, new_page(told.size, told.lang), told)
    its_day_has_come(stack, card_of(stack, order))
    assert run(stack, "DeliverCardsWorker")["failed"] == 0
    code = code_for(stack, told.email)

    page = new_page(told.size, told.lang)
    page.goto(f"/tarjeta/#{code}")
    expect(page.locator(".gift-card svg")).to_contain_text("Berta")
    page.goto(_scanned(page, told))
    expect(page.locator("[data-worth] dd").first).to_have_text("$50.000")
    look(page, f"gift-story-card-{told.lang}", sizes=(told.size,), checked=(told.size,))

    page.locator(".card-go .btn").click()
    expect(page.locator('[data-category="tinas"] [data-price]')).not_to_be_empty()
    Guest(page).hold(open_day(told.days), slug="tina-llaima")
    Guest(page).fill_in(email=told.holder)
    expect(page.locator("[data-submit]")).to_contain_text("$10.000")
    Guest(page).to_provider("flow")
    Guest(page).at_provider("pay")
    Guest(page).heading(told.booked)
    page.locator("a", has_text=told.see).click()
    expect(page.locator("[data-money]")).to_contain_text(code[-6:])
    booking = page.url
    assert _worth(page, code) == "$0"

    page.goto(booking)
    page.locator(f'.line-actions button[aria-label="{told.cancel}"]').click()
    page.locator(".btn-danger").click()
    expect(page.locator(".refund")).to_have_count(1)
    look(page, f"gift-story-cancelled-{told.lang}", sizes=(told.size,), checked=(told.size,))
    assert _worth(page, code) == "$50.000"


def _given(stack, page, told):
    """Buy the card for next Friday at nine on the pages; return the order's number."""
    today = spa_date(SystemClock().now())
    friday = today + timedelta(days=(5 - today.isoweekday()) % 7 or 7)
    page.goto("/regalo/")
    page.locator(".gift-choice:has([value=regalo-tina-para-dos])").click()
    page.locator("#way-later").check()
    for name, value in {"recipient": "Berta", "sender": "Ana", "message": "Ñandú, pingüino y tú: ¡al agua!",
                        "email": told.email, "date": str(friday)}.items():
        page.locator(f"#{name}").fill(value)
    page.locator("#time").select_option("09:00")
    page.locator(".gift-form [type=submit]").click()
    expect(page.locator(".note-good p").first).to_contain_text(told.email)
    Guest(page).fill_in()
    Guest(page).to_provider("mercadopago")
    page.locator('button[value="wallet"]').click()
    Guest(page).heading(told.ready)
    order = Guest(page).order
    page.locator(".pay-place a.btn-warm").click()
    expect(page.locator("[data-gift=waiting]")).to_have_count(1, timeout=60_000)
    look(page, f"gift-story-waiting-{told.lang}", sizes=(told.size,), checked=(told.size,))
    return order


def _scanned(page, told):
    """Open the card's PDF for print, and return the address in its QR as a telephone reads it."""
    files = page.locator("[data-files] button", has_text=told.printed)
    with page.expect_request(PDFS) as opened:
        files.first.click()
    sheet = pypdfium2.PdfDocument(requests.get(opened.value.url, timeout=40).content)[0]
    assert "Ñandú, pingüino y tú" in sheet.get_textpage().get_text_bounded()
    [found] = zxingcpp.read_barcodes(sheet.render(scale=2).to_pil())
    return found.text


def _worth(page, code):
    """Return the balance that the card's page shows."""
    def look_again():
        page.goto("/condiciones/")
        page.goto(f"/tarjeta/#{code}")
        page.locator("[data-worth] dd").first.wait_for()
        return page.locator("[data-worth] dd").first.inner_text()

    return eventually(look_again, what="the card's balance")
