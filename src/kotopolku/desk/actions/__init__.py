"""Acts of the desk: tasks, notes, documents, messages. Each is one transaction with one entry in the journal.

Not for: reading (``queries``), pages.
"""

from kotopolku.desk.actions.documents import (
    add_document,
    check_document,
    delete_document,
    forget_files,
    open_document,
    open_own_document,
    share_document,
    unshare_document,
)
from kotopolku.desk.actions.messages import mark_read, mark_read_by_client, send_from_client, send_to_client
from kotopolku.desk.actions.notes import (
    correct_note,
    pin_note,
    record_printing,
    remove_note,
    restore_note,
    unpin_note,
    write_note,
)
from kotopolku.desk.actions.tasks import (
    change_task,
    comment_task,
    finish_task,
    give_task,
    reopen_task,
    withdraw_task,
)

__all__ = [
    "add_document",
    "change_task",
    "check_document",
    "comment_task",
    "correct_note",
    "delete_document",
    "finish_task",
    "forget_files",
    "give_task",
    "mark_read",
    "mark_read_by_client",
    "open_document",
    "open_own_document",
    "pin_note",
    "record_printing",
    "remove_note",
    "reopen_task",
    "restore_note",
    "send_from_client",
    "send_to_client",
    "share_document",
    "unpin_note",
    "unshare_document",
    "withdraw_task",
    "write_note",
]
