"""Pages of municipalities' goals: the list, one of them, writing one, moving it, its state, lines that were replaced."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.placement.forms_places import VersionForm
from kotopolku.placement.pages import act, pager, run, saving, show_form
from kotopolku.reference import queries as reference
from kotopolku.steering import access, access_goals, goals_out
from kotopolku.steering import access_municipal as municipal
from kotopolku.steering.actions import goals as acts
from kotopolku.steering.forms_goals import GoalForm, GoalsFilter, GoalStateForm
from kotopolku.steering.goal_picture import picture
from kotopolku.steering.models import MunicipalGoal, MunicipalProgramme, MunicipalState
from kotopolku.steering.queries import goal_figures, goal_lines, goal_people, goals
from kotopolku.steering.queries.measures import amount, regions_on
from kotopolku.steering.queries.programme import indicator_choices

MOST_IN_FILE = 20_000


def _address(goal_id: int) -> str:
    return reverse("steering:goal", args=[goal_id])


def _filters(request: ViewerRequest) -> GoalsFilter:
    viewer = request.viewer
    names = [(one.code, one.name()) for one in reference.municipalities_on(viewer.day)]
    return GoalsFilter(names, regions_on(viewer.day), indicator_choices(), request.GET)


@needs(Capability.SIGNED_IN)
@require_GET
def goal_list(request: ViewerRequest) -> HttpResponse:
    """Goals of every programme that the viewer reads, by place, indicator, state and how they are doing."""
    viewer = request.viewer
    form = _filters(request)
    wanted = form.wanted()
    page = Paginator(goals.goals(viewer, wanted), goals.PAGE_SIZE).get_page(request.GET.get("page"))
    chosen = municipal.programmes(viewer).filter(pk=wanted.programme_id or 0).first()
    context = {
        "filters": form,
        "rows": goals.rows_of(page.object_list, viewer),
        "number": page.paginator.count,
        "page": pager(page),
        "programme": chosen,
        "can_add": chosen is not None and access_goals.may_add(viewer, chosen),
        "can_move": _may_move(request, chosen, wanted),
        "carries": access_goals.carries(viewer),
    }
    return render(request, "steering/municipal_goals.html", context)


def _may_move(
    request: ViewerRequest, programme: MunicipalProgramme | None, wanted: goals.WantedGoals
) -> bool:
    """Only where every goal of the programme stands in the list, and the councils have not seen them."""
    if (
        programme is None
        or access_goals.is_fixed(programme)
        or not access_goals.may_add(request.viewer, programme)
    ):
        return False
    return wanted == goals.WantedGoals(programme_id=programme.pk)


@needs(Capability.SIGNED_IN)
@require_GET
def table(request: ViewerRequest) -> HttpResponse:
    """The same goals as a file."""
    viewer = request.viewer
    found = goals.goals(viewer, _filters(request).wanted())[:MOST_IN_FILE]
    answer = HttpResponse(
        goals_out.as_csv(goals.rows_of(found, viewer)), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = 'attachment; filename="goals.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


@needs(Capability.SIGNED_IN)
@require_GET
def goal(request: ViewerRequest, goal_id: int) -> HttpResponse:
    """One goal: its figures and way, follow-ups, what it carries out and what carries it out."""
    viewer = request.viewer
    found = access_goals.goal(viewer, goal_id)
    detail = goals.detail(viewer, found)
    series = dict(detail.row.figures.whole)
    series |= {one.year: one.value for one in detail.follow_ups if one.value is not None}
    drawn = picture(list(series.items()), goals.aim_of(found))
    writes = access_goals.leads(viewer, found) and found.programme.state != MunicipalState.ENDED
    follows = access_goals.may_follow_up(viewer, found)
    context = {
        "goal": found,
        "detail": detail,
        "row": detail.row,
        "picture": drawn,
        "target_words": f"{amount(found.target)} {found.indicator.unit}",
        "start_words": f"{amount(found.start_value)} {found.indicator.unit}",
        "follow_ups": [(one, goals.track_mark(one.track), amount(one.value)) for one in detail.follow_ups],
        "writes": writes,
        "follows": follows,
        "may_follow_up": follows and found.programme.state in (MunicipalState.APPROVED, MunicipalState.ENDED),
        "replaced": detail.replaced and writes,
    }
    return render(request, "steering/municipal_goal.html", context)


# Writing --------------------------------------------------------------------------------------------------------------


def _form(request: ViewerRequest, of: MunicipalProgramme, kept: MunicipalGoal | None = None) -> GoalForm:
    viewer = request.viewer
    posted = request.POST if request.method == "POST" else None
    codes = goal_figures.programme_codes(of, viewer.day)
    old = (kept.municipality,) if kept and kept.municipality and kept.municipality not in codes else ()
    lines = kept.lines.values_list("pk", flat=True) if kept else []
    measures = kept.measures.values_list("pk", flat=True) if kept else []
    sent = (
        [int(one) for one in posted.getlist("lines") if one.isdecimal() and len(one) < 10] if posted else []
    )
    choices: dict[str, Sequence[tuple[Any, str]]] = {
        "section": goals.section_choices(of),
        "municipality": goals.municipality_choices([*codes, *old]),
        "indicator": indicator_choices(),
        "owner": [
            (one.pk, one.name) for one in goal_people.owners(of, viewer.day, [kept.owner_id] if kept else [])
        ],
        # A line that was sent may have ended since the form was shown: it is told, not lost.
        "lines": goal_lines.line_choices(viewer, [*lines, *sent]),
        "measures": goal_lines.measure_choices(viewer, codes, measures),
    }
    initial: dict[str, Any] = {"owner": str(of.organisation_id), "start_year": viewer.day.year}
    if kept is not None:
        initial = GoalForm.initial_of(kept)
    return GoalForm(of.languages, access_goals.is_fixed(of), choices, posted, initial=initial)


def _take_figure(request: ViewerRequest, form: GoalForm, of: MunicipalProgramme) -> None:
    """Puts the chosen indicator's newest figure in the chosen place into the form as the value at the start."""
    form.errors.clear()
    asked = form.data.get("indicator", "")
    indicator = access.indicators(request.viewer).filter(pk=int(asked) if asked.isdecimal() else 0).first()
    if indicator is None:
        form.add_error(None, _("Choose the indicator first."))
        return
    codes: Sequence[str] = goal_figures.programme_codes(of, request.viewer.day)
    if form.data.get("municipality", "") in codes:
        codes = [form.data["municipality"]]
    found = goal_figures.figures_in(indicator.pk, indicator.unit, codes).newest
    if found is None:
        form.add_error(
            None, _("There is no figure of this indicator in the place. Write the value yourself.")
        )
        return
    year, value = found
    form.take(start_year=year, start_value=_typed(value))


