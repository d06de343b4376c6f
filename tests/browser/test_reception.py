"""Reception's page: says of an arrival code whether it is good, also when there is no connection."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.screens import BOTH, look
from tests.support.guest import Guest, eventually, free_hour, token_of


@pytest.fixture(scope="module")
def arrival(stack: Any) -> dict[str, Any]:
    """What a guest with a paid tub is given for her arrival, with the number of her order."""
    stack.flow.clear_faults()
    guest = Guest(stack)
    assert guest.hold("tina-villarrica", free_hour(stack.api_url, "tina-villarrica", after_days=40)).status_code == 201
    stack.flow.pay(token_of(guest.check_out().json()["payment"]["url"]))
    eventually(lambda: guest.look()["state"] == "confirmed", what="the confirmation")
    answer = guest.ask("GET", f"/api/reservas/{guest.order}/llegada", token=guest.order_token)
    assert answer.status_code == 200, answer.text
    return {**answer.json(), "order": guest.order}


def forged(code: str) -> str:
    """Return the code with another day in it, and the signature it had."""
    version, content, signature = code.split(".")
    return f"{version}.{content[:-4]}{'AAAA' if content[-4:] != 'AAAA' else 'BBBB'}.{signature}"


def check(page: Page, text: str) -> None:
    page.locator("#code").fill(text)
    page.locator("[data-form] button").click()


def title(page: Page) -> Any:
    return page.locator("[data-verdict] h2")


@pytest.fixture
def ready(new_page: NewPage) -> Iterator[Page]:
    """Reception's page, kept on the device."""
    page = new_page()
    page.goto("/recepcion/")
    expect(page.locator("[data-ready]")).to_have_text("Lista para usarse sin conexión.")
    return page


def test_a_code_is_checked_with_the_network_off_in_both_languages(ready: Page, arrival: dict[str, Any]) -> None:
    ready.context.set_offline(True)
    ready.reload()
    check(ready, arrival["code"])
    expect(title(ready)).to_have_text("Válido, pero no es para hoy")
    expect(ready.locator("[data-verdict]")).to_contain_text(f"{arrival['order']} · A.S. · 2 personas")
    check(ready, forged(arrival["code"]))
    expect(title(ready)).to_have_text("No es nuestro")
    check(ready, "hola")
    expect(title(ready)).to_have_text("Ahí no hay un código")
    ready.locator("[data-lang-switch]").click()
    check(ready, arrival["code"])
    expect(title(ready)).to_have_text("Valid, but not for today")
    ready.context.set_offline(False)


@pytest.mark.parametrize(("days", "said"), [(0, "Válido: llega hoy"), (1, "Vencido: ya pasaron sus días")])
def test_on_its_day_it_is_good_and_the_day_after_it_is_over(
        new_page: NewPage, arrival: dict[str, Any], days: int, said: str) -> None:
    page = new_page()
    page.clock.set_fixed_time(datetime.fromisoformat(arrival["from"]).astimezone(UTC) + timedelta(days=days))
    page.goto(f"/recepcion/#{arrival['code']}")  # as a phone's own camera opens it
    expect(title(page)).to_have_text(said)
    look(page, f"reception-{days}", checked=BOTH)


def test_what_is_forged_looks_it_and_a_device_that_never_had_a_connection_says_so(
        new_page: NewPage, arrival: dict[str, Any]) -> None:
    page = new_page(service_workers="block")  # nothing is kept, and requests can be refused
    page.route("**/api/llegadas/clave", lambda route: route.abort())
    page.goto("/recepcion/")
    expect(page.locator("[data-ready]")).to_have_text("Por ahora funciona solo con conexión.", timeout=15_000)
    check(page, arrival["code"])
    expect(title(page)).to_have_text("No se puede revisar todavía")
    page.unroute("**/api/llegadas/clave")
    check(page, forged(arrival["code"]))
    expect(title(page)).to_have_text("No es nuestro")
    look(page, "reception-forged")


def test_where_the_browser_reads_codes_the_camera_is_offered(new_page: NewPage, arrival: dict[str, Any]) -> None:
    page = new_page()
    page.add_init_script(f"""
        const seen = [{{ rawValue: "{arrival['code']}" }}];
        window.BarcodeDetector = class {{ detect() {{ return Promise.resolve(seen); }} }};
        const canvas = document.createElement("canvas"), draw = canvas.getContext("2d");
        setInterval(() => draw.fillRect(0, 0, 9, 9), 50);
        navigator.mediaDevices.getUserMedia = () => Promise.resolve(canvas.captureStream());
    """)
    page.goto("/recepcion/")
    page.locator("[data-scan]").click()
    expect(title(page)).to_have_text("Válido, pero no es para hoy")
    expect(page.locator("video")).to_have_count(0)
