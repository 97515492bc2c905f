"""Forms of appointments: what was typed, parsed and shown again. Not for: rules (``rules.py``), writing (``actions``)."""

import re
from collections.abc import Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kotopolku.appointments import rules
from kotopolku.appointments.actions import Details, OrderContent
from kotopolku.appointments.models import (
    Appointment,
    AskedSex,
    GivenHow,
    InterpreterOrder,
    InterpretingWay,
    OrderState,
    State,
    Topic,
    Way,
)
from kotopolku.appointments.rules import Slot
from kotopolku.clients.forms import CHOOSE, ChoiceField, DayField, LanguageField, OnceForm, text_area
from kotopolku.clients.rules import Refusal
from kotopolku.clock import HELSINKI

CLOCK = re.compile(r"^\s*(\d{1,2})(?:[.:](\d{2}))?\s*$")
CLIENT_NUMBER_HINT = _("For example 2024-00317")


class ClockInput(forms.TextInput):
    """A time of day as people write it, 9.30."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off"} | (attrs or {}))

    def format_value(self, value: Any) -> str | None:
        if isinstance(value, time):
            return f"{value.hour}.{value.minute:02d}"
        return super().format_value(value)


class ClockField(forms.Field):
    """A time of day typed as 9.30, 9:30 or 9."""

    widget = ClockInput
    default_error_messages = {
        "required": _("Give a time, for example 9.30."),
        "invalid": _("“%(value)s” is not a time of day. Write it as 9.30."),
    }

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", _("For example 9.30"))
        super().__init__(**options)

    def to_python(self, value: Any) -> time | None:
        if value in self.empty_values or isinstance(value, time):
            return value or None
        match = CLOCK.match(str(value))
        if not match or int(match[1]) > 23 or int(match[2] or 0) > 59:
            raise ValidationError(self.error_messages["invalid"], "invalid", {"value": str(value).strip()})
        return time(int(match[1]), int(match[2] or 0))


class EuroField(forms.DecimalField):
    """A sum typed as 56,70 or 56.70."""

    default_error_messages = {"invalid": _("“%(value)s” is not a sum. Write it as 56,70.")}

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(max_digits=8, decimal_places=2, widget=widget, **options)

    def to_python(self, value: Any) -> Any:
        if not isinstance(value, str):
            return super().to_python(value)
        try:
            return super().to_python("".join(value.split()).replace(",", "."))
        except ValidationError:
            raise ValidationError(self.error_messages["invalid"], "invalid", {"value": value}) from None

    def prepare_value(self, value: Any) -> Any:
        return rules.euros(value) if isinstance(value, Decimal) else value


class BookingForm(OnceForm):
    """A time with place and workers. ``confirm`` shows only when something is double or on a day off."""

    day = DayField(label=_("Day"))
    starts = ClockField(label=_("Begins"))
    ends = ClockField(label=_("Ends"))
    topic = ChoiceField(label=_("What about"), choices=[("", CHOOSE), *Topic.choices])
    way = ChoiceField(
        label=_("How you meet"), choices=Way.choices, initial=Way.OFFICE, widget=forms.RadioSelect
    )
    room = forms.CharField(
        label=_("Room"),
        required=False,
        max_length=100,
        help_text=_("As you call it at the office. A room booked twice is warned of."),
        widget=forms.TextInput(attrs={"list": "rooms", "autocomplete": "off"}),
    )
    place = forms.CharField(
        label=_("Address, telephone or link for the client"), required=False, max_length=200
    )
    info = forms.CharField(
        label=_("Told to the client"),
        required=False,
        max_length=1000,
        help_text=_(
            "What to bring, which door. Nothing about the client: interpreters and groups may see it."
        ),
        widget=text_area(2),
    )
    workers = forms.TypedMultipleChoiceField(
        label=_("Workers"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one worker.")},
    )
    capacity = forms.IntegerField(
        label=_("How many fit into the group"), required=True, min_value=1, max_value=500
    )
    confirm = forms.BooleanField(label=_("Book all the same"), required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, workers: Sequence[tuple[int, str]], group: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["workers"].choices = list(workers)  # type: ignore[attr-defined]
        if not group:
            del self.fields["capacity"]
        self.slot: Slot | None = None
        self.wrong_times: list[Refusal] = []

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        if {"day", "starts", "ends"} <= {name for name, value in typed.items() if value is not None}:
            self.slot, self.wrong_times = rules.slot(typed["day"], typed["starts"], typed["ends"])
        return typed

    def ask_to_confirm(self) -> None:
        """Shows the box by which a double booking or a day off is accepted."""
        self.fields["confirm"].widget = forms.CheckboxInput()

    def details(self) -> Details:
        typed = self.cleaned_data
        if self.slot is None:
            raise ValueError("the form's times are not sound")
        return Details(
            topic=typed["topic"],
            slot=self.slot,
            workers=tuple(typed["workers"]),
            way=typed["way"],
            room=typed["room"],
            place=typed["place"],
            info=typed["info"],
            capacity=typed.get("capacity"),
        )


class NewBookingForm(BookingForm):
    """A new time, with an interpreter if one is needed."""

    interpreter = forms.BooleanField(label=_("Order an interpreter"), required=False)
    language = LanguageField(label=_("Language of the interpreter"), required=False)
    sex = ChoiceField(label=_("Interpreter asked for"), required=False, choices=AskedSex.choices)
    interpreting = ChoiceField(
        label=_("How the interpreter works"), required=False, choices=InterpretingWay.choices
    )
    provider = forms.CharField(label=_("Interpreting agency"), required=False, max_length=200)

    field_order = [
        *[name for name in BookingForm.base_fields if name != "confirm"],
        "interpreter",
        "language",
        "sex",
        "interpreting",
        "provider",
        "confirm",
    ]

    def clean(self) -> dict[str, Any]:
        typed = super().clean()
        if typed.get("interpreter") and not typed.get("language"):
            self.add_error("language", _("Choose the language of the interpreter."))
        return typed

    def order(self) -> OrderContent | None:
        typed = self.cleaned_data
        if not typed["interpreter"]:
            return None
        return OrderContent(
            typed["language"],
            typed["interpreting"] or InterpretingWay.PRESENT,
            typed["sex"],
            typed["provider"],
        )


class ChangeForm(BookingForm):
    """A booked time changed; ``version`` tells whether somebody else saved in between."""

    version = forms.IntegerField(widget=forms.HiddenInput)


def change_initial(booked: Appointment, workers: Sequence[int], *, hide_place: bool) -> dict[str, Any]:
    """What the form of a change begins with; a place that a non-disclosure order hides is not told in it either."""
    starts, ends = booked.starts_at.astimezone(HELSINKI), booked.ends_at.astimezone(HELSINKI)
    return {
        "day": starts.date(),
        "starts": starts.time(),
        "ends": ends.time(),
        "workers": list(workers),
        **{name: getattr(booked, name) for name in ("topic", "way", "info", "capacity", "version")},
        "room": "" if hide_place else booked.room,
        "place": "" if hide_place else booked.place,
    }


class CancelForm(OnceForm):
    reason = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=300,
        help_text=_(
            "For your own office and the journal. The client is told only that the time was cancelled."
        ),
    )
    cancel_orders = forms.BooleanField(label=_("Cancel the interpreter too"), required=False, initial=True)


class OrderForm(OnceForm):
    """An interpreter for a booked time."""

    language = LanguageField(label=_("Language"), error_messages={"required": _("Choose the language.")})
    sex = ChoiceField(label=_("Interpreter asked for"), required=False, choices=AskedSex.choices)
    way = ChoiceField(label=_("How the interpreter works"), choices=InterpretingWay.choices)
    provider = forms.CharField(label=_("Interpreting agency"), required=False, max_length=200)

    def content(self) -> OrderContent:
        typed = self.cleaned_data
        return OrderContent(typed["language"], typed["way"], typed["sex"], typed["provider"])


ORDER_CHOICES = [
    (OrderState.ORDERED, OrderState.ORDERED.label),
    (OrderState.CONFIRMED, OrderState.CONFIRMED.label),
    (OrderState.DONE, OrderState.DONE.label),
    (OrderState.CANCELLED_IN_TIME, _("cancelled (in time or late, by the clock)")),
    (OrderState.NO_SHOW, OrderState.NO_SHOW.label),
]


class OrderStateForm(forms.Form):
    """What became of an interpreter order."""

    state = ChoiceField(label=_("State"), choices=ORDER_CHOICES)
    provider = forms.CharField(label=_("Interpreting agency"), required=False, max_length=200)
    reference_number = forms.CharField(
        label=_("The agency's number of the order"), required=False, max_length=60
    )
    cost_eur = EuroField(label=_("Cost, euros"), required=False, min_value=0)

    def __init__(self, *args: Any, order: InterpreterOrder, **options: Any) -> None:
        options["initial"] = {
            "state": order.state,
            "provider": order.provider,
            "reference_number": order.reference,
            "cost_eur": order.cost_eur,
        }
        super().__init__(*args, **options)
        if order.state == OrderState.CANCELLED_LATE:
            label = OrderState.CANCELLED_LATE.label
            self.fields["state"].choices = [*ORDER_CHOICES, (order.state, label)]  # type: ignore[attr-defined]


RESULTS = [
    (State.HELD, _("The client came")),
    (State.NO_SHOW, _("The client stayed away and had not told of it")),
    (State.CANCELLED, _("The client cancelled beforehand")),
]


class ResultForm(OnceForm):
    state = ChoiceField(
        label=_("How did it go?"),
        choices=RESULTS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
    note = forms.CharField(label=_("Short note"), required=False, max_length=2000, widget=text_area(3))


class ParticipantForm(OnceForm):
    number = forms.CharField(
        label=_("Client number"),
        max_length=20,
        help_text=CLIENT_NUMBER_HINT,
        error_messages={"required": _("Give the client number.")},
    )


class DaysForm(forms.Form):
    """The days of a list."""

    on = DayField(label=_("First day"), required=False)
    until = DayField(label=_("Last day"), required=False)

    def days(self, today: date) -> tuple[date, date]:
        typed = self.cleaned_data if self.is_valid() else {}
        first = typed.get("on") or today
        last = typed.get("until") or first
        return first, min(max(first, last), first + timedelta(days=31))


class WarningForm(OnceForm):
    """The client is told of the fee."""

    given_on = DayField(label=_("Told on"))
    how = ChoiceField(label=_("How"), choices=[("", CHOOSE), *GivenHow.choices])
    language = LanguageField(label=_("In which language"), required=False)
    note = forms.CharField(label=_("Note"), required=False, max_length=300)


class HearingForm(OnceForm):
    heard_by = DayField(label=_("The client explains at the latest on"))


class ExplanationForm(forms.Form):
    explanation = forms.CharField(
        label=_("What the client said"),
        required=False,
        max_length=5000,
        help_text=_(
            "In the client's own words. Leave empty only when the day has passed and nothing was said."
        ),
        widget=text_area(4),
    )


class ProposalForm(forms.Form):
    amount_eur = EuroField(label=_("Sum, euros"), min_value=0)
    reasons = forms.CharField(
        label=_("Why a fee is not unreasonable"),
        max_length=5000,
        help_text=_("Weigh the explanation, the client's health, income and how the warning was understood."),
        widget=text_area(5),
    )


class DecisionForm(forms.Form):
    amount_again = EuroField(label=_("Write the sum again"))
    due_on = DayField(label=_("Falls due on"))


class DropForm(forms.Form):
    why = forms.CharField(label=_("Why there is no fee"), max_length=2000, widget=text_area(3))
