"""Who cannot see, point or run a script uses the explorer too: axe-core, the keyboard alone, no script."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.axe import violations
from tests.browser.explorer_site import PAGES, base_of, found, own_machine

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def came_in(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[BrowserContext, str]]:
    """A context with the cookie, and the address of the site."""
    with own_machine(tmp_path_factory.mktemp("explorer")) as served:
        context = browser.new_context(bypass_csp=True, viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.goto(served.address)
        page.close()
        yield context, base_of(served)
        context.close()


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_no_barrier(came_in: tuple[BrowserContext, str], path: str) -> None:
    context, base = came_in
    page = context.new_page()
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(base + path)
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        assert violations(page) == []
    page.close()


def test_axe_finds_no_barrier_on_the_pages_of_who_is_not_let_in(browser: Browser, came_in: object) -> None:
    _, base = came_in  # type: ignore[misc]
    page = browser.new_page(bypass_csp=True)
    page.goto(base + "/dossiers")
    assert page.locator("h1").inner_text() == "Accès refusé"
    assert violations(page) == []
    page.close()


def tab_to(page: Page, condition: str, most: int = 150) -> None:
    """Press Tab until the focus is on what is looked for, seeing it each time."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(f"(e => {condition})(document.activeElement)"):
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
            return
    pytest.fail(f"The keyboard does not lead to {condition}")


def test_the_keyboard_alone_leads_from_the_list_to_a_case_and_back(
    came_in: tuple[BrowserContext, str],
) -> None:
    context, base = came_in
    page = context.new_page()
    page.goto(base + "/dossiers")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Aller au contenu"
    page.keyboard.press("Enter")
    tab_to(page, "e.name === 'q'")
    page.keyboard.type("corse")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert found(page) == "1 dossier"
    assert page.evaluate("document.activeElement.name") == "q", "the focus is where it was"
    tab_to(page, "e.href?.includes('/dossier?')")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("h1").inner_text() == "Dossier C6"
    tab_to(page, "e.getAttribute('href') === '/dossiers'")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, "e.matches('summary') && e.textContent.includes('Région')")
    page.keyboard.press("Enter")
    tab_to(page, "e.name === 'region'")
    with page.expect_navigation():
        page.keyboard.press("Space")
    assert page.locator(".chips li").count() == 1
    page.close()


def test_everything_works_without_a_script(browser: Browser, came_in: tuple[BrowserContext, str]) -> None:
    known, base = came_in
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(known.cookies())  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(base + "/dossiers")
    page.locator("summary", has_text="Région").click()
    page.get_by_label("Hauts-de-France").check()
    assert found(page) == "6 dossiers", "nothing happens before the button"
    page.get_by_role("button", name="Filtrer").first.click()
    assert found(page) == "5 dossiers"
    assert page.url.endswith("#resultats"), "and the page leads to what was found"
    page.get_by_role("link", name="Annuler le dernier filtre").click()
    assert found(page) == "6 dossiers"
    page.get_by_role("link", name="C6", exact=True).click()
    assert page.locator("h1").inner_text() == "Dossier C6"
    page.goto(base + "/statistiques")
    page.get_by_label("par", exact=True).select_option("region")
    page.get_by_role("button", name="Afficher").click()
    assert page.locator("tbody th").all_inner_texts() == ["Hauts-de-France", "Corse"]
    context.close()
