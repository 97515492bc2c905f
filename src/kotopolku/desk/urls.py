"""Addresses of the desk, under /desk/. No name or code of a person ever stands in one."""

from django.urls import URLPattern, URLResolver, path

from kotopolku.desk import pages, pages_documents, pages_messages, pages_notes, pages_tasks

app_name = "desk"

TASK = "tasks/<int:task_id>/"
CLIENT = "clients/<int:relationship_id>/"
NOTE = CLIENT + "notes/<int:note_id>/"
DOCUMENT = CLIENT + "documents/<int:document_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.desk, name="desk"),
    path("tasks/new/", pages_tasks.new, name="task-new"),
    path(TASK, pages_tasks.task, name="task"),
    path(TASK + "edit/", pages_tasks.edit, name="task-edit"),
    path(TASK + "state/", pages_tasks.state, name="task-state"),
    path(TASK + "comment/", pages_tasks.comment, name="task-comment"),
    path(CLIENT + "tasks/", pages_tasks.of_client, name="client-tasks"),
    path(CLIENT + "notes/", pages_notes.notes, name="notes"),
    path(CLIENT + "notes/print/", pages_notes.printed, name="notes-print"),
    path(CLIENT + "notes/new/", pages_notes.new, name="note-new"),
    path(NOTE + "edit/", pages_notes.edit, name="note-edit"),
    path(NOTE + "history/", pages_notes.history, name="note-history"),
    path(NOTE + "pin/", pages_notes.pin, name="note-pin"),
    path(NOTE + "remove/", pages_notes.remove, name="note-remove"),
    path(NOTE + "restore/", pages_notes.restore, name="note-restore"),
    path(CLIENT + "documents/", pages_documents.documents, name="documents"),
    path(CLIENT + "documents/new/", pages_documents.new, name="document-new"),
    path(DOCUMENT + "file/", pages_documents.download, name="document-file"),
    path(DOCUMENT + "share/", pages_documents.share, name="document-share"),
    path(DOCUMENT + "delete/", pages_documents.delete, name="document-delete"),
    path(CLIENT + "messages/", pages_messages.messages, name="messages"),
]
