"""Notices of the clients room."""

from django.utils.translation import gettext_lazy as _

from kotopolku.notices.kinds import Kind
from kotopolku.notices.models import Delivery

KINDS = {
    "clients.deadlines-near": Kind(
        _("Deadlines late or due within a week"),
        _("Deadlines of your clients are late or due within a week."),
    ),
    "clients.work-given": Kind(_("Clients are given to me"), _("You have been given clients.")),
    "clients.stands-in": Kind(
        _("I am to stand in for a colleague"),
        _("You stand in for a colleague from %(on)s. The clients appear in your work list by themselves."),
        Delivery.AT_ONCE,
    ),
}
