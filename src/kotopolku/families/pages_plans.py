"""Pages of a family's plan under the Act of 2010, and of what is judged of a returning client's earlier plans.

Not for: a person's own plan (``clients``).
"""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from kotopolku import law
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients.pages import attempt, head, open_case, show_form
from kotopolku.clients.queries import refusal_text
from kotopolku.clients.wording import language
from kotopolku.families import access, actions, queries
from kotopolku.families.actions import FamilyGoalContent
from kotopolku.families.actions.plans import not_any_more
from kotopolku.families.forms import (
    GOALS,
    EarlierForm,
    EndFamilyPlanForm,
    FamilyPlanForm,
    FamilyReviewForm,
)
from kotopolku.families.pages import to_family


@needs(Capability.PLAN_WRITE)
def make(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    """Records a family's plan; from the day on which no Act knows it, only those made before can be recorded."""
    case = open_case(request, relationship_id)
    known = law.family_plan(request.viewer.day) is not None
    form = FamilyPlanForm(request.POST or None, initial={"made_on": request.viewer.day} if known else {})
    if request.method == "POST":

        def record() -> object:
            typed = form.cleaned_data
            goals = [
                FamilyGoalContent(typed[f"goal_{number}"], typed[f"measures_{number}"])
                for number in range(1, GOALS + 1)
            ]
            return actions.make_family_plan(
                relationship_id,
                typed["made_on"],
                typed["need"],
                goals,
                makers=typed["makers"],
                actor=request.viewer,
                token=typed["token"],
            )

        if attempt(form, record, {"goals": "goal_1"}) is not None:
            return to_family(request, case, _("The family's plan was recorded."))
    return show_form(
        request,
        case,
        form,
        title=_("Family's integration plan"),
        button=_("Record the plan"),
        template="families/form.html",
        lead="" if known else refusal_text(not_any_more("made_on")),
    )


@needs(Capability.PLAN_WRITE)
def review(request: ViewerRequest, relationship_id: int, plan_id: int) -> HttpResponse:
    case = open_case(request, relationship_id)
    access.family_plan(request.viewer, case, plan_id)
    form = FamilyReviewForm(request.POST or None, initial={"held_on": request.viewer.day})
    if request.method == "POST":
        held = attempt(
            form,
            lambda: actions.review_family_plan(
                relationship_id,
                plan_id,
                form.cleaned_data["held_on"],
                form.cleaned_data["text"],
                actor=request.viewer,
                token=form.cleaned_data["token"],
            ),
        )
        if held is not None:
            return to_family(request, case, _("The review was saved."))
    return show_form(
        request,
        case,
        form,
        title=_("Review of the family's plan"),
        button=_("Save the review"),
        template="families/form.html",
    )


@needs(Capability.PLAN_WRITE)
def end(request: ViewerRequest, relationship_id: int, plan_id: int) -> HttpResponse:
    case = open_case(request, relationship_id)
    access.family_plan(request.viewer, case, plan_id)
    form = EndFamilyPlanForm(request.POST or None, initial={"on": request.viewer.day})
    if request.method == "POST":
        ended = attempt(
            form,
            lambda: actions.end_family_plan(
                relationship_id,
                plan_id,
                form.cleaned_data["on"],
                note=form.cleaned_data["note"],
                actor=request.viewer,
            ),
        )
        if ended is not None:
            return to_family(request, case, _("The family's plan was ended."))
    return show_form(
        request,
        case,
        form,
        title=_("End the family's plan"),
        button=_("End the plan"),
        danger=True,
        template="families/form.html",
        lead=_("The plan and its reviews can still be read. The members' own plans go on."),
    )


@needs(Capability.PLAN_WRITE)
def earlier(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    """Earlier client relationships and their plans' days; whether their longest time goes on, and why."""
    case = open_case(request, relationship_id)
    found, judged = queries.earlier(request.viewer, case)
    initial = {"counts": "yes" if judged.counts else "no", "reason": judged.reason} if judged else {}
    form = EarlierForm(request.POST or None, initial=initial)
    if request.method == "POST":
        done = attempt(
            form,
            lambda: actions.judge_earlier(
                relationship_id,
                form.cleaned_data["counts"] == "yes",
                form.cleaned_data["reason"],
                actor=request.viewer,
            ),
        )
        if done is not None:
            return to_family(request, case, _("Saved. The last days of plans were counted again."))
    line = law.special_case("returning", request.viewer.day)
    context = {
        "title": _("Earlier plans"),
        "form": form,
        "found": found,
        "judged": judged,
        "has_plans": any(one.plans for one in found),
        "line": line.texts[language()],
        "citation": line.citation(language()),
    }
    return render(
        request, "families/earlier.html", head(request, case) | context, status=422 if form.errors else 200
    )
