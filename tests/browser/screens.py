"""Looking at a page in a given state: a picture at both sizes, and axe at both."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

from infra.paths import BUILD

PHONE, DESKTOP = 390, 1280
BOTH = (PHONE, DESKTOP)
SIZES: dict[int, ViewportSize] = {
    320: {"width": 320, "height": 640}, PHONE: {"width": 390, "height": 844}, DESKTOP: {"width": 1280, "height": 900},
}
FOLDER = BUILD / "screens"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {"runOnly": {"type": "tag", "values": TAGS}}
WITHOUT_DRAWINGS = {"exclude": [["svg"]]}  # hidden from assistive technology, and long to walk through


def faults(page: Page) -> list[str]:
    """Return what axe finds wrong, as `rule: element`."""
    found = Axe().run(page, context=WITHOUT_DRAWINGS, options=RULES).response["violations"]
    return [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]]


def look(page: Page, name: str, *, sizes: tuple[int, ...] = BOTH, checked: tuple[int, ...] = (PHONE,)) -> None:
    """Keep a picture of the page at each size, and assert that it does not scroll sideways and that axe finds nothing.

    axe looks at the sizes in `checked`: every state on a phone, every page as it normally is on a desktop too.
    """
    FOLDER.mkdir(parents=True, exist_ok=True)
    before = page.viewport_size
    for width in sizes:
        page.set_viewport_size(SIZES[width])
        page.wait_for_timeout(120)
        page.screenshot(path=FOLDER / f"{width}-{name}.png", full_page=True, animations="disabled")
        wrong = faults(page) if width in checked else []
        assert not wrong, f"{name} at {width}: {wrong}"
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide == 0, f"{name} scrolls sideways at {width}"
    if before:
        page.set_viewport_size(before)
