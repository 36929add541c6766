"""The page of a case: what happened in the order of the procedure, what is known, what would clear it."""

from __future__ import annotations

import re
import shutil

import pandas as pd
import pytest
from starlette.testclient import TestClient

from apanalytics.explorer.access import owner
from apanalytics.explorer.app import application
from apanalytics.explorer.doors import LocalDoor
from apanalytics.explorer.journal import Journal
from apanalytics.explorer.sessions import Sessions
from apanalytics.explorer.store import Shelf
from apanalytics.explorer.web import Explorer
from apanalytics.prepare import prepared
from apanalytics.tables import write_table
from tests.unit.country import CORSE, requests
from tests.unit.explorer_client import PORT, raw_client, shelf

EVENTS = [
    ("R4", "2021-08-15", "pending"),
    ("R4", "2021-08-15", "authorised"),
    ("R4", "2021-08-20", "withdrawn"),
]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of C6, whose request was filed, examined, decided and began on one day."""
    place = tmp_path_factory.mktemp("case")
    data = shutil.copytree(shelf().data, place / "country", ignore=shutil.ignore_patterns("derived"))
    events = pd.DataFrame(EVENTS, columns=["request_id", "known_on", "status"])
    write_table(events.assign(known_on=pd.to_datetime(events["known_on"])), "request_events", data)
    filed = requests()
    mine = filed["request_id"].eq("R4")
    filed["status"] = filed["request_id"].map({"R4": "authorised"}).fillna("pending")
    filed["decided_on"] = filed["filed_on"].where(mine)
    filed["starts_on"] = filed["starts_on"].where(~mine, filed["filed_on"])
    filed["email_key"] = filed["bank_key"] = (
        filed["request_id"].isin(["R1", "R4"]).map({True: "k", False: None})
    )
    write_table(filed, "requests", data)
    own = Explorer(Shelf(data, prepared(data)), Journal(place / "state", place / "key"), place / "state", {})
    door = LocalDoor(owner(), Sessions())
    client: TestClient = raw_client(application(own, door, PORT))
    client.get("/entree", params={"jeton": door.token or ""})
    return client.get("/dossier?stage=payment&id=C6").text


def test_one_day_is_told_in_the_order_of_the_procedure(page: str) -> None:
    told = re.findall(r"<time[^>]*>([^<]*)</time> <span>([^<]*)</span>", page)
    same_day = [what for day, what in told if day == "15/08/2021"]
    assert same_day == [
        "Demande d’autorisation déposée",
        "Changement de statut : en instruction",
        "Décision : autorisée",
        "Début de la période demandée",
    ], "the change of status that is the decision is told once"
    days = [day[6:] + day[3:5] + day[:2] for day, _ in told]
    assert days == sorted(days)
    assert told[0] == ("01/01/2001", "Création de l’établissement")
    assert ("20/08/2021", "Changement de statut : retirée") in told


def test_every_part_of_the_page_is_there(page: str) -> None:
    for part in ("incoherences", "connu", "lever", "score", "chronologie", "liens", "controles"):
        assert f'href="#{part}"' in page
        assert page.count(f'id="{part}"') == 1
    for source in ("Déclaré", "DSN", "URSSAF", "SIRENE", "Droit"):
        assert f">{source}</th>" in page
    assert CORSE in page
    assert "même compte bancaire, même courriel" in page
    assert page.count("<circle") == 2, "the case and the firm linked to it"
    assert "un dossier jamais contrôlé n’est réputé ni conforme ni non conforme" in page
