"""Who says who is there when the explorer serves others: a reverse proxy, or an OpenID Connect provider."""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from apanalytics.errors import DataRefused, UnreadableFile
from apanalytics.explorer.settings import mapping, text, texts

Claim = Literal["sub", "email"]
CLAIMS: tuple[Claim, ...] = ("sub", "email")
SECRETS = ("client_secret_file", "client_secret_env")
"""Keys of which one says where the secret is; the secret itself never stands in the file."""


@dataclass(frozen=True)
class Proxy:
    """A reverse proxy that has checked who is there.

    Parameters
    ----------
    header : name, in lower case, of the header in which it tells.
    trusted : addresses from which that header is believed; a request from elsewhere is refused.
    """

    header: str
    trusted: frozenset[str]


@dataclass(frozen=True)
class Provider:
    """An OpenID Connect provider, and what this explorer is to it.

    Parameters
    ----------
    issuer : its address, under which `/.well-known/openid-configuration` is found.
    client_id : name under which the explorer is registered there.
    secret : shared with it.
    address : where users reach the explorer; the provider sends them back to `ADDRESS/retour`.
    claim : of the identity token, by which the users file names its users: `sub` or `email` (verified).
    """

    issuer: str
    client_id: str
    secret: str = field(repr=False)
    address: str
    claim: Claim

    @property
    def host(self) -> str:
        """Value of the Host header under which the explorer is reached."""
        return urlsplit(self.address).netloc.lower()

    @property
    def secure(self) -> bool:
        """Whether users reach it by HTTPS: the cookies then never travel otherwise."""
        return urlsplit(self.address).scheme == "https"


def read_proxy(value: Any, where: str) -> Proxy:
    """Read the part `proxy` of a users file.

    Examples
    --------
    >>> read_proxy({"header": "X-Remote-User", "trusted": ["127.0.0.1"]}, "users.yaml").header
    'x-remote-user'
    """
    given = mapping(value, where, ("header", "trusted"))
    trusted = frozenset(_ip(one, where) for one in texts(given["trusted"], f"{where}, trusted"))
    return Proxy(text(given["header"], f"{where}, header").lower(), trusted)


def read_provider(value: Any, where: str) -> Provider:
    """Read the part `oidc` of a users file, and the secret from the place that it names.

    Raises
    ------
    DataRefused : a key that is not expected, the secret itself in the file, an address without HTTPS.
    UnreadableFile : the secret is not where the file says.

    Examples
    --------
    >>> read_provider({"issuer": "https://sso.example", "client_secret": "x"}, "users.yaml, oidc")
    Traceback (most recent call last):
    apanalytics.errors.DataRefused: The secret itself stands in the users file (users.yaml, oidc).
    Change it at the provider, put the new one in a file, and write client_secret_file: PATH ...
    """
    if isinstance(value, dict) and "client_secret" in value:
        raise DataRefused(
            "The secret itself stands in the users file",
            where=where,
            todo="Change it at the provider, put the new one in a file, and write client_secret_file: PATH "
            "(or client_secret_env: NAME).",
        )
    given = mapping(value, where, ("issuer", "client_id", "address", "users_by"), SECRETS)
    if given["users_by"] not in CLAIMS:
        raise DataRefused(
            "Users are named by another claim", where=where, value=given["users_by"],
            todo=f"Write users_by: {' or '.join(CLAIMS)}.",
        )  # fmt: skip
    return Provider(
        issuer=_web(given["issuer"], f"{where}, issuer", bare=False),
        client_id=text(given["client_id"], f"{where}, client_id"),
        secret=_secret(given, where),
        address=_web(given["address"], f"{where}, address", bare=True),
        claim=given["users_by"],
    )


def _ip(given: str, where: str) -> str:
    try:
        return str(ipaddress.ip_address(given))
    except ValueError:
        raise DataRefused("Not an IP address", where=where, value=given) from None


def _web(value: Any, where: str, bare: bool) -> str:
    """Read the address of a site: HTTPS, or HTTP on this machine alone; `bare` has no path."""
    given = text(value, where)
    parts = urlsplit(given)
    here = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")
    path = parts.path.strip("/") if bare else ""
    if not (parts.scheme == "https" or here) or not parts.hostname or path or parts.query or parts.fragment:
        raise DataRefused(
            "Not the address of a site", where=where, value=given,
            todo="Write https://NAME, without anything after it." if bare else "Write https://NAME/…",
        )  # fmt: skip
    return given.rstrip("/") if bare else given


def _secret(given: dict[str, Any], where: str) -> str:
    places = [name for name in SECRETS if name in given]
    if len(places) != 1:
        raise DataRefused(
            "It is not said where the secret is", where=where, todo=f"Write one of: {', '.join(SECRETS)}."
        )
    place = text(given[places[0]], f"{where}, {places[0]}")
    if places[0] == "client_secret_env":
        found, why = os.environ.get(place, ""), "The environment has no such variable, or it is empty."
    else:
        found, why = _read(place), "It is not there, is empty, or may not be read."
    if not found:
        raise UnreadableFile(
            "The secret cannot be read", where=f"{where}, {places[0]}", value=place, why=why,
            todo="Put the client's secret there, readable by the explorer alone.",
        )  # fmt: skip
    return found


def _read(place: str) -> str:
    try:
        return Path(place).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""
