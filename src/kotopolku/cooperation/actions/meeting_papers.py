"""Acts on papers of a meeting: added with a file, sent with the call or later, withdrawn after sending, a newer one in place.

A paper that was sent leaves its name and the reason when it is withdrawn, and no content. Not for: the files themselves
(``files.py``).
"""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.cooperation import access_meetings as access
from kotopolku.cooperation.actions import files
from kotopolku.cooperation.actions.agenda import OVER
from kotopolku.cooperation.actions.meeting_told import MEETING, tell, tell_called
from kotopolku.cooperation.models import (
    AgendaItem,
    Attachment,
    CallAs,
    ItemAccess,
    ItemState,
    MeetingCall,
    MeetingPaper,
    MeetingState,
)
from kotopolku.desk.actions.documents import Upload
from kotopolku.journal.actions import record

PAPER = "cooperation.meeting-paper"
MOST_PAPERS = 20


def add(
    item_id: int,
    title: str,
    access_to: str,
    upload: Upload,
    *,
    actor: Viewer,
    token: UUID | None = None,
) -> MeetingPaper:
    """A paper of an item with its file, not sent yet. Raises ``Refusals``: a virus, a kind of file that is not taken.

    The file is checked before anything is written; a refused one leaves only its entry in the journal.
    """
    if (before := done_before(token, files.FILE)) is not None:
        return access.own_paper(actor, _paper_of(before))
    item = access.own_item(actor, item_id)
    refuse(_check(item, title, access_to))
    checked = files.checked(upload, actor=actor)
    with transaction.atomic():
        item = access.own_item(actor, item_id, lock=True)
        refuse(_check(item, title, access_to))
        made = MeetingPaper.objects.create(
            item=item, title=title.strip(), order=item.papers.count() + 1, access=access_to
        )
        files.store_paper(made, checked, actor=actor, token=token)
        return made


def replace(
    paper_id: int, title: str, upload: Upload, *, actor: Viewer, token: UUID | None = None
) -> MeetingPaper:
    """A newer paper in place of one: beside a withdrawn one, or of one that has not been sent, which goes.

    One that was sent is withdrawn first, so that those called learn why. Raises ``Refusals``.
    """
    if (before := done_before(token, files.FILE)) is not None:
        return access.own_paper(actor, _paper_of(before))
    old = access.own_paper(actor, paper_id)
    refuse(_check_replace(old, title))
    checked = files.checked(upload, actor=actor)
    with transaction.atomic():
        old = access.own_paper(actor, paper_id, lock=True)
        refuse(_check_replace(old, title))
        made = MeetingPaper.objects.create(
            item=old.item, title=title.strip(), order=old.order, access=old.access
        )
        files.store_paper(made, checked, actor=actor, token=token)
        if old.sent_at is None:
            old.delete()
        return made


@transaction.atomic
def send(meeting_id: int, *, actor: Viewer) -> int:
    """Sends what has been added since the call; those called are told. Returns how many papers. Safe to repeat."""
    meeting = access.own_meeting(actor, meeting_id, lock=True)
    refused = []
    if meeting.state not in (MeetingState.CALLED, MeetingState.OPEN):
        words = _("Papers go with the call. Later ones are sent until the meeting is closed.")
        refused.append(Refusal("", "state", words))
    refuse(refused)
    number = access.unsent_papers(meeting).update(sent_at=clock.now())
    if number:
        tell_called("cooperation.meeting-papers", meeting, actor)
        record(
            "cooperation.paper.sent", actor=actor, object=(MEETING, meeting.pk), details={"papers": number}
        )
    return number


@transaction.atomic
def withdraw(paper_id: int, reason: str, *, actor: Viewer) -> MeetingPaper:
    """Takes back a paper that was sent: its name and the reason stay, the content goes, those who had it are told."""
    found = access.own_paper(actor, paper_id, lock=True)
    refused = []
    if found.sent_at is None:
        refused.append(Refusal("", "not-sent", _("The paper has not been sent. Remove it instead.")))
    if found.withdrawn_at is not None:
        refused.append(Refusal("", "withdrawn", _("The paper has been withdrawn already.")))
    if not reason.strip():
        refused.append(Refusal("reason", "required", _("Write why.")))
    refuse(refused)
    found.withdrawn_at, found.withdrawn_by_id = clock.now(), actor.user_id
    found.withdrawn_reason = reason.strip()
    found.version += 1
    found.save()
    with rowsecurity.as_system():
        # Also a file that was added by the authority that kept the body before.
        found.files.all().delete()
    meeting = found.item.meeting
    had = MeetingCall.objects.filter(meeting=meeting, ended_at=None)
    if ItemAccess.SECRET in (found.access, found.item.access):
        had = had.exclude(part=CallAs.GUEST)
    if meeting.state == MeetingState.CALLED:
        tell_called("cooperation.meeting-paper-withdrawn", meeting, actor, had)
    else:
        users = had.filter(user__isnull=False).values_list("user_id", flat=True)
        tell("cooperation.meeting-paper-withdrawn", meeting, users, actor)
    record("cooperation.paper.withdrawn", actor=actor, object=(PAPER, found.pk))
    return found


@transaction.atomic
def remove(paper_id: int, *, actor: Viewer) -> AgendaItem:
    """Removes a paper that nobody has got."""
    found = access.own_paper(actor, paper_id, lock=True)
    if found.sent_at is not None:
        words = _("The paper has been sent. Withdraw it with a reason instead.")
        refuse([Refusal("", "sent", words)])
    record("cooperation.paper.removed", actor=actor, object=(PAPER, found.pk))
    item = found.item
    found.delete()
    return item


def _paper_of(file_id: int) -> int:
    return Attachment.objects.filter(pk=file_id).values_list("paper_id", flat=True).first() or 0


def _check(item: AgendaItem, title: str, access_to: str) -> list[Refusal]:
    refused = _check_state(item)
    if not title.strip():
        refused.append(Refusal("title", "required", _("Write what the file is.")))
    if access_to not in ItemAccess.values:
        refused.append(Refusal("access", "required", _("Choose who reads the paper.")))
    elif access_to == ItemAccess.PUBLIC and item.access != ItemAccess.PUBLIC:
        words = _("A paper of an item that is not public cannot be public.")
        refused.append(Refusal("access", "wider", words))
    if item.papers.count() >= MOST_PAPERS:
        words = _("There are %(most)s files already, which is as many as fit.")
        refused.append(Refusal("file", "many", words, {"most": MOST_PAPERS}))
    return refused


def _check_replace(old: MeetingPaper, title: str) -> list[Refusal]:
    refused = _check_state(old.item)
    if not title.strip():
        refused.append(Refusal("title", "required", _("Write what the file is.")))
    if old.sent_at is not None and old.withdrawn_at is None:
        words = _(
            "The paper has been sent. Withdraw it with a reason first, then put the newer one in its place."
        )
        refused.append(Refusal("", "sent", words))
    return refused


def _check_state(item: AgendaItem) -> list[Refusal]:
    if item.meeting.state in (MeetingState.CLOSED, MeetingState.CANCELLED):
        return [Refusal("", "over", OVER)]
    if item.state == ItemState.REFUSED:
        return [Refusal("", "refused", _("The item is not on the agenda."))]
    return []
