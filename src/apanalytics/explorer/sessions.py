"""Sessions that expire, kept in memory: a random number in a cookie, a user, a token for forms, a pace."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from apanalytics.explorer.access import User
from apanalytics.explorer.trail import Trail

IDLE_SECONDS, LONGEST_SECONDS = 2 * 3600, 12 * 3600
"""A session ends after so long without a request, and after so long in all."""
MOST_SESSIONS = 5_000
PACE_PER_SECOND, BURST = 5.0, 120.0
"""Requests that a session may make: on average, and at once."""


@dataclass
class Session:
    """One open session.

    Parameters
    ----------
    key : the random number in the cookie.
    user : whose session it is.
    started, seen : seconds of the clock of `Sessions`.
    csrf : the token that every form carries.
    left : requests that may be made now; it fills up with time.
    farewell : where the browser goes on leaving, so that the provider forgets it too; None where there is
        no leaving from here.
    trail : the filters that it went through.
    """

    key: str
    user: User
    started: float
    seen: float
    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    left: float = BURST
    farewell: str | None = None
    trail: Trail = field(default_factory=Trail)


class Sessions:
    """The sessions of one server; a restart ends them all.

    Parameters
    ----------
    clock : seconds that only grow.

    Examples
    --------
    >>> from apanalytics.explorer.access import owner
    >>> sessions = Sessions()
    >>> key = sessions.open(owner()).key
    >>> sessions.find(key).user.role, sessions.find("forged")
    ('owner', None)
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._open: dict[str, Session] = {}
        self._lock = threading.Lock()

    def open(self, user: User, farewell: str | None = None) -> Session:
        """Begin a session; the longest unseen one ends where there are too many."""
        now = self._clock()
        with self._lock:
            self._open = {key: one for key, one in self._open.items() if not _over(one, now)}
            if len(self._open) >= MOST_SESSIONS:
                del self._open[min(self._open.values(), key=lambda one: one.seen).key]
            session = Session(secrets.token_urlsafe(32), user, now, now, farewell=farewell)
            self._open[session.key] = session
        return session

    def find(self, key: str | None) -> Session | None:
        """Give the session of a cookie; None where it is over or never was."""
        now = self._clock()
        with self._lock:
            session = self._open.get(key or "")
            if session is None:
                return None
            if _over(session, now):
                del self._open[session.key]
                return None
            session.left = min(BURST, session.left + PACE_PER_SECOND * (now - session.seen))
            session.seen = now
            return session

    def close(self, session: Session) -> None:
        """End a session."""
        with self._lock:
            self._open.pop(session.key, None)

    def allow(self, session: Session) -> bool:
        """Whether the session may make one more request now."""
        with self._lock:
            if session.left < 1:
                return False
            session.left -= 1
            return True


def _over(session: Session, now: float) -> bool:
    return now - session.seen > IDLE_SECONDS or now - session.started > LONGEST_SECONDS
