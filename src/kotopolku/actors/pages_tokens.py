"""The page of an organisation's API tokens: what each may do, to which day, when it was last used; a new one is shown once.

Not for: what a token opens (``signin.viewer_of_token``, ``access``).
"""

import uuid
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from kotopolku.access.capabilities import CAPABILITIES, Capability, Role
from kotopolku.access.gate import needs
from kotopolku.access.viewer import Viewer
from kotopolku.actors import access, actions
from kotopolku.actors.forms import ROLE_NAMES, DayField, refuse
from kotopolku.actors.models import ApiToken, User
from kotopolku.actors.rules import Refusal, roles_for

RIGHTS = {
    Capability.SIGNED_IN: gettext_lazy("read the directory and the law"),
    Capability.CLIENT_VIEW: gettext_lazy("read clients"),
    Capability.CLIENT_REGISTER: gettext_lazy("register clients"),
    Capability.CLIENT_EDIT: gettext_lazy("change clients' data"),
    Capability.CLIENT_EXPORT: gettext_lazy("take clients out as a file"),
    Capability.CLIENT_IMPORT: gettext_lazy("bring clients in from a file"),
    Capability.CLIENT_HANDOVER: gettext_lazy("offer and accept clients"),
    Capability.CLIENT_REFER: gettext_lazy("tell the municipality of a person in need"),
    Capability.ASSESSMENT_WRITE: gettext_lazy("write assessments"),
    Capability.PLAN_WRITE: gettext_lazy("write plans"),
    Capability.TEAM_VIEW: gettext_lazy("see the whole organisation's work"),
    Capability.COUNTS_VIEW: gettext_lazy("read counts of clients"),
    Capability.ATTENDANCE_REPORT: gettext_lazy("report attendance"),
}
"""Rights that a system can need, in the words of the form."""


class TokenForm(forms.Form):
    """A new token: what it is for, role, fewer rights if wished, last day."""

    once = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(
        label=gettext_lazy("What it is for"),
        max_length=100,
        help_text=gettext_lazy("The system that will use it, for example: appointments"),
    )
    role = forms.ChoiceField(label=gettext_lazy("Role"))
    capabilities = forms.MultipleChoiceField(
        label=gettext_lazy("Only these rights"),
        required=False,
        choices=[(right.value, words) for right, words in RIGHTS.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen means all rights of the role"),
    )
    valid_until = DayField(label=gettext_lazy("Last day"))

    def __init__(self, *args: Any, kind: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["role"].choices = [(role, ROLE_NAMES[Role(role)]) for role in roles_for(kind)]  # type: ignore[attr-defined]


def _viewer(request: HttpRequest) -> Viewer:
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    return viewer


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Capability.TOKENS_MANAGE)
def tokens(request: HttpRequest) -> HttpResponse:
    """The organisation's tokens. A POST makes one and shows its text, this once."""
    viewer = _viewer(request)
    organisation = access.own_organisation(viewer)
    form = TokenForm(request.POST or None, kind=organisation.kind, initial={"once": uuid.uuid4()})
    text = ""
    if request.method == "POST" and form.is_valid():
        try:
            text = _make(viewer, form)
        except Refusal as refusal:
            refuse(form, refusal)
    context = {
        "organisation": organisation,
        "form": TokenForm(kind=organisation.kind, initial={"once": uuid.uuid4()}) if text else form,
        "text": text,
        "rows": [(row, ROLE_NAMES[Role(row.role)], _rights(row)) for row in access.own_tokens(viewer)],
    }
    response = render(request, "actors/tokens.html", context, status=422 if form.errors else 200)
    response.headers["Cache-Control"] = "no-store"
    return response


def _make(viewer: Viewer, form: TokenForm) -> str:
    typed = form.cleaned_data
    _row, text = actions.create_token(
        actor=viewer,
        organisation=access.own_organisation(viewer),
        name=typed["name"],
        role=Role(typed["role"]),
        user=User.objects.get(pk=viewer.user_id or 0),
        valid_from=viewer.day,
        valid_until=typed["valid_until"],
        capabilities=[Capability(right) for right in typed["capabilities"]],
        once=typed["once"],
    )
    return text


def _rights(row: ApiToken) -> list[Any]:
    chosen = set(row.capabilities) or {right.value for right in CAPABILITIES[Role(row.role)]}
    return [words for right, words in RIGHTS.items() if right.value in chosen]


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Capability.TOKENS_MANAGE)
def token_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Ends a token at once, after asking: a system stops working, and the text cannot be had back."""
    viewer = _viewer(request)
    found = access.own_token(viewer, pk)
    if request.method == "POST":
        actions.end_token(actor=viewer, token=found, last_day=viewer.day - timedelta(days=1))
        messages.success(request, _("The token %(name)s no longer works.") % {"name": found.name})
        return redirect("actors:tokens")
    return render(request, "actors/token_end.html", {"token": found})
