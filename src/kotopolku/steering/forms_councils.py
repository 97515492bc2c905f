"""Forms of councils, review, mergers and publication: what was typed, parsed and shown again. Not for: rules."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kotopolku.actors.models import Organisation
from kotopolku.clients.forms import CHOOSE, ChoiceField, DayField, text_area
from kotopolku.cooperation.forms import WordsFilter
from kotopolku.placement.forms_places import VersionForm
from kotopolku.steering.actions.programme_life import Merged, Review
from kotopolku.steering.council_rules import Decision

SHOWN = (
    ("all", _("all")),
    ("late", _("review is late")),
    ("soon", _("review is near")),
    ("councils", _("before the councils")),
    ("expired", _("expired")),
)


class CouncilsFilter(WordsFilter):
    """What the list is narrowed by. Values that cannot be narrow nothing."""

    q = forms.CharField(label=_("Municipality or programme"), required=False, max_length=100)
    shown = ChoiceField(label=_("Show"), required=False, choices=list(SHOWN))

    def wanted(self) -> tuple[str, str]:
        self.is_valid()
        typed = self.cleaned_data
        return typed.get("shown") or "all", (typed.get("q") or "").strip()


class ReasonForm(VersionForm):
    """An act that is done with a reason."""

    reason = forms.CharField(
        label=_("Why"), max_length=1_000, widget=text_area(3), error_messages={"required": _("Write why.")}
    )


class SendForm(VersionForm):
    """Asking the councils; a reason only where something is lacking."""

    reason = forms.CharField(
        label=_("Why it goes to the councils although something is lacking"),
        max_length=1_000,
        widget=text_area(3),
        error_messages={
            "required": _("Write why the text goes to the councils although something is lacking.")
        },
    )

    def __init__(self, lacks: bool, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        if not lacks:
            del self.fields["reason"]

    @property
    def why(self) -> str:
        return str(self.cleaned_data.get("reason") or "")


class StatementsForm(VersionForm):
    """Which text goes for statements."""

    language = ChoiceField(label=_("Language of the text"))
    sections = forms.MultipleChoiceField(
        label=_("Sections"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The goals go along."),
        error_messages={"required": _("Choose at least one section.")},
    )

    def __init__(
        self,
        languages: Sequence[tuple[str, Any]],
        sections: Sequence[tuple[str, str]],
        *given: Any,
        **more: Any,
    ) -> None:
        super().__init__(*given, **more)
        fields: Any = self.fields
        fields["language"].choices = list(languages)
        fields["sections"].choices = list(sections)


class DecisionForm(VersionForm):
    """What a council decided."""

    state = forms.ChoiceField(
        label=_("What the council decided"),
        choices=[
            ("approved", pgettext_lazy("council", "approved")),
            ("returned", _("returned for preparation")),
            ("rejected", pgettext_lazy("council", "rejected")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the council decided.")},
    )
    decided_on = DayField(label=_("Day of the council's meeting"))
    section_number = forms.CharField(
        label=_("Section of the minutes"),
        max_length=40,
        help_text=_("For example § 48."),
        error_messages={"required": _("Give the section number of the council's minutes, for example § 48.")},
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=1_000, widget=text_area(3))
    reason = forms.CharField(
        label=_("Why the decision is corrected"), required=False, max_length=1_000, widget=text_area(2)
    )

    def __init__(self, own: bool, corrects: bool, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        own_hint = _("If the council did not approve: why, as its minutes say.")
        other_hint = _("You record it for another municipality: write from where you know of its decision.")
        note = self.fields["note"]
        note.help_text, note.required = (own_hint if own else other_hint), not own
        note.error_messages["required"] = _("Write from where you know of another municipality's decision.")
        if not corrects:
            del self.fields["reason"]

    def decision(self) -> Decision:
        typed = self.cleaned_data
        return Decision(
            typed["state"],
            typed["decided_on"],
            typed["section_number"],
            typed["note"],
            typed.get("reason", ""),
        )


class WithoutForm(ReasonForm):
    """Going on without a municipality."""

    others = forms.ChoiceField(
        label=_("The other municipalities"),
        choices=[
            ("stand", _("Their councils' decisions stand: the text is the same for them.")),
            ("anew", _("Their councils decide once more: leaving changes the programme for them.")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what happens to the others' decisions.")},
    )

    @property
    def anew(self) -> bool:
        return bool(self.cleaned_data["others"] == "anew")


class MergeForm(ReasonForm):
    """What comes in place of a municipality that has ended."""

    organisation = ChoiceField(
        label=_("New municipality"), error_messages={"required": _("Choose the municipality.")}
    )
    on = DayField(label=_("Takes part from"))
    carries = forms.BooleanField(
        label=_("The decision of the old council stands for the new municipality"),
        required=False,
        help_text=_("Otherwise the new municipality's council is waited for."),
    )
    field_order = ("organisation", "on", "carries", "reason", "version")

    def __init__(self, municipalities: Iterable[Organisation], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        rows = [("", CHOOSE), *((str(one.pk), one.name) for one in municipalities)]
        self.fields["organisation"].choices = rows  # type: ignore[attr-defined]

    def merged(self) -> Merged:
        typed = self.cleaned_data
        return Merged(int(typed["organisation"]), typed["on"], typed["reason"], bool(typed["carries"]))


class ReviewForm(VersionForm):
    """A review and what came of it."""

    on = DayField(label=_("Reviewed on"))
    text = forms.CharField(
        label=_("What was looked at and what came of it"),
        max_length=4_000,
        widget=text_area(6),
        error_messages={"required": _("Write what was looked at and what came of it.")},
    )
    changes = forms.BooleanField(
        label=_("The programme has to be changed"),
        required=False,
        help_text=_("A draft that follows it is begun with its texts, figures and open goals."),
    )

    def review(self) -> Review:
        typed = self.cleaned_data
        return Review(typed["on"], typed["text"], bool(typed["changes"]))
