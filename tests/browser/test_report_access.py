"""The pages of reports, looked at by axe-core in a real browser: no barrier of level A or AA."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from apanalytics.reports import report
from tests.browser.axe import installed, violations
from tests.browser.test_report_page import CHROMIUM, QUIET
from tests.unit.country import write_country

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed: run `make system`")
    installed()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The regional report, the synthesis, the index and the public page of a small country."""
    data, out = write_country(tmp_path_factory.mktemp("country")), tmp_path_factory.mktemp("reports")
    report(data, out, every_region=True, month="2021-09")
    report(data, out, ["32"], month="2021-09", public=True)
    return {
        "regional": out / "32" / "rapport-32-2021-09.html",
        "national": out / "FR" / "synthese-FR-2021-09.html",
        "index": out / "index.html",
        "public": out / "public" / "2021-09" / "publication-32-2021-09.html",
    }


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("kind", ["regional", "national", "index", "public"])
def test_axe_finds_no_barrier(browser: Browser, pages: dict[str, Path], kind: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, bypass_csp=True)
    page.goto(pages[kind].as_uri())
    assert violations(page) == []
    page.close()


def test_axe_would_find_a_barrier(browser: Browser, pages: dict[str, Path], tmp_path: Path) -> None:
    broken = shutil.copy(pages["index"], tmp_path / "broken.html")
    broken.write_text(
        broken.read_text("utf-8").replace('lang="fr"', "").replace("<caption>", "<img><caption>")
    )
    page = browser.new_page(bypass_csp=True)
    page.goto(broken.as_uri())
    assert {line.partition(":")[0] for line in violations(page)} >= {"html-has-lang", "image-alt"}
    page.close()
