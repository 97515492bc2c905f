"""The journal's names of what is done in the quality room, with their texts. A name never changes its meaning."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NAMES: dict[str, Promise] = {
    "quality.run.counted": _("Gap lists counted"),
    "quality.excuse.given": _("Client excused from a check of data quality"),
    "quality.excuse.withdrawn": _("Excuse from a check of data quality taken back"),
    "quality.digest.sent": _("Weekly summary of the gap lists sent"),
}
