"""Where the catalogue's items come from: a file, or the open interface page by page. Nothing half-arrived gets through.

Not for: what the items mean (``v11.py``), storing them (``actions/catalogue.py``).
"""

import http.client
import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from datetime import time as at_time
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlencode

from kotopolku.clock import HELSINKI
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
    whole: bool = True
    """False: something that was asked for is lacking; the part is asked for again in the next run."""


class Source(Protocol):
    @property
    def name(self) -> str:
        """What it is called in the list of runs."""
        ...

    @property
    def organisations(self) -> Sequence[str]:
        """Ids, in the catalogue, of the organisations that are asked for; none where only the data tell."""
        ...

    def parts(self, done: Container[str]) -> Iterator[Part]:
        """Parts that are not ``done`` yet. Raises ``Broken`` where the data end too early."""
        ...


# --- A file -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FileSource:
    """A saved answer of the open interface: a page with ``itemList``, a list of items or pages, or one item.

    Each part has the further ways of its services with it, so that it says the same also when the run goes on from there.
    """

    path: Path
    organisations: Sequence[str] = ()

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
        ways = _ways(items)
        kept = [item for item in items if str(item.get("id")) not in ways]
        kept.sort(key=lambda item: 0 if item.get("serviceChannelType") else 1)
        for start in range(0, len(kept), PART):
            key = f"file/{mark}/{start}"
            if key not in done:
                chunk = kept[start : start + PART]
                yield Part(key, [*(ways[guid] for guid in _connected(chunk) if guid in ways), *chunk])
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


def _ways(items: Iterable[Raw]) -> dict[str, Raw]:
    """Items, by their id, that are no places and to which a service leads."""
    items = list(items)
    connected = _connected(items)
    return {
        guid: item
        for item in items
        if item.get("serviceChannelType") not in (None, "ServiceLocation")
        and (guid := str(item.get("id"))) in connected
    }


def _connected(services: Iterable[Mapping[str, Any]]) -> dict[str, None]:
    """Ids of everything that the services are connected to, in their order."""
    rows = [
        row for service in services for row in service.get("serviceChannels") or () if isinstance(row, dict)
    ]
    return dict.fromkeys(
        str(channel["id"])
        for row in rows
        if isinstance(channel := row.get("serviceChannel"), dict) and channel.get("id")
    )


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
    """The open interface of structure v11, for the organisations that are linked to ours.

    Services are always asked for whole: their list takes no day, and a changed connection leaves none on them. ``since``
    spares the places and other ways: only those that have changed since then, and those that are not ``known``, are asked for.
    """

    address: str
    organisations: Sequence[str]
    since: date | None = None
    known: Container[str] = ()
    """Ids of the places and other ways that we have."""
    wait: Callable[[float], None] = field(default=time.sleep)

    @property
    def name(self) -> str:
        return self.address

    def parts(self, done: Container[str]) -> Iterator[Part]:
        changed = self._changed()
        lacking = 0
        for organisation in self.organisations:
            for number, services in self._pages("Service/list/organization", organizationId=organisation):
                if (key := f"services/{organisation}/{number}") in done:
                    continue
                wanted = [one for one in _connected(services) if self._is_asked(one, changed)]
                channels = self._channels(wanted)
                left_out = len(set(wanted) - {str(item.get("id")) for item in channels})
                yield Part(key, [*channels, *services], whole=not left_out)
                lacking += left_out
        for kind in ("Service", "ServiceChannel"):
            for number, rows in self._pages(kind, status="Archived", **self._dated()):
                if (key := f"archived/{kind}/{number}") not in done:
                    yield Part(key, [], tuple(str(row.get("id")) for row in rows))
        if lacking:
            raise Broken("items-missing", count=lacking)

    def _changed(self) -> Container[str] | None:
        """Ids of the places and ways that have changed since; None: whatever has not."""
        if self.since is None:
            return None
        pages = self._pages("ServiceChannel", **self._dated())
        return frozenset(str(row.get("id")) for _number, rows in pages for row in rows)

    def _is_asked(self, guid: str, changed: Container[str] | None) -> bool:
        return changed is None or guid in changed or guid not in self.known

    def _dated(self) -> dict[str, str]:
        """The day as the interface takes it: a moment in UTC. It begins in Finland."""
        if self.since is None:
            return {}
        begins = datetime.combine(self.since, at_time(), HELSINKI).astimezone(UTC)
        return {"date": begins.strftime("%Y-%m-%dT%H:%M:%S")}

    def _pages(self, path: str, **asked: str) -> Iterator[tuple[int, list[Raw]]]:
        """Pages of a list with their numbers from 1. An empty list comes without rows and with no pages."""
        number, pages = 1, 1
        while number <= pages:
            found = self._get(path, asked | {"page": str(number)})
            if not isinstance(found, dict) or found.get("pageNumber", number) != number:
                raise Broken("page-missing", page=number)
            count, rows = found.get("pageCount"), found.get("itemList")
            if not isinstance(count, int) or not isinstance(rows, list if count else list | None):
                raise Broken("page-missing", page=number)
            yield number, _items(rows)
            pages = count
            number += 1

    def _channels(self, ids: Sequence[str]) -> list[Raw]:
        return [
            item for start in range(0, len(ids), BATCH) for item in self._batch(ids[start : start + BATCH])
        ]

    def _batch(self, ids: Sequence[str]) -> list[Raw]:
        """Items by id. Where the interface gives up on many, half of them are asked at a time."""
        try:
            return _items(self._get("ServiceChannel/list", {"guids": ",".join(ids)}))
        except Broken as broken:
            if broken.code != "not-answering" or len(ids) == 1:
                raise
            half = len(ids) // 2
            return [*self._batch(ids[:half]), *self._batch(ids[half:])]

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
