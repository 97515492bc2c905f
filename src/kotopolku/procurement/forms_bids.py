"""Forms of bids and openings: phrases, the pages that a tender asks for, who opens. Not for: rules, writing."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from kotopolku.actors.models import User
from kotopolku.clients.forms import CHOOSE, ChoiceField, OnceForm, text_area
from kotopolku.procurement import sealing
from kotopolku.procurement.bid_rules import MOST_TEXT, Content, Section, can_be_secret
from kotopolku.procurement.models import said

SECRET = "secret-"  # noqa: S105 - how the fields of marks begin
YES_NO = [("yes", _("Yes")), ("no", _("No"))]


def phrase_input(kind: str) -> forms.PasswordInput:
    return forms.PasswordInput(attrs={"autocomplete": kind, "spellcheck": "false", "autocapitalize": "none"})


class PhraseForm(forms.Form):
    """A phrase chosen before."""

    phrase = forms.CharField(
        label=_("Phrase"),
        max_length=200,
        strip=False,
        widget=phrase_input("off"),
        error_messages={"required": _("Type the phrase.")},
    )


class NewPhraseForm(OnceForm):
    """A phrase to choose, typed twice."""

    phrase = forms.CharField(
        label=_("Phrase"),
        max_length=200,
        strip=False,
        widget=phrase_input("new-password"),
        help_text=_(
            "At least 12 characters, for example four words that have nothing to do with each other."
        ),
        error_messages={"required": _("Choose a phrase.")},
    )
    again = forms.CharField(
        label=_("The same phrase again"),
        max_length=200,
        strip=False,
        widget=phrase_input("new-password"),
        error_messages={"required": _("Type the phrase again.")},
    )

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        phrase = self.cleaned_data.get("phrase", "")
        if phrase and sealing.normal(phrase) != sealing.normal(again):
            raise forms.ValidationError(_("The phrases are not the same. Type both again."), "different")
        return again


class OpenersForm(OnceForm):
    users = forms.MultipleChoiceField(
        label=_("Openers"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Two to four people. Any two of them open the bids together."),
        error_messages={"required": _("Name two to four openers.")},
    )

    def __init__(self, candidates: Iterable[User], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        choices = [(str(one.pk), one.get_full_name()) for one in candidates]
        self.fields["users"].choices = choices  # type: ignore[attr-defined]

    def ids(self) -> list[int]:
        return [int(one) for one in self.cleaned_data["users"]]


class SubmitForm(OnceForm):
    read = forms.BooleanField(
        label=_("I may give this bid for my organisation, and what it says is true."),
        error_messages={"required": _("Confirm that you may give the bid.")},
    )


class SectionForm(OnceForm):
    """One page of a bid, made from what the tender asks. Nothing is required here: a draft may be incomplete."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, where: Section, content: Content, data: Any = None, files: Any = None, *, version: int
    ) -> None:
        answers = content.answers(where.code)
        initial: dict[str, Any] = {**answers, "version": version}
        initial |= {
            one["id"]: answers.get(one["id"]) == "yes" for one in where.fields if one["kind"] == "confirm"
        }
        if where.lot:
            initial["offered"] = where.lot in content.lots or not answers
        super().__init__(data, files, initial=initial)
        self.where, self.content = where, content
        if where.lot:
            self.fields["offered"] = forms.BooleanField(label=_("We bid for this lot"), required=False)
        for one in where.fields:
            self.fields[one["id"]] = asked_field(one)
            if can_be_secret(where, one):
                for item, name in self._markable(one):
                    self.fields[SECRET + item] = _secret(name, content.secret(where.code, item))

    def _markable(self, one: Mapping[str, Any]) -> list[tuple[str, Any]]:
        """What of a field can be marked, with its name: the answer; of files those there are, and those to come."""
        if one["kind"] != "file":
            return [(one["id"], said(one["label"]))]
        there = [(file.reference, file.name) for file in self.content.files_of(self.where.code, one["id"])]
        return [*there, (one["id"], _("the file chosen here"))]

    @property
    def expected_version(self) -> int:
        return int(self.cleaned_data["version"])

    @property
    def offered(self) -> bool:
        return not self.where.lot or bool(self.cleaned_data["offered"])

    def answers(self) -> dict[str, str]:
        typed = self.cleaned_data
        return {one["id"]: answer_of(one, typed) for one in self.where.fields if one["kind"] != "file"}

    def secrets(self) -> dict[str, str]:
        """Reasons by what is marked as a business secret; of a file field, for the file that is chosen now."""
        return {
            name.removeprefix(SECRET): str(value or "")
            for name, value in self.cleaned_data.items()
            if name.startswith(SECRET)
        }

    def uploads(self) -> dict[str, Any]:
        """Files chosen, by field."""
        return {
            one["id"]: self.cleaned_data[one["id"]]
            for one in self.where.fields
            if one["kind"] == "file" and self.cleaned_data.get(one["id"])
        }

    def lines(self) -> list[tuple[BoundField, list[tuple[Any, BoundField | None]], BoundField | None]]:
        """The fields to show, each with the files that it has, and where each is marked as a business secret."""
        return [
            (
                bound,
                [
                    (file, self._bound(file.reference))
                    for file in self.content.files_of(self.where.code, bound.name)
                ],
                self._bound(bound.name),
            )
            for bound in self
            if not bound.is_hidden and not bound.name.startswith(SECRET)
        ]

    def _bound(self, item: str) -> BoundField | None:
        return self[SECRET + item] if SECRET + item in self.fields else None


def _secret(name: Any, reason: str) -> forms.Field:
    return forms.CharField(
        label=format_lazy("{}: {}", _("Why it is a business secret"), name),
        help_text=_("Leave empty when it is none. The buyer decides on it after the decision."),
        max_length=500,
        initial=reason,
        required=False,
    )


def answer_of(one: Mapping[str, Any], typed: Mapping[str, Any]) -> str:
    value = typed.get(one["id"])
    if one["kind"] == "confirm":
        return "yes" if value else ""
    return str(value or "")


def asked_field(one: Mapping[str, Any]) -> forms.Field:
    words: dict[str, Any] = {
        "label": said(one["label"]),
        "help_text": said(one.get("hint")),
        "required": False,
    }
    kind = one["kind"]
    if kind == "confirm":
        return forms.BooleanField(**words)
    if kind == "yes-no":
        return forms.ChoiceField(choices=YES_NO, widget=forms.RadioSelect, **words)
    if kind == "choice":
        choices = [("", CHOOSE), *((value, said(texts)) for value, texts in one.get("choices", ()))]
        return ChoiceField(choices=choices, **words)
    if kind == "file":
        return forms.FileField(**words)
    if kind == "long-text":
        most = int(one.get("max") or MOST_TEXT)
        return forms.CharField(max_length=most, widget=text_area(6), **words)
    if kind in ("money", "number"):
        return forms.CharField(
            max_length=40,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            **words,
        )
    return forms.CharField(max_length=int(one.get("max") or 500), **words)
