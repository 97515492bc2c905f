"""Activities on a client's pages: finding one that is published for plans, and putting it into the client's plan.

The plan is written by ``clients``' own action. Not for: the plan's other content, keeping activities.
"""

from dataclasses import replace
from datetime import date
from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.actors import queries as actors
from kotopolku.actors.models import OrganisationKind
from kotopolku.clients import actions as clients
from kotopolku.clients.models import MeasureKind, PlanStatus
from kotopolku.clients.pages import frame, open_detail, show_refusals
from kotopolku.clients.queries import ClientDetail
from kotopolku.clients.rules import EditClash, GoalContent, MeasureContent, PlanContent, Refusal, Refusals
from kotopolku.information import access_activities as access
from kotopolku.information import recurrence, wording_activities, wording_public
from kotopolku.information.actions.approvals import model_of
from kotopolku.information.activity_rules import tidy_texts
from kotopolku.information.forms_events import NEW_GOAL, PlanForm
from kotopolku.information.models import Event, Service
from kotopolku.information.pages_services import named, reader_language
from kotopolku.information.queries import activities, keeping

LONGEST_TITLE = 300
KINDS = {
    "language": MeasureKind.LANGUAGE,
    "health": MeasureKind.HEALTH,
    "work": MeasureKind.JOB_SEARCH,
    "advice": MeasureKind.GUIDANCE,
}
"""Kind of measure by what the activity is about, unless an association arranges it."""


