"""The visit on the booking's page: what helps before it, and every stage it can be in."""

from playwright.sync_api import expect

from tests.browser import answers
from tests.browser.bookings import booked, visit
from tests.browser.screens import BOTH, look


def test_the_page_says_how_to_arrive_and_with_which_code(stack, new_page):
    page = new_page()
    guest = booked(stack, page, ("cabana-torre", 70, 2))
    expect(page.locator("[data-arrival] .arrival-code svg")).to_be_visible()
    expect(page.locator(".facts")).to_contain_text(
        ["Tu cabaña te espera desde las 16:00; el último día la dejas a las 11:00.", "ruta 225"])
    look(page, "visit", checked=BOTH)
    answers.busy(page, "**/llegada")
    visit(page, guest)
    expect(page.locator("[data-arrival] button", has_text="Intentar de nuevo")).to_be_visible(timeout=20_000)
    page.unroute("**/llegada")
    page.locator("[data-arrival] button").click()
    expect(page.locator("[data-arrival] .arrival-code svg")).to_be_visible()


def test_every_stage_of_a_visit_has_its_word_and_nothing_to_press_that_would_be_refused(stack, new_page):
    page = new_page()
    guest = booked(stack, page, ("tina-tronador", 72, 2))

    def stage(state, **lines):
        return lambda order: order.update(state=state, lines=[{**line, "movable": False, **lines}
                                                              for line in order["lines"]])

    past = {"cancellable": False, "free_until": "2026-01-01T10:00:00-03:00", "end": "2026-01-02T12:00:00-03:00"}
    for name, word, change in (
        ("checked_in", "Ya llegaste", stage("checked_in", **past)),
        ("checked_out", "Visita terminada", stage("checked_out", **past)),
        ("no_show", "No llegaste", stage("no_show", cancellable=False, forfeited=True, free_until=None)),
        ("late", "Confirmada", stage("confirmed", cancellable=True, free_until="2026-01-01T10:00:00-03:00")),
    ):
        answers.altered(page, answers.ORDERS, change)
        visit(page, guest)
        expect(page.locator(".state")).to_have_text(word)
        expect(page.locator(".line-actions button")).to_have_count(1 if name == "late" else 0)
        expect(page.locator(".add-more, .cancel-all")).to_have_count(2 if name == "late" else 0)
        look(page, f"stage-{name}", sizes=(390,))
        page.unroute(answers.ORDERS)
    expect(page.locator(".line-until")).to_contain_text("El plazo gratis terminó el")
