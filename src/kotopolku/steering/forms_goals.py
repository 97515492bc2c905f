"""Forms of municipalities' goals: what was typed, parsed and shown again. Not for: rules, writing."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kotopolku.clients.forms import CHOOSE, ChoiceField, OnceForm, text_area
from kotopolku.cooperation.forms import ANY, MARKS, WordsFilter
from kotopolku.placement.forms_places import VersionForm
from kotopolku.steering.forms_measures import AmountField
from kotopolku.steering.goal_rules import FIRST_YEAR, LAST_YEAR, FollowUpContent, GoalContent
from kotopolku.steering.models import GoalFollowUp, MunicipalGoal
from kotopolku.steering.queries.goals import WantedGoals, state_choices, track_choices

TITLES: Mapping[str, Any] = {
    "fi": pgettext_lazy("section", "Title in Finnish"),
    "sv": pgettext_lazy("section", "Title in Swedish"),
    "en": pgettext_lazy("section", "Title in English"),
}
TEXTS: Mapping[str, Any] = {
    "fi": _("Text in Finnish"),
    "sv": _("Text in Swedish"),
    "en": _("Text in English"),
}
Choices = Sequence[tuple[Any, str]]


def _ticks(label: Any, help_text: Any = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, help_text=help_text, required=False, widget=forms.CheckboxSelectMultiple
    )


def _year(label: Any, **options: Any) -> forms.IntegerField:
    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    return forms.IntegerField(
        label=label, min_value=FIRST_YEAR, max_value=LAST_YEAR, widget=widget, **options
    )


def _keys(choices: Choices) -> list[tuple[str, str]]:
    return [(str(key), words) for key, words in choices]


class GoalsFilter(WordsFilter):
    """What the list is narrowed by. Values that cannot be narrow nothing."""

    municipality = ChoiceField(label=_("Municipality"), required=False)
    region = ChoiceField(label=_("Region"), required=False)
    indicator = ChoiceField(label=_("Indicator"), required=False)
    state = ChoiceField(label=_("State"), required=False)
    track = ChoiceField(label=_("How it is doing"), required=False)
    missing = forms.BooleanField(label=_("Only those whose follow-up of last year lacks"), required=False)
    own = forms.BooleanField(label=_("Only our own"), required=False)
    programme = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1)

    def __init__(
        self, municipalities: Choices, regions: Choices, indicators: Choices, *given: Any, **more: Any
    ) -> None:
        super().__init__(*given, **more)
        fields: Any = self.fields
        fields["municipality"].choices = [("", ANY), *_keys(municipalities)]
        fields["region"].choices = [("", ANY), *_keys(regions)]
        fields["indicator"].choices = [("", ANY), *_keys(indicators)]
        fields["state"].choices = [("", _("not given up")), *state_choices()]
        fields["track"].choices = [("", ANY), *track_choices()]

    def wanted(self) -> WantedGoals:
        self.is_valid()
        typed = self.cleaned_data
        return WantedGoals(
            q=typed.get("q") or "",
            programme_id=typed.get("programme"),
            municipality=typed.get("municipality") or "",
            region=typed.get("region") or "",
            indicator_id=_number(typed.get("indicator") or ""),
            state=typed.get("state") or "",
            track=typed.get("track") or "",
            missing=bool(typed.get("missing")),
            own=bool(typed.get("own")),
        )


class GoalForm(OnceForm, VersionForm):
    """A goal. Its indicator's newest figure in the place is proposed as the value at the start."""

    title_fi = forms.CharField(label=TITLES["fi"], max_length=300, required=False)
    title_sv = forms.CharField(label=TITLES["sv"], max_length=300, required=False)
    title_en = forms.CharField(label=TITLES["en"], max_length=300, required=False)
    text_fi = forms.CharField(label=TEXTS["fi"], required=False, widget=text_area(5), help_text=MARKS)
    text_sv = forms.CharField(label=TEXTS["sv"], required=False, widget=text_area(5))
    text_en = forms.CharField(label=TEXTS["en"], required=False, widget=text_area(5))
    code = forms.CharField(
        label=_("Number"),
        max_length=20,
        required=False,
        help_text=_("Leave empty to take the next number."),
    )
    section = ChoiceField(label=_("Section of the programme"), required=False)
    municipality = ChoiceField(label=_("Whose goal it is"), required=False)
    indicator = ChoiceField(
        label=_("Indicator"),
        error_messages={
            "required": _(
                "Choose the indicator. A goal that is not measured with anything cannot be followed up."
            )
        },
    )
    start_value = AmountField(
        label=_("Value at the start"),
        required=False,
        help_text=_("Leave empty if it is not known; then figures cannot tell whether the goal is on track."),
    )
    start_year = _year(
        _("Year of the start"),
        error_messages={"required": _("Give the year from which the goal starts.")},
    )
    target = AmountField(label=_("Target"), error_messages={"required": _("Give the target.")})
    checked = forms.BooleanField(label=_("The target is meant so"), required=False)
    target_year = _year(
        _("Year of the target"), error_messages={"required": _("Give the year of the target.")}
    )
    owner = ChoiceField(
        label=_("Who owns the goal"),
        required=False,
        help_text=_("The owner follows it up every year. Partners of the programme can be chosen too."),
    )
    owner_also = forms.CharField(
        label=_("Which part of it, or others who answer"), max_length=300, required=False
    )
    lines = _ticks(_("Lines of the State's programme that it carries out"))
    measures = _ticks(_("Measures of the region that it belongs to"))
    reason = forms.CharField(
        label=_("Why it is changed"), required=False, max_length=1_000, widget=text_area(2)
    )

    def __init__(
        self,
        languages: Sequence[str],
        fixed: bool,
        choices: Mapping[str, Choices],
        *given: Any,
        **more: Any,
    ) -> None:
        super().__init__(*given, **more)
        fields: Any = self.fields
        self.languages = [one for one in languages if one in TITLES] or ["fi"]
        for code in TITLES:
            if code not in self.languages:
                del fields[f"title_{code}"], fields[f"text_{code}"]
        first = fields[f"title_{self.languages[0]}"]
        first.required = True
        first.error_messages["required"] = _("Say in one line what the goal is.")
        empty: Mapping[str, Any] = {
            "section": _("No section"),
            "municipality": _("Of all the municipalities together"),
            "indicator": CHOOSE,
            "owner": None,
        }
        for name, words in empty.items():
            first_choice = [] if words is None else [("", words)]
            fields[name].choices = [*first_choice, *_keys(choices[name])]
        for name in ("lines", "measures"):
            fields[name].choices = _keys(choices[name])
        for name, least in (("section", 1), ("municipality", 2), ("lines", 1), ("measures", 1)):
            if len(choices[name]) < least:
                del fields[name]
        if fixed:
            fields["reason"].required = True
            fields["reason"].error_messages["required"] = _(
                "The programme is before the councils or approved: write why its goals are changed."
            )
        else:
            del fields["reason"]

    @property
    def asks_check(self) -> bool:
        """Whether the target was found odd, so that a person is asked if it is meant so."""
        if not self.is_bound:
            return False
        found = self.errors.get("target")
        codes = {error.code for error in found.as_data()} if found else set()
        return bool(codes & {"same", "wrong-side"}) or bool(self.data.get("checked"))

    @property
    def wants_figure(self) -> bool:
        """The button that takes the indicator's newest figure as the value at the start."""
        return self.is_bound and self.data.get("do") == "figure"

    def take(self, **values: Any) -> None:
        """Puts values into what was typed."""
        data = self.data
        typed = data.copy() if isinstance(data, QueryDict) else QueryDict(mutable=True)
        for name, value in values.items():
            typed[name] = str(value)
        self.data = typed

    def content(self) -> GoalContent:
        typed = self.cleaned_data
        return GoalContent(
            title={code: typed[f"title_{code}"] for code in self.languages},
            text={code: typed[f"text_{code}"] for code in self.languages},
            indicator_id=_number(typed["indicator"]),
            target=typed["target"],
            target_year=typed["target_year"],
            start_year=typed["start_year"],
            start_value=typed["start_value"],
            code=typed["code"],
            section_id=_number(typed.get("section") or ""),
            municipality=typed.get("municipality") or "",
            lines=tuple(int(one) for one in typed.get("lines") or ()),
            measures=tuple(int(one) for one in typed.get("measures") or ()),
            owner_id=_number(typed["owner"]),
            owner_also=typed["owner_also"],
            checked=typed["checked"],
        )

    @property
    def why(self) -> str:
        return str(self.cleaned_data.get("reason", ""))

    @staticmethod
    def initial_of(one: MunicipalGoal) -> dict[str, Any]:
        names = ("code", "municipality", "start_value", "start_year", "target", "target_year", "owner_also")
        words = {f"title_{code}": text for code, text in one.title.items()}
        words |= {f"text_{code}": text for code, text in one.text.items()}
        return (
            words
            | {name: getattr(one, name) for name in (*names, "version")}
            | {
                "section": str(one.section_id or ""),
                "indicator": str(one.indicator_id),
                "owner": str(one.owner_id),
                "lines": [str(pk) for pk in one.lines.values_list("pk", flat=True)],
                "measures": [str(pk) for pk in one.measures.values_list("pk", flat=True)],
            }
        )


