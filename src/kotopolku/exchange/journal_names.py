"""The journal's names of what is done in the exchange room, with their texts. A name never changes its meaning."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NAMES: dict[str, Promise] = {
    "exchange.file.received": _("File of clients received"),
    "exchange.file.checked": _("File of clients checked"),
    "exchange.file.cancelled": _("File of clients thrown away"),
    "exchange.import.started": _("Bringing in the clients of a file started"),
    "exchange.import.ended": _("Bringing in the clients of a file ended"),
    "exchange.import.stopped": _("Bringing in the clients of a file stopped on the way"),
    "exchange.duplicate.decided": _("Possible duplicate of a file decided"),
    "exchange.clients.exported": _("Clients exported with their paths"),
    "exchange.register.fetched": _("Data fetched from a register"),
    "exchange.register.taken": _("Data of a register taken as ours"),
    "exchange.national.queued": _("Clients put in line for the national client system"),
    "exchange.national.sent": _("Client sent to the national client system"),
    "exchange.national.tried-again": _("Message to the national client system put in line again"),
    "exchange.national.compared": _("Compared with the national client system"),
}
