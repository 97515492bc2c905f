"""Forms of the State's programme and its lines: what was typed, parsed and shown again. Not for: rules, writing."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kotopolku.actors.models import Organisation
from kotopolku.clients.forms import CHOOSE, ChoiceField, DayField, OnceForm, text_area
from kotopolku.placement.forms_places import VersionForm
from kotopolku.steering.models import Line, LineKind, NationalProgramme
from kotopolku.steering.rules_programme import LANGUAGES, LineContent, ProgrammeContent

MARKS = _(
    "You can use marks: **bold**, lines that begin with - for a list, ## for a heading, [words](https://address) for a link."
)
TITLES = {
    "fi": pgettext_lazy("section", "Title in Finnish"),
    "sv": pgettext_lazy("section", "Title in Swedish"),
    "en": pgettext_lazy("section", "Title in English"),
}
TEXTS = {
    "fi": _("Text in Finnish"),
    "sv": _("Text in Swedish"),
    "en": _("Text in English"),
}
NAMES = {
    "fi": _("Name in Finnish"),
    "sv": _("Name in Swedish"),
    "en": _("Name in English"),
}


class ProgrammeForm(OnceForm, VersionForm):
    """A programme as it is drawn up."""

    name_fi = forms.CharField(
        label=NAMES["fi"],
        max_length=200,
        error_messages={"required": _("Give the programme a name in Finnish.")},
    )
    name_sv = forms.CharField(
        label=NAMES["sv"], max_length=200, required=False, help_text=_("Needed before adoption.")
    )
    name_en = forms.CharField(label=NAMES["en"], max_length=200, required=False)
    first_day = DayField(
        label=_("First day of its period"),
        help_text=_("How long it lasts follows from the Act in force on that day. For example 1.1.2028"),
    )

    def content(self) -> ProgrammeContent:
        typed = self.cleaned_data
        return ProgrammeContent(
            {language: typed[f"name_{language}"] for language in LANGUAGES}, typed["first_day"]
        )

    @staticmethod
    def initial_of(one: NationalProgramme) -> dict[str, Any]:
        names = {f"name_{language}": getattr(one, f"name_{language}") for language in LANGUAGES}
        return names | {"version": one.version, "first_day": one.days.lower}


class AdoptForm(VersionForm):
    """The Government's decision."""

    on = DayField(
        label=_("Day of the Government's decision"),
        error_messages={"required": _("Give the day of the decision.")},
    )
    decision = forms.CharField(
        label=_("Number of the decision"),
        max_length=100,
        error_messages={"required": _("Write the number of the decision.")},
    )