def _number(typed: str) -> int | None:
    return int(typed) if typed else None


class GoalStateForm(VersionForm):
    """The goal's state, with the reason."""

    state = forms.ChoiceField(
        label=_("State"),
        choices=state_choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the state.")},
    )
    reason = forms.CharField(
        label=_("Why"),
        max_length=1_000,
        widget=text_area(3),
        error_messages={"required": _("Write why.")},
    )


class FollowUpForm(OnceForm, VersionForm):
    """A year's follow-up. What the figures propose is chosen at first; a person decides."""

    year = ChoiceField(label=_("Year"))
    value = AmountField(label=_("Figure of the year"), required=False)
    track = forms.ChoiceField(
        label=_("How the goal is doing"),
        choices=track_choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how the goal is doing.")},
    )
    text = forms.CharField(
        label=_("What was done or reached"),
        max_length=4_000,
        widget=text_area(5),
        help_text=_("Do not name clients."),
        error_messages={"required": _("Write what was done or reached.")},
    )
    source = forms.CharField(label=_("Source of the figure"), max_length=300, required=False)

    def __init__(self, years: Sequence[int], unit: str, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        fields: Any = self.fields
        fields["year"].choices = [(str(one), str(one)) for one in years]
        if unit:
            fields["value"].label = _t("Figure of the year (%(unit)s)") % {"unit": unit}

    def content(self) -> FollowUpContent:
        typed = self.cleaned_data
        return FollowUpContent(
            int(typed["year"]), typed["track"], typed["text"], typed["value"], typed["source"]
        )

    @staticmethod
    def initial_of(one: GoalFollowUp) -> dict[str, Any]:
        names = ("value", "track", "text", "source", "version")
        return {name: getattr(one, name) for name in names} | {"year": str(one.year)}


class FindForm(forms.Form):
    """What is sought to be tied to a goal."""

    kind = ChoiceField(label=_("What carries the goal out"), required=False)
    q = forms.CharField(label=_("Words"), required=False, max_length=100)

    def __init__(self, kinds: Choices, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        fields: Any = self.fields
        fields["kind"].choices = _keys(kinds)


class TieForm(OnceForm):
    """Something that was found, to be tied."""

    kind = forms.CharField(max_length=8)
    ref = forms.CharField(max_length=60)
