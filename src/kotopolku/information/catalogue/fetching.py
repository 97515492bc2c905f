"""Where the catalogue's items come from: a file, or the open interface page by page. Nothing half-arrived gets through.

Not for: what the items mean (``v11.py``), storing them (``actions/catalogue.py``).
"""

import http.client
import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlencode

from kotopolku.information.catalogue.structures import Raw

PART = 25
"""So many items of a file are stored together."""
BATCH = 20
"""So many ids are asked for at once; the interface has been told to fail on many."""
TRIES = 3
TIMEOUT_SECONDS = 30
MOST_BYTES = 64 * 1024 * 1024
AWAY = (429, 500, 502, 503, 504)


class Broken(Exception):
    """The data ended too early or did not come. ``code`` is stable; ``params`` are for its sentence. What came stays."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(f"{code} {params}")
        self.code = code
        self.params = params


@dataclass(frozen=True)
class Part:
    """Items that belong together and are stored together: places and other ways first, then services."""

    key: str
    items: Sequence[Raw]
    archived: tuple[str, ...] = ()
    """Ids of items that the catalogue has archived."""


class Source(Protocol):
    @property
    def name(self) -> str:
        """What it is called in the list of runs."""
        ...

    def parts(self, done: Container[str]) -> Iterator[Part]:
        """Parts that are not ``done`` yet. Raises ``Broken`` where the data end too early."""
        ...


# --- A file -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FileSource:
    """A saved answer of the open interface: a page with ``itemList``, a list of items or pages, or one item."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    def parts(self, done: Container[str]) -> Iterator[Part]:
        try:
            content = self.path.read_bytes()
        except OSError as error:
            raise Broken("file-not-readable", file=self.path.name) from error
        mark = sha256(content).hexdigest()[:16]
        items, cut = read_items(content)
        items.sort(key=lambda item: 0 if item.get("serviceChannelType") else 1)
        for start in range(0, len(items), PART):
            key = f"file/{mark}/{start}"
            if key not in done:
                yield Part(key, items[start : start + PART])
        if cut:
            raise Broken("file-cut", file=self.path.name, count=len(items))


def read_items(content: bytes) -> tuple[list[Raw], bool]:
    """The items of a file, and whether it breaks off. Of a cut file, those that are whole."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        text = content[: error.start].decode("utf-8-sig", errors="ignore")
    try:
        return _items(json.loads(text)), False
    except json.JSONDecodeError:
        return _whole_items(text), True


def _items(found: Any) -> list[Raw]:
    if isinstance(found, list):
        return [item for one in found for item in _items(one)]
    if isinstance(found, dict):
        return _items(found["itemList"]) if isinstance(found.get("itemList"), list) else [found]
    return []


def _whole_items(text: str) -> list[Raw]:
    """Items one by one up to the place where the text breaks off."""
    decoder, items = json.JSONDecoder(), []
    place = text.find('"itemList"')
    place = text.find("[", max(place, 0))
    while place != -1:
        place = _skip(text, place + 1)
        try:
            found, place = decoder.raw_decode(text, place)
        except json.JSONDecodeError:
            break
        items += _items(found)
        place = _skip(text, place)
        if text[place : place + 1] != ",":
            break
    return items


def _skip(text: str, place: int) -> int:
    while place < len(text) and text[place] in " \t\r\n":
        place += 1
    return place


# --- The open interface -----------------------------------------------------------------------------------------------


@dataclass
class ApiSource:
    """The open interface of structure v11, for the organisations that are linked to ours."""

    address: str
    organisations: Sequence[str]
    since: date | None = None
    wait: Callable[[float], None] = field(default=time.sleep)

    @property
    def name(self) -> str:
        return self.address

    def parts(self, done: Container[str]) -> Iterator[Part]:
        for organisation in self.organisations:
            number, pages = 1, 1
            while number <= pages:
                key = f"services/{organisation}/{number}"
                page = self._page("Service/list/organization", number, organizationId=organisation)
                pages = page["pageCount"]
                if key not in done:
                    services = page["itemList"]
                    yield Part(key, [*self._channels(services), *services])
                number += 1
        number, pages = 1, 1
        while number <= pages:
            page = self._page("Service/archived/list", number)
            pages = page["pageCount"]
            if (key := f"archived/{number}") not in done:
                gone = tuple(str(item["id"]) for item in page["itemList"] if item.get("id"))
                yield Part(key, [], gone)
            number += 1

    def _page(self, path: str, number: int, **asked: str) -> dict[str, Any]:
        query = asked | {"page": str(number)} | ({"date": self.since.isoformat()} if self.since else {})
        found = self._get(path, query)
        if not isinstance(found, dict) or not isinstance(found.get("itemList"), list):
            raise Broken("page-missing", page=number)
        if found.get("pageNumber", number) != number or not isinstance(found.get("pageCount"), int):
            raise Broken("page-missing", page=number)
        return found

    def _channels(self, services: Sequence[Mapping[str, Any]]) -> list[Raw]:
        ids = dict.fromkeys(
            str(row["serviceChannel"]["id"])
            for service in services
            for row in service.get("serviceChannels") or ()
            if (row.get("serviceChannel") or {}).get("id")
        )
        wanted = list(ids)
        found: list[Raw] = []
        for start in range(0, len(wanted), BATCH):
            found += self._batch(wanted[start : start + BATCH])
        return found

    def _batch(self, ids: Sequence[str]) -> list[Raw]:
        """Items by id. Where the interface gives up on many, half of them are asked at a time."""
        try:
            found = self._get("ServiceChannel/list", {"guids": ",".join(ids)})
        except Broken as broken:
            if broken.code != "not-answering" or len(ids) == 1:
                raise
            half = len(ids) // 2
            return [*self._batch(ids[:half]), *self._batch(ids[half:])]
        items = _items(found)
        missing = set(ids) - {str(item.get("id")) for item in items}
        if missing:
            raise Broken("items-missing", count=len(missing))
        return items

    def _get(self, path: str, query: Mapping[str, str]) -> Any:
        address = f"{self.address.rstrip('/')}/{path}?{urlencode(query)}"
        if not address.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
            raise Broken("address-not-secure")
        last = Broken("not-answering")
        for number in range(TRIES):
            if number:
                self.wait(2.0**number)
            try:
                with urllib.request.urlopen(address, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 - checked above
                    return json.loads(answer.read(MOST_BYTES))
            except urllib.error.HTTPError as error:
                if error.code not in AWAY:
                    raise Broken("refused", status=error.code) from error
                last = Broken("not-answering")
            except (json.JSONDecodeError, UnicodeDecodeError, http.client.IncompleteRead):
                last = Broken("half-answer")
            except (OSError, http.client.HTTPException):
                last = Broken("not-answering")
        raise last


def configured_address() -> str:
    """Address of the open interface from the environment; empty: not used."""
    return os.environ.get("KOTOPOLKU_PTV", "").rstrip("/")
