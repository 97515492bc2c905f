"""Asks one web address whether it still works: HEAD, then GET, redirects followed by hand, nothing kept of what it sends.

Only addresses of the public internet are asked, so that a text cannot make the server look into its own network.
Not for: which addresses are checked when, and what is stored (``actions/links.py``).
"""

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

FINE, MOVED, SLOW, GONE = "fine", "moved", "slow", "gone"
PERMANENT = (301, 308)
TEMPORARY = (302, 303, 307)
MOST_REDIRECTS = 8
FAILED_DAYS = 3
"""On so many different days in a row an address has to be missing before it is called gone."""
SLOW_MS = 8_000
NAME = "Kotopolku link check"
_SHUT = {401, 402, 403, 405, 406, 451, 999}
"""Answers of servers that are there but do not let a program in: a person gets through."""


@dataclass(frozen=True)
class Found:
    """What one check found. ``outcome``: "fine", "moved", "away" (may be back tomorrow) or "missing"."""

    outcome: str
    cause: str = ""
    status: int | None = None
    moved_to: str = ""
    milliseconds: int | None = None


@dataclass(frozen=True)
class Judged:
    """What to store: one bad day is not "gone"."""

    state: str
    failures: int
    cause: str
    moved_to: str


def judged(found: Found, *, failures: int, last_day: date | None, day: date) -> Judged:
    """Tells gone from slow. ``failures``: days in a row that failed before; ``last_day``: of the check before."""
    if found.outcome in (FINE, MOVED):
        return Judged(found.outcome, 0, found.cause, found.moved_to)
    counted = failures if failures and last_day == day else failures + 1
    is_gone = found.outcome == "missing" and counted >= FAILED_DAYS
    return Judged(GONE if is_gone else SLOW, counted, found.cause, "")


@dataclass
class _Answer:
    status: int
    location: str


class _Away(Exception):
    def __init__(self, outcome: str, cause: str) -> None:
        super().__init__(cause)
        self.outcome = outcome
        self.cause = cause


@dataclass
class Checker:
    """Checks addresses one after the other. ``private``: also addresses of inner networks, for tests."""

    timeout: float = 15.0
    pause: float = 1.0
    """Seconds between two questions to the same server."""
    private: bool = False
    wait: Callable[[float], None] = time.sleep
    _asked: dict[str, float] = field(default_factory=dict)

    def check(self, address: str) -> Found:
        """Asks the address. Never raises for what the other side does."""
        began = time.monotonic()
        try:
            found = self._follow(address)
        except _Away as away:
            return Found(away.outcome, away.cause, milliseconds=self._since(began))
        except ValueError:  # An address that cannot be taken apart: the one asked for, or where it leads.
            return Found("away", "not-web", milliseconds=self._since(began))
        taken = self._since(began)
        if found.outcome == FINE and not found.cause and taken > SLOW_MS:
            return Found("away", "slow-answer", found.status, milliseconds=taken)
        return Found(found.outcome, found.cause, found.status, found.moved_to, taken)

    @staticmethod
    def _since(began: float) -> int:
        return round((time.monotonic() - began) * 1_000)

    def _follow(self, address: str) -> Found:
        here, moved_to, only_permanent = address, "", True
        seen: set[str] = set()
        for _hop in range(MOST_REDIRECTS + 1):
            if here in seen:
                return Found("away", "loop")
            seen.add(here)
            answer = self._ask(here)
            if answer.status not in PERMANENT + TEMPORARY or not answer.location:
                return self._judge(address, answer.status, moved_to)
            only_permanent = only_permanent and answer.status in PERMANENT
            here = urljoin(here, answer.location)
            if only_permanent:
                moved_to = urlunsplit(urlsplit(here)._replace(fragment=urlsplit(address).fragment))
        return Found("away", "loop")

    @staticmethod
    def _judge(address: str, status: int, moved_to: str) -> Found:
        if status in (404, 410):
            return Found("missing", "not-found" if status == 404 else "taken-away", status)
        if status == 429 or status >= 500:
            return Found("away", "busy" if status == 429 else "server-fault", status)
        if status in _SHUT:
            return Found(FINE, "shut", status)
        if status >= 400:
            return Found("away", "refused", status)
        if moved_to and moved_to != address:
            to_front = urlsplit(moved_to).path in ("", "/") and urlsplit(address).path not in ("", "/")
            return Found(MOVED, "to-front" if to_front else "moved", status, moved_to)
        return Found(FINE, "", status)

    def _ask(self, address: str) -> _Answer:
        """HEAD, and GET where HEAD is not understood or fails."""
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise _Away("away", "not-web")
        try:
            answer = self._request("HEAD", address)
        except _Away as away:
            if away.cause not in ("timeout", "broken-off"):
                raise
        else:
            if answer.status < 400:
                return answer
        return self._request("GET", address)

    def _request(self, method: str, address: str) -> _Answer:
        parts = urlsplit(address)
        try:
            host = (parts.hostname or "").encode("idna").decode("ascii")
            port = parts.port or (443 if parts.scheme == "https" else 80)
        except (UnicodeError, ValueError) as error:
            raise _Away("away", "not-web") from error
        self._give_time(host)
        place = self._place_of(host, port)
        shown_host = f"[{host}]" if ":" in host else host
        target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
        if parts.query:
            target += "?" + quote(parts.query, safe="/%:@!$&'()*+,;=~-._?[]")
        usual = port == (443 if parts.scheme == "https" else 80)
        headers = {
            "Host": shown_host if usual else f"{shown_host}:{port}",
            "User-Agent": NAME,
            "Accept": "*/*",
            "Accept-Encoding": "identity",
        }
        connection = http.client.HTTPConnection(host, port, timeout=self.timeout)
        try:
            wire = socket.create_connection(place, timeout=self.timeout)
            if parts.scheme == "https":
                wire = ssl.create_default_context().wrap_socket(wire, server_hostname=host)
            connection.sock = wire
            connection.request(method, target, headers=headers)
            answer = connection.getresponse()
            return _Answer(answer.status, answer.getheader("Location", ""))
        except TimeoutError as error:
            raise _Away("away", "timeout") from error
        except ssl.SSLCertVerificationError as error:
            raise _Away("away", "certificate") from error
        except ConnectionRefusedError as error:
            raise _Away("away", "no-server") from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise _Away("away", "broken-off") from error
        finally:
            connection.close()

    def _place_of(self, host: str, port: int) -> tuple[str, int]:
        """Where the server is. The address found is the one that is asked: a name cannot change its mind in between."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except socket.gaierror as error:
            known = error.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))
            raise _Away("missing" if known else "away", "no-such-name" if known else "no-names") from error
        except (OSError, UnicodeError) as error:
            raise _Away("away", "no-names") from error
        places = [str(one[4][0]) for one in found]
        if not self.private:
            places = [one for one in places if ipaddress.ip_address(one.split("%")[0]).is_global]
        if not places:
            raise _Away("away", "inner-address")
        return places[0], port

    def _give_time(self, host: str) -> None:
        """Waits until the server has had its pause."""
        now = time.monotonic()
        left = self._asked.get(host, 0.0) + self.pause - now
        if self._asked.get(host) is not None and left > 0:
            self.wait(left)
        self._asked[host] = time.monotonic()
