"""Attached documents: stored once, opened only by who may and when checked, refused with a reason, deleted for good."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.access.viewer import Own, Viewer
from kotopolku.clients.rules import Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.desk import actions, files, jobs, queries, recipients
from kotopolku.desk.actions.documents import Upload
from kotopolku.desk.models import Document, Scan
from kotopolku.desk.recipients import Recipients
from kotopolku.desk.tests import samples
from kotopolku.journal.models import Entry
from kotopolku.notices.models import Notice

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 23)
GONE = "127.0.0.1:1"
"""An address at which nobody answers."""


@pytest.fixture
def vantaa() -> Worker:
    return Worker("kunta-092", ON)


def a_client(worker: Worker, **changes: Any) -> Any:
    with make.working(worker.viewer, ON) as at_work:
        return make.client(at_work, **changes)


def attached(worker: Worker, relationship: Any, data: bytes = samples.PDF, name: str = "a.pdf") -> Document:
    with make.working(worker.viewer, ON) as at_work:
        return actions.add_document(relationship.pk, "Kielitodistus", Upload(name, data), actor=at_work)


def sent(worker: Worker, relationship: Any, data: bytes, name: str, **more: Any) -> Any:
    address = f"/desk/clients/{relationship.pk}/documents/new/"
    token = more.pop("token", None) or worker.hidden(address)["token"]
    typed = {"token": token, "title": "Kielitodistus", "file": SimpleUploadedFile(name, data)} | more
    return worker.post(address, **typed)


def journalled(action: str, worker: Worker) -> int:
    with make.working(worker.viewer, ON) as at_work:
        rowsecurity.apply(Viewer.for_system("test", at_work.day))
        return Entry.objects.filter(action=action).count()


def test_a_document_is_attached_listed_and_opened_as_an_attachment(vantaa: Worker) -> None:
    relationship = a_client(vantaa)
    answer = sent(vantaa, relationship, samples.PDF, "todistus.pdf")
    assert answer.status_code == 302, words(answer)
    page = vantaa.get(answer["Location"])
    assert "Kielitodistus" in words(page)
    assert "not scanned" in words(page)
    with make.working(vantaa.viewer, ON):
        document = Document.objects.get()
    opened = vantaa.get(f"/desk/clients/{relationship.pk}/documents/{document.pk}/file/")
    assert opened.content == samples.PDF
    assert opened["Content-Type"] == "application/pdf"
    assert opened["Content-Disposition"] == 'attachment; filename="kielitodistus.pdf"'
    assert opened["X-Content-Type-Options"] == "nosniff"
    assert opened["Cache-Control"] == "no-store"
    assert journalled("desk.document.downloaded", vantaa) == 1


def test_the_file_lies_outside_the_web_root_under_its_hash(vantaa: Worker, own_files: Path) -> None:
    document = attached(vantaa, a_client(vantaa))
    path = own_files / document.sha256[:2] / document.sha256[2:4] / document.sha256
    assert path.read_bytes() == samples.PDF
    assert [one.name for one in path.parent.iterdir()] == [document.sha256]


def test_the_same_form_sent_twice_attaches_once(vantaa: Worker) -> None:
    relationship = a_client(vantaa)
    token = "4b7f0c7c-6a5f-4a51-9d21-0000000000d1"
    for _time in range(2):
        assert sent(vantaa, relationship, samples.PDF, "a.pdf", token=token).status_code == 302
    with make.working(vantaa.viewer, ON):
        assert Document.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "a.pdf", "The file is empty."),
        (b"MZ\x90", "a.pdf", "This file is a program"),
        (b"<html><script>", "a.html", "Web pages and drawings"),
        (samples.PNG, "a.pdf", "The content of the file is png"),
        (b"PK\x03\x04", "a.docx", "The file is broken"),
    ],
)
def test_a_wrong_file_is_refused_in_words_and_nothing_typed_is_lost(
    vantaa: Worker, own_files: Path, data: bytes, name: str, said: str
) -> None:
    answer = sent(vantaa, a_client(vantaa), data, name)
    assert answer.status_code == 422
    assert said in words(answer)
    assert "Kielitodistus" in answer.content.decode()
    assert not own_files.exists()


def test_a_file_that_is_too_large_is_refused_before_it_is_read(vantaa: Worker, settings: Any) -> None:
    settings.LARGEST_FILE_BYTES = 1024 * 1024
    answer = sent(vantaa, a_client(vantaa), samples.TXT * 40_000, "a.txt")
    assert answer.status_code == 422
    assert "The file is too large: 2 MB. At most 1 MB fit." in words(answer)


def test_a_title_with_the_client_s_name_is_refused(vantaa: Worker) -> None:
    relationship = a_client(vantaa)
    name = relationship.person.family_name
    answer = sent(vantaa, relationship, samples.PDF, "a.pdf", title=f"Päätös {name}")
    assert answer.status_code == 422
    assert "without the client's name" in words(answer)


def test_a_disk_that_refuses_loses_nothing_and_says_so(vantaa: Worker, own_files: Path) -> None:
    own_files.write_text("a file where the folder should be")
    answer = sent(vantaa, a_client(vantaa), samples.PDF, "a.pdf")
    assert answer.status_code == 422
    assert "could not be stored just now" in words(answer)
    with make.working(vantaa.viewer, ON):
        assert Document.objects.count() == 0


def test_a_virus_is_refused_and_only_that_is_journalled(
    vantaa: Worker, settings: Any, own_files: Path
) -> None:
    with samples.clamd(b"stream: Eicar-Test-Signature FOUND\0") as scanner:
        settings.CLAMD = scanner.address
        answer = sent(vantaa, a_client(vantaa), samples.VIRUS, "a.txt")
    assert answer.status_code == 422
    assert "A virus was found in the file." in words(answer)
    assert scanner.received == [samples.VIRUS]
    assert journalled("desk.document.refused", vantaa) == 1
    assert not own_files.exists()


def test_a_clean_file_is_marked_as_checked(vantaa: Worker, settings: Any) -> None:
    data = samples.TXT * 5_000
    with samples.clamd(b"stream: OK\0") as scanner:
        settings.CLAMD = scanner.address
        document = attached(vantaa, a_client(vantaa), data, "a.txt")
    assert document.scan == Scan.CLEAN
    assert scanner.received == [data]


@pytest.mark.parametrize("answer", [b"stream: size limit exceeded. ERROR\0", b"nonsense", b""])
def test_a_scanner_that_answers_nonsense_counts_as_away(vantaa: Worker, settings: Any, answer: bytes) -> None:
    with samples.clamd(answer) as scanner:
        settings.CLAMD = scanner.address
        assert attached(vantaa, a_client(vantaa)).scan == Scan.WAITING


def test_while_the_scanner_is_away_the_document_waits_and_the_job_frees_it(
    vantaa: Worker, settings: Any
) -> None:
    settings.CLAMD = GONE
    relationship = a_client(vantaa)
    document = attached(vantaa, relationship)
    assert document.scan == Scan.WAITING
    answer = vantaa.get(f"/desk/clients/{relationship.pk}/documents/{document.pk}/file/")
    assert answer.status_code == 302
    assert "waits for the virus check" in words(vantaa.get(answer["Location"]))
    with make.working(vantaa.viewer, ON) as at_work, pytest.raises(Refusals):
        actions.share_document(relationship.pk, document.pk, actor=at_work)
    with clock.at(ON):
        assert jobs.scan_waiting(0) == 0
        settings.CLAMD = "fake"
        assert jobs.scan_waiting(0) == 1
    with make.working(vantaa.viewer, ON) as at_work:
        assert actions.open_document(relationship.pk, document.pk, actor=at_work)[1] == samples.PDF


def test_a_virus_found_later_takes_the_file_away_and_tells_who_attached_it(
    vantaa: Worker, settings: Any, own_files: Path, django_capture_on_commit_callbacks: Any
) -> None:
    settings.CLAMD = GONE
    relationship = a_client(vantaa)
    document = attached(vantaa, relationship, samples.VIRUS, "a.txt")
    settings.CLAMD = "fake"
    with django_capture_on_commit_callbacks(execute=True), clock.at(ON):
        jobs.scan_waiting(0)
    assert not files.place(document.sha256).exists()
    with make.working(vantaa.viewer, ON) as at_work:
        assert Document.objects.get().scan == Scan.INFECTED
        assert Notice.objects.get().kind == "desk.document-refused"
        with pytest.raises(Refusals) as refused:
            actions.open_document(relationship.pk, document.pk, actor=at_work)
    assert refused.value.codes == ("file-virus",)


@pytest.mark.parametrize("fault", ["vanished", "changed"])
def test_a_file_that_vanished_or_changed_on_the_disk_is_told_in_words(vantaa: Worker, fault: str) -> None:
    relationship = a_client(vantaa)
    document = attached(vantaa, relationship)
    path = files.place(document.sha256)
    path.unlink() if fault == "vanished" else path.write_bytes(b"something else")
    answer = vantaa.get(f"/desk/clients/{relationship.pk}/documents/{document.pk}/file/")
    assert answer.status_code == 302
    assert "The file is not in its place on the server" in words(vantaa.get(answer["Location"]))
    assert journalled("desk.document.downloaded", vantaa) == 0


def test_deleting_needs_a_reason_and_takes_the_file_only_with_its_last_document(
    vantaa: Worker, django_capture_on_commit_callbacks: Any
) -> None:
    relationship = a_client(vantaa)
    first, second = attached(vantaa, relationship), attached(vantaa, relationship)
    address = f"/desk/clients/{relationship.pk}/documents/{first.pk}/delete/"
    assert vantaa.post(address, reason="x").status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        assert vantaa.post(address, reason="Väärän asiakkaan paperi").status_code == 302
    assert files.place(first.sha256).exists()
    with django_capture_on_commit_callbacks(execute=True), make.working(vantaa.viewer, ON) as at_work:
        actions.delete_document(relationship.pk, second.pk, "Väärän asiakkaan paperi", actor=at_work)
    assert not files.place(first.sha256).exists()
    assert journalled("desk.document.deleted", vantaa) == 2


def test_forgetting_persons_deletes_their_documents_and_files(
    vantaa: Worker, django_capture_on_commit_callbacks: Any
) -> None:
    relationship = a_client(vantaa)
    document = attached(vantaa, relationship)
    with make.working(vantaa.viewer, ON) as at_work, pytest.raises(MissingCapability):
        actions.forget_files([relationship.person_id], actor=at_work)
    system = Viewer.for_system("test", ON)
    with django_capture_on_commit_callbacks(execute=True), make.working(system, ON):
        assert actions.forget_files([relationship.person_id], actor=system) == 1
    assert not files.place(document.sha256).exists()


def test_a_client_opens_only_what_is_shown_and_is_told_of_it(
    vantaa: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    relationship = a_client(vantaa)
    shown, hidden = attached(vantaa, relationship), attached(vantaa, relationship)
    told = make.worker("kunta-205", ON)
    monkeypatch.setattr(recipients, "_finders", [])
    recipients.set_finder(
        lambda person, what: Recipients((told.user_id or 0,) if person else (), f"/my/{what}s/")
    )
    with make.working(vantaa.viewer, ON) as at_work:
        actions.share_document(relationship.pk, shown.pk, actor=at_work)
    client = Viewer(None, "", ON, None, own=Own(relationship.person_id, relationship.person_id))
    with make.working(client, ON) as at_home:
        assert [one.pk for one in queries.shared_documents(relationship.person_id)] == [shown.pk]
        assert actions.open_own_document(shown.pk, actor=at_home)[1] == samples.PDF
        with pytest.raises(NotVisible):
            actions.open_own_document(hidden.pk, actor=at_home)
        assert Document.objects.count() == 1
    with make.working(told, ON):
        assert Notice.objects.get().address == "/my/documents/"
    with make.working(vantaa.viewer, ON) as at_work:
        actions.unshare_document(relationship.pk, shown.pk, actor=at_work)
    with make.working(client, ON) as at_home:
        assert queries.shared_documents(relationship.person_id) == []
