"""Two people log in at a provider on another site: each sees their own region, and leaves."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
import yaml
from playwright.sync_api import Browser, Page

from apanalytics.explorer import serve
from apanalytics.explorer.journal import KEY_PLACE
from tests.browser.explorer_site import found, listening
from tests.oidc_provider import CLIENT, SECRET, Provider, running_provider
from tests.unit.country import write_country

pytestmark = pytest.mark.browser
USERS = {
    "sub-nord": {"role": "head", "regions": ["32"]},
    "sub-corse": {"role": "agent", "regions": ["94"]},
}


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture(scope="module")
def address(provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    place = tmp_path_factory.mktemp("served")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    (place / "secret").write_text(SECRET)
    oidc = {
        "issuer": provider.issuer,
        "client_id": CLIENT,
        "client_secret_file": str(place / "secret"),
        "address": address,
        "users_by": "sub",
    }
    file = place / "users.yaml"
    file.write_text(yaml.safe_dump({"oidc": oidc, "users": USERS}))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(KEY_PLACE, str(place / "key"))
        served = serve(write_country(place / "data"), port=port, users=file, state=place / "state")
    assert served.address == address
    with listening(served):
        yield address


def log_in(browser: Browser, to: str, name: str) -> Page:
    page = browser.new_context().new_page()
    page.goto(to)
    assert "localhost" in page.url, "sent to the provider"
    page.get_by_label("Nom").fill(name)
    page.get_by_role("button").click()
    page.wait_for_url(to)
    return page


def test_two_roles_log_in_and_see_their_own_region(browser: Browser, address: str) -> None:
    nord = log_in(browser, f"{address}/dossiers?stage=payment&size=50", "nord")
    corse = log_in(browser, f"{address}/dossiers?stage=payment", "corse")
    assert found(nord) == "5 dossiers"
    assert found(corse) == "1 dossier"
    assert "responsable d’unité" in nord.locator(".who").inner_text()
    assert corse.get_by_role("link", name="Campagnes").count() == 0
    shared = f"{address}/dossier?stage=payment&id=C1"
    nord.goto(shared)
    assert nord.locator("h1").inner_text() == "Dossier C1"
    corse.goto(shared)
    assert "pas de votre ressort" in corse.inner_text("main")
    corse.goto(f"{address}/resultat?stage=payment&id=C6")
    assert "Votre rôle ne donne pas accès" in corse.inner_text("main")
    nord.goto(f"{address}/journal")
    assert "Votre rôle ne donne pas accès" in nord.inner_text("main")
    for page in (nord, corse):
        (session,) = [one for one in page.context.cookies() if one["name"] == "apanalytics"]
        assert session["httpOnly"]
        assert session["sameSite"] == "Strict"
        page.context.close()


def test_who_leaves_has_to_log_in_again(browser: Browser, address: str, provider: Provider) -> None:
    page = log_in(browser, f"{address}/dossiers", "nord")
    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_url(f"{address}/deconnecte*")
    assert page.locator("h1").inner_text() == "Session fermée"
    assert len(provider.left) == 1, "the provider was told too"
    page.go_back()
    assert page.locator(".total").count() == 0, "no page of the session is kept"
    page.goto(f"{address}/dossiers")
    assert "localhost" in page.url
    page.context.close()


def test_an_unknown_account_and_a_forged_return_see_nothing(browser: Browser, address: str) -> None:
    page = browser.new_context().new_page()
    page.goto(f"{address}/dossiers")
    page.get_by_label("Nom").fill("personne")
    page.get_by_role("button").click()
    assert "Voyez votre responsable" in page.inner_text("main")
    page.goto(f"{address}/retour?code=abc&state=def")
    assert page.locator("h1").inner_text() == "Accès refusé"
    page.context.close()
