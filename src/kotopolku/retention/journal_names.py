"""The journal's names of what is done in the retention room, with their texts. A name never changes its meaning."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NAMES: dict[str, Promise] = {
    "retention.run.started": _("Deletion of data past their time started"),
    "retention.run.finished": _("Deletion of data past their time finished"),
    "retention.clients.deleted": _("Client data deleted at the end of their time"),
    "retention.rows.deleted": _("Data past their time deleted"),
    "retention.hold.set": _("Deletion of the client's data held back"),
    "retention.hold.lifted": _("Hold on deletion lifted"),
    "retention.case.opened": _("Times of a client's data looked up"),
    "retention.information.given": _("Information request answered"),
    "retention.information.printed": _("Answer to an information request printed"),
    "retention.restriction.answered": _("Request to restrict the use of data answered"),
}
