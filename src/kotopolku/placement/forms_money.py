"""Forms of compensation: a person's facts, a decision, a payment, a recovery. Not for: rules, writing."""

from typing import Any

from django import forms
from django.core.validators import DecimalValidator
from django.utils.translation import gettext_lazy as _

from kotopolku.appointments.forms import EuroField
from kotopolku.clients.forms import CHOOSE, ChoiceField, DayField, OnceForm, text_area
from kotopolku.law.compensation import Basis
from kotopolku.placement.forms_places import VersionForm
from kotopolku.placement.models import BasisOfPay
from kotopolku.placement.money_rules import MoneyContent, PersonFacts


class SumField(EuroField):
    """A sum of a whole municipality: up to thousands of millions."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        others = [one for one in self.validators if not isinstance(one, DecimalValidator)]
        self.max_digits = 12
        self.validators = [*others, DecimalValidator(12, 2)]


class PersonFactsForm(OnceForm, VersionForm):
    """What decides a person's compensation. ``known``: the client number is not asked."""

    client_number = forms.CharField(
        label=_("Client number"), max_length=20, error_messages={"required": _("Give the client number.")}
    )
    basis = ChoiceField(label=_("Ground of the compensation"), choices=[("", CHOOSE), *BasisOfPay.choices])
    first_municipality_on = DayField(
        label=_("First municipality of residence registered"),
        help_text=_("Wherever it was. The period of compensation is counted from this day."),
    )
    lives_from = DayField(label=_("Lives in this municipality from"))
    lives_until = DayField(
        label=_("Last day in this municipality"),
        required=False,
        help_text=_("Leave empty while the person lives here."),
    )
    citizen_from = DayField(label=_("Finnish citizen from"), required=False)
    assessed_on = DayField(
        label=_("Initial assessment held here"),
        required=False,
        help_text=_("Only an assessment of the Act of 2010 is compensated."),
    )
    parent_number = forms.CharField(
        label=_("Client number of a parent"),
        required=False,
        max_length=20,
        help_text=_("Only for a child born in Finland: the parent's period ends the child's."),
    )

    def __init__(self, *given: Any, known: bool = False, **more: Any) -> None:
        super().__init__(*given, **more)
        if known:
            del self.fields["client_number"]

    def facts(self) -> PersonFacts:
        typed = self.cleaned_data
        return PersonFacts(
            basis=Basis(typed["basis"]),
            first_municipality_on=typed["first_municipality_on"],
            lives_from=typed["lives_from"],
            lives_until=typed.get("lives_until"),
            citizen_from=typed.get("citizen_from"),
            assessed_on=typed.get("assessed_on"),
            parent_number=typed.get("parent_number", "").strip(),
        )


class MoneyForm(OnceForm):
    """A decision, payment or recovery as its paper says. ``reasoned``: a reason is asked."""

    on = DayField(label=_("Day"))
    euros = SumField(label=_("Sum, euros"), min_value=0)
    reference = forms.CharField(
        label=_("Number"),
        max_length=60,
        error_messages={"required": _("Write the number by which it is found.")},
    )
    reason = forms.CharField(label=_("Reason"), required=False, max_length=2_000, widget=text_area(3))

    def __init__(self, *given: Any, reasoned: bool = True, **more: Any) -> None:
        super().__init__(*given, **more)
        if not reasoned:
            del self.fields["reason"]

    def content(self) -> MoneyContent:
        typed = self.cleaned_data
        return MoneyContent(typed["on"], typed["euros"], typed["reference"], typed.get("reason", ""))
