"""What the chain is narrowed by."""

from datetime import date
from typing import Any

from django import forms
from django.forms import ChoiceField
from django.utils.translation import gettext_lazy as _

from kotopolku.reference import queries as reference
from kotopolku.steering.queries.chain import WantedChain
from kotopolku.steering.queries.coverage import YEARS
from kotopolku.steering.queries.measures import regions_on


class ChainFilter(forms.Form):
    """Year, region, municipality and programme of the State."""

    year = forms.IntegerField(label=_("Year"), required=False, min_value=YEARS[0], max_value=YEARS[-1])
    region = ChoiceField(label=_("Region"), required=False)
    municipality = ChoiceField(label=_("Municipality"), required=False)
    programme = ChoiceField(label=_("Programme"), required=False)

    def __init__(self, day: date, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        fields: Any = self.fields
        fields["region"].choices = [("", _("the whole country")), *regions_on(day)]
        known = [(one.code, one.name()) for one in reference.municipalities_on(day)]
        fields["municipality"].choices = [("", _("every municipality")), *known]
        asked = str(self.data.get("programme", ""))
        fields["programme"].choices = [("", _("the one in force in the year"))]
        if asked.isdecimal() and len(asked) < 10:
            fields["programme"].choices.append((asked, asked))

    def wanted(self, this_year: int) -> WantedChain:
        self.is_valid()
        typed = self.cleaned_data
        programme = typed.get("programme") or ""
        return WantedChain(
            typed.get("year") or this_year,
            typed.get("region") or "",
            typed.get("municipality") or "",
            int(programme) if programme else None,
        )
