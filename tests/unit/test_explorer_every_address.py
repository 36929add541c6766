"""Every address of the application, tried by who may not see what is behind it; a new one has to be too."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from urllib.parse import unquote_plus

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from apanalytics.explorer.access import ROLES, User, Users, departments_of
from apanalytics.explorer.app import ROUTERS, application
from apanalytics.explorer.doors import ProxyDoor
from apanalytics.explorer.entries import add_entry
from apanalytics.explorer.identity import Proxy
from apanalytics.explorer.sessions import Sessions
from tests.unit.country import AISNE, HOSTILE, NORD
from tests.unit.explorer_client import PORT, csrf, explorer, served

STATE = "every"
PROXY = Proxy("x-remote-user", frozenset({"127.0.0.1"}))
USERS = Users(
    PROXY,
    frozenset({"explorer.example"}),
    {role: User(role, role, departments_of(["94"], "test")) for role in ROLES if role != "auditor"}
    | {"auditor": User("auditor", "auditor", frozenset())},
)
ELSEWHERE = [
    "C1",
    "C2",
    "C3",
    "C4",
    "C5",
    "R1",
    "R2",
    "R3",
    NORD,
    AISNE,
    NORD[:9],
    AISNE[:9],
    HOSTILE,
    "calc",
]
"""What belongs to another region than the user's: numbers of cases and firms, names."""


@dataclass(frozen=True)
class Try:
    """One request for what is elsewhere; `free` of any role's right where it asks for none."""

    path: str
    parameters: dict[str, str | list[str]] = field(default_factory=dict)
    method: str = "GET"
    free: bool = False


EVERYWHERE = {"region": ["32", "94"], "department": ["59", "02", "2A"], "size": "100"}
ALL_COLUMNS = {"col": ["case_id", "siret", "name", "department", "naf", "region"]}
TRIES: dict[str, list[Try]] = {
    "/": [Try("/", free=True)],
    "/style.css": [Try("/style.css", free=True)],
    "/explorer.js": [Try("/explorer.js", free=True)],
    "/dossiers": [
        Try("/dossiers", {**EVERYWHERE, **ALL_COLUMNS}),
        Try("/dossiers", {"q": NORD, **ALL_COLUMNS}),
        Try("/dossiers", {"q": "C1", "stage": "payment"}),
        Try("/dossiers", {"q": "R1", "stage": "authorisation"}),
        Try("/dossiers", {"q": "' OR 1=1 --", **ALL_COLUMNS}),
        Try("/dossiers", {"department": "59') OR ('1'='1", **ALL_COLUMNS}),
        Try("/dossiers", {"naf": "56", "section": "I", **ALL_COLUMNS}),
    ],
    "/dossier": [
        Try("/dossier", {"stage": "payment", "id": "C1"}),
        Try("/dossier", {"stage": "authorisation", "id": "R3"}),
        Try("/dossier", {"stage": "payment", "id": "C6' OR '1'='1"}),
        Try("/dossier", {"stage": "payment; SELECT 1", "id": "C1"}),
    ],
    "/entreprise": [Try("/entreprise", {"siren": NORD[:9]}), Try("/entreprise", {"siren": AISNE[:9]})],
    "/statistiques": [
        Try("/statistiques", {**EVERYWHERE, "by": "department", "and": "region"}),
        Try("/statistiques", {"by": "naf", "of": "amount"}),
    ],
    "/export.{kind}": [
        Try("/export.csv", {**EVERYWHERE, **ALL_COLUMNS}),
        Try("/export.xlsx", {**EVERYWHERE, **ALL_COLUMNS}),
        Try("/export.csv", {"q": NORD}),
    ],
    "/vues": [Try("/vues", {"name": "a", "view": "region=32"}, "POST")],
    "/campagnes": [
        Try("/campagnes", EVERYWHERE),
        Try(
            "/campagnes",
            {"view": "stage=payment&region=32", "on": "2021-09-10", "capacity": "9", "random_share": "50"},
            "POST",
        ),
    ],
    "/campagnes/{campaign_id}/liste.{kind}": [
        Try("/campagnes/theirs/liste.csv"),
        Try("/campagnes/theirs/liste.xlsx"),
        Try("/campagnes/..%2ftheirs/liste.csv", free=True),
    ],
    "/resultat": [
        Try("/resultat", {"stage": "payment", "id": "C1"}),
        Try("/resultat", {"stage": "payment", "id": "C1", "campaign_id": "theirs"}, "POST"),
    ],
    "/journal": [Try("/journal"), Try("/journal", {"number": "2"})],
    "/deconnexion": [Try("/deconnexion", {}, "POST", free=True)],
}


