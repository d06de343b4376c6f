"""Giving up a line or all of it on the booking's page: the amount is shown before it counts."""

from playwright.sync_api import expect

from tests.browser import answers
from tests.browser.bookings import booked, visit
from tests.browser.screens import BOTH, look

QUOTES, CHANGES = "**/api/reservas/*/cotizacion", "**/api/reservas/*/cambios"


def test_a_guest_sees_what_comes_back_before_she_gives_up_a_line_and_then_everything(stack, new_page):
    page = new_page()
    guest = booked(stack, page, ("tina-tronador", 40, 2), ("masaje-relajacion", 41, 1))
    look(page, "booking-standing", checked=BOTH)
    massage = page.locator(".line-actions button").last
    massage.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#sheet-title")).to_be_focused()
    expect(page.locator(".quote-sums dd")).to_have_text(["$90.000", "−$40.000", "$50.000", "$90.000", "$40.000"])
    expect(page.locator(".quote-choice label").first).to_contain_text("$40.000 por Flow")
    look(page, "cancel-line", checked=BOTH)
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)
    expect(massage).to_be_focused()
    assert [line["kind"] for line in guest.look()["lines"]] == ["service", "service"]

    massage.click()
    page.locator("#surplus-credit").check()
    page.locator(".btn-danger").dblclick()
    expect(page.locator("[data-said]")).to_be_focused()
    expect(page.locator("[data-said]")).to_contain_text("$40.000 quedan a tu favor.")
    expect(page.locator(".given-up li")).to_have_count(1)
    order = guest.look()
    assert (order["total"], order["surplus"], order["returning"], len(order["cancelled"])) == (50000, 40000, 0, 1)
    look(page, "cancel-line-done")

    page.locator(".cancel-all button").click()
    expect(page.locator(".quote-end dd")).to_have_text("$90.000")
    look(page, "cancel-all")
    page.locator(".btn-danger").click()
    expect(page.locator(".state")).to_have_text("Anulada")
    assert (guest.look()["state"], guest.look()["returning"]) == ("cancelled", 90000)
    visit(page, guest)
    expect(page.locator(".line-actions, .cancel-all")).to_have_count(0)
    look(page, "booking-cancelled")


def test_another_total_a_lost_connection_and_a_stale_page_are_told_and_nothing_is_given_up(stack, new_page):
    page = new_page()
    guest = booked(stack, page, ("tina-tronador", 42, 2))
    answers.failing(page, QUOTES)
    page.locator(".line-actions button").last.click()
    expect(page.locator(".quote .refusal")).to_be_visible(timeout=20_000)
    look(page, "cancel-no-connection", sizes=(390,))
    page.unroute(QUOTES)
    page.locator(".quote button", has_text="Intentar de nuevo").click()
    expect(page.locator(".quote-end dd")).to_have_text("$50.000")

    wrong = lambda route: route.continue_(post_data=route.request.post_data.replace(  # noqa: E731
        '"agreed_total":0', '"agreed_total":1'))
    page.route(CHANGES, wrong)
    page.locator(".btn-danger").click()
    expect(page.locator(".quote .refusal")).to_contain_text("El total cambió mientras tanto.")
    look(page, "cancel-total-changed", sizes=(390,))
    page.unroute(CHANGES)
    assert guest.look()["state"] == "confirmed"

    gone = guest.ask("POST", f"/api/reservas/{guest.order}/cambios", token=guest.order_token,
                     json={"action": "cancel_all", "agreed_total": 0})
    assert gone.status_code == 200
    page.locator(".btn-danger").click()
    page.locator(".quote button", has_text="Ver mi reserva como está ahora").click()
    expect(page.locator(".state")).to_have_text("Anulada")
