"""The room's refusals marked for translation; ``clients.wording.refusal_text`` says them in the language in use."""

from django.utils.translation import gettext_noop

SENTENCES = (
    gettext_noop("The month has not begun yet."),
    gettext_noop("Hours of a month are from 0 to 744."),
    gettext_noop("Attended and absent are together more than the planned hours (%(planned)s)."),
    gettext_noop("The month does not have so many days."),
    gettext_noop("Write the hours absent without leave, or take the days away."),
    gettext_noop("The last day attended is after the month, or in the future."),
)
