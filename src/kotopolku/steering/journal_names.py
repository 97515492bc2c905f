"""Names that the steering room writes into the journal."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NAMES: dict[str, Promise] = {
    "steering.programme.drafted": _("Drew up a State's programme"),
    "steering.programme.changed": _("Changed the draft of a State's programme"),
    "steering.programme.adopted": _("Marked a State's programme as adopted"),
    "steering.line.added": _("Added a line to the State's programme"),
    "steering.line.changed": _("Changed a line of the State's programme"),
    "steering.line.moved": _("Moved a line of the State's programme"),
    "steering.line.removed": _("Removed a line from the draft of a State's programme"),
    "steering.line.ended": _("Ended a line of the State's programme"),
    "steering.indicator.added": _("Added an indicator"),
    "steering.indicator.changed": _("Changed an indicator"),
    "steering.value.set": _("Set a figure of an indicator"),
    "steering.value.removed": _("Took away a figure of an indicator"),
    "steering.value.fetched": _("Took figures of an indicator from reference data"),
    "steering.value.imported": _("Took figures of indicators from a file"),
    "steering.measure.added": _("Added a regional measure"),
    "steering.measure.changed": _("Changed a regional measure"),
    "steering.measure.state-set": _("Changed the state of a regional measure"),
    "steering.measure.evidence-added": _("Added evidence to a regional measure"),
    "steering.measure.taken-over": _("Took over a regional measure from a predecessor"),
    "steering.report.begun": _("Began a yearly report to the ministry"),
    "steering.report.composed": _("Composed a yearly report anew"),
    "steering.report.written": _("Wrote in a yearly report"),
    "steering.report.signed": _("Signed a yearly report"),
    "steering.report.opened-again": _("Opened a signed yearly report for writing"),
    "steering.report.sent": _("Sent a yearly report to the ministry"),
}
