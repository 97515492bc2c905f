"""Forms of hearings: what was typed, parsed and shown again. Not for: rules, writing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kotopolku.actors import queries as actors
from kotopolku.actors.models import OrganisationKind
from kotopolku.clients.forms import CHOOSE, ChoiceField, DayField, OnceForm, text_area
from kotopolku.cooperation.forms import MARKS, OrganisationsMixin
from kotopolku.cooperation.hearing_rules import (
    MOST_QUESTIONS,
    Asked,
    AskedQuestion,
    HearingContent,
    Response,
    Said,
)
from kotopolku.cooperation.models import (
    AnswerKind,
    Body,
    Hearing,
    HearingQuestion,
    Position,
    StatementAnswer,
    Taken,
    View,
)
from kotopolku.cooperation.queries.hearings import mark_of
from kotopolku.cooperation.sources import LANGUAGES, page_language
from kotopolku.placement.forms_places import VersionForm

FOLDS = ("kinds", "duties", "bodies")
ROWS_AT_FIRST = 3
ROWS_MORE = 3


class HearingForm(OnceForm, VersionForm):
    """A hearing with its questions; rows left empty are no questions."""

    rows = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title = forms.CharField(
        label=pgettext_lazy("page", "Title"),
        max_length=200,
        error_messages={"required": _("Give the hearing a title.")},
    )
    language = ChoiceField(
        label=_("Language of the text"), choices=list(LANGUAGES.items()), initial=page_language
    )
    body = forms.CharField(
        label=_("What it is about, and what is asked"), required=False, widget=text_area(6), help_text=MARKS
    )
    draft = forms.CharField(
        label=_("The draft on which statements are given"),
        required=False,
        widget=text_area(12),
        help_text=_("It is kept as it is when the hearing is opened."),
    )
    answer_by = DayField(label=_("Statements by"))
    public = forms.BooleanField(
        label=_("Statements and summary are published for everybody"),
        required=False,
        help_text=_("Otherwise those who were heard read them. Those asked see which it is."),
    )

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        if self.initial.get("subject_kind"):
            self.fields["draft"].disabled = True
        for number in range(1, self.number + 1):
            self.fields[f"question-{number}"] = forms.CharField(
                label=_("Question %(number)s") % {"number": number},
                required=False,
                max_length=1_000,
                widget=text_area(2),
            )
            self.fields[f"kind-{number}"] = ChoiceField(
                label=_("How it is answered"), choices=AnswerKind.choices, initial=AnswerKind.TEXT
            )

    @property
    def number(self) -> int:
        """How many rows for questions."""
        typed = str(self.data.get("rows", "")) if self.is_bound else ""
        number = int(typed) if typed.isdecimal() else self.initial.get("rows", ROWS_AT_FIRST)
        return min(number + (ROWS_MORE if self.wants_more else 0), MOST_QUESTIONS)

    @property
    def wants_more(self) -> bool:
        return self.is_bound and self.data.get("do") == "more"

    @property
    def pairs(self) -> list[tuple[Any, Any]]:
        return [(self[f"question-{one}"], self[f"kind-{one}"]) for one in range(1, self.number + 1)]

    def content(self) -> HearingContent:
        typed = self.cleaned_data
        rows = range(1, self.number + 1)
        return HearingContent(
            title=typed["title"],
            answer_by=typed["answer_by"],
            body=typed["body"],
            draft=typed["draft"],
            language=typed["language"],
            questions=tuple(
                AskedQuestion(typed[f"question-{one}"], typed[f"kind-{one}"])
                for one in rows
                if typed[f"question-{one}"].strip()
            ),
            public=typed["public"],
        )

    @staticmethod
    def initial_of(one: Hearing, asked: Sequence[HearingQuestion]) -> dict[str, Any]:
        names = ("title", "language", "body", "draft", "answer_by", "public", "version", "subject_kind")
        found = {name: getattr(one, name) for name in names}
        found["rows"] = max(ROWS_AT_FIRST, len(asked) + 1)
        for number, question in enumerate(asked, start=1):
            found |= {f"question-{number}": question.text, f"kind-{number}": question.kind}
        return found


class InviteForm(OrganisationsMixin):
    """Whom a hearing is sent to."""

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
    kinds = forms.MultipleChoiceField(
        label=_("Kinds of organisations"), required=False, widget=forms.CheckboxSelectMultiple
    )
    duties = forms.MultipleChoiceField(
        label=_("Those who answer for a duty by law"), required=False, widget=forms.CheckboxSelectMultiple
    )
    near = forms.BooleanField(
        label=_("Of kinds and duties only those in our own area"), required=False, initial=True
    )
    bodies = forms.TypedMultipleChoiceField(
        label=_("Bodies"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The organisation that keeps a body writes down what the body says."),
    )

    def __init__(self, on: date, *given: Any, bodies: Iterable[Body] = (), **more: Any) -> None:
        super().__init__(on, *given, **more)
        self.fields["bodies"].choices = [  # type: ignore[attr-defined]
            (one.pk, f"{one.name} ({one.organisation.name})") for one in bodies
        ]
        self.fields["kinds"].choices = OrganisationKind.choices  # type: ignore[attr-defined]
        self.fields["duties"].choices = actors.topics()  # type: ignore[attr-defined]

    @property
    def opened(self) -> dict[str, bool]:
        """Which folds are open: those with something chosen or wrong."""
        found = {name: bool(self[name].value()) or name in self.errors for name in FOLDS}
        return found | {"organisations": True}

    def asked(self) -> Asked:
        typed = self.cleaned_data
        return Asked(
            self.chosen(),
            tuple(typed["kinds"]),
            tuple(typed["duties"]),
            typed["near"],
            tuple(typed["bodies"]),
        )


class MoveForm(VersionForm):
    answer_by = DayField(label=_("Statements by"))


@dataclass(frozen=True)
class StatementPart:
    """One question of the statement's form with its fields and, after a clash, what is stored."""

    number: int
    question: HearingQuestion | None
    view: Any
    text: Any
    stored: StatementAnswer | None


