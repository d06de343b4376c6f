"""A real browser on the real site: every page is served by the local cloud, with its security headers."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from infra.paths import SITE
from tests.browser.screens import PHONE, SIZES

BROWSERS = ("chromium", "chromium-browser", "google-chrome")  # what .ci/run looks for too
CHROMIUM = next((path for path in map(shutil.which, BROWSERS) if path), "/usr/bin/chromium")
ARGUMENTS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--host-resolver-rules=MAP *.localhost 127.0.0.1",
]
# What the browser itself says about an answer that is not 2xx; the site shows such answers in words.
EXPECTED = "Failed to load resource"

NewPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives a browser."""
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests. A function that starts cold on a busy machine takes its time."""
    assert (SITE / "dist").is_dir(), "the site is not built: make site"
    expect.set_options(timeout=30_000)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def new_page(stack: Any, browser: Browser) -> Iterator[NewPage]:
    """Return a function that opens a browser of its own (`width`, `lang`, any context option) on the site.

    When the test ends, nothing may have gone wrong in any of them: no exception, no violation of the CSP.
    """
    wrong: list[str] = []
    contexts = []

    def open_page(width: int = PHONE, lang: str = "es", **options: Any) -> Page:
        context = browser.new_context(base_url=stack.site_url, locale="es-CL", viewport=SIZES[width], **options)
        context.set_default_timeout(30_000)
        contexts.append(context)
        if lang == "en":
            context.add_init_script("localStorage.setItem('aremko.lang', 'en')")
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
        page.on("console", lambda said: wrong.append(f"{page.url}: {said.text}")
                if said.type == "error" and EXPECTED not in said.text and stack.site_url in page.url else None)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """A phone."""
    return new_page()
