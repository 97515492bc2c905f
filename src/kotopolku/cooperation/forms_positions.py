"""Forms of positions on phenomena of the day: what was typed, parsed and shown again. Not for: rules, writing."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kotopolku.clients.forms import ChoiceField, DayField, OnceForm, text_area
from kotopolku.cooperation.forms import MARKS, OrganisationsMixin
from kotopolku.cooperation.models import AgendaItem, Body, Position
from kotopolku.cooperation.position_rules import Adoption, Phenomenon, Sending, Wording, names_of
from kotopolku.cooperation.sources import LANGUAGES, page_language, topics
from kotopolku.placement.forms_places import VersionForm
from kotopolku.writing import day

OWN = "own"
Choices = Sequence[tuple[str, Any]]


def _topics() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=_("Topics"), required=False, widget=forms.CheckboxSelectMultiple)


class PhenomenonForm(OnceForm):
    """What was noticed, and whose it is to take a position."""

    title = forms.CharField(
        label=_("What you have noticed, in a few words"),
        max_length=200,
        error_messages={"required": _("Give the phenomenon a title.")},
    )
    text = forms.CharField(
        label=_("Where, since when, and how it shows"),
        widget=text_area(8),
        help_text=_("Never name a client or tell things by which one is known."),
        error_messages={"required": _("Write what you have noticed, where, and how it shows.")},
    )
    noticed_on = DayField(label=_("Noticed on"))
    whose = ChoiceField(
        label=_("Whose it is to take a position"),
        error_messages={"required": _("Choose from the list whose it is to take a position.")},
    )
    topics = _topics()

    def __init__(self, whose: Choices, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["whose"].choices = list(whose)  # type: ignore[attr-defined]
        self.fields["topics"].choices = topics()  # type: ignore[attr-defined]

    def content(self) -> Phenomenon:
        typed = self.cleaned_data
        kind, _dash, number = typed["whose"].partition("-")
        return Phenomenon(
            title=typed["title"],
            text=typed["text"],
            noticed_on=typed["noticed_on"],
            body_id=int(number) if kind == "body" else None,
            organisation_id=int(number) if kind == "organisation" else None,
            topics=tuple(typed["topics"]),
        )


class WordingForm(VersionForm):
    """The position as it is written."""

    title = forms.CharField(
        label=pgettext_lazy("page", "Title"),
        max_length=200,
        error_messages={"required": _("Give the position a title.")},
    )
    language = ChoiceField(
        label=_("Language of the text"), choices=list(LANGUAGES.items()), initial=page_language
    )
    text = forms.CharField(
        label=_("The position"),
        widget=text_area(16),
        help_text=MARKS,
        error_messages={"required": _("Write the position.")},
    )
    note = forms.CharField(
        label=_("What you changed"),
        required=False,
        max_length=300,
        help_text=_("Stands beside the version."),
    )
    body = ChoiceField(label=_("Whose position it is"), required=False)
    topics = _topics()
    public = forms.BooleanField(
        label=_("Everybody reads it once it is adopted"),
        required=False,
        help_text=_("Otherwise your organisation and those to whom it is sent read it."),
    )

    def __init__(self, own: str, bodies: Iterable[Body], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        choices = [("", own), *((str(one.pk), one.name) for one in bodies)]
        self.fields["body"].choices = choices  # type: ignore[attr-defined]
        self.fields["topics"].choices = topics()  # type: ignore[attr-defined]

    def content(self) -> Wording:
        typed = self.cleaned_data
        return Wording(
            title=typed["title"],
            text=typed["text"],
            language=typed["language"],
            body_id=int(typed["body"]) if typed["body"] else None,
            topics=tuple(typed["topics"]),
            public=typed["public"],
            note=typed["note"],
        )

    @staticmethod
    def initial_of(one: Position) -> dict[str, Any]:
        found = {
            "version": one.version,
            "title": one.title,
            "text": one.text,
            "body": str(one.body_id or ""),
            "topics": one.topics,
            "public": one.public,
        }
        return found | ({"language": one.language} if one.number else {})


class CommentsForm(VersionForm):
    until = DayField(label=_("Comments by"))


class CommentForm(OnceForm):
    text = forms.CharField(
        label=_("Your comment"),
        max_length=4_000,
        widget=text_area(5),
        help_text=_("Everybody at work reads it with your name."),
        error_messages={"required": _("Write the comment.")},
    )


class ResponseForm(forms.Form):
    was = forms.CharField(widget=forms.HiddenInput, required=False)
    response = forms.CharField(
        label=_("Answer to the comment"),
        max_length=2_000,
        widget=text_area(4),
        error_messages={"required": _("Write the answer.")},
    )


class AdoptForm(VersionForm):
    """In a meeting, or otherwise."""

    item = ChoiceField(label=_("Adopted in a meeting of the body"), required=False)
    how = forms.CharField(
        label=_("Or how it was adopted"),
        required=False,
        max_length=300,
        help_text=_("For example: by the director, or by e-mail of the members."),
    )
    on = DayField(
        label=_("Adopted on"),
        required=False,
        help_text=_("Not needed with a meeting: its day is taken."),
    )

    def __init__(self, items: Iterable[AgendaItem], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        rows = [
            (
                str(one.pk),
                f"{one.meeting.number}/{one.meeting.year} ({day(one.meeting.starts_at)}): {one.title}",
            )
            for one in items
        ]
        self.fields["item"].choices = [  # type: ignore[attr-defined]
            ("", pgettext_lazy("meeting", "None")),
            *rows,
        ]
        if not rows:
            del self.fields["item"]

    def adoption(self) -> Adoption:
        typed = self.cleaned_data
        item = typed.get("item")
        return Adoption(int(item) if item else None, typed["on"], typed["how"])


class SendForm(OrganisationsMixin):
    """To whom an adopted position is sent."""

    find = forms.CharField(
        label=_("Find organisations by name"),
        required=False,
        max_length=100,
        help_text=_(
            "For example a part of a municipality's name. Tick those you want; then you can find more."
        ),
    )
    organisations = forms.MultipleChoiceField(
        label=_("Chosen organisations"), required=False, widget=forms.CheckboxSelectMultiple
    )
    names = forms.CharField(
        label=_("Others by name"),
        required=False,
        widget=text_area(3),
        help_text=_("One a line: those that are not in the directory. You send it to them yourself."),
    )
    answer_by = DayField(
        label=_("Answer wanted by"), required=False, help_text=_("Leave empty if no answer is wanted.")
    )

    def sending(self) -> Sending:
        typed = self.cleaned_data
        return Sending(self.chosen(), names_of(typed["names"]), typed["answer_by"])


class AnswerForm(VersionForm):
    answer = forms.CharField(
        label=_("The answer"),
        widget=text_area(8),
        help_text=MARKS,
        error_messages={"required": _("Write the answer.")},
    )
    on = DayField(label=_("Answered on"))
