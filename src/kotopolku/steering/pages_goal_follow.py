"""Pages of a goal's yearly follow-up, and of what is tied to it. Not for: the goal itself (``pages_goals.py``)."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.placement.pages import act, saving
from kotopolku.steering import access_goals as access
from kotopolku.steering import carrying
from kotopolku.steering.actions import goal_follow_ups, goal_ties
from kotopolku.steering.forms_goals import FindForm, FollowUpForm, TieForm
from kotopolku.steering.models import MunicipalGoal, TieKind
from kotopolku.steering.queries import goal_figures, goals

MOST_YEARS = 12


def _address(goal_id: int) -> str:
    return reverse("steering:goal", args=[goal_id])


# Yearly follow-up -----------------------------------------------------------------------------------------------------


def _years(goal: MunicipalGoal, this_year: int, known: Sequence[int]) -> list[int]:
    """Years that can be followed up still, the newest first."""
    first = max(goal.start_year, this_year - MOST_YEARS)
    return [year for year in range(this_year, first - 1, -1) if year not in known]


def _asked_year(request: ViewerRequest, years: Sequence[int], missing: Sequence[int]) -> int | None:
    asked = request.GET.get("year", "")
    if asked.isdecimal() and len(asked) == 4 and int(asked) in years:
        return int(asked)
    return missing[-1] if missing else (years[0] if years else None)


@needs(Capability.SIGNED_IN)
def follow_up_new(request: ViewerRequest, goal_id: int) -> HttpResponse:
    """A year's follow-up: figure and track are proposed, a person decides."""
    viewer = request.viewer
    found = access.followed_goal(viewer, goal_id)
    detail = goals.detail(viewer, found)
    years = _years(found, viewer.day.year, [one.year for one in detail.follow_ups])
    if not years:
        messages.info(request, _("Every year has been followed up already."))
        return redirect(_address(goal_id))
    year = _asked_year(request, years, detail.row.missing)
    figure = detail.row.figures.of(year) if year is not None else None
    proposal = goals.proposal_of(found, (), detail.row.figures, viewer.day, year)
    initial: dict[str, Any] = {"year": str(year), "track": proposal.track}
    if figure is not None:
        initial |= {"value": figure, "source": detail.row.figures.source or found.indicator.source}
    given = request.POST if request.method == "POST" else None
    # A year that was sent may have been followed up since: it is told, not lost.
    every = years if given is None else _years(found, viewer.day.year, ())
    form = FollowUpForm(every, found.indicator.unit, given, initial=initial)
    return saving(
        request,
        form,
        lambda: goal_follow_ups.write(
            goal_id, form.content(), actor=viewer, token=form.cleaned_data["token"]
        ),
        done=_("The follow-up was written."),
        template="steering/municipal_goal_follow_up.html",
        title=_("Follow-up of a year"),
        lead=detail.row.title,
        button=_("Save"),
        back=_address(goal_id),
        proposal=goals.track_mark(proposal.track),
        proposal_words=goals.proposal_words(found, proposal),
        counted=detail.row.figures.counted and figure is not None,
        years=[one for one in years if one != year],
    )


@needs(Capability.SIGNED_IN)
def follow_up_edit(request: ViewerRequest, goal_id: int, year: int) -> HttpResponse:
    """Correcting a year's follow-up; two who correct it at once are told."""
    viewer = request.viewer
    found = access.followed_goal(viewer, goal_id)
    kept = access.follow_up(viewer, found, year)
    detail = goals.detail(viewer, found)
    proposal = goals.proposal_of(found, [kept], detail.row.figures, viewer.day, year)
    given = request.POST if request.method == "POST" else None
    form = FollowUpForm([year], found.indicator.unit, given, initial=FollowUpForm.initial_of(kept))
    return saving(
        request,
        form,
        lambda: goal_follow_ups.correct(
            goal_id, form.content(), actor=viewer, expected_version=form.expected_version
        ),
        done=_("The follow-up was corrected."),
        template="steering/municipal_goal_follow_up.html",
        title=_("Correct the follow-up of %(year)s") % {"year": year},
        lead=detail.row.title,
        button=_("Save"),
        back=_address(goal_id),
        proposal=goals.track_mark(proposal.track),
        proposal_words=goals.proposal_words(found, proposal),
    )


# Ties -----------------------------------------------------------------------------------------------------------------


@needs(Capability.SIGNED_IN)
@require_GET
def ties(request: ViewerRequest, goal_id: int) -> HttpResponse:
    """What carries the goal out, and finding more to tie."""
    viewer = request.viewer
    found = access.followed_goal(viewer, goal_id)
    known = carrying.carriers()
    form = FindForm([(one.kind.value, str(one.words)) for one in known], request.GET or None)
    carrier = None
    choices: list[carrying.Choice] = []
    if form.is_bound and form.is_valid():
        carrier = carrying.carrier(form.cleaned_data["kind"])
    if carrier is not None:
        codes = goal_figures.codes_of([found.programme_id], viewer.day)
        where = goal_figures.codes_of_goal(found, codes, viewer.day)
        tied = {str(goals.ref_of(one)) for one in found.ties.filter(kind=carrier.kind)}
        choices = [
            one
            for one in carrier.find(viewer, form.cleaned_data["q"].replace("\0", ""), where)
            if str(one.ref) not in tied
        ]
    context = {
        "goal": found,
        "row": goals.rows_of([found], viewer)[0],
        "carried": goals.carried_by(viewer, found),
        "filters": form,
        "carrier": carrier,
        # Each with a token of its own, so that a repeated sending ties one thing once.
        "choices": [(one, uuid4()) for one in choices],
        "most": carrying.MOST_FOUND,
    }
    return render(request, "steering/municipal_goal_ties.html", context)


@needs(Capability.SIGNED_IN)
@require_POST
def tie_add(request: ViewerRequest, goal_id: int) -> HttpResponse:
    """Ties one thing that was found."""
    viewer = request.viewer
    access.followed_goal(viewer, goal_id)
    back = reverse("steering:goal-ties", args=[goal_id])
    form = TieForm(request.POST)
    kind = form.data.get("kind", "")
    ref = form.data.get("ref", "")
    good = form.is_valid() and kind in TieKind.values
    good = good and (kind == TieKind.MEASURE or (ref.isdecimal() and len(ref) < 18))
    if not good:
        messages.error(request, _("Choose from the list what is tied to the goal."))
        return redirect(back)
    thing = ref if kind == TieKind.MEASURE else int(ref)
    return act(
        request,
        lambda: goal_ties.tie(goal_id, kind, thing, actor=viewer, token=form.cleaned_data["token"]),
        _("It was tied to the goal."),
        f"{back}?kind={kind}",
    )


@needs(Capability.SIGNED_IN)
@require_POST
def tie_remove(request: ViewerRequest, goal_id: int, tie_id: int) -> HttpResponse:
    """Takes a tie away; the thing itself stays."""
    viewer = request.viewer
    kept = access.followed_goal(viewer, goal_id)
    access.tie(viewer, kept, tie_id)
    back = reverse("steering:goal-ties", args=[goal_id])
    done = _("It was untied from the goal.")
    return act(request, lambda: goal_ties.untie(goal_id, tie_id, actor=viewer), done, back)
