"""Acts on the agenda of a meeting: items written, put in order, proposed by members, taken or refused.

Not for: what is done with an item in the meeting (``meeting_day.py``), its papers (``meeting_papers.py``).
"""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.cooperation import access_bodies
from kotopolku.cooperation import access_meetings as access
from kotopolku.cooperation import meeting_rules as rules
from kotopolku.cooperation.actions.checks import check_text, same_version
from kotopolku.cooperation.actions.meeting_checks import ITEM, check_not_frozen
from kotopolku.cooperation.actions.meeting_told import tell, tell_called, tell_desk
from kotopolku.cooperation.actions.meetings import put_on
from kotopolku.cooperation.meeting_rules import ItemContent
from kotopolku.cooperation.models import (
    AgendaItem,
    ItemAccess,
    ItemKind,
    ItemState,
    Meeting,
    MeetingState,
)
from kotopolku.cooperation.queries.meeting_subjects import is_subject
from kotopolku.journal.actions import record

EDITABLE = (MeetingState.DRAFT, MeetingState.CALLED, MeetingState.OPEN)
OVER = _("The meeting has been held or cancelled. Its agenda cannot be changed.")
DEALT = _("The item has been dealt with. It cannot be changed any more.")
SETTLED = _("The proposal has been settled already.")


@transaction.atomic
def add(meeting_id: int, content: ItemContent, *, actor: Viewer, token: UUID | None = None) -> AgendaItem:
    """A new item on the agenda, before the formal ones at its end. After the call those called are told."""
    if (before := done_before(token, ITEM)) is not None:
        return access.own_item(actor, before)
    meeting = access.own_meeting(actor, meeting_id, lock=True)
    refuse(_check(content, meeting, actor))
    made = AgendaItem()
    _write(made, content)
    put_on(meeting, made)
    _tell(meeting, actor)
    record("cooperation.agenda.added", actor=actor, object=(ITEM, made.pk), token=token)
    return made


@transaction.atomic
def change(item_id: int, content: ItemContent, *, actor: Viewer, expected_version: int) -> AgendaItem:
    """Changes an item that has not been dealt with. Raises ``EditClash``, ``Refusals``."""
    found = access.own_item(actor, item_id, lock=True)
    same_version(found.version, expected_version)
    refused = _check(content, found.meeting, actor, found)
    if found.state not in (ItemState.AGENDA, ItemState.OPEN):
        refused.append(Refusal("", "dealt", SETTLED if found.state == ItemState.REFUSED else DEALT))
    refuse(refused)
    _write(found, content)
    found.version += 1
    found.save()
    _tell(found.meeting, actor)
    record("cooperation.agenda.changed", actor=actor, object=(ITEM, found.pk))
    return found


@transaction.atomic
def restrict(item_id: int, readers: str, reason: str, *, actor: Viewer, expected_version: int) -> AgendaItem:
    """Who reads an item that has been dealt with: what proved to be secret is not published. Until the minutes are frozen.

    Raises ``EditClash``, ``Refusals``.
    """
    found = access.own_item(actor, item_id, lock=True)
    same_version(found.version, expected_version)
    refused = check_not_frozen(found.meeting) + rules.check_access(readers, reason)
    if found.state not in (ItemState.DONE, ItemState.TABLED):
        refused.append(
            Refusal("", "not-dealt", _("The item has not been dealt with. Change the item itself."))
        )
    refuse(refused)
    _set_access(found, readers, reason)
    found.version += 1
    found.save()
    record("cooperation.agenda.changed", actor=actor, object=(ITEM, found.pk))
    return found


@transaction.atomic
def remove(item_id: int, *, actor: Viewer) -> Meeting:
    """Takes an item away before the call; after it an item is left on the table instead."""
    found = access.own_item(actor, item_id, lock=True)
    refused = []
    if found.meeting.state != MeetingState.DRAFT:
        words = _("Those called have the agenda already. Leave the item on the table instead.")
        refused.append(Refusal("", "called", words))
    if found.proposed_by_id is not None and found.continued_id is None:
        words = _("A member proposed this item. Refuse it with a reason instead.")
        refused.append(Refusal("", "proposed", words))
    refuse(refused)
    record("cooperation.agenda.removed", actor=actor, object=(ITEM, found.pk))
    meeting = found.meeting
    found.delete()
    return meeting


@transaction.atomic
def shift(item_id: int, *, down: bool, actor: Viewer) -> AgendaItem:
    """Moves an item by one place on the agenda."""
    found = access.own_item(actor, item_id)
    meeting = access.own_meeting(actor, found.meeting_id, lock=True)
    if meeting.state not in EDITABLE:
        refuse([Refusal("", "over", OVER)])
    rows = list(meeting.items.exclude(state__in=access.UNDECIDED).order_by("order", "pk"))
    by_id = {one.pk: one for one in rows}
    if item_id not in by_id:
        raise NotVisible
    for number, pk in enumerate(rules.shifted([one.pk for one in rows], item_id, down), start=1):
        if by_id[pk].order != number:
            by_id[pk].order = number
            by_id[pk].save(update_fields=["order"])
    record("cooperation.agenda.ordered", actor=actor, object=(ITEM, found.pk))
    return found


# Proposed by members --------------------------------------------------------------------------------------------------


