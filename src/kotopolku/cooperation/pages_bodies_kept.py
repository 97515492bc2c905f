"""Pages of bodies that are asked for seldom: taking over one of an authority that is no more, the paper of appointment,

and mending a last day that was given by mistake.
"""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.cooperation import access_bodies as access
from kotopolku.cooperation import body_paper
from kotopolku.cooperation.actions import body_succession, last_days
from kotopolku.cooperation.forms import ReasonForm
from kotopolku.cooperation.forms_bodies import LastDayForm, OnForm
from kotopolku.cooperation.pages_bodies import day_shown
from kotopolku.cooperation.queries import body_seats
from kotopolku.cooperation.wording_guidelines import said
from kotopolku.placement.forms_places import VersionForm
from kotopolku.placement.pages import saving
from kotopolku.procurement.files import attachment
from kotopolku.writing import day


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


@needs(Capability.BODY_KEEP)
def last_day(request: ViewerRequest, body_id: int) -> HttpResponse:
    """The last day of a body, moved or taken away."""
    viewer = request.viewer
    found = access.own_body(viewer, body_id)
    if found.ended_on is None:
        raise NotVisible
    form = LastDayForm(
        _("Leave empty: the body goes on, and its term and those who sat in it get their days back."),
        request.POST if request.method == "POST" else None,
        initial={"on": found.ended_on, "version": found.version},
    )
    return saving(
        request,
        form,
        lambda: last_days.of_body(
            body_id,
            form.cleaned_data["on"],
            form.cleaned_data["reason"],
            actor=viewer,
            expected_version=form.expected_version,
        ),
        done=_("The last day was corrected."),
        title=_("Correct the last day"),
        lead=_("%(name)s: the last day is now %(day)s.") % {"name": found.name, "day": day(found.ended_on)},
        button=_("Save"),
        back=reverse("cooperation:body", args=[body_id]),
    )


@needs(Capability.BODY_KEEP)
def holder_last_day(request: ViewerRequest, holder_id: int) -> HttpResponse:
    """The last day of somebody on a seat, moved or taken away."""
    viewer = request.viewer
    found = access.own_holder(viewer, holder_id)
    if found.last_day == found.seat.term.last_day:
        raise NotVisible
    form = LastDayForm(
        _("Leave empty: the person sits to the end of the term."),
        request.POST if request.method == "POST" else None,
        initial={"on": found.last_day, "version": found.seat.version},
    )
    return saving(
        request,
        form,
        lambda: last_days.of_holder(
            holder_id,
            form.cleaned_data["on"],
            form.cleaned_data["reason"],
            actor=viewer,
            expected_version=form.expected_version,
        ),
        done=_("The last day was corrected."),
        title=_("Correct the last day"),
        lead=_("%(name)s: the last day is now %(day)s.") % {"name": found.name, "day": day(found.last_day)},
        button=_("Save"),
        back=reverse("cooperation:seat", args=[found.seat_id]),
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
