"""The users file that names an OpenID Connect provider: every doubt stops the start, and says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from apanalytics.errors import ApanalyticsError, DataRefused, InvalidArgument
from apanalytics.explorer import serve
from apanalytics.explorer.access import read_users
from apanalytics.explorer.identity import Provider as Settings

GOOD = {
    "issuer": "https://sso.example/realms/etat",
    "client_id": "explorateur",
    "client_secret_env": "APANALYTICS_TEST_SECRET",
    "address": "https://explorateur.example",
    "users_by": "sub",
}
USERS_YAML = 'users:\n  "a-1": {role: analyst, regions: ["32"]}\n'


def written(tmp_path: Path, oidc: dict[str, str], users: str = USERS_YAML) -> Path:
    path = tmp_path / "users.yaml"
    lines = "".join(f'  {name}: "{value}"\n' for name, value in oidc.items())
    path.write_text(f"oidc:\n{lines}{users}", "utf-8")
    return path


def test_the_users_file_names_the_provider_and_where_the_secret_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APANALYTICS_TEST_SECRET", "hush")
    users = read_users(written(tmp_path, GOOD))
    assert isinstance(users.identity, Settings)
    assert users.identity.secret == "hush"
    assert "hush" not in repr(users), "no log shows it"
    assert users.hosts == {"explorateur.example"}
    (tmp_path / "secret").write_text("from a file\n")
    file = {**GOOD, "client_secret_file": str(tmp_path / "secret")}
    del file["client_secret_env"]
    again = read_users(written(tmp_path, {**file, "users_by": "email"}, USERS_YAML.replace("a-1", "A@b.FR")))
    assert isinstance(again.identity, Settings)
    assert again.identity.secret == "from a file"
    assert list(again.users) == ["a@b.fr"]


WRONG: list[tuple[dict[str, str | None], str]] = [
    ({"client_secret": "hush"}, "secret itself"),
    ({"client_secret_env": None}, "where the secret is"),
    ({"client_secret_file": "/x"}, "where the secret is"),
    ({"client_secret_env": "APANALYTICS_NOT_SET"}, "cannot be read"),
    ({"issuer": "http://sso.example"}, "address of a site"),
    ({"issuer": "sso.example"}, "address of a site"),
    ({"address": "http://explorateur.example"}, "address of a site"),
    ({"address": "https://explorateur.example/under"}, "address of a site"),
    ({"users_by": "name"}, "another claim"),
    ({"users_by": None}, "keys expected"),
    ({"isuer": "x"}, "keys expected"),
]


@pytest.mark.parametrize(("changes", "said"), WRONG)
def test_a_doubtful_provider_stops_the_start_and_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: dict[str, str | None], said: str
) -> None:
    monkeypatch.setenv("APANALYTICS_TEST_SECRET", "hush")
    oidc = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    with pytest.raises(ApanalyticsError, match=said) as refused:
        read_users(written(tmp_path, oidc))
    assert refused.value.todo
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize(
    "users",
    [
        USERS_YAML + '  "a-1": {role: head, regions: [all]}\n',
        'users:\n  "a@b.fr": {role: agent, regions: ["32"]}\n  "A@b.fr": {role: head, regions: [all]}\n',
        USERS_YAML + "proxy: {header: X-User, trusted: [127.0.0.1]}\n",
    ],
)
def test_a_user_named_twice_or_two_identities_let_nobody_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, users: str
) -> None:
    monkeypatch.setenv("APANALYTICS_TEST_SECRET", "hush")
    with pytest.raises(DataRefused):
        read_users(written(tmp_path, {**GOOD, "users_by": "email"}, users))


def test_others_are_not_served_in_clear_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APANALYTICS_TEST_SECRET", "hush")
    users = written(tmp_path, {**GOOD, "address": "http://127.0.0.1:8050"})
    with pytest.raises(InvalidArgument, match="without HTTPS"):
        serve(tmp_path, host="0.0.0.0", users=users)
