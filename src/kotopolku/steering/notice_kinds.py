"""Notices of steering: to those whose measures hang on what changed."""

from django.utils.translation import gettext_lazy as _

from kotopolku.notices.kinds import Kind
from kotopolku.notices.models import Delivery

KINDS: dict[str, Kind] = {
    "steering.programme-adopted": Kind(
        _("A State's programme was adopted"), _("The Government has adopted a programme for integration.")
    ),
    "steering.line-ended": Kind(
        _("A line that our measures carry out was ended"),
        _("A line of the State's programme ends on %(on)s. Measures of yours are tied to it."),
        Delivery.AT_ONCE,
    ),
    "steering.report-sent": Kind(
        _("A region sent its yearly report"), _("A region has sent its yearly report to the ministry.")
    ),
}
