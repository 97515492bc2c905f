"""Sign-in by an OpenID Connect provider such as Suomi.fi: the way there, and what may be believed of what comes back.

Authorisation code flow with PKCE, state and nonce; the id token's signature, issuer, audience, time and nonce are
checked here. Not for: whose account an identity code opens (``actions``).
"""

import base64
import hashlib
import hmac
import json
import secrets
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt
from django.conf import settings

ALGORITHMS = ("RS256", "PS256", "ES256")
_LONGEST_ANSWER = 1_000_000
_LEEWAY_SECONDS = 60


class ProviderAway(Exception):
    """The provider does not answer, or answers with something that is no answer."""


class ProviderNotBelieved(Exception):
    """The provider's answer does not hold: signature, issuer, audience, time, nonce or state is wrong."""


class Cancelled(Exception):
    """The person turned back at the provider."""


@dataclass(frozen=True)
class Journey:
    """What is kept in the session while the person is at the provider."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def begin(cls) -> "Journey":
        return cls(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48))

    def to_session(self) -> dict[str, str]:
        return {"state": self.state, "nonce": self.nonce, "verifier": self.verifier}

    @classmethod
    def from_session(cls, kept: Any) -> "Journey | None":
        return cls(kept["state"], kept["nonce"], kept["verifier"]) if isinstance(kept, dict) else None


def is_offered() -> bool:
    """Whether the operator has set a provider."""
    return bool(settings.OIDC_ISSUER and settings.OIDC_CLIENT_ID)


def way_there(journey: Journey, back: str, language: str) -> str:
    """The address at the provider to which the person is sent. Raises ``ProviderAway``, ``ProviderNotBelieved``."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(journey.verifier.encode()).digest())
    query = {
        "response_type": "code",
        "client_id": settings.OIDC_CLIENT_ID,
        "redirect_uri": back,
        "scope": settings.OIDC_SCOPES,
        "state": journey.state,
        "nonce": journey.nonce,
        "code_challenge": challenge.rstrip(b"=").decode(),
        "code_challenge_method": "S256",
        "ui_locales": language,
    }
    address = str(_discovered()["authorization_endpoint"])
    return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(query)}"


def identity_code(answer: dict[str, str], journey: Journey | None, back: str) -> str:
    """The identity code that the provider vouches for; empty when it gives none.

    ``answer``: the query with which the person came back. Raises ``Cancelled``, ``ProviderAway``, ``ProviderNotBelieved``.
    """
    if journey is None or not hmac.compare_digest(answer.get("state", ""), journey.state):
        raise ProviderNotBelieved("state")
    if answer.get("error") == "access_denied":
        raise Cancelled
    if "error" in answer or not answer.get("code"):
        raise ProviderAway(answer.get("error", "no code"))
    provider = _discovered()
    tokens = _asked(
        str(provider["token_endpoint"]),
        {
            "grant_type": "authorization_code",
            "code": answer["code"],
            "redirect_uri": back,
            "client_id": settings.OIDC_CLIENT_ID,
            "client_secret": settings.OIDC_CLIENT_SECRET,
            "code_verifier": journey.verifier,
        },
    )
    claims = _believed(str(tokens.get("id_token", "")), provider, journey.nonce)
    return str(claims.get(settings.OIDC_CODE_CLAIM) or "")


def _believed(token: str, provider: dict[str, Any], nonce: str) -> dict[str, Any]:
    """The claims of an id token of which everything holds."""
    try:
        keys = jwt.PyJWKSet.from_dict(_asked(str(provider["jwks_uri"])))
        header = jwt.get_unverified_header(token)
        key = next(one for one in keys.keys if one.key_id == header.get("kid"))
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=list(ALGORITHMS),
            audience=settings.OIDC_CLIENT_ID,
            issuer=str(provider["issuer"]),
            leeway=_LEEWAY_SECONDS,
            options={"require": ["exp", "iat", "iss", "aud", "sub"]},
        )
    except (jwt.PyJWTError, StopIteration) as error:
        raise ProviderNotBelieved(type(error).__name__) from error
    if not hmac.compare_digest(str(claims.get("nonce", "")), nonce):
        raise ProviderNotBelieved("nonce")
    return claims


def _discovered() -> dict[str, Any]:
    """The provider's description of itself, which must name the issuer that the operator has set."""
    found = _asked(f"{settings.OIDC_ISSUER}/.well-known/openid-configuration")
    if str(found.get("issuer", "")).rstrip("/") != settings.OIDC_ISSUER:
        raise ProviderNotBelieved("issuer")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if not _is_safe(str(found.get(name, ""))):
            raise ProviderNotBelieved(name)
    return found


def _is_safe(address: str) -> bool:
    """HTTPS, or this machine (trials and tests)."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (
        parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")
    )


def _asked(address: str, form: dict[str, str] | None = None) -> dict[str, Any]:
    """The JSON object at an address of the provider. Raises ``ProviderAway``."""
    if not _is_safe(address):
        raise ProviderNotBelieved("address")
    request = urllib.request.Request(  # noqa: S310 - the scheme has been checked
        address,
        data=urlencode(form).encode() if form is not None else None,
        headers={"Accept": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=settings.OIDC_TIMEOUT_SECONDS) as answer:  # noqa: S310
            found = json.loads(answer.read(_LONGEST_ANSWER))
    except (urllib.error.URLError, HTTPException, OSError, ValueError) as error:
        raise ProviderAway(type(error).__name__) from error
    if not isinstance(found, dict):
        raise ProviderAway("no object")
    return found
