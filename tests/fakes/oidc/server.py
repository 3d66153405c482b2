"""The stand-in as a server on a loopback port: discovery, authorization with PKCE, token, keys, userinfo."""

import base64
import hashlib
import secrets
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote, urlencode

from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.fakes.telegram.connections import Listener

CLIENT_ID, CLIENT_SECRET = "lotse", "a secret: with / signs"


@dataclass
class _Grant:
    """What a code was given for."""

    redirect_uri: str
    challenge: str
    nonce: str
    claims: dict[str, Any] = field(default_factory=dict)


class FakeProvider:
    """A provider where ``person`` is signed in already: `async with FakeProvider(redirect_uri) as provider`.

    ``claims`` go over those of the ID token, to make them wrong; ``header`` over its header. ``groups_in_userinfo``
    keeps the groups out of the token. ``signing_key`` may be another one than it publishes. ``said`` are the last
    parameters that the browser brought.
    """

    def __init__(self, redirect_uri: str) -> None:
        self.redirect_uri = redirect_uri
        self.person: dict[str, Any] = {
            "sub": "7f3a",
            "name": "Ayşe Weber",
            "email": "Ayse.Weber@stuttgart.example",
            "email_verified": True,
            "groups": ["team-ost"],
        }
        self.claims: dict[str, Any] = {}
        self.unsigned = False
        self.groups_in_userinfo = False
        self.said: dict[str, str] = {}
        self.described: dict[str, Any] = {}
        self.rotate_keys()
        self.signing_key = self._key
        self._grants: dict[str, _Grant] = {}
        self._tokens: dict[str, dict[str, Any]] = {}
        self._listener = Listener(self._app())

    @property
    def issuer(self) -> str:
        """Its address."""
        return self._listener.url

    def rotate_keys(self) -> None:
        """Sign with a new key from now on."""
        self._key = RSAKey.generate_key(2048, {"kid": secrets.token_hex(4), "use": "sig", "alg": "RS256"})
        self.signing_key = self._key

    async def __aenter__(self) -> Self:
        """Start."""
        await self._listener.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        await self._listener.stop()

    def _app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._describe),
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
                Route("/keys", self._keys),
                Route("/userinfo", self._userinfo),
            ]
        )

    async def _describe(self, _: Request) -> Response:
        addresses = {
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
        }
        more = {"id_token_signing_alg_values_supported": ["RS256", "HS256", "none"]}
        return JSONResponse({"issuer": self.issuer, **addresses, **more, **self.described})

    async def _authorize(self, request: Request) -> Response:
        said = self.said = dict(request.query_params)
        strict = {
            "response_type": "code",
            "client_id": CLIENT_ID,
            "redirect_uri": self.redirect_uri,
            "code_challenge_method": "S256",
        }
        wrong = [name for name, value in strict.items() if said.get(name) != value]
        missing = [name for name in ("state", "nonce", "code_challenge") if len(said.get(name, "")) < 32]  # too short
        if wrong or missing or "openid" not in said.get("scope", "").split():
            return PlainTextResponse(f"wrong: {wrong}, missing: {missing}", 400)
        code = secrets.token_urlsafe(16)
        self._grants[code] = _Grant(said["redirect_uri"], said["code_challenge"], said["nonce"], dict(self.person))
        back = urlencode({"code": code, "state": said["state"], "iss": self.issuer})
        return RedirectResponse(f"{self.redirect_uri}?{back}")

    async def _token(self, request: Request) -> Response:
        form = await request.form()
        _, _, given = request.headers.get("authorization", "").partition(" ")
        name, _, secret = base64.b64decode(given).decode().partition(":")
        if (unquote(name), unquote(secret)) != (CLIENT_ID, CLIENT_SECRET):
            return JSONResponse({"error": "invalid_client"}, 401)
        grant = self._grants.pop(str(form.get("code")), None)
        if grant is None or form.get("redirect_uri") != grant.redirect_uri:
            return JSONResponse({"error": "invalid_grant"}, 400)
        if _challenge(str(form.get("code_verifier"))) != grant.challenge:
            return JSONResponse({"error": "invalid_grant", "error_description": "PKCE"}, 400)
        access = secrets.token_urlsafe(16)
        self._tokens[access] = grant.claims
        token = self._id_token(grant, access)
        return JSONResponse({"access_token": access, "token_type": "Bearer", "expires_in": 60, "id_token": token})

    def _id_token(self, grant: _Grant, access: str) -> str:
        now = int(time.time())
        half = hashlib.sha256(access.encode()).digest()[:16]
        claims = {
            **{name: value for name, value in grant.claims.items() if name != "groups" or not self.groups_in_userinfo},
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 60,
            "nonce": grant.nonce,
            "at_hash": base64.urlsafe_b64encode(half).rstrip(b"=").decode(),
            **self.claims,
        }
        signed = jwt.encode({"alg": "RS256", "kid": self.signing_key.kid}, claims, self.signing_key)
        if not self.unsigned:
            return signed
        header = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
        return f"{header}.{signed.split('.')[1]}."

    async def _keys(self, _: Request) -> Response:
        return JSONResponse({"keys": [self._key.as_dict(private=False)]})

    async def _userinfo(self, request: Request) -> Response:
        _, _, token = request.headers.get("authorization", "").partition(" ")
        if token not in self._tokens:
            return JSONResponse({"error": "invalid_token"}, 401)
        return JSONResponse(self._tokens[token])


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
