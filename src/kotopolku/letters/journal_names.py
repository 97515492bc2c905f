"""The journal's names of what is done in the letters room, with their texts. A name never changes its meaning."""

from django.utils.translation import gettext_lazy as _

NAMES = {
    "letters.letter.written": _("Letter written"),
    "letters.letter.sent": _("Letter sent"),
    "letters.letter.withdrawn": _("Letter withdrawn"),
    "letters.letter.printed": _("Letter opened for printing"),
    "letters.letter.opened": _("Letter opened by the client"),
    "letters.letter.moved": _("Letter moved in the messages service"),
}
