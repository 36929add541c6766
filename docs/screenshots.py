"""Take the pictures of the explorer in the docs: `python -m docs.screenshots`, with Chromium installed.

The pages are those of the committed synthetic country, in which no firm is real.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from apanalytics.explorer import serve
from apanalytics.explorer.journal import KEY_PLACE

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "how-to" / "images"
WIDTH, HEIGHT, COLOURS = 1280, 900, 64
PAGES = {
    "explorer-list": "/dossiers?department=59&c=HRS-03&c=EFF-01&sort=amount_eur",
    "explorer-statistics": "/statistiques?by=section&and=size_class&of=amount",
    "explorer-campaign": "/campagnes?stage=payment&department=59",
}
"""Pages with a fixed address, by the name of their picture."""


def main() -> None:
    """Serve the country, open each page, and write its picture."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="screenshots-") as place:
        os.environ[KEY_PLACE] = f"{place}/key"
        served = serve(ROOT / "data" / "synthetic", port=0, state=f"{place}/state")
        server = served.server()
        thread = threading.Thread(target=server.run, kwargs={"sockets": [served.listening]})
        thread.start()
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
                _take_all(
                    browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, locale="fr-FR"),
                    served.address,
                )
                browser.close()
        finally:
            server.should_exit = True
            thread.join()


def _take_all(page: Page, address: str) -> None:
    page.goto(address)
    base = address.partition("/entree")[0]
    for name, path in PAGES.items():
        page.goto(base + path)
        _take(page, name)
    page.goto(base + "/dossiers?sort=fired")
    page.locator("tbody tr a").first.click()
    page.wait_for_url("**/dossier?*")
    _take(page, "explorer-case")
    page.goto(base + "/dossiers?sort=fired")
    page.locator("tbody tr a[href*=entreprise]").first.click()
    page.wait_for_url("**/entreprise?*")
    _take(page, "explorer-firm")


def _take(page: Page, name: str) -> None:
    """Write a picture of what the window shows, in few colours: text stays sharp and the file small."""
    end = page.locator("footer").evaluate("footer => footer.getBoundingClientRect().bottom + 16")
    shown = page.screenshot(clip={"x": 0, "y": 0, "width": WIDTH, "height": min(HEIGHT, end)})
    with Image.open(BytesIO(shown)) as picture:
        picture.convert("RGB").quantize(COLOURS).save(IMAGES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
