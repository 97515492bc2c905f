"""Names of what the frame writes in the journal."""

from django.utils.translation import gettext_lazy as _

NAMES = {
    "portal.journal.opened": _("Journal of a person opened by the data protection officer"),
}
