"""Forms of speeches, votes, decisions, tasks and minutes: what was typed, parsed and shown again. Not for: rules, writing."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kotopolku.clients.forms import CHOOSE, ChoiceField, DayField, OnceForm, text_area
from kotopolku.cooperation.actions.meeting_tasks import TaskContent
from kotopolku.cooperation.actions.meeting_votes import Entry
from kotopolku.cooperation.forms import MARKS
from kotopolku.cooperation.minutes_rules import ABSTAINS, LONGEST_TEXT, NOT_GIVEN
from kotopolku.cooperation.models import MeetingCall, MeetingTask, SpeechKind, TaskState, Vote
from kotopolku.cooperation.queries.minutes import Aloud
from kotopolku.cooperation.wording_minutes import kind_words
from kotopolku.placement.forms_places import VersionForm

NOT_VOTED = pgettext_lazy("vote", "not given")
ABSTAINS_WORDS = pgettext_lazy("vote", "abstains")


def _people(calls: Iterable[MeetingCall]) -> list[tuple[str, str]]:
    return [(str(one.pk), one.name) for one in calls]


class SpeakForm(forms.Form):
    """The secretary puts somebody who raises a hand on the list."""

    call = ChoiceField(label=_("Who asks to speak"))
    kind = ChoiceField(label=_("What is asked for"))

    def __init__(self, calls: Iterable[MeetingCall], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["call"].choices = [("", CHOOSE), *_people(calls)]  # type: ignore[attr-defined]
        kinds = [(value, kind_words(value)) for value in SpeechKind.values]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]


class InNameForm(forms.Form):
    """In whose name somebody acts; not asked when there is no choice."""

    call: forms.Field

    def __init__(self, calls: Sequence[MeetingCall], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        if len(calls) < 2:
            del self.fields["call"]
        else:
            self.fields["call"].choices = [("", CHOOSE), *_people(calls)]  # type: ignore[attr-defined]

    @property
    def call_id(self) -> int | None:
        chosen = self.cleaned_data.get("call")
        return int(chosen) if chosen else None


class RecuseForm(InNameForm):
    """Oneself, or for who leads the meeting anybody called."""

    call = ChoiceField(label=_("Who is recused"))
    reason = forms.CharField(
        label=_("Why: the tie that makes the person disqualified"),
        max_length=300,
        required=False,
        widget=text_area(2),
        help_text=_("It stands in the minutes of those called. The published minutes give only the name."),
    )


class VoteForm(OnceForm):
    question = forms.CharField(
        label=_("What is voted on"), max_length=500, required=False, widget=text_area(2)
    )
    options = forms.CharField(
        label=_("Options, each on a line of its own"),
        required=False,
        max_length=2_500,
        widget=text_area(4),
        help_text=_("Everybody can also abstain. Each vote stands in the minutes by name."),
    )

    @property
    def lines(self) -> list[str]:
        return [one.strip() for one in self.cleaned_data["options"].splitlines() if one.strip()]


class AloudForm(forms.Form):
    """Votes of those who vote aloud, one row a seat."""

    def __init__(self, vote: Vote, rows: Sequence[Aloud], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.people = [one for one in rows if not one.own]
        choices = [
            (NOT_GIVEN, NOT_VOTED),
            *[(str(number), words) for number, words in enumerate(vote.options)],
            (ABSTAINS, ABSTAINS_WORDS),
        ]
        for one in self.people:
            self.fields[f"was-{one.call.pk}"] = forms.CharField(
                widget=forms.HiddenInput, required=False, initial=one.stands
            )
            self.fields[f"call-{one.call.pk}"] = ChoiceField(
                label=one.call.name, required=False, choices=choices, initial=one.stands
            )

    @property
    def pairs(self) -> list[tuple[Any, Any]]:
        return [(self[f"was-{one.call.pk}"], self[f"call-{one.call.pk}"]) for one in self.people]

    def entries(self) -> dict[int, Entry]:
        typed: Mapping[str, str] = self.cleaned_data
        return {
            one.call.pk: Entry(typed[f"call-{one.call.pk}"], typed[f"was-{one.call.pk}"])
            for one in self.people
        }


class ReasonForm(forms.Form):
    """Why something is undone."""

    reason = forms.CharField(label=_("Why"), max_length=500, required=False, widget=text_area(3))


class TakeBackForm(ReasonForm, VersionForm):
    """Minutes taken back to be changed."""


class WriteForm(VersionForm):
    """What the minutes say of an item."""

    discussion = forms.CharField(
        label=_("Discussion"), required=False, max_length=LONGEST_TEXT, widget=text_area(10), help_text=MARKS
    )
    decision = forms.CharField(
        label=_("Decision"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=text_area(5),
        help_text=_("Leave empty when nothing is decided. A decision needs the quorum."),
    )


class DissentForm(InNameForm):
    """A dissenting opinion: one's own, or written down for one who does not sign in here."""

    call = ChoiceField(label=_("Whose opinion"))
    text = forms.CharField(
        label=_("Dissenting opinion and its reasons"), required=False, max_length=4_000, widget=text_area(8)
    )


class TaskForm(OnceForm, VersionForm):
    """A task with its owner and day."""

    text = forms.CharField(label=_("What is to be done"), max_length=500, widget=text_area(2), required=False)
    owner = ChoiceField(label=_("Whose task it is"), required=False)
    owner_name = forms.CharField(
        label=_("Somebody else"),
        max_length=200,
        required=False,
        help_text=_("The name, when the person was not called to the meeting."),
    )
    due = DayField(label=pgettext_lazy("task", "By which day"))

    def __init__(self, calls: Iterable[MeetingCall], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["owner"].choices = [("", CHOOSE), *_people(calls)]  # type: ignore[attr-defined]

    def content(self) -> TaskContent:
        typed = self.cleaned_data
        return TaskContent(
            text=typed["text"],
            due=typed["due"],
            call_id=int(typed["owner"]) if typed["owner"] else None,
            owner_name=typed["owner_name"],
        )

    @staticmethod
    def initial_of(one: MeetingTask, calls: Iterable[MeetingCall]) -> dict[str, Any]:
        same = next((each for each in calls if each.name == one.owner_name), None)
        return {
            "version": one.version,
            "text": one.text,
            "due": one.due,
            "owner": str(same.pk) if same else "",
            "owner_name": "" if same else one.owner_name,
        }


class SettleForm(VersionForm):
    state = forms.ChoiceField(
        label=_("What came of it"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            (TaskState.DONE.value, pgettext_lazy("task", "done")),
            (TaskState.DROPPED.value, pgettext_lazy("task", "given up")),
        ],
    )
    outcome = forms.CharField(
        label=_("In words"),
        required=False,
        max_length=1_000,
        widget=text_area(3),
        help_text=_("Needed when the task is given up."),
    )


class CheckersForm(VersionForm):
    """Who checks the minutes."""

    checkers = forms.MultipleChoiceField(
        label=_("Who check the minutes"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, calls: Iterable[MeetingCall], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        words = _("%(name)s (does not sign in here: signs on paper)")
        self.fields["checkers"].choices = [  # type: ignore[attr-defined]
            (str(one.pk), one.name if one.user_id else words % {"name": one.name}) for one in calls
        ]

    @property
    def chosen(self) -> list[int]:
        return [int(one) for one in self.cleaned_data["checkers"]]


class RemarksForm(forms.Form):
    remarks = forms.CharField(
        label=_("What should be changed"), required=False, max_length=4_000, widget=text_area(6)
    )
