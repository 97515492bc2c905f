"""Notices of the quality room."""

from django.utils.translation import gettext_lazy as _

from kotopolku.notices.kinds import Kind

KINDS: dict[str, Kind] = {
    "quality.week-counted": Kind(
        _("Weekly summary of the gap lists"),
        _("The week's gap lists have been counted. See what to mend in your authority."),
    ),
}
