"""The desk over HTTP: tasks, and a client's notes, documents and messages. The same actions and rights as the pages.

Lists go by cursor in the order of ids: go on with `next` as `cursor` until it is null.
"""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, File, Form, Router, Schema, Status
from ninja.files import UploadedFile

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors import paging
from kotopolku.actors.api import Caller, Key, api_needs, token_of, viewer_of
from kotopolku.clients import access as clients_access
from kotopolku.clients import actions as clients
from kotopolku.desk import actions, queries, rules
from kotopolku.desk.access import tasks as seen_tasks
from kotopolku.desk.models import Document, Message, Note
from kotopolku.desk.pages_documents import as_file, upload_of
from kotopolku.desk.rules import NoteContent, TaskContent

router = Router(tags=["desk"], auth=Caller())

Cursor = Annotated[str, Field(max_length=300)]
Limit = Annotated[int, Field(ge=1, le=paging.MOST)]


class TaskOut(Schema):
    """A task. `client_id` is null for a task about nobody; either `assignee_id` or `team_id` is set."""

    id: int
    client_id: int | None = Field(None, alias="relationship_id")
    text: str
    due: date | None
    assignee_id: int | None
    team_id: int | None
    given_by_id: int | None
    given_on: date
    state: str
    closed_on: date | None
    version: int


class TasksOut(Schema):
    """A page of tasks. `next` is null at the end of the list."""

    tasks: list[TaskOut]
    next: str | None


class TaskIn(Schema):
    text: str = Field(max_length=rules.LONGEST_TASK)
    due: date | None = None
    assignee_id: int | None = None
    team_id: int | None = None
    client_id: int | None = None


class TaskChangeIn(Schema):
    """`version`: the one that was read; another answers 409."""

    text: str = Field(max_length=rules.LONGEST_TASK)
    due: date | None = None
    assignee_id: int | None = None
    team_id: int | None = None
    version: int


class CommentIn(Schema):
    text: str = Field(max_length=rules.LONGEST_TASK)


class NoteOut(Schema):
    """A note. `version` counts the times it was saved."""

    id: int
    category: str
    day: date
    language: str
    text: str
    pinned: bool
    author_id: int | None
    written_on: date
    removed_on: date | None
    version: int


class NotesOut(Schema):
    """A page of notes. `next` is null at the end of the list."""

    notes: list[NoteOut]
    next: str | None


class NoteIn(Schema):
    category: str = Field(max_length=20)
    day: date
    text: str = Field(max_length=rules.LONGEST_NOTE)
    language: str = Field("", max_length=10)


class NoteChangeIn(NoteIn):
    """`version`: the one that was read; another answers 409. `reason` unless it is the caller's own note of today."""

    version: int
    reason: str = Field("", max_length=300)


class DocumentOut(Schema):
    """A document. `scan`: clean, unscanned (no scanner is set), waiting (not to be opened yet), infected."""

    id: int
    title: str
    kind: str
    size: int
    sha256: str
    scan: str
    shared: bool
    added_on: date


class DocumentsOut(Schema):
    """A page of documents. `next` is null at the end of the list."""

    documents: list[DocumentOut]
    next: str | None


class DeleteIn(Schema):
    reason: str = Field(max_length=300)


class MessageOut(Schema):
    """A message of the thread between the client and the authority."""

    id: int
    from_client: bool
    on_behalf: bool
    author_id: int | None
    text: str
    language: str
    sent_at: datetime
    read_at: datetime | None
    answered_at: datetime | None


class MessagesOut(Schema):
    """A page of messages, the oldest first. `next` is null at the end of the list."""

    messages: list[MessageOut]
    next: str | None


class MessageIn(Schema):
    text: str = Field(max_length=rules.LONGEST_MESSAGE)
    language: str = Field("", max_length=10)


class UnreadOut(Schema):
    """A client whose messages nobody has read."""

    client_id: int
    number: int
    since: datetime


class ReadOut(Schema):
    """How many messages were new."""

    read: int


def _look(viewer: Viewer, client_id: int) -> None:
    """Lets the caller into the case and journals the look."""
    found = clients_access.case(viewer, client_id)
    clients.record_look(client_id, found.relationship.person_id, actor=viewer)


# --- Tasks --------------------------------------------------------------------------------------------------


