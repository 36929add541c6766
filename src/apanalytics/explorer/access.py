"""Who may see what: roles, regions and departments, read from the users file."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from apanalytics.errors import DataRefused, InvalidArgument, UnreadableFile
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
LONGEST_NAME = 200
TOP_KEYS, USER_KEYS, PROXY_KEYS = (
    {"proxy", "hosts", "users"},
    {"role", "regions", "departments"},
    {"header", "trusted"},
)


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
    header : name of the header in which the reverse proxy tells who is there.
    trusted : addresses from which that header is believed; a request from elsewhere is refused.
    hosts : names under which the proxy serves the explorer.
    users : by name.
    """

    header: str
    trusted: frozenset[str]
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
        given = yaml.safe_load(Path(path).read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise UnreadableFile("The users file cannot be read", where=str(path), why=str(error)) from None
    place = str(path)
    whole = _mapping(given, place, TOP_KEYS)
    proxy = _mapping(whole["proxy"], f"{place}, proxy", PROXY_KEYS)
    trusted = frozenset(_address(one, place) for one in _texts(proxy["trusted"], f"{place}, trusted"))
    hosts = frozenset(one.lower() for one in _texts(whole["hosts"], f"{place}, hosts"))
    if not isinstance(whole["users"], dict) or not whole["users"]:
        raise DataRefused("The users file names no user", where=place, todo="Add one below `users:`.")
    users = {str(name): _user(name, entry, place) for name, entry in whole["users"].items()}
    return Users(_text(proxy["header"], f"{place}, header").lower(), trusted, hosts, users)


def _mapping(value: Any, where: str, keys: set[str]) -> dict[str, Any]:
    if not isinstance(value, dict) or set(value) != keys:
        raise DataRefused(
            "The users file has not the keys expected",
            where=where,
            value=sorted(map(str, value)) if isinstance(value, dict) else value,
            todo=f"Expected exactly: {', '.join(sorted(keys))}.",
        )
    return value


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_NAME:
        raise DataRefused("Not a text", where=where, value=value, todo='Quote codes: "01".')
    return value


def _texts(value: Any, where: str) -> list[str]:
    if not isinstance(value, list) or not value:
        raise DataRefused("Not a list of texts", where=where, value=value, todo='Write ["32", "94"].')
    return [_text(one, where) for one in value]


def _address(text: str, place: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise DataRefused("Not an IP address", where=f"{place}, proxy", value=text) from None


def _user(name: Any, entry: Any, place: str) -> User:
    where = f"{place}, {name}"
    _text(name, where)
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
    regions = _texts(entry["regions"], where) if "regions" in entry else []
    departments = _texts(entry["departments"], where) if "departments" in entry else []
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
