"""The journal's names of what is done in the mypage room, with their texts. A name never changes its meaning."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NAMES: dict[str, Promise] = {
    "mypage.account.entered": _("The client's own page was entered"),
    "mypage.account.changed": _("The settings of the own page were changed"),
    "mypage.code.given": _("A sign-in code was given to the client"),
    "mypage.code.refused": _("A sign-in code was refused"),
    "mypage.correction.accepted": _("A request to correct was accepted"),
    "mypage.correction.asked": _("The client asked for a correction"),
    "mypage.correction.refused": _("A request to correct was refused"),
    "mypage.data.downloaded": _("The client's data were downloaded on the own page"),
    "mypage.path.opened": _("The client's own page was opened by a representative"),
    "mypage.plan.signed": _("The client signed the plan on the own page"),
}
