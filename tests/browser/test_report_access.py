"""The pages of reports, looked at by axe-core in a real browser: no barrier of level A or AA."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.axe import violations
from tests.browser.report_site import pages

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("kind", ["regional", "national", "index", "public"])
def test_axe_finds_no_barrier(browser: Browser, kind: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, bypass_csp=True)
    page.goto(pages()[kind].as_uri())
    assert violations(page) == []
    page.close()


def test_axe_would_find_a_barrier(browser: Browser, tmp_path: Path) -> None:
    broken = shutil.copy(pages()["index"], tmp_path / "broken.html")
    broken.write_text(
        broken.read_text("utf-8").replace('lang="fr"', "").replace("<caption>", "<img><caption>")
    )
    page = browser.new_page(bypass_csp=True)
    page.goto(broken.as_uri())
    assert {line.partition(":")[0] for line in violations(page)} >= {"html-has-lang", "image-alt"}
    page.close()
