"""Pages of bodies that are asked for seldom: taking over one of an authority that is no more; the paper of appointment."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.cooperation import access_bodies as access
from kotopolku.cooperation import body_paper
from kotopolku.cooperation.actions import body_succession
from kotopolku.cooperation.forms import ReasonForm
from kotopolku.cooperation.forms_bodies import OnForm
from kotopolku.cooperation.pages_bodies import day_shown
from kotopolku.cooperation.queries import body_seats
from kotopolku.cooperation.wording_guidelines import said
from kotopolku.placement.forms_places import VersionForm
from kotopolku.placement.pages import saving
from kotopolku.procurement.files import attachment


class TakeOverForm(ReasonForm, VersionForm):
    """Why a body is taken over."""


@needs(Capability.BODY_KEEP)
def take_over(request: ViewerRequest, body_id: int) -> HttpResponse:
    """A body of an authority that the viewer's follows becomes one's own to keep."""
    viewer = request.viewer
    found = access.to_take_over(viewer, body_id)
    back = reverse("cooperation:body", args=[body_id])
    form = TakeOverForm(
        request.POST if request.method == "POST" else None, initial={"version": found.version}
    )
    return saving(
        request,
        form,
        lambda: body_succession.take_over(
            body_id,
            form.cleaned_data["reason"],
            actor=viewer,
            expected_version=form.expected_version,
        ),
        done=_("Your organisation keeps the body now, with its meetings and positions."),
        title=_("Take over the body"),
        lead=_("%(name)s was kept by %(keeper)s. Its area, seats and history stay as they are.")
        % {"name": found.name, "keeper": found.organisation.name},
        button=_("Take over the body"),
        back=back,
    )


@needs(Capability.SIGNED_IN)
@require_GET
def appointment(request: ViewerRequest, term_id: int) -> HttpResponse:
    """The paper of appointment, with the composition of a day; at first of today, moved into the term."""
    viewer = request.viewer
    found = access.term(viewer, term_id)
    form = OnForm(request.GET)
    on = day_shown(found, form.cleaned_data.get("on") if form.is_valid() else None, viewer.day)
    made = body_paper.as_pdf(found, body_seats.composition(viewer, found, on), said(found.body.purpose))
    return attachment(f"body-{found.body_id}-{found.days.lower.isoformat()}.pdf", "pdf", made)
