"""Kinds of notices of the room."""

from django.utils.translation import gettext_lazy as _

from kotopolku.notices.kinds import Kind

KINDS = {
    "mypage.correction-asked": Kind(
        _("A client asks for a correction"), _("A client says that something in the stored data is wrong.")
    ),
    "mypage.plan-signed": Kind(
        _("A client has signed the plan"), _("A client has accepted and signed the plan on the own page.")
    ),
}
