"""Forms of the quality room. Not for: rules (``rules.py``)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kotopolku.clients.forms import DayField, OnceForm


class ExcuseForm(OnceForm):
    """Why one check passes one client over, and until when."""

    reason = forms.CharField(
        label=_("Why the check does not fit this client"),
        help_text=_("The reason is kept in the journal. Do not write an address or a municipality."),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
    )
    until = DayField(label=_("Until"), help_text=_("Last day, at most a year ahead. For example 29.4.2027"))
