"""How somebody comes in: by the one-time link of their own machine, or named by a trusted proxy."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from apanalytics.explorer.access import User, Users
from apanalytics.explorer.sessions import Session, Sessions

MOST_WRONG_TOKENS, WITHIN_SECONDS = 10, 60.0
"""Wrong tokens after which every token is refused for a while."""
ENTRY = "/entree"
"""Path of the one-time link."""


@dataclass(frozen=True)
class Request:
    """What a door looks at.

    Parameters
    ----------
    path, token : of the address; `token` is the parameter `jeton`.
    cookie : session key that the browser sent, if any.
    headers : values by lower-case name, each as often as it was sent.
    peer : address of who connected.
    """

    path: str
    token: str
    cookie: str | None
    headers: Mapping[str, list[str]]
    peer: str


@dataclass(frozen=True)
class Admitted:
    """A session, and whether its cookie must be sent; `go_to` is where the browser goes first."""

    session: Session
    new: bool = False
    go_to: str | None = None


@dataclass(frozen=True)
class Refused:
    """Why somebody does not come in: HTTP status, French sentence, and whether trying again may help."""

    status: int
    why: str
    again: bool = False


class Door(Protocol):
    """What decides who comes in."""

    cookie: str
    secure: bool
    sessions: Sessions

    def hosts(self, port: int) -> frozenset[str]:
        """Values of the Host header that are served."""

    def admit(self, request: Request) -> Admitted | Refused:
        """Say whose request this is, or why it is refused."""


class LocalDoor:
    """One's own machine: a token in the link, exchanged once for a cookie.

    Parameters
    ----------
    user : who runs the explorer.
    sessions : where the session is kept.
    clock : seconds that only grow.
    """

    cookie, secure = "apanalytics", False

    def __init__(self, user: User, sessions: Sessions, clock: Callable[[], float] = time.monotonic) -> None:
        self.user, self.sessions, self._clock = user, sessions, clock
        self.token: str | None = secrets.token_urlsafe(32)
        self._wrong: list[float] = []
        self._lock = threading.Lock()

    def hosts(self, port: int) -> frozenset[str]:
        """Loopback names with the port: another name that leads here is somebody's trick."""
        names = {f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]")}
        return frozenset(names | ({"127.0.0.1", "localhost", "[::1]"} if port == 80 else set()))

    def admit(self, request: Request) -> Admitted | Refused:
        """Let in a known session, or the first who brings the token."""
        if request.path == ENTRY:
            return self._enter(request.token)
        session = self.sessions.find(request.cookie)
        if session is None:
            return Refused(
                403, "Ouvrez le lien affiché dans le terminal au démarrage de l’explorateur.", again=True
            )
        return Admitted(session)

    def _enter(self, token: str) -> Admitted | Refused:
        now = self._clock()
        with self._lock:
            self._wrong = [at for at in self._wrong if now - at < WITHIN_SECONDS]
            if len(self._wrong) >= MOST_WRONG_TOKENS:
                return Refused(429, "Trop d’essais. Attendez une minute.")
            if self.token is None or not secrets.compare_digest(token.encode(), self.token.encode()):
                self._wrong.append(now)
                return Refused(403, "Ce lien a déjà servi ou n’est pas le bon. Relancez l’explorateur.")
            self.token = None
        return Admitted(self.sessions.open(self.user), new=True, go_to="/")


class ProxyDoor:
    """Served to others: the header of a reverse proxy that has checked who is there.

    Parameters
    ----------
    users : the users file.
    sessions : where sessions are kept.
    """

    cookie, secure = "__Host-apanalytics", True

    def __init__(self, users: Users, sessions: Sessions) -> None:
        self.users, self.sessions = users, sessions

    def hosts(self, port: int) -> frozenset[str]:
        """The names of the users file."""
        return self.users.hosts

    def admit(self, request: Request) -> Admitted | Refused:
        """Let in who the proxy names, if the proxy is trusted and the users file knows the name."""
        names = request.headers.get(self.users.header, [])
        if request.peer not in self.users.trusted:
            return Refused(403, "Cette demande n’est pas passée par le serveur d’authentification.")
        if len(names) != 1 or not names[0]:
            return Refused(401, "Le serveur d’authentification n’a pas dit qui vous êtes.")
        user = self.users.users.get(names[0])
        if user is None:
            return Refused(403, "Votre compte n’a pas accès à cet outil. Voyez votre responsable.")
        session = self.sessions.find(request.cookie)
        if session is None or session.user != user:
            return Admitted(self.sessions.open(user), new=True)
        return Admitted(session)
