"""Acts on files of bulletins, materials and meeting papers: attached with every check, opened, removed, checked again by the job.

The content lies in the database, in a table of its own; a file with a virus is refused, and that alone is kept.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import Refusal, Refusals, refuse
from kotopolku.cooperation import access
from kotopolku.cooperation.models import (
    Attachment,
    AttachmentContent,
    Bulletin,
    BulletinState,
    Material,
    MaterialState,
    MeetingPaper,
    Scan,
)
from kotopolku.desk import files
from kotopolku.desk.actions.documents import SCANS, Upload, check_size
from kotopolku.desk.content import NotAccepted, kind_of
from kotopolku.desk.scanner import Verdict, scanner
from kotopolku.desk.wording import refusal
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify

FILE = "cooperation.file"
MOST_FILES = 10


@dataclass(frozen=True)
class Checked:
    """A file whose kind is known from its content, and what the scanner said of it."""

    kind: str
    data: bytes
    scan: Scan


def attach_to_bulletin(
    bulletin_id: int, title: str, upload: Upload, *, actor: Viewer, token: UUID | None = None
) -> Attachment:
    """Attaches a file to a bulletin of the own organisation that is not withdrawn. Raises ``Refusals``."""
    found = access.own_bulletin(actor, bulletin_id)
    if found.state == BulletinState.WITHDRAWN:
        raise Refusals([Refusal("", "withdrawn", _("The bulletin has been withdrawn."))])
    return _attach(found, None, title, upload, actor, token)


def attach_to_material(
    material_id: int, title: str, upload: Upload, *, actor: Viewer, token: UUID | None = None
) -> Attachment:
    """Attaches a file to a material of the own organisation that is not withdrawn. Raises ``Refusals``."""
    found = access.own_material(actor, material_id)
    if found.state == MaterialState.WITHDRAWN:
        raise Refusals([Refusal("", "withdrawn", _("The material has been withdrawn."))])
    return _attach(None, found, title, upload, actor, token)


def _attach(
    bulletin: Bulletin | None,
    material: Material | None,
    title: str,
    upload: Upload,
    actor: Viewer,
    token: UUID | None,
) -> Attachment:
    check_size(len(upload.data))
    refused = []
    if not title.strip():
        refused.append(Refusal("title", "required", _("Write what the file is.")))
    if Attachment.objects.filter(bulletin=bulletin, material=material).count() >= MOST_FILES:
        words = _("There are %(most)s files already, which is as many as fit.")
        refused.append(Refusal("file", "many", words, {"most": MOST_FILES}))
    refuse(refused)
    file = checked(upload, actor=actor)
    return _store(bulletin, material, title.strip(), file, actor, token)


def checked(upload: Upload, *, actor: Viewer) -> Checked:
    """What a file really is. Raises ``Refusals`` for a kind that is not taken and for a virus, which is journalled."""
    check_size(len(upload.data))
    try:
        kind = kind_of(upload.data, upload.name)
    except NotAccepted as error:
        raise Refusals([refusal("file", error.code, found=error.found)]) from error
    verdict = scanner().scan(upload.data)
    if verdict == Verdict.INFECTED:
        _record_refusal(kind.value, actor)
        raise Refusals([refusal("file", "file-virus")])
    return Checked(kind.value, upload.data, SCANS[verdict])


def store_paper(
    paper: MeetingPaper, file: Checked, *, actor: Viewer, token: UUID | None = None
) -> Attachment:
    """The file of a paper of a meeting: part of another act, in its transaction, whose entry in the journal it makes."""
    return _keep(
        Attachment(paper=paper, organisation_id=paper.item.meeting.organisation_id, title=paper.title),
        file,
        actor,
        token,
    )


@transaction.atomic
def _record_refusal(kind: str, actor: Viewer) -> None:
    record("cooperation.file.refused", actor=actor, details={"kind": kind})


@transaction.atomic
def _store(
    bulletin: Bulletin | None,
    material: Material | None,
    title: str,
    file: Checked,
    actor: Viewer,
    token: UUID | None,
) -> Attachment:
    if (before := done_before(token, FILE)) is not None:
        return access.attachment(actor, before)
    owner = bulletin.sender_id if bulletin else material.organisation_id if material else 0
    made = Attachment(bulletin=bulletin, material=material, organisation_id=owner, title=title)
    return _keep(made, file, actor, token)


def _keep(made: Attachment, file: Checked, actor: Viewer, token: UUID | None) -> Attachment:
    made.kind, made.size, made.scan = file.kind, len(file.data), file.scan
    made.sha256 = files.content_hash(file.data)
    made.added_by_id, made.added_at = actor.user_id, clock.now()
    made.save()
    AttachmentContent.objects.create(attachment=made, organisation_id=made.organisation_id, data=file.data)
    record(
        "cooperation.file.added",
        actor=actor,
        object=(FILE, made.pk),
        details={"kind": made.kind, "size": made.size},
        token=token,
    )
    return made


@transaction.atomic
def open_file(attachment_id: int, *, actor: Viewer) -> tuple[Attachment, bytes]:
    """A file with its content. Raises ``NotVisible``, ``Refusals`` while it waits for the virus check."""
    found = access.attachment(actor, attachment_id)
    if not found.can_be_opened:
        raise Refusals([refusal("", "file-waiting" if found.scan == Scan.WAITING else "file-virus")])
    data = bytes(found.content.data)
    record("cooperation.file.opened", actor=actor, object=(FILE, found.pk))
    return found, data


@transaction.atomic
def remove(attachment_id: int, *, actor: Viewer) -> Attachment:
    """Removes a file of a draft or of an own material; from a sent bulletin nothing is taken away unseen."""
    found = access.attachment(actor, attachment_id)
    if found.paper_id is not None:
        # A paper of a meeting goes with its file, by its own act.
        raise NotVisible
    if found.bulletin_id is not None:
        bulletin = access.own_bulletin(actor, found.bulletin_id)
        if bulletin.state != BulletinState.DRAFT:
            words = _("The bulletin has been sent with this file. Withdraw the bulletin instead.")
            refuse([Refusal("", "sent", words)])
    else:
        access.own_material(actor, found.material_id or 0)
    record("cooperation.file.removed", actor=actor, object=(FILE, found.pk))
    Attachment.objects.filter(pk=found.pk).delete()
    return found


def waiting(*, actor: Viewer) -> list[int]:
    """Files that wait for the virus check; for the job. Writes nothing."""
    require(actor, Capability.BULLETIN_SEND)
    rows = Attachment.objects.filter(scan=Scan.WAITING).order_by("id")
    return list(rows.values_list("pk", flat=True))


@transaction.atomic
def check(attachment_id: int, *, actor: Viewer) -> Scan:
    """Asks the scanner about a file that waits; one with a virus loses its content and who added it is told. For the job."""
    require(actor, Capability.BULLETIN_SEND)
    found = Attachment.objects.select_for_update().filter(Q(pk=attachment_id)).first()
    if found is None:
        raise NotVisible
    if found.scan != Scan.WAITING:
        return Scan(found.scan)
    verdict = scanner().scan(bytes(found.content.data))
    if verdict == Verdict.AWAY:
        return Scan.WAITING
    found.scan = SCANS[verdict]
    found.save(update_fields=["scan"])
    if verdict == Verdict.INFECTED:
        AttachmentContent.objects.filter(attachment=found).delete()
        notify(
            "cooperation.file-refused",
            [found.added_by_id] if found.added_by_id else [],
            actor=actor,
            address=_page(found),
            organisation_id=found.organisation_id,
            about=(FILE, found.pk),
        )
    record("cooperation.file.checked", actor=actor, object=(FILE, found.pk), details={"scan": found.scan})
    return Scan(found.scan)


def _page(of: Attachment) -> str:
    """Where the file stands."""
    if of.paper is not None:
        return reverse("cooperation:meeting-item", args=[of.paper.item_id])
    if of.bulletin_id is not None:
        return reverse("cooperation:bulletin", args=[of.bulletin_id])
    return reverse("cooperation:material", args=[of.material_id])
