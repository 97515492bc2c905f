"""What pages, API and other rooms read at the desk, each in a bounded number of statements. Not for writing."""

from kotopolku.desk.queries.client import (
    Counts,
    NoteFilters,
    counts,
    documents,
    note_history,
    notes,
    open_tasks_of,
    own_thread,
    recent_documents,
    shared_documents,
    thread,
    unread,
    unread_for_client,
)
from kotopolku.desk.queries.tasks import TaskRow, given_tasks, my_tasks, receivers, team_tasks

__all__ = [
    "Counts",
    "NoteFilters",
    "TaskRow",
    "counts",
    "documents",
    "given_tasks",
    "my_tasks",
    "note_history",
    "notes",
    "open_tasks_of",
    "own_thread",
    "receivers",
    "recent_documents",
    "shared_documents",
    "team_tasks",
    "thread",
    "unread",
    "unread_for_client",
]
