"""Forms of dynamic purchasing systems: a request to join, deciding on it, removal, duration, end. Not for: rules, writing."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from kotopolku.clients.forms import CHOOSE, ChoiceField, DayField, OnceForm, text_area
from kotopolku.clients.wording import language
from kotopolku.placement.forms_places import VersionForm
from kotopolku.procurement import tender_rules
from kotopolku.procurement.admission_rules import Removal
from kotopolku.procurement.bid_rules import Section
from kotopolku.procurement.forms_bids import answer_of, asked_field
from kotopolku.procurement.models import Admission, Lot, said


def category_choices(lots: Iterable[Lot]) -> list[tuple[str, str]]:
    return [(str(lot.pk), f"{lot.code} {lot.name}") for lot in lots]


class JoinForm(OnceForm):
    """A request to join: categories, then what the system asks of a supplier. What must be there is said by the rules."""

    categories = forms.MultipleChoiceField(
        label=_("Categories"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, sections: Sequence[Section], lots: Iterable[Lot], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.sections = sections
        self.fields["categories"].choices = category_choices(lots)  # type: ignore[attr-defined]
        for one in self._asked():
            self.fields[one["id"]] = asked_field(one)

    def _asked(self) -> list[Any]:
        return [one for where in self.sections for one in where.fields if one["kind"] != "file"]

    def chosen(self) -> list[int]:
        return [int(one) for one in self.cleaned_data["categories"]]

    def answers(self) -> dict[str, str]:
        return {one["id"]: answer_of(one, self.cleaned_data) for one in self._asked()}

    def parts(self) -> list[tuple[str, list[BoundField]]]:
        """The fields by part, with the part's name."""
        return [
            (said(dict(where.title)), [self[one["id"]] for one in where.fields if one["id"] in self.fields])
            for where in self.sections
        ]


def reasons_field(label: Any, *, required: bool = False) -> forms.CharField:
    return forms.CharField(label=label, required=required, max_length=20_000, widget=text_area(5))


class DecideForm(VersionForm):
    categories = forms.MultipleChoiceField(
        label=_("Admitted to"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The categories left out are refused."),
    )
    reasons_fi = reasons_field(_("Reasons in Finnish"))
    reasons_sv = reasons_field(_("Reasons in Swedish"))

    def __init__(self, places: Iterable[Admission], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["categories"].choices = category_choices(one.lot for one in places)  # type: ignore[attr-defined]
        self.fields["reasons_fi"].help_text = _("Needed when something is refused. The supplier reads them.")

    def chosen(self) -> list[int]:
        return [int(one) for one in self.cleaned_data["categories"]]


class LengthenForm(VersionForm):
    why = forms.CharField(
        label=_("Why the request needs more time"), required=False, max_length=2_000, widget=text_area(3)
    )


class RemoveForm(forms.Form):
    ground = ChoiceField(label=_("Exclusion ground"), required=False)
    hearing = forms.CharField(
        label=_("How the supplier was heard, and what it answered"),
        required=False,
        max_length=10_000,
        widget=text_area(4),
        help_text=_("When you asked, what it says of the ground and of its own measures (1397/2016 § 82)."),
    )
    reasons_fi = reasons_field(_("Reasons in Finnish"))
    reasons_sv = reasons_field(_("Reasons in Swedish"))

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        lang = language()
        self.fields["ground"].choices = [  # type: ignore[attr-defined]
            ("", CHOOSE),
            *((one.code, f"§ {one.section}: {one.texts[lang]}") for one in tender_rules.grounds()),
        ]

    def content(self) -> Removal:
        return Removal(**self.cleaned_data)


class DurationForm(VersionForm):
    ends_on = DayField(label=_("Last day of the system"))
    reason = forms.CharField(label=_("Why"), required=False, max_length=1_000, widget=text_area(3))


class EndForm(VersionForm):
    reason = forms.CharField(label=_("Why"), required=False, max_length=1_000, widget=text_area(3))
