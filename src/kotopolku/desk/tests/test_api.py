"""The desk over HTTP: the same rights and refusals as the pages, each call with a key once."""

import json
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kotopolku.access.capabilities import Role
from kotopolku.actors import signin
from kotopolku.actors.models import ApiToken, date_range
from kotopolku.clients.tests import factories as make
from kotopolku.desk.tests import samples

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def on_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOTOPOLKU_TODAY", ON.isoformat())


class Caller:
    """A system of one organisation with a token of one role."""

    def __init__(self, organisation: str, role: Role = Role.CASEWORKER) -> None:
        self.viewer = make.worker(organisation, ON, role=role)
        token = f"token-{self.viewer.user_id}"
        ApiToken.objects.create(
            organisation_id=self.viewer.organisation_id,
            name="test",
            token_hash=signin.token_hash(token),
            role=role.value,
            valid=date_range(date(2020, 1, 1), None),
            user_id=self.viewer.user_id,
        )
        self.browser = Client(headers={"Authorization": f"Bearer {token}", "Accept-Language": "en"})

    def get(self, address: str) -> Any:
        return self.browser.get(f"/api/{address}")

    def send(self, method: str, address: str, data: dict[str, Any] | None = None, key: str = "") -> Any:
        return self.browser.generic(
            method,
            f"/api/{address}",
            json.dumps(data or {}),
            content_type="application/json",
            headers={"Idempotency-Key": key or uuid4().hex},
        )

    def client(self) -> int:
        with make.working(self.viewer) as at_work:
            return int(make.client(at_work).pk)


def test_a_task_is_given_once_and_closed() -> None:
    vantaa = Caller("kunta-092")
    data = {"text": "Soita", "assignee_id": vantaa.viewer.user_id, "client_id": vantaa.client()}
    first, again = (vantaa.send("POST", "desk/tasks", data, "task-key-1") for _time in range(2))
    assert (first.status_code, again.status_code) == (201, 201), first.content
    assert first.json() == again.json()
    task = first.json()["id"]
    assert first.json()["client_id"] == data["client_id"]
    assert [row["id"] for row in vantaa.get("desk/tasks?state=open").json()["tasks"]] == [task]
    changed = {"text": "Soita heti", "assignee_id": vantaa.viewer.user_id, "version": 1}
    assert vantaa.send("PUT", f"desk/tasks/{task}", changed).json()["version"] == 2
    assert vantaa.send("PUT", f"desk/tasks/{task}", changed).status_code == 409
    assert (
        vantaa.send("POST", f"desk/tasks/{task}/comments", {"text": "Hei"}, "comment-key").status_code == 201
    )
    assert vantaa.send("POST", f"desk/tasks/{task}/done").json()["state"] == "done"
    refused = vantaa.send("POST", f"desk/tasks/{task}/withdrawn")
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["code"] == "task-closed"
    assert vantaa.send("POST", f"desk/tasks/{task}/open").json()["state"] == "open"
    assert vantaa.get(f"desk/tasks?client_id={data['client_id']}").json()["next"] is None


def test_notes_are_written_listed_by_cursor_and_corrected() -> None:
    vantaa = Caller("kunta-092")
    address = f"clients/{vantaa.client()}/notes"
    for number in range(3):
        data = {"category": "work", "day": "2026-11-20", "text": f"Numero {number}"}
        assert vantaa.send("POST", address, data, f"note-key-{number}").status_code == 201
    first = vantaa.get(f"{address}?limit=2").json()
    rest = vantaa.get(f"{address}?limit=2&cursor={first['next']}").json()
    assert [row["text"] for row in first["notes"] + rest["notes"]] == ["Numero 0", "Numero 1", "Numero 2"]
    note = first["notes"][0]["id"]
    mended = {"category": "work", "day": "2026-11-20", "text": "Uusi", "version": 1}
    assert vantaa.send("PUT", f"{address}/{note}", mended).json()["text"] == "Uusi"
    assert vantaa.send("PUT", f"{address}/{note}", mended).status_code == 409
    wrong = vantaa.send("POST", address, {"category": "x", "day": "2026-11-20", "text": "A"}, "note-key-9")
    assert wrong.json()["errors"][0]["code"] == "unknown-category"


def test_a_document_goes_in_and_comes_out_the_same() -> None:
    vantaa = Caller("kunta-092")
    address = f"clients/{vantaa.client()}/documents"

    def attach(data: bytes, name: str, key: str) -> Any:
        return vantaa.browser.post(
            f"/api/{address}",
            {"title": "Todistus", "file": SimpleUploadedFile(name, data)},
            headers={"Idempotency-Key": key},
        )

    added = attach(samples.PDF, "a.pdf", "document-1")
    assert added.status_code == 201, added.content
    document = added.json()
    assert (document["kind"], document["scan"], document["size"]) == ("pdf", "unscanned", len(samples.PDF))
    opened = vantaa.get(f"{address}/{document['id']}/file")
    assert opened.content == samples.PDF
    assert opened["Content-Disposition"].startswith("attachment")
    assert attach(samples.PNG, "a.pdf", "document-2").json()["errors"][0]["code"] == "file-ending"
    assert vantaa.send("POST", f"{address}/{document['id']}/shared").json()["shared"] is True
    assert vantaa.send("DELETE", f"{address}/{document['id']}/shared").json()["shared"] is False
    assert vantaa.send("POST", f"{address}/{document['id']}/delete", {"reason": "x"}).status_code == 422
    gone = vantaa.send("POST", f"{address}/{document['id']}/delete", {"reason": "Väärä paperi"})
    assert gone.status_code == 204
    assert vantaa.get(address).json()["documents"] == []
    assert vantaa.get(f"{address}/{document['id']}/file").status_code == 404


def test_messages_are_sent_and_read() -> None:
    vantaa = Caller("kunta-092")
    client = vantaa.client()
    sent = vantaa.send("POST", f"clients/{client}/messages", {"text": "Hei", "language": "fi"}, "message-1")
    assert sent.status_code == 201, sent.content
    assert [row["text"] for row in vantaa.get(f"clients/{client}/messages").json()["messages"]] == ["Hei"]
    assert vantaa.send("POST", f"clients/{client}/messages/read").json() == {"read": 0}
    assert vantaa.get("desk/messages/unread").json() == []


def test_another_authority_gets_404_and_a_reader_403() -> None:
    vantaa, kajaani = Caller("kunta-092"), Caller("kunta-205")
    reader = Caller("kunta-092", Role.READER)
    client = vantaa.client()
    for room in ("notes", "documents", "messages"):
        assert kajaani.get(f"clients/{client}/{room}").status_code == 404
        assert reader.get(f"clients/{client}/{room}").status_code == 403
    assert kajaani.get(f"desk/tasks?client_id={client}").status_code == 404
    assert reader.get("desk/tasks").status_code == 403
    assert Client().get("/api/desk/tasks").status_code == 401
