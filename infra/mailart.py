"""The pictures over gift mails: each design's poster, cut wide, as a JPEG that every mail program shows.

    python -m infra.mailart

Run it when a design is drawn differently, or there is a new one. It draws with the tests' Chromium; the site serves
what it writes under `/mail/`.
"""

import shutil
from pathlib import Path

from chalicelib.giftcards.paper.compose import picture
from chalicelib.giftcards.paper.ink import Sheet
from chalicelib.giftcards.paper.looks import LOOKS
from chalicelib.giftcards.paper.paths import box
from chalicelib.giftcards.paper.svg import svg
from infra.paths import ROOT

FOLDER = ROOT / "static_site/public/mail"
WIDTH, HEIGHT, SHARPNESS, QUALITY = 600, 310, 2, 74


def drawn(design: str) -> str:
    """Return a design's picture as SVG."""
    scene = picture(design, box(0, 0, WIDTH, HEIGHT), 0, 0, WIDTH, HEIGHT)
    return svg(Sheet(WIDTH, HEIGHT, (scene,), design, "es"))


def written(folder: Path = FOLDER) -> list[Path]:
    """Write the picture of each design; return the files."""
    from playwright.sync_api import sync_playwright

    folder.mkdir(parents=True, exist_ok=True)
    files = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium") or "/usr/bin/chromium",
                                             args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=SHARPNESS)
        for design in LOOKS:
            page.set_content(f'<body style="margin:0">{drawn(design)}')
            files.append(folder / f"{design}.jpg")
            page.screenshot(path=str(files[-1]), type="jpeg", quality=QUALITY)
        browser.close()
    return files


if __name__ == "__main__":
    for file in written():
        print(f"{file.stat().st_size // 1024:4} KB  {file.relative_to(ROOT)}")
