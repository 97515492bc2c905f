"""Notices of hand-overs and referrals. No person and no authority is named in them."""

from django.utils.translation import gettext_lazy as _

from kotopolku.notices.kinds import Kind
from kotopolku.notices.models import Delivery

KINDS: dict[str, Kind] = {
    "handover.offer-received": Kind(
        _("A client is offered to us"), _("Another authority offers a client. Answer by %(on)s.")
    ),
    "handover.offer-waiting": Kind(
        _("An offered client waits for our answer"),
        _("An offered client still waits for an answer. Our target was %(on)s."),
    ),
    "handover.offer-late": Kind(
        _("An offered client has waited too long"),
        _("An offer of a client has not been answered. The target was %(on)s."),
        Delivery.AT_ONCE,
    ),
    "handover.offer-accepted": Kind(
        _("A client that we offered was accepted"),
        _("A client that you offered was accepted on %(on)s. The receipt is ready."),
    ),
    "handover.offer-refused": Kind(
        _("A client that we offered was refused"),
        _("A client that you offered was refused on %(on)s. The client is still yours; read why."),
        Delivery.AT_ONCE,
    ),
    "handover.offer-withdrawn": Kind(
        _("An offer of a client was withdrawn"), _("An offer of a client was withdrawn on %(on)s.")
    ),
    "handover.referral-received": Kind(
        _("A person was referred to us"),
        _("An authority has referred a person to you. Handle it by %(on)s."),
        Delivery.AT_ONCE,
    ),
    "handover.referral-late": Kind(
        _("A referral has waited too long"), _("A referral has not been handled. Our target was %(on)s.")
    ),
    "handover.referral-answered": Kind(
        _("A referral that we sent was answered"), _("A referral that you sent was answered on %(on)s.")
    ),
    "handover.clients-came": Kind(
        _("Clients came to us in a reform"),
        _("Clients came to your authority in a reform. See who has no worker yet."),
    ),
}
