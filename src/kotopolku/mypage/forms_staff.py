"""Forms of officials in the room: giving a sign-in code, answering a request to correct."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kotopolku.clients.forms import OnceForm
from kotopolku.families.models import Representative


class GiveCodeForm(OnceForm):
    """For whom the code is: the client, or a representative when there is one."""

    to = forms.TypedChoiceField(
        label=_("Who gets the code"), coerce=int, empty_value=None, required=False, widget=forms.RadioSelect
    )

    def __init__(self, *arguments: Any, representatives: Sequence[Representative], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            ("", _("the client")),
            *((one.pk, one.name) for one in representatives),
        ]
        if not representatives:
            del self.fields["to"]


class AnswerForm(forms.Form):
    """The answer to a request to correct; needed when it is refused."""

    answer = forms.CharField(
        label=_("Answer to the client"),
        help_text=_("In the client's language if you can. Needed when you refuse."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
