"""The journal's names of what is done in the progress room, with their texts. A name never changes its meaning."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NAMES: dict[str, Promise] = {
    "progress.participants.listed": _("Participants seen by their training provider"),
    "progress.attendance.reported": _("Attendance reported by a training provider"),
    "progress.attendance.summed": _("Attendance of a month counted from what teachers have marked"),
    "progress.attendance.recorded": _("Attendance recorded"),
    "progress.absence.heard": _("Client heard about absence from training"),
    "progress.absence.decided": _("Decided whether the training is interrupted"),
    "progress.levels.recorded": _("Language level recorded"),
    "progress.levels.reported": _("Language test reported by a training provider"),
    "progress.levels.cancelled": _("Language level cancelled"),
    "progress.result.recorded": _("Results recorded"),
    "progress.follow-ups.planned": _("Follow-ups planned"),
    "progress.follow-up.answered": _("Follow-up answered"),
}
