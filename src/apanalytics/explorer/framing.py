"""The explorer in a frame of JupyterLab: below a secret path, behind the notebook server's own proxy."""

from __future__ import annotations

import re
import secrets

from starlette.types import Message, Receive, Scope, Send

from apanalytics.explorer.doors import ENTRY, Answer, LocalDoor, Request, Sent
from apanalytics.explorer.gate import Gate

ROOTED = re.compile(rb'\b(href|src|action)="/(?!/)')
"""Addresses of our pages in our markup. What comes from the data has its quotation marks escaped."""
LIST = "/dossiers"
"""Path of the list: what it was last asked for is the selection."""


class FrameDoor(LocalDoor):
    """The one-time link of a frame: drawn again in the notebook, it lets the same browser in again."""

    async def admit(self, request: Request) -> Answer:
        """Let in a known session, or the first who brings the token."""
        if request.path == ENTRY and self.sessions.find(request.cookies.get(self.cookie)) is not None:
            return Sent("/")
        return await super().admit(request)


class Framed:
    """The pages below a path that nobody can guess, to be shown inside the page of the same notebook server.

    The notebook server's proxy hands on the name under which it is itself reached, which is not known
    beforehand. So a request must carry the secret path, and the name that first brings the one-time link is
    the only one served: a page of another name that leads to this port learns nothing. Frames are allowed to
    pages of the same origin alone, and cookies are kept to the secret path.

    Parameters
    ----------
    gate : the pages, whose door is a `FrameDoor`.
    door : the same door.
    base : path before the secret one as a browser sees it, such as `/user/a/proxy/8050`; nothing for none.
    """

    def __init__(self, gate: Gate, door: FrameDoor, base: str) -> None:
        self.gate, self.door, self.asked = gate, door, ""
        self.secret = "/" + secrets.token_urlsafe(24)
        self.path = base + self.secret

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request below the secret path; anything else is not found."""
        if scope["type"] != "http":
            await self.gate(scope, receive, send)
            return
        path = str(scope["path"])
        head, inner = path[: len(self.secret)], path[len(self.secret) :]
        if not secrets.compare_digest(head.encode(), self.secret.encode()) or not inner.startswith("/"):
            await send({"type": "http.response.start", "status": 404, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
        if inner == ENTRY and self.door.token is not None:
            self.gate.hosts = frozenset({host.lower()})
        if inner == LIST and scope["method"] == "GET":
            self.asked = scope["query_string"].decode("latin-1")
        below = {**scope, "path": inner, "raw_path": inner.encode()}
        await self.gate(below, receive, _Moved(send, self.path, host))


class _Moved:
    """Sends an answer on with its addresses, its cookies and who may frame it moved below a path."""

    def __init__(self, send: Send, path: str, host: str) -> None:
        self._send, self._path, self._host = send, path.encode(), host.encode("latin-1")
        self._start: Message = {}
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        self._body += message.get("body", b"")
        if message.get("more_body"):
            return
        headers = [
            (name.lower(), self._header(name.lower(), value)) for name, value in self._start["headers"]
        ]
        if dict(headers).get(b"content-type", b"").startswith(b"text/html"):
            self._body = ROOTED.sub(rb'\1="' + self._path + b"/", self._body)
        kept = [(name, value) for name, value in headers if name != b"content-length"]
        length = (b"content-length", str(len(self._body)).encode())
        await self._send({**self._start, "headers": [*kept, length]})
        await self._send({"type": "http.response.body", "body": self._body})

    def _header(self, name: bytes, value: bytes) -> bytes:
        if name == b"location" and value.startswith(b"/"):
            return b"//" + self._host + self._path + value
        if name == b"set-cookie":
            return value.replace(b"; Path=/;", b"; Path=" + self._path + b"/;")
        if name == b"content-security-policy":
            return value.replace(b"frame-ancestors 'none'", b"frame-ancestors 'self'")
        return b"SAMEORIGIN" if name == b"x-frame-options" else value
