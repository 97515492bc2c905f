"""A visitor of a running server with nothing but the standard library: cookies, forms, no redirects followed.

For tests in which the server's process or database fails; pages as people see them are walked in `browser/`.
"""

from __future__ import annotations

import html
import http.client
import re
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

FORM = re.compile(r'<form\b[^>]*action="(?P<action>[^"]+)"[^>]*>(?P<inside>.*?)</form>', re.DOTALL)
HIDDEN = re.compile(r'<input type="hidden" name="(?P<name>[^"]+)"(?: value="(?P<value>[^"]*)")?')


@dataclass(frozen=True)
class Answer:
    """What came back. ``text`` is the body; ``words`` the same without markup."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def location(self) -> str:
        return self.headers.get("location", "")

    @property
    def words(self) -> str:
        text = html.unescape(re.sub(r"<[^>]+>", " ", self.text))
        return " ".join(text.replace("\u00a0", " ").split())

    def hidden(self) -> dict[str, str]:
        """The hidden values of the page's forms."""
        return {one["name"]: html.unescape(one["value"] or "") for one in HIDDEN.finditer(self.text)}

    def form(self, address: str) -> list[tuple[str, str]]:
        """The hidden fields of the page's form to that address, in their order, as pressing its button sends them."""
        inside = next(one["inside"] for one in FORM.finditer(self.text) if one["action"] == address)
        return [(one["name"], html.unescape(one["value"] or "")) for one in HIDDEN.finditer(inside)]


class Visitor:
    """One browser window: keeps its cookies and speaks English."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.host, self.port = parts.hostname or "", parts.port or 80
        self.cookies: dict[str, str] = {"kotopolku_language": "en"}

    def ask(self, method: str, address: str, body: bytes | None = None, **headers: str) -> Answer:
        server = http.client.HTTPConnection(self.host, self.port, timeout=60)
        try:
            cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            sent = {"Cookie": cookies, "Accept-Language": "en", **headers}
            server.request(method, address, body, sent)
            response = server.getresponse()
            text = response.read().decode("utf-8", "replace")
        finally:
            server.close()
        for line in response.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: one.value for name, one in SimpleCookie(line).items()}
        return Answer(
            response.status, {name.lower(): value for name, value in response.headers.items()}, text
        )

    def get(self, address: str) -> Answer:
        return self.ask("GET", address)

    def post(self, address: str, data: dict[str, Any] | list[tuple[str, str]]) -> Answer:
        """Sends a form, with the page's own CSRF token unless the data has one."""
        fields = list(data.items()) if isinstance(data, dict) else data
        if not any(name == "csrfmiddlewaretoken" for name, _value in fields):
            fields = [("csrfmiddlewaretoken", self.cookies.get("csrftoken", "")), *fields]
        kind = "application/x-www-form-urlencoded"
        return self.ask("POST", address, urlencode(fields).encode(), **{"Content-Type": kind})

    def sign_in(self, username: str) -> Visitor:
        """One click on the sign-in page of demo mode."""
        assert self.get("/accounts/login/").status == 200
        answer = self.post(f"/demo/sign-in/{username}/", {})
        assert answer.status == 302, answer.words
        return self
