"""Moving what is booked, on the booking's page: the difference first, somebody who is faster, and the way back."""

from datetime import date, timedelta

from playwright.sync_api import Page, expect

from tests.browser import answers
from tests.browser.bookings import booked
from tests.browser.screens import BOTH, look
from tests.support.guest import Guest

HOURS = "button.hour:not(.is-mine)"
CONFIRM = ".quote .btn-warm"


def _opened(page: Page, kind: str) -> None:
    """Press "change" of the first line of a kind, until its month is there."""
    page.locator(f'[data-kind="{kind}"] > .line-actions button', has_text="Cambiar").click()
    page.locator(".sheet .cal-day").first.wait_for()


def test_a_tub_moves_to_a_dearer_one_and_back_again(stack, new_page):
    page = new_page()
    guest = booked(stack, page, ("tina-tronador", 44, 2))
    [was] = guest.look()["lines"]
    _opened(page, "service")
    expect(page.locator(".hour.is-mine")).to_contain_text("la tuya")
    look(page, "move", checked=BOTH)
    page.locator("#move-service").select_option("tina-llaima")
    page.locator(HOURS).first.click()
    expect(page.locator(".quote-sums dd")).to_have_text(["$50.000", "+$10.000", "$60.000", "$50.000", "$10.000"])
    look(page, "move-quote", checked=BOTH)
    page.locator(CONFIRM).dblclick()
    expect(page.locator("[data-said]")).to_be_focused()
    expect(page.locator("[data-said]")).to_contain_text("Listo: Tina hidromasaje Llaima")
    expect(page.locator("#due-title")).to_have_text("Falta pagar $10.000")
    look(page, "move-done")
    [now] = guest.look()["lines"]
    assert (now["id"], now["service"], now["total"]) == (was["id"], "tina-llaima", 60000)

    page.locator("[data-said] button", has_text="Volver a como estaba").click()
    expect(page.locator(".quote-end dt")).to_have_text("Nada que pagar ni devolver")
    look(page, "move-back")
    page.locator(CONFIRM).click()
    expect(page.locator("[data-said]")).to_contain_text("Listo: Tina Tronador")
    [again] = guest.look()["lines"]
    assert (again["service"], again["start"], guest.look()["balance_due"]) == (was["service"], was["start"], 0)


def test_an_hour_that_somebody_else_took_meanwhile_leads_back_to_fresh_hours(stack, new_page):
    page = new_page()
    guest = booked(stack, page, ("tina-puyehue", 46, 2))
    [was] = guest.look()["lines"]
    _opened(page, "service")
    page.locator(HOURS).last.click()
    page.locator(CONFIRM).wait_for()
    time = page.locator(".hour[aria-pressed=true]").get_attribute("data-time")
    assert Guest(stack).hold("tina-puyehue", f"{was['start'][:11]}{time}{was['start'][16:]}").status_code == 201
    page.locator(CONFIRM).click()
    expect(page.locator(".move .refusal")).to_contain_text("Esa hora ya está tomada")
    expect(page.locator(".hour.is-taken", has_text=time)).to_be_visible()
    expect(page.locator(".quote-sums")).to_have_count(0)
    look(page, "move-taken", sizes=(390,))
    assert guest.look()["lines"] == [was]

    answers.failing(page, answers.HOURS)
    page.locator(".sheet .cal-nav").last.click()
    expect(page.locator(".sheet .note-warm .note-title")).to_be_visible(timeout=20_000)
    look(page, "move-no-connection", sizes=(390,))


def test_a_stay_moves_by_a_night_across_itself_and_one_night_alone(stack, new_page):
    page = new_page()
    guest = Guest(stack)
    booked_stay = booked(stack, page, ("cabana-laurel", 47, 2))
    [night] = booked_stay.look()["lines"]
    day = date.fromisoformat(night["start"][:10])
    blocked = guest.hold("cabana-laurel", night["start"].replace(str(day), str(day + timedelta(days=2))))
    assert blocked.status_code == 201, blocked.text
    _opened(page, "stay")
    page.locator(f'.cal-day[data-date="{day + timedelta(days=2)}"]').click()
    expect(page.locator(".sheet .why")).to_be_visible()
    look(page, "move-night-taken", sizes=(390,))
    page.locator(f'.cal-day[data-date="{day + timedelta(days=1)}"]').click()
    page.locator(CONFIRM).click()
    expect(page.locator("[data-said]")).to_be_visible()
    [moved] = booked_stay.look()["lines"]
    assert moved["start"][:10] == str(day + timedelta(days=1))
