"""Before any page: the right host, a size that is bearable, a known session; after it: strict headers."""

from __future__ import annotations

import html
from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from apanalytics.explorer.doors import ENTRY, Admitted, Door, Refused, Request

LONGEST_ADDRESS, LONGEST_BODY = 8_192, 65_536
"""Bytes of an address and of a form that are read."""
OPEN_TO_ALL = "/style.css"
"""The one path served without a session."""

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
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
        refused = self._untoward(scope, headers)
        if refused is None and scope["path"] != OPEN_TO_ALL:
            admitted = self.door.admit(_request(scope, headers, self.door.cookie))
            if isinstance(admitted, Refused):
                refused = admitted
            elif admitted.go_to:
                await self._answer(send, 303, "", [(b"location", admitted.go_to.encode())], admitted)
                return
            elif not self.door.sessions.allow(admitted.session):
                refused = Refused(429, "Trop de demandes à la suite. Attendez quelques secondes.", again=True)
            else:
                await self._serve(scope, receive, send, admitted)
                return
        if refused is None:
            await self.app(scope, receive, _with_headers(send, []))
            return
        await self._answer(send, refused.status, _page(refused), [])

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

    async def _serve(self, scope: Scope, receive: Receive, send: Send, admitted: Admitted) -> None:
        """Give a request its session; a form is read whole, up to its limit, before the page sees it."""
        scope.setdefault("state", {})["session"] = admitted.session
        cookies = self._cookie(admitted)
        if scope["method"] == "POST":
            body = await _body(receive)
            if body is None:
                await self._answer(send, 413, _page(Refused(413, "Ce formulaire est trop long.")), [])
                return
            receive = _replay(body)
        await self.app(scope, receive, _with_headers(send, cookies))

    def _cookie(self, admitted: Admitted) -> list[tuple[bytes, bytes]]:
        if not admitted.new:
            return []
        text = f"{self.door.cookie}={admitted.session.key}; Path=/; HttpOnly; SameSite=Strict"
        return [(b"set-cookie", (text + ("; Secure" if self.door.secure else "")).encode())]

    async def _answer(
        self,
        send: Send,
        status: int,
        text: str,
        more: list[tuple[bytes, bytes]],
        admitted: Admitted | None = None,
    ) -> None:
        start = [(b"content-type", b"text/html; charset=utf-8"), *more]
        cookies = self._cookie(admitted) if admitted else []
        dressed = _with_headers(send, cookies)
        await dressed({"type": "http.response.start", "status": status, "headers": start})
        await dressed({"type": "http.response.body", "body": text.encode()})


def _headers(scope: Scope) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        found.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return found


def _request(scope: Scope, headers: dict[str, list[str]], cookie: str) -> Request:
    token = ""
    if scope["path"] == ENTRY:
        token = parse_qs(scope["query_string"].decode("latin-1")).get("jeton", [""])[0]
    peer = scope["client"][0] if scope.get("client") else ""
    return Request(scope["path"], token, _cookie_of(headers.get("cookie", []), cookie), headers, peer)


def _cookie_of(values: Iterable[str], name: str) -> str | None:
    for value in values:
        try:
            if found := SimpleCookie(value).get(name):
                return found.value
        except CookieError:
            continue
    return None


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


def _with_headers(send: Send, more: list[tuple[bytes, bytes]]) -> Send:
    async def dressed(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [(name, value) for name, value in message["headers"] if name.decode() not in HEADERS]
            strict = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
            message = {**message, "headers": [*kept, *strict, *more]}
        await send(message)

    return dressed


def _page(refused: Refused) -> str:
    again = '<p><a href="">Essayer à nouveau</a></p>' if refused.again else ""
    return (
        '<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Accès refusé</title>'
        '<link rel="stylesheet" href="/style.css"></head><body><main>'
        f"<h1>Accès refusé</h1><p>{html.escape(refused.why)}</p>{again}</main></body></html>"
    )
