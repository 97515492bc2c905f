"""Forms of guidance: asking, commenting, the checklist, answering, following up. Not for: rules, writing."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kotopolku.clients.forms import CHOOSE, ChoiceField, DayField, OnceForm, text_area
from kotopolku.cooperation.forms import ANY, MARKS, TopicMixin, WordsFilter
from kotopolku.cooperation.sources import LANGUAGES, page_language
from kotopolku.placement.forms_places import VersionForm
from kotopolku.steering.actions.guidance import NoteContent
from kotopolku.steering.guidance_rules import CommentContent, GuidanceContent
from kotopolku.steering.models import (
    Covered,
    GuidanceComment,
    GuidanceKind,
    GuidanceState,
    Verdict,
)
from kotopolku.steering.queries.guidance import DUE, NOBODY, ContentShown, WantedGuidance

Choices = Sequence[tuple[Any, Any]]
LONGEST = 20_000


def _chosen(typed: Any) -> int | None:
    return int(typed) if typed else None


class GuidanceFilter(forms.Form):
    """What the list is narrowed by. Values that cannot be narrow nothing."""

    state = ChoiceField(label=_("State"), required=False)
    asker = ChoiceField(label=_("Who asks"), required=False)
    kind = ChoiceField(label=_("Kind"), required=False)
    responsible = ChoiceField(label=_("Who answers"), required=False)
    due = ChoiceField(label=_("Last day to answer"), required=False)

    def __init__(self, askers: Choices, responsibles: Choices, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        fields: Any = self.fields
        fields["state"].choices = [("", _("not closed")), *GuidanceState.choices]
        fields["asker"].choices = [("", ANY), *((str(pk), name) for pk, name in askers)]
        fields["kind"].choices = [("", ANY), *GuidanceKind.choices]
        named = ((str(pk), name) for pk, name in responsibles)
        fields["responsible"].choices = [("", ANY), (NOBODY, _("nobody yet")), *named]
        words = (_("has passed"), _("within a week"), _("within a month"))
        fields["due"].choices = [("", ANY), *zip(DUE, words, strict=True)]

    def wanted(self) -> WantedGuidance:
        self.is_valid()
        typed = self.cleaned_data
        return WantedGuidance(
            typed.get("state") or "",
            _chosen(typed.get("asker")),
            typed.get("responsible") or "",
            typed.get("due") or "",
            typed.get("kind") or "",
        )


class AskGuidanceForm(OnceForm):
    """A request of a municipality or an employment authority to its region."""

    kind = forms.ChoiceField(
        label=_("What you ask for"),
        choices=GuidanceKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you ask for.")},
    )
    programme = ChoiceField(
        label=_("Programme"),
        required=False,
        help_text=_("It is sent as it is now. The region reads it for as long as the request is open."),
    )
    subject = forms.CharField(
        label=_("Subject"),
        max_length=200,
        error_messages={"required": _("Say in one line what it is about.")},
    )
    text = forms.CharField(
        label=_("What you want to know or have looked at"),
        required=False,
        max_length=LONGEST,
        widget=text_area(8),
        help_text=MARKS,
    )
    language = ChoiceField(
        label=_("Language of the text"), choices=list(LANGUAGES.items()), initial=page_language
    )
    region = ChoiceField(label=_("Regional authority"))
    answer_by = DayField(label=_("Answer wanted by"))

    def __init__(self, regions: Choices, programmes: Choices, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        fields: Any = self.fields
        fields["region"].choices = [(str(pk), name) for pk, name in regions]
        if programmes:
            fields["programme"].choices = [
                ("", pgettext_lazy("guidance", "none")),
                *((str(pk), name) for pk, name in programmes),
            ]
        else:
            del self.fields["programme"]

    def content(self) -> GuidanceContent:
        typed = self.cleaned_data
        return GuidanceContent(
            kind=typed["kind"],
            subject=typed["subject"],
            text=typed["text"],
            language=typed["language"],
            region_id=_chosen(typed["region"]),
            programme_id=_chosen(typed.get("programme")),
            answer_by=typed["answer_by"],
        )


class AskAgainForm(VersionForm):
    """Asking anew in the same request."""

    text = forms.CharField(
        label=_("What has changed and what you ask for"),
        max_length=LONGEST,
        widget=text_area(8),
        help_text=MARKS,
        error_messages={"required": _("Write what has changed and what you ask for.")},
    )
    answer_by = DayField(label=_("Answer wanted by"))


class CommentForm(OnceForm, VersionForm):
    """A comment of the region on a section or on the whole."""

    key = ChoiceField(label=pgettext_lazy("programme", "Section"), required=False)
    verdict = forms.ChoiceField(
        label=_("Against the Act and the lines"),
        choices=Verdict.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it is.")},
    )
    text = forms.CharField(
        label=pgettext_lazy("guidance", "Comment"),
        max_length=4_000,
        widget=text_area(6),
        error_messages={"required": _("Write the comment.")},
    )
    line = ChoiceField(label=_("Line of the State's programme"), required=False)

    def __init__(self, sections: Choices, lines: Choices, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        fields: Any = self.fields
        fields["key"].choices = sections
        fields["line"].choices = [
            ("", pgettext_lazy("guidance", "none")),
            *((str(pk), words) for pk, words in lines),
        ]

    def content(self) -> CommentContent:
        typed = self.cleaned_data
        return CommentContent(typed["verdict"], typed["text"], typed["key"], _chosen(typed["line"]))

    @staticmethod
    def initial_of(one: GuidanceComment) -> dict[str, Any]:
        return {
            "key": one.key,
            "verdict": one.verdict,
            "text": one.text,
            "line": one.line_id or "",
            "version": one.version,
        }


class MarksForm(VersionForm):
    """The checklist: two fields for each content of the Act, named after its id."""

    def __init__(self, contents: Sequence[ContentShown], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.contents = contents
        for one in contents:
            self.fields[f"covered-{one.key}"] = forms.ChoiceField(
                label=one.words,
                help_text=one.citation,
                choices=[("", _("not looked at yet")), *Covered.choices],
                widget=forms.RadioSelect,
                required=False,
                initial=one.mark.covered if one.mark else "",
            )
            self.fields[f"note-{one.key}"] = forms.CharField(
                label=_("Note: %(content)s") % {"content": one.words},
                required=False,
                max_length=1_000,
                widget=text_area(2),
                initial=one.mark.note if one.mark else "",
            )

    def marks(self) -> dict[str, tuple[str, str]]:
        typed = self.cleaned_data
        return {one.key: (typed[f"covered-{one.key}"], typed[f"note-{one.key}"]) for one in self.contents}


class AnswerForm(VersionForm):
    """The answer as a whole; kept as a draft or sent."""

    answer = forms.CharField(
        label=pgettext_lazy("guidance", "Answer as a whole"),
        required=False,
        max_length=LONGEST,
        widget=text_area(10),
        help_text=MARKS,
    )

    @property
    def sends(self) -> bool:
        return bool(self.data.get("do") == "send")


class NoteForm(OnceForm):
    """Notes of a meeting. They cannot be changed afterwards."""

    on = DayField(label=_("Day of the meeting"))
    present = forms.CharField(
        label=_("Who were there"),
        max_length=300,
        error_messages={"required": _("Write who were there.")},
    )
    text = forms.CharField(
        label=_("What was talked about and agreed"),
        max_length=LONGEST,
        widget=text_area(8),
        help_text=MARKS,
        error_messages={"required": _("Write what was talked about.")},
    )

    def content(self) -> NoteContent:
        typed = self.cleaned_data
        return NoteContent(typed["on"], typed["present"], typed["text"])


class ChangeForm(VersionForm):
    """What the asker did about a comment."""

    text = forms.CharField(
        label=_("What was changed"),
        max_length=2_000,
        widget=text_area(4),
        help_text=_("If nothing was changed, say why."),
        error_messages={"required": _("Write what was changed, or why nothing was.")},
    )


class SuggestForm(TopicMixin, OnceForm):
    """A question and its answer for the centre of expertise, written without the asker."""

    topic_empty: Any = CHOOSE
    topic = ChoiceField(label=_("Topic"), error_messages={"required": _("Choose a topic.")})
    title = forms.CharField(
        label=_("The question in one line"),
        max_length=200,
        error_messages={"required": _("Say the question in one line.")},
    )
    text = forms.CharField(
        label=_("The question and the answer that you gave"),
        max_length=LONGEST,
        widget=text_area(12),
        help_text=_("Take away names and what would tell who asked."),
        error_messages={"required": _("Write the question.")},
    )
    language = ChoiceField(label=_("Language of the text"), choices=list(LANGUAGES.items()))


class MunicipalitiesFilter(WordsFilter):
    """What the view over all municipalities is narrowed and ordered by."""

    region = ChoiceField(label=_("Region"), required=False)
    programme = ChoiceField(label=_("Programme"), required=False)
    review = ChoiceField(label=_("Next review"), required=False)
    goals = ChoiceField(label=_("Goals"), required=False)
    guidance = forms.BooleanField(label=_("Only with open guidance"), required=False)
    order = ChoiceField(label=_("Order"), required=False)

    def __init__(
        self,
        regions: Choices,
        programme: Choices,
        review: Choices,
        goals: Choices,
        order: Choices,
        *given: Any,
        **more: Any,
    ) -> None:
        super().__init__(*given, **more)
        fields: Any = self.fields
        fields["region"].choices = regions
        fields["programme"].choices = [("", ANY), *programme]
        fields["review"].choices = [("", ANY), *review]
        fields["goals"].choices = [("", ANY), *goals]
        fields["order"].choices = order
