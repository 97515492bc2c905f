"""Forms of courses and places: what was typed, parsed and shown again. Not for: rules, writing."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, time
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kotopolku.actors.models import Organisation
from kotopolku.clients.forms import (
    CHOOSE,
    ChoiceField,
    DayField,
    LanguageField,
    MunicipalityField,
    OnceForm,
    text_area,
)
from kotopolku.clients.models import Measure
from kotopolku.progress.sources import levels
from kotopolku.training import curricula
from kotopolku.training.models import Attending, Course, CourseKind, EndReason, TeachingLanguage, Track
from kotopolku.training.queries.courses import Wanted
from kotopolku.training.rules import CourseContent, Slot
from kotopolku.training.wording import WEEKDAYS

ANY = pgettext_lazy("filter", "Any")
SLOTS = 5
TIME = re.compile(r"^\s*(\d{1,2})(?:[.:](\d{2}))?\s*$")


class TimeField(forms.Field):
    """A time of day as people write it in Finland, 9 or 9.15."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "size": "5"})
    default_error_messages = {
        "required": _("Give a time, for example 9.15."),
        "invalid": _("“%(value)s” is not a time. Write it as 9.15."),
    }

    def to_python(self, value: Any) -> time | None:
        if value in self.empty_values or isinstance(value, time):
            return value or None
        match = TIME.match(str(value))
        if match is None or int(match[1]) > 23 or int(match[2] or 0) > 59:
            raise ValidationError(self.error_messages["invalid"], "invalid", {"value": str(value)})
        return time(int(match[1]), int(match[2] or 0))

    def prepare_value(self, value: Any) -> Any:
        return f"{value.hour}.{value.minute:02d}" if isinstance(value, time) else value


def level_choices(empty: Any) -> list[tuple[str, Any]]:
    return [("", empty), *((code, code) for code, level in levels().items() if level.rank > 0)]


class FilterForm(forms.Form):
    """What is sought. Values that do not exist narrow nothing: an old link still opens."""

    level = ChoiceField(label=_("Client's level"), required=False)
    kind = ChoiceField(label=_("Kind of training"), required=False)
    track = ChoiceField(label=_("Track"), required=False)
    municipality = MunicipalityField(label=_("Municipality"), required=False)
    from_day = DayField(label=_("Starts on or after"), required=False, help_text="")
    language = LanguageField(label=_("Language of support"), required=False)
    remote = forms.BooleanField(label=_("Remote or partly remote"), required=False)
    free = forms.BooleanField(label=_("Free seats"), required=False)
    child_care = forms.BooleanField(label=_("Child care"), required=False)
    own = forms.BooleanField(label=_("Our own courses, drafts too"), required=False)
    past = forms.BooleanField(label=_("Courses that have ended"), required=False)

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self._choices("level", level_choices(ANY))
        self._choices("kind", [("", ANY), *CourseKind.choices])
        self._choices("track", [("", ANY), *Track.choices])

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def wanted(self) -> Wanted:
        """What is sought, wrong values left out."""
        self.is_valid()
        typed = self.cleaned_data
        level = levels().get(typed.get("level") or "")
        return Wanted(
            rank=level.rank if level else None,
            kind=typed.get("kind") or "",
            track=typed.get("track") or "",
            municipality=typed.get("municipality") or "",
            from_day=typed.get("from_day"),
            language=typed.get("language") or "",
            remote=typed.get("remote", False),
            free=typed.get("free", False),
            child_care=typed.get("child_care", False),
            own=typed.get("own", False),
            past=typed.get("past", False),
        )

    @property
    def opens_more(self) -> bool:
        names = ("from_day", "language", "remote", "free", "child_care", "own", "past")
        return any(self.cleaned_data.get(name) for name in names)


