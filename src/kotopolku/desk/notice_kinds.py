"""Notices of the desk: tasks, messages, documents. No words of a task or a message, and no person, stand in them."""

from django.utils.translation import gettext_lazy as _

from kotopolku.notices.kinds import Kind
from kotopolku.notices.models import Delivery

KINDS: dict[str, Kind] = {
    "desk.task-given": Kind(_("A task was given to me or my team"), _("You were given a task.")),
    "desk.task-done": Kind(_("A task that I gave is done"), _("A task that you gave is done.")),
    "desk.task-withdrawn": Kind(
        _("A task of mine was taken back"), _("A task of yours was taken back."), Delivery.PRODUCT
    ),
    "desk.task-reopened": Kind(_("A task was opened again"), _("A task of yours was opened again.")),
    "desk.task-commented": Kind(
        _("Somebody wrote about a task"), _("There is a new comment on a task."), Delivery.PRODUCT
    ),
    "desk.message-arrived": Kind(_("A client has written to me"), _("A client has sent you a message.")),
    "desk.message-sent": Kind(
        _("My worker has written to me"), _("You have a new message from your worker."), Delivery.AT_ONCE
    ),
    "desk.document-shared": Kind(
        _("I was given a document"), _("There is a new document for you."), Delivery.AT_ONCE
    ),
    "desk.document-refused": Kind(
        _("A document of mine was refused"),
        _("A virus was found in a document that you attached. It was removed."),
        Delivery.AT_ONCE,
    ),
}