OURS = re.compile(r'name="csrf" value="[^"]*"|<a href="[^"]*">Annuler le dernier filtre</a>')
"""What a page repeats of the session itself: its token, and the view that was asked for before."""
RIGHTS = {
    "/dossiers": "list",
    "/statistiques": "list",
    "/vues": "list",
    "/dossier": "case",
    "/entreprise": "case",
    "/export.{kind}": "export",
    "/campagnes": "campaign",
    "/campagnes/{campaign_id}/liste.{kind}": "campaign",
    "/resultat": "result",
    "/journal": "journal",
}


@pytest.fixture(scope="module", autouse=True)
def campaign_of_another() -> None:
    """A list drawn by somebody else, with a case of elsewhere on it, and a journal that tells of one."""
    own = explorer(STATE)
    add_entry(own.state / "campaigns.jsonl", {"campaign_id": "theirs", "user": "another", "at": "2021"})
    (own.state / "campaigns" / "theirs").mkdir(parents=True)
    for kind in ("csv", "xlsx"):
        (own.state / "campaigns" / "theirs" / f"targets.{kind}").write_text(f"C1;{NORD}")
    add_entry(own.state / "views.jsonl", {"user": "another", "name": "R1", "query": f"q={NORD}"})
    own.journal.write("another", "firm", {"siren": NORD[:9]})


@dataclass(frozen=True)
class Answer:
    """What became of one try: HTTP status, and what could be read."""

    path: str
    tried: Try
    status: int
    text: str


@pytest.fixture(scope="module", params=sorted(USERS.users))
def answers(request: pytest.FixtureRequest) -> tuple[str, list[Answer]]:
    """A role, and what became of each try with it."""
    role = request.param
    client = served(USERS, role, STATE)
    token = csrf(client) if "list" in ROLES[role] else "none"
    tried = [(path, one) for path, tries in TRIES.items() for one in tries]
    return role, [Answer(path, one, *ask(client, one, token)) for path, one in tried]


def ask(client: TestClient, one: Try, token: str) -> tuple[int, str]:
    if one.method == "GET":
        answer = client.get(one.path, params=one.parameters)
    else:
        answer = client.post(one.path, data={**one.parameters, "csrf": token})
    return answer.status_code, html.unescape(OURS.sub("", answer.content.decode("utf-8", "replace")))


def test_no_address_shows_anybody_what_is_elsewhere(answers: tuple[str, list[Answer]]) -> None:
    role, found = answers
    for one in found:
        if one.path in ("/", "/journal") and "journal" in ROLES[role]:
            continue  # the journal is the auditor's, whatever the place
        said = unquote_plus(str(one.tried.parameters))
        for secret in ELSEWHERE:
            read = re.search(rf"(?<![\w-]){re.escape(secret)}(?![\w-])", one.text)
            assert secret in said or read is None, (role, one.tried, secret)
        assert one.status < 500, (role, one.tried)
        assert "6\u00a0dossiers" not in one.text
        assert "5\u00a0dossiers" not in one.text


def test_no_role_opens_what_it_has_no_right_to(answers: tuple[str, list[Answer]]) -> None:
    role, found = answers
    for one in found:
        if not one.tried.free:
            assert (one.status == 403) is (RIGHTS[one.path] not in ROLES[role]), (role, one.tried)


def test_every_address_of_the_application_is_tried() -> None:
    app = application(explorer(STATE), ProxyDoor(USERS, PROXY, Sessions()), PORT).app
    assert isinstance(app, FastAPI)
    static = [route for route in app.routes if isinstance(route, APIRoute)]
    routes = [*static, *(route for router in ROUTERS for route in router.routes)]
    there = {(route.path, method) for route in routes for method in route.methods}  # type: ignore[attr-defined]
    assert len(app.routes) == len(static) + len(ROUTERS), "no page comes in by another way"
    tried = {(path, one.method) for path, tries in TRIES.items() for one in tries}
    assert there == tried, "say how an address is tried from elsewhere"
