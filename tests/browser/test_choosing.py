"""Money that came when its hours were gone: on the booking's page other hours with one tap, or all of it back."""

from playwright.sync_api import expect

from tests.browser.bookings import visit
from tests.browser.screens import BOTH, look
from tests.support.late import paid_late


def test_a_late_payer_sees_other_hours_and_takes_them_with_one_tap(stack, new_page):
    guest, page = paid_late(stack, "tina-llaima"), new_page()
    visit(page, guest)
    expect(page.locator("[data-choosing] .proposal").first).to_be_visible()
    look(page, "choosing", checked=BOTH)
    page.goto(f"/pago/?reserva={guest.order}")
    page.locator("a", has_text="Elegir otras horas").click()
    page.locator(".proposal button").first.dblclick()
    expect(page.locator("[data-said]")).to_contain_text("Tu reserva está confirmada.")
    expect(page.locator(".state")).to_have_text("Confirmada")
    expect(page.locator("[data-choosing]")).to_have_count(0)
    assert (guest.look()["state"], guest.look()["choose_until"]) == ("confirmed", None)
    look(page, "chosen", sizes=(390,))


def test_or_has_it_all_back_even_when_the_hours_seen_are_gone_again(stack, new_page):
    guest, page = paid_late(stack, "tina-hornopiren"), new_page()
    visit(page, guest)
    page.locator("[data-choosing] .proposal").first.wait_for()
    refused = {"status": 409, "code": "slot_taken", "detail": "Esa hora ya está tomada. Elige otra, por favor."}
    page.route("**/alternativas", lambda route: route.fallback() if route.request.method == "GET" else route.fulfill(
        status=409, content_type="application/problem+json", json=refused))
    page.locator(".proposal button").first.click()
    expect(page.locator(".choices > .refusal")).to_contain_text("Esa hora ya está tomada")
    look(page, "choosing-taken", sizes=(390,))
    kept = guest.look()["kept"]
    page.locator("[data-choosing] > .note-actions button").dblclick()
    expect(page.locator("[data-said]")).to_contain_text("Te devolvemos todo.")
    expect(page.locator("[data-refunds] .refund")).to_have_count(1)
    assert (guest.look()["kept"], guest.look()["returning"]) == (0, kept)
    look(page, "choosing-back", sizes=(390,))
