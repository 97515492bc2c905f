"""The form with which a client tells how a step went, in thirteen languages; by link it works without a cookie.

Not for: what an answer must hold (``path_rules.py``), writing it (``actions/path_feedback.py``).
"""

import uuid
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kotopolku.clients.forms import text_area
from kotopolku.steering.path_rules import LONGEST_TEXT, FeedbackContent

SALT = "kotopolku.steering.say"
TRAP = "homepage"
"""A field that people do not see; programs that fill in everything fill it in."""
FORM_HOURS = 12
"""So long a form that was opened can be sent."""
SCALE = (
    ("1", _("1 – very badly")),
    ("2", _("2 – badly")),
    ("3", _("3 – neither well nor badly")),
    ("4", _("4 – well")),
    ("5", _("5 – very well")),
)


def seal(code: str) -> str:
    """A signed mark of a form that was shown: it is ours, of this step, and was opened now."""
    return signing.dumps({"step": code, "form": uuid.uuid4().hex}, salt=SALT)


def opened(mark: str, code: str) -> uuid.UUID | None:
    """The form's own id, if the mark is ours, of this step and not too old."""
    try:
        said = signing.loads(mark, salt=SALT, max_age=FORM_HOURS * 3600)
    except signing.BadSignature:
        return None
    return uuid.UUID(said["form"]) if said.get("step") == code else None


class SayForm(forms.Form):
    """How it went, whether one knows what comes next, and free words."""

    score = forms.ChoiceField(
        label=_("How did it go?"),
        choices=SCALE,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a number from 1 to 5."),
            "invalid_choice": _("Choose a number from 1 to 5."),
        },
    )
    understood = forms.ChoiceField(
        label=_("Do you know what happens next?"),
        choices=[("yes", pgettext_lazy("feedback", "Yes")), ("no", pgettext_lazy("feedback", "No"))],
        widget=forms.RadioSelect,
        required=False,
    )
    text = forms.CharField(
        label=_("What else would you like to say?"),
        required=False,
        widget=text_area(4),
        help_text=_("In any language. Do not write your name."),
    )
    mark = forms.CharField(widget=forms.HiddenInput, required=False, max_length=500)

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["text"].widget.attrs |= {"maxlength": LONGEST_TEXT, "dir": "auto"}

    def content(self, language: str) -> FeedbackContent:
        typed = self.cleaned_data
        understood = {"yes": True, "no": False}.get(typed["understood"])
        return FeedbackContent(int(typed["score"]), understood, typed["text"], language)

    def renew(self, code: str) -> None:
        """Gives the form that is shown again a mark of now; what was typed stays."""
        data: Any = self.data
        typed = data.copy()
        typed["mark"] = seal(code)
        self.data = typed