class LineFields(VersionForm):
    """What a goal, line or measure says."""

    code = forms.CharField(
        label=_("Number"),
        max_length=20,
        help_text=_("As in the programme, for example 2 or 2.3."),
        error_messages={"required": _("Write the number as in the programme, for example 2 or 2.3.")},
    )
    title_fi = forms.CharField(
        label=TITLES["fi"], max_length=300, error_messages={"required": _("Give it a title in Finnish.")}
    )
    title_sv = forms.CharField(label=TITLES["sv"], max_length=300, required=False)
    title_en = forms.CharField(label=TITLES["en"], max_length=300, required=False)
    text_fi = forms.CharField(label=TEXTS["fi"], required=False, widget=text_area(6), help_text=MARKS)
    text_sv = forms.CharField(label=TEXTS["sv"], required=False, widget=text_area(6))
    text_en = forms.CharField(label=TEXTS["en"], required=False, widget=text_area(6))
    section = forms.CharField(
        label=_("Section of the Act that it carries out"),
        max_length=60,
        required=False,
        help_text=_("For example 681/2023 § 26. What stands under a goal carries out the goal's section."),
    )
    answers = ChoiceField(label=_("Who answers"), required=False)
    answers_also = forms.CharField(
        label=_("Others who answer"), max_length=300, required=False, help_text=_("In words, in Finnish.")
    )
    first_day = DayField(label=_("First day"))
    last_day = DayField(label=_("Last day"))
    money_eur = forms.DecimalField(
        label=_("Money for the whole period, euros"),
        max_digits=14,
        decimal_places=2,
        required=False,
        localize=True,
        help_text=_("Leave empty if it has not been decided."),
    )
    indicators = forms.MultipleChoiceField(
        label=_("Indicators"), required=False, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(
        label=_("Why it is changed"),
        max_length=1_000,
        widget=text_area(2),
        required=False,
        help_text=_("Everybody who reads the versions sees it."),
    )

    def __init__(
        self,
        adopted: bool,
        organisations: Iterable[Organisation],
        indicators: Sequence[tuple[str, str]],
        *given: Any,
        **more: Any,
    ) -> None:
        super().__init__(*given, **more)
        choices = [("", CHOOSE), *((str(one.pk), one.name) for one in organisations)]
        self.fields["answers"].choices = choices  # type: ignore[attr-defined]
        self.fields["indicators"].choices = indicators  # type: ignore[attr-defined]
        if adopted:
            self.fields["reason"].required = True
            self.fields["reason"].error_messages["required"] = _("Write why.")
        else:
            del self.fields["reason"]

    def content(self) -> LineContent:
        typed = self.cleaned_data
        money: Decimal | None = typed["money_eur"]
        return LineContent(
            code=typed["code"],
            title={language: typed[f"title_{language}"] for language in LANGUAGES},
            text={language: typed[f"text_{language}"] for language in LANGUAGES},
            first_day=typed["first_day"],
            last_day=typed["last_day"],
            section=typed["section"],
            answers=int(typed["answers"]) if typed["answers"] else None,
            answers_also=typed["answers_also"],
            money_eur=money,
            indicators=tuple(int(one) for one in typed["indicators"]),
        )

    @property
    def why(self) -> str:
        return str(self.cleaned_data.get("reason", ""))

    @staticmethod
    def initial_of(one: Line) -> dict[str, Any]:
        words = {f"title_{language}": one.title.get(language, "") for language in LANGUAGES}
        words |= {f"text_{language}": one.text.get(language, "") for language in LANGUAGES}
        return words | {
            "version": one.version,
            "code": one.code,
            "section": one.section,
            "answers": str(one.answers_id or ""),
            "answers_also": one.answers_also,
            "first_day": one.days.lower,
            "last_day": one.last_day,
            "money_eur": one.money_eur,
            "indicators": [str(pk) for pk in one.indicators.values_list("pk", flat=True)],
        }


class PlaceMixin(forms.Form):
    """What a line stands under."""

    parent = ChoiceField(label=_("Under what"), required=False)

    def __init__(self, parents: Sequence[tuple[str, str]], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        choices = [("", _("The programme itself")), *parents]
        self.fields["parent"].choices = choices  # type: ignore[attr-defined]

    @property
    def parent_id(self) -> int | None:
        return int(self.cleaned_data["parent"]) if self.cleaned_data["parent"] else None


class NewLineForm(PlaceMixin, OnceForm, LineFields):
    """A goal, line or measure that is added."""

    kind = ChoiceField(label=_("What it is"), choices=[("", CHOOSE), *LineKind.choices])
    field_order = ("kind", "parent", "code")


class MoveForm(PlaceMixin, VersionForm):
    """Where a line stands."""

    place = forms.IntegerField(
        label=_("Which one there"), min_value=1, max_value=999, help_text=_("1 is the first one.")
    )
    reason = forms.CharField(
        label=_("Why it is moved"),
        max_length=1_000,
        widget=text_area(2),
        error_messages={"required": _("Write why.")},
    )

    def __init__(self, adopted: bool, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        if not adopted:
            del self.fields["reason"]


class RemoveForm(VersionForm):
    """A line that is taken out of a draft, as it was when its page was shown."""

    version = forms.IntegerField(
        widget=forms.HiddenInput, error_messages={"required": _("Open the page again, then remove the line.")}
    )


class EndForm(VersionForm):
    """A line that ends before its time."""

    last_day = DayField(label=_("Last day on which it is followed"))
    replaced_by = ChoiceField(label=_("What comes in its place"), required=False)
    reason = forms.CharField(
        label=_("Why it ends"),
        max_length=1_000,
        widget=text_area(3),
        error_messages={"required": _("Write why it ends.")},
    )

    def __init__(self, followers: Sequence[tuple[str, str]], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        choices = [("", pgettext_lazy("line", "Nothing")), *followers]
        self.fields["replaced_by"].choices = choices  # type: ignore[attr-defined]
