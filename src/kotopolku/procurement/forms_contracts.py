"""Forms of contracts: what was typed, parsed and shown again. Not for: rules (``contract_rules``), writing (``actions``)."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import DecimalValidator
from django.utils.translation import gettext_lazy as _

from kotopolku.clients.forms import CHOOSE, ChoiceField, DayField, OnceForm, text_area
from kotopolku.placement.forms_money import SumField
from kotopolku.placement.forms_places import VersionForm
from kotopolku.procurement import contract_rules
from kotopolku.procurement.models import Measure, ModificationGround, VolumeUnit
from kotopolku.training.models import Course
from kotopolku.training.wording import day

PUBLIC_REASONS = _("Write it: the reasons of a modification are public.")


def number_field(label: Any, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=10_000_000, **more)


class UnitPriceField(SumField):
    """A price of a unit: to a hundredth of a cent."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        others = [one for one in self.validators if not isinstance(one, DecimalValidator)]
        self.max_digits, self.decimal_places = 12, 4
        self.validators = [*others, DecimalValidator(12, 4)]


class ContractForm(OnceForm, VersionForm):
    """What a contract holds while it is drafted."""

    starts_on = DayField(label=_("In force from"))
    ends_on = DayField(label=_("Last day without options"))
    unit = ChoiceField(label=_("Counted in"), choices=VolumeUnit.choices)
    volume = number_field(_("Volume bought, in these units"))
    least_volume = number_field(
        _("Volume that the buyer promises to take"), help_text=_("0 when nothing is promised."), initial=0
    )
    price_eur = UnitPriceField(label=_("Price of a unit, € without VAT"))
    index_name = forms.CharField(
        label=_("Index that the price follows"),
        required=False,
        max_length=80,
        help_text=_("Leave empty for a fixed price."),
    )
    index_base = SumField(label=_("Point of the index at signing"), required=False)
    index_share = SumField(label=_("Per cent of the price that follows it"), required=False)
    terms = forms.CharField(
        label=_("Other terms"),
        required=False,
        max_length=8_000,
        widget=text_area(5),
        help_text=_("No names of persons."),
    )

    def content(self) -> contract_rules.ContractContent:
        typed = self.cleaned_data
        share = typed["index_share"]
        return contract_rules.ContractContent(
            starts_on=typed["starts_on"],
            ends_on=typed["ends_on"],
            unit=typed["unit"],
            volume=typed["volume"],
            price_eur=typed["price_eur"],
            least_volume=typed["least_volume"],
            index_name=typed["index_name"],
            index_base=typed["index_base"],
            index_share=Decimal(100) if share is None else share,
            terms=typed["terms"],
        )


class SignContractForm(OnceForm, VersionForm):
    signed_on = DayField(label=_("Day on which the contract was made"))
    read = forms.BooleanField(
        label=_("Both sides have signed the contract in writing."),
        error_messages={"required": _("Confirm that both sides have signed.")},
    )


class ContractReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"), max_length=2_000, widget=text_area(3), error_messages={"required": _("Write why.")}
    )


class EndContractForm(ContractReasonForm):
    ended_on = DayField(label=_("Last day"))
    field_order = ("ended_on", "reason")


class OptionForm(OnceForm):
    starts_on = DayField(label=_("The option starts"))
    ends_on = DayField(label=_("The option ends"))
    notice_days = number_field(_("Days of notice before it starts"))
    volume = number_field(_("Volume of the option"))
    value_eur = SumField(label=_("Value of the option, € without VAT"))

    def content(self) -> contract_rules.OptionContent:
        typed = self.cleaned_data
        return contract_rules.OptionContent(
            typed["starts_on"], typed["ends_on"], typed["notice_days"], typed["volume"], typed["value_eur"]
        )


class GoalForm(forms.Form):
    measure = ChoiceField(label=_("What is measured"), choices=Measure.choices)
    goal_percent = SumField(
        label=_("Goal, per cent"), help_text=_("At least for a target level, at most for dropping out.")
    )
    sanction_percent = SumField(label=_("Sanction when it is missed, per cent of what was paid"))
    bonus_from_percent = SumField(label=_("Bonus from this per cent on"), required=False)
    bonus_percent = SumField(label=_("Bonus, per cent of what was paid"), required=False)
    least_people = number_field(
        _("Fewest people to measure"),
        initial=10,
        help_text=_("Fewer say nothing: neither sanction nor bonus."),
    )

    def content(self) -> contract_rules.GoalContent:
        typed = self.cleaned_data
        return contract_rules.GoalContent(
            measure=typed["measure"],
            goal_percent=typed["goal_percent"],
            sanction_percent=typed["sanction_percent"],
            bonus_from_percent=typed["bonus_from_percent"],
            bonus_percent=typed["bonus_percent"] or Decimal(0),
            least_people=typed["least_people"],
        )


NEEDED = {
    "index_value": _("Give the point of the index."),
    "price_eur": _("The price is more than 0 €."),
    "reason": _("Write why the price changes."),
}


