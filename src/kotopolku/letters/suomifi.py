"""The messages service (suomi.fi messages): a client over HTTP. Configured by the environment; tests run a recorded fake.

The shape follows the service's public description of its REST interface; whoever takes it into use confirms it with the
service. Not for: when to try again (``actions.move_message``).
"""

import base64
import json
import os
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any, Protocol

TIMEOUT_SECONDS = 20


class Away(Exception):
    """The service does not answer, or says that it cannot now: try again later."""


class Rejected(Exception):
    """The service says that this message will never go: no mailbox, wrong receiver."""


@dataclass(frozen=True)
class Message:
    """``reference``: our letter's number; a second sending with the same one makes no second message."""

    reference: str
    identity_code: str
    title: str
    pdf: bytes


class Service(Protocol):
    def send(self, message: Message) -> str:
        """Hands the message over; returns the service's own id."""

    def is_delivered(self, external_id: str) -> bool:
        """Whether it has reached the receiver's mailbox."""


class SuomiFi:
    """The service itself. Raises ``Away`` and ``Rejected``; never logs a code or a name."""

    def __init__(self, base: str, service_id: str, token: str) -> None:
        self.base, self.service_id, self.token = base.rstrip("/"), service_id, token

    def send(self, message: Message) -> str:
        body = {
            "externalId": message.reference,
            "sender": {"serviceId": self.service_id},
            "recipient": {"id": message.identity_code},
            "electronic": {
                "title": message.title,
                "attachments": [
                    {
                        "filename": f"{message.reference}.pdf",
                        "mediaType": "application/pdf",
                        "content": base64.b64encode(message.pdf).decode(),
                    }
                ],
            },
        }
        return str(self._call("POST", "/v2/messages", body)["messageId"])

    def is_delivered(self, external_id: str) -> bool:
        return bool(self._call("GET", f"/v2/messages/{external_id}/state").get("delivered"))

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        request = urllib.request.Request(  # noqa: S310 - the address is the operator's own setting
            self.base + path,
            method=method,
            data=json.dumps(body).encode() if body is not None else None,
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
                read = json.loads(answer.read() or b"{}")
        except urllib.error.HTTPError as error:
            if error.code == 409:
                # The service has this reference already: our first answer was lost on the way.
                return {"messageId": json.loads(error.read() or b"{}").get("messageId", "")}
            if 400 <= error.code < 500 and error.code != 429:
                raise Rejected(f"{error.code}") from error
            raise Away(f"{error.code}") from error
        except (OSError, ValueError) as error:
            raise Away(type(error).__name__) from error
        if not isinstance(read, dict):
            raise Away("not an object")
        return read


def is_configured() -> bool:
    return bool(os.environ.get("KOTOPOLKU_MESSAGES_URL"))


def configured() -> SuomiFi | None:
    """The service by the operator's settings; None when there are none."""
    if not is_configured():
        return None
    return SuomiFi(
        os.environ["KOTOPOLKU_MESSAGES_URL"],
        os.environ.get("KOTOPOLKU_MESSAGES_SERVICE", ""),
        os.environ.get("KOTOPOLKU_MESSAGES_TOKEN", ""),
    )
