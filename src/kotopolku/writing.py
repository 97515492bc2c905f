"""Days, times and numbers in the page's language: how they are written, not what they mean.

Not for: counting days (``law``).
"""

from datetime import date, datetime
from functools import lru_cache

from babel.dates import format_date
from babel.numbers import format_decimal
from django.utils import translation
from django.utils.translation import ngettext

from kotopolku import clock

NO_BREAK = "\u00a0"


def language() -> str:
    """The page's language where only fi, sv and en have words: en on a page in a further language."""
    code = (translation.get_language() or "fi").partition("-")[0]
    return code if code in ("fi", "sv") else "en"


def locale_of_page() -> str:
    """How days and numbers are written: the Finnish way on pages in further languages, as in the letters people get."""
    return {"sv": "sv_FI", "en": "en_GB"}.get(translation.get_language() or "fi", "fi_FI")


def _english() -> bool:
    return translation.get_language() == "en"


def as_day(value: date | datetime | str | None) -> date | None:
    """A day from a day, a moment (Finnish time) or ISO text; None stays None."""
    if isinstance(value, str):
        return date.fromisoformat(value[:10]) if value else None
    if isinstance(value, datetime):
        return (value.astimezone(clock.HELSINKI) if value.tzinfo else value).date()
    return value


def day(value: date | datetime | str | None) -> str:
    """27.11.2026, in English 27 November 2026. Empty for None."""
    found = as_day(value)
    if found is None:
        return ""
    if _english():
        return f"{found.day} {format_date(found, 'MMMM', locale_of_page())} {found.year}"
    return f"{found.day}.{found.month}.{found.year}"


def weekday_day(value: date | datetime | str | None) -> str:
    """pe 27.11., in English Fri 27 Nov; with the year when it is not the year of the page's day."""
    found = as_day(value)
    return "" if found is None else _weekday_day(found, found.year != clock.today().year, locale_of_page())


@lru_cache(maxsize=4_000)
def _weekday_day(found: date, with_year: bool, locale: str) -> str:
    weekday = format_date(found, "ccc", locale).rstrip(".")
    if locale == "en_GB":
        month = format_date(found, "MMM", "en")
        text = f"{weekday}{NO_BREAK}{found.day}{NO_BREAK}{month}"
        return f"{text}{NO_BREAK}{found.year}" if with_year else text
    return f"{weekday}{NO_BREAK}{found.day}.{found.month}." + (str(found.year) if with_year else "")


def long_day(value: date | datetime | str | None) -> str:
    """Monday 23 November 2026, in Finnish maanantai 23. marraskuuta 2026."""
    found = as_day(value)
    if found is None:
        return ""
    page = translation.get_language() or "fi"
    if page not in ("fi", "sv", "en"):
        return format_date(found, "full", translation.to_locale(page))
    return format_date(found, "cccc d. MMMM y" if page == "fi" else "cccc d MMMM y", locale_of_page())


def clock_time(value: datetime | None) -> str:
    """13.04, Finnish time."""
    if value is None:
        return ""
    local = value.astimezone(clock.HELSINKI) if value.tzinfo else value
    return f"{local.hour}.{local.minute:02d}"


def number(value: float | int | None) -> str:
    """12 345 with a narrow space in Finnish and Swedish, 12,345 in English."""
    if value is None:
        return ""
    text = format_decimal(value, locale="en_GB")
    if _english():
        return text
    return text.replace(",", "\u202f").replace(".", ",")


def days_left(left: int) -> tuple[str, str]:
    """The number and the words of the days box: ("4", "days late"), ("0", "today"), ("3", "days")."""
    if left < 0:
        return str(-left), ngettext("day late", "days late", -left)
    if left == 0:
        from django.utils.translation import gettext

        return "0", gettext("today")
    return str(left), ngettext("day", "days", left)


def days_words(left: int) -> str:
    """One line: "4 days late", "today", "3 days left"."""
    from django.utils.translation import gettext

    if left < 0:
        return ngettext("%(count)d day late", "%(count)d days late", -left) % {"count": -left}
    if left == 0:
        return gettext("today")
    return ngettext("%(count)d day left", "%(count)d days left", left) % {"count": left}
