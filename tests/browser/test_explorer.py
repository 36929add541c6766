"""The explorer in a real browser: tick, count, page, share, go back, undo, export, enter a result."""

from __future__ import annotations

import itertools
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page

from apanalytics.explorer.columns import COLUMNS
from tests.browser.explorer_site import PAGES, base_of, found, own_machine
from tests.unit.country import HOSTILE

pytestmark = pytest.mark.browser
Site = tuple[Page, str, list[str]]
AS_WIDE_AS_REAL = {
    "case_id": "05900097136-2020-03",
    "name": "GROUPE RESTAURATION",
    "department": "62 Pas-de-Calais",
    "amount_eur": "128\u202f359\u00a0€",
    "decide_by": "19/04/2020",
    "status": "en instruction",
}


@pytest.fixture(scope="module")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A page that came in by the link, the address of the site, and every request that the browser made."""
    with own_machine(tmp_path_factory.mktemp("explorer")) as served:
        page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(served.address)
        yield page, base_of(served), asked
        page.context.close()


def test_tick_count_share_go_back(site: Site, browser: Browser) -> None:
    page, base, _ = site
    page.goto(base + "/dossiers")
    assert "jeton" not in page.url
    assert found(page) == "6 dossiers"
    page.locator("summary", has_text="Département").click()
    box = page.get_by_label("59 Nord")
    said = box.locator("xpath=..").locator(".n").inner_text()
    with page.expect_navigation():
        box.check()
    assert found(page) == f"{said} dossiers" == "4 dossiers"
    assert page.get_by_label("59 Nord").is_checked()
    shared = page.url
    assert shared == f"{base}/dossiers?stage=payment&department=59", "short, and the whole view"
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


def test_filters_are_undone_one_by_one_and_all_at_once(site: Site) -> None:
    page, base, _ = site
    page.goto(base + "/dossiers?stage=payment")
    for query, expected in (("region=32", "5 dossiers"), ("region=32&q=C2", "1 dossier")):
        page.goto(f"{base}/dossiers?stage=payment&{query}")
        assert found(page) == expected
    for expected in ("5 dossiers", "6 dossiers"):
        page.get_by_role("link", name="Annuler le dernier filtre").click()
        assert found(page) == expected
    page.goto(base + "/dossiers?stage=payment&region=32&sort=siret")
    page.get_by_role("link", name="Tout effacer").click()
    assert found(page) == "6 dossiers"
    assert page.locator(".chips").count() == 0


def test_the_focus_and_the_place_are_kept_after_a_tick(site: Site) -> None:
    page, base, _ = site
    page.goto(base + "/dossiers")
    page.locator("summary", has_text="Taille").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    ticked = page.evaluate("document.activeElement.value")
    with page.expect_navigation():
        page.keyboard.press("Space")
    focus = page.evaluate("[document.activeElement.name, document.activeElement.value]")
    assert focus == ["size_class", ticked]
    assert page.evaluate("document.activeElement.checked")
    assert page.evaluate("document.activeElement.getBoundingClientRect().top < innerHeight")
    with page.expect_navigation():
        page.keyboard.press("Space")
    assert page.evaluate("document.activeElement.value") == ticked
    assert page.locator("details[data-part=size_class]").get_attribute("open") is not None, "it stays open"


def test_the_sector_narrows_from_section_to_class(site: Site) -> None:
    page, base, _ = site
    page.goto(base + "/dossiers?section=I")
    assert found(page) == "5 dossiers"
    page.locator("summary", has_text="1 division de I").click()
    assert page.get_by_label("56.10A").count() == 0, "the classes of a division show once it is ticked"
    with page.expect_navigation():
        page.get_by_label(re.compile("56 Restauration")).check()
    assert page.locator(".chips li").all_inner_texts()[-1].startswith("Activité : 56 Restauration")
    with page.expect_navigation():
        page.get_by_label(re.compile("56.10A Restauration traditionnelle")).check()
    assert found(page) == "5 dossiers"


def test_pages_columns_and_order(site: Site) -> None:
    page, base, _ = site
    page.goto(base + "/dossiers?col=case_id&col=siret&sort=case_id&up=1")
    assert page.locator("thead th").all_inner_texts() == ["Dossier ▲", "SIRET"]
    assert page.locator("tbody a").all_inner_texts() == ["C1", "C2", "C3", "C4", "C5", "C6"]
    page.locator("thead").get_by_role("link", name="Dossier").click()
    assert page.locator("tbody a").first.inner_text() == "C6"
    page.goto(base + "/dossiers?page=2")
    assert "au-delà de la dernière" in page.inner_text("main")


def test_a_view_is_kept_by_name_and_forgotten(site: Site) -> None:
    page, base, _ = site
    page.goto(base + "/dossiers?region=94")
    page.locator("summary", has_text="Garder cette vue").click()
    page.get_by_label("Nom de la vue").fill("La Corse")
    page.get_by_role("button", name="Garder").click()
    page.goto(base + "/dossiers")
    page.get_by_role("link", name="La Corse").click()
    assert found(page) == "1 dossier"
    page.get_by_role("button", name="oublier la vue La Corse").click()
    assert page.get_by_role("link", name="La Corse").count() == 0


def test_a_case_is_two_clicks_away_and_hostile_names_are_text(site: Site) -> None:
    page, base, _ = site
    page.goto(base + "/dossiers?q=C1")
    page.get_by_role("link", name="C1", exact=True).click()
    assert page.locator("h1").inner_text() == "Dossier C1"
    assert HOSTILE in page.inner_text("main")
    page.get_by_role("link", name=HOSTILE).first.click()
    assert page.locator("h1").inner_text() == HOSTILE
    assert page.locator("script").count() == 0


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_opens_again(site: Site, tmp_path: Path, kind: str) -> None:
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


def test_a_campaign_is_drawn_and_a_result_entered(site: Site) -> None:
    page, base, _ = site
    page.goto(base + "/dossiers?region=94")
    page.get_by_role("link", name="Tirer une campagne").click()
    page.get_by_label("Jour de la campagne").fill("2021-09-10")
    page.get_by_label("Part au hasard (%)").fill("100")
    page.get_by_role("button", name="Tirer la campagne").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").first.click()
    assert "C6" in Path(download.value.path()).read_text("utf-8-sig")
    page.goto(base + "/dossier?stage=payment&id=C6")
    assert "Aucun contrôle connu" in page.inner_text("main")
    page.get_by_role("link", name="Saisir le résultat").click()
    assert page.locator("textarea").count() == 0, "no free text"
    page.get_by_label("Ouvert le").fill("2021-09-20")
    page.get_by_label("Clos le").fill("2021-09-10")
    page.get_by_role("button", name="Enregistrer").click()
    assert page.get_by_role("alert").first.is_visible()
    assert page.get_by_label("Ouvert le").input_value() == "2021-09-20", "what was typed is kept"
    page.get_by_label("Clos le").fill("2021-10-02")
    page.get_by_label("Résultat").select_option("erreur")
    page.get_by_label("Indu constaté").fill("80,50")
    page.get_by_role("button", name="Enregistrer").click()
    assert page.locator("h1").inner_text() == "Dossier C6"
    assert "02/10/2021" in page.locator("#controles + table").inner_text()
    page.goto(base + "/journal")
    assert "saisie d’un résultat" in page.inner_text("tbody")
    assert "La chaîne est intacte" in page.inner_text("main")


def test_a_form_made_elsewhere_changes_nothing(site: Site) -> None:
    page, base, _ = site
    thief = page.context.new_page()
    thief.set_content(
        f'<form method="post" action="{base}/vues"><input name="name" value="volée">'
        '<input name="view" value=""><button>Gagner</button></form>'
    )
    thief.get_by_role("button").click()
    assert thief.locator("h1").inner_text() in ("Accès refusé", "Page indisponible")
    thief.close()
    page.goto(base + "/dossiers")
    assert "volée" not in page.content()


def test_every_usual_column_of_the_list_is_seen_on_a_small_screen(site: Site) -> None:
    """The small country has short numbers and no model: cells as wide as real ones stand in the first row."""
    page, base, _ = site
    page.set_viewport_size({"width": 1280, "height": 900})
    shown = ["employees" if one.name == "risk" else one.name for one in COLUMNS if one.usual]
    page.goto(base + "/dossiers?stage=payment&" + "&".join(f"col={name}" for name in shown))
    assert page.locator(".found thead th").count() == len(shown)
    for name, text in AS_WIDE_AS_REAL.items():
        page.locator(".found tbody tr").first.locator("td").nth(shown.index(name)).evaluate(
            "(cell, text) => { (cell.querySelector('a') ?? cell).textContent = text }", text
        )
    assert page.locator(".found .wide").evaluate("box => box.scrollWidth - box.clientWidth") == 0


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_french_labelled_ordered_and_fits(site: Site, path: str) -> None:
    page, base, asked = site
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    for width in (1280, 640, 390):  # 640 is 1280 at a zoom of 200 %
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(base + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width
    page.set_viewport_size({"width": 1280, "height": 900})
    complaints = [text for text in said if "404" not in text]
    assert complaints == [], "the browser complains of nothing, its security policy included"
    assert page.evaluate("document.documentElement.lang") == "fr"
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


def test_a_case_prints_without_its_buttons_and_with_everything_open(site: Site) -> None:
    page, base, _ = site
    page.goto(base + "/dossier?stage=payment&id=C1")
    page.emulate_media(media="print")
    assert not page.locator("header nav").first.is_visible()
    assert not page.get_by_role("link", name="Saisir le résultat").is_visible()
    assert page.locator("h1").is_visible()
    assert page.locator("details li").first.bounding_box()["height"] > 0  # type: ignore[index]
    assert "Imprimé depuis l’explorateur par local" in page.locator(".paper").inner_text()
    page.emulate_media(media="screen")
    assert not page.locator(".paper").is_visible()
