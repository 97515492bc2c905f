"""A day as people type it. Apart from other forms because readers of the public pages meet its words too, in their languages."""

import calendar
import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import dates
from django.utils.translation import gettext_lazy as _

DAY = re.compile(r"^\s*(\d{1,2})\.(\d{1,2})\.(\d{4})\s*$")
ISO_DAY = re.compile(r"^\s*(\d{4})-(\d{1,2})-(\d{1,2})\s*$")
DAY_HINT = _("For example 29.4.2024")


class DayInput(forms.TextInput):
    """A day as people write it in Finland, 29.4.2024."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "numeric", "autocomplete": "off"} | (attrs or {}))

    def format_value(self, value: Any) -> str | None:
        if isinstance(value, date):
            return f"{value.day}.{value.month}.{value.year}"
        return super().format_value(value)


class DayField(forms.Field):
    """A day typed as d.m.yyyy (or ISO); says which part of it does not exist."""

    widget = DayInput
    default_error_messages = {
        "required": _("Give a day, for example 29.4.2024."),
        "invalid": _("“%(value)s” is not a day. Write it as 29.4.2024."),
        "no_such_day": _("%(value)s does not exist. %(month)s has %(days)d days in %(year)d."),
        "no_such_month": _("%(value)s does not exist. There is no month %(month)d."),
    }

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", DAY_HINT)
        super().__init__(**options)

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values or isinstance(value, date):
            return value or None
        text = str(value).strip()
        if not text:
            return None
        if match := DAY.match(text):
            day, month, year = (int(part) for part in match.groups())
        elif match := ISO_DAY.match(text):
            year, month, day = (int(part) for part in match.groups())
        else:
            raise ValidationError(self.error_messages["invalid"], "invalid", {"value": text})
        if not 1 <= month <= 12:
            raise ValidationError(
                self.error_messages["no_such_month"], "no_such_month", {"value": text, "month": month}
            )
        if not 1900 <= year <= 2200:
            raise ValidationError(self.error_messages["invalid"], "invalid", {"value": text})
        days = calendar.monthrange(year, month)[1]
        if not 1 <= day <= days:
            raise ValidationError(
                self.error_messages["no_such_day"],
                "no_such_day",
                {"value": text, "month": str(dates.MONTHS[month]).capitalize(), "days": days, "year": year},
            )
        return date(year, month, day)
