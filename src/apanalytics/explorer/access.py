"""Who may see what: roles, regions and departments, read from the users file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from apanalytics.errors import DataRefused, InvalidArgument, UnreadableFile
from apanalytics.explorer.identity import Provider, Proxy, read_provider, read_proxy
from apanalytics.explorer.settings import mapping, text, texts
from apanalytics.law.strict_yaml import read_yaml
from apanalytics.tables.geography import DEPARTMENTS, REGIONS, region_of

Right = Literal["list", "case", "export", "campaign", "result", "journal"]

ROLES: Mapping[str, frozenset[Right]] = {
    "agent": frozenset({"list", "case", "export"}),
    "analyst": frozenset({"list", "case", "export", "campaign"}),
    "inspector": frozenset({"list", "case", "result"}),
    "head": frozenset({"list", "case", "export", "campaign", "result"}),
    "auditor": frozenset({"journal"}),
    "owner": frozenset({"list", "case", "export", "campaign", "result", "journal"}),
}
"""What each role may do. `owner` is who runs the explorer on their own machine: no file can grant it."""
ROLES_FR = {
    "agent": "agent",
    "analyst": "analyste",
    "inspector": "inspecteur",
    "head": "responsable d’unité",
    "auditor": "auditeur",
    "owner": "poste local",
}
"""French name of each role."""
GRANTED = tuple(role for role in ROLES if role != "owner")
USER_KEYS = {"role", "regions", "departments"}


@dataclass(frozen=True)
class User:
    """One person who opens the explorer.

    Parameters
    ----------
    name : as the identity provider gives it.
    role : a key of `ROLES`.
    departments : codes whose cases may be seen; None is every one, places unknown included.
    """

    name: str
    role: str
    departments: frozenset[str] | None

    def may(self, right: Right) -> bool:
        """Whether the role has a right."""
        return right in ROLES[self.role]


@dataclass(frozen=True)
class Users:
    """The users file.

    Parameters
    ----------
    identity : who says who is there.
    hosts : names under which the explorer is reached.
    users : by name, as the identity gives it; e-mails in lower case.
    """

    identity: Proxy | Provider
    hosts: frozenset[str]
    users: Mapping[str, User]


def owner(region: str | None = None) -> User:
    """Give who runs the explorer on their own machine, with what they asked to see.

    Examples
    --------
    >>> sorted(owner("94").departments), owner().departments
    (['2A', '2B'], None)
    """
    return User("local", "owner", None if region is None else departments_of([region], "--region"))


def departments_of(regions: list[str], where: str) -> frozenset[str]:
    """Give the departments of some regions; raises InvalidArgument for an unknown code."""
    for region in regions:
        if region not in REGIONS:
            raise InvalidArgument(
                "Unknown region", where=where, value=region, todo="Use INSEE codes, quoted: '01'."
            )
    return frozenset(code for code in DEPARTMENTS if region_of(code) in regions)


def read_users(path: str | Path) -> Users:
    """Read the users file (YAML); see docs/how-to/explorer.md.

    Raises
    ------
    UnreadableFile : it is not there or is not YAML.
    DataRefused : an unknown key, role, region or department, or a user without any place: nobody is let in
        by a mistake of writing.

    Examples
    --------
    >>> import tempfile
    >>> text = '''
    ... proxy: {header: X-Remote-User, trusted: [127.0.0.1]}
    ... hosts: [explorer.example]
    ... users:
    ...   a.martin: {role: analyst, regions: ["32"]}
    ... '''
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "users.yaml").write_text(text)
    ...     users = read_users(Path(folder, "users.yaml"))
    >>> sorted(users.users["a.martin"].departments)
    ['02', '59', '60', '62', '80']
    """
    try:
        given = read_yaml(Path(path))
    except OSError as error:
        raise UnreadableFile("The users file cannot be read", where=str(path), why=str(error)) from None
    place = str(path)
    identity, hosts = _identity(given, place)
    if not isinstance(given["users"], dict) or not given["users"]:
        raise DataRefused("The users file names no user", where=place, todo="Add one below `users:`.")
    users: dict[str, User] = {}
    for given_name, entry in given["users"].items():
        name = _named(given_name, identity, place)
        if name in users:
            raise DataRefused("The users file names a user twice", where=f"{place}, {name}")
        users[name] = _user(name, entry, place)
    return Users(identity, hosts, users)


def _identity(given: dict[str, Any], place: str) -> tuple[Proxy | Provider, frozenset[str]]:
    """Read who says who is there: `proxy` with its `hosts`, or `oidc`, whose address says the host."""
    if "oidc" in given:
        mapping(given, place, ("oidc", "users"))
        provider = read_provider(given["oidc"], f"{place}, oidc")
        return provider, frozenset({provider.host})
    mapping(given, place, ("proxy", "hosts", "users"))
    hosts = frozenset(one.lower() for one in texts(given["hosts"], f"{place}, hosts"))
    return read_proxy(given["proxy"], f"{place}, proxy"), hosts


def _named(name: Any, identity: Proxy | Provider, place: str) -> str:
    given = text(name, f"{place}, {name}")
    return given.lower() if isinstance(identity, Provider) and identity.claim == "email" else given


def _user(name: str, entry: Any, place: str) -> User:
    where = f"{place}, {name}"
    if not isinstance(entry, dict) or not set(entry) <= USER_KEYS or entry.get("role") not in GRANTED:
        raise DataRefused(
            "A user has an unknown key or role",
            where=where,
            todo=f"Roles: {', '.join(GRANTED)}; keys: {', '.join(sorted(USER_KEYS))}.",
        )
    if entry["role"] == "auditor":
        return User(name, "auditor", frozenset())
    return User(name, entry["role"], _places(entry, where))


def _places(entry: dict[str, Any], where: str) -> frozenset[str] | None:
    """Give the departments of a user: those named and those of the regions; None for `regions: [all]`."""
    if entry.get("regions") == ["all"] and "departments" not in entry:
        return None
    regions = texts(entry["regions"], where) if "regions" in entry else []
    departments = texts(entry["departments"], where) if "departments" in entry else []
    unknown = [code for code in departments if code not in DEPARTMENTS]
    unknown += [code for code in regions if code not in REGIONS]
    if unknown or not regions + departments:
        raise DataRefused(
            "A user has an unknown place, or none",
            where=where,
            value=unknown or None,
            todo='Write regions: ["32"], departments: ["59"], or regions: [all].',
        )
    return frozenset(departments) | departments_of(regions, where)
