"""Who sees what: doors, sessions, roles and places, each tried from the wrong side."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from apanalytics.errors import DataRefused, InvalidArgument, UnreadableFile
from apanalytics.explorer import serve
from apanalytics.explorer.access import ROLES, User, Users, departments_of, read_users
from apanalytics.explorer.app import application
from apanalytics.explorer.doors import ENTRY, MOST_WRONG, WITHIN_SECONDS, LocalDoor, ProxyDoor
from apanalytics.explorer.gate import LONGEST_ADDRESS, LONGEST_BODY
from apanalytics.explorer.identity import Proxy
from apanalytics.explorer.sessions import BURST, IDLE_SECONDS, LONGEST_SECONDS, Sessions
from tests.unit.country import AISNE, CORSE, NORD
from tests.unit.explorer_client import (
    PORT,
    csrf,
    explorer,
    local,
    local_gate,
    raw_client,
    served,
    shelf,
    total,
)

ROOT = Path(__file__).parents[2]
CORSICA, NORTH = departments_of(["94"], "test"), departments_of(["32"], "test")
PROXY = Proxy("x-remote-user", frozenset({"127.0.0.1"}))
USERS = Users(
    identity=PROXY,
    hosts=frozenset({"explorer.example"}),
    users={
        "corse": User("corse", "analyst", CORSICA),
        "nord": User("nord", "head", NORTH),
        "aisne": User("aisne", "inspector", frozenset({"02"})),
        "agent": User("agent", "agent", NORTH),
        "audit": User("audit", "auditor", frozenset()),
        "national": User("national", "analyst", None),
    },
)
CASES = {"C1": NORD, "C5": AISNE, "C6": CORSE}


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_the_link_opens_once_and_leaves_the_address() -> None:
    gate, door = local_gate()
    client = raw_client(gate)
    assert client.get("/dossiers").status_code == 403
    token = door.token or ""
    entered = client.get(ENTRY, params={"jeton": token}, follow_redirects=False)
    assert entered.status_code == 303
    assert entered.headers["location"] == "/"
    cookie = entered.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert token not in cookie
    assert client.get("/dossiers").status_code == 200
    assert raw_client(gate).get(ENTRY, params={"jeton": token}).status_code == 403


@pytest.mark.parametrize("cookie", ["", "forged", "x" * 4000, 'a"; b', "../../etc/passwd"])
def test_a_forged_session_is_refused(cookie: str) -> None:
    gate, _ = local_gate()
    client = raw_client(gate)
    assert client.get("/dossiers", headers={"cookie": f"apanalytics={cookie}"}).status_code == 403


def test_tokens_cannot_be_tried_at_will() -> None:
    gate, door = local_gate()
    clock = Clock()
    door.pace.clock = clock
    client = raw_client(gate)
    tried = [client.get(ENTRY, params={"jeton": f"t{n}"}).status_code for n in range(MOST_WRONG + 1)]
    assert tried == [403] * MOST_WRONG + [429]
    assert client.get(ENTRY, params={"jeton": door.token or ""}).status_code == 429, "even the right one"
    clock.now += WITHIN_SECONDS
    assert client.get(ENTRY, params={"jeton": door.token or ""}).status_code == 200


@pytest.mark.parametrize(("step", "steps", "over"), [(IDLE_SECONDS, 1, False), (IDLE_SECONDS + 1, 1, True)])
def test_a_session_ends_when_idle(step: float, steps: int, over: bool) -> None:
    clock = Clock()
    sessions = Sessions(clock)
    key = sessions.open(USERS.users["corse"]).key
    clock.now += step
    assert (sessions.find(key) is None) is over


def test_a_session_ends_even_when_used_and_is_not_found_again() -> None:
    clock = Clock()
    sessions = Sessions(clock)
    key = sessions.open(USERS.users["corse"]).key
    hours = int(LONGEST_SECONDS // 3600)
    seen = []
    for _ in range(hours + 1):
        clock.now += 3600
        seen.append(sessions.find(key) is not None)
    assert seen == [True] * hours + [False]
    clock.now -= 3600
    assert sessions.find(key) is None


def test_a_session_that_asks_too_fast_has_to_wait() -> None:
    clock = Clock()
    sessions = Sessions(clock)
    session = sessions.open(USERS.users["corse"])
    answers = [sessions.allow(session) for _ in range(int(BURST) + 1)]
    assert answers == [True] * int(BURST) + [False]
    clock.now += 1
    assert sessions.find(session.key) is session
    assert sessions.allow(session)


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example:8050", ""]
)
def test_another_host_name_is_refused(host: str) -> None:
    client = local()
    assert client.get("/dossiers", headers={"host": host}).status_code == 421
    assert client.get("/style.css", headers={"host": host}).status_code == 421


def test_requests_of_monstrous_size_are_refused() -> None:
    client = local()
    assert client.get("/dossiers", params={"q": "x" * LONGEST_ADDRESS}).status_code == 414
    body = {"csrf": csrf(client), "name": "a", "view": "x" * LONGEST_BODY}
    assert client.post("/vues", data=body).status_code == 413
    many = "&".join(f"a{n}=1" for n in range(300))
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert client.post("/vues", content=many, headers=headers).status_code == 400
    assert client.request("DELETE", "/dossiers").status_code == 405


POSTS = ["/vues", "/campagnes", "/resultat", "/deconnexion"]


@pytest.mark.parametrize("path", POSTS)
def test_a_form_without_our_token_changes_nothing(path: str) -> None:
    client, other = local(), local()
    data = {"name": "volee", "view": "stage=payment"}
    assert client.post(path, data=data).status_code == 403
    assert client.post(path, data=data | {"csrf": "x"}).status_code == 403
    assert client.post(path, data=data | {"csrf": csrf(other)}).status_code == 403
    mine = data | {"csrf": csrf(client)}
    assert client.post(path, data=mine, headers={"origin": "http://evil.example"}).status_code == 403
    assert client.post(path, data=mine, headers={"origin": "null"}).status_code == 403
    assert client.post(path, data=mine, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert "volee" not in client.get("/dossiers").text
    assert client.get(path, params=mine).status_code in (200, 404, 405), "an address changes nothing"
    assert "volee" not in client.get("/dossiers").text


def test_every_path_that_is_posted_to_is_among_those_tried() -> None:
    posted = [
        route.path
        for router in _routers()
        for route in router.routes
        if "POST" in route.methods  # type: ignore[attr-defined]
    ]
    assert sorted(posted) == sorted(POSTS)


def _routers() -> tuple[object, ...]:
    from apanalytics.explorer.app import ROUTERS

    return ROUTERS


@pytest.mark.parametrize("path", ["/dossiers", "/nowhere", "/style.css", "/export.csv", "/dossier?stage=x"])
@pytest.mark.parametrize("known", [True, False])
def test_every_answer_carries_the_strict_headers(path: str, known: bool) -> None:
    client = local() if known else raw_client(local_gate()[0])
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src 'self';" in policy, "ours alone, and none inside a page"
    assert "unsafe" not in policy
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"


def test_who_does_not_come_through_the_proxy_is_refused() -> None:
    gate = application(explorer(), ProxyDoor(USERS, PROXY, Sessions()), PORT)
    base = "https://explorer.example"
    named = {"x-remote-user": "national"}
    assert raw_client(gate, base, "10.0.0.9").get("/dossiers", headers=named).status_code == 403
    assert raw_client(gate, base).get("/dossiers").status_code == 401
    assert raw_client(gate, base).get("/dossiers", headers={"x-remote-user": "nobody"}).status_code == 403
    twice = [("x-remote-user", "corse"), ("x-remote-user", "national")]
    assert raw_client(gate, base).get("/dossiers", headers=twice).status_code == 401
    entered = raw_client(gate, base).get("/dossiers", headers=named)
    assert entered.status_code == 200
    assert "Secure" in entered.headers["set-cookie"]
    assert "__Host-" in entered.headers["set-cookie"]


def test_the_session_of_another_user_does_not_lend_his_eyes() -> None:
    gate = application(explorer(), ProxyDoor(USERS, PROXY, Sessions()), PORT)
    client = raw_client(gate, "https://explorer.example")
    assert total(client.get("/dossiers", headers={"x-remote-user": "national"}).text) == 6
    assert total(client.get("/dossiers", headers={"x-remote-user": "corse"}).text) == 1


@pytest.mark.parametrize(("name", "seen"), [("corse", {"C6"}), ("nord", {"C1", "C5"}), ("aisne", {"C5"})])
def test_a_user_sees_the_cases_of_his_places_and_no_other(name: str, seen: set[str]) -> None:
    client = served(USERS, name)
    everywhere = {"region": ["32", "94"], "department": ["02", "59", "2A"], "size": "100"}
    text = client.get("/dossiers", params=everywhere).text
    for case_id, siret in CASES.items():
        mine = case_id in seen
        assert (f"id={case_id}&#34;" in text or f'id={case_id}"' in text) is mine
        assert client.get("/dossier", params={"stage": "payment", "id": case_id}).status_code == (
            200 if mine else 404
        )
        assert client.get("/entreprise", params={"siren": siret[:9]}).status_code == (200 if mine else 404)
        found = client.get("/dossiers", params={"q": siret}).text
        assert (total(found) > 0) is mine
        if ROLES[USERS.users[name].role] & {"export"}:
            assert (siret in client.get("/export.csv").text) is mine
        shown = client.get("/statistiques", params={"by": "department"}).text
        assert ({"C1": "59 Nord", "C5": "02 Aisne", "C6": "2A Corse"}[case_id] in shown) is mine


def test_a_case_of_elsewhere_and_a_case_that_is_not_are_told_alike() -> None:
    client = served(USERS, "corse")
    elsewhere = client.get("/dossier", params={"stage": "payment", "id": "C1"})
    nowhere = client.get("/dossier", params={"stage": "payment", "id": "C999"})
    assert elsewhere.status_code == nowhere.status_code == 404
    assert re.sub("C999", "C1", nowhere.text) == elsewhere.text


RIGHTS = {
    "/dossiers": "list",
    "/statistiques": "list",
    "/dossier?stage=payment&id=C5": "case",
    "/entreprise?siren=552081317": "case",
    "/export.csv": "export",
    "/export.xlsx": "export",
    "/campagnes": "campaign",
    "/campagnes/x/liste.csv": "campaign",
    "/resultat?stage=payment&id=C5": "result",
    "/journal": "journal",
}


@pytest.mark.parametrize("name", ["agent", "corse", "nord", "aisne", "audit"])
def test_each_role_opens_its_own_pages_only(name: str) -> None:
    client = served(USERS, name)
    for path, right in RIGHTS.items():
        allowed = right in ROLES[USERS.users[name].role]
        assert (client.get(path).status_code != 403) is allowed, path
    shown = client.get("/").text
    assert ('href="/journal"' in shown) is (name == "audit")
    assert ('href="/campagnes"' in shown) is ("campaign" in ROLES[USERS.users[name].role])


def test_every_page_asks_for_a_right() -> None:
    paths = {route.path for router in _routers() for route in router.routes}  # type: ignore[attr-defined]
    tried = {path.partition("?")[0].replace("/x/", "/{campaign_id}/") for path in RIGHTS}
    tried = {re.sub(r"\.(csv|xlsx)$", ".{kind}", path) for path in tried}
    assert paths - tried == {"/", "/vues", "/deconnexion"}, "a page was added: say which right it asks for"


def test_without_a_scope_there_is_nothing_to_query() -> None:
    """The queries of the pages name views that exist in a scope only."""
    store = shelf().store()
    with store.scope(USERS.users["audit"]) as scope:
        assert scope.value("SELECT count(*) FROM seen_payment") == 0
        assert scope.value("SELECT count(*) FROM seen_establishments") == 0
    whole = re.compile(r"\b(?:FROM|JOIN|USING)\s+([a-z_]+)", re.MULTILINE)
    package = ROOT / "src" / "apanalytics" / "explorer"
    for path in sorted(package.glob("*.py")):
        if path.name not in ("scope.py", "store.py"):
            named = {name for name in whole.findall(path.read_text("utf-8")) if not name.startswith("seen_")}
            parts = set(re.findall(r"\b([a-z]+) AS (?:MATERIALIZED )?\(\s*SELECT", path.read_text("utf-8")))
            assert named <= {*parts, "and"}, f"{path.name} names {named}"
        if path.name not in ("scope.py", "store.py", "seen.py", "rows.py"):
            assert not re.search(r"explorer.rows|\bSeen\(|\._rows\b", path.read_text("utf-8")), path.name


def test_what_hangs_on_a_case_is_seen_with_it() -> None:
    store = shelf().store()
    with store.scope(USERS.users["corse"]) as scope:
        assert scope.rows("SELECT request_id FROM seen_requests") == [{"request_id": "R4"}]
        assert scope.rows("SELECT claim_id FROM seen_claims") == [{"claim_id": "C6"}]
        assert list(scope.of_case("payment", "C6", "features").index) == ["C6"]
        assert scope.of_case("payment", "C1", "features").empty
        assert scope.seen("payment").case("C1") is None
        assert scope.rows("SELECT siret FROM seen_establishments") == [{"siret": CORSE}]


def test_one_region_can_be_asked_for_on_ones_own_machine() -> None:
    assert total(local(region="94").get("/dossiers").text) == 1


GOOD = {
    "proxy": {"header": "X-Remote-User", "trusted": ["127.0.0.1"]},
    "hosts": ["explorer.example"],
    "users": {
        "a": {"role": "inspector", "departments": ["2A", "59"]},
        "b": {"role": "head", "regions": ["all"]},
    },
}


def users_file(tmp_path: Path, **changes: object) -> Path:
    path = tmp_path / "users.yaml"
    path.write_text(yaml.safe_dump({**GOOD, **changes}), "utf-8")
    return path


def test_the_users_file_says_who_sees_what(tmp_path: Path) -> None:
    users = read_users(users_file(tmp_path))
    assert users.users["a"].departments == {"2A", "59"}
    assert users.users["b"].departments is None
    assert users.identity == PROXY


@pytest.mark.parametrize(
    "changes",
    [
        {"users": {}},
        {"users": {"a": {"role": "owner", "regions": ["32"]}}},
        {"users": {"a": {"role": "analyst"}}},
        {"users": {"a": {"role": "analyst", "regions": []}}},
        {"users": {"a": {"role": "analyst", "regions": [1]}}},
        {"users": {"a": {"role": "analyst", "regions": ["all", "32"]}}},
        {"users": {"a": {"role": "analyst", "departments": ["99"]}}},
        {"users": {"a": {"role": "analyst", "region": ["32"]}}},
        {"users": {1: {"role": "analyst", "regions": ["32"]}, "": {"role": "agent", "regions": ["32"]}}},
        {"proxy": {"header": "X-Remote-User", "trusted": ["0.0.0.0/0"]}},
        {"proxy": {"header": "X-Remote-User"}},
        {"hosts": []},
        {"more": 1},
    ],
)
def test_a_doubtful_users_file_lets_nobody_in(tmp_path: Path, changes: dict[str, object]) -> None:
    with pytest.raises(DataRefused):
        read_users(users_file(tmp_path, **changes))


def test_the_explorer_does_not_start_open(tmp_path: Path) -> None:
    data = shelf().data
    for host in ("0.0.0.0", "192.168.1.4", "::", "example.org"):
        with pytest.raises(InvalidArgument, match="users file"):
            serve(data, host=host)
    with pytest.raises(UnreadableFile):
        serve(data, host="0.0.0.0", users=tmp_path / "none.yaml")
    with pytest.raises(InvalidArgument, match="region"):
        serve(data, region="32", users=users_file(tmp_path))


def test_a_port_in_use_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APANALYTICS_JOURNAL_KEY", str(tmp_path / "key"))
    first = serve(shelf().data, port=0, state=tmp_path / "state")
    port = first.listening.getsockname()[1]
    first.listening.listen()
    assert re.fullmatch(rf"http://127\.0\.0\.1:{port}/entree\?jeton=[\w-]{{43}}", first.address)
    with pytest.raises(InvalidArgument, match="Cannot listen"):
        serve(shelf().data, port=port, state=tmp_path / "state")
    first.listening.close()


def test_local_and_proxy_doors_keep_to_their_hosts() -> None:
    sessions = Sessions()
    assert "127.0.0.1" not in LocalDoor(USERS.users["corse"], sessions).hosts(PORT)
    assert ProxyDoor(USERS, PROXY, sessions).hosts(PORT) == {"explorer.example"}
