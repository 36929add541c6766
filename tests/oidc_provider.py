"""A small OpenID Connect provider: real HTTP, a real RSA key, and faults to put into what it answers."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT, SECRET = "explorateur", "s3cret-of-the-tests"
ALGORITHMS = ["RS256", "HS256", "none"]


def new_key(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"})


@dataclass
class Asked:
    """What an authorization request said, kept until its code is exchanged."""

    name: str
    nonce: str
    challenge: str
    redirect: str


@dataclass
class Provider:
    """The provider's state; a test changes `faults`, and reads what was asked of it."""

    issuer: str = ""
    key: RSAKey = field(default_factory=lambda: new_key("first"))
    faults: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, Asked] = field(default_factory=dict)
    exchanges: int = 0
    left: list[dict[str, str]] = field(default_factory=list)

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "end_session_endpoint": f"{self.issuer}/logout",
            "id_token_signing_alg_values_supported": ALGORITHMS,
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            **self.faults.get("metadata", {}),
        }

    def grant(self, query: dict[str, str], name: str) -> str:
        """Where the browser goes after `name` has logged in."""
        code = secrets.token_urlsafe(16)
        self.codes[code] = Asked(name, query["nonce"], query["code_challenge"], query["redirect_uri"])
        back = {"code": code, "state": query["state"], "iss": self.issuer, **self.faults.get("back", {})}
        return f"{query['redirect_uri']}?{urlencode(back)}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """Exchange a code: once, by the client, with the verifier of its challenge."""
        self.exchanges += 1
        asked = self.codes.pop(form.get("code", ""), None)
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if (
            asked is None
            or authorization != f"Basic {basic}"
            or challenge != asked.challenge
            or form.get("redirect_uri") != asked.redirect
        ):
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "a", "token_type": "Bearer", "id_token": self.id_token(asked)}

    def id_token(self, asked: Asked) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": f"sub-{asked.name}",
            "email": f"{asked.name}@Example.fr",
            "email_verified": True,
            "nonce": asked.nonce,
            "iat": now,
            "exp": now + 300,
            **self.faults.get("claims", {}),
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        signed: Callable[[dict[str, Any]], str] | None = self.faults.get("sign")
        if signed:
            return signed(claims)
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)

    def keys(self) -> dict[str, Any]:
        return KeySet([self.key]).as_dict(private=False)  # type: ignore[return-value]


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        place = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(place.query).items()}
        if place.path == "/.well-known/openid-configuration":
            self.answer(200, json.dumps(self.provider.metadata()), "application/json")
        elif place.path == "/keys":
            self.answer(200, json.dumps(self.provider.keys()), "application/json")
        elif place.path == "/authorize" and "name" in query:
            self.answer(303, "", "text/plain", self.provider.grant(query, query["name"]))
        elif place.path == "/authorize":
            hidden = "".join(
                f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
                for name, value in query.items()
            )
            asked = '<label>Nom <input name="name"></label><button>Entrer</button>'
            form = f'<!doctype html><title>Identité</title><form action="/authorize">{hidden}{asked}</form>'
            self.answer(200, form, "text/html; charset=utf-8")
        elif place.path == "/logout":
            self.provider.left.append(query)
            self.answer(303, "", "text/plain", query["post_logout_redirect_uri"])
        else:
            self.answer(404, "", "text/plain")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        status, content = self.provider.token(form, self.headers.get("authorization", ""))
        self.answer(status, json.dumps(content), "application/json")

    def answer(self, status: int, text: str, kind: str, to: str = "") -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(text.encode())))
        if to:
            self.send_header("location", to)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def running_provider() -> Iterator[Provider]:
    """Serve a provider on a free port of `localhost`: another site than the explorer's 127.0.0.1."""
    provider = Provider()
    handler = type("Handler", (_Handler,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    provider.issuer = f"http://localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield provider
    server.shutdown()
    server.server_close()
    thread.join(10)
