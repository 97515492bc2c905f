"""Notices of appointments: to workers, and to clients who have a page of their own. No personal data in any."""

from django.utils.translation import gettext_lazy as _

from kotopolku.notices.kinds import Kind
from kotopolku.notices.models import Delivery

KINDS: dict[str, Kind] = {
    "appointments.time-asked": Kind(
        _("A client asks for another time"),
        _("A client asks for another time than %(on)s."),
        Delivery.AT_ONCE,
    ),
    "appointments.booked": Kind(
        _("A colleague books a time for you"),
        _("A time has been booked for you on %(on)s."),
        Delivery.DAILY,
    ),
    "appointments.changed": Kind(
        _("An appointment of yours is moved or cancelled"),
        _("Your appointment of %(on)s was moved or cancelled."),
        Delivery.AT_ONCE,
    ),
    "appointments.coming": Kind(
        _("Your appointments of the next working day"),
        _("You have an appointment on %(on)s."),
        Delivery.PRODUCT,
    ),
    "appointments.own-booked": Kind(
        _("A time is booked for you"),
        _("You have a new appointment on %(on)s."),
        Delivery.AT_ONCE,
    ),
    "appointments.own-changed": Kind(
        _("Your time is moved or cancelled"),
        _("Your appointment of %(on)s was moved or cancelled. See what is new."),
        Delivery.AT_ONCE,
    ),
    "appointments.own-coming": Kind(
        _("Your appointment is near"),
        _("You have an appointment on %(on)s."),
        Delivery.AT_ONCE,
    ),
}
