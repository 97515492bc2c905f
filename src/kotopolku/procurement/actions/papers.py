"""Acts on the papers of a tender: adding a file, replacing it, taking it away before it is published, opening it."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import Refusal, Refusals
from kotopolku.desk import files
from kotopolku.desk.actions.documents import Upload, check_size
from kotopolku.desk.content import NotAccepted, kind_of
from kotopolku.desk.scanner import Verdict, scanner
from kotopolku.desk.wording import refusal
from kotopolku.journal.actions import record
from kotopolku.procurement import access
from kotopolku.procurement.actions.tenders import draft, save
from kotopolku.procurement.models import Document, DocumentContent, TenderState

PAPER = "procurement.document"


@dataclass(frozen=True)
class Paper:
    """What is said of a file."""

    title: str
    language: str = "fi"
    role: str = ""
    replaces: int | None = None


@transaction.atomic
def add_paper(
    tender_id: int, paper: Paper, upload: Upload, *, actor: Viewer, token: UUID | None = None
) -> Document:
    """Adds a file to a draft; to a published tender one that opens to all with the next correction. ``Refusals``."""
    require(actor, Capability.PROCUREMENT_PREPARE)
    if (before := done_before(token, PAPER)) is not None:
        return _paper(tender_id, before, actor)
    tender = draft(tender_id, actor, None, TenderState.DRAFT, TenderState.PUBLISHED)
    if not paper.title.strip():
        raise Refusals([Refusal("title", "required", _("Write what the paper is."))])
    old = _paper(tender_id, paper.replaces, actor) if paper.replaces else None
    kind = _checked(upload)
    document = Document.objects.create(
        tender=tender,
        title=paper.title.strip(),
        role=old.role if old else paper.role,
        language=paper.language,
        kind=kind,
        size=len(upload.data),
        sha256=files.content_hash(upload.data),
        number=old.number + 1 if old else 1,
        replaces=old if old and old.published_on else None,
        added_by_id=actor.user_id,
        added_at=clock.now(),
    )
    DocumentContent.objects.create(document=document, data=upload.data)
    if old is not None and old.published_on is None:
        old.delete()
    save(tender)
    record(
        "procurement.paper.added",
        actor=actor,
        object=(PAPER, document.pk),
        details={"tender": tender.pk, "kind": kind, "size": document.size},
        token=token,
    )
    return document


@transaction.atomic
def remove_paper(tender_id: int, document_id: int, *, actor: Viewer) -> None:
    """Takes away a file that nobody outside has seen. Raises ``Refusals`` for a published one."""
    tender = draft(tender_id, actor, None, TenderState.DRAFT, TenderState.PUBLISHED)
    document = _paper(tender_id, document_id, actor)
    if document.published_on is not None:
        raise Refusals([Refusal("", "published", PUBLISHED)])
    record(
        "procurement.paper.removed", actor=actor, object=(PAPER, document.pk), details={"tender": tender.pk}
    )
    document.delete()
    save(tender)


def own_paper(tender_id: int, document_id: int, *, viewer: Viewer) -> tuple[Document, bytes]:
    """A paper of the viewer's own tender with its content. Raises ``NotVisible``."""
    require(viewer, Capability.PROCUREMENT_VIEW)
    document = _paper(tender_id, document_id, viewer)
    return document, bytes(document.content.data)


def public_paper(tender_id: int, document_id: int, *, viewer: Viewer) -> tuple[Document, bytes]:
    """A published paper with its content, for anybody. Raises ``NotVisible``."""
    document = access.public_documents(tender_id, viewer.day).filter(pk=document_id).first()
    if document is None:
        raise NotVisible
    return document, bytes(document.content.data)


def _paper(tender_id: int, document_id: int | None, viewer: Viewer) -> Document:
    tender = access.tender(viewer, tender_id)
    found = Document.objects.filter(tender=tender, pk=document_id or 0).first()
    if found is None:
        raise NotVisible
    return found


def _checked(upload: Upload) -> str:
    """The kind of the file, after every check. Raises ``Refusals``."""
    check_size(len(upload.data))
    try:
        kind = kind_of(upload.data, upload.name)
    except NotAccepted as error:
        raise Refusals([refusal("file", error.code, found=error.found)]) from error
    verdict = scanner().scan(upload.data)
    if verdict == Verdict.INFECTED:
        raise Refusals([refusal("file", "file-virus")])
    if verdict == Verdict.AWAY:
        raise Refusals([Refusal("file", "scanner-away", AWAY)])
    return kind.value


PUBLISHED = _("The paper is published. Replace it by a new one and publish a correction.")
AWAY = _("The virus check is away. Try again in a moment.")
