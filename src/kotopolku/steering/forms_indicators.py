"""Forms of indicators and their figures: what was typed, parsed and shown again. Not for: rules, writing."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kotopolku.clients.forms import CHOOSE, ChoiceField, OnceForm, text_area
from kotopolku.steering.actions.indicators import IndicatorContent, mark_of
from kotopolku.steering.forms_programme import NAMES
from kotopolku.steering.models import Better, Indicator
from kotopolku.steering.rules_indicators import figure
from kotopolku.steering.rules_programme import LANGUAGES

DEFINITIONS = {
    "fi": _("Definition in Finnish"),
    "sv": _("Definition in Swedish"),
    "en": _("Definition in English"),
}


class FigureField(forms.CharField):
    """A number with a comma or a point, and spaces between thousands."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        found = figure(text)
        if found is None:
            raise ValidationError(_("Write a number, for example 12,5."))
        return found


class IndicatorForm(OnceForm):
    """An indicator as it is written. ``seen``: what it said when the form was shown."""

    name_fi = forms.CharField(
        label=NAMES["fi"],
        max_length=200,
        error_messages={"required": _("Give the indicator a name in Finnish.")},
    )
    name_sv = forms.CharField(
        label=NAMES["sv"],
        max_length=200,
        error_messages={"required": _("Give the indicator a name in Swedish.")},
    )
    name_en = forms.CharField(label=NAMES["en"], max_length=200, required=False)
    key = forms.CharField(
        label=_("Key"),
        max_length=60,
        help_text=_("Small letters, numbers and hyphens, for files and the interface: employment-rate."),
    )
    definition_fi = forms.CharField(
        label=DEFINITIONS["fi"],
        max_length=2_000,
        widget=text_area(3),
        help_text=_("What is counted, of whom and when."),
        error_messages={"required": _("Say in Finnish what is counted, of whom and when.")},
    )
    definition_sv = forms.CharField(
        label=DEFINITIONS["sv"], max_length=2_000, widget=text_area(3), required=False
    )
    definition_en = forms.CharField(
        label=DEFINITIONS["en"], max_length=2_000, widget=text_area(3), required=False
    )
    unit = forms.CharField(label=_("Unit"), max_length=20, initial="%", required=False)
    better = ChoiceField(label=_("Which direction is better"), choices=[("", CHOOSE), *Better.choices])
    source = forms.CharField(
        label=_("Source"),
        max_length=300,
        error_messages={"required": _("Say where the figures come from.")},
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)

    def content(self) -> IndicatorContent:
        typed = self.cleaned_data
        return IndicatorContent(
            key=typed["key"],
            names={language: typed[f"name_{language}"] for language in LANGUAGES},
            definition={language: typed[f"definition_{language}"] for language in LANGUAGES},
            unit=typed["unit"],
            better=typed["better"],
            source=typed["source"],
        )

    @property
    def seen_before(self) -> str:
        """What it said then. Browsers send line breaks as two signs."""
        return str(self.cleaned_data["seen"]).replace("\r\n", "\n")

    @staticmethod
    def initial_of(one: Indicator) -> dict[str, Any]:
        words = {f"name_{language}": getattr(one, f"name_{language}") for language in LANGUAGES}
        words |= {f"definition_{language}": one.definition.get(language, "") for language in LANGUAGES}
        return words | {
            "key": one.key,
            "unit": one.unit,
            "better": one.better,
            "source": one.source,
            "seen": mark_of(one),
        }


class ValueForm(forms.Form):
    """One figure of a place and year. ``seen``: what stood there when the form was shown."""

    place = ChoiceField(label=_("Place"), error_messages={"required": _("Choose a place.")})
    year = forms.IntegerField(
        label=_("Year"), min_value=1, max_value=9999, error_messages={"required": _("Give a year.")}
    )
    value = FigureField(
        label=_("Figure"),
        max_length=30,
        required=False,
        help_text=_("For example 12,5. Leave empty to take the figure away."),
    )
    source = forms.CharField(
        label=_("Source of this figure"),
        max_length=300,
        required=False,
        help_text=_("If it is another than the indicator's."),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, places: Mapping[str, str], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["place"].choices = [("", CHOOSE), *places.items()]  # type: ignore[attr-defined]

    @property
    def seen_before(self) -> Decimal | None:
        return figure(self.cleaned_data.get("seen") or "")


class FiguresFileForm(forms.Form):
    file = forms.FileField(
        label=_("File"), allow_empty_file=True, error_messages={"required": _("Choose a file.")}
    )


class ConfirmForm(OnceForm):
    """The rows of a file that was checked, carried to the writing in the page itself: nothing is kept meanwhile."""

    rows = forms.CharField(widget=forms.HiddenInput, max_length=2_000_000, strip=False)


class PlaceFilter(forms.Form):
    """Which place and year are shown. Values that cannot be narrow nothing."""

    place = ChoiceField(label=_("Place"), required=False)
    year = ChoiceField(label=_("Year"), required=False)

    def __init__(self, places: Mapping[str, str], years: Sequence[int], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["place"].choices = list(places.items())  # type: ignore[attr-defined]
        self.fields["year"].choices = [(str(year), str(year)) for year in years]  # type: ignore[attr-defined]
