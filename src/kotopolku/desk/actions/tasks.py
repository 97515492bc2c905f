"""Acts on tasks: giving, changing, commenting, done, taken back, opened again. Not for notes, documents, messages."""

from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.urls import reverse

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors import queries as actors
from kotopolku.actors.models import Membership, Team
from kotopolku.clients import access as clients
from kotopolku.clients.actions import case as cases
from kotopolku.clients.rules import EditClash, Refusals, refuse
from kotopolku.desk import access, rules
from kotopolku.desk.models import Task, TaskComment, TaskState
from kotopolku.desk.rules import TaskContent
from kotopolku.desk.wording import refusal, said
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify

TASK = "desk.task"
COMMENT = "desk.comment"


@transaction.atomic
def give_task(
    content: TaskContent, *, actor: Viewer, relationship_id: int | None = None, token: UUID | None = None
) -> Task:
    """Gives a task to a colleague, a team or oneself. The one who is away is told through the deputy.

    Raises ``Refusals``, ``NotVisible`` for a client of another authority, ``MissingCapability``.
    """
    require(actor, Capability.CLIENT_EDIT)
    _queue_up(token)
    if (before := cases.done_before(token, TASK)) is not None:
        return access.task(actor, before)
    case = clients.case(actor, relationship_id) if relationship_id is not None else None
    organisation_id = actor.organisation_id or (case.responsibility.authority_id if case else None)
    if organisation_id is None:
        raise Refusals([refusal("to", "unknown-worker")])
    found = said(rules.check_task(content, clock.today()))
    found += _check_receiver(content, organisation_id)
    refuse(found)
    task = Task.objects.create(
        organisation_id=organisation_id,
        person_id=case.relationship.person_id if case else None,
        relationship_id=relationship_id,
        text=content.text.strip(),
        due=content.due,
        assignee_id=content.assignee_id,
        team_id=content.team_id,
        given_by_id=actor.user_id,
        given_on=clock.today(),
    )
    _record("desk.task.given", task, actor, token=token, details={"due": content.due})
    _tell("desk.task-given", task, _receivers(task), actor)
    return task


@transaction.atomic
def change_task(task_id: int, content: TaskContent, *, actor: Viewer, expected_version: int) -> Task:
    """Changes words, day or receiver of an open task. Raises ``EditClash`` when somebody saved in between."""
    task = _let_in(actor, task_id)
    if task.version != expected_version:
        theirs = {
            "text": task.text,
            "due": task.due,
            "assignee_id": task.assignee_id,
            "team_id": task.team_id,
        }
        raise EditClash(theirs=theirs, version=task.version, who="", when=clock.now())
    _refuse_closed(task)
    receiver_stays = (content.assignee_id, content.team_id) == (task.assignee_id, task.team_id)
    found = said(rules.check_task(content, clock.today(), task.due))
    if not receiver_stays:
        found += _check_receiver(content, actor.organisation_id or task.organisation_id)
    refuse(found)
    changed = [
        name
        for name in rules.TaskContent.__dataclass_fields__
        if getattr(content, name) != getattr(task, name)
    ]
    task.text, task.due = content.text.strip(), content.due
    task.assignee_id, task.team_id = content.assignee_id, content.team_id
    task.version += 1
    task.save()
    _record("desk.task.changed", task, actor, details={"fields": changed})
    if not receiver_stays:
        _tell("desk.task-given", task, _receivers(task), actor)
    return task


@transaction.atomic
def finish_task(task_id: int, *, actor: Viewer) -> Task:
    """The task is done; who gave it is told. Raises ``Refusals`` when it is not open."""
    task = _let_in(actor, task_id)
    _refuse_closed(task)
    _close(task, TaskState.DONE, actor)
    _record("desk.task.done", task, actor)
    _tell("desk.task-done", task, _giver(task), actor)
    return task


@transaction.atomic
def withdraw_task(task_id: int, *, actor: Viewer) -> Task:
    """The task need not be done any more; who should have done it is told. Raises ``Refusals`` when it is not open."""
    task = _let_in(actor, task_id)
    _refuse_closed(task)
    _close(task, TaskState.WITHDRAWN, actor)
    _record("desk.task.withdrawn", task, actor)
    _tell("desk.task-withdrawn", task, _receivers(task), actor)
    return task