@needs(Capability.PLAN_WRITE)
@require_GET
def activities_of_client(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    """Activities that could go into the client's plan, those of the client's municipality, by word."""
    viewer = request.viewer
    detail = open_detail(request, relationship_id)
    words = " ".join(request.GET.get("q", "").split())[:80]
    # Where a non-disclosure order hides the municipality, the worker's own area stands for it.
    municipality = detail.contact.municipality if detail.contact is not None else ""
    found = keeping.for_plans(viewer, municipality, words, viewer.day)
    planned = {one.title for goal in (detail.plan.goals if detail.plan else ()) for one in goal.measures}
    context = {
        "title": _("Activities"),
        "q": words,
        "lines": [_line(kind, one, planned) for kind, one in found],
        "can_plan": _open_plan(detail),
    }
    return render(request, "information/activities/client.html", frame(request, detail) | context)


def _open_plan(detail: ClientDetail) -> bool:
    """Whether there is a plan to put anything into."""
    return (
        detail.plan is not None
        and detail.plan.plan.status != PlanStatus.ENDED
        and detail.relationship.ended_on is None
    )


def _line(kind: str, entry: Service | Event, planned: set[str]) -> dict[str, Any]:
    title = title_of(entry)
    return {
        "kind": kind,
        "entry": entry,
        "name": named(entry),
        "where": where(entry),
        "when": _when(entry),
        "organisation": entry.organisation.name,
        "served": [wording_public.language_name(code) for code in entry.languages],
        "planned": title in planned,
    }


def where(entry: Service | Event) -> str:
    """The place in words: venues of a service, venue or note of an event."""
    language = reader_language()
    if isinstance(entry, Event):
        return str(activities.place_words(entry, language) or (_("online") if entry.online else ""))
    names = [
        ", ".join(
            part for part in (str(activities.said(one.venue.names, language) or ""), one.venue.city) if part
        )
        for one in entry.points.all()
    ]
    return "; ".join(names[:2])


def _when(entry: Service | Event) -> str:
    if not isinstance(entry, Event):
        return ""
    first = (
        f"{wording_activities.short_day(entry.starts)} {wording_activities.span(entry.starts, entry.ends)}"
    )
    rule = wording_activities.rule(entry.rule, entry.starts)
    return f"{rule}, {wording_activities.span(entry.starts, entry.ends)}" if rule else first


def title_of(entry: Service | Event) -> str:
    """What the plan calls it: name and place."""
    return ", ".join(part for part in (named(entry), where(entry)) if part)[:LONGEST_TITLE]


@needs(Capability.PLAN_WRITE)
def into_plan(request: ViewerRequest, relationship_id: int, kind: str, entry_id: int) -> HttpResponse:
    """Puts one activity into the client's plan as a measure under a goal."""
    viewer = request.viewer
    detail = open_detail(request, relationship_id)
    entry = _entry(request, kind, entry_id)
    back = reverse("information:client-activities", args=[relationship_id])
    if not _open_plan(detail) or detail.plan is None:
        messages.error(request, _("The client has no plan that could be changed. Start one first."))
        return redirect(back)
    content = detail.plan.content
    goals = [(str(number), goal.title) for number, goal in enumerate(content.goals)]
    starts, ends = _days(entry)
    initial = {"version": detail.plan.plan.version, "starts_on": starts, "ends_on": ends}
    form = PlanForm(goals, request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        measure = _measure(entry, typed["starts_on"], typed["ends_on"], viewer.day)
        try:
            clients.save_plan(
                relationship_id,
                _with_measure(content, typed["goal"], typed["new_goal"], measure),
                actor=viewer,
                expected_version=typed["version"] or 0,
                note=measure.title,
            )
        except Refusals as refusals:
            show_refusals(form, _as_typed(refusals), {})
        except EditClash as clash:
            form.add_error(
                None, _("Somebody else has changed the plan meanwhile. Look at it, then try again.")
            )
            typed_again = cast(QueryDict, form.data).copy()
            typed_again["version"] = str(clash.version)
            form.data = typed_again
        else:
            messages.success(request, _("“%(title)s” is in the plan now.") % {"title": measure.title})
            return redirect("clients:client", relationship_id)
    context = {
        "title": _("Into the plan"),
        "form": form,
        "line": _line(kind, entry, set()),
        "back": back,
    }
    return render(
        request,
        "information/activities/client_plan.html",
        frame(request, detail) | context,
        status=422 if form.errors else 200,
    )


def _as_typed(refusals: Refusals) -> Refusals:
    """Refusals about days of the new measure stand at this form's own fields."""
    found = []
    for one in refusals.refusals:
        field = one.field.rsplit("-", 1)[-1] if one.field.startswith("goals-") else one.field
        found.append(Refusal("new_goal" if field == "title" else field, one.code, one.message, one.params))
    return Refusals(found)


def _entry(request: ViewerRequest, kind: str, entry_id: int) -> Service | Event:
    model = model_of(kind)
    rows = access.for_plans(request.viewer, model).select_related("organisation").filter(pk=entry_id)
    found = rows.first()
    if found is None:
        raise NotVisible
    return keeping.with_points(found) if isinstance(found, Service) else found


def _days(entry: Service | Event) -> tuple[date | None, date | None]:
    """The days that the form begins with: of an event its next and last date, of a service none."""
    if not isinstance(entry, Event):
        return None, None
    pattern = keeping.pattern(entry, list(entry.exceptions.all()))
    today = clock.today()
    coming = recurrence.times(pattern, today, date(today.year + 1, 12, 31))
    coming = [one for one in coming if not one.cancelled]
    starts = coming[0].starts.astimezone(clock.HELSINKI).date() if coming else None
    return starts, recurrence.last_day(pattern, date(today.year + 3, 12, 31))


def _measure(
    entry: Service | Event, starts_on: date | None, ends_on: date | None, day: date
) -> MeasureContent:
    provider = entry.organisation_id in {one.pk for one in actors.providers_on(day)}
    return MeasureContent(
        kind=_kind(entry),
        title=title_of(entry),
        responsible=entry.organisation.name[:200],
        starts_on=starts_on,
        ends_on=ends_on,
        provider_id=entry.organisation_id if provider else None,
    )


def _kind(entry: Service | Event) -> str:
    if entry.organisation.kind == OrganisationKind.ASSOCIATION:
        return MeasureKind.ASSOCIATION
    return next((kind.value for topic, kind in KINDS.items() if topic in entry.topics), MeasureKind.OTHER)


def _with_measure(content: PlanContent, goal: str, new_goal: str, measure: MeasureContent) -> PlanContent:
    """The plan with the measure under a goal, or under a new one."""
    if goal == NEW_GOAL:
        title = tidy_texts({"": new_goal}).get("", "")
        return replace(content, goals=(*content.goals, GoalContent(title=title, measures=(measure,))))
    number = int(goal)
    goals = tuple(
        replace(one, measures=(*one.measures, measure)) if place == number else one
        for place, one in enumerate(content.goals)
    )
    return replace(content, goals=goals)
