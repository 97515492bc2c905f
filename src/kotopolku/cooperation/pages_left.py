"""Pages on which what an organisation that is no more left is taken over: the page of any such thing, and hearings.

Not for: bodies, which are taken over one by one (``pages_bodies_kept.py``).
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.cooperation import access_hearings
from kotopolku.cooperation.actions import successions as acts
from kotopolku.cooperation.forms import ReasonForm
from kotopolku.cooperation.models import HearingState
from kotopolku.placement.pages import saving


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


@needs(Capability.HEARING_KEEP)
def hearings(request: ViewerRequest) -> HttpResponse:
    """Hearings of a predecessor that are not over."""
    viewer = request.viewer
    choices = [
        (one.pk, f"{one.title} ({one.organisation.name}, {HearingState(one.state).label})")
        for one in access_hearings.left_behind(viewer)
    ]
    return taking_over(
        request,
        choices,
        lambda ids, reason: acts.take_over_hearings(ids, reason, actor=viewer),
        title=_("Take over hearings"),
        lead=_(
            "Your organisation goes on with them in the place of one that is no more. "
            "Those asked answer to it, and what they have given stays."
        ),
        done=_("The hearings were taken over."),
        back=f"{reverse('cooperation:hearings')}?box=ours",
    )


def taking_over(
    request: ViewerRequest,
    choices: Sequence[tuple[int, str]],
    act: Callable[[Collection[int], str], object],
    *,
    title: str,
    lead: str,
    done: str,
    back: str,
) -> HttpResponse:
    """Choosing what is taken over, with a reason; back to the list when nothing waits."""
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
