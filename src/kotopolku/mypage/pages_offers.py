"""The client's own courses: a place that is offered and the answer to it, courses that could suit, and a wish for one.

Not for: the plan's courses and activities (``pages.py``), studies that have begun (``pages_studies.py``).
"""

from datetime import date

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients.access import Case
from kotopolku.clients.forms import text_area
from kotopolku.clients.rules import Refusals
from kotopolku.mypage import access, wording, wording_courses
from kotopolku.mypage import queries as own
from kotopolku.mypage.pages import show
from kotopolku.training import access as training
from kotopolku.training import actions
from kotopolku.training.actions.wishes import MOST_WORDS
from kotopolku.training.models import Enrolment, EnrolmentState
from kotopolku.training.queries import courses as queries

MOST_SHOWN = 12


class WishForm(forms.Form):
    """A wish for a course, with words or without."""

    words = forms.CharField(
        label=gettext_lazy("What would you like to tell your worker?"),
        required=False,
        max_length=MOST_WORDS,
        widget=text_area(3),
        help_text=gettext_lazy("You can leave this empty. You can write in your own language."),
    )


def _case(request: ViewerRequest) -> Case | None:
    """The open case as the training room asks for it; None when nobody answers for the client any more."""
    found = access.own_case(request.viewer)
    responsibility = own.answering(request.viewer, found)
    if responsibility is None or found.relationship.ended_on is not None:
        return None
    return Case(found.relationship, responsibility)


def _wanted(request: ViewerRequest) -> queries.Wanted:
    return queries.Wanted(remote="remote" in request.GET, child_care="child_care" in request.GET)


def _can_answer(row: Enrolment, day: date) -> bool:
    return row.state == EnrolmentState.OFFERED and row.answer_by is not None and row.answer_by >= day


@needs(Capability.OWN_PATH)
@require_GET
def offers(request: ViewerRequest) -> HttpResponse:
    """Places offered first, then the client's own courses and wishes, then courses that could suit."""
    viewer, case, wanted = request.viewer, _case(request), _wanted(request)
    rows = queries.own_places(viewer)
    found = queries.suggestions(viewer, case, most=MOST_SHOWN, wanted=wanted) if case is not None else []
    context = {
        "offered": [
            {"row": row} | wording_courses.facts(row.course) for row in rows if _can_answer(row, viewer.day)
        ],
        "others": [(row, wording_courses.state(row)) for row in rows if not _can_answer(row, viewer.day)],
        "wishes": queries.own_wishes(viewer),
        "can_wish": case is not None,
        "wanted": wanted,
        "suggestions": [
            wording_courses.facts(one.line.course) | {"reasons": wording_courses.reasons(one.why)}
            for one in found
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
        _refused(request, refusals)
    else:
        messages.success(
            request, _("You have taken the place.") if accepts else _("You have said no to the place.")
        )
    return redirect("mypage:training")


@needs(Capability.OWN_PATH)
@require_http_methods(["GET", "HEAD", "POST"])
def wish(request: ViewerRequest, course_id: int) -> HttpResponse:
    """One course with all that a client asks of it, and the wish."""
    access.own_case(request.viewer)
    course = training.course(request.viewer, course_id)
    form = WishForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.wish_course(course_id, form.cleaned_data["words"], actor=request.viewer)
        except Refusals as refusals:
            _refused(request, refusals)
        else:
            messages.success(request, _("Your worker has got your wish, and answers you here."))
        return redirect("mypage:training")
    [line] = queries.lines(request.viewer, [course])
    case = _case(request)
    context = wording_courses.facts(course) | {
        "form": form,
        "reasons": wording_courses.reasons(queries.reasons_for(case, line)) if case else [],
    }
    return show(request, "mypage/wish.html", context, status=422 if form.errors else 200)


@needs(Capability.OWN_PATH)
@require_POST
def take_back(request: ViewerRequest, enrolment_id: int) -> HttpResponse:
    try:
        actions.take_back_wish(enrolment_id, actor=request.viewer)
    except Refusals as refusals:
        _refused(request, refusals)
    else:
        messages.success(request, _("You have taken back your wish."))
    return redirect("mypage:training")


def _refused(request: ViewerRequest, refusals: Refusals) -> None:
    for refusal in refusals.refusals:
        messages.error(request, wording.refusal_text(refusal))
