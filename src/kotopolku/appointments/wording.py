"""Words of the room: refusals, why a fee is or is not possible, how times are written. Decides nothing."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from kotopolku.appointments.rules import Absent
from kotopolku.clients.rules import Refusal
from kotopolku.clock import HELSINKI

REFUSALS = {
    "clock-skips": gettext_noop("This time does not exist: clocks are put forward that night."),
    "clock-repeats": gettext_noop("This time comes twice: clocks are put back that night. Choose another."),
    "ends-before-start": gettext_noop("The appointment ends before it begins. Check both times."),
    "too-long": gettext_noop("The appointment would last over %(hours)s hours. Check both times."),
    "past": gettext_noop("The time has passed already. Choose a later one."),
    "amount-none": gettext_noop("Give a sum over zero, or decide that there is no fee."),
    "amount-over": gettext_noop("The sum can be at most %(most)s euros."),
    "due-early": gettext_noop("The fee can fall due on %(earliest)s at the earliest."),
}
"""Refusals of ``rules.py`` by code; those of the actions carry their own message."""

CONDITIONS = {
    Absent.ACT: (
        gettext_lazy("The Act of 2023 was in force on the booked day."),
        gettext_lazy("The booked day was before the Act of 2023. The Act of 2010 knows no such fee."),
    ),
    Absent.NO_SHOW: (
        gettext_lazy("The client stayed away and had not told of it."),
        gettext_lazy("It is not recorded that the client stayed away without telling."),
    ),
    Absent.WARNED: (
        gettext_lazy("The client had been told of the fee on an earlier day."),
        gettext_lazy(
            "The client had not been told of the fee beforehand. Record a warning for the next time."
        ),
    ),
    Absent.ADULT: (
        gettext_lazy("The client was 18 or older."),
        gettext_lazy("The client was under 18, or the birth date is not known. Nobody under 18 is charged."),
    ),
    Absent.COST: (
        gettext_lazy("An interpreter was ordered, and the cost is known."),
        gettext_lazy(
            "No cost of interpretation is recorded for the appointment. Only that cost can be charged."
        ),
    ),
}


def worded(refusals: list[Refusal]) -> list[Refusal]:
    """The refusals of ``rules.py`` with their messages, as ``clients.wording`` says them."""
    return [
        refusal
        if refusal.message
        else Refusal(refusal.field, refusal.code, REFUSALS[refusal.code], refusal.params)
        for refusal in refusals
    ]


def condition_text(condition: Absent, met: bool) -> str:
    return str(CONDITIONS[condition][0 if met else 1])


def hour(at: datetime) -> str:
    """9.30, Finnish time."""
    local = at.astimezone(HELSINKI)
    return f"{local.hour}.{local.minute:02d}"


def hours(starts_at: datetime, ends_at: datetime) -> str:
    """9.30–10.15"""
    return f"{hour(starts_at)}–{hour(ends_at)}"


def client_number(number: str) -> str:
    """How a client is named where no name may stand."""
    return _("Client %(number)s") % {"number": number}
