"""Acts on tasks that a meeting gives: given, changed, done or given up, their owners reminded by the job."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.cooperation import access_meetings as meetings
from kotopolku.cooperation import access_minutes as access
from kotopolku.cooperation import minutes_rules as rules
from kotopolku.cooperation.actions.checks import same_version
from kotopolku.cooperation.actions.meeting_checks import check_not_frozen
from kotopolku.cooperation.models import AgendaItem, MeetingCall, MeetingState, MeetingTask, TaskState
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify

TASK = "cooperation.meeting-task"
GIVEN, REMINDER = "cooperation.task-given", "cooperation.task-reminder"


@dataclass(frozen=True)
class TaskContent:
    """``call_id``: of the owner, when somebody called has the task; else ``owner_name``."""

    text: str
    due: date
    call_id: int | None = None
    owner_name: str = ""


@transaction.atomic
def give(item_id: int, content: TaskContent, *, actor: Viewer, token: UUID | None = None) -> MeetingTask:
    """A task with its owner and day; an owner who signs in here is told. Raises ``NotVisible``, ``Refusals``."""
    shown = meetings.led_item(actor, item_id)
    if (before := done_before(token, TASK)) is not None:
        return access.led_task(actor, before)
    item = access.locked_item(shown)
    refused, owner = _check(content, item, None)
    if item.meeting.state not in (MeetingState.OPEN, MeetingState.CLOSED):
        words = _("The meeting has not been opened. Tasks are given in it.")
        refused.append(Refusal("", "not-held", words))
    refuse(check_not_frozen(item.meeting) + refused)
    made = MeetingTask(item=item)
    _write(made, content, owner)
    with rowsecurity.as_system():
        made.save()
    record("cooperation.meeting-task.given", actor=actor, object=(TASK, made.pk), token=token)
    _tell(made, GIVEN, actor)
    return made


@transaction.atomic
def change(task_id: int, content: TaskContent, *, actor: Viewer, expected_version: int) -> MeetingTask:
    """What is to be done, by whom and when, until the minutes are frozen. Raises ``EditClash``, ``NotVisible``, ``Refusals``."""
    shown = access.led_task(actor, task_id)
    item = access.locked_item(shown.item)
    found = access.locked_task(shown)
    same_version(found.version, expected_version)
    refused, owner = _check(content, item, found)
    if found.state != TaskState.OPEN:
        refused.append(Refusal("", "settled", _("The task has been settled. It does not change any more.")))
    refuse(check_not_frozen(item.meeting) + refused)
    before = found.owner_id
    _write(found, content, owner)
    found.version += 1
    found.reminded_at = None
    with rowsecurity.as_system():
        found.save()
    record("cooperation.meeting-task.changed", actor=actor, object=(TASK, found.pk))
    if found.owner_id != before:
        _tell(found, GIVEN, actor)
    return found


@transaction.atomic
def settle(task_id: int, state: str, outcome: str, *, actor: Viewer, expected_version: int) -> MeetingTask:
    """Done or given up, with what came of it: by the owner or who leads the meeting. Raises ``EditClash``, ``Refusals``."""
    found = access.locked_task(access.task(actor, task_id))
    same_version(found.version, expected_version)
    refused = []
    if state not in (TaskState.DONE, TaskState.DROPPED):
        refused.append(Refusal("state", "required", _("Choose whether the task was done or given up.")))
    if state == TaskState.DROPPED and not outcome.strip():
        refused.append(Refusal("outcome", "required", _("Write why it was given up.")))
    if found.state != TaskState.OPEN:
        refused.append(Refusal("", "settled", _("The task has been settled. It does not change any more.")))
    refuse(refused)
    found.state, found.outcome, found.settled_on = state, outcome.strip(), actor.day
    found.version += 1
    with rowsecurity.as_system():
        found.save()
    record("cooperation.meeting-task.settled", actor=actor, object=(TASK, found.pk), details={"state": state})
    return found


# Reminders --------------------------------------------------------------------------------------------------------------


def to_remind(*, actor: Viewer) -> list[int]:
    """Open tasks whose day is near and whose owner has not been reminded; for the job. Writes nothing."""
    require(actor, Capability.BODY_KEEP)
    until = actor.day + timedelta(days=rules.task_reminder_days(actor.day))
    rows = MeetingTask.objects.filter(state=TaskState.OPEN, reminded_at=None, due__lte=until)
    return list(rows.exclude(owner=None).order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def remind(task_id: int, *, actor: Viewer) -> int:
    """Reminds the owner of one task, once. Returns how many people. For the job."""
    require(actor, Capability.BODY_KEEP)
    rows = MeetingTask.objects.select_for_update(skip_locked=True)
    found = rows.filter(pk=task_id, state=TaskState.OPEN, reminded_at=None).first()
    if found is None:
        return 0
    found.reminded_at = clock.now()
    found.save(update_fields=["reminded_at"])
    told = _tell(found, REMINDER, actor)
    record("cooperation.meeting-task.reminded", actor=actor, object=(TASK, found.pk))
    return told


# Parts ------------------------------------------------------------------------------------------------------------------


def _check(
    content: TaskContent, item: AgendaItem, of: MeetingTask | None
) -> tuple[list[Refusal], MeetingCall | None]:
    refused = []
    if not content.text.strip():
        refused.append(Refusal("text", "required", _("Write what is to be done.")))
    owner = None
    if content.call_id is not None:
        owner = MeetingCall.objects.filter(meeting=item.meeting_id, pk=content.call_id).first()
    if owner is None and not content.owner_name.strip():
        refused.append(Refusal("owner", "required", _("Choose whose task it is, or write the name.")))
    if content.due < clock.today() and (of is None or content.due != of.due):
        refused.append(Refusal("due", "past", _("The day has passed already.")))
    return refused, owner


def _write(task: MeetingTask, content: TaskContent, owner: MeetingCall | None) -> None:
    task.text, task.due = content.text.strip(), content.due
    task.owner_name = owner.name if owner else content.owner_name.strip()
    task.owner_id = owner.user_id if owner else None


def _tell(task: MeetingTask, kind: str, actor: Viewer) -> int:
    return notify(
        kind,
        [task.owner_id] if task.owner_id else [],
        actor=actor,
        address=reverse("cooperation:minutes-task", args=[task.pk]),
        about=(TASK, task.pk),
        on=task.due,
    )
