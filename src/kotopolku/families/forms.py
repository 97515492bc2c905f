"""Forms of the families room: what was typed, parsed and shown again. Not for: rules and writing (``actions``)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kotopolku import law
from kotopolku.clients.forms import CHOOSE, ChoiceField, DayField, MemberForm, OnceForm, text_area
from kotopolku.clients.wording import language
from kotopolku.families.models import HousingKind
from kotopolku.families.wording import RELATIONS

GOALS = 3
"""Goals that the form of a family's plan has room for."""
Persons = list[tuple[int, str]]


class JoinForm(MemberForm):
    """A new member of the household, with what the member is to the client."""

    relation = ChoiceField(
        label=_("What the member is to the client"),
        required=False,
        choices=[("", _("Not known")), *RELATIONS.items()],
    )
    custody = forms.BooleanField(
        label=_("The parent has custody of the child"),
        required=False,
        help_text=_("A parent with custody may act for the child until it comes of age."),
    )


class LeaveForm(forms.Form):
    member = forms.IntegerField(widget=forms.HiddenInput)
    left_on = DayField(label=_("Left the household on"))


class SplitForm(OnceForm):
    members = forms.MultipleChoiceField(
        label=_("Who moves together"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose who moves.")},
    )
    on = DayField(label=_("From which day"))

    def __init__(self, persons: Persons, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["members"].choices = persons  # type: ignore[attr-defined]


class RelationForm(OnceForm):
    """ "Person is the … of other"; either may be another client of the own authority, by number."""

    person = ChoiceField(label=_("Who"), required=False)
    kind = ChoiceField(label=_("is the"), choices=[("", CHOOSE), *RELATIONS.items()])
    other = ChoiceField(label=_("of whom"))
    case_number = forms.CharField(
        label=_("Or the number of another client, instead of “who”"),
        required=False,
        max_length=20,
        help_text=_("For a client who lives elsewhere, for example 2024-00317"),
    )
    custody = forms.BooleanField(
        label=_("The parent has custody of the child"),
        required=False,
        help_text=_("A parent with custody may act for the child until it comes of age."),
    )
    from_day = DayField(label=_("From which day"))
    source = forms.CharField(
        label=_("What it rests on"),
        required=False,
        max_length=200,
        help_text=_("For example a birth certificate, or the client's own word"),
    )

    def __init__(self, persons: Persons, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["person"].choices = [("", CHOOSE), *persons]  # type: ignore[attr-defined]
        self.fields["other"].choices = persons  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        if not typed.get("person") and not typed.get("case_number"):
            self.add_error("person", _("Choose a person or give a client number."))
        return typed


class EndRelationForm(forms.Form):
    on = DayField(label=_("Not in force from"))


class RepresentativeFields(forms.Form):
    name = forms.CharField(label=_("Name of the representative"), max_length=200)
    ground = ChoiceField(label=_("Ground"))
    telephone = forms.CharField(
        label=_("Telephone"), required=False, max_length=30, widget=forms.TextInput(attrs={"type": "tel"})
    )
    email = forms.EmailField(label=_("E-mail"), required=False)
    organisation = forms.CharField(label=_("Organisation"), required=False, max_length=200)
    court = forms.CharField(label=_("Court that decided"), required=False, max_length=200)
    decision_reference = forms.CharField(label=_("Number of the decision"), required=False, max_length=100)
    decided_on = DayField(label=_("Day of the decision"), required=False)
    first = DayField(label=_("First day of the task"))
    last = DayField(
        label=_("Last day of the task"),
        required=False,
        help_text=_("Leave empty if no day is set. The task ends when the client comes of age."),
    )


class RepresentativeForm(OnceForm, RepresentativeFields):
    def __init__(self, day: Any, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        grounds = [(one.id, one.texts[language()]) for one in law.representation_grounds(day)]
        self.fields["ground"].choices = [("", CHOOSE), *grounds]  # type: ignore[attr-defined]


class ReachForm(forms.Form):
    """How a representative is reached."""

    telephone = forms.CharField(
        label=_("Telephone"), required=False, max_length=30, widget=forms.TextInput(attrs={"type": "tel"})
    )
    email = forms.EmailField(label=_("E-mail"), required=False)
    organisation = forms.CharField(label=_("Organisation"), required=False, max_length=200)


class EndTaskForm(forms.Form):
    last = DayField(label=_("Last day of the task"))
    note = forms.CharField(label=_("Who acts from then on, and why"), required=False, max_length=300)


class UnitForm(OnceForm):
    name = forms.CharField(label=_("Name of the unit"), max_length=200)
    kind = ChoiceField(label=_("What kind of unit"), choices=[("", CHOOSE), *HousingKind.choices])
    provider = forms.CharField(label=_("Who runs it"), required=False, max_length=200)
    places = forms.IntegerField(
        label=_("Places"), required=False, min_value=1, help_text=_("Leave empty if there is no set number.")
    )


class HousingForm(OnceForm):
    unit = ChoiceField(label=_("Unit"))
    from_day = DayField(label=_("Lives there from"))

    def __init__(self, units: list[tuple[int, str]], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["unit"].choices = [("", CHOOSE), *units]  # type: ignore[attr-defined]


class DayForm(forms.Form):
    """One day, for a row of a list."""

    on = DayField(label=_("From which day"))


class FamilyPlanForm(OnceForm):
    made_on = DayField(label=_("Made on"))
    need = forms.CharField(label=_("Why the family's situation requires a plan"), widget=text_area())
    makers = forms.CharField(label=_("Who made it"), required=False, max_length=300)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for number in range(1, GOALS + 1):
            self.fields[f"goal_{number}"] = forms.CharField(
                label=_("Goal %(number)s") % {"number": number}, required=number == 1, max_length=300
            )
            self.fields[f"measures_{number}"] = forms.CharField(
                label=_("Measures of goal %(number)s") % {"number": number},
                required=False,
                widget=text_area(),
                help_text=_("One measure on each line"),
            )


class FamilyReviewForm(OnceForm):
    held_on = DayField(label=_("Day of the review"))
    text = forms.CharField(label=_("What was found, and what changes"), widget=text_area(4))


class EndFamilyPlanForm(forms.Form):
    on = DayField(label=_("Ends on"), help_text=_("The first day on which it is no longer in force."))
    note = forms.CharField(label=_("Note"), required=False, widget=text_area())


class EarlierForm(forms.Form):
    counts = ChoiceField(
        label=_("Does the longest time of the earlier plans go on?"),
        choices=[
            ("yes", _("Yes: the time is counted from the first of the earlier plans")),
            ("no", _("No: the time begins with the first plan of this client relationship")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one. The last days of plans follow from it.")},
    )
    reason = forms.CharField(
        label=_("Why"),
        widget=text_area(),
        help_text=_("The law is silent. The reason is kept with the client and in the journal."),
    )


class SituationForm(forms.Form):
    unaccompanied = forms.BooleanField(
        label=_("Came to the country as a minor without a guardian"),
        required=False,
        help_text=_("Also of a young person who has come of age since."),
    )
    trafficking_victim = forms.BooleanField(
        label=_("Has been identified as a victim of trafficking in human beings"), required=False
    )
    reason = forms.CharField(
        label=_("What it rests on"),
        max_length=300,
        widget=text_area(2),
        help_text=_("The reason is kept in the journal."),
    )
