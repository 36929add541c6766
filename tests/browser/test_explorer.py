"""The explorer in a real browser: tick, count, share, go back, export; keyboard, zoom, no outside request."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from apanalytics.explorer import serve
from apanalytics.explorer.journal import KEY_PLACE
from tests.browser.test_report_page import CHROMIUM, QUIET
from tests.unit.country import HOSTILE, write_country

pytestmark = pytest.mark.browser
PAGES = [
    "/dossiers",
    "/dossiers?stage=authorisation&region=32&c=EFF-02",
    "/dossier?stage=payment&id=C1",
    "/entreprise?siren=356000000",
    "/statistiques?by=department&and=period",
    "/campagnes",
    "/resultat?stage=payment&id=C1",
    "/journal",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is not installed: run `make system`")
        pytest.skip("Chromium is not installed: run `make system`")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Page, str, list[str]]]:
    """A page that came in by the link, the address of the site, and every request that the browser made."""
    place = tmp_path_factory.mktemp("explorer")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(KEY_PLACE, str(place / "key"))
        served = serve(write_country(place / "data"), port=0, state=place / "state")
    server = served.server()
    thread = threading.Thread(target=server.run, kwargs={"sockets": [served.listening]}, daemon=True)
    thread.start()
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(served.address)
    yield page, served.address.partition("/entree")[0], asked
    page.context.close()
    server.should_exit = True
    thread.join(20)
    assert not thread.is_alive()


def found(page: Page) -> str:
    return page.locator(".total strong").inner_text().replace("\u00a0", " ")


def test_tick_count_share_go_back(site: tuple[Page, str, list[str]], browser: Browser) -> None:
    page, base, _ = site
    page.goto(base + "/dossiers")
    assert "jeton" not in page.url
    assert found(page) == "6 dossiers"
    page.get_by_text("Département", exact=True).first.click()
    box = page.get_by_label("59 Nord")
    said = box.locator("xpath=..").locator(".n").inner_text()
    box.check()
    page.get_by_role("button", name="Filtrer").first.click()
    assert found(page) == f"{said} dossiers" == "4 dossiers"
    assert page.get_by_label("59 Nord").is_checked()
    shared = page.url
    page.get_by_role("link", name=re.compile("Département : 59 Nord ?, retirer ce filtre")).click()
    assert found(page) == "6 dossiers"
    page.go_back()
    assert found(page) == "4 dossiers"
    other = page.context.new_page()
    other.goto(shared)
    assert found(other) == "4 dossiers"
    other.close()
    stranger = browser.new_context().new_page()
    stranger.goto(shared)
    assert stranger.locator("h1").inner_text() == "Accès refusé"
    stranger.context.close()


def test_a_case_is_two_clicks_away_and_hostile_names_are_text(site: tuple[Page, str, list[str]]) -> None:
    page, base, _ = site
    page.goto(base + "/dossiers?q=C1")
    page.get_by_role("link", name="C1", exact=True).click()
    assert page.locator("h1").inner_text() == "Dossier C1"
    assert HOSTILE in page.inner_text("main")
    page.get_by_role("link", name=HOSTILE).first.click()
    assert page.locator("h1").inner_text() == HOSTILE
    assert page.locator("script").count() == 0


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_opens_again(site: tuple[Page, str, list[str]], tmp_path: Path, kind: str) -> None:
    page, base, _ = site
    page.goto(base + "/dossiers?region=32")
    with page.expect_download() as download:
        page.get_by_role("link", name=f"Exporter en {kind.upper()}").click()
    assert download.value.suggested_filename == f"dossiers.{kind}"
    path = tmp_path / f"dossiers.{kind}"
    shutil.copy(download.value.path(), path)
    if kind == "csv":
        lines = path.read_text("utf-8-sig").splitlines()
        assert lines[0].startswith("Dossier;SIRET;Établissement;")
        assert len(lines) == 1 + 5
    else:
        book = openpyxl.load_workbook(path)
        assert book.sheetnames == ["02 Aisne", "59 Nord"]
        assert sum(sheet.max_row - 1 for sheet in book) == 5


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_french_labelled_ordered_and_fits(site: tuple[Page, str, list[str]], path: str) -> None:
    page, base, asked = site
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    for width in (1280, 640, 390):  # 640 is 1280 at a zoom of 200 %
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(base + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width
    page.set_viewport_size({"width": 1280, "height": 900})
    assert said == [], "the browser complains of nothing, its security policy included"
    assert page.evaluate("document.documentElement.lang") == "fr"
    unlabelled = page.evaluate(
        """[...document.querySelectorAll('input:not([type=hidden]), select, textarea')]
           .filter(e => !(e.labels && e.labels.length) && !e.ariaLabel).map(e => e.outerHTML)"""
    )
    assert unlabelled == []
    assert page.evaluate("[...document.querySelectorAll('fieldset')].every(f => f.querySelector('legend'))")
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3')].map(h => Number(h.tagName[1]))")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    bare = page.evaluate("[...document.querySelectorAll('table')].filter(t => !t.caption).length")
    assert bare == 0
    assert {url.split("/")[2] for url in asked if not url.startswith("data:")} == {base.split("/")[2]}


def test_the_keyboard_is_enough_and_focus_is_seen(site: tuple[Page, str, list[str]]) -> None:
    page, base, _ = site
    page.goto(base + "/dossiers")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Aller au contenu"
    page.get_by_label("SIRET, SIREN, nom ou numéro de dossier").focus()
    page.keyboard.type("corse")
    page.keyboard.press("Enter")
    assert found(page) == "1 dossier"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_a_case_prints_without_its_buttons(site: tuple[Page, str, list[str]]) -> None:
    page, base, _ = site
    page.goto(base + "/dossier?stage=payment&id=C1")
    page.emulate_media(media="print")
    assert not page.locator("header nav").first.is_visible()
    assert not page.get_by_role("link", name="Saisir le résultat").is_visible()
    assert page.locator("h1").is_visible()
    page.emulate_media(media="screen")