class CourseForm(OnceForm):
    """A course. Weekly times are rows of their own: an empty row is no time."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(
        label=_("Name"), max_length=200, error_messages={"required": _("Give the course a name.")}
    )
    curriculum = ChoiceField(
        label=_("Kind of training and curriculum"), error_messages={"required": _("Choose what it follows.")}
    )
    provider = ChoiceField(label=_("Who teaches"), error_messages={"required": _("Choose who teaches.")})
    track = ChoiceField(label=_("Track"), required=False, choices=[("", "–"), *Track.choices])
    entry_from = ChoiceField(label=_("Entry level from"), required=False)
    entry_to = ChoiceField(label=_("Entry level up to"), required=False)
    target_level = ChoiceField(label=_("Goal"), required=False)
    field = ChoiceField(
        label=_("Field, for vocational training"),
        required=False,
        help_text=_("Main group of the classification of occupations (ISCO-08)."),
    )
    scope = forms.DecimalField(
        label=_("Scope in the curriculum's unit"),
        required=False,
        max_digits=5,
        decimal_places=1,
        localize=True,
    )
    starts_on = DayField(label=_("First day"))
    ends_on = DayField(label=_("Last day"))
    seats = forms.IntegerField(
        label=pgettext_lazy("course", "Seats"), error_messages={"required": _("Give the number of seats.")}
    )
    attending = ChoiceField(label=_("How it is attended"), choices=Attending.choices)
    municipality = MunicipalityField(label=_("Municipality"), required=False)
    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    link = forms.URLField(label=_("Address of remote teaching"), required=False, assume_scheme="https")
    timetable = forms.CharField(
        label=_("Timetable in words"), required=False, max_length=2_000, widget=text_area(2)
    )
    hours = forms.IntegerField(
        label=_("Hours of teaching"),
        required=False,
        min_value=0,
        max_value=5_000,
        help_text=_("Leave empty to count them from the weekly times."),
    )
    language = ChoiceField(label=_("Language of teaching"), choices=TeachingLanguage.choices)
    support_1 = LanguageField(label=_("Language of support"), required=False)
    support_2 = LanguageField(label=_("Second language of support"), required=False)
    support_3 = LanguageField(label=_("Third language of support"), required=False)
    child_care = forms.BooleanField(label=_("Child care during the course"), required=False)
    fee_free = forms.BooleanField(label=_("Free of charge"), required=False)
    note = forms.CharField(
        label=_("What else one should know"), required=False, max_length=2_000, widget=text_area(3)
    )

    def __init__(
        self, providers: Iterable[Organisation], on: date, *given: Any, kept: str = "", **more: Any
    ) -> None:
        super().__init__(*given, **more)
        known = curricula.curricula()
        shown = [one for one in known.values() if one.covers(on) or one.id == kept]
        self._choices("curriculum", [("", CHOOSE), *((one.id, one.words) for one in shown)])
        self._choices("provider", [("", CHOOSE), *((one.pk, one.name) for one in providers)])
        self._choices("field", [("", "–"), *fields()])
        for name in ("entry_from", "entry_to", "target_level"):
            self._choices(name, level_choices("–"))
        for number in range(1, SLOTS + 1):
            self.fields[f"weekday_{number}"] = ChoiceField(
                label=_("Weekday"), required=False, choices=[("", "–"), *WEEKDAYS.items()]
            )
            self.fields[f"starts_{number}"] = TimeField(label=pgettext_lazy("time", "From"), required=False)
            self.fields[f"ends_{number}"] = TimeField(label=pgettext_lazy("time", "To"), required=False)

    def _choices(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def slot_rows(self) -> list[tuple[Any, Any, Any]]:
        """The bound fields of the weekly times, a row each."""
        return [(self[f"weekday_{n}"], self[f"starts_{n}"], self[f"ends_{n}"]) for n in range(1, SLOTS + 1)]

    def plain_fields(self) -> list[Any]:
        """All other fields, in their order."""
        return [bound for bound in self if not re.match(r"(weekday|starts|ends)_\d$", bound.name)]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        for number in range(1, SLOTS + 1):
            given = [typed.get(f"{name}_{number}") for name in ("weekday", "starts", "ends")]
            broken = any(f"{name}_{number}" in self.errors for name in ("starts", "ends"))
            if any(given) and not all(given) and not broken:
                self.add_error(
                    f"weekday_{number}", _("Give the weekday and both times, or leave the row empty.")
                )
        return typed

    def content(self) -> CourseContent:
        typed = self.cleaned_data
        found = curricula.curriculum(typed["curriculum"])
        slots = tuple(
            Slot(int(typed[f"weekday_{n}"]), typed[f"starts_{n}"], typed[f"ends_{n}"])
            for n in range(1, SLOTS + 1)
            if typed.get(f"weekday_{n}")
        )
        support = (typed[f"support_{n}"] for n in (1, 2, 3))
        return CourseContent(
            provider_id=int(typed["provider"]),
            kind=found.kind if found else "",
            slots=slots,
            support_languages=tuple(dict.fromkeys(code for code in support if code)),
            scope=typed["scope"] if typed["scope"] is None else Decimal(typed["scope"]),
            **{name: typed[name] for name in _AS_TYPED},
        )

    @property
    def expected_version(self) -> int:
        return self.cleaned_data.get("version") or 0

    @staticmethod
    def initial_of(course: Course) -> dict[str, Any]:
        """What the form begins with for a course that is changed."""
        initial: dict[str, Any] = {name: getattr(course, name) for name in _AS_TYPED}
        initial |= {"provider": course.provider_id, "scope": course.scope, "version": course.version}
        for number, code in enumerate(course.support_languages[:3], 1):
            initial[f"support_{number}"] = code
        for number, row in enumerate(course.slots[:SLOTS], 1):
            slot = Slot.from_json(row)
            initial |= {
                f"weekday_{number}": slot.weekday,
                f"starts_{number}": slot.starts,
                f"ends_{number}": slot.ends,
            }
        return initial


_AS_TYPED = (
    "name",
    "curriculum",
    "starts_on",
    "ends_on",
    "seats",
    "track",
    "target_level",
    "entry_from",
    "entry_to",
    "field",
    "attending",
    "municipality",
    "address",
    "link",
    "timetable",
    "hours",
    "language",
    "child_care",
    "fee_free",
    "note",
)


def _reason(label: Any, missing: Any) -> forms.CharField:
    """A reason that is asked for: the act refuses without one, too."""
    return forms.CharField(
        label=label, error_messages={"required": missing}, max_length=1_000, widget=text_area(3)
    )


class ReasonForm(forms.Form):
    """An act that needs a reason and nothing else."""

    reason = _reason(_("Why"), _("Write why."))


class OfferForm(forms.Form):
    """Offering a seat."""

    answer_by = DayField(label=_("Answer by"))
    reason = forms.CharField(
        label=_("Why this client"),
        required=False,
        max_length=1_000,
        widget=text_area(3),
        help_text=_("Needed when others came to the queue earlier. No names."),
    )


class DayForm(forms.Form):
    on = DayField(label=_("Day"))


class InterruptForm(forms.Form):
    on = DayField(label=_("Last day of the studies"))
    end_reason = ChoiceField(
        label=_("Why the studies stop"),
        choices=[("", CHOOSE), *(pair for pair in EndReason.choices if pair[0] != EndReason.COMPLETED)],
        error_messages={"required": _("Choose why the studies stop.")},
    )
    note = forms.CharField(label=_("More about it"), required=False, max_length=1_000, widget=text_area(3))


class MoveForm(forms.Form):
    to = ChoiceField(label=_("New group"), error_messages={"required": _("Choose the new group.")})
    on = DayField(label=_("First day in the new group"))
    reason = _reason(_("Why"), _("Write why the student changes groups."))

    def __init__(self, groups: Sequence[Course], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        choices = [("", CHOOSE), *((one.pk, f"{one.name}, {one.provider.name}") for one in groups)]
        self.fields["to"].choices = choices  # type: ignore[attr-defined]


class QueueForm(OnceForm):
    """Putting a client into a queue."""

    reason = _reason(_("Why this course suits the client"), _("Write why this course suits the client."))
    measure = ChoiceField(
        label=_("Measure of the plan that the course carries out"),
        required=False,
        help_text=_("Without one, a new measure comes into the plan when the studies begin."),
    )

    def __init__(self, measures: Sequence[Measure], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        choices = [("", _("a new measure")), *((one.pk, one.title) for one in measures)]
        self.fields["measure"].choices = choices  # type: ignore[attr-defined]


class WishAnswerForm(forms.Form):
    """Why a client's wish is not met."""

    answer = forms.CharField(
        label=_("Your answer to the client"),
        error_messages={"required": _("Write why, in words that the client understands.")},
        max_length=1_000,
        widget=text_area(4),
        help_text=_(
            "The client reads this at the own page as you write it. Write plainly, and what else could suit."
        ),
    )


