"""The only writers of the room: attendance, absence looked into, levels and results, follow-ups.

All raise ``MissingCapability``, ``NotVisible`` and ``clients.rules.Refusals``; ``record_result`` also ``EditClash``.
"""

from kotopolku.progress.actions.absence import decide_absence, hear_client
from kotopolku.progress.actions.attendance import (
    record_attendance,
    report_attendance,
    show_participants,
    sum_up_attendance,
)
from kotopolku.progress.actions.follow_ups import answer_follow_up, plan_follow_ups
from kotopolku.progress.actions.results import cancel_level, record_levels, record_result, report_levels

__all__ = [
    "answer_follow_up",
    "cancel_level",
    "decide_absence",
    "hear_client",
    "plan_follow_ups",
    "record_attendance",
    "record_levels",
    "record_result",
    "report_attendance",
    "report_levels",
    "show_participants",
    "sum_up_attendance",
]
