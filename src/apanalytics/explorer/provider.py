"""The OpenID Connect provider: where it is asked, and what of its answer is believed."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Any

import httpx
from authlib.oauth2.auth import ClientAuth  # type: ignore[import-untyped]
from authlib.oauth2.rfc6749.parameters import (  # type: ignore[import-untyped]
    prepare_grant_uri,
    prepare_token_request,
)
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
from authlib.oidc.discovery import OpenIDProviderMetadata, get_well_known_url  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from apanalytics.errors import UnreadableFile
from apanalytics.explorer.identity import Provider

SIGNATURES = ("RS256", "PS256", "ES256")
"""Signatures believed: by a key that the provider alone holds."""
SECONDS, LEEWAY, KEYS_KEPT = 10.0, 60, 3600.0
"""Patience with the provider, drift of clocks allowed, and how long its keys are kept."""
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
AUTHENTICATIONS = ("client_secret_basic", "client_secret_post")


class NotBelieved(Exception):
    """What came back from the provider does not prove who is there; the text is for the server's log."""


@dataclass(frozen=True)
class Proof:
    """What only the browser that began to log in, and this server, know.

    Parameters
    ----------
    state : comes back with the browser.
    nonce : comes back inside the identity token.
    verifier : proves to the provider that who asks for the token asked for the code (PKCE).
    """

    state: str
    nonce: str
    verifier: str


class OpenId:
    """One provider, as this explorer speaks to it: Authlib writes and judges, httpx carries.

    Parameters
    ----------
    settings : of the users file.
    found : what the provider tells about itself; see `discover`.
    """

    def __init__(self, settings: Provider, found: dict[str, Any]) -> None:
        self.settings, self._found = settings, found
        self.redirect = f"{settings.address}/retour"
        offered = found.get("token_endpoint_auth_methods_supported") or AUTHENTICATIONS[:1]
        method = next((one for one in AUTHENTICATIONS if one in offered), AUTHENTICATIONS[0])
        self._auth = ClientAuth(settings.client_id, settings.secret, method)
        self._keys: KeySet | None = None
        self._read_at = 0.0
        self._one = asyncio.Lock()

    def ask(self, proof: Proof) -> str:
        """Give the address at the provider where the user says who they are."""
        return str(
            prepare_grant_uri(
                self._found["authorization_endpoint"],
                client_id=self.settings.client_id,
                response_type="code",
                redirect_uri=self.redirect,
                scope="openid email" if self.settings.claim == "email" else "openid",
                state=proof.state,
                nonce=proof.nonce,
                code_challenge=create_s256_code_challenge(proof.verifier),
                code_challenge_method="S256",
            )
        )

    def farewell(self, id_token: str, back: str) -> str:
        """Give the address at the provider that ends its own session; `back` where it has none."""
        place = self._found.get("end_session_endpoint")
        if not place:
            return back
        query = {"id_token_hint": id_token, "post_logout_redirect_uri": back}
        return str(httpx.URL(place).copy_merge_params({**query, "client_id": self.settings.client_id}))

    async def name(self, code: str, proof: Proof) -> tuple[str, str]:
        """Exchange a code for an identity token, and give the name in it and the token.

        Raises
        ------
        NotBelieved : the code or the token is not what the provider would give for this proof.
        """
        async with httpx.AsyncClient(timeout=SECONDS) as client:
            token = await self._exchange(client, code, proof)
            try:
                claims = await self._claims(client, token, proof)
            except (JoseError, ValueError, KeyError, TypeError) as error:
                raise NotBelieved(f"identity token: {error}") from None
        return self._named(claims), str(token["id_token"])

    async def _exchange(self, client: httpx.AsyncClient, code: str, proof: Proof) -> dict[str, Any]:
        body = prepare_token_request(
            "authorization_code", code=code, redirect_uri=self.redirect, code_verifier=proof.verifier
        )
        headers = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}
        place, headers, body = self._auth.prepare("POST", self._found["token_endpoint"], headers, body)
        answer = await _carried(client, "POST", place, content=body, headers=headers)
        if not isinstance(answer.get("id_token"), str):
            raise NotBelieved("the provider gave no identity token")
        return answer

    async def _claims(self, client: httpx.AsyncClient, token: dict[str, Any], proof: Proof) -> dict[str, Any]:
        """Check signature, issuer, audience, days and nonce, and give what the token says."""
        try:
            read = self._decoded(token["id_token"], await self._key_set(client))
        except InvalidKeyIdError:
            read = self._decoded(token["id_token"], await self._key_set(client, again=True))
        wanted = {
            "iss": {"essential": True, "value": self._found["issuer"]},
            "aud": {"essential": True, "value": self.settings.client_id},
            "nonce": {"essential": True, "value": proof.nonce},
        }
        known = {"nonce": proof.nonce, "client_id": self.settings.client_id}
        known |= {"access_token": token["access_token"]} if token.get("access_token") else {}
        claims = CodeIDToken(read.claims, read.header, wanted, known)
        claims.validate(leeway=LEEWAY)
        return dict(claims)

    def _decoded(self, text: str, keys: KeySet) -> jwt.Token:
        offered = self._found.get("id_token_signing_alg_values_supported") or SIGNATURES[:1]
        believed = [one for one in SIGNATURES if one in offered]
        return jwt.decode(text, keys, registry=JWSRegistry(algorithms=believed, strict_check_header=False))

    async def _key_set(self, client: httpx.AsyncClient, again: bool = False) -> KeySet:
        """Give the provider's keys, read again when they are old or one is not among them."""
        async with self._one:
            if self._keys is None or again or time.monotonic() - self._read_at > KEYS_KEPT:
                self._keys = KeySet.import_key_set(await _carried(client, "GET", self._found["jwks_uri"]))  # type: ignore[arg-type]
                self._read_at = time.monotonic()
            return self._keys

    def _named(self, claims: dict[str, Any]) -> str:
        name = claims.get(self.settings.claim)
        if not isinstance(name, str) or not name:
            raise NotBelieved(f"the identity token has no {self.settings.claim}")
        if self.settings.claim == "sub":
            return name
        if claims.get("email_verified") is not True:
            raise NotBelieved("the provider has not verified the e-mail")
        return name.lower()


