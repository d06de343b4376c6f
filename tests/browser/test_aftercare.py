"""After a change, on the booking's page: more products, money on its way back, and the account it goes to."""

from playwright.sync_api import expect

from tests.browser import answers
from tests.browser.bookings import booked, visit
from tests.browser.screens import BOTH, look
from tests.support.guest import Guest, free_hour

MORE = '.stepper-button[aria-label="Espumante: uno más"]'


def test_a_guest_adds_products_and_sees_what_they_come_to_first(stack, new_page):
    page = new_page()
    guest = booked(stack, page, ("tina-hornopiren", 52, 2))
    page.locator(".add-more button").click()
    for _ in range(2):
        page.locator(MORE).click()
    expect(page.locator(".quote-sums dd")).to_have_text(["$50.000", "+$30.000", "$80.000", "$50.000", "$30.000"])
    look(page, "add", checked=BOTH)
    page.route("**/cambios", lambda route: route.fulfill(
        status=409, content_type="application/problem+json",
        json={"status": 409, "code": "out_of_stock", "detail": "No quedan suficientes unidades de ese producto."}))
    page.locator(".quote .btn-warm").click()
    expect(page.locator(".add-shelf .refusal")).to_contain_text("No quedan suficientes")
    expect(page.locator(".quote-sums")).to_have_count(0)
    look(page, "add-sold-out", sizes=(390,))
    page.unroute("**/cambios")
    page.locator(MORE).click()
    page.locator(".quote .btn-warm").dblclick()
    expect(page.locator("[data-said]")).to_contain_text("$15.000 por pagar")
    assert guest.look()["balance_due"] == 15000
    look(page, "add-done", sizes=(390,))

    page.locator('.line-actions button[aria-label="Anular: Espumante"]').click()
    page.locator(".btn-danger").click()
    expect(page.locator("[data-said]")).to_contain_text("Anulamos Espumante.")
    assert (guest.look()["balance_due"], guest.look()["returning"]) == (0, 0)


def test_money_that_came_by_transfer_goes_to_the_account_the_guest_names(stack, new_page):
    page, guest = new_page(), Guest(stack)
    guest.hold("tina-tronador", free_hour(stack.api_url, "tina-tronador", after_days=54))
    [payment] = guest.check_out(payment_method="transfer").json()["order"]["payments"]
    received = guest.ask("POST", f"/api/admin/pagos/{payment['id']}/confirmacion", token=stack.staff("reception"),
                         json={"amount": 50000, "reference": "TEF 77"})
    assert received.status_code == 200, received.text
    visit(page, guest)
    page.locator(".cancel-all button").click()
    page.locator(".btn-danger").click()
    expect(page.locator("[data-refunds] .refund-word")).to_have_text("Falta que nos digas a qué cuenta.")
    page.locator("[data-account] button[type=submit]").click()
    expect(page.locator("#bank")).to_be_focused()
    expect(page.locator(".field-error:not(:empty)")).to_have_count(3)
    look(page, "account", checked=BOTH)
    for name, value in {"bank": "BancoEstado", "account": "12.345.678", "rut": "12345678-5"}.items():
        page.locator(f"#{name}").fill(value)
    page.locator("#account_type").select_option("rut")
    page.locator("[data-account] button[type=submit]").dblclick()
    expect(page.locator("[data-said]")).to_have_text("Guardamos tu cuenta.")
    expect(page.locator(".refund-word")).to_have_text("Te la transferimos a BancoEstado, cuenta terminada en 5678.")
    expect(page.locator("[data-account]")).to_contain_text("a nombre de Ana Soto")
    look(page, "account-told")

    [refund] = guest.look()["payments"][0]["refunds"]
    paid = guest.ask("POST", f"/api/admin/devoluciones/{refund['id']}", token=stack.staff("reception"),
                     json={"outcome": "refunded", "reference": "TEF 78"})
    assert paid.status_code == 200, paid.text
    visit(page, guest)
    expect(page.locator(".refund-word")).to_have_text("Ya la tienes de vuelta.")
    expect(page.locator(".stage-done")).to_have_count(2)
    look(page, "refund-back")


def test_every_state_of_a_refund_is_told_in_words_in_both_languages(stack, new_page):
    page = new_page()
    guest = booked(stack, page, ("tina-tronador", 56, 2))

    def all_states(order):
        refund = {"id": "r", "amount": 5000, "reason": "changed", "by_hand": False, "requested_at": order["now"],
                  "settled_at": None}
        order["payments"][0]["refunds"] = [
            {**refund, "state": state} for state in ("due", "requested", "accepted", "refunded", "rejected", "unclear")]

    answers.altered(page, answers.ORDERS, all_states)
    visit(page, guest)
    expect(page.locator(".refund")).to_have_count(6)
    expect(page.locator(".refund .stages")).to_have_count(5)
    look(page, "refund-states", checked=BOTH)
    page.locator("[data-lang-switch]").click()
    expect(page.locator("[data-refunds] h2")).to_have_text("Refunds")
    look(page, "refund-states-en")