def _typed(value: Any) -> str:
    whole = value == value.to_integral_value()
    return str(int(value)) if whole else str(value.normalize()).replace(".", ",")


def _show(
    request: ViewerRequest, form: GoalForm, of: MunicipalProgramme, title: str, back: str
) -> HttpResponse:
    return show_form(
        request,
        form,
        template="steering/municipal_goal_form.html",
        title=title,
        lead=of.name,
        button=_("Save"),
        back=back,
    )


@needs(Capability.PROGRAMME_KEEP)
def new(request: ViewerRequest, programme_id: int) -> HttpResponse:
    """A goal of a programme that the own municipality leads."""
    viewer = request.viewer
    of = municipal.own_programme(viewer, programme_id)
    form = _form(request, of)
    if form.wants_figure:
        _take_figure(request, form, of)
    elif request.method == "POST":
        made = run(
            form,
            lambda: acts.add(
                programme_id, form.content(), form.why, actor=viewer, token=form.cleaned_data["token"]
            ),
        )
        if made is not None:
            messages.success(request, _("The goal was added."))
            return redirect(_address(made.pk))
    back = f"{reverse('steering:goals')}?programme={of.pk}"
    return _show(request, form, of, _("New goal"), back)


@needs(Capability.PROGRAMME_KEEP)
def edit(request: ViewerRequest, goal_id: int) -> HttpResponse:
    """Changing a goal; two who change it at once are told."""
    viewer = request.viewer
    found = access_goals.own_goal(viewer, goal_id)
    form = _form(request, found.programme, found)
    if form.wants_figure:
        _take_figure(request, form, found.programme)
    elif request.method == "POST":
        saved = run(
            form,
            lambda: acts.change(
                goal_id, form.content(), form.why, actor=viewer, expected_version=form.expected_version
            ),
        )
        if saved is not None:
            messages.success(request, _("The goal was changed."))
            return redirect(_address(goal_id))
    return _show(request, form, found.programme, _("Change the goal"), _address(goal_id))


def _moved(request: ViewerRequest, goal_id: int, steps: int) -> HttpResponse:
    found = access_goals.own_goal(request.viewer, goal_id)
    back = f"{reverse('steering:goals')}?programme={found.programme_id}"
    return act(
        request, lambda: acts.move(goal_id, steps, actor=request.viewer), _("The goal was moved."), back
    )


@needs(Capability.PROGRAMME_KEEP)
@require_POST
def up(request: ViewerRequest, goal_id: int) -> HttpResponse:
    """One place up in its programme."""
    return _moved(request, goal_id, -1)


@needs(Capability.PROGRAMME_KEEP)
@require_POST
def down(request: ViewerRequest, goal_id: int) -> HttpResponse:
    """One place down in its programme."""
    return _moved(request, goal_id, 1)


@needs(Capability.PROGRAMME_KEEP)
def state(request: ViewerRequest, goal_id: int) -> HttpResponse:
    """Reached, given up or taken up again, with the reason."""
    viewer = request.viewer
    found = access_goals.own_goal(viewer, goal_id)
    given = request.POST if request.method == "POST" else None
    form = GoalStateForm(given, initial={"state": found.state, "version": found.version})
    return saving(
        request,
        form,
        lambda: acts.set_state(
            goal_id,
            form.cleaned_data["state"],
            form.cleaned_data["reason"],
            actor=viewer,
            expected_version=form.expected_version,
        ),
        done=_("The state was changed."),
        title=_("Change the state"),
        lead=goals.rows_of([found], viewer)[0].title,
        button=_("Save"),
        back=_address(goal_id),
    )


@needs(Capability.PROGRAMME_KEEP)
@require_POST
def take_lines(request: ViewerRequest, goal_id: int) -> HttpResponse:
    """The lines that came in place of ended ones become the goal's."""
    found = access_goals.own_goal(request.viewer, goal_id)
    number = len(goal_lines.successors(request.viewer, list(found.lines.all())))
    words = ngettext("One line was taken.", "%(number)s lines were taken.", number) % {"number": number}
    form = VersionForm(request.POST)
    seen = form.expected_version if form.is_valid() else 0
    return act(
        request,
        lambda: acts.take_followers(goal_id, actor=request.viewer, expected_version=seen),
        words,
        _address(goal_id),
    )
