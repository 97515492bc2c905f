"""Words and days of the public pages in the reader's language. Not for: texts that editors write."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_decimal
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext as _

from kotopolku import clock
from kotopolku.information.models import Space
from kotopolku.information.queries.finding import place_names
from kotopolku.reference import queries as reference
from kotopolku.reference.models import AreaKind

_LOCALES: Mapping[str, str] = {"en": "en_GB", "fi": "fi_FI", "sv": "sv_FI", "so": "so_SO"}
ICONS = (
    "talk",
    "book",
    "work",
    "child",
    "heart",
    "house",
    "flag",
    "law",
    "shield",
    "contacts",
    "user",
    "calendar",
)
ICON = "info"
"""Of a page whose editor has chosen none."""


@cache
def locale(code: str) -> str:
    """Babel's name of a page's language, with Finnish customs where there are any; English where Babel has none."""
    wanted = _LOCALES.get(code, to_locale(code))
    try:
        Locale.parse(wanted)
    except (UnknownLocaleError, ValueError):
        return "en_GB"
    return wanted


def current() -> str:
    return locale(get_language() or "fi")


@lru_cache(maxsize=2_000)
def _written(value: date, form: str, name: str) -> str:
    return str(format_date(value, form, name))


def day(value: date | datetime | None) -> str:
    """The day in full without weekday: 27 November 2026, 27. marraskuuta 2026. European digits in every language."""
    found = value.astimezone(clock.HELSINKI).date() if isinstance(value, datetime) else value
    return "" if found is None else european(_written(found, "long", current()))


def month(value: date) -> str:
    """The month as a word, short where the language shortens it."""
    return _written(value, "LLL", current()).rstrip(".")


def number(value: Decimal | int | None) -> str:
    """A number as the language writes it, in European digits."""
    return "" if value is None else european(str(format_decimal(value, locale=current())))


_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")


def european(text: str) -> str:
    return text.translate(_DIGITS)


def language_name(code: str) -> str:
    """What a language is called in the page's language."""
    known = Locale.parse(current()).languages
    if code in known or code.partition("-")[0] in known:
        return str(known.get(code) or known[code.partition("-")[0]])
    row = reference.language(code)
    return row.name() if row is not None else code


def welcome(space: Space) -> str:
    """The heading of a space's front page. Finnish bends the place's name, where we have the form."""
    place = space.name()
    if (get_language() or "fi") != "fi":
        return _("Welcome to %(place)s") % {"place": place}
    bent = place_names()["where_to"].get(space.slug)
    if not bent:
        return _("Welcome: %(place)s") % {"place": place}
    return _("Welcome to %(place)s") % {"place": bent}


def region_name(code: str) -> str:
    """A region's name by its code."""
    area = reference.area(AreaKind.REGION, code)
    return area.name() if area is not None else ""
