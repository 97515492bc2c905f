"""Acts on attached documents: adding with every check, opening, showing to the client, deleting, checking for viruses.

A file is written before its row and removed after it, so that a fault leaves at most a file too many, never one missing.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.access import Case, case, seeing_all
from kotopolku.clients.actions import case as cases
from kotopolku.clients.rules import Refusals, refuse
from kotopolku.desk import access, files, recipients, rules
from kotopolku.desk.content import FileKind, NotAccepted, kind_of
from kotopolku.desk.models import Document, Scan
from kotopolku.desk.scanner import Verdict, scanner
from kotopolku.desk.wording import refusal, said
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify

log = logging.getLogger(__name__)

DOCUMENT = "desk.document"
MEGABYTE = 1024 * 1024
SCANS = {
    Verdict.CLEAN: Scan.CLEAN,
    Verdict.NO_SCANNER: Scan.UNSCANNED,
    Verdict.AWAY: Scan.WAITING,
    Verdict.INFECTED: Scan.INFECTED,
}


@dataclass(frozen=True)
class Upload:
    """A file as it came: its name is believed only as far as the content bears it out."""

    name: str
    data: bytes


def check_size(size: int) -> None:
    """Raises ``Refusals`` for a file that is too large; ask before reading it."""
    most = settings.LARGEST_FILE_BYTES
    if size > most:
        sizes = {"size": -(-size // MEGABYTE), "most": most // MEGABYTE}
        raise Refusals([refusal("file", "file-large", **sizes)])


def add_document(
    relationship_id: int, title: str, upload: Upload, *, actor: Viewer, token: UUID | None = None
) -> Document:
    """Attaches a file to a client. While the virus scanner is away the document waits and cannot be opened.

    A file with a virus is refused, and that is kept in the journal though nothing else is. Raises ``Refusals``.
    """
    require(actor, Capability.CLIENT_EDIT)
    found = case(actor, relationship_id)
    if (before := cases.done_before(token, DOCUMENT)) is not None:
        return access.document(relationship_id, before)
    person = found.relationship.person
    refuse(said(rules.check_title(title, person.family_name, person.given_names)))
    kind = _kind(upload)
    verdict = scanner().scan(upload.data)
    if verdict == Verdict.INFECTED:
        _record_refusal(found, kind, actor)
        raise Refusals([refusal("file", "file-virus")])
    return _store(relationship_id, title.strip(), kind, upload.data, SCANS[verdict], actor, token)


def _kind(upload: Upload) -> FileKind:
    check_size(len(upload.data))
    try:
        return kind_of(upload.data, upload.name)
    except NotAccepted as error:
        raise Refusals([refusal("file", error.code, found=error.found)]) from error


@transaction.atomic
def _record_refusal(found: Case, kind: FileKind, actor: Viewer) -> None:
    record(
        "desk.document.refused",
        actor=actor,
        subjects=[found.relationship.person_id],
        object=("clients.relationship", found.relationship.pk),
        details={"kind": kind.value},
    )


@transaction.atomic
def _store(
    relationship_id: int,
    title: str,
    kind: FileKind,
    data: bytes,
    scan: Scan,
    actor: Viewer,
    token: UUID | None,
) -> Document:
    found = cases.let_in(actor, Capability.CLIENT_EDIT, relationship_id)
    if (before := cases.done_before(token, DOCUMENT)) is not None:
        return access.document(relationship_id, before)
    sha256 = files.content_hash(data)
    _hold(sha256)
    try:
        files.store(data)
    except OSError as error:
        log.exception("an attached file could not be written")
        raise Refusals([refusal("file", "file-not-stored")]) from error
    document = Document.objects.create(
        person_id=found.relationship.person_id,
        relationship_id=relationship_id,
        title=title,
        kind=kind.value,
        size=len(data),
        sha256=sha256,
        scan=scan,
        added_by_id=actor.user_id,
        added_on=clock.today(),
        added_at=clock.now(),
    )
    _record(
        "desk.document.added", document, actor, kind=kind.value, size=len(data), scan=scan.value, token=token
    )
    return document


@transaction.atomic
def open_document(relationship_id: int, document_id: int, *, actor: Viewer) -> tuple[Document, bytes]:
    """The document with its content; the look is journalled. Raises ``Refusals`` when it waits or has vanished."""
    require(actor, Capability.CLIENT_VIEW)
    case(actor, relationship_id)
    return _opened(access.document(relationship_id, document_id), actor)


@transaction.atomic
def open_own_document(document_id: int, *, actor: Viewer) -> tuple[Document, bytes]:
    """A document shown to the client, opened at the own page. Raises ``NotVisible``, ``Refusals``."""
    require(actor, Capability.OWN_PATH)
    return _opened(access.own_document(actor, document_id), actor)


def _opened(document: Document, actor: Viewer) -> tuple[Document, bytes]:
    if not document.can_be_opened:
        raise Refusals([refusal("", "file-waiting" if document.scan == Scan.WAITING else "file-virus")])
    try:
        data = files.read(document.sha256)
    except files.FileVanished as error:
        log.error("the file of document %s is missing or changed", document.pk)
        raise Refusals([refusal("", "file-vanished")]) from error
    _record("desk.document.downloaded", document, actor)
    return document, data


@transaction.atomic
def share_document(relationship_id: int, document_id: int, *, actor: Viewer) -> Document:
    """Shows the document to the client, who is told. Raises ``Refusals`` before it has been checked for viruses."""
    document = _let_in(actor, relationship_id, document_id)
    if not document.can_be_opened:
        raise Refusals([refusal("", "not-read-by-client")])
    document.shared = True
    document.save(update_fields=["shared"])
    _record("desk.document.shared", document, actor)
    to = recipients.of(document.person_id, "document")
    if to.users:
        notify(
            "desk.document-shared", to.users, actor=actor, address=to.address, about=(DOCUMENT, document.pk)
        )
    return document


@transaction.atomic
def unshare_document(relationship_id: int, document_id: int, *, actor: Viewer) -> Document:
    document = _let_in(actor, relationship_id, document_id)
    document.shared = False
    document.save(update_fields=["shared"])
    _record("desk.document.unshared", document, actor)
    return document


@transaction.atomic
def delete_document(relationship_id: int, document_id: int, reason: str, *, actor: Viewer) -> None:
    """Deletes the document for good, with its file unless another document has the same. Raises ``Refusals``."""
    document = _let_in(actor, relationship_id, document_id)
    refuse(said(rules.check_reason(reason)))
    _record("desk.document.deleted", document, actor, reason=reason.strip(), kind=document.kind)
    document.delete()
    _let_go([document.sha256])


@transaction.atomic
def check_document(document_id: int, *, actor: Viewer) -> Scan:
    """Asks the scanner about a document that waits; one with a virus loses its file and who added it is told.

    For the job. Answers the state after it. Raises ``NotVisible``.
    """
    require(actor, Capability.CLIENT_EDIT)
    with seeing_all(actor):
        document = Document.objects.select_for_update().filter(pk=document_id).first()
        if document is None:
            raise NotVisible
        if document.scan != Scan.WAITING:
            return Scan(document.scan)
        try:
            verdict = scanner().scan(files.read(document.sha256))
        except files.FileVanished:
            log.error("the file of document %s is missing or changed", document.pk)
            return Scan.WAITING
        if verdict == Verdict.AWAY:
            return Scan.WAITING
        document.scan = SCANS[verdict]
        document.save(update_fields=["scan"])
        _record("desk.document.checked", document, actor, scan=document.scan)
    if document.scan == Scan.INFECTED:
        _let_go([document.sha256])
        if document.added_by_id is not None:
            notify(
                "desk.document-refused",
                [document.added_by_id],
                actor=actor,
                address=reverse("desk:documents", args=[document.relationship_id]),
                about=(DOCUMENT, document.pk),
            )
    return Scan(document.scan)


@transaction.atomic
def forget_files(person_ids: Iterable[int], *, actor: Viewer) -> int:
    """Deletes the documents of persons whose time of keeping is over, and their files. Answers how many documents."""
    require(actor, Capability.RETENTION_MANAGE)
    people = sorted(set(person_ids))
    with seeing_all(actor):
        rows = Document.objects.filter(person_id__in=people)
        hashes = list(rows.values_list("sha256", flat=True))
        rows.delete()
    record("desk.files.forgotten", actor=actor, subjects=people, details={"documents": len(hashes)})
    _let_go(hashes)
    return len(hashes)


def _let_in(actor: Viewer, relationship_id: int, document_id: int) -> Document:
    cases.let_in(actor, Capability.CLIENT_EDIT, relationship_id)
    return access.document(relationship_id, document_id, lock=True)


def _hold(sha256: str) -> None:
    """Who adds and who removes a file of the same content queue up, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [sha256])


def _let_go(hashes: Iterable[str]) -> None:
    """Removes the files that no document points at any more, once the transaction has come to its end."""
    for sha256 in sorted(set(hashes)):
        transaction.on_commit(lambda sha256=sha256: _remove_unless_used(sha256))  # type: ignore[misc]


@transaction.atomic
def _remove_unless_used(sha256: str) -> None:
    _hold(sha256)
    with seeing_all(Viewer(user_id=None, name="", day=clock.today(), seat=None)):
        used = Document.objects.filter(sha256=sha256).exclude(scan=Scan.INFECTED).exists()
    if not used:
        try:
            files.remove(sha256)
        except OSError:
            log.exception("a file that nothing points at could not be removed")


def _record(
    action: str,
    document: Document,
    actor: Viewer,
    *,
    reason: str = "",
    token: UUID | None = None,
    **details: object,
) -> None:
    record(
        action,
        actor=actor,
        subjects=[document.person_id],
        object=(DOCUMENT, document.pk),
        reason=reason,
        details=details,
        token=token,
    )
