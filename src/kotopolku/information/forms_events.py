"""Forms of events, of one date, of approving, of calendar files and of the staff lists. Not for: rules, writing."""

from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from kotopolku.clients.forms import CHOOSE, ChoiceField, DayField, OnceForm, text_area
from kotopolku.information import activity_rules as rules
from kotopolku.information import headings, recurrence, wording_activities
from kotopolku.information.activity_rules import EventContent
from kotopolku.information.forms_activities import (
    EntryForm,
    MunicipalitiesField,
    TextsForm,
    checks,
    fault_text,
    venue_words,
)
from kotopolku.information.models import ContentLanguage, EntryState, Venue
from kotopolku.training.forms_courses import TimeField


class EventForm(EntryForm):
    """An event; the same fields change all of its dates."""

    TEXTS = {
        "names": (_("Name"), 0, rules.LONGEST_NAME),
        "descriptions": (_("Description"), 5, rules.LONGEST_TEXT),
        "price_notes": (_("More about the price"), 0, 300),
    }
    on = DayField(label=_("Day"), help_text=_("Of the first time, for example 24.11.2026"))
    at = TimeField(label=pgettext_lazy("time", "From"))
    ends_at = TimeField(
        label=pgettext_lazy("time", "To"), required=False, help_text=_("Before the start means the next day.")
    )
    ends_on = DayField(
        label=_("Last day, if it lasts for days"),
        required=False,
        help_text=_("Of one time, not of the series."),
    )
    repeat = ChoiceField(label=_("Recurs"), required=False)
    weekdays = checks(
        _("On these weekdays"),
        help_text=_("Every week or every second week. None: the weekday of the first day."),
    )
    until = DayField(label=_("Recurs until"), required=False, help_text=_("Leave empty if it goes on."))
    venue = ChoiceField(label=_("Place"), required=False)
    place_note = forms.CharField(
        label=_("Place in words"),
        required=False,
        max_length=300,
        help_text=_("A room of the place, or the address where it is no place of the list."),
    )
    online = forms.URLField(
        label=_("Address of the online meeting"), required=False, assume_scheme="https", max_length=500
    )
    registration = forms.URLField(
        label=_("Address of registration"), required=False, assume_scheme="https", max_length=500
    )
    registration_by = DayField(label=_("Register by"), required=False)

    def __init__(
        self, venues: Sequence[Venue], *given: Any, kept: EventContent | None = None, **more: Any
    ) -> None:
        self.kept_rule = kept.rule if kept else ""
        super().__init__(*given, **more)
        self._choices("venue", [("", "–"), *((str(one.pk), venue_words(one)) for one in venues)])
        self._choices("weekdays", [(str(n), wording_activities.weekday(n)) for n in range(1, 8)])
        ways: list[tuple[str, Any]] = [
            ("", _("only once")),
            ("daily", _("every day")),
            ("weekly", _("every week")),
            ("weekly2", _("every second week")),
            ("monthly-weekday", _("every month on the same weekday, for example the second Tuesday")),
            ("monthly-date", _("every month on the same date")),
        ]
        if kept and repeat_of(kept) == "kept":
            ways.append(("kept", gettext("as now: %(rule)s") % {"rule": kept.rule}))
        self._choices("repeat", ways)

    def rule(self) -> str:
        """The rule of recurrence that was chosen."""
        typed = self.cleaned_data
        repeat, on = typed["repeat"], typed["on"]
        if not repeat:
            return ""
        rule = {
            "daily": "FREQ=DAILY;INTERVAL=1",
            "weekly": recurrence.weekly(int(day) for day in typed["weekdays"]),
            "weekly2": recurrence.weekly((int(day) for day in typed["weekdays"]), 2),
            "monthly-weekday": recurrence.monthly_weekday(on),
            "monthly-date": f"FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY={on.day}",
            "kept": self.kept_rule,
        }[repeat]
        return recurrence.until(rule, typed["until"])

    def clean(self) -> dict[str, Any]:
        typed = super().clean()
        on, until = typed.get("on"), typed.get("until")
        if on and until and until < on:
            self.add_error("until", gettext("The last date is before the first."))
        weekdays = typed.get("weekdays") or []
        if (
            on
            and typed.get("repeat") in ("weekly", "weekly2")
            and weekdays
            and str(on.isoweekday()) not in weekdays
        ):
            self.add_error(
                "on",
                gettext("The first day is a %(day)s, which is not among the weekdays chosen.")
                % {"day": wording_activities.weekday(on.isoweekday())},
            )
        return typed

    def content(self) -> EventContent:
        typed = self.cleaned_data
        names = ("on", "at", "ends_on", "ends_at", "place_note", "online", "registration", "registration_by")
        return EventContent(
            **self.shared(),
            names=self.texts("names"),
            descriptions=self.texts("descriptions"),
            rule=self.rule(),
            venue_id=int(typed["venue"]) if typed["venue"] else None,
            **{name: typed[name] for name in names},
        )

    def names(self) -> dict[str, str]:
        return self.text_names() | {"rule": "repeat"}

    def doubled(self) -> list[str]:
        """What is good to know: a time typed that comes twice on that day."""
        typed = self.cleaned_data
        content = self.content()
        last = content.last_wall
        found = [
            rules.told_doubled(typed["on"], typed["at"]),
            rules.told_doubled(last.date(), last.time()) if last else None,
        ]
        return [fault_text(fault) for fault in found if fault is not None]

    @classmethod
    def initial_of(cls, content: EventContent, own_area: str) -> dict[str, Any]:
        initial: dict[str, Any] = cls.texts_initial(content) | cls.shared_initial(content, own_area)
        names = ("on", "at", "ends_at", "place_note", "online", "registration", "registration_by")
        initial |= {name: getattr(content, name) for name in names}
        last = content.last_wall
        plain = content.on and content.at and last and (last.date() - content.on).days
        over_midnight = (
            plain == 1 and content.ends_at is not None and content.ends_at <= (content.at or time(0))
        )
        initial |= {
            "ends_on": content.ends_on if plain and not over_midnight else None,
            "venue": str(content.venue_id or ""),
            "repeat": repeat_of(content),
        }
        if content.rule:
            parts = recurrence.parts_of(content.rule)
            initial["weekdays"] = [
                str(recurrence.WEEKDAYS.index(day) + 1)
                for day in parts.get("BYDAY", "").split(",")
                if day in recurrence.WEEKDAYS
            ]
            initial["until"] = _until(parts)
        return initial


