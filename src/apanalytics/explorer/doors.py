"""How somebody comes in: by the one-time link of their own machine, or named by a trusted proxy."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import parse_qs

from apanalytics.explorer.access import User, Users
from apanalytics.explorer.identity import Proxy
from apanalytics.explorer.sessions import Session, Sessions

MOST_WRONG, WITHIN_SECONDS = 10, 60.0
"""Wrong tries after which tries are refused, for so long."""
NOT_LISTED = "Votre compte n’a pas accès à cet outil. Voyez votre responsable."
ENTRY = "/entree"
"""Path of the one-time link."""


@dataclass(frozen=True)
class Request:
    """What a door looks at.

    Parameters
    ----------
    method, path, query : of the request; `query` as it was sent, without its question mark.
    cookies : values by name.
    headers : values by lower-case name, each as often as it was sent.
    peer : address of who connected.
    """

    method: str
    path: str
    query: str
    cookies: Mapping[str, str]
    headers: Mapping[str, list[str]]
    peer: str

    def parameter(self, name: str) -> str:
        """Give a parameter of the address; nothing where it is not there once."""
        found = parse_qs(self.query).get(name, [])
        return found[0] if len(found) == 1 else ""


@dataclass(frozen=True)
class Admitted:
    """A session, and the cookie to send where it has just begun."""

    session: Session
    cookie: str | None = None


@dataclass(frozen=True)
class Sent:
    """Where a browser goes before it sees anything, and the cookies that it takes along.

    `by_page` leads there through a page of ours: a browser that comes from another site sends our strict
    cookie only with the next request, which that page makes.
    """

    to: str
    cookies: tuple[str, ...] = ()
    by_page: bool = False


@dataclass(frozen=True)
class Refused:
    """Why somebody does not come in: HTTP status, French sentence, and where trying again may help."""

    status: int
    why: str
    again: str | None = None
    title: str = "Accès refusé"


Answer = Admitted | Sent | Refused


class Door(Protocol):
    """What decides who comes in."""

    cookie: str
    sessions: Sessions

    def hosts(self, port: int) -> frozenset[str]:
        """Values of the Host header that are served."""

    async def admit(self, request: Request) -> Answer:
        """Say whose request this is, where they go first, or why they are refused."""


def cookie_text(name: str, value: str, secure: bool, rest: str = "SameSite=Strict") -> str:
    """Write a cookie that no script reads.

    Examples
    --------
    >>> cookie_text("a", "b", True)
    'a=b; Path=/; HttpOnly; SameSite=Strict; Secure'
    """
    return f"{name}={value}; Path=/; HttpOnly; {rest}" + ("; Secure" if secure else "")


class Pace:
    """Wrong tries within a minute: after so many, no more are looked at.

    Parameters
    ----------
    clock : seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._wrong: list[float] = []
        self._lock = threading.Lock()

    def wrong(self) -> None:
        """Remember a wrong try."""
        with self._lock:
            self._wrong.append(self.clock())

    def too_fast(self) -> bool:
        """Whether there were too many wrong tries of late."""
        now = self.clock()
        with self._lock:
            self._wrong = [at for at in self._wrong if now - at < WITHIN_SECONDS]
            return len(self._wrong) >= MOST_WRONG


TOO_FAST = Refused(429, "Trop d’essais. Attendez une minute.")


class LocalDoor:
    """One's own machine: a token in the link, exchanged once for a cookie.

    Parameters
    ----------
    user : who runs the explorer.
    sessions : where the session is kept.
    clock : seconds that only grow.
    """

    cookie = "apanalytics"

    def __init__(self, user: User, sessions: Sessions, clock: Callable[[], float] = time.monotonic) -> None:
        self.user, self.sessions, self.pace = user, sessions, Pace(clock)
        self.token: str | None = secrets.token_urlsafe(32)
        self._lock = threading.Lock()

    def hosts(self, port: int) -> frozenset[str]:
        """Loopback names with the port: another name that leads here is somebody's trick."""
        names = {f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]")}
        return frozenset(names | ({"127.0.0.1", "localhost", "[::1]"} if port == 80 else set()))

    async def admit(self, request: Request) -> Answer:
        """Let in a known session, or the first who brings the token."""
        if request.path == ENTRY:
            return self._enter(request.parameter("jeton"))
        session = self.sessions.find(request.cookies.get(self.cookie))
        if session is None:
            why = "Ouvrez le lien affiché dans le terminal au démarrage de l’explorateur."
            return Refused(403, why, again="")
        return Admitted(session)

    def _enter(self, token: str) -> Answer:
        if self.pace.too_fast():
            return TOO_FAST
        with self._lock:
            if self.token is None or not secrets.compare_digest(token.encode(), self.token.encode()):
                self.pace.wrong()
                return Refused(403, "Ce lien a déjà servi ou n’est pas le bon. Relancez l’explorateur.")
            self.token = None
        return Sent("/", (cookie_text(self.cookie, self.sessions.open(self.user).key, secure=False),))


class ProxyDoor:
    """Served to others: the header of a reverse proxy that has checked who is there.

    Parameters
    ----------
    users : the users file.
    proxy : the part of it that says whom to believe.
    sessions : where sessions are kept.
    """

    cookie = "__Host-apanalytics"

    def __init__(self, users: Users, proxy: Proxy, sessions: Sessions) -> None:
        self.users, self.proxy, self.sessions = users, proxy, sessions

    def hosts(self, port: int) -> frozenset[str]:
        """The names of the users file."""
        return self.users.hosts

    async def admit(self, request: Request) -> Answer:
        """Let in who the proxy names, if the proxy is trusted and the users file knows the name."""
        names = request.headers.get(self.proxy.header, [])
        if request.peer not in self.proxy.trusted:
            return Refused(403, "Cette demande n’est pas passée par le serveur d’authentification.")
        if len(names) != 1 or not names[0]:
            return Refused(401, "Le serveur d’authentification n’a pas dit qui vous êtes.")
        user = self.users.users.get(names[0])
        if user is None:
            return Refused(403, NOT_LISTED)
        session = self.sessions.find(request.cookies.get(self.cookie))
        if session is None or session.user != user:
            session = self.sessions.open(user)
            return Admitted(session, cookie_text(self.cookie, session.key, secure=True))
        return Admitted(session)
