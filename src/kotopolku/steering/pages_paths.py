"""Pages of service paths: the list, one path drawn with its waiting, writing it and its steps, putting in use, ending.

Not for: what clients say (``pages_answers.py``, ``pages_say.py``).
"""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.actors.models import Organisation
from kotopolku.placement.forms_places import VersionForm
from kotopolku.placement.pages import act, pager, run, saving, show_form
from kotopolku.steering import access_paths as access
from kotopolku.steering import wording_paths as wording
from kotopolku.steering.actions import paths as acts
from kotopolku.steering.forms_councils import ReasonForm
from kotopolku.steering.forms_paths import PathForm, PathsFilter, PeriodForm, StepForm
from kotopolku.steering.models import PathState, PathStep, ServicePath, TieKind
from kotopolku.steering.path_waits import asked_period, periods
from kotopolku.steering.queries import carries, path_waiting
from kotopolku.steering.queries import paths as queries

METHODS = ["GET", "HEAD", "POST"]


def address(path_id: int) -> str:
    return reverse("steering:path", args=[path_id])


def period_form(request: ViewerRequest) -> PeriodForm:
    """The choice of half years, the chosen one selected."""
    day = request.viewer.day
    chosen = asked_period(request.GET.get("period", ""), day)
    choices = [(one.key, wording.period_words(one)) for one in periods(day)]
    return PeriodForm(choices, initial={"period": chosen.key})


