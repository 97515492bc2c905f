"""Forms of service paths for their keepers: what was typed, parsed and shown again. Not for: the clients' form, rules."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kotopolku.clients.forms import ChoiceField, DayField, OnceForm, text_area
from kotopolku.cooperation.forms import ANY, MARKS, WordsFilter
from kotopolku.placement.forms_places import VersionForm
from kotopolku.steering.models import PathState, PathStep, ServicePath
from kotopolku.steering.path_rules import LONGEST_TARGET, PathContent, StepContent
from kotopolku.steering.queries.paths import WantedPaths

STAFF = ("fi", "sv", "en")
"""Languages in which professionals read; a title stands in the clients' other languages too."""
NOTHING = "–"
OTHER_LANGUAGES = tuple((code, name) for code, name in settings.CLIENT_LANGUAGES if code not in STAFF)


class PathsFilter(WordsFilter):
    """What the list is narrowed by. Values that cannot be narrow nothing."""

    state = ChoiceField(label=_("State"), required=False)
    own = forms.BooleanField(label=_("Only our own"), required=False)

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        fields: Any = self.fields
        fields["state"].choices = [("", ANY), *PathState.choices]

    def wanted(self) -> WantedPaths:
        self.is_valid()
        typed = self.cleaned_data
        return WantedPaths(typed.get("q") or "", typed.get("state") or "", bool(typed.get("own")))


class PathForm(OnceForm, VersionForm):
    """A path: its name, what it is for, where it is run, until when clients are asked."""

    name_fi = forms.CharField(label=_("Name in Finnish"), required=False, max_length=200)
    name_sv = forms.CharField(label=_("Name in Swedish"), required=False, max_length=200)
    name_en = forms.CharField(label=_("Name in English"), required=False, max_length=200)
    text_fi = forms.CharField(
        label=_("What it is for and for whom, in Finnish"),
        required=False,
        max_length=5_000,
        widget=text_area(4),
        help_text=MARKS,
    )
    text_sv = forms.CharField(
        label=_("What it is for and for whom, in Swedish"),
        required=False,
        max_length=5_000,
        widget=text_area(4),
    )
    municipalities = forms.MultipleChoiceField(
        label=_("In which municipalities"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Leave empty if the path is run in your organisation's whole area."),
    )
    feedback_until = DayField(
        label=_("Last day on which clients are asked"),
        required=False,
        help_text=_("Leave empty if they are asked as long as the path is in use."),
    )

    def __init__(self, municipalities: list[tuple[str, str]], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        fields: Any = self.fields
        if municipalities:
            fields["municipalities"].choices = municipalities
        else:
            del fields["municipalities"]

    def content(self) -> PathContent:
        typed = self.cleaned_data
        return PathContent(
            name_fi=typed["name_fi"],
            name_sv=typed["name_sv"],
            name_en=typed["name_en"],
            text={"fi": typed["text_fi"], "sv": typed["text_sv"]},
            municipalities=tuple(typed.get("municipalities", ())),
            feedback_until=typed["feedback_until"],
        )

    @staticmethod
    def initial_of(one: ServicePath) -> dict[str, Any]:
        names = ("name_fi", "name_sv", "name_en", "municipalities", "feedback_until", "version")
        texts = {f"text_{code}": one.text.get(code, "") for code in ("fi", "sv")}
        return {name: getattr(one, name) for name in names} | texts


class StepForm(OnceForm, VersionForm):
    """A step: what it is, who answers, who comes, what is measured, how the client goes on."""

    title_fi = forms.CharField(label=_("What the step is, in Finnish"), required=False, max_length=150)
    title_sv = forms.CharField(label=_("What the step is, in Swedish"), required=False, max_length=150)
    title_en = forms.CharField(label=_("What the step is, in English"), required=False, max_length=150)
    text_fi = forms.CharField(
        label=_("What is done at the step, in Finnish"),
        required=False,
        max_length=3_000,
        widget=text_area(3),
    )
    text_sv = forms.CharField(
        label=_("What is done at the step, in Swedish"),
        required=False,
        max_length=3_000,
        widget=text_area(3),
    )
    owner = ChoiceField(label=_("Who answers for the step"), required=False)
    owner_also = forms.CharField(
        label=_("Who else answers, if not in the directory"), required=False, max_length=200
    )
    entry = forms.CharField(
        label=_("Who comes to the step"), required=False, max_length=1_000, widget=text_area(2)
    )
    begins = ChoiceField(
        label=_("What begins the waiting"),
        required=False,
        help_text=_("The waiting is measured from what is done for clients in this system."),
    )
    ends = ChoiceField(label=_("What ends the waiting"), required=False)
    target_days = forms.IntegerField(
        label=_("Own target for the waiting, days"),
        required=False,
        min_value=1,
        max_value=LONGEST_TARGET,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": _("Write the days as a whole number.")},
    )
    hand_over = forms.CharField(
        label=_("How the client goes on"),
        required=False,
        max_length=1_000,
        widget=text_area(2),
        help_text=_("To whom, how, and with what information."),
    )
    asks = forms.BooleanField(
        label=_("Clients are asked how the step went"),
        required=False,
        help_text=_("On their own page when the step has ended, and by a link that you can print."),
    )

    def __init__(
        self, owners: list[tuple[str, str]], facts: list[tuple[str, str]], *given: Any, **more: Any
    ) -> None:
        super().__init__(*given, **more)
        fields: Any = self.fields
        fields["owner"].choices = [("", NOTHING), *owners]
        for name in ("begins", "ends"):
            fields[name].choices = [("", _("not measured")), *facts]
        for code, name in OTHER_LANGUAGES:
            fields[f"title_{code}"] = forms.CharField(label=name, required=False, max_length=150)

    @property
    def other_titles(self) -> list[Any]:
        """Fields of the title in the languages that only clients read."""
        return [self[f"title_{code}"] for code, _name in OTHER_LANGUAGES]

    @property
    def others_open(self) -> bool:
        """Whether the fold of other languages is open: something stands in it or is wrong."""
        return any(bound.errors for bound in self.other_titles)

    def content(self) -> StepContent:
        typed = self.cleaned_data
        return StepContent(
            title={code: typed[f"title_{code}"] for code, _name in settings.CLIENT_LANGUAGES},
            text={"fi": typed["text_fi"], "sv": typed["text_sv"]},
            owner_id=int(typed["owner"]) if typed["owner"] else None,
            owner_also=typed["owner_also"],
            entry=typed["entry"],
            begins=typed["begins"],
            ends=typed["ends"],
            target_days=typed["target_days"],
            hand_over=typed["hand_over"],
            asks=typed["asks"],
        )

    @staticmethod
    def initial_of(one: PathStep) -> dict[str, Any]:
        names = ("owner_also", "entry", "begins", "ends", "target_days", "hand_over", "asks", "version")
        titles = {f"title_{code}": text for code, text in one.title.items()}
        texts = {f"text_{code}": text for code, text in one.text.items()}
        own = {name: getattr(one, name) for name in names}
        return own | titles | texts | {"owner": str(one.owner_id or "")}


class HideForm(forms.Form):
    """Why a client's words are taken away."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=1_000,
        widget=text_area(3),
        help_text=_("For example that the words name somebody. Do not repeat the name here."),
        error_messages={"required": _("Write why.")},
    )


class PeriodForm(forms.Form):
    """Half a year, of those offered."""

    period = ChoiceField(label=pgettext_lazy("time", "Period"), required=False)

    def __init__(self, choices: list[tuple[str, str]], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        fields: Any = self.fields
        fields["period"].choices = choices
