"""The journal's names of what is done in the desk room, with their texts. A name never changes its meaning."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NAMES: dict[str, Promise] = {
    "desk.task.given": _("Task given"),
    "desk.task.changed": _("Task changed"),
    "desk.task.done": _("Task marked as done"),
    "desk.task.withdrawn": _("Task taken back"),
    "desk.task.reopened": _("Task opened again"),
    "desk.task.commented": _("Comment added to a task"),
    "desk.note.written": _("Note written"),
    "desk.note.corrected": _("Note corrected"),
    "desk.note.pinned": _("Note pinned to the top"),
    "desk.note.unpinned": _("Note no longer pinned"),
    "desk.note.removed": _("Note taken away"),
    "desk.note.restored": _("Note put back"),
    "desk.notes.printed": _("Notes printed"),
    "desk.document.added": _("Document attached"),
    "desk.document.refused": _("Attachment refused: a virus was found"),
    "desk.document.checked": _("Document checked for viruses"),
    "desk.document.downloaded": _("Document opened"),
    "desk.document.shared": _("Document shown to the client"),
    "desk.document.unshared": _("Document no longer shown to the client"),
    "desk.document.deleted": _("Document deleted"),
    "desk.files.forgotten": _("Documents deleted with the client's data"),
    "desk.message.sent": _("Message sent to the client"),
    "desk.message.received": _("Message received from the client"),
    "desk.message.read": _("Messages read"),
}
