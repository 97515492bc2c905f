"""The client's own courses: a place that is offered, and saying yes or no to it.

Not for: the plan's courses and activities (``pages.py``).
"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients.rules import Refusals
from kotopolku.mypage import access, wording
from kotopolku.mypage.pages import show
from kotopolku.training import actions
from kotopolku.training.models import EnrolmentState
from kotopolku.training.queries import courses as queries
from kotopolku.training.wording import place_name

STATES = {
    EnrolmentState.QUEUED: gettext_lazy("You are in the queue."),
    EnrolmentState.ACCEPTED: gettext_lazy("You have a place."),
    EnrolmentState.STARTED: gettext_lazy("You are studying in this course."),
    EnrolmentState.DECLINED: gettext_lazy("You said no to the place."),
    EnrolmentState.EXPIRED: gettext_lazy("The time to answer has passed."),
    EnrolmentState.ENDED: gettext_lazy("You have completed the course."),
    EnrolmentState.INTERRUPTED: gettext_lazy("Your studies in this course stopped early."),
}


@needs(Capability.OWN_PATH)
@require_GET
def offers(request: ViewerRequest) -> HttpResponse:
    """Places offered first, then the courses that the client has a place in or has been to."""
    access.own_person_id(request.viewer)
    rows = [(row, place_name(row.course)) for row in queries.own_places(request.viewer)]
    context = {
        "offered": [pair for pair in rows if pair[0].state == EnrolmentState.OFFERED],
        "others": [
            (row, STATES.get(EnrolmentState(row.state), "")) for row, _place in rows if row.state in STATES
        ],
    }
    return show(request, "mypage/offers.html", context)


@needs(Capability.OWN_PATH)
@require_POST
def answer(request: ViewerRequest, enrolment_id: int) -> HttpResponse:
    """The client takes the place or says no."""
    accepts = request.POST.get("answer") == "yes"
    try:
        actions.answer_offer(
            enrolment_id, accepts, actor=request.viewer, reason=request.POST.get("reason", "")[:1000]
        )
    except Refusals as refusals:
        for refusal in refusals.refusals:
            messages.error(request, wording.refusal_text(refusal))
    else:
        messages.success(
            request, _("You have taken the place.") if accepts else _("You have said no to the place.")
        )
    return redirect("mypage:training")
