"""The only writers of appointments: one verb, one transaction, keyword-only ``actor``, one journal entry each.

All raise ``MissingCapability``, ``NotVisible`` and ``clients.rules.Refusals``; those with ``expected_version`` raise
``EditClash``. ``token``: a second submission of the same form or call returns the first one's object, writing nothing.
"""

from kotopolku.appointments.actions.absences import (
    ask_to_explain,
    decide_fee,
    drop_fee,
    give_warning,
    propose_fee,
    record_explanation,
)
from kotopolku.appointments.actions.booking import (
    Details,
    book_appointment,
    cancel_appointment,
    change_appointment,
    restore_appointment,
)
from kotopolku.appointments.actions.feeds import end_feed, make_feed
from kotopolku.appointments.actions.interpreters import (
    OrderContent,
    change_order,
    order_interpreter,
    record_orders_export,
)
from kotopolku.appointments.actions.participants import (
    add_participant,
    ask_another_time,
    confirm,
    record_calendar_look,
    record_result,
    remove_participant,
)
from kotopolku.appointments.actions.reminders import send_reminders

__all__ = [
    "Details",
    "OrderContent",
    "add_participant",
    "ask_another_time",
    "ask_to_explain",
    "book_appointment",
    "cancel_appointment",
    "change_appointment",
    "change_order",
    "confirm",
    "decide_fee",
    "drop_fee",
    "end_feed",
    "give_warning",
    "make_feed",
    "order_interpreter",
    "propose_fee",
    "record_calendar_look",
    "record_explanation",
    "record_orders_export",
    "record_result",
    "remove_participant",
    "restore_appointment",
    "send_reminders",
]