def discover(settings: Provider) -> OpenId:
    """Ask a provider what it is and where its parts are.

    Raises
    ------
    UnreadableFile : it does not answer, is another, or lacks a part that is needed.
    """
    where = str(get_well_known_url(settings.issuer.rstrip("/"), external=True))
    todo = (
        "Check `oidc: issuer` of the users file, and that this machine reaches it (a proxy, its certificate)."
    )
    try:
        answer = httpx.get(where, timeout=SECONDS)
        answer.raise_for_status()
        found = OpenIDProviderMetadata(answer.json())
    except (httpx.HTTPError, ValueError, TypeError) as error:
        raise UnreadableFile(
            "The OpenID Connect provider does not answer", where=where, why=str(error), todo=todo
        ) from None
    missing = [name for name in ENDPOINTS if not isinstance(found.get(name), str)]
    believed = found.get("id_token_signing_alg_values_supported") or SIGNATURES
    if missing or not set(SIGNATURES) & set(believed) or found.get("issuer") != settings.issuer:
        raise UnreadableFile(
            "The OpenID Connect provider is not the one expected, or lacks a part",
            where=where,
            value=found.get("issuer"),
            why=f"Missing: {', '.join(missing) or 'nothing'}; signatures believed: {', '.join(SIGNATURES)}.",
            todo="Write the issuer exactly as the provider writes it, a final slash included.",
        )
    return OpenId(settings, dict(found))


async def _carried(client: httpx.AsyncClient, method: str, place: str, **content: Any) -> dict[str, Any]:
    try:
        answer = await client.request(method, place, **content)
        answer.raise_for_status()
        read = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        raise NotBelieved(f"{place}: {error}") from None
    if not isinstance(read, dict):
        raise NotBelieved(f"{place}: not a JSON object")
    return read
