"""What the desk holds about one client: notes, documents, messages, open tasks; and messages that nobody has read yet.

The caller of a query with a relationship's id has been let into the case; row security stands under it all the same.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients import access as clients
from kotopolku.clients.models import Relationship, Responsibility
from kotopolku.desk.models import Document, Message, Note, Task, TaskState
from kotopolku.desk.queries.tasks import TaskRow, days_left

NOTES_PAGE = 25
RECENT_DAYS = 14
MOST = 50


@dataclass(frozen=True)
class Counts:
    """What travels with a client at a hand-over."""

    notes: int
    documents: int
    messages: int
    open_tasks: int


@dataclass(frozen=True)
class NoteFilters:
    """``q``: words that the text holds, each of them; ``removed``: those taken away instead."""

    q: str = ""
    category: str = ""
    removed: bool = False


@dataclass(frozen=True)
class UnreadRow:
    """A client whose messages nobody has read."""

    relationship_id: int
    person_id: int
    client: str
    case_number: str
    number: int
    since: datetime
    language: str


def counts(relationship_id: int) -> Counts:
    """Four statements."""
    of = {"relationship_id": relationship_id}
    return Counts(
        notes=Note.objects.filter(**of, removed_on=None).count(),
        documents=Document.objects.filter(**of).count(),
        messages=Message.objects.filter(**of).count(),
        open_tasks=Task.objects.filter(**of, state=TaskState.OPEN).count(),
    )


def notes(relationship_id: int, filters: NoteFilters | None = None) -> "QuerySet[Note]":
    """Notes, pinned ones first, then the newest day first; authors are loaded."""
    wanted = filters or NoteFilters()
    rows = Note.objects.filter(relationship_id=relationship_id, removed_on__isnull=not wanted.removed)
    if wanted.category:
        rows = rows.filter(category=wanted.category)
    for word in wanted.q.replace("\0", "").split()[:8]:
        rows = rows.filter(text__icontains=word)
    return rows.select_related("author", "organisation").order_by("-pinned", "-day", "-id")


def note_history(note: Note) -> list[Note]:
    """What the note said, the newest first; only states whose words, day, category or language differ."""
    events = Note._meta.apps.get_model("desk", "NoteEvent")._default_manager
    shown: list[Note] = []
    for event in events.filter(pgh_obj_id=note.pk).select_related("saved_by").order_by("pgh_id"):
        said = (event.text, event.category, event.day, event.language, event.removed_on)
        if not shown or said != (
            shown[-1].text,
            shown[-1].category,
            shown[-1].day,
            shown[-1].language,
            shown[-1].removed_on,
        ):
            shown.append(event)
    return shown[::-1]


def documents(relationship_id: int) -> "QuerySet[Document]":
    """The newest first."""
    rows = Document.objects.filter(relationship_id=relationship_id)
    return rows.select_related("added_by").order_by("-id")


def shared_documents(person_id: int) -> list[Document]:
    """Documents that the client may open at the own page, the newest first. One statement."""
    rows = Document.objects.filter(person_id=person_id, shared=True, scan__in=("clean", "unscanned"))
    return list(rows.order_by("-id"))


def recent_documents(viewer: Viewer, limit: int = 10) -> list[Document]:
    """Documents attached lately to the viewer's own clients, the newest first. One statement."""
    require(viewer, Capability.CLIENT_VIEW)
    rows = Document.objects.filter(
        relationship_id__in=_own_clients(viewer), added_on__gte=viewer.day - timedelta(days=RECENT_DAYS)
    )
    return list(rows.select_related("relationship__person", "added_by").order_by("-id")[:limit])


def thread(relationship_id: int, limit: int = 200) -> list[Message]:
    """The last messages with the client, in the order in which they were sent."""
    rows = Message.objects.filter(relationship_id=relationship_id)
    return _in_order(rows, limit)


def own_thread(person_id: int, limit: int = 200) -> list[Message]:
    """The same for the client at the own page."""
    return _in_order(Message.objects.filter(person_id=person_id), limit)


def _in_order(rows: "QuerySet[Message]", limit: int) -> list[Message]:
    found = rows.select_related("author", "read_by", "answered_by", "organisation").order_by("-id")[:limit]
    return list(found)[::-1]


def unread_for_client(person_id: int) -> int:
    """How many messages of the authority the client has not read."""
    return Message.objects.filter(person_id=person_id, from_client=False, read_at=None).count()


def unread(viewer: Viewer, *, scope: str = "own", limit: int = MOST) -> list[UnreadRow]:
    """Clients with messages that nobody has read, the longest waiting first. One statement.

    Scope "own": the viewer's clients and those of whom the viewer stands in for; "organisation" (TEAM_VIEW): all,
    among them the clients whom nobody has as own.
    """
    require(viewer, Capability.CLIENT_VIEW)
    condition = ""
    params: tuple[Any, ...] = ()
    if scope == "own":
        sql, params = _own_clients(viewer).query.sql_with_params()
        condition = f"AND m.relationship_id IN ({sql})"
    else:
        require(viewer, Capability.TEAM_VIEW)
    with connection.cursor() as cursor:
        cursor.execute(_UNREAD.format(condition=condition), [*params, limit])
        return [UnreadRow(*row) for row in cursor.fetchall()]


_UNREAD = """
SELECT m.relationship_id, m.person_id, trim(p.given_names || ' ' || p.family_name), r.case_number,
    count(*), min(m.sent_at) AS since, max(m.language)
FROM desk_message m JOIN clients_relationship r ON r.id = m.relationship_id JOIN clients_person p ON p.id = m.person_id
WHERE m.from_client AND m.read_at IS NULL {condition}
GROUP BY m.relationship_id, m.person_id, p.given_names, p.family_name, r.case_number
ORDER BY since LIMIT %s
"""
"""In SQL, since every My work asks it."""


def _own_clients(viewer: Viewer) -> "QuerySet[Responsibility, int]":
    mine = clients.responsibilities(viewer).filter(clients.in_scope(viewer, "own"))
    return mine.values_list("relationship_id", flat=True)


_TASKS = """
SELECT t.*, coalesce(team.name, nullif(receiver.full_name, ''), receiver.username) AS receiver,
    coalesce(nullif(giver.full_name, ''), giver.username, '') AS giver
FROM desk_task t
LEFT JOIN actors_team team ON team.id = t.team_id
LEFT JOIN actors_user receiver ON receiver.id = t.assignee_id
LEFT JOIN actors_user giver ON giver.id = t.given_by_id
WHERE t.relationship_id = %s AND (%s = '' OR t.state = %s)
ORDER BY t.due NULLS LAST, t.id LIMIT %s
"""
"""In SQL, since the client page asks it each time."""


def open_tasks_of(
    viewer: Viewer, relationship: Relationship, *, state: str = TaskState.OPEN
) -> list[TaskRow]:
    """Tasks about one client, whose person is loaded, the nearest day first. An empty ``state`` means all."""
    found = Task.objects.raw(_TASKS, [relationship.pk, str(state), str(state), MOST])
    return [
        TaskRow(
            task=task,
            client=relationship.person.name,
            case_number=relationship.case_number,
            receiver=task.receiver,  # type: ignore[attr-defined]
            giver=task.giver,  # type: ignore[attr-defined]
            days_left=days_left(task, viewer.day),
        )
        for task in found
    ]
