"""Forms of the retention room. Not for: rules (``rules.py``)."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from kotopolku import clock
from kotopolku.clients.forms import CHOOSE, ChoiceField, DayField, OnceForm
from kotopolku.retention import information
from kotopolku.retention.information import Part
from kotopolku.retention.models import HoldGround

NO_ADDRESS = _("The reason is kept in the journal. Do not write an address or a municipality.")


class FindForm(forms.Form):
    """Asked by POST: an identity code must not stand in an address."""

    person = forms.CharField(label=_("Client number or identity code"), max_length=40)


class HoldForm(OnceForm):
    """Why a client's data are kept past their time."""

    ground = ChoiceField(label=_("Ground"), choices=[("", CHOOSE), *HoldGround.choices])
    reason = forms.CharField(
        label=_("Reason"), help_text=NO_ADDRESS, max_length=500, widget=forms.Textarea({"rows": 3})
    )
    until = DayField(label=_("Until"), required=False, help_text=_("Leave empty to hold until you lift it."))


class LiftForm(forms.Form):
    """Why a hold ends."""

    reason = forms.CharField(
        label=_("Why the data need not be kept any more"),
        help_text=NO_ADDRESS,
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
    )


class InformationForm(OnceForm):
    """An information request: when it was asked, in which language, and what is left out on which ground."""

    asked_on = DayField(label=_("Asked on"), initial=clock.today)
    language = ChoiceField(
        label=_("Language of the answer"), choices=[("fi", "suomi"), ("sv", "svenska"), ("en", "English")]
    )

    def __init__(self, parts: Sequence[Part], *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        language = (translation.get_language() or "fi")[:2]
        grounds = [(item.id, item.texts[language]) for item in information.grounds().values()]
        self.parts = {f"part-{part.label}": part.label for part in parts}
        for part in parts:
            self.fields[f"part-{part.label}"] = ChoiceField(
                label=part.name, required=False, choices=[("", _("Give to the client")), *grounds]
            )

    def left_out(self) -> dict[str, str]:
        """Label of each part that is left out, with its ground."""
        typed = self.cleaned_data
        return {label: typed[name] for name, label in self.parts.items() if typed.get(name)}


class RestrictionForm(OnceForm):
    """What the data subject wants not to be used."""

    asked_on = DayField(label=_("Asked on"), initial=clock.today)
    what = forms.CharField(
        label=_("What the client asks, in the client's own words"),
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
    )
