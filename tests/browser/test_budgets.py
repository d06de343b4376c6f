"""DESIGN.md §7: what a page weighs and how soon it is there, on an emulated slow 4G phone."""

import gzip
import json

import pytest

from infra.paths import BUILD, SITE
from tests.browser.bookings import booked
from tests.browser.guest import Guest, open_day

KIB = 1024
SCRIPT, STYLE, REQUESTS = 30 * KIB, 12 * KIB, 10
LARGEST_PAINT_MS = 1200
SLOWER = 2  # than a page without any data, which tells how fast the machine is; `make bench` holds the bar itself
# Slow 4G as web audits emulate it, and a CPU four times slower.
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
CPU = 4
OBSERVE = """
window.seen = {lcp: 0, cls: 0, moved: []};
new PerformanceObserver((list) => { for (const e of list.getEntries()) window.seen.lcp = e.startTime; })
  .observe({type: "largest-contentful-paint", buffered: true});
new PerformanceObserver((list) => {
  for (const e of list.getEntries()) {
    if (e.hadRecentInput) continue;
    window.seen.cls += e.value;
    for (const {node, previousRect, currentRect} of e.sources)
      window.seen.moved.push([node?.outerHTML?.slice(0, 80), previousRect.y, currentRect.y]);
  }
}).observe({type: "layout-shift", buffered: true});
"""


def _weight(urls, ending):
    """The compressed bytes of the built files behind these addresses."""
    files = {url.split("?")[0].split("/assets/")[-1] for url in urls if "/assets/" in url and url.endswith(ending)}
    return sum(len(gzip.compress((SITE / "dist" / "assets" / name).read_bytes())) for name in files)


@pytest.fixture
def measured(new_page):
    """Return a function that opens an address on a slow phone and measures it, without a cache."""
    page = new_page()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})

    def measure(address, until):
        urls = []
        note = lambda request: request.url.startswith("data:") or urls.append(request.url)  # noqa: E731
        page.on("request", note)
        session.send("Network.emulateNetworkConditions", SLOW_4G)
        session.send("Emulation.setCPUThrottlingRate", {"rate": CPU})
        page.goto(address)
        page.locator(until).first.wait_for()
        page.wait_for_load_state("networkidle")
        seen = page.evaluate("window.seen")
        session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
        page.remove_listener("request", note)
        return {"lcp_ms": round(seen["lcp"]), "cls": round(seen["cls"], 4), "moved": seen["moved"],
                "requests": len(urls), "js": _weight(urls, ".js"), "css": _weight(urls, ".css"), "urls": urls}

    page.context.add_init_script(OBSERVE)
    measure.page = page
    return measure


def _best(measured, address, until):
    """The first measurement within the limits for painting and shifting, else the best of six: functions that start
    cold are not the page's doing."""
    tries = []
    for _ in range(6):
        tries.append(measured(address, until))
        if tries[-1]["lcp_ms"] <= LARGEST_PAINT_MS and tries[-1]["cls"] == 0:
            break
    return min(tries, key=lambda row: (row["cls"], row["lcp_ms"]))


@pytest.mark.timed
def test_every_booking_page_keeps_its_budget(stack, measured):
    guest, day = Guest(measured.page), open_day(60)
    booking = booked(stack, measured.page, ("tina-hornopiren", 60, 2), ("masaje-relajacion", 61, 1))
    guest.hold(day, slug="tina-tronador")
    pages = {
        "home": ("/", "[data-price]:not(:empty)"),
        "category": (f"/categoria/?c=tinas&fecha={day}", "button.hour"),
        "service": (f"/servicio/?s=tina-llaima&fecha={day}", "button.hour"),
        "cabin": (f"/servicio/?s=cabana-tepa&fecha={day}", ".cal-day"),
        "programme": (f"/servicio/?s=programa-pausa&fecha={day}", "button.plan"),
        "day": (f"/dia/?fecha={day}", ".proposal"),
        "extras": ("/extras/", ".good"),
        "gift": ("/regalo/", ".gift-choice"),
        "cart": ("/carrito/", ".line"),
        "checkout": ("/reservar/", "#phone"),
        "booking": (f"/reserva/?reserva={booking.order}", ".line-actions"),
        "waitlist": (f"/espera/?servicio=tina-llaima&dia={day}&personas=2", "#service"),
        "terms": ("/condiciones/", "h2"),
    }
    rows = {name: _best(measured, *where) for name, where in pages.items()}
    urls = {url for row in rows.values() for url in row.pop("urls")}
    (BUILD / "bench").mkdir(parents=True, exist_ok=True)
    (BUILD / "bench" / "pages.json").write_text(json.dumps(rows, indent=2) + "\n")
    assert {url for url in urls if not url.startswith((stack.site_url, "data:"))} == set(), "third parties"
    soon = max(LARGEST_PAINT_MS, SLOWER * rows["terms"]["lcp_ms"])
    over = {name: row for name, row in rows.items() if row["js"] > SCRIPT or row["css"] > STYLE
            or row["requests"] > REQUESTS or row["cls"] > 0 or row["lcp_ms"] > soon}
    assert over == {}, json.dumps(rows, indent=1)
