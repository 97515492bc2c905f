"""Pages of one client's measures: how they go, hours by month, levels, results, absence looked into, follow-ups.

Not for: the provider's own pages (``pages_provider.py``), lists of a team (``pages_team.py``).
"""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kotopolku import law
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients import actions as clients
from kotopolku.clients.access import Case
from kotopolku.clients.forms_plan import ReasonForm, own_text, provider_choices
from kotopolku.clients.models import Measure, MeasureState, PlanStatus
from kotopolku.clients.pages import Words, attempt, head, open_case, show_form
from kotopolku.clients.rules import EditClash
from kotopolku.progress import actions, queries, sources
from kotopolku.progress.actions.results import ResultContent
from kotopolku.progress.extensions import measures_panels
from kotopolku.progress.forms import (
    AttendanceForm,
    DecisionForm,
    FollowUpForm,
    HearingForm,
    LevelsForm,
    MeasureForm,
    ResultForm,
)
from kotopolku.progress.models import Skill, Tongue
from kotopolku.progress.rules import first_of, months_back

STATE_MARKS = {
    MeasureState.PLANNED: "plan",
    MeasureState.UNDER_WAY: "now",
    MeasureState.DONE: "ok",
    MeasureState.DROPPED: "plan",
}


@needs(Capability.CLIENT_VIEW)
@require_GET
def measures(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    """Everything followed of one client."""
    case = open_case(request, relationship_id)
    view = queries.progress_of(request.viewer, relationship_id)
    plan_open = view.plan is not None and view.plan.status != PlanStatus.ENDED
    ended = case.relationship.ended_on is not None or (view.plan is not None and not plan_open)
    context = {
        "title": _("Measures"),
        "view": view,
        "measures": [(one, STATE_MARKS[MeasureState(one.measure.state)]) for one in view.measures],
        "latest": [_level(one) for one in view.latest],
        "regressed": [
            {"skill": Skill(one.skill).label, "before": one.before, "now": one.now} for one in view.regressed
        ],
        "goal": sources.goal(),
        "processes": [(one, _rule_text(one)) for one in view.processes],
        "can_plan": request.viewer.may(Capability.PLAN_WRITE),
        "can_edit": request.viewer.may(Capability.CLIENT_EDIT),
        "can_follow": request.viewer.may(Capability.PLAN_WRITE)
        and plan_open
        and case.relationship.ended_on is None,
        "asks_result": ended and view.result is None,
        "panels": measures_panels(
            request.viewer,
            frozenset(one.measure.kind for one in view.measures if one.measure.state != MeasureState.DROPPED),
        ),
    }
    return render(request, "progress/measures.html", head(request, case) | context)


def _level(point: Any) -> dict[str, Any]:
    return {
        "language": Tongue(point.language).label,
        "skill": Skill(point.skill).label,
        "level": sources.levels()[point.level].words if point.level in sources.levels() else point.level,
        "on": point.on,
        "reached": point.rank >= sources.goal().rank,
    }


def _rule_text(process: Any) -> dict[str, str]:
    """What the law says of such an absence, and where."""
    rule = law.rule("T1", act=process.act)
    return {"text": own_text(rule.texts), "source": f"{process.act} § {process.section}", "id": rule.id}


def _done(request: ViewerRequest, relationship_id: int, words: Words) -> HttpResponse:
    messages.success(request, str(words))
    return redirect("progress:measures", relationship_id)


def _measure(request: ViewerRequest, relationship_id: int, measure_id: int) -> tuple[Case, Measure]:
    case = open_case(request, relationship_id)
    found = queries.measure_of(request.viewer, relationship_id, measure_id)
    if found is None:
        raise NotVisible
    return case, found


@needs(Capability.PLAN_WRITE)
def measure(request: ViewerRequest, relationship_id: int, measure_id: int) -> HttpResponse:
    """State, days, hours and outcome of one measure, without writing the plan again."""
    case, found = _measure(request, relationship_id, measure_id)
    initial = {name: getattr(found, name) for name in MeasureForm.base_fields if hasattr(found, name)}
    initial["version"] = found.plan.version
    form = MeasureForm(
        request.POST or None, providers=provider_choices(), current=found.provider, initial=initial
    )
    if request.method == "POST":
        try:
            saved = attempt(
                form,
                lambda: clients.record_measure_progress(
                    relationship_id,
                    measure_id,
                    form.progress(),
                    actor=request.viewer,
                    expected_version=form.cleaned_data["version"],
                ),
            )
        except EditClash as clash:
            return _clashed(request, case, form, clash, _title(found))
        if saved is not None:
            return _done(request, relationship_id, _("The measure was saved."))
    return _form(request, case, form, title=_title(found), button=_("Save the measure"))


def _title(found: Measure) -> str:
    return _("Measure: %(title)s") % {"title": found.title}


def _clashed(request: ViewerRequest, case: Case, form: Any, clash: EditClash, title: str) -> HttpResponse:
    """Somebody saved in between: what was typed stays, and the next sending takes the newest as known."""
    form.data = form.data.copy()
    form.data["version"] = clash.version
    text = _("%(who)s has saved in between. Look at it on the page, then save this again if it still holds.")
    messages.warning(request, text % {"who": clash.who or _("Somebody")})
    context = {"form": form, "title": title, "button": _("Save all the same"), "back": _back(case)}
    return render(request, "progress/form.html", head(request, case) | context, status=409)


def _back(case: Case) -> int:
    return case.relationship.pk


def _form(request: ViewerRequest, case: Case, form: Any, **context: Any) -> HttpResponse:
    return show_form(request, case, form, template="progress/form.html", **context)


@needs(Capability.PLAN_WRITE)
def attendance(request: ViewerRequest, relationship_id: int, measure_id: int) -> HttpResponse:
    """Hours of one month, recorded by the own worker; a month that is there is corrected."""
    case, found = _measure(request, relationship_id, measure_id)
    month = months_back(first_of(request.viewer.day), 2)[-1]
    stored = queries.attendance_month(measure_id, month)
    names = (*AttendanceForm.base_fields,)
    initial = {name: getattr(stored, name) for name in names if hasattr(stored, name)} if stored else {}
    form = AttendanceForm(request.POST or None, initial=initial | {"month": month})
    if request.method == "POST":
        saved = attempt(
            form,
            lambda: actions.record_attendance(
                relationship_id,
                form.row(measure_id, form.cleaned_data["month"]),
                actor=request.viewer,
                token=form.cleaned_data["token"],
            ),
        )
        if saved is not None:
            words = _("The month was saved.")
            if saved.to_hear:
                words = _(
                    "The month was saved. The client was away too long: hear the client first, then decide."
                )
            return _done(request, relationship_id, words)
    return _form(
        request,
        case,
        form,
        title=_("Attendance: %(title)s") % {"title": found.title},
        button=_("Save the month"),
        lead=_("Planned hours that are neither attended nor absent without leave were absence with leave."),
    )


@needs(Capability.CLIENT_EDIT)
def levels(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    """Language level by skill, as tested or estimated on a day."""
    case = open_case(request, relationship_id)
    form = LevelsForm(request.POST or None, initial={"assessed_on": request.viewer.day})
    if request.method == "POST":
        saved = attempt(
            form,
            lambda: actions.record_levels(
                relationship_id,
                form.levels(),
                language=form.cleaned_data["language"],
                basis=form.cleaned_data["basis"],
                source=form.cleaned_data["source"],
                assessed_on=form.cleaned_data["assessed_on"],
                actor=request.viewer,
                token=form.cleaned_data["token"],
            ),
        )
        if saved is not None:
            return _done(request, relationship_id, _("The level was saved."))
    return _form(
        request,
        case,
        form,
        title=_("Language level"),
        button=_("Save the level"),
        lead=_("Each skill by itself. What was found before stays in the history."),
    )


@needs(Capability.CLIENT_EDIT)
def cancel_level(request: ViewerRequest, relationship_id: int, level_id: int) -> HttpResponse:
    """Takes away a level recorded by mistake, with a reason."""
    case = open_case(request, relationship_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST":
        done = attempt(
            form,
            lambda: actions.cancel_level(
                relationship_id, level_id, reason=form.cleaned_data["reason"], actor=request.viewer
            ),
        )
        if done is not None:
            return _done(request, relationship_id, _("The level was cancelled. It stays in the history."))
    return _form(request, case, form, title=_("Cancel a level"), button=_("Cancel the level"))


@needs(Capability.CLIENT_EDIT)
def result(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    """What the plan and the client relationship led to."""
    case = open_case(request, relationship_id)
    stored = queries.progress_of(request.viewer, relationship_id).result
    names = ("on", "employment", "study", "other", "version")
    initial: dict[str, Any] = {"on": case.relationship.ended_on or request.viewer.day, "version": 0}
    if stored is not None:
        initial = {name: getattr(stored, name) for name in names}
    form = ResultForm(request.POST or None, initial=initial)
    if request.method == "POST":
        try:
            saved = attempt(
                form,
                lambda: actions.record_result(
                    relationship_id,
                    ResultContent(
                        **{name: form.cleaned_data[name] for name in ResultContent.__dataclass_fields__}
                    ),
                    actor=request.viewer,
                    expected_version=form.cleaned_data["version"],
                ),
            )
        except EditClash as clash:
            return _clashed(request, case, form, clash, _("Results"))
        if saved is not None:
            return _done(request, relationship_id, _("The results were saved."))
    return _form(
        request,
        case,
        form,
        title=_("Results"),
        button=_("Save the results"),
        lead=_("Language levels are recorded apart, skill by skill."),
    )


@needs(Capability.PLAN_WRITE)
def hearing(request: ViewerRequest, relationship_id: int, process_id: int) -> HttpResponse:
    """What the client says of the absence."""
    case = open_case(request, relationship_id)
    form = HearingForm(request.POST or None, initial={"heard_on": request.viewer.day})
    if request.method == "POST":
        done = attempt(
            form,
            lambda: actions.hear_client(
                relationship_id, process_id, **form.cleaned_data, actor=request.viewer
            ),
        )
        if done is not None:
            return _done(request, relationship_id, _("The hearing was saved. Decide next."))
    return _form(
        request,
        case,
        form,
        title=_("Hear the client"),
        button=_("Save the hearing"),
        lead=_("The client is heard before anything is decided of the absence."),
    )


@needs(Capability.PLAN_WRITE)
def decision(request: ViewerRequest, relationship_id: int, process_id: int) -> HttpResponse:
    """Whether the training goes on."""
    case = open_case(request, relationship_id)
    form = DecisionForm(request.POST or None)
    if request.method == "POST":
        done = attempt(
            form,
            lambda: actions.decide_absence(
                relationship_id, process_id, **form.cleaned_data, actor=request.viewer
            ),
        )
        if done is not None:
            return _done(
                request,
                relationship_id,
                _("The decision was saved. If the training stops, interrupt it on the tab Training."),
            )
    return _form(
        request,
        case,
        form,
        title=_("Decide on the absence"),
        button=_("Decide"),
        lead=_(
            "A person decides and says why. The decision cannot be changed afterwards; it is written in the journal."
        ),
    )


@needs(Capability.CLIENT_EDIT)
def follow_up(request: ViewerRequest, relationship_id: int, follow_up_id: int) -> HttpResponse:
    """What the former client is doing."""
    case = open_case(request, relationship_id)
    rows = queries.progress_of(request.viewer, relationship_id).follow_ups
    found = next((row for row in rows if row.pk == follow_up_id), None)
    if found is None:
        raise NotVisible
    initial = {"situation": found.situation, "source": found.source, "note": found.note}
    form = FollowUpForm(request.POST or None, initial=initial)
    if request.method == "POST":
        done = attempt(
            form,
            lambda: actions.answer_follow_up(
                relationship_id, follow_up_id, **form.cleaned_data, actor=request.viewer
            ),
        )
        if done is not None:
            return _done(request, relationship_id, _("The answer was saved."))
    return _form(
        request,
        case,
        form,
        title=_("What happened later"),
        button=_("Save the answer"),
        lead=_("Ask only what the form asks. Choose “not known” if nobody knows: that is an answer too."),
    )
