"""What the desk holds about one client: notes, documents, messages, open tasks; and messages that nobody has read yet.

The caller of a query with a relationship's id has been let into the case; row security stands under it all the same.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Min, Q, QuerySet

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients import access as clients
from kotopolku.desk.models import Document, Message, Note, Task, TaskState
from kotopolku.desk.queries.tasks import TaskRow, row_of, tasks_in_order

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
    rows = Message.objects.filter(from_client=True, read_at=None)
    if scope == "own":
        rows = rows.filter(relationship_id__in=_own_clients(viewer))
    else:
        require(viewer, Capability.TEAM_VIEW)
    found = (
        rows.values(
            "relationship_id",
            "person_id",
            "relationship__case_number",
            "person__given_names",
            "person__family_name",
        )
        .annotate(number=Count("id"), since=Min("sent_at"), written_in=Max("language"))
        .order_by("since")[:limit]
    )
    return [
        UnreadRow(
            relationship_id=row["relationship_id"],
            person_id=row["person_id"],
            client=f"{row['person__given_names']} {row['person__family_name']}".strip(),
            case_number=row["relationship__case_number"],
            number=row["number"],
            since=row["since"],
            language=row["written_in"],
        )
        for row in found
    ]


def _own_clients(viewer: Viewer) -> "QuerySet[clients.Responsibility, int]":
    mine = clients.responsibilities(viewer).filter(Q(worker_id__in=viewer.workers))
    return mine.values_list("relationship_id", flat=True)


def open_tasks_of(viewer: Viewer, relationship_id: int, *, state: str = TaskState.OPEN) -> list[TaskRow]:
    """Tasks about one client, the nearest day first. One statement."""
    rows = tasks_in_order(viewer, state).filter(relationship_id=relationship_id)
    return [row_of(task, viewer) for task in rows[:MOST]]
