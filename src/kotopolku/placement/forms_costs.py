"""Forms of costs agreed on beforehand and of the county's words. Not for: rules, writing."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kotopolku.actors.models import Organisation
from kotopolku.clients.forms import CHOOSE, ChoiceField, DayField, OnceForm, text_area
from kotopolku.placement.cost_rules import CostAnswer, CostContent, CostRequest
from kotopolku.placement.forms_money import SumField
from kotopolku.placement.models import Proposal

WITHOUT_NAMES = _("No name, number or address of anybody.")


class RequestFields(OnceForm):
    """What is asked: for what, on which days, how much at most."""

    purpose = forms.CharField(
        label=_("What the money is needed for"),
        error_messages={"required": _("Write what the money is needed for.")},
        max_length=2_000,
        widget=text_area(4),
        help_text=WITHOUT_NAMES,
    )
    first = DayField(label=_("First day"))
    last = DayField(label=_("Last day"))
    euros = SumField(label=_("At most, euros"), min_value=0)

    def asked(self) -> CostRequest:
        typed = self.cleaned_data
        return CostRequest(typed["purpose"], typed["first"], typed["last"], typed["euros"])


class PreparingForm(RequestFields):
    """Costs of preparing for the people of an accepted proposal."""

    proposal = ChoiceField(label=_("Proposal"), error_messages={"required": _("Choose the proposal.")})
    moves_in_on = DayField(
        label=_("Day of moving in"),
        help_text=_("When the arrival has been planned, its day counts."),
    )
    field_order = ("proposal", "moves_in_on", "purpose", "first", "last", "euros")

    def __init__(self, proposals: Iterable[Proposal], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        choices = [("", CHOOSE), *((one.pk, one.number) for one in proposals)]
        self.fields["proposal"].choices = choices  # type: ignore[attr-defined]


class SpecialForm(RequestFields):
    """Special costs of one person. ``municipalities``: given for a county, which tells where the person lives."""

    municipality = ChoiceField(
        label=_("Municipality"), error_messages={"required": _("Choose the municipality.")}
    )
    client_number = forms.CharField(
        label=_("Client number in the municipality"),
        max_length=20,
        error_messages={"required": _("Give the client number.")},
    )
    first_municipality_on = DayField(
        label=_("First municipality of residence registered"),
        help_text=_("Wherever it was. The ten years are counted from this day."),
    )
    field_order = (
        "municipality",
        "client_number",
        "first_municipality_on",
        "purpose",
        "first",
        "last",
        "euros",
    )

    def __init__(self, municipalities: Iterable[Organisation] | None, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        if municipalities is None:
            del self.fields["municipality"], self.fields["first_municipality_on"]
        else:
            choices = [("", CHOOSE), *((one.pk, one.name) for one in municipalities)]
            self.fields["municipality"].choices = choices  # type: ignore[attr-defined]


class AnswerCostsForm(OnceForm):
    """The region's answer."""

    answer = ChoiceField(
        label=_("Answer"),
        choices=[("", CHOOSE), ("yes", _("Agreed")), ("no", _("Not agreed"))],
        error_messages={"required": _("Choose the answer.")},
    )
    reference = forms.CharField(
        label=_("Number"),
        max_length=60,
        error_messages={"required": _("Write the number by which it is found.")},
    )
    first = DayField(label=_("First day"), required=False)
    last = DayField(label=_("Last day"), required=False)
    ceiling = SumField(label=_("At most, euros"), min_value=0, required=False)
    justified = forms.BooleanField(
        label=_("There is a good reason to prepare for longer than usually."), required=False
    )
    conditions = forms.CharField(
        label=_("Conditions, or why it is not agreed"),
        required=False,
        max_length=2_000,
        widget=text_area(4),
        help_text=WITHOUT_NAMES,
    )

    def __init__(self, *given: Any, preparing: bool, **more: Any) -> None:
        super().__init__(*given, **more)
        if not preparing:
            del self.fields["justified"]

    def content(self) -> CostAnswer:
        typed = self.cleaned_data
        return CostAnswer(
            typed["answer"] == "yes",
            typed["reference"],
            typed["conditions"],
            typed["first"],
            typed["last"],
            typed["ceiling"] or CostAnswer.ceiling,
            typed.get("justified", False),
        )


class CostForm(OnceForm):
    """A cost as it stands in the accounts."""

    what = forms.CharField(
        label=_("What was paid for"),
        error_messages={"required": _("Write what was paid for.")},
        max_length=500,
        widget=text_area(2),
        help_text=WITHOUT_NAMES,
    )
    first = DayField(label=_("First day"))
    last = DayField(label=_("Last day"))
    euros = SumField(label=_("Sum, euros"), min_value=0)
    voucher = forms.CharField(
        label=_("Number of the voucher"),
        max_length=60,
        error_messages={"required": _("Write the number of the voucher.")},
    )

    def content(self) -> CostContent:
        typed = self.cleaned_data
        return CostContent(typed["what"], typed["first"], typed["last"], typed["euros"], typed["voucher"])


class CutForm(forms.Form):
    """What of a claimed line is granted."""

    granted = SumField(label=_("Granted, euros"), min_value=0)
    reason = forms.CharField(label=_("Reason"), required=False, max_length=2_000, widget=text_area(3))


class CountyStatementForm(forms.Form):
    """The county's own words."""

    statement = forms.CharField(
        label=_("What the county says"),
        error_messages={"required": _("Write in a few words what the county says.")},
        max_length=4_000,
        widget=text_area(5),
        help_text=WITHOUT_NAMES,
    )


class CountyQuestionForm(forms.Form):
    """What the municipality asks its county."""

    question = forms.CharField(
        label=_("What you ask"),
        required=False,
        max_length=2_000,
        widget=text_area(3),
        help_text=_("The county sees ages and the needs for which it is heard. Write no names."),
    )
