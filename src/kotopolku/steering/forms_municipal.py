"""Forms of municipal programmes: what was typed, parsed and shown again. Not for: rules, writing."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kotopolku.clients.forms import CHOOSE, ChoiceField, DayField, OnceForm, text_area
from kotopolku.cooperation.forms import ANY, MARKS, OrganisationsMixin, WordsFilter
from kotopolku.placement.forms_places import VersionForm
from kotopolku.steering.models import MunicipalProgramme, PartnerRight
from kotopolku.steering.municipal_rules import LONGEST_TITLE, MOST_YEARS, FrameContent
from kotopolku.steering.queries.municipal import OWN, PART, Wanted, state_choices

FIND = _("For example a part of a municipality's name. Tick those you want; then you can find more.")
LANGUAGE_CHOICES = [
    ("fi", _("only in Finnish")),
    ("sv", _("only in Swedish")),
    ("fi,sv", _("in Finnish and Swedish; written in Finnish first")),
    ("sv,fi", _("in Swedish and Finnish; written in Swedish first")),
]


def _ticks(label: Any, help_text: Any = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, help_text=help_text, required=False, widget=forms.CheckboxSelectMultiple
    )


class MunicipalFilter(WordsFilter):
    """What the list is narrowed by. Values that cannot be narrow nothing."""

    whose = ChoiceField(
        label=_("Whose"),
        required=False,
        choices=[("", ANY), (OWN, _("led by our municipality")), (PART, _("we take part"))],
    )
    state = ChoiceField(label=_("State"), required=False)
    municipality = ChoiceField(label=_("Municipality"), required=False)
    region = ChoiceField(label=_("Region"), required=False)

    def __init__(
        self,
        municipalities: list[tuple[str, str]],
        regions: list[tuple[str, str]],
        *given: Any,
        **more: Any,
    ) -> None:
        super().__init__(*given, **more)
        fields: Any = self.fields
        fields["state"].choices = state_choices()
        fields["municipality"].choices = [("", ANY), *municipalities]
        fields["region"].choices = [("", ANY), *regions]

    def wanted(self) -> Wanted:
        self.is_valid()
        typed = self.cleaned_data
        return Wanted(*(typed.get(name) or "" for name in ("q", "whose", "state", "municipality", "region")))


class FrameForm(OrganisationsMixin, OnceForm, VersionForm):
    """The frame of a programme."""

    languages = forms.ChoiceField(
        label=_("In which languages it is written and published"),
        choices=LANGUAGE_CHOICES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the languages of the programme.")},
    )
    name_fi = forms.CharField(label=_("Name in Finnish"), max_length=200, required=False)
    name_sv = forms.CharField(label=_("Name in Swedish"), max_length=200, required=False)
    first_day = DayField(label=_("First day of the period"))
    last_day = DayField(label=_("Last day of the period"))
    find = forms.CharField(
        label=_("Find municipalities by name"), required=False, max_length=100, help_text=FIND
    )
    organisations = _ticks(_("Other municipalities that draw it up with you"))

    def __init__(self, on: date, *given: Any, **more: Any) -> None:
        super().__init__(on, *given, **more)
        self.fields["last_day"].help_text = _("At most %(most)s years from the first day.") % {
            "most": MOST_YEARS
        }

    def content(self) -> FrameContent:
        typed = self.cleaned_data
        return FrameContent(
            names={"fi": typed["name_fi"], "sv": typed["name_sv"]},
            first_day=typed["first_day"],
            last_day=typed["last_day"],
            languages=tuple(typed["languages"].split(",")),
            municipalities=self.chosen(),
        )

    @staticmethod
    def initial_of(one: MunicipalProgramme, others: Iterable[int]) -> dict[str, Any]:
        swedish_only = list(one.languages) == ["sv"]
        return {
            "version": one.version,
            "languages": ",".join(one.languages),
            "name_fi": "" if swedish_only else one.name_fi,
            "name_sv": one.name_sv,
            "first_day": one.days.lower,
            "last_day": one.last_day,
            "organisations": list(others),
        }


class NewProgrammeForm(FrameForm):
    """A new programme, perhaps in place of an earlier one."""

    replaces = ChoiceField(label=_("The programme that it replaces"), required=False)
    take_texts = forms.BooleanField(
        label=_("Take the texts of the earlier programme as the first draft"), required=False
    )

    def __init__(self, replaceable: list[tuple[str, str]], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        fields: Any = self.fields
        fields["replaces"].choices = [("", pgettext_lazy("programme", "none")), *replaceable]
        if not replaceable:
            del self.fields["replaces"], self.fields["take_texts"]

    @property
    def replaces_id(self) -> int | None:
        chosen = self.cleaned_data.get("replaces")
        return int(chosen) if chosen else None


class PartnerForm(forms.Form):
    """What a partner may do. Without named sections: every one."""

    right = forms.ChoiceField(
        label=_("What it may do"),
        choices=[
            (PartnerRight.READ.value, _("reads the draft, its comments and its versions")),
            (PartnerRight.COMMENT.value, _("reads, comments and proposes other wordings")),
            (PartnerRight.WRITE.value, _("also writes sections, settles comments and answers proposals")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it may do.")},
    )
    sections = _ticks(
        _("Sections that it writes"), _("Leave empty for every section. Only for those that write.")
    )

    def __init__(self, sections: Sequence[tuple[str, str]], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["sections"].choices = sections  # type: ignore[attr-defined]

    def named(self) -> list[int]:
        return [int(one) for one in self.cleaned_data["sections"]]


class NewPartnersForm(OrganisationsMixin, PartnerForm):
    """Organisations invited to take part."""

    find = forms.CharField(
        label=_("Find organisations by name"), required=False, max_length=100, help_text=FIND
    )
    organisations = _ticks(_("Chosen organisations"))
    field_order = ("find", "organisations", "right", "sections")

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        if not typed.get("organisations"):
            self.add_error("organisations", _("Choose at least one organisation."))
        return typed


class TitleForm(OnceForm, VersionForm):
    """The title of an own section in the languages of the programme."""

    title_fi = forms.CharField(
        label=pgettext_lazy("section", "Title in Finnish"), max_length=LONGEST_TITLE, required=False
    )
    title_sv = forms.CharField(
        label=pgettext_lazy("section", "Title in Swedish"), max_length=LONGEST_TITLE, required=False
    )

    def __init__(self, languages: Sequence[str], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        for one in ("fi", "sv"):
            if one not in languages:
                del self.fields[f"title_{one}"]

    def titles(self) -> dict[str, str]:
        return {
            name.removeprefix("title_"): words
            for name, words in self.cleaned_data.items()
            if name.startswith("title_")
        }


class WriteForm(forms.Form):
    """A section's text in one language. ``number``: of the version that was opened."""

    number = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(label=_("Text"), required=False, widget=text_area(22), help_text=MARKS)
    note = forms.CharField(
        label=_("What you changed, for those who read the versions"), required=False, max_length=300
    )


