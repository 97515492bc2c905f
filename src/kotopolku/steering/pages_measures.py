"""Pages of regional measures: the list, one of them, writing one, its state and evidence, taking over; coverage."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.actors import queries as actors
from kotopolku.actors.models import Contact, Organisation
from kotopolku.placement.pages import pager, run, saving, show_form
from kotopolku.steering import access_measures as access
from kotopolku.steering.actions import measures as acts
from kotopolku.steering.forms_councils import ReasonForm
from kotopolku.steering.forms_measures import (
    CoverageFilter,
    EvidenceForm,
    MeasureForm,
    MeasuresFilter,
    StateForm,
)
from kotopolku.steering.measure_rules import OVER
from kotopolku.steering.models import RegionalMeasure
from kotopolku.steering.queries import carries
from kotopolku.steering.queries import coverage as coverage_queries
from kotopolku.steering.queries import measures as queries


def _address(measure_id: int) -> str:
    return reverse("steering:measure", args=[measure_id])


@needs(Capability.SIGNED_IN)
@require_GET
def measures(request: ViewerRequest) -> HttpResponse:
    """The list, by words, region, line, state and year."""
    viewer = request.viewer
    asked = request.GET.get("line", "")
    # A line that has ended is no choice for a new measure, but what was done for it is still found.
    kept = [int(asked)] if asked.isdecimal() and len(asked) < 10 else []
    form = MeasuresFilter(queries.regions_on(viewer.day), queries.line_choices(viewer, kept), request.GET)
    page = Paginator(queries.measures(viewer, form.wanted()), queries.PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context = {
        "filters": form,
        "rows": queries.rows_of(page.object_list, viewer.day),
        "number": page.paginator.count,
        "page": pager(page),
        "keeps": access.keeps(viewer),
        "left": queries.left_number(viewer),
    }
    return render(request, "steering/measures.html", context)


@needs(Capability.SIGNED_IN)
@require_GET
def measure(request: ViewerRequest, measure_id: int) -> HttpResponse:
    """One measure with its lines, its evidence and its way to the target."""
    viewer = request.viewer
    found = access.measure(viewer, measure_id)
    own = access.keeps(viewer) and found.organisation_id == viewer.organisation_id
    context = {
        "measure": found,
        "detail": queries.detail(viewer, found),
        "contact": actors.who_answers_today(found.contact, viewer.day) if found.contact else None,
        "start": queries.amount(found.start_value),
        "target": queries.amount(found.target),
        "budget": queries.amount(found.budget_eur),
        "carried": carries.of_measure(viewer, found),
        "own": own,
        "over": found.state in OVER,
        "can_take_over": not own and access.may_take_over(viewer, found),
    }
    return render(request, "steering/measure.html", context)


def _form(request: ViewerRequest, kept: RegionalMeasure | None = None) -> MeasureForm:
    viewer = request.viewer
    own = Organisation.objects.filter(pk=viewer.organisation_id or 0).first()
    contacts: list[Contact] = [one.contact for one in actors.contacts_of(own, viewer.day)] if own else []
    regions = queries.own_regions(viewer)
    if kept is not None:
        # Regions that came with a measure taken over are shown, so that somebody sees what to take away.
        known = {code for code, _name in regions}
        regions += [(code, queries.region_names([code])) for code in kept.regions if code not in known]
    lines = queries.line_choices(viewer, kept.lines.values_list("pk", flat=True) if kept else ())
    initial: dict[str, Any] = MeasureForm.initial_of(kept) if kept else {"starts_on": viewer.day}
    if kept is None and len(regions) == 1:
        initial["regions"] = [regions[0][0]]
    posted = request.POST if request.method == "POST" else None
    return MeasureForm(contacts, regions, lines, viewer.day, posted, initial=initial)


def _show(request: ViewerRequest, form: MeasureForm, title: str, back: str) -> HttpResponse:
    if form.wants_to_find:
        # Only looking for partners: what is typed stays, and nothing is complained of yet.
        form.errors.clear()
    return show_form(
        request,
        form,
        template="steering/measure_form.html",
        title=title,
        lead=_("Everybody who is signed in reads it."),
        button=_("Save"),
        back=back,
    )


def _tell(request: ViewerRequest, saved: RegionalMeasure, words: str) -> None:
    messages.success(request, words)
    if not saved.lines.exists():
        messages.info(request, _("The measure is tied to no line of the State's programme."))


@needs(Capability.STEERING_REGIONAL)
def new(request: ViewerRequest) -> HttpResponse:
    """A measure of the own regional authority."""
    viewer = request.viewer
    access.require_region(viewer)
    form = _form(request)
    if request.method == "POST" and not form.wants_to_find:
        made = run(form, lambda: acts.add(form.content(), actor=viewer, token=form.cleaned_data["token"]))
        if made is not None:
            _tell(request, made, _("The measure was added."))
            return redirect(_address(made.pk))
    return _show(request, form, _("New regional measure"), reverse("steering:measures"))


@needs(Capability.STEERING_REGIONAL)
def edit(request: ViewerRequest, measure_id: int) -> HttpResponse:
    """Changing an own measure; two who change it at once are told."""
    viewer = request.viewer
    found = access.own_measure(viewer, measure_id)
    form = _form(request, found)
    if request.method == "POST" and not form.wants_to_find:
        saved = run(
            form,
            lambda: acts.change(
                measure_id, form.content(), actor=viewer, expected_version=form.expected_version
            ),
        )
        if saved is not None:
            _tell(request, saved, _("The measure was changed."))
            return redirect(_address(measure_id))
    return _show(request, form, _("Change the measure"), _address(measure_id))


@needs(Capability.STEERING_REGIONAL)
def state(request: ViewerRequest, measure_id: int) -> HttpResponse:
    """The state that a person decides on; the counted way stands beside as a proposal."""
    viewer = request.viewer
    found = access.own_measure(viewer, measure_id)
    given = request.POST if request.method == "POST" else None
    form = StateForm(given, initial={"state": found.state, "version": found.version})
    return saving(
        request,
        form,
        lambda: acts.set_state(
            measure_id,
            form.cleaned_data["state"],
            form.cleaned_data["reason"],
            actor=viewer,
            expected_version=form.expected_version,
        ),
        done=_("The state was changed."),
        title=_("Change the state"),
        lead=found.title,
        button=_("Save"),
        back=_address(measure_id),
    )


@needs(Capability.STEERING_REGIONAL)
def evidence(request: ViewerRequest, measure_id: int) -> HttpResponse:
    """One more piece of evidence."""
    viewer = request.viewer
    found = access.own_measure(viewer, measure_id)
    given = request.POST if request.method == "POST" else None
    form = EvidenceForm(found.indicator, given, initial={"on": viewer.day})
    return saving(
        request,
        form,
        lambda: acts.add_evidence(measure_id, form.content(), actor=viewer, token=form.cleaned_data["token"]),
        done=_("The evidence was added."),
        title=_("Add evidence"),
        lead=_("It cannot be changed afterwards. If something was wrong, add a new one that puts it right."),
        button=_("Add"),
        back=_address(measure_id),
    )


@needs(Capability.STEERING_REGIONAL)
def take_over(request: ViewerRequest, measure_id: int) -> HttpResponse:
    """A predecessor's measure becomes the own authority's."""
    viewer = request.viewer
    found = access.to_take_over(viewer, measure_id)
    given = request.POST if request.method == "POST" else None
    form = ReasonForm(given, initial={"version": found.version})
    return saving(
        request,
        form,
        lambda: acts.take_over(
            measure_id,
            form.cleaned_data["reason"],
            actor=viewer,
            expected_version=form.expected_version,
        ),
        done=_("The measure was taken over with its evidence."),
        title=_("Take the measure over"),
        lead=_("%(title)s, of %(organisation)s")
        % {"title": found.title, "organisation": found.organisation.name},
        button=_("Take over"),
        back=_address(measure_id),
    )


# Coverage ------------------------------------------------------------------------------------------------------------


def _coverage(request: ViewerRequest) -> tuple[CoverageFilter, coverage_queries.Page]:
    viewer = request.viewer
    # Any number that comes is looked for among the adopted programmes; the choices are filled from the same statement.
    asked = request.GET.get("programme", "")
    known = [(asked, asked)] if asked.isdecimal() and len(asked) < 10 else []
    given = request.GET.copy()
    given.setdefault("year", str(viewer.day.year))
    form = CoverageFilter(queries.regions_on(viewer.day), known, given)
    found = coverage_queries.page(viewer, form.wanted(viewer.day.year))
    fields: Any = form.fields
    first = fields["programme"].choices[0]
    fields["programme"].choices = [first, *((str(one.pk), one.name) for one in found.programmes)]
    return form, found


@needs(Capability.SIGNED_IN)
@require_GET
def coverage(request: ViewerRequest) -> HttpResponse:
    """Lines and regions as a matrix, with what is missing or twice."""
    form, found = _coverage(request)
    years = [(year, found.year == year) for year in range(found.year - 2, found.year + 3)]
    context = {"filters": form, "found": found, "years": years}
    return render(request, "steering/coverage.html", context)


@needs(Capability.SIGNED_IN)
@require_GET
def coverage_csv(request: ViewerRequest) -> HttpResponse:
    """The matrix as a file."""
    _form_of, found = _coverage(request)
    answer = HttpResponse(coverage_queries.as_csv(found), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="coverage-{found.year}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer
