"""The city's own sign-in: OpenID Connect, authorization code with PKCE (RFC 7636), state and nonce.

What has to be remembered between leaving and coming back travels in a sealed cookie of this browser.
"""

import base64
import binascii
import logging
import secrets
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hmac import compare_digest
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from bot.inbox.auth import SigningInError
from bot.inbox.groups import Claims
from bot.settings import OpenId
from bot.storage.crypto import Vault, WrongKeyError

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # it would rather have another HTTP client
    from authlib.integrations.httpx_client import AsyncOAuth2Client

log = logging.getLogger(__name__)

JOURNEY_SECONDS = 600
_RANDOM = 48  # bytes
_TIMEOUT = 10.0
_FRESH = 3600.0  # seconds for which the provider's own description is believed
_LEEWAY = 60  # seconds by which clocks may differ
_PURPOSE = "openid journey"
# Signatures that only the provider can make: neither "none" nor secrets that both sides know.
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")


@dataclass(frozen=True, slots=True)
class Departure:
    """Where to send the browser, and the cookie that it has to bring back within ``seconds``."""

    url: str
    cookie: str
    seconds: int = JOURNEY_SECONDS


@dataclass(frozen=True, slots=True)
class _Journey:
    state: str
    nonce: str
    verifier: str
    then: str
    until: float


