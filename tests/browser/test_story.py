"""The story of a booking after it was paid: moved, the difference paid, something cancelled, the money back; and of
somebody who waited for the hour that was given up."""

from playwright.sync_api import expect

from tests.browser.bookings import booked, visit
from tests.browser.guest import Guest
from tests.browser.screens import look
from tests.flows.test_waitlist import Waiter
from tests.support.guest import eventually


def _asked(stack, guest, amount):
    """Flow's refunds of this booking, once together they come to the amount."""
    known = {payment["id"] for payment in guest.look()["payments"]}
    found = [one for one in stack.flow.refunds() if one["refundCommerceOrder"].partition("-r")[0] in known]
    return found if sum(int(float(one["amount"])) for one in found) == amount else None


def test_a_guest_moves_her_tub_pays_the_difference_cancels_her_massage_and_sees_the_money_come_back(stack, new_page):
    stack.flow.clear_faults()
    page = new_page()
    guest = booked(stack, page, ("tina-tronador", 64, 2), ("masaje-relajacion", 66, 1))
    was = guest.look()["lines"][0]["start"]
    berta, other = Waiter(stack), new_page()
    assert berta.join(["tina-tronador"], was[:10], email="berta.story@aremko.cl").status_code == 201

    page.locator('.line-actions button[aria-label="Cambiar: Tina Tronador"]').click()
    page.locator("#move-service").select_option("tina-villarrica")
    page.locator("button.hour:not(.is-mine)").first.click()
    page.locator(".quote .btn-warm").click()
    expect(page.locator("#due-title")).to_have_text("Falta pagar $10.000")
    assert berta.is_("offered")["offer"]["start"] == was
    page.locator(".pay-box button", has_text="Pagar $10.000").click()
    page.wait_for_url("**/pay.php*")
    Guest(page).at_provider("pay")
    Guest(page).heading("¡Todo listo, te esperamos!")
    assert (guest.look()["balance_due"], guest.look()["kept"]) == (0, 100000)

    visit(page, guest)
    page.locator('.line-actions button[aria-label="Anular: Masaje de relajación"]').click()
    expect(page.locator(".quote-choice label").first).to_contain_text("$40.000 por Flow")
    look(page, "story-cancel")
    page.locator(".btn-danger").click()
    expect(page.locator(".refund")).to_have_count(2)
    for refund in eventually(lambda: _asked(stack, guest, 40000), what="the requests for refunds"):
        stack.flow.accept_refund(refund["token"])
    expect(page.locator(".refund-word")).to_have_text(["Ya la tienes de vuelta."] * 2, timeout=40_000)
    expect(page.locator(".stage-done")).to_have_count(6)
    expect(page.locator("[data-money] dd")).to_have_text(["$60.000", "$100.000", "$40.000"])
    look(page, "story-refunded")
    order = guest.look()
    assert (order["state"], order["total"], order["kept"], order["refunded"]) == ("confirmed", 60000, 60000, 40000)

    other.goto(f"/espera/#{berta.entry}.{berta.token}")
    other.locator(".wait-take").click()
    other.wait_for_url("**/reservar/")
    Guest(other).fill_in(email="berta.story@aremko.cl")
    Guest(other).to_provider()
    Guest(other).at_provider("pay")
    Guest(other).heading("¡Todo listo, te esperamos!")
    look(other, "story-waited")
