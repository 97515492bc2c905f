"""Pages on which requests for guidance and service paths of an organisation that is no more are taken over."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients.wording import language
from kotopolku.cooperation.forms import ReasonForm
from kotopolku.law import wording as law_wording
from kotopolku.placement.pages import saving
from kotopolku.steering import access_guidance, access_paths
from kotopolku.steering.actions import followed as acts
from kotopolku.steering.models import Guidance


class TakeOverForm(ReasonForm):
    """What is taken over, and why; at first everything is chosen."""

    chosen = forms.TypedMultipleChoiceField(
        label=gettext_lazy("What is taken over"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Choose at least one."),
            "invalid_choice": gettext_lazy(acts.GONE),
        },
    )
    field_order = ("chosen", "reason")

    def __init__(self, choices: Sequence[tuple[int, str]], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        fields: Any = self.fields
        fields["chosen"].choices = choices
        fields["chosen"].initial = [pk for pk, _words in choices]


@needs(Capability.SIGNED_IN)
def requests(request: ViewerRequest) -> HttpResponse:
    """Requests that a predecessor made or was to answer."""
    viewer = request.viewer
    left = access_guidance.left_behind(viewer)
    choices = [
        (one.pk, f"{one.subject} ({one.asker.name} → {one.region.name}, {_asked(one)})") for one in left
    ]
    return _page(
        request,
        choices,
        lambda ids, reason: acts.take_over_requests(ids, reason, actor=viewer),
        title=_("Take over requests for guidance"),
        lead=_(
            "Your organisation goes on with them in the place of one that is no more. What was written stays."
        ),
        done=_("The requests were taken over."),
        back=reverse("steering:guidance"),
    )


@needs(Capability.PATH_KEEP)
def paths(request: ViewerRequest) -> HttpResponse:
    """Service paths that a predecessor kept."""
    viewer = request.viewer
    choices = [(one.pk, f"{one.name} ({one.organisation.name})") for one in access_paths.left_behind(viewer)]
    return _page(
        request,
        choices,
        lambda ids, reason: acts.take_over_paths(ids, reason, actor=viewer),
        title=_("Take over service paths"),
        lead=_(
            "Your organisation keeps them from now on, with what clients have said. Addresses stay the same."
        ),
        done=_("The paths were taken over."),
        back=reverse("steering:paths"),
    )


def _asked(one: Guidance) -> str:
    return law_wording.day_text(one.asked_at.astimezone(clock.HELSINKI).date(), language())


def _page(
    request: ViewerRequest,
    choices: Sequence[tuple[int, str]],
    act: Callable[[Collection[int], str], object],
    *,
    title: str,
    lead: str,
    done: str,
    back: str,
) -> HttpResponse:
    if not choices:
        messages.info(request, _("Nothing waits to be taken over."))
        return redirect(back)
    form = TakeOverForm(choices, request.POST if request.method == "POST" else None)
    return saving(
        request,
        form,
        lambda: act(form.cleaned_data["chosen"], form.cleaned_data["reason"]),
        done=done,
        title=title,
        lead=lead,
        button=_("Take over"),
        back=back,
    )
