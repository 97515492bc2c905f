"""Pages on which requests for guidance and service paths of an organisation that is no more are taken over."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients.wording import language
from kotopolku.cooperation.pages_left import taking_over
from kotopolku.law import wording as law_wording
from kotopolku.steering import access_guidance, access_paths
from kotopolku.steering.actions import followed as acts
from kotopolku.steering.models import Guidance


@needs(Capability.SIGNED_IN)
def requests(request: ViewerRequest) -> HttpResponse:
    """Requests that a predecessor made or was to answer."""
    viewer = request.viewer
    left = access_guidance.left_behind(viewer)
    choices = [
        (one.pk, f"{one.subject} ({one.asker.name} → {one.region.name}, {_asked(one)})") for one in left
    ]
    return taking_over(
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
    return taking_over(
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
