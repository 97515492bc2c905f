"""Forms of the room: one measure's progress, a month of attendance, levels, result, absence, follow-up.

Not for: rules (``rules.py``) and writing (``actions``).
"""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kotopolku.actors.models import Organisation
from kotopolku.clients.forms import CHOOSE, ChoiceField, DayField, OnceForm, text_area
from kotopolku.clients.forms_plan import HoursField, ProviderChoices, ProviderField
from kotopolku.clients.models import MeasureState
from kotopolku.clients.rules import MeasureProgress
from kotopolku.progress import sources
from kotopolku.progress.models import (
    Basis,
    Employment,
    FollowUpSource,
    Outcome,
    Situation,
    Skill,
    Study,
    Tongue,
)
from kotopolku.progress.rules import Attendance

MONTH = re.compile(r"^\s*(?:(\d{1,2})[./](\d{4})|(\d{4})-(\d{1,2})(?:-01)?)\s*$")


def parse_month(text: str) -> date:
    """10/2026, 10.2026 or 2026-10. Raises ``ValueError``."""
    found = MONTH.match(text)
    if found is None:
        raise ValueError(text)
    month, year, iso_year, iso_month = found.groups()
    return date(int(year or iso_year), int(month or iso_month), 1)


class MonthField(forms.CharField):
    """A month typed as 10/2026."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
        super().__init__(widget=widget, help_text=_("For example 10/2026"), max_length=10, **options)

    def prepare_value(self, value: Any) -> Any:
        return f"{value.month}/{value.year}" if isinstance(value, date) else value

    def clean(self, value: Any) -> Any:
        if isinstance(value, date):
            return value
        text = super().clean(value)
        try:
            return parse_month(text) if text else None
        except ValueError:
            raise ValidationError(_("Write the month as 10/2026."), code="invalid") from None


class HalfHoursField(forms.DecimalField):
    """Hours with at most one decimal; a comma is a decimal point too."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        options.setdefault("error_messages", {"required": _("Write the hours, 0 if none.")})
        super().__init__(max_digits=5, decimal_places=1, widget=widget, **options)

    def to_python(self, value: Any) -> Any:
        return super().to_python(str(value).replace(",", ".") if value not in self.empty_values else value)

    def prepare_value(self, value: Any) -> Any:
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value


class AttendanceFields(forms.Form):
    """The figures of one participant's month."""

    hours_planned = HalfHoursField(label=_("Planned hours"))
    hours_attended = HalfHoursField(label=_("Attended hours"))
    hours_absent = HalfHoursField(label=_("Hours absent without leave"), required=False)
    longest_absence = forms.IntegerField(
        label=_("Most training days away in a row without leave"),
        required=False,
        min_value=0,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    last_attended_on = DayField(label=_("Last day attended before them"), required=False)

    def row(self, measure_id: int, month: date) -> Attendance:
        typed = self.cleaned_data
        return Attendance(
            measure_id=measure_id,
            month=month,
            hours_planned=typed["hours_planned"],
            hours_attended=typed["hours_attended"],
            hours_absent=typed["hours_absent"] or Decimal(0),
            longest_absence=typed["longest_absence"] or 0,
            last_attended_on=typed["last_attended_on"],
        )


class ParticipantForm(AttendanceFields):
    """One line of the provider's page; a line left wholly empty is not sent on."""

    def __init__(self, data: Any, **options: Any) -> None:
        super().__init__(data, empty_permitted=True, use_required_attribute=False, **options)


class AttendanceForm(OnceForm, AttendanceFields):
    """A month of one client, by the own worker."""

    month = MonthField(label=_("Month"))

    field_order = ["token", "month"]


class MeasureForm(forms.Form):
    """How far one measure is; ``version`` is the plan's."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    state = ChoiceField(label=_("State"), choices=MeasureState.choices)
    starts_on = DayField(label=pgettext_lazy("days", "From"), required=False)
    ends_on = DayField(label=pgettext_lazy("days", "To"), required=False)
    provider_id = ProviderField()
    hours_planned = HoursField()
    result = forms.CharField(label=_("How it went"), required=False, max_length=2000, widget=text_area(3))

    def __init__(
        self, *args: Any, providers: ProviderChoices, current: Organisation | None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        known = dict(providers)
        if current is not None and current.pk not in known:
            providers = [*providers, (current.pk, current.name)]
        self.fields["provider_id"].offer(providers)  # type: ignore[attr-defined]

    def progress(self) -> MeasureProgress:
        return MeasureProgress(
            **{name: self.cleaned_data[name] for name in MeasureProgress.__dataclass_fields__}
        )


class LevelsForm(OnceForm):
    language = ChoiceField(
        label=_("Language"), choices=Tongue.choices, widget=forms.RadioSelect, initial="fi"
    )
    basis = ChoiceField(label=_("Found by"), choices=Basis.choices, widget=forms.RadioSelect, initial="test")
    source = forms.CharField(
        label=_("Who tested or estimated"),
        required=False,
        max_length=200,
        help_text=_("For example the school."),
    )
    assessed_on = DayField(label=_("Day"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        scale = [(level.code, level.words) for level in sources.levels().values()]
        for skill, words in Skill.choices:
            self.fields[skill] = ChoiceField(
                label=words, required=False, choices=[("", _("not assessed")), *scale]
            )

    def levels(self) -> dict[str, str]:
        return {skill: self.cleaned_data[skill] for skill in Skill.values}


class ResultForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    on = DayField(label=_("Situation on the day"))
    employment = ChoiceField(label=_("Work"), choices=[("", CHOOSE), *Employment.choices])
    study = ChoiceField(label=_("Studies"), choices=[("", CHOOSE), *Study.choices])
    other = forms.CharField(label=_("Other results"), required=False, widget=text_area(4))


class HearingForm(forms.Form):
    heard_on = DayField(label=_("Heard on"))
    hearing = forms.CharField(
        label=_("What the client said"),
        widget=text_area(4),
        help_text=_("If the client did not come although asked to, write when and how the client was asked."),
    )


class DecisionForm(forms.Form):
    outcome = ChoiceField(
        label=_("Decided"),
        choices=[choice for choice in Outcome.choices if choice[0] != Outcome.WITHDRAWN],
        widget=forms.RadioSelect,
    )
    reasons = forms.CharField(label=_("Reasons"), widget=text_area(4))


class FollowUpForm(forms.Form):
    situation = ChoiceField(label=_("The client is"), choices=Situation.choices, widget=forms.RadioSelect)
    source = ChoiceField(label=_("Known from"), choices=FollowUpSource.choices, widget=forms.RadioSelect)
    note = forms.CharField(label=_("Note"), required=False, widget=text_area(2))


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("CSV or XLSX file"), error_messages={"required": _("Choose a file first.")}
    )


class ProviderForm(forms.Form):
    name_fi = forms.CharField(label=_("Name in Finnish"), max_length=200)
    name_sv = forms.CharField(label=_("Name in Swedish"), max_length=200, required=False)
    kind = ChoiceField(
        label=_("Kind"),
        choices=[("provider", _("training provider")), ("association", _("association"))],
        widget=forms.RadioSelect,
        initial="provider",
    )
