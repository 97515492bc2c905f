"""A small real OpenID Connect provider for tests: discovery, keys, authorisation code with PKCE, signed id tokens.

It can be told to lie, one way at a time. Listens on this machine only. Not for: anything but tests.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT_ID = "kotopolku-test"
CLIENT_SECRET = "a-secret-of-the-test"
CODE_CLAIM = "urn:oid:1.2.246.21"
KEY_ID = "key-1"


@dataclass
class Provider:
    """Who signs in next (`identity_code`), and how the provider lies: claims changed, another key, no signature."""

    url: str = ""
    identity_code: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    """Put over the true claims; a value of None takes a claim away."""
    signs_with_another_key: bool = False
    leaves_unsigned: bool = False
    refuses: str = ""
    """An error with which the person is sent back, such as access_denied."""
    names_itself: str = ""
    """Another issuer in its own description."""
    key: Any = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    another_key: Any = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def description(self) -> dict[str, Any]:
        return {
            "issuer": self.names_itself or self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def keys(self) -> dict[str, Any]:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [public | {"kid": KEY_ID, "use": "sig", "alg": "RS256"}]}

    def way_back(self, query: dict[str, str]) -> str:
        """The address to which the person is sent after signing in here."""
        back = {"state": query["state"]}
        if self.refuses:
            back["error"] = self.refuses
        else:
            code = secrets.token_urlsafe(16)
            self.codes[code] = query
            back["code"] = code
        return f"{query['redirect_uri']}?{urlencode(back)}"

    def tokens(self, form: dict[str, str]) -> dict[str, Any] | None:
        """An id token for a code that was given once, to whoever knows its verifier and the secret."""
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None or form.get("client_secret") != CLIENT_SECRET:
            return None
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest())
        if challenge.rstrip(b"=").decode() != asked["code_challenge"]:
            return None
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.url,
            "aud": CLIENT_ID,
            "sub": "subject",
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            CODE_CLAIM: self.identity_code,
        } | self.claims
        kept = {name: value for name, value in claims.items() if value is not None}
        if self.leaves_unsigned:
            token = jwt.encode(kept, "", algorithm="none", headers={"kid": KEY_ID})
        else:
            key = self.another_key if self.signs_with_another_key else self.key
            token = jwt.encode(kept, key, algorithm="RS256", headers={"kid": KEY_ID})
        return {"access_token": "unused", "token_type": "Bearer", "expires_in": 300, "id_token": token}


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/.well-known/openid-configuration":
            self._answer(200, self.provider.description())
        elif parts.path == "/keys":
            self._answer(200, self.provider.keys())
        elif parts.path == "/authorize":
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            self.send_response(302)
            self.send_header("Location", self.provider.way_back(query))
            self.end_headers()
        else:
            self._answer(404, {})

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        form = {name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()}
        tokens = self.provider.tokens(form)
        self._answer(200 if tokens else 400, tokens or {"error": "invalid_grant"})

    def _answer(self, status: int, content: dict[str, Any]) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the base class
        """Says nothing: tests look at answers."""


@contextmanager
def running() -> Iterator[Provider]:
    """A provider that listens on a free port of this machine until the block ends."""
    provider = Provider()
    handler = type("Handler", (_Handler,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    provider.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
