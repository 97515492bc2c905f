"""The national notice service (1397/2016 §§58, 60) behind a small interface.

Its message shape is our own: address and key come from the environment, in the demo a recorded fake answers. Not for: what a
notice holds (``eforms``), and which notices wait (``actions.notices``).
"""

import json
import os
import tomllib
import urllib.error
import urllib.request
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings

from kotopolku.procurement import eforms, rules
from kotopolku.procurement.models import Occasion, Tender

TIMEOUT_SECONDS = 10
MOST_ANSWER = 1024 * 1024


class Unavailable(Exception):
    """The service does not answer or answers nonsense. Nothing is lost: it is tried again later."""


@dataclass(frozen=True)
class Answer:
    """What the service says of a notice: "accepted" (not yet published), "published", or "refused" with a reason."""

    state: str
    service_id: str = ""
    reason: str = ""


class NoticeService(Protocol):
    """Where notices of procurement are published for the country."""

    def send(self, key: UUID, payload: Mapping[str, Any]) -> Answer:
        """Hands a notice in. The same key again gives the same answer. Raises ``Unavailable``."""

    def ask(self, service_id: str) -> Answer:
        """How far a notice is that was handed in. Raises ``Unavailable``."""


@dataclass(frozen=True)
class HttpNotices:
    """The service over HTTP: JSON, a bearer key, the notice's own key against sending twice."""

    address: str
    key: str

    def send(self, key: UUID, payload: Mapping[str, Any]) -> Answer:
        return self._call("POST", f"{self.address}/notices", payload, {"Idempotency-Key": str(key)})

    def ask(self, service_id: str) -> Answer:
        return self._call("GET", f"{self.address}/notices/{service_id}")

    def _call(
        self,
        method: str,
        address: str,
        content: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] = {},
    ) -> Answer:
        if not address.startswith(("https://", "http://127.0.0.1", "http://localhost")):
            raise Unavailable("the address must begin with https://")
        request = urllib.request.Request(  # noqa: S310 - checked above
            address,
            data=json.dumps(content).encode() if content is not None else None,
            headers={
                "Authorization": f"Bearer {self.key}",
                "Content-Type": "application/json",
                **headers,
            },
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
                return _read(json.loads(answer.read(MOST_ANSWER)))
        except urllib.error.HTTPError as error:
            if error.code in (400, 422):
                return Answer("refused", reason=error.read(2_000).decode(errors="replace")[:300])
            raise Unavailable(f"unexpected answer {error.code}") from error
        except (OSError, ValueError) as error:
            raise Unavailable(type(error).__name__) from error


def _read(body: Any) -> Answer:
    if not isinstance(body, dict) or body.get("state") not in ("accepted", "published", "refused"):
        raise Unavailable("unexpected answer")
    return Answer(str(body["state"]), str(body.get("id", ""))[:60], str(body.get("reason", ""))[:300])


@cache
def _recorded() -> Mapping[str, Any]:
    stored = resources.files("kotopolku.procurement") / "data" / "notice_answers.toml"
    return tomllib.loads(stored.read_text(encoding="utf-8"))


@dataclass
class RecordedNotices:
    """A fake that answers as recorded (``data/notice_answers.toml``); ``script`` names the answers that come first."""

    script: list[str] = field(default_factory=list)
    taken: dict[str, UUID] = field(default_factory=dict)

    def send(self, key: UUID, payload: Mapping[str, Any]) -> Answer:
        lacking = eforms.missing(payload)
        name = self.script.pop(0) if self.script else ("refused" if lacking else "accepted")
        if name == "lost":
            # The service takes the notice, its answer never comes back.
            self.taken[_service_id(key)] = key
            name = "unavailable"
        return self._answer(name, key, ", ".join(lacking))

    def ask(self, service_id: str) -> Answer:
        name = self.script.pop(0) if self.script else "published"
        answer = self._answer(name, None, "")
        return Answer(answer.state, service_id, answer.reason)

    def _answer(self, name: str, key: UUID | None, detail: str) -> Answer:
        row = _recorded()[name]
        if row["state"] == "unavailable":
            raise Unavailable(row["reason"])
        service_id = _service_id(key) if key and row["state"] != "refused" else ""
        if key and service_id:
            self.taken[service_id] = key
        return Answer(row["state"], service_id, row.get("reason", "").format(detail=detail))


def _service_id(key: UUID) -> str:
    return f"HI-{key.hex[:12]}"


def service() -> NoticeService:
    """The service as the operator has set it up. Raises ``Unavailable`` when there is none."""
    if address := os.environ.get("KOTOPOLKU_NOTICES_ADDRESS", "").rstrip("/"):
        return HttpNotices(address, os.environ.get("KOTOPOLKU_NOTICES_KEY", ""))
    if settings.DEMO:
        return RecordedNotices()
    raise Unavailable("KOTOPOLKU_NOTICES_ADDRESS is not set")


def queue_payload(tender: Tender, occasion: str, about: str = "", key: UUID | None = None) -> dict[str, Any]:
    """What a notice of the occasion holds now; it is made anew with the notice's own key when it is sent."""
    numbers = rules.procedure(tender.procedure).notices
    subtype = numbers.get(occasion) or numbers.get(Occasion.TENDER)
    return eforms.payload(tender, occasion, subtype, key or uuid.uuid4(), about) if subtype else {}
