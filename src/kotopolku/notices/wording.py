"""A day in the words of a notice, in the current language. Not for: days on pages (the template filters)."""

from datetime import date

from babel.dates import format_date
from django.utils import translation


def day_words(day: date | None) -> str:
    """27.11.2026 in Finnish and Swedish, 27 November 2026 in English; empty without a day."""
    if day is None:
        return ""
    language = (translation.get_language() or "fi")[:2]
    if language in ("fi", "sv"):
        return f"{day.day}.{day.month}.{day.year}"
    return str(format_date(day, "long", locale="en_GB" if language == "en" else language))
