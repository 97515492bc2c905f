"""The virus scanner behind one interface: clamd over its INSTREAM protocol, a fake for trying out, or none.

``KOTOPOLKU_CLAMD``: "host:port", "unix:/path/to/socket", "fake", or empty for no scanner.
Not for: what is done with a verdict (``actions.documents``).
"""

import logging
import socket
import struct
from enum import StrEnum
from typing import Protocol

from django.conf import settings

log = logging.getLogger(__name__)

CHUNK = 64 * 1024
PATIENCE_SECONDS = 20
TEST_VIRUS = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"
"""The harmless file that every scanner knows as a virus."""


class Verdict(StrEnum):
    CLEAN = "clean"
    INFECTED = "infected"
    NO_SCANNER = "no-scanner"
    AWAY = "away"
    """The scanner is configured and does not answer, or not sensibly."""


class Scanner(Protocol):
    def scan(self, data: bytes) -> Verdict: ...


class NoScanner:
    def scan(self, data: bytes) -> Verdict:
        return Verdict.NO_SCANNER


class FakeScanner:
    """Knows the test virus and nothing else."""

    def scan(self, data: bytes) -> Verdict:
        return Verdict.INFECTED if TEST_VIRUS in data else Verdict.CLEAN


class Clamd:
    """clamd: "zINSTREAM", chunks each with their length, a chunk of length 0, then one answer."""

    def __init__(self, address: str) -> None:
        self.address = address

    def scan(self, data: bytes) -> Verdict:
        try:
            with self._connection() as connection:
                connection.sendall(b"zINSTREAM\0")
                for start in range(0, len(data), CHUNK):
                    chunk = data[start : start + CHUNK]
                    connection.sendall(struct.pack("!L", len(chunk)) + chunk)
                connection.sendall(struct.pack("!L", 0))
                answer = self._answer(connection)
        except (OSError, ValueError) as error:
            log.warning("virus scanner away: %s", type(error).__name__)
            return Verdict.AWAY
        if answer == "stream: OK":
            return Verdict.CLEAN
        if answer.startswith("stream: ") and answer.endswith(" FOUND"):
            return Verdict.INFECTED
        log.warning("virus scanner answered with an error")
        return Verdict.AWAY

    def _connection(self) -> socket.socket:
        if self.address.startswith("unix:"):
            found = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            found.settimeout(PATIENCE_SECONDS)
            found.connect(self.address.removeprefix("unix:"))
            return found
        host, _colon, port = self.address.rpartition(":")
        return socket.create_connection((host, int(port)), timeout=PATIENCE_SECONDS)

    def _answer(self, connection: socket.socket) -> str:
        found = b""
        while not found.endswith(b"\0") and len(found) < 4096:
            part = connection.recv(4096)
            if not part:
                break
            found += part
        return found.rstrip(b"\0\n").decode("utf-8", "replace")


def scanner() -> Scanner:
    """The scanner that the operator has set."""
    address: str = settings.CLAMD
    if not address:
        return NoScanner()
    return FakeScanner() if address == "fake" else Clamd(address)
