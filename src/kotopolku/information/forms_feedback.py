"""Forms of feedback: the reader's, which works without cookies, and the editors'. Not for: rules, writing."""

import re
import uuid
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kotopolku.clients.forms import text_area
from kotopolku.information import feedback_rules as rules

SALT = "kotopolku.information.feedback"
TRAP = "homepage"
"""A field that people do not see; programs that fill in everything fill it in."""


def seal(slug: str) -> str:
    """A signed mark of a form that was shown: it is ours, of this space, and was opened now."""
    return signing.dumps({"space": slug, "form": uuid.uuid4().hex}, salt=SALT)


def opened(mark: str, slug: str) -> uuid.UUID | None:
    """The form's own id, if the mark is ours, of this space and not too old."""
    try:
        said = signing.loads(mark, salt=SALT, max_age=rules.FORM_HOURS * 3600)
    except signing.BadSignature:
        return None
    return uuid.UUID(said["form"]) if said.get("space") == slug else None


class FeedbackForm(forms.Form):
    """What a reader says about a page. Nothing but the words or the choice is needed."""

    useful = forms.ChoiceField(
        label=_("Did you find what you needed?"),
        choices=[("yes", pgettext_lazy("feedback", "Yes")), ("no", pgettext_lazy("feedback", "No"))],
        widget=forms.RadioSelect,
        required=False,
    )
    words = forms.CharField(
        label=_("What do you want to say?"),
        widget=text_area(6),
        required=False,
        help_text=_(
            "You can write in your own language. Do not write names, personal identity codes or anything about your health."
        ),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr"}),
        help_text=_("Only if you want an answer. We delete the address when the answer has gone."),
        error_messages={"invalid": _("This is not an e-mail address. Write it as name@example.fi.")},
    )
    key = forms.CharField(widget=forms.HiddenInput, required=False)
    mark = forms.CharField(widget=forms.HiddenInput, required=False, max_length=500)

    def clean_key(self) -> str:
        """A page that there cannot be is left out: the reader does not see the field, and could mend nothing."""
        key = str(self.cleaned_data["key"])
        return key if re.fullmatch(r"[-\w]{1,80}", key, re.ASCII) else ""

    @property
    def is_useful(self) -> bool | None:
        return {"yes": True, "no": False}.get(self.cleaned_data["useful"])

    def renew(self, slug: str) -> None:
        """Gives the form that is shown again a mark of now; what was typed stays."""
        data: Any = self.data
        typed = data.copy()
        typed["mark"] = seal(slug)
        self.data = typed


class AnswerForm(forms.Form):
    """The answer to a ticket. ``version``: of the ticket, so that two who answer at once are told."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    words = forms.CharField(label=_("Answer"), widget=text_area(8), required=False)

    @property
    def expected_version(self) -> int:
        return int(self.cleaned_data["version"])


class HandOnForm(forms.Form):
    """To whose editors a ticket is given."""

    space = forms.CharField(
        label=_("Region or municipality"),
        max_length=100,
        widget=forms.TextInput(attrs={"list": "spaces", "autocomplete": "off"}),
        help_text=_("Begin to write its name and choose from the list."),
    )