class AnswerForm(forms.Form):
    """The client's answer as the worker heard it."""

    answer = ChoiceField(
        label=_("The client's answer"),
        choices=[("", CHOOSE), ("yes", _("takes the place")), ("no", _("does not take the place"))],
        error_messages={"required": _("Choose what the client answered.")},
    )
    reason = forms.CharField(
        label=_("In the client's words"), required=False, max_length=1_000, widget=text_area(2)
    )


class SessionForm(forms.Form):
    """One more meeting."""

    on = DayField(label=_("Day"))
    starts = TimeField(label=pgettext_lazy("time", "From"))
    ends = TimeField(label=pgettext_lazy("time", "To"))
    room = forms.CharField(label=_("Room"), required=False, max_length=100)
    link = forms.URLField(label=_("Address of remote teaching"), required=False, assume_scheme="https")


def fields() -> list[tuple[str, str]]:
    """Main groups of occupations by code."""
    return [(code, str(words)) for code, words in OCCUPATIONS.items()]


OCCUPATIONS = {
    "1": _("managers"),
    "2": _("professionals"),
    "3": _("technicians and associate professionals"),
    "4": _("clerical support workers"),
    "5": _("service and sales workers"),
    "6": _("agricultural, forestry and fishery workers"),
    "7": _("craft and related trades workers"),
    "8": _("plant and machine operators, and assemblers"),
    "9": _("elementary occupations"),
}
