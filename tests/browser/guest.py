"""What a guest does with the pages, in the guest's own words. Nothing here asserts; waiting is by what can be seen."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from playwright.sync_api import Locator, Page

from chalicelib.core.clock import SystemClock, spa_date

TUESDAY = 2
PAGES = {"flow": "**/pay.php*", "mercadopago": "**/checkout/v1/redirect*", "transfer": "**/pago/?reserva=*"}
PERSON = {"phone": "9 8765 4321", "name": "Ana Soto", "email": "ana.soto@aremko.cl"}


def open_day(after: int = 5) -> date:
    """Return the first day from `after` days on that is not a Tuesday."""
    day = spa_date(SystemClock().now()) + timedelta(days=after)
    return day + timedelta(days=1) if day.isoweekday() == TUESDAY else day


def pack_day(after: int = 5) -> date:
    """Return the first day from `after` days on on which packs count (Sunday to Thursday) and the spa is open."""
    day = spa_date(SystemClock().now()) + timedelta(days=after)
    while day.isoweekday() in (TUESDAY, 5, 6):
        day += timedelta(days=1)
    return day


def next_tuesday(after: int = 7) -> date:
    """Return the first Tuesday from `after` days on."""
    day = spa_date(SystemClock().now()) + timedelta(days=after)
    return day + timedelta(days=(TUESDAY - day.isoweekday()) % 7)


@dataclass(frozen=True)
class Guest:
    """Somebody with a browser in front of them."""

    page: Page

    def category(self, day: date, *, slug: str = "tinas", guests: int = 2) -> Locator:
        """Open a category on a day; return the hours that can be had."""
        self.page.goto(f"/categoria/?c={slug}&fecha={day}&personas={guests}")
        hours = self.page.locator("button.hour:not(.is-mine)")
        hours.first.wait_for()
        return hours

    def service(self, slug: str, day: date | None = None, *, guests: int = 2) -> None:
        """Open a service on a day, until its calendar is there."""
        self.page.goto(f"/servicio/?s={slug}&personas={guests}" + (f"&fecha={day}" if day else ""))
        self.page.locator(".cal-day").first.wait_for()

    def hold(self, day: date, *, slug: str | None = None, guests: int = 2) -> None:
        """Hold the first free hour of a day, of any tub or of the one named."""
        hours = self.category(day, guests=guests)
        if slug:
            hours = self.page.locator(f'[data-service="{slug}"] button.hour:not(.is-mine)')
        hours.first.click()
        self.page.locator('[data-cart-bar] a[href="/reservar/"]').wait_for()

    def fill_in(self, **changes: str) -> None:
        """Fill in the check-out form and agree to the policy."""
        self.page.goto("/reservar/")
        for name, value in {**PERSON, **changes}.items():
            self.page.locator(f"#{name}").fill(value)
        self.page.locator("#policy").check()

    def stay(self, slug: str, day: date, nights: int) -> None:
        """Hold a stay in a cabin, on its own calendar."""
        self.page.goto(f"/servicio/?s={slug}&fecha={day}&noches={nights}&personas=2")
        self.page.locator('.book-action .btn:not([aria-disabled="true"])').click()
        self.page.locator(".note-good h3").wait_for()

    def to_provider(self, method: str = "flow", pay: str = "full") -> None:
        """Choose how to pay, press the button and arrive at the provider's page, or where to transfer."""
        self.page.locator(f"#payment_method-{method}").check()
        if pay != "full":
            self.page.locator(f"#pay-{pay}").check()
        self.page.locator("[data-submit]").click()
        self.page.wait_for_url(PAGES[method])

    def place(self, day: date, *, slug: str | None = None) -> None:
        """Hold, fill in, and go to the provider's page."""
        self.hold(day, slug=slug)
        self.fill_in()
        self.to_provider()

    def at_provider(self, action: str) -> None:
        """pay, reject, leave or coupon, and come back."""
        self.page.locator(f'button[value="{action}"]').click()
        self.page.wait_for_url("**/pago/?reserva=*")

    def heading(self, text: str) -> None:
        """Wait until the page's heading says this."""
        self.page.locator("h1", has_text=text).wait_for(timeout=30_000)

    @property
    def order(self) -> str:
        """The order in the address."""
        found = re.search(r"reserva=([\w-]+)", self.page.url)
        return found.group(1) if found else ""
