"""The journal's names of what is done in the notices room, with their texts. A name never changes its meaning."""

from django.utils.translation import gettext_lazy as _

NAMES = {
    "notices.notice.seen": _("Notice seen"),
    "notices.notice.all-seen": _("All notices marked as seen"),
    "notices.notice.cleaned": _("Old notices deleted"),
    "notices.mail.sent": _("E-mail about notices sent"),
    "notices.wishes.changed": _("Wishes about notices changed"),
    "notices.wishes.narrowed": _("Chose what a notice is about"),
}
