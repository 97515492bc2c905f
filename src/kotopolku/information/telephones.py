"""A telephone number three ways: as dialled, as shown in its groups, and as read aloud digit by digit.

Pure but for the words of the page's language. Not for: checking what was typed (``actors.rules``).
"""

import re
from dataclasses import dataclass

import phonenumbers
from django.utils.translation import gettext as _

from kotopolku.actors import rules

COMMAS = {"ar": "، ", "fa": "، ", "zh-hans": "，"}
"""What parts groups of digits, for a pause in reading."""


@dataclass(frozen=True)
class Telephone:
    shown: str
    """In groups, from left to right whatever the page."""
    dialled: str
    """For a ``tel:`` link, E.164."""
    read: str
    """Digit by digit, with a pause between groups: a number is not read as thousands."""


def telephone(written: str, language: str) -> Telephone | None:
    """A number of a contact; None without one."""
    text = " ".join(written.split())
    if not text:
        return None
    dialled = rules.telephone_link(text)
    if dialled and " " not in text:
        number = phonenumbers.parse(text, "FI")
        form = phonenumbers.PhoneNumberFormat
        text = phonenumbers.format_number(number, form.INTERNATIONAL if text[0] == "+" else form.NATIONAL)
    groups = [" ".join(_("plus") if sign == "+" else sign for sign in part) for part in _groups(text)]
    return Telephone(text, dialled or re.sub(r"[^\d+]", "", text), COMMAS.get(language, ", ").join(groups))


def _groups(text: str) -> list[str]:
    return [part for part in re.split(r"[^\d+]+", text) if part]
