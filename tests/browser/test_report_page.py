"""The report in a real browser: nothing leaves the page, nothing is cut off, hostile names are text."""

from __future__ import annotations

import itertools
from pathlib import Path

import pandas as pd
import pytest
from markupsafe import Markup
from playwright.sync_api import Browser, Page

from apanalytics.reports.blocks import bullets, finding
from apanalytics.reports.french import number
from apanalytics.reports.page import Heading, render
from apanalytics.reports.page import Page as Content
from apanalytics.reports.table import Column, table
from tests.browser.report_site import pages

pytestmark = pytest.mark.browser
HOSTILE = [
    "<script>document.title='pris'</script>",
    '"><img src=http://evil.example/x onerror=alert(1)>',
    "=1+1|'",
]
WIDTHS = [390, 768, 1280]


@pytest.fixture(scope="module")
def regional() -> Path:
    """A real report, on a small country with firms of hostile names."""
    return pages()["regional"]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page that shows hostile names wherever a block can put them."""
    rows = pd.DataFrame({"name": HOSTILE, "n": range(len(HOSTILE))})
    columns = [Column("name", HOSTILE[1]), Column("n", HOSTILE[0], number, bar=True)]
    body = finding("Voir {}.", HOSTILE[0]) + bullets(HOSTILE) + table(rows, HOSTILE[0], columns)
    page = Content("Noms", Markup("<h1>Noms</h1>"), body.html, [Heading("a", HOSTILE[1])], HOSTILE[2])
    path = tmp_path_factory.mktemp("hostile") / "page.html"
    path.write_text(render(page), "utf-8")
    return path


def opened(browser: Browser, path: Path, width: int = 1280) -> tuple[Page, list[str], list[str]]:
    """Open a page; return it with the requests that it made and what its console says."""
    page = browser.new_page(viewport={"width": width, "height": 900})
    requests: list[str] = []
    console: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: console.append(message.text))
    page.goto(path.as_uri())
    page.wait_for_load_state("networkidle")
    return page, [url for url in requests if not url.startswith("data:")], console


def test_no_request_leaves_the_report_and_its_policy_is_kept(browser: Browser, regional: Path) -> None:
    page, requests, console = opened(browser, regional)
    assert requests == [regional.as_uri()]
    assert console == [], "the browser complains of nothing, its security policy included"
    assert page.locator("script").count() == 0
    assert page.evaluate("document.documentElement.lang") == "fr"
    assert page.locator("img").count() >= 2
    drawn = "[...document.images].every(image => image.complete && image.naturalWidth > 0)"
    assert page.evaluate(drawn), "every figure is drawn"
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).fontWeight") == "700"
    page.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_cut_off_on_any_screen(browser: Browser, regional: Path, width: int) -> None:
    page, _, _ = opened(browser, regional, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    wide = page.evaluate(
        """[...document.querySelectorAll('main *, header *')]
           .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
           .filter(e => !e.closest('thead') && !e.closest('.skip')).map(e => e.outerHTML.slice(0, 120))"""
    )
    assert wide == []
    page.close()


def test_headings_come_in_order_and_the_contents_lead_to_them(browser: Browser, regional: Path) -> None:
    page, _, _ = opened(browser, regional)
    levels = page.evaluate(
        "[...document.querySelectorAll('h1,h2,h3,h4')].map(heading => Number(heading.tagName[1]))"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    missing = page.evaluate(
        "[...document.querySelectorAll('nav a')].filter(a => !document.querySelector(a.hash)).length"
    )
    assert missing == 0
    assert page.locator("nav a").count() >= 8
    page.close()


def test_the_keyboard_reaches_the_content_and_tables_and_figures_speak(
    browser: Browser, regional: Path
) -> None:
    page, _, _ = opened(browser, regional)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Aller au contenu"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "contenu"
    tables = page.locator("table")
    assert tables.count() >= 6
    for place in range(tables.count()):
        assert tables.nth(place).locator("caption").inner_text().strip()
        assert tables.nth(place).locator("thead th:not([scope=col])").count() == 0
        assert tables.nth(place).locator("tbody th[scope=row]").count() > 0
    for figure in page.locator("figure").all():
        alt = figure.locator("img").get_attribute("alt")
        assert alt
        assert alt != figure.locator("figcaption").inner_text()
    page.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_hostile_names_are_shown_as_text(browser: Browser, hostile: Path, width: int) -> None:
    page, requests, console = opened(browser, hostile, width)
    assert requests == [hostile.as_uri()]
    assert console == []
    assert page.title() == "Noms"
    assert page.locator("script, img").count() == 0
    text = page.inner_text("main")
    assert all(text.count(name) >= 2 for name in HOSTILE)
    page.close()


def test_the_report_prints_on_paper_without_cutting_a_table(browser: Browser, regional: Path) -> None:
    page, _, _ = opened(browser, regional, 680)
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= 680, "the width of an A4 page"
    assert page.evaluate("getComputedStyle(document.querySelector('thead')).display") == "table-header-group"
    page.close()
