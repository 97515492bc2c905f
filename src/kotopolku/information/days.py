"""Days from one to another in the page's language. Not for: single days (``wording_public.py``)."""

from datetime import date

from babel.dates import format_interval
from django.utils.translation import gettext as _

from kotopolku.information import wording_public


def days_in(first: date, last: date | None) -> str:
    """Days from first to last, both included; without a last one until further notice."""
    if last is None:
        return _("from %(day)s until further notice") % {"day": wording_public.day(first)}
    if first == last:
        return wording_public.day(first)
    return wording_public.european(
        str(format_interval(first, last, skeleton="yMMMd", locale=wording_public.current()))
    )