class PriceForm(forms.Form):
    """A new price: by the index when the contract has one, else as agreed."""

    from_on = DayField(label=_("New price from"))
    index_value = SumField(label=_("Point of the index now"), required=False)
    price_eur = UnitPriceField(label=_("New price of a unit, €"), required=False)
    reason = forms.CharField(label=_("Why"), required=False, max_length=2_000, widget=text_area(3))

    def __init__(self, indexed: bool, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        del self.fields["price_eur" if indexed else "index_value"]
        for name in ("index_value",) if indexed else ("price_eur", "reason"):
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = NEEDED[name]


class CallOffForm(OnceForm):
    course = ChoiceField(
        label=_("Course"),
        required=False,
        help_text=_("Courses of this supplier that have not been ordered yet."),
    )
    volume = number_field(_("Volume ordered"))
    starts_on = DayField(label=_("Starts"))
    ends_on = DayField(label=_("Ends"))

    def __init__(self, courses: Iterable[Course], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        rows = [(one.pk, one.name) for one in courses]
        self.fields["course"].choices = [("", CHOOSE), *rows]  # type: ignore[attr-defined]

    def content(self) -> contract_rules.CallOffContent:
        typed = self.cleaned_data
        course = int(typed["course"]) if typed["course"] else None
        return contract_rules.CallOffContent(typed["volume"], typed["starts_on"], typed["ends_on"], course)


class ModificationForm(OnceForm, VersionForm):
    ground = ChoiceField(label=_("Ground by the Act"), choices=ModificationGround.choices)
    what = forms.CharField(
        label=_("What changes"),
        max_length=4_000,
        widget=text_area(3),
        help_text=_("This is public."),
        error_messages={"required": PUBLIC_REASONS},
    )
    reason = forms.CharField(
        label=_("Why"),
        max_length=4_000,
        widget=text_area(3),
        error_messages={"required": PUBLIC_REASONS},
    )
    value_eur = SumField(
        label=_("Change of the value, € without VAT"),
        min_value=None,
        initial=0,
        help_text=_("With a minus when it becomes smaller."),
    )
    volume = forms.IntegerField(
        label=_("Change of the volume"), initial=0, min_value=-10_000_000, max_value=10_000_000
    )
    ends_on = DayField(label=_("New last day, if it changes"), required=False)

    def content(self) -> contract_rules.ModificationContent:
        typed = self.cleaned_data
        return contract_rules.ModificationContent(
            typed["ground"],
            typed["what"],
            typed["reason"],
            typed["value_eur"],
            typed["volume"],
            typed["ends_on"],
        )


class InvoiceForm(OnceForm):
    reference = forms.CharField(
        label=_("Number of the invoice"),
        max_length=40,
        error_messages={"required": _("Give the number of the invoice.")},
    )
    first = DayField(label=_("First day invoiced"))
    last = DayField(label=_("Last day invoiced"))
    units = SumField(label=_("Units invoiced"))
    amount_eur = SumField(label=_("Sum of the invoice, € without VAT"))

    def content(self) -> contract_rules.InvoiceContent:
        typed = self.cleaned_data
        return contract_rules.InvoiceContent(
            typed["reference"], typed["first"], typed["last"], typed["units"], typed["amount_eur"]
        )


class SupplierInvoiceForm(InvoiceForm):
    """An invoice as its supplier sends it, or answers when it was disputed."""

    words = forms.CharField(
        label=_("Message to the buyer"),
        required=False,
        max_length=2_000,
        widget=text_area(3),
        help_text=_("No names of students."),
    )


class OrderCourseForm(forms.Form):
    """Tying a course that has been planned already to an order."""

    course = ChoiceField(label=_("Course"), error_messages={"required": _("Choose a course.")})

    def __init__(self, courses: Iterable[Course], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        rows = [(one.pk, f"{one.name}, {day(one.starts_on)}") for one in courses]
        self.fields["course"].choices = [("", CHOOSE), *rows]  # type: ignore[attr-defined]


class AdjustmentAnswerForm(forms.Form):
    words = forms.CharField(
        label=_("What you think of it"),
        error_messages={"required": _("Write what you think of it.")},
        max_length=4_000,
        widget=text_area(5),
        help_text=_("The buyer reads this before it decides. No names of students."),
    )


class AdjustmentForm(forms.Form):
    carried_out = ChoiceField(
        label=_("Decision"),
        choices=[("", CHOOSE), ("yes", _("Carry it out")), ("no", _("Drop it"))],
        error_messages={"required": _("Choose what you decide.")},
    )
    heard = forms.CharField(
        label=_("What the supplier said"), required=False, max_length=4_000, widget=text_area(3)
    )
    reason = forms.CharField(
        label=_("Why"), max_length=4_000, widget=text_area(3), error_messages={"required": _("Write why.")}
    )


class InvoiceDecisionForm(forms.Form):
    approved = ChoiceField(
        label=_("Decision"),
        choices=[("", CHOOSE), ("yes", _("Approve")), ("no", _("Dispute"))],
        error_messages={"required": _("Choose what you decide.")},
    )
    reason = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=2_000,
        widget=text_area(3),
        help_text=_("Needed when it is disputed or does not match. The supplier reads it."),
    )
