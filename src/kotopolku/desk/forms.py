"""Forms of the desk: what was typed, parsed and shown again. Not for: rules (``rules.py``), writing (``actions``)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kotopolku.clients.forms import CHOOSE, ChoiceField, DayField, KeptField, OnceForm, text_area
from kotopolku.desk import rules
from kotopolku.desk.categories import categories
from kotopolku.desk.models import Task
from kotopolku.desk.rules import NoteContent, TaskContent

Receivers = tuple[list[tuple[int, str]], list[tuple[int, str]]]


class TaskFields(forms.Form):
    """What a task says; ``receivers`` are colleagues and teams of ``queries.receivers``."""

    text = forms.CharField(label=_("What is to be done"), widget=text_area())
    to = ChoiceField(label=_("Who does it"))
    due = DayField(
        label=_("Last day"), required=False, help_text=_("Agreed between you; leave empty if there is none.")
    )

    def __init__(self, receivers: Receivers, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        people, teams = receivers
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            ("", CHOOSE),
            (_("Colleagues"), [(f"user-{pk}", name) for pk, name in people]),
            (_("Teams"), [(f"team-{pk}", name) for pk, name in teams]),
        ]

    def content(self) -> TaskContent:
        kind, _dash, number = str(self.cleaned_data["to"]).partition("-")
        return TaskContent(
            text=self.cleaned_data["text"],
            due=self.cleaned_data["due"],
            assignee_id=int(number) if kind == "user" else None,
            team_id=int(number) if kind == "team" else None,
        )


class TaskForm(OnceForm, TaskFields):
    """A new task."""

    case_number = forms.CharField(
        label=_("About the client with the number"),
        required=False,
        max_length=20,
        help_text=_("For example 2024-00317. Leave empty if the task is about nobody."),
    )


class TaskEditForm(TaskFields):
    version = forms.IntegerField(widget=forms.HiddenInput)


def receiver_key(task: Task) -> str:
    """The receiver of a task as the form's choice."""
    return f"team-{task.team_id}" if task.team_id else f"user-{task.assignee_id}"


class CommentForm(OnceForm):
    comment = forms.CharField(label=_("Comment"), widget=text_area(2))


class NoteFields(forms.Form):
    category = ChoiceField(label=_("What it is about"))
    day = DayField(label=_("Day of the contact or event"))
    text = forms.CharField(
        label=pgettext_lazy("about the work", "Note"),
        widget=text_area(8),
        help_text=_("Write what the work with the client needs. The client has a right to ask for it."),
    )
    language = KeptField("language", label=_("Language of the note"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [("", CHOOSE), *((one.id, one.name) for one in categories())]
        self.fields["category"].choices = choices  # type: ignore[attr-defined]
        self.fields["category"].help_text = " ".join(one.hint for one in categories() if one.sensitive)

    def content(self) -> NoteContent:
        return NoteContent(**{name: self.cleaned_data[name] for name in NoteContent.__dataclass_fields__})


class NoteForm(OnceForm, NoteFields):
    """A new note."""


class NoteEditForm(NoteFields):
    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Why it is corrected"),
        required=False,
        max_length=300,
        widget=text_area(2),
        help_text=_("Needed unless you wrote the note yourself today. What it said before is kept."),
    )


class NoteFilterForm(forms.Form):
    q = forms.CharField(label=_("Words in the note"), required=False, max_length=100)
    category = ChoiceField(label=_("What it is about"), required=False)
    removed = forms.BooleanField(label=_("Only notes taken away"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [("", _("Everything")), *((one.id, one.name) for one in categories())]
        self.fields["category"].choices = choices  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=text_area(2))


class DocumentForm(OnceForm):
    title = forms.CharField(
        label=_("What the document is"),
        max_length=rules.LONGEST_TITLE,
        help_text=_("For example “Language certificate, March 2026”. Do not write the client's name."),
    )
    file = forms.FileField(
        label=_("File"), allow_empty_file=True, error_messages={"required": _("Choose a file.")}
    )


class MessageForm(OnceForm):
    text = forms.CharField(label=_("Message"), widget=text_area(4))
    language = KeptField(
        "language",
        label=_("Language of the message"),
        required=False,
        help_text=_("The message is not translated: write in a language that the client reads."),
    )
