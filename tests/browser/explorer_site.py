"""The explorer listening, and a browser that has come in."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page

from apanalytics.explorer import Served, serve
from apanalytics.explorer.journal import KEY_PLACE
from tests.unit.country import write_country

PAGES = [
    "/dossiers",
    "/dossiers?stage=authorisation&region=32&c=EFF-02&naf=56&section=C",
    "/dossiers?q=personne",
    "/dossier?stage=payment&id=C1",
    "/entreprise?siren=356000000",
    "/statistiques?by=department&and=period",
    "/campagnes",
    "/resultat?stage=payment&id=C1",
    "/journal",
    "/nulle-part",
]
"""Every kind of page."""


@contextmanager
def listening(served: Served) -> Iterator[Served]:
    server = served.server()
    thread = threading.Thread(target=server.run, kwargs={"sockets": [served.listening]}, daemon=True)
    thread.start()
    yield served
    server.should_exit = True
    thread.join(20)
    assert not thread.is_alive()


@contextmanager
def own_machine(place: Path) -> Iterator[Served]:
    """The explorer over the country that is counted by hand, on one's own machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(KEY_PLACE, str(place / "key"))
        served = serve(write_country(place / "data"), port=0, state=place / "state")
    with listening(served):
        yield served


def base_of(served: Served) -> str:
    return served.address.partition("/entree")[0]


def found(page: Page) -> str:
    """What the page says it has found."""
    return page.locator(".total strong").inner_text().replace("\u00a0", " ")
