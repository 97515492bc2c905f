"""Forms of letters: which letter in which languages, and what that letter asks for.

Not for: what must be filled in (``rules.gaps`` by the template's data).
"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kotopolku.clients.forms import ChoiceField, DayField, OnceForm
from kotopolku.letters import queries, sources

DAYS = ("day", "until", "review", "pay_by", "starts", "answer_by")
LONG = ("text", "grounds", "reason")
LABELS = {
    "day": _("Day"),
    "time": _("Time"),
    "place": _("Place"),
    "until": _("Last day"),
    "review": _("Reviewed together by"),
    "pay_by": _("Last day to pay"),
    "amount": _("Amount"),
    "grounds": _("Grounds"),
    "reason": _("Reason"),
    "course": _("Course"),
    "starts": _("First day of the course"),
    "answer_by": _("Answer by"),
    "new_authority": _("Who answers then"),
    "text": _("A few words of your own"),
}
HINTS = {
    "time": _("For example 10.00"),
    "amount": _("For example 50,00 €"),
    "text": _("Printed as you write it, in every language of the letter. Write plainly, and nothing secret."),
}
NATIONAL = {"fi": "suomi", "sv": "svenska", "en": "English"}


def letter_choices() -> list[tuple[str, str]]:
    return [(name, queries.template_name(name)) for name in sources.templates()]


def beside_choices() -> list[tuple[str, Any]]:
    return [
        ("", _("no other language")),
        *((code, queries.language_name(code, code)) for code in sources.languages()),
    ]


class WriteForm(OnceForm):
    """One letter: its languages and the fields that its template names."""

    language = ChoiceField(label=_("Language that binds"), choices=list(NATIONAL.items()))
    beside = ChoiceField(
        label=_("The client's language beside it"),
        required=False,
        help_text=_("Printed on a page of its own, in the same envelope."),
    )

    def __init__(self, template: sources.Template, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["beside"].choices = beside_choices()  # type: ignore[attr-defined]
        for name in template.fields:
            required = name in template.required
            field: forms.Field
            if name in DAYS:
                field = DayField(label=LABELS[name], required=required)
            elif name in LONG:
                field = forms.CharField(
                    label=LABELS[name],
                    required=required,
                    max_length=3000,
                    widget=forms.Textarea(attrs={"rows": 4}),
                )
            else:
                field = forms.CharField(label=LABELS[name], required=required, max_length=300)
            if name in HINTS:
                field.help_text = HINTS[name]
            self.fields[name] = field

    def values(self, template: sources.Template) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in template.fields}


class SendForm(forms.Form):
    """By which way a prepared letter goes."""

    channel = forms.CharField(max_length=10)
