"""Notices of the exchange: a file has been brought in, a register tells of a non-disclosure order, a message is stuck."""

from django.utils.translation import gettext_lazy as _

from kotopolku.notices.kinds import Kind
from kotopolku.notices.models import Delivery

KINDS = {
    "exchange.import-ended": Kind(
        _("A file of clients is brought in"), _("A file of clients you brought in has been gone through.")
    ),
    "exchange.non-disclosure-found": Kind(
        _("Non-disclosure order from the population register"),
        _("The population register tells of a non-disclosure order of your client. It is in force here now."),
        Delivery.AT_ONCE,
    ),
    "exchange.message-failed": Kind(
        _("Message to the national client system failed"),
        _("A message to the national client system has not gone through and needs a person."),
    ),
}