@needs(Capability.SIGNED_IN)
@require_GET
def paths(request: ViewerRequest) -> HttpResponse:
    """The list, by words and state."""
    viewer = request.viewer
    form = PathsFilter(request.GET)
    page = Paginator(queries.paths(viewer, form.wanted()), queries.PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context = {
        "filters": form,
        "rows": queries.rows_of(page.object_list),
        "number": page.paginator.count,
        "page": pager(page),
        "keeps": access.keeps(viewer),
        "left": len(access.left_behind(viewer)) if access.keeps(viewer) else 0,
    }
    return render(request, "steering/paths.html", context)


@needs(Capability.SIGNED_IN)
@require_GET
def path(request: ViewerRequest, path_id: int) -> HttpResponse:
    """The path drawn as steps; to those who may count, how long people wait at each."""
    viewer = request.viewer
    found = access.path(viewer, path_id)
    own = access.keeps(viewer) and found.organisation_id == viewer.organisation_id
    steps = queries.steps(found)
    counts = access.sees_waiting(viewer, found) and any(one.measured for one in steps)
    period = asked_period(request.GET.get("period", ""), viewer.day)
    waiting = path_waiting.waiting(viewer, found, period) if counts else None
    text, text_language = queries.text_of(found)
    context: dict[str, Any] = {
        "path": found,
        "mark": (queries.STATE_MARKS[found.state], queries.state_words(found)),
        "text": text,
        "text_language": text_language,
        "places": queries.municipality_names(found),
        "steps": [wording.drawn(one, waiting) for one in steps],
        "waiting": waiting,
        "most_days": wording.most_days(waiting),
        "periods": period_form(request),
        "period": wording.period_words(period),
        "own": own,
        "over": found.state == PathState.ENDED,
        "is_draft": found.state == PathState.DRAFT,
        "asks": any(one.step.asks for one in steps),
        "carried": carries.of_thing(viewer, TieKind.PATH, found.pk),
        "smallest": path_waiting.limits().smallest,
        "smallest_median": path_waiting.limits().smallest_median,
    }
    return render(request, "steering/path.html", context)


# Writing a path ---------------------------------------------------------------------------------------------------------


def _form(request: ViewerRequest, own: Organisation, kept: ServicePath | None = None) -> PathForm:
    places = queries.area_choices(own, request.viewer.day, kept.municipalities if kept else ())
    initial = PathForm.initial_of(kept) if kept else {}
    return PathForm(places, request.POST if request.method == "POST" else None, initial=initial)


@needs(Capability.PATH_KEEP)
@require_http_methods(METHODS)
def new(request: ViewerRequest) -> HttpResponse:
    """A draft of the own organisation's path."""
    viewer = request.viewer
    form = _form(request, access.require_keeper(viewer))
    return saving(
        request,
        form,
        lambda: acts.draft(form.content(), actor=viewer, token=form.cleaned_data["token"]),
        done=_("The path was added as a draft. Add its steps now."),
        onward=lambda made: address(made.pk),
        title=_("New service path"),
        lead=_("Only your organisation sees a draft. Everybody reads a path in use."),
        button=_("Save"),
        back=reverse("steering:paths"),
    )


@needs(Capability.PATH_KEEP)
@require_http_methods(METHODS)
def edit(request: ViewerRequest, path_id: int) -> HttpResponse:
    """Changing an own path; two who change it at once are told."""
    viewer = request.viewer
    found = access.own_path(viewer, path_id)
    form = _form(request, found.organisation, found)
    return saving(
        request,
        form,
        lambda: acts.change(path_id, form.content(), actor=viewer, expected_version=form.expected_version),
        done=_("The path was changed."),
        title=_("Change the path"),
        lead=found.name,
        button=_("Save"),
        back=address(path_id),
    )


def _version_form(request: ViewerRequest, version: int) -> VersionForm:
    given = request.POST if request.method == "POST" else None
    return VersionForm(given, initial={"version": version})


@needs(Capability.PATH_KEEP)
@require_http_methods(METHODS)
def use(request: ViewerRequest, path_id: int) -> HttpResponse:
    """From draft to use."""
    viewer = request.viewer
    found = access.own_path(viewer, path_id)
    form = _version_form(request, found.version)
    return saving(
        request,
        form,
        lambda: acts.put_in_use(path_id, actor=viewer, expected_version=form.expected_version),
        done=_("The path is in use."),
        title=_("Put the path in use"),
        lead=_("Everybody who is signed in reads it then, and clients are asked about the steps that ask."),
        button=_("Put in use"),
        back=address(path_id),
    )


@needs(Capability.PATH_KEEP)
@require_http_methods(METHODS)
def end(request: ViewerRequest, path_id: int) -> HttpResponse:
    """A path that is not followed any more."""
    viewer = request.viewer
    found = access.own_path(viewer, path_id)
    given = request.POST if request.method == "POST" else None
    form = ReasonForm(given, initial={"version": found.version})
    return saving(
        request,
        form,
        lambda: acts.end(
            path_id, form.cleaned_data["reason"], actor=viewer, expected_version=form.expected_version
        ),
        done=_("The path was ended."),
        title=_("End the path"),
        lead=_("It can be read further, but clients are asked no more and it cannot be changed."),
        button=_("End the path"),
        back=address(path_id),
        danger=True,
    )


@needs(Capability.PATH_KEEP)
@require_http_methods(METHODS)
def remove(request: ViewerRequest, path_id: int) -> HttpResponse:
    """A draft that comes to nothing."""
    viewer = request.viewer
    found = access.own_path(viewer, path_id)
    form = _version_form(request, found.version)

    def done() -> bool:
        acts.remove(path_id, actor=viewer, expected_version=form.expected_version)
        return True

    if request.method == "POST" and run(form, done):
        messages.success(request, _("The draft was removed."))
        return redirect("steering:paths")
    return show_form(
        request,
        form,
        title=_("Remove the draft"),
        lead=found.name,
        button=_("Remove"),
        back=address(path_id),
        danger=True,
    )


# Steps -----------------------------------------------------------------------------------------------------------------


def _step_form(request: ViewerRequest, of: ServicePath, kept: PathStep | None = None) -> StepForm:
    owners = queries.owner_choices(of.organisation, request.viewer.day, kept.owner_id if kept else None)
    facts = queries.fact_choices((kept.begins, kept.ends) if kept else ())
    initial = StepForm.initial_of(kept) if kept else {"owner": str(of.organisation_id)}
    return StepForm(owners, facts, request.POST if request.method == "POST" else None, initial=initial)


def _show_step(request: ViewerRequest, form: StepForm, title: str, of: ServicePath) -> HttpResponse:
    return show_form(
        request,
        form,
        template="steering/path_step_form.html",
        title=title,
        lead=of.name,
        button=_("Save"),
        back=address(of.pk),
    )


@needs(Capability.PATH_KEEP)
@require_http_methods(METHODS)
def step_new(request: ViewerRequest, path_id: int) -> HttpResponse:
    """One more step, the last one."""
    viewer = request.viewer
    found = access.own_path(viewer, path_id)
    form = _step_form(request, found)
    if request.method == "POST":
        made = run(
            form,
            lambda: acts.add_step(path_id, form.content(), actor=viewer, token=form.cleaned_data["token"]),
        )
        if made is not None:
            messages.success(request, _("The step was added as the last one."))
            return redirect(address(path_id))
    return _show_step(request, form, _("New step"), found)


@needs(Capability.PATH_KEEP)
@require_http_methods(METHODS)
def step_edit(request: ViewerRequest, step_id: int) -> HttpResponse:
    """Changing a step; two who change it at once are told."""
    viewer = request.viewer
    found = access.own_step(viewer, step_id)
    form = _step_form(request, found.path, found)
    if request.method == "POST":
        saved = run(
            form,
            lambda: acts.change_step(
                step_id, form.content(), actor=viewer, expected_version=form.expected_version
            ),
        )
        if saved is not None:
            messages.success(request, _("The step was changed."))
            return redirect(address(found.path_id))
    return _show_step(request, form, _("Change the step"), found.path)


@needs(Capability.PATH_KEEP)
@require_POST
def step_up(request: ViewerRequest, step_id: int) -> HttpResponse:
    """A place nearer the beginning."""
    return _move(request, step_id, -1)


@needs(Capability.PATH_KEEP)
@require_POST
def step_down(request: ViewerRequest, step_id: int) -> HttpResponse:
    """A place nearer the end."""
    return _move(request, step_id, 1)


def _move(request: ViewerRequest, step_id: int, by: int) -> HttpResponse:
    viewer = request.viewer
    back = address(access.own_step(viewer, step_id).path_id) + "#steps-title"
    return act(request, lambda: acts.move_step(step_id, by, actor=viewer), _("The order was changed."), back)


@needs(Capability.PATH_KEEP)
@require_http_methods(METHODS)
def step_remove(request: ViewerRequest, step_id: int) -> HttpResponse:
    """A step about which nobody has said anything."""
    viewer = request.viewer
    found = access.own_step(viewer, step_id)
    form = _version_form(request, found.version)
    return saving(
        request,
        form,
        lambda: acts.remove_step(step_id, actor=viewer, expected_version=form.expected_version),
        done=_("The step was removed."),
        title=_("Remove the step"),
        lead=wording.title_of(found),
        button=_("Remove"),
        back=address(found.path_id),
        danger=True,
    )