@router.get("/desk/tasks", response=TasksOut, summary="Tasks of the own authority")
@api_needs(Capability.CLIENT_VIEW)
def tasks(
    request: HttpRequest,
    state: str = "",
    assignee_id: int | None = None,
    client_id: int | None = None,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> Any:
    """Those about the authority's clients and those about nobody; `state` is open, done or withdrawn."""
    viewer = viewer_of(request)
    require(viewer, Capability.TEAM_VIEW)
    rows = seen_tasks(viewer)
    if state:
        rows = rows.filter(state=state)
    if assignee_id is not None:
        rows = rows.filter(assignee_id=assignee_id)
    if client_id is not None:
        clients_access.case(viewer, client_id)
        rows = rows.filter(relationship_id=client_id)
    page = paging.page_of(rows, cursor, limit)
    clients.record_list_look(sorted({row.person_id for row in page.rows if row.person_id}), actor=viewer)
    return {"tasks": page.rows, "next": page.next}


@router.post("/desk/tasks", response={201: TaskOut}, summary="Give a task")
@api_needs(Capability.CLIENT_EDIT)
def give_task(request: HttpRequest, data: TaskIn, idempotency_key: Key) -> Any:
    """To a colleague or a team of the own organisation. The same `Idempotency-Key` gives it once."""
    viewer = viewer_of(request)
    content = TaskContent(data.text, data.due, data.assignee_id, data.team_id)
    return Status(
        201,
        actions.give_task(
            content, actor=viewer, relationship_id=data.client_id, token=token_of(viewer, idempotency_key)
        ),
    )


@router.put("/desk/tasks/{int:task_id}", response=TaskOut, summary="Change a task")
@api_needs(Capability.CLIENT_EDIT)
def change_task(request: HttpRequest, task_id: int, data: TaskChangeIn) -> Any:
    content = TaskContent(data.text, data.due, data.assignee_id, data.team_id)
    return actions.change_task(task_id, content, actor=viewer_of(request), expected_version=data.version)


@router.post("/desk/tasks/{int:task_id}/done", response=TaskOut, summary="Task done")
@api_needs(Capability.CLIENT_EDIT)
def finish_task(request: HttpRequest, task_id: int) -> Any:
    return actions.finish_task(task_id, actor=viewer_of(request))


@router.post(
    "/desk/tasks/{int:task_id}/withdrawn",
    response=TaskOut,
    summary="Take a task back",
)
@api_needs(Capability.CLIENT_EDIT)
def withdraw_task(request: HttpRequest, task_id: int) -> Any:
    return actions.withdraw_task(task_id, actor=viewer_of(request))


@router.post("/desk/tasks/{int:task_id}/open", response=TaskOut, summary="Open a task again")
@api_needs(Capability.CLIENT_EDIT)
def reopen_task(request: HttpRequest, task_id: int) -> Any:
    return actions.reopen_task(task_id, actor=viewer_of(request))


@router.post(
    "/desk/tasks/{int:task_id}/comments",
    response={201: TaskOut},
    summary="Comment on a task",
)
@api_needs(Capability.CLIENT_EDIT)
def comment_task(request: HttpRequest, task_id: int, data: CommentIn, idempotency_key: Key) -> Any:
    viewer = viewer_of(request)
    token = token_of(viewer, idempotency_key)
    return Status(201, actions.comment_task(task_id, data.text, actor=viewer, token=token).task)


# --- Notes --------------------------------------------------------------------------------------------------


@router.get("/clients/{int:client_id}/notes", response=NotesOut, summary="Notes about a client")
@api_needs(Capability.CLIENT_VIEW)
def notes(request: HttpRequest, client_id: int, cursor: Cursor = "", limit: Limit = 50) -> Any:
    """Those taken away too: `removed_on` says so."""
    _look(viewer_of(request), client_id)
    page = paging.page_of(Note.objects.filter(relationship_id=client_id), cursor, limit)
    return {"notes": page.rows, "next": page.next}


@router.post("/clients/{int:client_id}/notes", response={201: NoteOut}, summary="Write a note")
@api_needs(Capability.CLIENT_EDIT)
def write_note(request: HttpRequest, client_id: int, data: NoteIn, idempotency_key: Key) -> Any:
    viewer = viewer_of(request)
    content = NoteContent(**data.dict())
    return Status(
        201, actions.write_note(client_id, content, actor=viewer, token=token_of(viewer, idempotency_key))
    )


@router.put(
    "/clients/{int:client_id}/notes/{int:note_id}",
    response=NoteOut,
    summary="Correct a note",
)
@api_needs(Capability.CLIENT_EDIT)
def correct_note(request: HttpRequest, client_id: int, note_id: int, data: NoteChangeIn) -> Any:
    """What it said before is kept in its history."""
    content = NoteContent(data.category, data.day, data.text, data.language)
    return actions.correct_note(
        client_id,
        note_id,
        content,
        actor=viewer_of(request),
        expected_version=data.version,
        reason=data.reason,
    )


# --- Documents ----------------------------------------------------------------------------------------------


@router.get("/clients/{int:client_id}/documents", response=DocumentsOut, summary="Documents of a client")
@api_needs(Capability.CLIENT_VIEW)
def documents(request: HttpRequest, client_id: int, cursor: Cursor = "", limit: Limit = 50) -> Any:
    _look(viewer_of(request), client_id)
    page = paging.page_of(Document.objects.filter(relationship_id=client_id), cursor, limit)
    return {"documents": page.rows, "next": page.next}


@router.post(
    "/clients/{int:client_id}/documents",
    response={201: DocumentOut},
    summary="Attach a document",
)
@api_needs(Capability.CLIENT_EDIT)
def add_document(
    request: HttpRequest,
    client_id: int,
    title: Annotated[str, Form(max_length=rules.LONGEST_TITLE)],
    file: File[UploadedFile],
    idempotency_key: Key,
) -> Any:
    """The kind is told from the content. With a virus: 422. While the scanner is away: 201 and `scan` waiting."""
    viewer = viewer_of(request)
    return Status(
        201,
        actions.add_document(
            client_id, title, upload_of(file), actor=viewer, token=token_of(viewer, idempotency_key)
        ),
    )


@router.get("/clients/{int:client_id}/documents/{int:document_id}/file", summary="The file of a document")
@api_needs(Capability.CLIENT_VIEW)
def document_file(request: HttpRequest, client_id: int, document_id: int) -> Any:
    """Each call is a look and is journalled. 422 while it waits for the virus check, or when the file has vanished."""
    return as_file(*actions.open_document(client_id, document_id, actor=viewer_of(request)))


@router.post(
    "/clients/{int:client_id}/documents/{int:document_id}/shared",
    response=DocumentOut,
    summary="Show a document to the client",
)
@api_needs(Capability.CLIENT_EDIT)
def share_document(request: HttpRequest, client_id: int, document_id: int) -> Any:
    return actions.share_document(client_id, document_id, actor=viewer_of(request))


@router.delete(
    "/clients/{int:client_id}/documents/{int:document_id}/shared",
    response=DocumentOut,
    summary="No longer show it to the client",
)
@api_needs(Capability.CLIENT_EDIT)
def unshare_document(request: HttpRequest, client_id: int, document_id: int) -> Any:
    return actions.unshare_document(client_id, document_id, actor=viewer_of(request))


@router.post(
    "/clients/{int:client_id}/documents/{int:document_id}/delete",
    response={204: None},
    summary="Delete a document for good",
)
@api_needs(Capability.CLIENT_EDIT)
def delete_document(request: HttpRequest, client_id: int, document_id: int, data: DeleteIn) -> Any:
    return Status(204, actions.delete_document(client_id, document_id, data.reason, actor=viewer_of(request)))


# --- Messages -----------------------------------------------------------------------------------------------


@router.get(
    "/desk/messages/unread", response=list[UnreadOut], summary="Clients whose messages nobody has read"
)
@api_needs(Capability.CLIENT_VIEW)
def unread(request: HttpRequest) -> Any:
    """Of the whole authority, the longest waiting first, at most 50."""
    viewer = viewer_of(request)
    rows = queries.unread(viewer, scope="organisation")
    clients.record_list_look([row.person_id for row in rows], actor=viewer)
    return [{"client_id": row.relationship_id, "number": row.number, "since": row.since} for row in rows]


@router.get("/clients/{int:client_id}/messages", response=MessagesOut, summary="Messages with a client")
@api_needs(Capability.CLIENT_VIEW)
def messages(request: HttpRequest, client_id: int, cursor: Cursor = "", limit: Limit = 50) -> Any:
    """Reading here marks nothing as read: see `read`."""
    _look(viewer_of(request), client_id)
    page = paging.page_of(Message.objects.filter(relationship_id=client_id), cursor, limit)
    return {"messages": page.rows, "next": page.next}


@router.post(
    "/clients/{int:client_id}/messages",
    response={201: MessageOut},
    summary="Write to a client",
)
@api_needs(Capability.CLIENT_EDIT)
def send_message(request: HttpRequest, client_id: int, data: MessageIn, idempotency_key: Key) -> Any:
    viewer = viewer_of(request)
    return Status(
        201,
        actions.send_to_client(
            client_id,
            data.text,
            actor=viewer,
            language=data.language,
            token=token_of(viewer, idempotency_key),
        ),
    )


@router.post("/clients/{int:client_id}/messages/read", response=ReadOut, summary="Mark the messages as read")
@api_needs(Capability.CLIENT_VIEW)
def mark_read(request: HttpRequest, client_id: int) -> Any:
    return {"read": actions.mark_read(client_id, actor=viewer_of(request))}
