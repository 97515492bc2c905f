"""The journal's names of what this room does, with their texts."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

NAMES = {
    "access.denied": _("Was refused"),
    "actors.user.create": _("Opened a user account"),
    "actors.user.change": _("Changed own settings"),
    "actors.user.sign-in": _("Signed in"),
    "actors.membership.add": _("Gave a seat"),
    "actors.membership.change": _("Changed a seat"),
    "actors.membership.end": _("Ended a seat"),
    "actors.team.create": _("Added a team"),
    "actors.team.rename": _("Renamed a team"),
    "actors.invitation.send": _("Invited a person"),
    "actors.invitation.withdraw": _("Withdrew an invitation"),
    "actors.invitation.accept": _("Accepted an invitation"),
    "actors.contact.add": _("Added a contact"),
    "actors.contact.change": _("Changed a contact"),
    "actors.contact.end": _("Ended a contact"),
    "actors.deputy.set": pgettext_lazy("journal", "Set a deputy"),
    "actors.deputy.remove": _("Removed a deputy"),
    "actors.absence.write": _("Wrote down an absence and who stands in"),
    "actors.absence.end": _("Ended an absence"),
    "actors.provider.add": _("Added a training provider"),
    "actors.token.create": _("Made an API token"),
    "actors.token.end": _("Ended an API token"),
}