class WriterForm(VersionForm):
    """Who is to write a section."""

    writer = ChoiceField(label=_("Who writes it"), error_messages={"required": _("Choose who writes it.")})

    def __init__(self, writers: list[tuple[str, str]], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["writer"].choices = writers  # type: ignore[attr-defined]


class RemoveSectionForm(VersionForm):
    """Taking a section out."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=1_000,
        widget=text_area(3),
        error_messages={"required": _("Write why it is taken out.")},
    )
    known = forms.BooleanField(
        label=_("I know that the Act names this content, and take it out all the same"), required=False
    )

    def __init__(self, of_the_act: bool, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        if not of_the_act:
            del self.fields["known"]


class FigureForm(forms.Form):
    """A figure to be put into a section. Its value: key of the figure and code of the municipality."""

    figure = ChoiceField(label=_("Figure"), error_messages={"required": _("Choose the figure.")})

    def __init__(self, known: list[tuple[str, str]], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["figure"].choices = [("", CHOOSE), *known]  # type: ignore[attr-defined]

    def chosen(self) -> tuple[str, str]:
        key, _sign, code = self.cleaned_data["figure"].rpartition(":")
        return key, code


class SpotForm(OnceForm):
    """Which paragraph is meant, as the sender saw it."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=1_000_000)
    paragraph = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=1_000_000)
    lang = forms.CharField(widget=forms.HiddenInput, max_length=8)


class CommentForm(SpotForm):
    text = forms.CharField(
        label=pgettext_lazy("said of a text", "Comment"),
        max_length=4_000,
        widget=text_area(5),
        error_messages={"required": _("Write the comment.")},
    )


class ProposalForm(SpotForm):
    new = forms.CharField(
        label=_("The paragraph as you would word it"),
        required=False,
        widget=text_area(8),
        help_text=_("Leave empty to propose that it be taken out."),
    )
    reason = forms.CharField(label=_("Why"), required=False, max_length=1_000, widget=text_area(3))


class AnswerForm(OnceForm):
    text = forms.CharField(
        label=_("Answer"),
        max_length=4_000,
        widget=text_area(5),
        error_messages={"required": _("Write the answer.")},
    )


class SettleForm(forms.Form):
    how = forms.CharField(
        label=_("What came of it"),
        max_length=1_000,
        widget=text_area(3),
        help_text=_("For example what was changed in the text, or why nothing was."),
        error_messages={"required": _("Write what came of the comment.")},
    )


class OpenAgainForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"),
        max_length=1_000,
        widget=text_area(3),
        error_messages={"required": _("Write why it is opened again.")},
    )


class DecideForm(forms.Form):
    answer = forms.CharField(
        label=_("What you say of it"),
        required=False,
        max_length=1_000,
        widget=text_area(3),
        help_text=_("Needed when you refuse the proposal."),
    )


class TalkFilter(forms.Form):
    """What the overview of comments and proposals is narrowed by."""

    section = ChoiceField(label=pgettext_lazy("programme", "Section"), required=False)
    every = forms.BooleanField(label=_("Also those that have been settled or decided"), required=False)

    def __init__(self, sections: list[tuple[str, str]], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["section"].choices = [("", ANY), *sections]  # type: ignore[attr-defined]

    @property
    def section_id(self) -> int | None:
        self.is_valid()
        chosen = self.cleaned_data.get("section")
        return int(chosen) if chosen else None
