"""Stands up the service catalogue for tests: stored samples, a server that answers with them, and answers gone wrong."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.actors import queries as actors
from kotopolku.actors.models import Organisation
from kotopolku.information.actions import catalogue
from kotopolku.information.catalogue.fetching import ApiSource, FileSource
from kotopolku.information.catalogue.v11 import V11
from kotopolku.information.models import CatalogueOrganisation, CatalogueRun
from kotopolku.information.queries.catalogue import known_channels
from kotopolku.information.tests.pages_world import ON

SAMPLES = Path(__file__).parent / "samples"
GUID = "a1b2c3d4-0000-4000-8000-000000000092"
ADVICE, CAFE = "5e51ce00-0000-4000-8000-000000000001", "5e51ce00-0000-4000-8000-000000000002"
PLACE = "10ca7100-0000-4000-8000-000000000001"


def sample(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((SAMPLES / name).read_text("utf-8"))["itemList"]
    return found


def items(**changes: dict[str, Any]) -> list[dict[str, Any]]:
    """Services and channels; ``advice``, ``cafe`` and ``place`` change fields of those items."""
    made = deepcopy([*sample("v11_channels.json"), *sample("v11_services.json")])
    for item in made:
        for name, guid in (("advice", ADVICE), ("cafe", CAFE), ("place", PLACE)):
            if item["id"] == guid:
                item.update(changes.get(name, {}))
    return made


def operator() -> Viewer:
    viewer = Viewer.for_system("test", ON)
    rowsecurity.apply(viewer)
    return viewer


def city() -> Organisation:
    found = actors.organisation("kunta-092")
    assert found is not None
    return found


def linked() -> None:
    CatalogueOrganisation.objects.get_or_create(guid=GUID, defaults={"organisation": city()})


def brought(folder: Path, content: list[dict[str, Any]], name: str = "ptv.json") -> CatalogueRun:
    """A file of these items, brought in."""
    file = folder / name
    file.write_text(json.dumps({"pageNumber": 1, "pageCount": 1, "itemList": content}), "utf-8")
    return catalogue.import_catalogue(FileSource(file), V11(), actor=operator(), organisation=city())


class Catalogue:
    """A server that answers like the open interface. ``script``: what the coming answers do wrong, in their order."""

    def __init__(self, content: list[dict[str, Any]], page_size: int = 1) -> None:
        self.content = content
        self.page_size = page_size
        self.archived: list[dict[str, Any]] = []
        self.changed: list[str] = []
        self.withheld: list[str] = []
        self.script: list[str] = []
        self.asked: list[str] = []
        self.most_ids = 1_000
        self.address = ""

    def answer(self, path: str) -> tuple[int, bytes]:
        self.asked.append(path)
        parts = urlsplit(path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        number = int(query.get("page", "1"))
        wrong = self.script.pop(0) if self.script else ""
        if wrong.isdecimal():
            return int(wrong), b"gateway timeout"
        if parts.path.endswith("ServiceChannel/list"):
            ids = query["guids"].split(",")
            if len(ids) > self.most_ids:
                return 504, b"gateway timeout"
            found: Any = [
                item for item in self.content if item["id"] in ids and item["id"] not in self.withheld
            ]
        elif query.get("status") == "Archived":
            found = self._page(self.archived, 1, 100)
        elif parts.path.endswith("/ServiceChannel"):
            found = self._page([{"id": guid} for guid in self.changed], number, 1)
        else:
            services = [item for item in self.content if "serviceNames" in item]
            found = self._page(services, number, self.page_size)
        if wrong == "no-list":
            found = {"pageNumber": number}
        body = json.dumps(found).encode()
        return 200, body[: len(body) // 2] if wrong == "half" else body

    def _page(self, rows: list[dict[str, Any]], number: int, size: int) -> dict[str, Any]:
        shown = rows[(number - 1) * size : number * size]
        pages = -(-len(rows) // size)
        return {"pageNumber": number, "pageSize": size, "pageCount": pages, "itemList": shown or None}

    def source(self, since: date | None = None) -> ApiSource:
        return ApiSource(self.address, [GUID], since, known_channels(), wait=lambda _seconds: None)


@contextmanager
def serving(content: list[dict[str, Any]], page_size: int = 1) -> Iterator[Catalogue]:
    """The server, on a port of its own."""
    catalogue_there = Catalogue(content, page_size)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = catalogue_there.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_given: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    catalogue_there.address = f"http://127.0.0.1:{server.server_address[1]}/api/v11"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield catalogue_there
    finally:
        server.shutdown()
        server.server_close()