@transaction.atomic
def reopen_task(task_id: int, *, actor: Viewer) -> Task:
    """Undoes done and taken back. Raises ``Refusals`` when the task is open."""
    task = _let_in(actor, task_id)
    if task.state == TaskState.OPEN:
        raise Refusals([refusal("", "task-open")])
    task.state, task.closed_on, task.closed_by_id = TaskState.OPEN, None, None
    task.version += 1
    task.save()
    _record("desk.task.reopened", task, actor)
    _tell("desk.task-reopened", task, _receivers(task), actor)
    return task


@transaction.atomic
def comment_task(task_id: int, text: str, *, actor: Viewer, token: UUID | None = None) -> TaskComment:
    """Adds a comment; giver and receivers are told. Raises ``Refusals`` for an empty one."""
    task = _let_in(actor, task_id)
    if (before := cases.done_before(token, COMMENT)) is not None:
        return TaskComment.objects.get(pk=before, task=task)
    refuse(said(rules.check_text("comment", text, rules.LONGEST_TASK)))
    comment = TaskComment.objects.create(
        task=task,
        person_id=task.person_id,
        author_id=actor.user_id,
        text=text.strip(),
        written_at=clock.now(),
    )
    record(
        "desk.task.commented",
        actor=actor,
        subjects=[task.person_id] if task.person_id else [],
        object=(COMMENT, comment.pk),
        token=token,
    )
    _tell("desk.task-commented", task, _giver(task) | _receivers(task), actor)
    return comment


def _queue_up(token: UUID | None) -> None:
    """The same form sent twice at once: the second waits until the first has ended."""
    if token is not None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(token)])


def _let_in(actor: Viewer, task_id: int) -> Task:
    require(actor, Capability.CLIENT_EDIT)
    return access.task(actor, task_id, lock=True)


def _refuse_closed(task: Task) -> None:
    if task.state != TaskState.OPEN:
        raise Refusals([refusal("", "task-closed")])


def _close(task: Task, state: TaskState, actor: Viewer) -> None:
    task.state, task.closed_on, task.closed_by_id = state, clock.today(), actor.user_id
    task.version += 1
    task.save()


def _check_receiver(content: TaskContent, organisation_id: int) -> list[Any]:
    """The receiver is one person with a seat in the organisation on the day, or one of its teams."""
    if (content.assignee_id is None) == (content.team_id is None):
        return [refusal("to", "unknown-worker")]
    if content.team_id is not None:
        known = Team.objects.filter(pk=content.team_id, organisation_id=organisation_id).exists()
    else:
        seats = actors.colleagues(organisation_id, clock.today())
        known = any(seat.user_id == content.assignee_id for seat in seats)
    return [] if known else [refusal("to", "unknown-worker")]


def _record(
    action: str,
    task: Task,
    actor: Viewer,
    *,
    token: UUID | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    kept = {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in (details or {}).items()
    }
    record(
        action,
        actor=actor,
        subjects=[task.person_id] if task.person_id else [],
        object=(TASK, task.pk),
        details={name: value for name, value in kept.items() if value is not None},
        token=token,
    )


def _receivers(task: Task) -> set[int]:
    """Whom the task concerns today: the person or, when away, the deputy too; everybody of a team."""
    if task.team_id is not None:
        rows = Membership.objects.filter(team_id=task.team_id, valid__contains=clock.today())
        return set(rows.values_list("user_id", flat=True))
    return _with_deputy(task.assignee_id, task.organisation_id)


def _giver(task: Task) -> set[int]:
    return {task.given_by_id} if task.given_by_id else set()


def _with_deputy(user_id: int | None, organisation_id: int) -> set[int]:
    if user_id is None:
        return set()
    answering = actors.answering_worker(user_id, clock.today(), organisation_id)
    return {user_id, answering.user_id} if answering else {user_id}


def _tell(kind: str, task: Task, users: set[int], actor: Viewer) -> None:
    notify(
        kind,
        users,
        actor=actor,
        address=reverse("desk:task", args=[task.pk]),
        organisation_id=task.organisation_id,
        about=(TASK, task.pk),
        on=task.due,
    )
