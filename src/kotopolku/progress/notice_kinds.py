"""The kinds of notices of the progress room: what a user should know without having asked."""

from django.utils.translation import gettext_lazy as _

from kotopolku.notices.kinds import Kind
from kotopolku.notices.models import Delivery

KINDS = {
    "progress.absence-too-long": Kind(
        _("A client has been away from training too long"),
        _(
            "A client has been away from training without leave for days in a row. Hear the client first, then decide."
        ),
        Delivery.AT_ONCE,
    ),
    "progress.follow-up-due": Kind(
        _("A follow-up is due"),
        _("It is time to ask how former clients are doing (%(on)s)."),
        Delivery.DAILY,
    ),
}
