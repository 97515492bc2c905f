"""Forms of the client's own pages: few fields, each error in plain words of the client's language.

Not for: forms of officials (``forms_staff.py``).
"""

import re
import uuid
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kotopolku.mypage import wording
from kotopolku.mypage.rules import LONGEST_TEXT

_DAY = re.compile(r"^(\d{1,2})[./-](\d{1,2})[./-](\d{4})$")
_ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})$")
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
"""Digits as Arabic and Persian keyboards write them."""


class BirthDateField(forms.Field):
    """A day typed as day, month and year with digits."""

    def to_python(self, value: Any) -> date | None:
        text = str(value or "").strip().translate(_DIGITS)
        if not text:
            return None
        if match := _DAY.match(text):
            numbers = [int(part) for part in reversed(match.groups())]
        elif match := _ISO.match(text):
            numbers = [int(part) for part in match.groups()]
        else:
            raise ValidationError(_("Write the day with digits, for example 14.3.1990."))
        try:
            return date(*numbers)
        except ValueError:
            raise ValidationError(_("There is no such day. Check the digits.")) from None


def _writing(rows: int = 4) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "dir": "auto"})


def _text_errors(required: Any) -> dict[str, Any]:
    return {"required": required, "max_length": _("The text is too long. Write it shorter.")}


class CodeForm(forms.Form):
    """The code from the office together with the date of birth."""

    code = forms.CharField(
        label=_("Code"),
        help_text=_("Twelve letters and digits on the paper from your office."),
        error_messages={"required": _("Write the code.")},
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "dir": "ltr", "spellcheck": "false"}),
    )
    birth_date = BirthDateField(
        label=_("Your date of birth"),
        help_text=_("Day, month and year, for example 14.3.1990."),
        error_messages={"required": _("Write your date of birth.")},
        widget=forms.TextInput(attrs={"autocomplete": "bday", "dir": "ltr"}),
    )


class TokenForm(forms.Form):
    """A form that does nothing more when it is sent twice."""

    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class MessageForm(TokenForm):
    """A message to the worker."""

    text = forms.CharField(
        label=_("Your message"),
        help_text=_("You can write in your own language."),
        max_length=LONGEST_TEXT,
        error_messages=_text_errors(_("Write your message first.")),
        widget=_writing(),
    )


class CommentForm(TokenForm):
    """What the client thinks of the plan, or of one goal in it."""

    goal = forms.IntegerField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("What do you think of the plan?"),
        help_text=_("Your worker reads this and answers you."),
        max_length=LONGEST_TEXT,
        error_messages=_text_errors(_("Write your message first.")),
        widget=_writing(),
    )


class SignForm(forms.Form):
    """Accepting the plan."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    read = forms.BooleanField(
        label=_("I have read this plan and I accept it."),
        required=False,
    )
    signed_name = forms.CharField(
        label=_("Write your name"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
    )


class WishForm(forms.Form):
    """When another time would suit."""

    wish = forms.CharField(
        label=_("When could you come?"),
        help_text=_("For example: Mondays in the morning."),
        max_length=300,
        error_messages=_text_errors(_("Write when you could come.")),
        widget=_writing(2),
    )


class CorrectionForm(TokenForm):
    """What is wrong in the stored data."""

    part = forms.ChoiceField(
        label=_("What is wrong?"),
        choices=lambda: list(wording.CORRECTION_PARTS.items()),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what is wrong."),
            "invalid_choice": _("Choose what is wrong."),
        },
    )
    text = forms.CharField(
        label=_("What is wrong, and what would be right?"),
        max_length=LONGEST_TEXT,
        error_messages=_text_errors(_("Write what is wrong and what would be right.")),
        widget=_writing(),
    )