class Provider:
    """The provider, spoken to over HTTP."""

    def __init__(self, known: OpenId, redirect_uri: str, vault: Vault, clock: Callable[[], float]) -> None:
        self._known = known
        self._redirect_uri = redirect_uri
        self._vault = vault
        self._clock = clock
        self._metadata: Mapping[str, Any] = {}
        self._keys: KeySet | None = None
        self._read_at = float("-inf")

    async def start(self, then: str) -> Departure:
        """Begin; ``then`` is the page that was wanted.

        Raises:
            SigningInError: outside.
        """
        state, nonce, verifier = (secrets.token_urlsafe(_RANDOM) for _ in range(3))
        journey = _Journey(state, nonce, verifier, then, self._clock() + JOURNEY_SECONDS)
        async with self._client() as client:
            metadata = await self._described(client)
            url, _ = client.create_authorization_url(
                metadata["authorization_endpoint"],
                state=journey.state,
                nonce=journey.nonce,
                code_verifier=journey.verifier,
            )
        sealed = self._vault.seal(_PURPOSE, journey)
        return Departure(url, base64.urlsafe_b64encode(sealed).decode())

    async def finish(self, query: Mapping[str, str], cookie: str) -> tuple[Claims, str]:
        """Who came back, and the page that was wanted.

        Raises:
            SigningInError: outside; expired.
        """
        journey = self._journey(cookie)
        if not compare_digest(query.get("state", "").encode(), journey.state.encode()):
            raise SigningInError("outside")
        if "error" in query or not query.get("code") or query.get("iss", self._known.issuer) != self._known.issuer:
            raise SigningInError("outside")
        try:
            async with self._client() as client:
                return await self._claims(client, query["code"], journey), journey.then
        except (AuthlibBaseError, JoseError, httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            # Only the kind: the text may hold a name or a token.
            log.warning("inbox: signing in at the provider failed: %s", type(error).__name__)
            raise SigningInError("outside") from None

    def _journey(self, cookie: str) -> _Journey:
        try:
            journey = _Journey(**self._vault.open(_PURPOSE, base64.urlsafe_b64decode(cookie)))
        except (WrongKeyError, binascii.Error, ValueError, TypeError):
            raise SigningInError("expired") from None
        if self._clock() > journey.until:
            raise SigningInError("expired")
        return journey

    def _client(self) -> AsyncOAuth2Client:
        return AsyncOAuth2Client(
            client_id=self._known.client_id,
            client_secret=self._known.client_secret or None,
            token_endpoint_auth_method=None if self._known.client_secret else "none",
            scope=self._known.scope,
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
            leeway=0,  # its token is used at once; some last for a minute only
            timeout=_TIMEOUT,
        )

    async def _described(self, client: AsyncOAuth2Client) -> Mapping[str, Any]:
        """What the provider says about itself, which is read once an hour."""
        if self._clock() - self._read_at < _FRESH:
            return self._metadata
        try:
            metadata: dict[str, Any] = await _json(client, f"{self._known.issuer}/.well-known/openid-configuration")
            _check_description(metadata, self._known.issuer)
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            log.warning("inbox: the provider does not describe itself: %s", type(error).__name__)
            raise SigningInError("outside") from None
        self._metadata, self._keys, self._read_at = metadata, None, self._clock()
        return metadata

    async def _claims(self, client: AsyncOAuth2Client, code: str, journey: _Journey) -> Claims:
        metadata = await self._described(client)
        token = await client.fetch_token(
            metadata["token_endpoint"], grant_type="authorization_code", code=code, code_verifier=journey.verifier
        )
        claims: dict[str, Any] = await self._id_token(client, token, journey.nonce)
        if self._known.groups_claim not in claims and "userinfo_endpoint" in metadata:
            more = (await client.get(metadata["userinfo_endpoint"])).raise_for_status().json()
            if more["sub"] != claims["sub"]:
                raise ValueError("userinfo speaks of somebody else")
            claims = {**more, **claims}
        return _read(claims, self._known.groups_claim)

    async def _id_token(self, client: AsyncOAuth2Client, token: Mapping[str, Any], nonce: str) -> dict[str, Any]:
        """The claims of the ID token, once signature, issuer, audience, times, nonce and at_hash are right."""
        offered = self._metadata.get("id_token_signing_alg_values_supported", ["RS256"])
        registry = JWSRegistry(algorithms=[each for each in _ALGORITHMS if each in offered], strict_check_header=False)
        try:
            read = jwt.decode(token["id_token"], await self._signers(client), registry=registry)
        except InvalidKeyIdError:
            # The provider has changed its keys.
            read = jwt.decode(token["id_token"], await self._signers(client, anew=True), registry=registry)
        claims = CodeIDToken(
            read.claims,
            read.header,
            {
                "iss": {"essential": True, "value": self._metadata["issuer"]},
                "aud": {"essential": True, "value": self._known.client_id},
            },
            {"nonce": nonce, "client_id": self._known.client_id, "access_token": token.get("access_token")},
        )
        claims.validate(int(self._clock()), _LEEWAY)
        return dict(claims)

    async def _signers(self, client: AsyncOAuth2Client, *, anew: bool = False) -> KeySet:
        if self._keys is None or anew:
            self._keys = KeySet.import_key_set(await _json(client, self._metadata["jwks_uri"]))
        return self._keys


def _read(claims: Mapping[str, Any], groups_claim: str) -> Claims:
    """What matters here of what the provider says.

    Raises:
        ValueError: there is no address. KeyError: it is not even named.
    """
    email, groups = claims["email"], claims.get(groups_claim, [])
    if not isinstance(email, str) or "@" not in email:
        raise ValueError("no address")
    return Claims(
        subject=f"{claims['iss']} {claims['sub']}",
        email=email,
        email_verified=claims.get("email_verified") is True,
        name=str(claims.get("name") or email),
        groups=frozenset(str(group) for group in groups) if isinstance(groups, list) else frozenset({str(groups)}),
    )


async def _json(client: AsyncOAuth2Client, url: str) -> Any:
    return (await client.request("GET", url, withhold_token=True)).raise_for_status().json()


def _check_description(metadata: Mapping[str, Any], issuer: str) -> None:
    """It must speak of the issuer that was asked, and lead only to places where nobody listens.

    Raises:
        ValueError: it does not. KeyError: something is missing.
    """
    if str(metadata["issuer"]).rstrip("/") != issuer:
        raise ValueError("another issuer")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if not _is_private(metadata[name]):
            raise ValueError(f"{name} is not private")
    if "userinfo_endpoint" in metadata and not _is_private(metadata["userinfo_endpoint"]):
        raise ValueError("userinfo_endpoint is not private")


def _is_private(url: str) -> bool:
    parts = urlsplit(url)
    if parts.scheme == "https":
        return True
    try:
        return parts.scheme == "http" and ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False
