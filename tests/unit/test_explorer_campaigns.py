"""From a view to a campaign, from its list to the result of a control, back into the controls."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from apanalytics.explorer.access import User, Users, departments_of, owner
from apanalytics.explorer.app import application
from apanalytics.explorer.doors import LocalDoor, ProxyDoor
from apanalytics.explorer.identity import Proxy
from apanalytics.explorer.journal import Journal
from apanalytics.explorer.sessions import Sessions
from apanalytics.explorer.store import Shelf
from apanalytics.explorer.web import Explorer
from apanalytics.risk import outcomes
from apanalytics.sources import ingest
from apanalytics.tables import read
from tests.unit.explorer_client import PORT, csrf, raw_client, shelf

ON = "2021-09-10"


@pytest.fixture
def own(tmp_path: Path) -> Explorer:
    """A country of its own, since campaigns and results are written to it."""
    data = shutil.copytree(shelf().data, tmp_path / "country")
    journal = Journal(tmp_path / "state", tmp_path / "key", (data,))
    return Explorer(Shelf(data), journal, tmp_path / "state", {})


def client_of(explorer: Explorer) -> TestClient:
    door = LocalDoor(owner(), Sessions())
    client = raw_client(application(explorer, door, PORT))
    client.get("/entree", params={"jeton": door.token or ""})
    return client


def ask(client: TestClient, view: str, **changes: str) -> str:
    order = {"on": ON, "capacity": "10", "random_share": "50", "decide_by": "", **changes}
    data = {"csrf": csrf(client, "/campagnes"), "view": view, **order}
    return client.post("/campagnes", data=data).text


def listed(client: TestClient, page: str) -> tuple[str, set[str]]:
    (name,) = re.findall(r"/campagnes/([^/]+)/liste\.csv", page)[:1]
    text = client.get(f"/campagnes/{name}/liste.csv").content.decode("utf-8-sig")
    return name, {row["Dossier"] for row in csv.DictReader(io.StringIO(text), delimiter=";")}


def test_a_campaign_lists_cases_of_its_view_and_no_other(own: Explorer) -> None:
    client = client_of(own)
    _, everyone = listed(client, ask(client, "stage=payment"))
    assert everyone == {"C2", "C3", "C6"}, "C1 is past its deadline, C4 and C5 were filed later"
    name, nord = listed(client, ask(client, "stage=payment&department=59"))
    assert nord == {"C2", "C3"}
    summary = json.loads((own.state / "campaigns" / name / "campaign.json").read_text("utf-8"))
    assert (summary["capacity"], summary["random_share"], summary["on"]) == (10, 0.5, ON)
    kept = read(own.shelf.data).selections.to_pandas()
    assert set(kept.loc[kept["campaign_id"] == name, "case_id"]) == nord
    assert kept["campaign_id"].nunique() == 2, "one view's campaign does not replace another's"
    assert len(client.get(f"/campagnes/{name}/liste.xlsx").content) > 1000
    actions = [line["action"] for line in own.journal.entries()]
    assert actions == ["campaign", "campaign_list", "campaign", "campaign_list", "campaign_list"]


def test_a_deadline_leaves_out_what_can_wait(own: Explorer) -> None:
    client = client_of(own)
    with own.shelf.store().scope(owner()) as scope:
        rows = scope.rows("SELECT case_id, decide_by FROM seen_payment WHERE case_id IN ('C2', 'C3', 'C6')")
    days = {row["case_id"]: row["decide_by"].isoformat() for row in rows}
    assert days == {"C2": "2021-09-17", "C3": "2021-09-25", "C6": "2021-09-20"}
    _, found = listed(client, ask(client, "stage=payment", decide_by="2021-09-20"))
    assert found == {"C2", "C6"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"capacity": "0"}, "entier, 1 ou plus"),
        ({"random_share": "0"}, "précision ne se mesure pas"),
        ({"random_share": "101"}, "de 1 à 100"),
        ({"on": "hier"}, "jour de la campagne"),
        ({"decide_by": "demain"}, "échéance"),
        ({"on": "2019-01-01"}, "Aucun dossier de cette vue"),
    ],
)
def test_a_campaign_that_cannot_be_drawn_says_why(own: Explorer, changes: dict[str, str], said: str) -> None:
    client = client_of(own)
    assert said in ask(client, "stage=payment", **changes)
    assert not (own.state / "campaigns.jsonl").exists()
    assert not read(own.shelf.data).has("selections")


RESULT = {
    "stage": "payment",
    "id": "C2",
    "opened_on": "2021-09-11",
    "closed_on": "2021-10-02",
    "outcome": "erreur",
    "finding": ["HRS-04", "EFF-01"],
    "undue_amount": "1 200,50",
    "contested": "non",
    "team_key": "DDETS-59",
}


def test_a_result_joins_the_controls_and_shows_on_the_case(own: Explorer) -> None:
    client = client_of(own)
    assert "sur la liste d’aucune campagne" in client.get("/resultat?stage=payment&id=C2").text
    name, _ = listed(client, ask(client, "stage=payment"))
    form = {**RESULT, "csrf": csrf(client), "campaign_id": name}
    shown = client.post("/resultat", data=form).text
    assert "02/10/2021" in shown
    assert "HRS-04, EFF-01" in shown
    (control,) = read(own.shelf.data).controls.to_pandas().to_dict("records")
    assert (control["case_id"], control["outcome"], control["undue_amount"]) == ("C2", "error", 1200.5)
    assert (control["campaign_id"], control["contested"]) == (name, False)
    (kept,) = (own.state / "results").glob("*.csv")
    assert "1 200,50" in kept.read_text("utf-8")
    mended = client.post("/resultat", data={**form, "outcome": "conforme", "undue_amount": ""})
    assert mended.status_code == 200
    (control,) = read(own.shelf.data).controls.to_pandas().to_dict("records")
    assert control["outcome"] == "compliant"
    assert len(list((own.state / "results").glob("*.csv"))) == 2, "what was told before is kept"


WRONG: list[tuple[dict[str, str | list[str]], str]] = [
    ({"closed_on": "2021-09-01"}, "clos avant"),
    ({"undue_amount": "beaucoup"}, "Indu constaté"),
    ({"outcome": ""}, "sans résultat"),
    ({"team_key": "Jean Dupont <b>"}, "Unité de contrôle"),
    ({"finding": ["X y"]}, "Constats"),
    ({"opened_on": ""}, "ouverture"),
    ({"sanction": "prison"}, "Suite"),
]


def test_a_result_that_cannot_be_right_is_neither_kept_nor_merged(own: Explorer) -> None:
    client = client_of(own)
    name, _ = listed(client, ask(client, "stage=payment"))
    form = {**RESULT, "csrf": csrf(client), "campaign_id": name}
    for changes, said in WRONG:
        answer = client.post("/resultat", data={**form, **changes})
        assert answer.status_code == 400, changes
        assert said in answer.text
        assert "<b>" not in answer.text
        assert not list((own.state / "results").glob("*.csv"))
        assert not read(own.shelf.data).has("controls")


def test_a_case_of_elsewhere_takes_no_result_and_lists_stay_with_who_drew_them(own: Explorer) -> None:
    national = client_of(own)
    name, _ = listed(national, ask(national, "stage=payment"))
    proxy = Proxy("x-remote-user", frozenset({"127.0.0.1"}))
    users = Users(
        proxy,
        frozenset({"explorer.example"}),
        {"corse": User("corse", "head", departments_of(["94"], "test"))},
    )
    corse = raw_client(
        application(own, ProxyDoor(users, proxy, Sessions()), PORT), "https://explorer.example"
    )
    corse.headers["x-remote-user"] = "corse"
    form = {**RESULT, "csrf": csrf(corse), "campaign_id": name}
    assert corse.post("/resultat", data=form).status_code == 404
    assert corse.post("/resultat", data={**form, "id": "C6"}).status_code == 200
    assert corse.get(f"/campagnes/{name}/liste.csv").status_code == 404
    _, seen = listed(corse, ask(corse, "stage=payment&region=32&region=94", random_share="100"))
    assert seen == set() or seen == {"C6"}
    assert set(read(own.shelf.data).controls.to_pandas()["case_id"]) == {"C6"}


def test_a_result_entered_goes_by_the_journal_and_ingest_into_the_controls_of_new_data(
    own: Explorer, tmp_path: Path
) -> None:
    """The whole way: entered and mended, in the journal with its hash, and there again after new extracts."""
    client = client_of(own)
    name, _ = listed(client, ask(client, "stage=payment"))
    form = {**RESULT, "csrf": csrf(client), "campaign_id": name}
    opened = {**form, "closed_on": "", "outcome": "", "finding": [], "undue_amount": ""}
    for told in (opened, form, {**form, "id": "C6", "undue_amount": "10"}):
        assert client.post("/resultat", data=told).status_code == 200
    lines = [line["details"] for line in own.journal.entries() if line["action"] == "result"]
    assert [line["case_id"] for line in lines] == ["C2", "C2", "C6"]
    assert own.journal.verify().ok
    extracts = shutil.copytree(own.shelf.data, tmp_path / "extracts")
    (extracts / "controls.parquet").unlink()
    result = ingest(tmp_path / "new", tables=extracts, controls=own.state / "results" / "controls.parquet")
    assert result.tables["controls"] == 2
    controls = read(tmp_path / "new").controls.to_pandas().set_index("case_id")
    assert controls.loc["C2", ["outcome", "undue_amount"]].tolist() == ["error", 1200.5]
    assert controls.loc["C6", "undue_amount"] == 10
    known = outcomes(read(tmp_path / "new"), "payment", known_on="2021-12-31")
    assert known.loc["C2", "nonconforming"]


def test_a_result_changed_or_removed_afterwards_shows(own: Explorer) -> None:
    client = client_of(own)
    name, _ = listed(client, ask(client, "stage=payment"))
    client.post("/resultat", data={**RESULT, "csrf": csrf(client), "campaign_id": name})
    (kept,) = (own.state / "results").glob("*.csv")
    text = kept.read_bytes()
    kept.chmod(0o600)
    kept.write_bytes(text.replace(b"1 200,50", b"1,50"))
    found = own.journal.verify()
    assert not found.ok
    assert str(found.fault).startswith(f"results/{kept.name}")
    kept.unlink()
    assert not own.journal.verify().ok
    kept.write_bytes(text)
    assert own.journal.verify().ok
