"""Before any page: the right host, a size that is bearable, a known session; after it: strict headers."""

from __future__ import annotations

import contextlib
import html
from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from apanalytics.explorer.doors import Door, Refused, Request, Sent
from apanalytics.explorer.sessions import Session

LONGEST_ADDRESS, LONGEST_BODY = 8_192, 65_536
"""Bytes of an address and of a form that are read."""
OPEN_TO_ALL = frozenset({"/style.css", "/explorer.js"})
"""What is served without a session: the same bytes for everybody."""

AGAIN_FR = "Essayer à nouveau"

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
"""Sent with every answer."""


class Gate:
    """The outermost layer: nothing reaches a page that it has not let through.

    Parameters
    ----------
    app : the pages.
    door : who decides whose request it is.
    port : on which the server listens.
    """

    def __init__(self, app: ASGIApp, door: Door, port: int) -> None:
        self.app, self.door = app, door
        self.hosts = door.hosts(port)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        headers = _headers(scope)
        if refused := self._untoward(scope, headers):
            await _answer(send, refused.status, _page(refused), ())
        elif scope["path"] in OPEN_TO_ALL:
            await self.app(scope, receive, _with_headers(send, ()))
        else:
            await self._behind_the_door(scope, receive, send, headers)

    async def _behind_the_door(
        self, scope: Scope, receive: Receive, send: Send, headers: dict[str, list[str]]
    ) -> None:
        """Ask the door whose request it is; only one with a session reaches a page."""
        answer = await self.door.admit(_request(scope, headers))
        if isinstance(answer, Sent):
            await _send_on(send, answer)
        elif isinstance(answer, Refused):
            await _answer(send, answer.status, _page(answer), ())
        elif not self.door.sessions.allow(answer.session):
            too_fast = Refused(429, "Trop de demandes à la suite. Attendez quelques secondes.", again="")
            await _answer(send, 429, _page(too_fast), ())
        else:
            cookies = (answer.cookie,) if answer.cookie else ()
            await self._serve(scope, receive, _with_headers(send, cookies), answer.session)

    def _untoward(self, scope: Scope, headers: dict[str, list[str]]) -> Refused | None:
        """Say what is wrong with a request before knowing whose it is."""
        hosts = headers.get("host", [])
        if len(hosts) != 1 or hosts[0].lower() not in self.hosts:
            return Refused(421, "Cette adresse n’est pas celle de l’explorateur.")
        if scope["method"] not in ("GET", "HEAD", "POST"):
            return Refused(405, "Cette demande n’est pas comprise.")
        if len(scope["query_string"]) + len(scope.get("raw_path") or b"") > LONGEST_ADDRESS:
            return Refused(414, "Cette adresse est trop longue.")
        return None

    async def _serve(self, scope: Scope, receive: Receive, send: Send, session: Session) -> None:
        """Give a request its session; a form is read whole, up to its limit, before the page sees it."""
        scope.setdefault("state", {})["session"] = session
        if scope["method"] == "POST":
            body = await _body(receive)
            if body is None:
                await _answer(send, 413, _page(Refused(413, "Ce formulaire est trop long.")), ())
                return
            receive = _replay(body)
        await self.app(scope, receive, send)


async def _answer(
    send: Send, status: int, text: str, cookies: Iterable[str], more: tuple[tuple[bytes, bytes], ...] = ()
) -> None:
    start = [(b"content-type", b"text/html; charset=utf-8"), *more]
    dressed = _with_headers(send, cookies)
    await dressed({"type": "http.response.start", "status": status, "headers": start})
    await dressed({"type": "http.response.body", "body": text.encode()})


async def _send_on(send: Send, sent: Sent) -> None:
    """Lead a browser elsewhere: at once, or by a page of ours that does."""
    if not sent.by_page:
        await _answer(send, 303, "", sent.cookies, ((b"location", sent.to.encode("latin-1")),))
        return
    to = html.escape(sent.to)
    text = _bare(
        "Connexion",
        f'<p><a href="{to}">Continuer</a></p>',
        f'<meta http-equiv="refresh" content="0;url={to}">',
    )
    await _answer(send, 200, text, sent.cookies)


def _headers(scope: Scope) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        found.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return found


def _request(scope: Scope, headers: dict[str, list[str]]) -> Request:
    peer = scope["client"][0] if scope.get("client") else ""
    query = scope["query_string"].decode("latin-1")
    return Request(scope["method"], scope["path"], query, _cookies(headers), headers, peer)


def _cookies(headers: dict[str, list[str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for value in headers.get("cookie", []):
        with contextlib.suppress(CookieError):
            found |= {name: one.value for name, one in SimpleCookie(value).items()}
    return found


async def _body(receive: Receive) -> bytes | None:
    """Read a body; None where it is longer than allowed."""
    parts, length = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b""
        parts.append(message.get("body", b""))
        length += len(parts[-1])
        if length > LONGEST_BODY:
            return None
        if not message.get("more_body"):
            return b"".join(parts)


def _replay(body: bytes) -> Receive:
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return waiting.pop() if waiting else {"type": "http.disconnect"}

    return receive


def _with_headers(send: Send, cookies: Iterable[str]) -> Send:
    more = [(b"set-cookie", cookie.encode("latin-1")) for cookie in cookies]

    async def dressed(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [(name, value) for name, value in message["headers"] if name.decode() not in HEADERS]
            strict = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
            message = {**message, "headers": [*kept, *strict, *more]}
        await send(message)

    return dressed


def _page(refused: Refused) -> str:
    again = "" if refused.again is None else f'<p><a href="{html.escape(refused.again)}">{AGAIN_FR}</a></p>'
    return _bare(refused.title, f"<p>{html.escape(refused.why)}</p>{again}")


def _bare(title: str, content: str, head: str = "") -> str:
    """Write a page for who has no session: nothing on it comes from the data."""
    return (
        f'<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>{title}</title>{head}'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="stylesheet" href="/style.css"></head><body><main><h1>{title}</h1>{content}'
        "</main></body></html>"
    )
