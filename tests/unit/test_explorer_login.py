"""Logging in at an OpenID Connect provider: what lets somebody in, and every forged answer that does not."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from starlette.testclient import TestClient

from apanalytics.errors import UnreadableFile
from apanalytics.explorer.access import User, Users, departments_of
from apanalytics.explorer.app import application
from apanalytics.explorer.doors import MOST_WRONG, WITHIN_SECONDS
from apanalytics.explorer.identity import Claim
from apanalytics.explorer.identity import Provider as Settings
from apanalytics.explorer.oidc_door import LEFT, LOGIN_SECONDS, RETURN, OidcDoor
from apanalytics.explorer.provider import discover
from apanalytics.explorer.sessions import Sessions
from tests.oidc_provider import CLIENT, SECRET, Provider, new_key, running_provider
from tests.unit.explorer_client import PORT, csrf, explorer, raw_client, total

ADDRESS = "https://explorateur.example"
STATE = "logins"


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture
def provider(running: Provider) -> Provider:
    running.faults.clear()
    running.left.clear()
    running.exchanges = 0
    running.key = new_key("first") if running.key.kid != "first" else running.key
    return running


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def door_of(provider: Provider, claim: Claim = "sub", clock: Clock | None = None) -> OidcDoor:
    name = "sub-{}" if claim == "sub" else "{}@example.fr"
    users = {
        name.format(one): User(name.format(one), role, departments_of([region], "test"))
        for one, role, region in (("corse", "analyst", "94"), ("nord", "head", "32"))
    }
    settings = Settings(provider.issuer, CLIENT, SECRET, ADDRESS, claim)
    known = Users(settings, frozenset({settings.host}), users)
    write = explorer(STATE).journal.write
    return OidcDoor(known, discover(settings), Sessions(clock or Clock()), write, clock or Clock())


def client_at(door: OidcDoor) -> TestClient:
    client = raw_client(application(explorer(STATE), door, PORT), ADDRESS)
    client.follow_redirects = False
    return client


def sent_to(client: TestClient, path: str = "/dossiers") -> str:
    """Begin a login: the address at the provider."""
    answer = client.get(path)
    assert answer.status_code == 303
    return answer.headers["location"]


def back_from(address: str, name: str) -> str:
    """Log in at the provider: the path and query with which the browser comes back."""
    answer = httpx.get(address, params=dict(parse_qsl(urlsplit(address).query)) | {"name": name})
    place = urlsplit(answer.headers["location"])
    assert f"{place.scheme}://{place.netloc}{place.path}" == ADDRESS + RETURN
    return f"{place.path}?{place.query}"


def enter(client: TestClient, name: str, path: str = "/dossiers") -> httpx.Response:
    return client.get(back_from(sent_to(client, path), name))


def test_a_login_asks_for_a_code_with_pkce_state_and_nonce(provider: Provider) -> None:
    client = client_at(door_of(provider))
    first, second = (dict(parse_qsl(urlsplit(sent_to(client)).query)) for _ in range(2))
    assert first["response_type"] == "code"
    assert first["code_challenge_method"] == "S256"
    assert first["scope"] == "openid"
    assert first["redirect_uri"] == ADDRESS + RETURN
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name]) >= 43
        assert first[name] != second[name]
    assert SECRET not in str(first)


def test_who_logs_in_sees_the_places_of_the_users_file(provider: Provider) -> None:
    for name, cases in (("corse", 1), ("nord", 5)):
        client = client_at(door_of(provider))
        answer = enter(client, name, "/dossiers?size=50")
        assert answer.status_code == 200
        assert 'content="0;url=/dossiers?size=50"' in answer.text, "back where the login began"
        assert total(client.get("/dossiers").text) == cases
    entered = next(one for one in answer.headers.get_list("set-cookie") if "connexion" not in one)
    assert re.fullmatch(r"__Host-apanalytics=[\w-]{43}; Path=/; HttpOnly; SameSite=Strict; Secure", entered)
    actions = [(line["user"], line["action"]) for line in explorer(STATE).journal.entries()]
    assert ("sub-corse", "login") in actions
    assert client.get("/dossier?stage=payment&id=C6").status_code == 404, "C6 is in the other's region"


def test_users_can_be_named_by_an_email_that_the_provider_verified(provider: Provider) -> None:
    client = client_at(door_of(provider, "email"))
    assert "email" in dict(parse_qsl(urlsplit(sent_to(client)).query))["scope"]
    assert enter(client, "corse").status_code == 200
    assert total(client.get("/dossiers").text) == 1
    for verified in (False, None, "true"):
        provider.faults["claims"] = {"email_verified": verified}
        assert enter(client_at(door_of(provider, "email")), "corse").status_code == 403


def test_an_account_that_the_users_file_does_not_name_is_refused_and_told_in_the_journal(
    provider: Provider,
) -> None:
    client = client_at(door_of(provider))
    answer = enter(client, "inconnue")
    assert answer.status_code == 403
    assert "Voyez votre responsable" in answer.text
    assert client.get("/dossiers").status_code == 303
    last = list(explorer(STATE).journal.entries())[-1]
    assert (last["user"], last["action"]) == ("sub-inconnue", "login_refused")


def other_secret(claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET), algorithms=["HS256"])


def other_key(claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS256", "kid": "first"}, claims, new_key("first"))


def unsigned(claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "none"}, claims, OctKey.import_key("x"), algorithms=["none"])


def of_nobody(claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS256", "kid": "third"}, claims, new_key("third"))


FORGED: dict[str, dict[str, Any]] = {
    "another issuer": {"claims": {"iss": "https://sso.evil.example"}},
    "no issuer": {"claims": {"iss": None}},
    "another audience": {"claims": {"aud": "another-client"}},
    "no audience": {"claims": {"aud": None}},
    "two audiences without a party": {"claims": {"aud": [CLIENT, "another-client"]}},
    "another party": {"claims": {"aud": [CLIENT, "b"], "azp": "b"}},
    "another nonce": {"claims": {"nonce": "of-another-login"}},
    "no nonce": {"claims": {"nonce": None}},
    "expired": {"claims": {"exp": 1_600_000_000}},
    "no expiry": {"claims": {"exp": None}},
    "not yet valid": {"claims": {"nbf": 4_000_000_000}},
    "no subject": {"claims": {"sub": None}},
    "an empty subject": {"claims": {"sub": ""}},
    "a subject that is a list": {"claims": {"sub": ["sub-corse"]}},
    "another access token": {"claims": {"at_hash": "x" * 22}},
    "signed with another key of the same name": {"sign": other_key},
    "signed with a key that the provider does not have": {"sign": of_nobody},
    "signed with the client's secret": {"sign": other_secret},
    "not signed": {"sign": unsigned},
    "not a token": {"sign": lambda claims: "a.b.c"},
}


@pytest.mark.parametrize("how", FORGED)
def test_a_forged_identity_token_is_refused(provider: Provider, how: str) -> None:
    provider.faults |= FORGED[how]
    client = client_at(door_of(provider))
    answer = enter(client, "corse")
    assert answer.status_code == 403
    assert provider.exchanges == 1, "the code was good: only the token is wrong"
    assert not [one for one in answer.headers.get_list("set-cookie") if "apanalytics=" in one]
    assert client.get("/dossiers").status_code == 303


def test_a_state_counts_once_and_for_the_browser_that_began(provider: Provider) -> None:
    door = door_of(provider)
    client, thief = client_at(door), client_at(door)
    back = back_from(sent_to(client), "nord")
    sent_to(thief)
    assert thief.get(back).status_code == 403, "another browser cannot end this login"
    assert client.get(back).status_code == 403, "and a try uses it up"
    back = back_from(sent_to(client), "nord")
    assert client.get(back).status_code == 200
    assert client.get(back).status_code == 403, "replayed"
    assert provider.exchanges == 1


@pytest.mark.parametrize("change", ["state=forged", "state=", "code="])
def test_a_wrong_return_is_refused_before_the_provider_is_asked(provider: Provider, change: str) -> None:
    client = client_at(door_of(provider))
    name, _, value = change.partition("=")
    back = re.sub(rf"\b{name}=[^&]*", f"{name}={value}", back_from(sent_to(client), "nord"))
    assert client.get(back).status_code == 403
    assert provider.exchanges == 0


def test_a_return_of_another_issuer_or_an_error_is_refused(provider: Provider) -> None:
    for back in ({"iss": "https://evil.example"}, {"code": "", "error": "access_denied"}):
        provider.faults["back"] = back
        assert enter(client_at(door_of(provider)), "nord").status_code == 403
    assert provider.exchanges == 0


def test_a_code_of_somebody_else_does_not_pass_without_the_verifier(provider: Provider) -> None:
    """A code stolen from the address of another browser: PKCE ties it to the login that asked for it."""
    door = door_of(provider)
    victim, thief = client_at(door), client_at(door)
    code = dict(parse_qsl(urlsplit(back_from(sent_to(victim), "nord")).query))["code"]
    state = dict(parse_qsl(urlsplit(sent_to(thief)).query))["state"]
    assert thief.get(RETURN, params={"code": code, "state": state}).status_code == 403
    assert provider.exchanges == 1


def test_returns_cannot_be_tried_at_will_and_a_right_one_still_passes(provider: Provider) -> None:
    clock = Clock()
    client = client_at(door_of(provider, clock=clock))
    tried = [
        client.get(RETURN, params={"code": "c", "state": secrets.token_urlsafe(9)}).status_code
        for _ in range(MOST_WRONG + 1)
    ]
    assert tried == [403] * MOST_WRONG + [429]
    assert enter(client, "nord").status_code == 200, "nobody is locked out by another's tries"
    clock.now += WITHIN_SECONDS
    assert client.get(RETURN, params={"code": "c", "state": "x"}).status_code == 403


def test_a_login_that_takes_too_long_is_over(provider: Provider) -> None:
    clock = Clock()
    client = client_at(door_of(provider, clock=clock))
    back = back_from(sent_to(client), "nord")
    clock.now += LOGIN_SECONDS
    assert client.get(back).status_code == 403


def test_keys_that_the_provider_changed_are_read_again(provider: Provider) -> None:
    door = door_of(provider)
    assert enter(client_at(door), "nord").status_code == 200
    provider.key = new_key("second")
    assert enter(client_at(door), "nord").status_code == 200


@pytest.mark.parametrize(
    "path", ["//evil.example", "/\\evil.example", "/%0d%0aSet-Cookie:x", "/dossiers%22%3E%3Cscript%3E"]
)
def test_a_login_never_leads_to_another_site(provider: Provider, path: str) -> None:
    answer = enter(client_at(door_of(provider)), "nord", ADDRESS + path)
    assert answer.status_code == 200
    assert 'content="0;url=/"' in answer.text
    assert "evil" not in answer.text


def test_leaving_ends_the_session_here_and_at_the_provider(provider: Provider) -> None:
    client = client_at(door_of(provider))
    enter(client, "nord")
    token = csrf(client)
    assert client.post("/deconnexion").status_code == 403, "another site cannot log anybody out"
    left = client.post("/deconnexion", data={"csrf": token})
    assert left.status_code == 200
    (to,) = re.findall(r'content="0;url=([^"]+)"', left.text)
    answer = httpx.get(to.replace("&amp;", "&"))
    assert answer.headers["location"] == ADDRESS + LEFT
    (asked,) = provider.left
    assert asked["client_id"] == CLIENT
    assert asked["id_token_hint"].count(".") == 2
    assert client.get(LEFT).status_code == 401
    assert client.get("/dossiers").status_code == 303
    assert client.post("/vues", data={"csrf": token, "name": "x"}).status_code == 401


def test_a_stolen_or_forged_session_cookie_is_worth_nothing_after_leaving(provider: Provider) -> None:
    door = door_of(provider)
    client, thief = client_at(door), client_at(door)
    enter(client, "nord")
    stolen = {"cookie": f"{door.cookie}={client.cookies[door.cookie]}"}
    assert thief.get("/dossiers", headers=stolen).status_code == 200
    client.post("/deconnexion", data={"csrf": csrf(client)})
    for cookie in (stolen["cookie"], f"{door.cookie}=forged", f"apanalytics={client.cookies}"):
        assert thief.get("/dossiers", headers={"cookie": cookie}).status_code == 303


def test_a_provider_that_is_another_or_silent_stops_the_start(provider: Provider) -> None:
    settings = Settings(provider.issuer, CLIENT, SECRET, ADDRESS, "sub")
    for wrong in (
        {"issuer": "https://evil.example"},
        {"token_endpoint": None},
        {"id_token_signing_alg_values_supported": ["HS256", "none"]},
    ):
        provider.faults["metadata"] = wrong
        with pytest.raises(UnreadableFile, match="not the one expected"):
            discover(settings)
    with pytest.raises(UnreadableFile, match="does not answer"):
        discover(Settings("http://localhost:1", CLIENT, SECRET, ADDRESS, "sub"))


def test_a_provider_that_fails_during_a_login_lets_nobody_in(provider: Provider) -> None:
    door = door_of(provider)
    client = client_at(door)
    back = back_from(sent_to(client), "nord")
    door.openid._found["token_endpoint"] = "http://localhost:1/token"
    started = time.monotonic()
    assert client.get(back).status_code == 403
    assert time.monotonic() - started < 5
