"""Outside systems behind small interfaces: the national client system, the population register, the permit register.

The file and message shapes are our own (docs/national.md): the State's are not published. Addresses and keys come from the
environment; in the demo, fakes answer. Not for: what is done with an answer (``actions``).
"""

import json
import os
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings

TIMEOUT_SECONDS = 10
MOST_ANSWER = 20 * 1024 * 1024
POPULATION, PERMITS = "population-register", "permit-register"


class Unavailable(Exception):
    """The other side does not answer, answers nonsense, or is not set up. Nothing is lost: it is tried again later."""


@dataclass(frozen=True)
class Receipt:
    """The national client system's answer to one client: accepted with a receipt, or rejected with a reason."""

    accepted: bool
    text: str


class NationalSystem(Protocol):
    """Where the data of 874/2024 is stored for the country (681/2023 §74)."""

    def send(self, message: Mapping[str, Any], token: UUID) -> Receipt:
        """Stores one client. The same token again does nothing more. Raises ``Unavailable``."""

    def inventory(self, organisation: str) -> Mapping[str, str]:
        """What they have of an organisation: digest by reference. Raises ``Unavailable``."""


@dataclass(frozen=True)
class RegisterAnswer:
    """What a register tells of a person: texts by field of ``rules.fields``, and whether contacts are protected."""

    values: Mapping[str, str] = field(default_factory=dict)
    non_disclosure: bool = False
    non_disclosure_until: date | None = None


class Register(Protocol):
    """A register that is asked by identity code."""

    def ask(self, identity_code: str) -> RegisterAnswer | None:
        """None when the register does not know the person. Raises ``Unavailable``."""


@dataclass(frozen=True)
class HttpNational:
    """The national client system over HTTP: JSON, a bearer key, an idempotency key for each message."""

    address: str
    key: str

    def send(self, message: Mapping[str, Any], token: UUID) -> Receipt:
        reference = urllib.parse.quote(str(message["reference"]), safe="")
        status, body = _call(
            f"{self.address}/clients/{reference}", self.key, message, {"Idempotency-Key": str(token)}
        )
        if status in (200, 201) and isinstance(body.get("receipt"), str):
            return Receipt(True, body["receipt"][:100])
        if status in (400, 409, 422):
            return Receipt(False, str(body.get("reason") or body.get("title") or status)[:300])
        raise Unavailable(f"unexpected answer {status}")

    def inventory(self, organisation: str) -> Mapping[str, str]:
        found: dict[str, str] = {}
        cursor = ""
        while True:
            query = urllib.parse.urlencode({"organisation": organisation, "cursor": cursor})
            status, body = _call(f"{self.address}/clients?{query}", self.key)
            if status != 200 or not isinstance(body.get("clients"), list):
                raise Unavailable(f"unexpected answer {status}")
            found |= {str(one.get("reference")): str(one.get("digest")) for one in body["clients"]}
            cursor = str(body.get("next") or "")
            if not cursor:
                return found


@dataclass(frozen=True)
class HttpRegister:
    """A register over HTTP: POST with the identity code in the body, never in the address."""

    address: str
    key: str

    def ask(self, identity_code: str) -> RegisterAnswer | None:
        status, body = _call(f"{self.address}/person", self.key, {"identity_code": identity_code})
        if status == 404:
            return None
        values = body.get("values")
        if status != 200 or not isinstance(values, dict):
            raise Unavailable(f"unexpected answer {status}")
        until = body.get("non_disclosure_until")
        try:
            ends = date.fromisoformat(until) if until else None
        except (TypeError, ValueError):
            raise Unavailable("unexpected answer: a day that is none") from None
        texts = {str(name): str(value)[:1_000] for name, value in values.items() if value}
        return RegisterAnswer(texts, bool(body.get("non_disclosure")), ends)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Personal data goes to the address that was set up and nowhere else."""

    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        return None


def _call(
    address: str, key: str, content: Mapping[str, Any] | None = None, headers: Mapping[str, str] = {}
) -> tuple[int, dict[str, Any]]:
    if not address.startswith(("https://", "http://127.0.0.1", "http://localhost")):
        raise Unavailable("the address must begin with https://")
    body = json.dumps(content).encode() if content is not None else None
    given = {
        "Authorization": f"Bearer {key}",
        "Accept": "application/json",
        "Content-Type": "application/json",
    }
    request = urllib.request.Request(address, data=body, headers={**given, **headers})  # noqa: S310 - checked above
    opener = urllib.request.build_opener(_NoRedirect())
    try:
        with opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
            return answer.status, _parsed(answer.read(MOST_ANSWER))
    except urllib.error.HTTPError as error:
        with error:
            return error.code, _parsed(error.read(MOST_ANSWER), strict=False)
    except (OSError, ValueError) as error:
        raise Unavailable(type(error).__name__) from error


def _parsed(body: bytes, *, strict: bool = True) -> dict[str, Any]:
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        if strict:
            raise Unavailable("the answer is not JSON") from None
        return {}
    return found if isinstance(found, dict) else {}


# --- By configuration --------------------------------------------------------------------------------------------------


def national() -> NationalSystem:
    """The national client system as the operator has set it up. Raises ``Unavailable`` when there is none."""
    if address := os.environ.get("KOTOPOLKU_NATIONAL_ADDRESS", "").rstrip("/"):
        return HttpNational(address, os.environ.get("KOTOPOLKU_NATIONAL_KEY", ""))
    if settings.DEMO:
        from kotopolku.exchange.fakes import FakeNational

        return FakeNational()
    raise Unavailable("KOTOPOLKU_NATIONAL_ADDRESS is not set")


def register(name: str) -> Register:
    """A register by name, as the operator has set it up. Raises ``Unavailable``, ``KeyError`` for another name."""
    prefix = {POPULATION: "KOTOPOLKU_POPULATION_REGISTER", PERMITS: "KOTOPOLKU_PERMIT_REGISTER"}[name]
    if address := os.environ.get(f"{prefix}_ADDRESS", "").rstrip("/"):
        return HttpRegister(address, os.environ.get(f"{prefix}_KEY", ""))
    if settings.DEMO:
        from kotopolku.exchange.fakes import FakePermits, FakePopulation

        return FakePopulation() if name == POPULATION else FakePermits()
    raise Unavailable(f"{prefix}_ADDRESS is not set")