@transaction.atomic
def propose(
    meeting_id: int, title: str, text: str, proposal: str = "", *, actor: Viewer, token: UUID | None = None
) -> AgendaItem:
    """A member proposes an item until the day that was given; the keeper takes or refuses it. Raises ``Refusals``."""
    require(actor, Capability.SIGNED_IN)
    if (before := done_before(token, ITEM)) is not None:
        return next(one for one in access.my_proposals(actor) if one.pk == before)
    meeting = access.locked(access.proposable_meeting(actor, meeting_id))
    holder = (
        access_bodies.my_holders(actor)
        .filter(seat__term__body_id=meeting.body_id, days__contains=actor.day)
        .order_by("pk")
        .first()
    )
    if holder is None:
        raise NotVisible
    refused = check_text("text", text, _("Write why the matter should be dealt with."))
    refused += check_text("proposal", proposal)
    if not title.strip():
        refused.append(Refusal("title", "required", _("Give the item a title.")))
    refuse(refused)
    with rowsecurity.as_system():
        made = AgendaItem.objects.create(
            meeting=meeting,
            order=0,
            kind=ItemKind.DECISION if proposal.strip() else ItemKind.TALK,
            state=ItemState.PROPOSED,
            access=ItemAccess.CALLED,
            title=title.strip()[:200],
            text=text.strip(),
            proposal=proposal.strip(),
            presenter=holder.name,
            proposed_by=holder,
        )
    tell_desk("cooperation.meeting-item-proposed", meeting, actor)
    record("cooperation.agenda.proposed", actor=actor, object=(ITEM, made.pk), token=token)
    return made


@transaction.atomic
def take_back(item_id: int, *, actor: Viewer) -> None:
    """A member takes back one's own proposal that has not been settled."""
    mine = next((one for one in access.my_proposals(actor) if one.pk == item_id), None)
    if mine is None:
        raise NotVisible
    with rowsecurity.as_system():
        found = AgendaItem.objects.select_for_update().get(pk=mine.pk)
        if found.state != ItemState.PROPOSED:
            refuse([Refusal("", "settled", SETTLED)])
        record("cooperation.agenda.taken-back", actor=actor, object=(ITEM, found.pk))
        found.delete()


@transaction.atomic
def take(item_id: int, *, actor: Viewer) -> AgendaItem:
    """Puts a proposed item on the agenda; who proposed it is told. Safe to repeat."""
    found = access.own_item(actor, item_id, lock=True)
    if found.state == ItemState.AGENDA:
        return found
    refused = []
    if found.state != ItemState.PROPOSED:
        refused.append(Refusal("", "settled", SETTLED))
    if found.meeting.state not in EDITABLE:
        refused.append(Refusal("", "over", OVER))
    refuse(refused)
    # It stood outside the order while it was only proposed.
    found.state = ItemState.AGENDA
    found.version += 1
    put_on(found.meeting, found)
    _tell(found.meeting, actor)
    _tell_proposer(found, actor)
    record("cooperation.agenda.taken", actor=actor, object=(ITEM, found.pk))
    return found


@transaction.atomic
def turn_down(item_id: int, reason: str, *, actor: Viewer) -> AgendaItem:
    """Refuses a proposed item with a reason; who proposed it is told and sees the reason."""
    found = access.own_item(actor, item_id, lock=True)
    taken_before_call = found.state == ItemState.AGENDA and found.meeting.state == MeetingState.DRAFT
    refused = []
    if found.proposed_by_id is None or not (found.state == ItemState.PROPOSED or taken_before_call):
        refused.append(Refusal("", "settled", SETTLED))
    if not reason.strip():
        refused.append(Refusal("reason", "required", _("Write why.")))
    refuse(refused)
    found.state, found.refused_reason = ItemState.REFUSED, reason.strip()
    found.version += 1
    found.save()
    _tell_proposer(found, actor)
    record("cooperation.agenda.turned-down", actor=actor, object=(ITEM, found.pk))
    return found


# Parts ----------------------------------------------------------------------------------------------------------------


def _check(
    content: ItemContent, meeting: Meeting, actor: Viewer, of: AgendaItem | None = None
) -> list[Refusal]:
    refused = rules.check_item(content) + check_text("text", content.text)
    refused += check_text("proposal", content.proposal)
    if meeting.state not in EDITABLE:
        refused.append(Refusal("", "over", OVER))
    if content.kind not in ItemKind.values:
        refused.append(Refusal("kind", "required", _("Choose what kind of item it is.")))
    subject = (content.subject_kind, content.subject_id or 0)
    # A matter that another editor chose stays, whether this one sees it or not.
    kept = of is not None and subject == (of.subject_kind, of.subject_id or 0)
    if content.subject_kind and not kept and not is_subject(actor, *subject):
        refused.append(Refusal("subject", "unknown", _("Choose the matter from the list.")))
    return refused


def _write(item: AgendaItem, content: ItemContent) -> None:
    item.title, item.kind = content.title.strip(), content.kind
    _set_access(item, content.access, content.access_reason)
    item.text, item.proposal = content.text.strip(), content.proposal.strip()
    item.presenter, item.minutes_planned = content.presenter.strip(), content.minutes_planned
    item.subject_kind = content.subject_kind
    item.subject_id = content.subject_id if content.subject_kind else None


def _set_access(item: AgendaItem, readers: str, reason: str) -> None:
    item.access = readers
    item.access_reason = reason.strip() if readers == ItemAccess.SECRET else ""


def _tell(meeting: Meeting, actor: Viewer) -> None:
    """After the call the agenda is not changed unseen, also by those who get letters."""
    if meeting.state == MeetingState.CALLED:
        tell_called("cooperation.meeting-agenda-changed", meeting, actor)


def _tell_proposer(item: AgendaItem, actor: Viewer) -> None:
    if item.proposed_by and item.proposed_by.user_id:
        tell("cooperation.meeting-proposal-settled", item.meeting, [item.proposed_by.user_id], actor)