class StatementForm(VersionForm):
    """A statement: each question, and in general. An adopted position can be put into it."""

    position = ChoiceField(label=_("A position that has been adopted"), required=False)

    def __init__(
        self,
        asked: Sequence[HearingQuestion],
        *given: Any,
        positions: Sequence[Position] = (),
        **more: Any,
    ) -> None:
        super().__init__(*given, **more)
        self.asked = list(asked)
        self.positions = {str(one.pk): one for one in positions}
        self.fields["position"].choices = [  # type: ignore[attr-defined]
            ("", CHOOSE),
            *((pk, one.title) for pk, one in self.positions.items()),
        ]
        for number, one in enumerate(self.asked, start=1):
            words = f"{number}. {one.text}"
            if one.kind == AnswerKind.VIEW:
                self.fields[f"view-{one.pk}"] = forms.ChoiceField(
                    label=words, required=False, choices=View.choices, widget=forms.RadioSelect
                )
            self.fields[f"text-{one.pk}"] = forms.CharField(
                label=_("Why, or what should be changed") if one.kind == AnswerKind.VIEW else words,
                required=False,
                max_length=20_000,
                widget=text_area(4),
            )
        self.fields["text-0"] = forms.CharField(
            label=_("In general") if self.asked else _("Statement"),
            required=False,
            max_length=20_000,
            widget=text_area(5 if self.asked else 12),
        )

    @property
    def wants_position(self) -> bool:
        return self.is_bound and self.data.get("do") == "position"

    def put_position(self) -> bool:
        """Adds the chosen position's text to what is said in general; the rest stays as typed. False when none is chosen."""
        chosen = self.positions.get(str(self.data.get("position", "")))
        self.errors.clear()
        if chosen is None:
            self.add_error("position", _("Choose the position."))
            return False
        typed = cast(QueryDict, self.data).copy()
        heading = f"{chosen.title} ({(chosen.body or chosen.organisation).name})"
        before = str(typed.get("text-0", "")).strip()
        typed["text-0"] = "\n\n".join(part for part in (before, heading, chosen.text) if part)
        typed["position"] = ""
        self.data = typed
        return True

    def said(self) -> dict[int, Said]:
        typed = self.cleaned_data
        numbers = [*(one.pk for one in self.asked), 0]
        return {one: Said(typed[f"text-{one}"], typed.get(f"view-{one}", "")) for one in numbers}

    def parts(self, stored: Mapping[int, StatementAnswer]) -> list[StatementPart]:
        """``stored`` is shown beside after a clash."""
        rows: list[HearingQuestion | None] = [*self.asked, None]
        found = []
        for number, one in enumerate(rows, start=1):
            key = one.pk if one else 0
            view = self[f"view-{key}"] if f"view-{key}" in self.fields else None
            found.append(StatementPart(number, one, view, self[f"text-{key}"], stored.get(key)))
        return found

    @staticmethod
    def initial_of(version: int, answers: Iterable[StatementAnswer]) -> dict[str, Any]:
        found: dict[str, Any] = {"version": version}
        for one in answers:
            key = one.question_id or 0
            found |= {f"text-{key}": one.text, f"view-{key}": one.view}
        return found


NOT_SAID = pgettext_lazy("taken into account", "not said yet")


class RespondForm(forms.Form):
    """How each answer to one question was taken into account; the same words for all that have none yet."""

    all_taken = ChoiceField(
        label=_("Of all answers that are not marked yet"),
        required=False,
        choices=[("", NOT_SAID), *Taken.choices],
    )
    all_text = forms.CharField(
        label=_("How and why, the same for all of them"),
        required=False,
        max_length=2_000,
        widget=text_area(2),
    )

    def __init__(self, answers: Sequence[StatementAnswer], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.answers = list(answers)
        for one in self.answers:
            self.fields[f"was-{one.pk}"] = forms.CharField(
                widget=forms.HiddenInput, required=False, initial=mark_of(one)
            )
            self.fields[f"taken-{one.pk}"] = ChoiceField(
                label=_("Taken into account"),
                required=False,
                choices=[("", NOT_SAID), *Taken.choices],
                initial=one.taken,
            )
            self.fields[f"response-{one.pk}"] = forms.CharField(
                label=_("How and why"),
                required=False,
                max_length=2_000,
                widget=text_area(2),
                initial=one.response,
            )

    def rows(self) -> list[tuple[StatementAnswer, Any, Any, Any]]:
        return [
            (one, self[f"was-{one.pk}"], self[f"taken-{one.pk}"], self[f"response-{one.pk}"])
            for one in self.answers
        ]

    def responses(self) -> list[Response]:
        typed = self.cleaned_data
        found = []
        for one in self.answers:
            taken, text = typed[f"taken-{one.pk}"], typed[f"response-{one.pk}"]
            if not taken and typed["all_taken"]:
                taken, text = typed["all_taken"], text or typed["all_text"]
            found.append(Response(one.pk, taken, text, typed[f"was-{one.pk}"]))
        return found


class SummaryForm(VersionForm):
    summary = forms.CharField(
        label=_("Summary: what was said, and what was changed because of it"),
        required=False,
        widget=text_area(12),
        help_text=MARKS,
    )
