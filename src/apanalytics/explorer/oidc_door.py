"""Served to others without a proxy that names them: they log in at an OpenID Connect provider."""

from __future__ import annotations

import logging
import re
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from apanalytics.explorer.access import Users
from apanalytics.explorer.doors import (
    NOT_LISTED,
    TOO_FAST,
    Admitted,
    Answer,
    Pace,
    Refused,
    Request,
    Sent,
    cookie_text,
)
from apanalytics.explorer.provider import NotBelieved, OpenId, Proof
from apanalytics.explorer.sessions import Sessions

RETURN, LEFT, LEAVE = "/retour", "/deconnecte", "/deconnexion"
"""Where the provider sends users back, where it sends those who left, and what they ask in order to leave."""
LOGIN_SECONDS, MOST_LOGINS = 600, 2_000
"""How long a login may take, and how many may be under way; the oldest give way."""
OWN_PATH = re.compile(r"/[A-Za-z][A-Za-z0-9._/-]*|/")
"""What a login may lead to afterwards: a path of this explorer, never another site."""
LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Login:
    """A login under way: its proof, the browser that began it, where it leads, and when it began."""

    proof: Proof
    browser: str
    to: str
    at: float


class OidcDoor:
    """People who log in at a provider, by authorization code with PKCE, state and nonce.

    A code counts once, for the browser that began the login and for a few minutes. Nothing of the provider is
    kept but the name that the users file knows, and the token that lets the user leave there too.

    Parameters
    ----------
    users : the users file.
    openid : the provider.
    sessions : where sessions are kept.
    note : writes a line of the journal: user, action, details.
    clock : seconds that only grow.
    """

    def __init__(
        self,
        users: Users,
        openid: OpenId,
        sessions: Sessions,
        note: Callable[[str, str, dict[str, Any]], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.users, self.openid, self.sessions = users, openid, sessions
        self.secure = openid.settings.secure
        prefix = "__Host-" if self.secure else ""
        self.cookie, self.login_cookie = f"{prefix}apanalytics", f"{prefix}apanalytics-connexion"
        self.pace = Pace(clock)
        self._note, self._clock = note, clock
        self._logins: dict[str, Login] = {}
        self._lock = threading.Lock()

    def hosts(self, port: int) -> frozenset[str]:
        """The name under which the explorer is registered at the provider."""
        return self.users.hosts

    async def admit(self, request: Request) -> Answer:
        """Let in a known session, and lead everybody else to the provider."""
        if request.path == RETURN:
            return await self._returned(request)
        if request.path == LEFT:
            return Refused(401, "Vous pouvez fermer cette fenêtre.", again="/", title="Session fermée")
        session = self.sessions.find(request.cookies.get(self.cookie))
        if session is not None:
            return Admitted(session)
        if request.method == "POST":
            return Refused(401, "Votre session est terminée : rien n’a été enregistré.", again="/")
        return self._begin(request)

    def _begin(self, request: Request) -> Sent:
        """Begin a login; the browser keeps a number of its own, so that no other can end it."""
        browser = request.cookies.get(self.login_cookie, "")
        if len(browser) < 43:
            browser = secrets.token_urlsafe(32)
        proof = Proof(*(secrets.token_urlsafe(48) for _ in range(3)))
        to = request.path if OWN_PATH.fullmatch(request.path) else "/"
        to += f"?{request.query}" if request.query and to == request.path else ""
        now = self._clock()
        with self._lock:
            self._logins = {state: one for state, one in self._logins.items() if now - one.at < LOGIN_SECONDS}
            while len(self._logins) >= MOST_LOGINS:
                del self._logins[next(iter(self._logins))]
            self._logins[proof.state] = Login(proof, browser, to, now)
        return Sent(self.openid.ask(proof), (self._login_cookie(browser, LOGIN_SECONDS),))

    async def _returned(self, request: Request) -> Answer:
        """Take back a browser from the provider: its state is its own, its code tells a known name."""
        login = self._login(request)
        if login is None:
            if self.pace.too_fast():
                return TOO_FAST
            self.pace.wrong()
            return Refused(403, "Cette connexion a expiré ou n’a pas commencé ici.", again="/")
        issuer = request.parameter("iss")
        code = request.parameter("code")
        if not code or (issuer and issuer != self.openid.settings.issuer):
            return Refused(403, "Le service d’identité ne vous a pas reconnu.", again="/")
        try:
            name, token = await self.openid.name(code, login.proof)
        except NotBelieved as why:
            LOG.warning("A login was refused: %s", why)
            return Refused(403, "La preuve d’identité reçue n’est pas valable.", again="/")
        user = self.users.users.get(name)
        if user is None:
            self._note(name, "login_refused", {})
            return Refused(403, NOT_LISTED)
        self._note(name, "login", {})
        session = self.sessions.open(
            user, self.openid.farewell(token, f"{self.openid.settings.address}{LEFT}")
        )
        entered = cookie_text(self.cookie, session.key, self.secure)
        return Sent(login.to, (entered, self._login_cookie("", 0)), by_page=True)

    def _login(self, request: Request) -> Login | None:
        """Take the login of a state, which counts once; None where it is over, or of another browser."""
        with self._lock:
            login = self._logins.pop(request.parameter("state"), None)
        browser = request.cookies.get(self.login_cookie, "")
        if login is None or self._clock() - login.at >= LOGIN_SECONDS:
            return None
        return login if secrets.compare_digest(browser.encode(), login.browser.encode()) else None

    def _login_cookie(self, value: str, seconds: int) -> str:
        """Write the cookie that the browser brings back from the provider's site, hence not a strict one."""
        return cookie_text(self.login_cookie, value, self.secure, f"SameSite=Lax; Max-Age={seconds}")