def _until(parts: Mapping[str, str]) -> Any:
    day = parts.get("UNTIL", "")[:8]
    return DayField().clean(f"{day[:4]}-{day[4:6]}-{day[6:]}") if day else None


def repeat_of(content: EventContent) -> str:
    """The form's way of recurring that would make the content's rule again; "kept" for any other rule, "" without one."""
    if not content.rule or content.on is None:
        return ""
    try:
        parts = recurrence.parts_of(content.rule)
    except recurrence.BadRule:
        return "kept"
    if set(parts) - {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "UNTIL", "WKST"}:
        return "kept"
    every, by_day, by_date = parts.get("INTERVAL", "1"), parts.get("BYDAY", ""), parts.get("BYMONTHDAY", "")
    plain = not by_date and set(by_day.split(",")) <= {"", *recurrence.WEEKDAYS}
    match parts["FREQ"], every:
        case "DAILY", "1" if not by_day and not by_date:
            return "daily"
        case "WEEKLY", "1" if plain:
            return "weekly"
        case "WEEKLY", "2" if plain:
            return "weekly2"
        case "MONTHLY", "1" if (
            recurrence.monthly_weekday(content.on).endswith(f";BYDAY={by_day}") and not by_date
        ):
            return "monthly-weekday"
        case "MONTHLY", "1" if by_date == str(content.on.day) and not by_day:
            return "monthly-date"
    return "kept"


# --- One date, approving, files ---------------------------------------------------------------------------------------


class NotesForm(TextsForm):
    """Why one date is cancelled, for readers."""

    TEXTS = {"notes": (_("Note for readers"), 0, 200)}


class MoveForm(NotesForm):
    """Where one date goes."""

    on = DayField(label=_("New day"))
    at = TimeField(label=pgettext_lazy("time", "From"))
    ends_at = TimeField(label=pgettext_lazy("time", "To"))


class ReasonForm(forms.Form):
    """Why an entry is sent back or withdrawn. The organisation reads it."""

    reason = forms.CharField(
        label=_("Why"),
        error_messages={"required": _("Write why. The organisation reads it.")},
        max_length=1_000,
        widget=text_area(4),
    )


class WithdrawForm(forms.Form):
    """Withdrawing an own entry."""

    reason = forms.CharField(label=_("Why"), required=False, max_length=1_000, widget=text_area(3))


class ApproveForm(forms.Form):
    """Approving what another keeps."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    trust = forms.BooleanField(
        label=_("Show the organisation's further changes here at once"),
        required=False,
        initial=True,
        help_text=_("Without this, each change waits for you again. You can change it later."),
    )


class ImportForm(OnceForm):
    """A calendar file, and what it does not say."""

    file = forms.FileField(
        label=_("Calendar file (.ics)"),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )
    language = ChoiceField(label=_("Language of the texts in the file"))
    municipalities = MunicipalitiesField(
        label=_("Municipalities"),
        required=False,
        max_length=2_000,
        help_text=_("For events that are new. Empty: your own area."),
    )

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        rows = ContentLanguage.objects.filter(retired_on=None)
        self.fields["language"].choices = [(one.code, one.name) for one in rows]  # type: ignore[attr-defined]


class ConfirmForm(OnceForm):
    """The file once more, signed, after its report."""

    kept = forms.CharField(widget=forms.HiddenInput, max_length=2_000_000)
    publish = forms.BooleanField(label=_("Publish the new events at once"), required=False)


class FilterForm(forms.Form):
    """How staff narrow a list. Values that do not exist narrow nothing."""

    q = forms.CharField(label=_("Name"), required=False, max_length=100)
    state = ChoiceField(label=_("State"), required=False)
    topic = ChoiceField(label=_("What it is about"), required=False)
    past = forms.BooleanField(label=_("Also those that are over"), required=False)

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        anything = pgettext_lazy("filter", "Any")
        states = [("", anything), *EntryState.choices, ("changed", _("a change waits for approval"))]
        self.fields["state"].choices = states  # type: ignore[attr-defined]
        topics = [("", anything), *((one.id, one.name) for one in headings.topics().values())]
        self.fields["topic"].choices = topics  # type: ignore[attr-defined]


NEW_GOAL = "new"


class PlanForm(OnceForm):
    """Putting an activity into a client's plan."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    goal = ChoiceField(label=_("Goal that it serves"), error_messages={"required": _("Choose the goal.")})
    new_goal = forms.CharField(label=_("The new goal"), required=False, max_length=300)
    starts_on = DayField(label=pgettext_lazy("days", "From"), required=False)
    ends_on = DayField(label=pgettext_lazy("days", "To"), required=False)

    def __init__(self, goals: Sequence[tuple[str, str]], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        choices = [("", CHOOSE), *goals, (NEW_GOAL, _("a new goal"))]
        self.fields["goal"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        if typed.get("goal") == NEW_GOAL and not (typed.get("new_goal") or "").strip():
            self.add_error("new_goal", gettext("Write the new goal in a few words."))
        return typed
