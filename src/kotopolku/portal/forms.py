"""Reading a typed day. Not for: the rooms' forms."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

DAY_FORMATS = ["%d.%m.%Y", "%Y-%m-%d"]


class DayField(forms.DateField):
    """A day typed as 1.3.2021."""

    default_error_messages = {"invalid": _("Give a day that exists, for example 29.4.2024.")}

    def __init__(self, **named: Any) -> None:
        named.setdefault("help_text", _("For example 29.4.2024"))
        super().__init__(input_formats=DAY_FORMATS, **named)

    def prepare_value(self, value: Any) -> Any:
        """A day is shown as people write it, without leading zeros."""
        return f"{value.day}.{value.month}.{value.year}" if isinstance(value, date) else value


def typed_day(text: str) -> date | None:
    """1.3.2021 or 2021-03-01 as a day; None when it is not a day that exists."""
    try:
        day: date | None = DayField(required=False).clean(text.strip())
    except ValidationError:
        return None
    return day
