"""Forms of agreements, targets, requests and places: what was typed, parsed and shown again. Not for: rules, writing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from kotopolku.actors.models import Organisation
from kotopolku.clients.forms import CHOOSE, ChoiceField, DayField, LanguageField, OnceForm, text_area
from kotopolku.placement import facts, needs, rules
from kotopolku.placement.models import Group, MunicipalFacts, Resource
from kotopolku.reference import queries as reference


class VersionForm(forms.Form):
    """A form that changes what somebody else may change at the same time."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @property
    def expected_version(self) -> int:
        return self.cleaned_data.get("version") or 0


class AgreementForm(OnceForm, VersionForm):
    """What an agreement holds. ``municipalities`` None when the municipality cannot change any more."""

    municipality = ChoiceField(
        label=_("Municipality"), error_messages={"required": _("Choose the municipality.")}
    )
    starts_on = DayField(label=_("In force from"))
    ends_on = DayField(
        label=_("In force to"),
        required=False,
        help_text=_("Leave empty if it is in force until further notice."),
    )
    groups = forms.MultipleChoiceField(
        label=_("Groups of persons"),
        choices=Group.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    preparedness = forms.CharField(
        label=_("How the municipality keeps itself ready"),
        required=False,
        max_length=4_000,
        widget=text_area(5),
        help_text=_("Housing, services, coordination, interpreters. No names of persons."),
    )

    def __init__(self, municipalities: Iterable[Organisation] | None, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        if municipalities is None:
            del self.fields["municipality"]
        else:
            choices = [("", CHOOSE), *((one.pk, one.name) for one in municipalities)]
            self.fields["municipality"].choices = choices  # type: ignore[attr-defined]

    def content(self) -> rules.AgreementContent:
        typed = self.cleaned_data
        return rules.AgreementContent(
            municipality_id=int(typed["municipality"]) if typed.get("municipality") else None,
            starts_on=typed["starts_on"],
            ends_on=typed["ends_on"],
            groups=tuple(typed["groups"]),
            preparedness=typed["preparedness"],
        )


class StatementForm(forms.Form):
    answered_on = DayField(label=_("Day of the county's statement"))
    statement = forms.CharField(
        label=_("What the county said"), required=False, max_length=4_000, widget=text_area(5)
    )


class DecisionForm(VersionForm):
    body = forms.CharField(
        label=_("Body that decided"),
        required=False,
        max_length=100,
        help_text=_("For example the municipal executive or the council."),
    )
    decided_on = DayField(label=_("Day of the decision"))
    reference = forms.CharField(label=_("Number of the decision"), required=False, max_length=60)

    def decision(self) -> rules.Decision:
        typed = self.cleaned_data
        return rules.Decision(typed["body"], typed["decided_on"], typed["reference"])


class SignForm(VersionForm):
    read = forms.BooleanField(
        label=_("I have read the agreement and may sign it for my organisation."),
        error_messages={"required": _("Confirm that you have read it and may sign.")},
    )


class ReviewForm(OnceForm):
    reviewed_on = DayField(label=_("Day of the review"))
    summary = forms.CharField(
        label=_("What was found and agreed"), required=False, max_length=4_000, widget=text_area(5)
    )


class EndForm(forms.Form):
    last_day = DayField(label=_("Last day in force"))
    reason = forms.CharField(label=_("Why"), required=False, max_length=1_000, widget=text_area(3))


class DiscardForm(forms.Form):
    reason = forms.CharField(label=_("Why"), required=False, max_length=1_000, widget=text_area(3))


class RequestForm(OnceForm):
    year = forms.IntegerField(label=_("Places for the year"))
    answer_by = DayField(label=_("Answer by"))
    text = forms.CharField(
        label=_("Message to the municipalities"), required=False, max_length=4_000, widget=text_area(5)
    )


class TargetForm(OnceForm, VersionForm):
    persons = forms.IntegerField(
        label=_("Persons"), error_messages={"required": _("Give the number of persons.")}
    )
    reason = forms.CharField(
        label=_("Why the target changes"), required=False, max_length=1_000, widget=text_area(3)
    )


@dataclass(frozen=True)
class GridRow:
    """A resource in the grid with its field for each quarter."""

    resource: str
    name: str
    cells: list[BoundField]


class GridForm(OnceForm, VersionForm):
    """Places by resource and quarter; a cell left empty is left as it is."""

    def __init__(self, now: Mapping[tuple[int, str], int], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        for resource in Resource:
            for quarter in rules.QUARTERS:
                name = rules.cell_name(quarter, resource.value)
                self.fields[name] = forms.IntegerField(
                    label=_("%(resource)s, quarter %(quarter)d")
                    % {"resource": resource.label, "quarter": quarter},
                    required=False,
                    initial=now.get((quarter, resource.value)),
                    widget=forms.NumberInput(
                        attrs={
                            "min": "0",
                            "inputmode": "numeric",
                            "autocomplete": "off",
                            "aria-labelledby": f"row-{resource.value} column-{quarter}",
                        }
                    ),
                )

    def rows(self) -> Iterator[GridRow]:
        for resource in Resource:
            cells = [self[rules.cell_name(quarter, resource.value)] for quarter in rules.QUARTERS]
            yield GridRow(resource.value, str(resource.label), cells)

    def figures(self) -> dict[tuple[int, str], int | None]:
        return {
            (quarter, resource): self.cleaned_data.get(rules.cell_name(quarter, resource))
            for quarter in rules.QUARTERS
            for resource in Resource.values
        }

    def plain_fields(self) -> Sequence[BoundField]:
        """The fields outside the grid."""
        return [bound for bound in self if not bound.name.startswith("q") and not bound.is_hidden]


class AnswerForm(GridForm):
    body = forms.CharField(
        label=_("Body that decided"),
        required=False,
        max_length=100,
        help_text=_("For example the municipal executive. Leave empty if an official decided."),
    )
    note = forms.CharField(
        label=_("Message to the region"),
        required=False,
        max_length=2_000,
        widget=text_area(3),
        help_text=_("When the answer changes, write here why."),
    )

    def answer(self) -> rules.NewAnswer:
        return rules.NewAnswer(self.figures(), self.cleaned_data["body"], self.cleaned_data["note"])


class AgreeForm(GridForm):
    reason = forms.CharField(
        label=_("Why the agreed places change"),
        required=False,
        max_length=1_000,
        widget=text_area(3),
        help_text=_("Needed only when places that were agreed before change."),
    )


class FactsForm(OnceForm, VersionForm):
    """What a municipality tells of itself for rounds. ``before``: what it told last, from which the form begins."""

    languages = forms.MultipleChoiceField(
        label=_("Languages with services or interpreting"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Remote interpreting counts. When you choose any, families that need an interpreter are not "
            "proposed to you if none of their languages is here."
        ),
    )
    training = forms.ChoiceField(
        label=_("Integration training and preparatory classes"),
        required=False,
        widget=forms.RadioSelect,
    )
    housing = forms.ChoiceField(label=_("How homes are found"), required=False, widget=forms.RadioSelect)
    lacking = forms.MultipleChoiceField(
        label=_("Not within reach"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A round proposes you no family that needs one of these."),
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=1_000,
        widget=text_area(3),
        help_text=_("For people to read; rounds do not use it. No names of persons."),
    )
    MORE = 3
    """Selects for languages that are not among the usual ones, beyond those told before."""

    def __init__(self, before: MunicipalFacts | None, data: Any = None) -> None:
        usual = [(one.code, one.name()) for one in reference.service_languages()]
        told = list(before.languages) if before else []
        others = [code for code in told if code not in dict(usual)]
        self.more = [f"language-{number}" for number in range(len(others) + self.MORE)]
        initial: dict[str, Any] = {
            "version": before.number if before else 0,
            "languages": [code for code in told if code not in others],
            **dict(zip(self.more, others, strict=False)),
        }
        if before is not None:
            initial |= {name: getattr(before, name) for name in ("training", "housing", "lacking", "note")}
        super().__init__(data, initial=initial)
        self.fields["languages"].choices = usual  # type: ignore[attr-defined]
        self.fields["lacking"].choices = [(one.id, one.name) for one in needs.municipal()]  # type: ignore[attr-defined]
        for subject in facts.SUBJECTS:
            rows = [(one.id, one.name) for one in facts.choices(subject)]
            self.fields[subject].choices = [("", _("not told")), *rows]  # type: ignore[attr-defined]
        for name in self.more:
            self.fields[name] = LanguageField(label=_("Other language"), required=False)
        self.order_fields(["languages", *self.more, "training", "housing", "lacking", "note"])

    def told(self) -> facts.NewFacts:
        typed = self.cleaned_data
        return facts.NewFacts(
            languages=(*typed["languages"], *(typed[name] for name in self.more if typed[name])),
            training=typed["training"],
            housing=typed["housing"],
            lacking=tuple(typed["lacking"]),
            note=typed["note"],
        )
