"""Words of reconciliation: the sums one after another, and why one differs from the one before."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

STAGES: dict[str, Promise] = {
    "claimed": _("Claimed"),
    "granted": _("Granted"),
    "paid": _("Paid"),
    "kept": _("Left after recovery"),
}
REASONS: dict[str, Promise] = {
    "not-claimed": _("Not claimed yet"),
    "facts-changed": _("The facts have changed since it was claimed"),
    "cut": _("Less was granted of the line"),
    "decision": _("Less was granted of the claim"),
    "waits": _("Waits for a decision"),
    "unpaid": _("Granted and not paid yet"),
    "recovered": _("To be paid back"),
}
