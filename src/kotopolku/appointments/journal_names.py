"""The journal's names of what is done in the appointments room, with their texts. A name never changes its meaning."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NAMES: dict[str, Promise] = {
    "appointments.appointment.booked": _("Appointment booked"),
    "appointments.appointment.moved": _("Appointment changed"),
    "appointments.appointment.cancelled": _("Appointment cancelled"),
    "appointments.appointment.restored": _("Cancellation of the appointment taken back"),
    "appointments.calendar.listed": _("Appointments seen in a calendar"),
    "appointments.participant.added": _("Participant added to the appointment"),
    "appointments.participant.removed": _("Participant taken off the appointment"),
    "appointments.participant.recorded": _("Outcome of the appointment recorded"),
    "appointments.participant.confirmed": _("Client said that the time suits"),
    "appointments.participant.asked": _("Client asked for another time"),
    "appointments.interpreter.ordered": _("Interpreter ordered"),
    "appointments.interpreter.changed": _("Interpreter order changed"),
    "appointments.orders.exported": _("Interpreter orders taken to a file"),
    "appointments.warning.given": _("Client told of the fee for staying away"),
    "appointments.fee.begun": _("Client asked to explain an absence"),
    "appointments.fee.heard": _("Client's explanation of an absence recorded"),
    "appointments.fee.proposed": _("Fee for staying away proposed"),
    "appointments.fee.decided": _("Fee for staying away decided"),
    "appointments.fee.dropped": _("Fee for staying away left out"),
    "appointments.feed.made": _("Secret calendar address made"),
    "appointments.feed.ended": _("Secret calendar address ended"),
    "appointments.reminders.sent": _("Appointments reminded of"),
}
