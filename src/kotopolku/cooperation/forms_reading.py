"""Forms of pages that anybody may open, in the languages of readers: what is asked of guidelines, minutes and positions."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kotopolku.clients.forms import ChoiceField
from kotopolku.clients.forms_day import DayField
from kotopolku.cooperation.queries.minutes_archive import Choices, Wanted
from kotopolku.cooperation.sources import topics

ANY = pgettext_lazy("filter", "Any")


class QuestionForm(forms.Form):
    """What everybody may ask: an occupation in a municipality on a day."""

    occupation = forms.CharField(
        label=_("Occupation: code or name"),
        max_length=100,
        widget=forms.TextInput({"list": "occupations", "autocomplete": "off"}),
        error_messages={"required": _("Write the code or the name of the occupation.")},
    )
    municipality = ChoiceField(
        label=_("Municipality of the work"), error_messages={"required": _("Choose the municipality.")}
    )
    on = DayField(label=_("Day"))

    def __init__(self, municipalities: Iterable[tuple[str, str]], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        choices = [("", _("Choose")), *municipalities]
        self.fields["municipality"].choices = choices  # type: ignore[attr-defined]


class ArchiveForm(forms.Form):
    """What is sought in minutes. Values that cannot be narrow nothing."""

    q = forms.CharField(label=_("Words"), required=False, max_length=200)
    body = ChoiceField(label=pgettext_lazy("cooperation", "Body"), required=False)
    year = ChoiceField(label=_("Year"), required=False)

    def __init__(self, known: Choices, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        bodies = [(str(pk), name) for pk, name in known.bodies]
        years = [(str(one), str(one)) for one in known.years]
        self.fields["body"].choices = [("", ANY), *bodies]  # type: ignore[attr-defined]
        self.fields["year"].choices = [("", ANY), *years]  # type: ignore[attr-defined]

    def wanted(self) -> Wanted:
        self.is_valid()
        typed = self.cleaned_data
        body, year = typed.get("body"), typed.get("year")
        return Wanted(typed.get("q", ""), int(body) if body else None, int(year) if year else None)


class PositionFilter(forms.Form):
    """What is sought in a list. Values that cannot be narrow nothing."""

    q = forms.CharField(label=_("Words"), required=False, max_length=200)
    topic = ChoiceField(label=_("Topic"), required=False)

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["topic"].choices = [("", ANY), *topics()]  # type: ignore[attr-defined]
