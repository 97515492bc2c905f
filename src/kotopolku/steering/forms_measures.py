"""Forms of regional measures, coverage and yearly reports: what was typed, parsed and shown again. Not for: rules."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kotopolku.actors.models import Contact
from kotopolku.clients.forms import ChoiceField, DayField, OnceForm, text_area
from kotopolku.cooperation.forms import ANY, MARKS, OrganisationsMixin, WordsFilter
from kotopolku.cooperation.sources import LANGUAGES, page_language
from kotopolku.placement.forms_places import VersionForm
from kotopolku.steering.actions.measures import EvidenceContent
from kotopolku.steering.measure_rules import MeasureContent
from kotopolku.steering.models import Indicator, RegionalMeasure
from kotopolku.steering.queries.coverage import YEARS, WantedCoverage
from kotopolku.steering.queries.measures import WantedMeasures, state_choices
from kotopolku.steering.report_rules import LANGUAGES as REPORT_LANGUAGES

NOTHING = "–"


class AmountField(forms.DecimalField):
    """A figure typed as 12 000,50 or 12000.50."""

    default_error_messages = {"invalid": _("“%(value)s” is not a figure. Write it as 12,5.")}

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(max_digits=14, decimal_places=2, widget=widget, **options)

    def to_python(self, value: Any) -> Any:
        if not isinstance(value, str):
            return super().to_python(value)
        try:
            return super().to_python("".join(value.split()).replace(",", "."))
        except ValidationError:
            raise ValidationError(self.error_messages["invalid"], "invalid", {"value": value}) from None

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Decimal):
            return value
        whole = value == value.to_integral_value()
        return str(int(value)) if whole else str(value.normalize()).replace(".", ",")


def _ticks(label: Any, help_text: Any = "", **options: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, help_text=help_text, widget=forms.CheckboxSelectMultiple, **options
    )


class MeasuresFilter(WordsFilter):
    """What the list is narrowed by. Values that cannot be narrow nothing."""

    region = ChoiceField(label=_("Region"), required=False)
    line = ChoiceField(label=_("Line"), required=False)
    state = ChoiceField(label=_("State"), required=False)
    year = forms.IntegerField(label=_("Year"), required=False, min_value=YEARS[0], max_value=YEARS[-1])
    own = forms.BooleanField(label=_("Only our own"), required=False)
    left = forms.BooleanField(label=_("Only what our predecessors left"), required=False)
    no_line = forms.BooleanField(label=_("Only without a line"), required=False)

    def __init__(
        self, regions: list[tuple[str, str]], lines: list[tuple[int, str]], *given: Any, **more: Any
    ) -> None:
        super().__init__(*given, **more)
        fields: Any = self.fields
        fields["region"].choices = [("", ANY), *regions]
        fields["line"].choices = [("", ANY), *lines]
        fields["state"].choices = [("", _("not given up")), *state_choices()]

    def wanted(self) -> WantedMeasures:
        self.is_valid()
        typed = self.cleaned_data
        return WantedMeasures(
            typed.get("q") or "",
            typed.get("region") or "",
            int(typed["line"]) if typed.get("line") else None,
            typed.get("state") or "",
            typed.get("year"),
            bool(typed.get("own")),
            bool(typed.get("no_line")),
            bool(typed.get("left")),
        )


class MeasureForm(OrganisationsMixin, OnceForm, VersionForm):
    """A regional measure. Lines are chosen of those that are followed today or later."""

    title = forms.CharField(
        label=pgettext_lazy("page", "Title"),
        max_length=200,
        error_messages={"required": _("Say in one line what the measure is.")},
    )
    text = forms.CharField(
        label=_("What is done"), required=False, max_length=20_000, widget=text_area(6), help_text=MARKS
    )
    language = ChoiceField(
        label=_("Language of the text"), choices=list(LANGUAGES.items()), initial=page_language
    )
    regions = _ticks(_("In which regions"), error_messages={"required": _("Choose at least one region.")})
    lines = _ticks(
        _("Lines of the State's programme that it carries out"),
        _("A measure can be without a line; then the coverage view shows it apart."),
        required=False,
    )
    starts_on = DayField(label=_("First day"))
    ends_on = DayField(
        label=_("Last day"), required=False, help_text=_("Leave empty if it goes on until further notice.")
    )
    owner = ChoiceField(
        label=_("Who carries it out"),
        required=False,
        help_text=_("Your authority, or one of the partners chosen below."),
    )
    contact = ChoiceField(
        label=_("Whom to ask"),
        required=False,
        help_text=_(
            "A contact of your organisation in the directory; the deputy is shown when the contact is away."
        ),
    )
    find = forms.CharField(
        label=_("Find partners by name"),
        required=False,
        max_length=100,
        help_text=_(
            "For example a part of a municipality's name. Tick those you want; then you can find more."
        ),
    )
    organisations = _ticks(_("Partners"), required=False)
    partners_also = forms.CharField(
        label=_("Partners that are not in the directory"), required=False, max_length=300
    )
    budget_eur = AmountField(label=_("Money, €"), required=False)
    indicator = ChoiceField(label=_("Indicator"), required=False)
    start_value = AmountField(label=_("Value at the start"), required=False)
    target = AmountField(label=_("Target"), required=False)
    target_year = forms.IntegerField(
        label=_("Year of the target"), required=False, min_value=YEARS[0], max_value=2100
    )

    def __init__(
        self,
        contacts: Iterable[Contact],
        regions: list[tuple[str, str]],
        lines: list[tuple[int, str]],
        on: date,
        *given: Any,
        **more: Any,
    ) -> None:
        super().__init__(on, *given, **more)
        fields: Any = self.fields
        fields["regions"].choices = regions
        fields["lines"].choices = [(str(pk), words) for pk, words in lines]
        named = fields["organisations"].choices
        fields["owner"].choices = [("", _("Our own authority")), *named]
        fields["contact"].choices = [("", NOTHING), *((str(one.pk), one.display_name) for one in contacts)]
        fields["indicator"].choices = [("", NOTHING), *_indicators()]

    def content(self) -> MeasureContent:
        typed = self.cleaned_data
        return MeasureContent(
            title=typed["title"],
            text=typed["text"],
            language=typed["language"],
            regions=tuple(typed["regions"]),
            lines=tuple(int(one) for one in typed["lines"]),
            owner_id=_number(typed["owner"]),
            contact_id=_number(typed["contact"]),
            partners=self.chosen(),
            partners_also=typed["partners_also"],
            starts_on=typed["starts_on"],
            ends_on=typed["ends_on"],
            budget_eur=typed["budget_eur"],
            indicator_id=_number(typed["indicator"]),
            start_value=typed["start_value"],
            target=typed["target"],
            target_year=typed["target_year"],
        )

    @staticmethod
    def initial_of(one: RegionalMeasure) -> dict[str, Any]:
        names = ("title", "text", "language", "regions", "partners_also", "budget_eur", "start_value")
        partners = set(one.partners.values_list("pk", flat=True))
        other = one.owner_id if one.owner_id != one.organisation_id else None
        return {name: getattr(one, name) for name in (*names, "target", "target_year", "version")} | {
            "lines": [str(pk) for pk in one.lines.values_list("pk", flat=True)],
            "starts_on": one.days.lower,
            "ends_on": one.last_day,
            "owner": other or "",
            "contact": one.contact_id or "",
            "indicator": one.indicator_id or "",
            "organisations": sorted(partners | ({other} if other else set())),
        }


def _indicators() -> list[tuple[str, str]]:
    return [(str(one.pk), f"{one.name} ({one.unit})") for one in Indicator.objects.order_by("name_fi")]


def _number(typed: str) -> int | None:
    return int(typed) if typed else None


class StateForm(VersionForm):
    """The measure's state, with a reason where it ends, is given up or is taken up again."""

    state = forms.ChoiceField(label=_("State"), choices=state_choices, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Why"), required=False, max_length=1_000, widget=text_area(3))


class EvidenceForm(OnceForm):
    """What was done or reached. It cannot be changed afterwards; a further one puts it right."""

    on = DayField(label=_("Day"))
    text = forms.CharField(
        label=_("What was done or reached"),
        max_length=2_000,
        widget=text_area(4),
        help_text=_("Do not name clients."),
        error_messages={"required": _("Write what was done or reached.")},
    )
    link = forms.URLField(label=_("Web address"), required=False, max_length=500, assume_scheme="https")
    value = AmountField(label=_("Value of the indicator"), required=False)

    def __init__(self, indicator: Indicator | None, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        if indicator is None:
            del self.fields["value"]
        else:
            self.fields["value"].help_text = f"{indicator.name} ({indicator.unit})"

    def content(self) -> EvidenceContent:
        typed = self.cleaned_data
        return EvidenceContent(typed["on"], typed["text"], typed["link"], typed.get("value"))


class CoverageFilter(forms.Form):
    """Year, region and programme of the coverage view."""

    year = forms.IntegerField(label=_("Year"), required=False, min_value=YEARS[0], max_value=YEARS[-1])
    region = ChoiceField(label=_("Region"), required=False)
    programme = ChoiceField(label=_("Programme"), required=False)

    def __init__(
        self, regions: list[tuple[str, str]], programmes: list[tuple[str, str]], *given: Any, **more: Any
    ) -> None:
        super().__init__(*given, **more)
        fields: Any = self.fields
        fields["region"].choices = [("", _("the whole country")), *regions]
        fields["programme"].choices = [("", _("the one in force in the year")), *programmes]

    def wanted(self, this_year: int) -> WantedCoverage:
        self.is_valid()
        typed = self.cleaned_data
        year = typed.get("year") or this_year
        return WantedCoverage(year, typed.get("region") or "", _number(typed.get("programme") or ""))


class ReportForm(forms.Form):
    """Beginning a report."""

    year = forms.IntegerField(label=_("Year"), min_value=YEARS[0], max_value=YEARS[-1])
    language = ChoiceField(
        label=_("Language of the text"), choices=[(one, LANGUAGES[one]) for one in REPORT_LANGUAGES]
    )


class PartForm(VersionForm):
    """What a person makes of a part of the report."""

    text = forms.CharField(
        label=_("Text"), required=False, max_length=50_000, widget=text_area(16), help_text=MARKS
    )


class SignForm(VersionForm):
    signer = forms.CharField(
        label=_("Who signs, with title"),
        max_length=200,
        error_messages={"required": _("Write who signs the report.")},
    )
