"""Forms of cases, proposals and arrivals: what was typed, parsed and shown again. Not for: rules and writing."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from kotopolku.clients.forms import (
    CHOOSE,
    ChoiceField,
    DayField,
    LanguageField,
    MunicipalityField,
    OnceForm,
    text_area,
)
from kotopolku.placement import needs
from kotopolku.placement.case_rules import MOST_WISHES, CaseContent, MemberContent
from kotopolku.placement.models import Closeness, DeclineReason, Group, Relation, Why

VETOES = TIES = 2
LANGUAGES = 3
with_result = lazy(lambda choice, result: format_html("{}<small>{}</small>", choice, result), SafeString)
"""A choice with what comes of it under it."""
WITHOUT_NAMES = _("Read before names open, so write no name, number or address here.")


class CaseForm(OnceForm):
    """A case without its members (``MemberForms``)."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    group = ChoiceField(label=_("Group"), choices=[("", CHOOSE), *Group.choices])
    reference = forms.CharField(
        label=_("The sender's number of the case"),
        max_length=60,
        help_text=_("Only your region sees it."),
        error_messages={"required": _("Write the number that the sender uses for the case.")},
    )
    received_on = DayField(label=_("Came to the region"))
    deadline = DayField(label=_("A municipality is needed by"), required=False)
    emergency = forms.BooleanField(label=_("Urgent"), required=False)
    description = forms.CharField(
        label=_("What else the municipality should know"),
        required=False,
        max_length=2_000,
        widget=text_area(3),
        help_text=WITHOUT_NAMES,
    )
    needs = forms.MultipleChoiceField(label=_("Needs"), required=False, widget=forms.CheckboxSelectMultiple)
    reception_municipality = MunicipalityField(label=_("They stay now in"), required=False)
    non_disclosure = forms.BooleanField(
        label=_("A non-disclosure order is in force"),
        required=False,
        help_text=_("Then only you at the region see the municipality."),
    )

    def __init__(self, *given: Any, changing: bool = False, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["needs"].choices = [(one.id, one.name) for one in needs.needs()]  # type: ignore[attr-defined]
        for number in range(LANGUAGES):
            self.fields[f"language-{number}"] = LanguageField(label=_("Language"), required=False)
        for number in range(MOST_WISHES):
            label = _("Wish %(number)s") % {"number": number + 1}
            self.fields[f"wish-{number}"] = MunicipalityField(label=label, required=False)
        for number in range(VETOES):
            self.fields[f"veto-{number}"] = MunicipalityField(label=_("Not in"), required=False)
        for number in range(TIES):
            self.fields[f"tie-{number}"] = MunicipalityField(
                label=_("People near to them live in"), required=False
            )
            self.fields[f"near-{number}"] = ChoiceField(
                label=_("How near"), required=False, choices=[("", CHOOSE), *Closeness.choices]
            )
        if changing:
            for name in ("group", "reference"):
                del self.fields[name]

    def content(self, members: Sequence[MemberContent]) -> CaseContent:
        typed = self.cleaned_data
        ties = [(typed[f"tie-{n}"], typed[f"near-{n}"] or Closeness.CLOSE.value) for n in range(TIES)]
        return CaseContent(
            group=typed.get("group", ""),
            received_on=typed["received_on"],
            members=tuple(members),
            source="reception" if typed.get("group") != Group.QUOTA else "migri",
            reference=typed.get("reference", ""),
            deadline=typed["deadline"],
            emergency=typed["emergency"],
            wishes=self._listed("wish", MOST_WISHES),
            vetoes=self._listed("veto", VETOES),
            ties=tuple((code, near) for code, near in ties if code),
            needs=tuple(typed["needs"]),
            languages=self._listed("language", LANGUAGES),
            description=typed["description"],
            non_disclosure=typed["non_disclosure"],
            reception_municipality=typed["reception_municipality"],
        )

    def _listed(self, name: str, most: int) -> tuple[str, ...]:
        return tuple(code for n in range(most) if (code := self.cleaned_data[f"{name}-{n}"]))

    @classmethod
    def initial_of(cls, content: CaseContent) -> dict[str, Any]:
        found: dict[str, Any] = {
            name: getattr(content, name)
            for name in (
                "received_on",
                "deadline",
                "emergency",
                "description",
                "needs",
                "reception_municipality",
                "non_disclosure",
            )
        }
        for name, codes in (
            ("language", content.languages),
            ("wish", content.wishes),
            ("veto", content.vetoes),
        ):
            found |= {f"{name}-{n}": code for n, code in enumerate(codes)}
        for n, (code, near) in enumerate(content.ties):
            found |= {f"tie-{n}": code, f"near-{n}": near}
        return found


class MemberForm(forms.Form):
    """One person of a case; the names go under the seal."""

    age = forms.IntegerField(label=_("Age"), required=False, min_value=0, max_value=120)
    relation = ChoiceField(
        label=_("To the first one"), required=False, choices=Relation.choices, initial=Relation.APPLICANT
    )
    schooling = forms.CharField(label=_("Schooling"), required=False, max_length=200)
    work = forms.CharField(label=_("Work"), required=False, max_length=200)
    family_name = forms.CharField(label=_("Family name"), required=False, max_length=100)
    given_names = forms.CharField(label=_("Given names"), required=False, max_length=150)
    birth_date = DayField(label=_("Date of birth"), required=False)
    identity_code = forms.CharField(label=_("Identity code"), required=False, max_length=11)

    def content(self) -> MemberContent | None:
        """None for a row left empty."""
        typed = self.cleaned_data
        filled = {name: typed.get(name) for name in typed if name != "relation"}
        if not any(value not in (None, "") for value in filled.values()):
            return None
        return MemberContent(
            age=typed.get("age"),
            relation=typed.get("relation") or Relation.APPLICANT.value,
            schooling=typed.get("schooling", ""),
            work=typed.get("work", ""),
            family_name=typed.get("family_name", ""),
            given_names=typed.get("given_names", ""),
            birth_date=typed.get("birth_date"),
            identity_code=typed.get("identity_code", "").strip().upper(),
        )

    @classmethod
    def initial_of(cls, member: MemberContent) -> dict[str, Any]:
        return {name: getattr(member, name) for name in cls.base_fields}


class NamesForm(forms.Form):
    """The names of one person of a case."""

    family_name = forms.CharField(label=_("Family name"), required=False, max_length=100)
    given_names = forms.CharField(label=_("Given names"), required=False, max_length=150)
    birth_date = DayField(label=_("Date of birth"), required=False)
    identity_code = forms.CharField(label=_("Identity code"), required=False, max_length=11)

    def content(self) -> MemberContent:
        typed = self.cleaned_data
        return MemberContent(
            family_name=typed.get("family_name", ""),
            given_names=typed.get("given_names", ""),
            birth_date=typed.get("birth_date"),
            identity_code=typed.get("identity_code", "").strip().upper(),
        )


def member_forms(
    data: Any, members: Sequence[MemberContent] = (), more: int = 4
) -> "BaseFormSet[MemberForm]":
    """The rows of members: those there are, and empty ones."""
    made = formset_factory(MemberForm, extra=more, max_num=25, absolute_max=40)
    return made(data, prefix="members", initial=[MemberForm.initial_of(one) for one in members])


class ListForm(OnceForm):
    """A list of the permit authority."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV, XLSX or JSON, one person on each row, at most 5 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,.json"}),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )


class ProposeForm(OnceForm):
    """Proposing a case to a municipality."""

    municipality = ChoiceField(
        label=_("Municipality"), error_messages={"required": _("Choose the municipality.")}
    )
    reason = forms.CharField(
        label=_("Why this municipality"),
        max_length=1_000,
        widget=text_area(3),
        help_text=WITHOUT_NAMES,
        error_messages={"required": _("Write in a few words why this municipality; it reads it.")},
    )
    quarter = ChoiceField(label=_("Places of the quarter"))
    answer_by = DayField(label=_("Answer by"))
    override_code = ChoiceField(
        label=_("Why another municipality than the round's"),
        choices=[("", CHOOSE), *Why.choices],
        required=False,
    )
    override_text = forms.CharField(
        label=_("In your own words"),
        required=False,
        max_length=1_000,
        widget=text_area(2),
        help_text=_("Kept with the round; the municipality does not see it."),
    )

    def __init__(
        self,
        municipalities: Sequence[tuple[int, str]],
        quarters: Sequence[tuple[str, str]],
        *given: Any,
        suggested: str = "",
        **more: Any,
    ) -> None:
        """``suggested``: the municipality that the latest round proposes, if there is one."""
        super().__init__(*given, **more)
        if suggested:
            words = _("Only if you do not choose %(name)s, which the round proposes.") % {"name": suggested}
            self.fields["override_code"].help_text = words
        else:
            del self.fields["override_code"], self.fields["override_text"]
        self.fields["municipality"].choices = [("", CHOOSE), *municipalities]  # type: ignore[attr-defined]
        self.fields["quarter"].choices = list(quarters)  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"),
        max_length=1_000,
        widget=text_area(2),
        error_messages={"required": _("Write in a few words why; it is kept with the case.")},
    )


class IndependentForm(forms.Form):
    moved_to = MunicipalityField(label=_("Moved to"), required=False)
    note = forms.CharField(label=_("Note"), required=False, max_length=1_000, widget=text_area(2))


class TransferForm(forms.Form):
    to = ChoiceField(label=_("Region"), error_messages={"required": _("Choose the region.")})
    reason = forms.CharField(
        label=_("Why"),
        max_length=1_000,
        widget=text_area(2),
        error_messages={"required": _("Write in a few words why; it is kept with the case.")},
    )

    def __init__(self, regions: Sequence[tuple[int, str]], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["to"].choices = [("", CHOOSE), *regions]  # type: ignore[attr-defined]


class PaperForm(OnceForm):
    title = forms.CharField(label=_("What the paper is"), max_length=120)
    file = forms.FileField(
        label=_("File"), allow_empty_file=True, error_messages={"required": _("Choose a file.")}
    )


class AnswerForm(OnceForm):
    """The municipality's answer to a proposal."""

    answer = ChoiceField(
        label=_("Answer"),
        choices=[
            ("yes", with_result(_("Yes, we receive them"), _("their places are then in use"))),
            ("no", with_result(_("Not this time"), _("a reason is asked; it does not affect the agreement"))),
            ("ask", with_result(_("We need to know more"), _("the day for the answer stays"))),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose an answer.")},
    )
    home_ready_on = DayField(label=_("Home ready from"), required=False)
    worker1 = ChoiceField(label=_("Worker who will see the names"), required=False)
    worker2 = ChoiceField(label=_("Another worker who will see the names"), required=False)
    decline_reason = ChoiceField(
        label=_("If not, why"), required=False, choices=[("", CHOOSE), *DeclineReason.choices]
    )
    note = forms.CharField(
        label=_("A word to the region, or the question"),
        required=False,
        max_length=1_000,
        widget=text_area(3),
    )

    def __init__(self, workers: Sequence[tuple[int, str]], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        for name in ("worker1", "worker2"):
            self.fields[name].choices = [("", CHOOSE), *workers]  # type: ignore[attr-defined]

    def workers(self) -> list[int]:
        return chosen_workers(self.cleaned_data)


def chosen_workers(typed: Mapping[str, Any]) -> list[int]:
    return [int(typed[name]) for name in ("worker1", "worker2") if typed.get(name)]


class WorkersForm(forms.Form):
    worker1 = ChoiceField(label=_("Worker who sees the names"), required=False)
    worker2 = ChoiceField(label=_("Another worker who sees the names"), required=False)

    def __init__(self, workers: Sequence[tuple[int, str]], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        for name in ("worker1", "worker2"):
            self.fields[name].choices = [("", CHOOSE), *workers]  # type: ignore[attr-defined]


class WordForm(OnceForm):
    text = forms.CharField(
        label=_("Message"),
        max_length=2_000,
        widget=text_area(3),
        help_text=WITHOUT_NAMES,
        error_messages={"required": _("Write what you ask or answer.")},
    )


class HearingForm(forms.Form):
    asked_on = DayField(label=_("The county was asked on"))
    answered_on = DayField(label=_("The county answered on"), required=False)
    statement = forms.CharField(
        label=_("What the county said"),
        required=False,
        max_length=2_000,
        widget=text_area(3),
        help_text=WITHOUT_NAMES,
    )


class PlanArrivalForm(forms.Form):
    planned_on = DayField(label=_("Day of arrival"))
    note = forms.CharField(
        label=_("What has been agreed"),
        required=False,
        max_length=1_000,
        widget=text_area(2),
        help_text=WITHOUT_NAMES,
    )


class ArrivedForm(OnceForm):
    arrived_on = DayField(label=_("Arrived on"))
    members = forms.TypedMultipleChoiceField(
        label=_("Who has arrived"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose who has arrived.")},
    )
    duplicate_reason = forms.CharField(
        label=_("Why they are not clients already"),
        required=False,
        max_length=300,
        help_text=_("Only if you are told that somebody may be a client already."),
    )

    def __init__(self, members: Sequence[tuple[int, str]], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["members"].choices = list(members)  # type: ignore[attr-defined]
