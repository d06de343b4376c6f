"""Back from the provider: every end a payment can come to, and what the guest can do then."""

from playwright.sync_api import expect

from tests.browser import answers
from tests.browser.guest import Guest, open_day
from tests.browser.screens import BOTH, look


def test_a_rejected_and_an_annulled_payment_keep_the_hour_and_can_be_tried_again(page):
    guest = Guest(page)
    guest.place(open_day(50), slug="tina-tronador")
    guest.at_provider("reject")
    guest.heading("El pago fue rechazado")
    assert page.locator(".hold-clock .time-left").text_content().count(":") == 1
    look(page, "pay-rejected")
    page.locator("button", has_text="Intentar el pago de nuevo").click()
    page.wait_for_url("**/pay.php*")
    guest.at_provider("leave")
    guest.heading("El pago fue anulado")
    look(page, "pay-annulled")
    page.locator("button", has_text="Intentar el pago de nuevo").click()
    page.wait_for_url("**/pay.php*")
    guest.at_provider("pay")
    guest.heading("¡Todo listo, te esperamos!")
    look(page, "pay-paid", checked=BOTH)
    page.locator("a", has_text="Ver mi reserva").click()
    expect(page.locator(".history").first.locator("li")).to_have_count(3)
    look(page, "booking", checked=BOTH)
    page.locator("[data-lang-switch]").click()
    expect(page.locator(".booking .state")).to_have_text("Confirmed")
    look(page, "booking-en")


def test_a_payment_without_an_answer_is_confirmed_later_pending_or_over(page):
    guest = Guest(page)
    guest.place(open_day(51), slug="tina-tronador")
    page.clock.install()
    guest.at_provider("coupon")
    guest.heading("Estamos confirmando tu pago")
    look(page, "pay-confirming")
    page.clock.run_for(20_000)
    guest.heading("Tu pago está pendiente")
    look(page, "pay-pending")
    order = guest.order
    page.goto(f"/reserva/?reserva={order}")
    expect(page.locator(".state")).to_have_text("Pendiente de pago")
    look(page, "booking-pending")

    for name, heading, change in (
        ("expired", "Se acabó el tiempo para pagar", answers.order_in("expired", "expired", pay_until=None)),
        ("refund", "Te devolvemos tu dinero",
         answers.order_in("expired", "paid", refunds=["requested"], pay_until=None)),
        ("unpaid", "El pago no se completó", answers.order_in("pending_payment", "expired")),
        ("mismatch", "Llegó un monto distinto", answers.order_in("pending_payment", "mismatch")),
    ):
        answers.altered(page, answers.ORDERS, change)
        page.goto(f"/pago/?reserva={order}")
        guest.heading(heading)
        look(page, f"pay-{name}", sizes=(390,))
        page.unroute(answers.ORDERS)

    answers.altered(page, answers.ORDERS, answers.order_in("expired", "expired", pay_until=None))
    page.goto(f"/reserva/?reserva={order}")
    expect(page.locator(".state")).to_have_text("Vencida")
    look(page, "booking-expired")
    page.unroute(answers.ORDERS)

    answers.failing(page, answers.ORDERS)
    page.goto(f"/pago/?reserva={order}")
    page.clock.run_for(5_000)
    expect(page.locator(".note-warm .note-title")).to_have_text("Algo no salió bien")
    look(page, "pay-no-connection", sizes=(390,))
