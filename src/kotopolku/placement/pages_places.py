"""Pages of places: the region's table and map, one municipality's year, requests and answers, agreeing, targets."""

import csv
import io

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kotopolku import law
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients.exports import harmless
from kotopolku.placement import access, actions, rules
from kotopolku.placement.forms_places import AgreeForm, AnswerForm, FactsForm, RequestForm, TargetForm
from kotopolku.placement.models import PERSONS, Resource
from kotopolku.placement.pages import run, saving, show_form, year_asked
from kotopolku.placement.queries import facts as told_queries
from kotopolku.placement.queries import places as queries


@needs(Capability.PLACEMENT_VIEW)
@require_GET
def places(request: ViewerRequest) -> HttpResponse:
    """The region's municipalities, the country's for the ministry; a municipality is led to its own places."""
    viewer, year = request.viewer, year_asked(request)
    if access.is_municipality(viewer):
        address = reverse("placement:municipality", args=[viewer.organisation_id])
        return redirect(f"{address}?year={year}")
    if not (access.is_region(viewer) or access.is_ministry(viewer)):
        raise NotVisible
    table = queries.region_table(viewer, year)
    requests = list(queries.requests(viewer).filter(year=year)[:20]) if access.is_region(viewer) else []
    # A region asks all of its own; the whole country's list would hide those that matter.
    shown = table.lines
    if not access.is_region(viewer):
        shown = [line for line in table.lines if line.agreement or line.persons.offered]
    context = {
        "table": table,
        "shown": shown,
        "without": len(table.lines) - len(shown),
        "map": queries.tiles(viewer, table),
        "year": year,
        "requests": requests,
        "region": access.is_region(viewer),
        "may_agree": viewer.may(Capability.PLACEMENT_AGREE) and access.is_region(viewer),
        "target_rule": "681/2023 § 40",
    }
    return render(request, "placement/places.html", context)


@needs(Capability.PLACEMENT_VIEW)
@require_GET
def places_csv(request: ViewerRequest) -> HttpResponse:
    """The region's table with every group, as spreadsheets in Finland open it."""
    viewer, year = request.viewer, year_asked(request)
    if not (access.is_region(viewer) or access.is_ministry(viewer)):
        raise NotVisible
    table = queries.region_table(viewer, year)
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    figures = [_("offered"), _("agreed"), _("reserved"), _("used"), _("free")]
    groups = [str(Resource(name).label) for name in PERSONS]
    writer.writerow(
        [_("Municipality"), _("Code"), _("Year"), _("Agreement in force"), *figures]
        + [f"{group}: {figure}" for group in groups for figure in figures]
    )
    for line in table.lines:
        row = [line.municipality.name, line.code, str(year), _("yes") if line.agreement else _("no")]
        for found in (line.persons, *(line.groups[name] for name in PERSONS)):
            row += [str(n) for n in (found.offered, found.agreed, found.reserved, found.used, found.free)]
        writer.writerow([harmless(cell) for cell in row])
    return HttpResponse(
        text.getvalue().encode("utf-8-sig"),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="kotopolku-places-{year}.csv"'},
    )


@needs(Capability.PLACEMENT_VIEW)
@require_GET
def municipality(request: ViewerRequest, municipality_id: int) -> HttpResponse:
    """One municipality's year: what is offered, agreed, held and free, by resource and quarter, with the changes."""
    viewer, year = request.viewer, year_asked(request)
    found = access.municipality(viewer, municipality_id)
    asked = access.answers(viewer).filter(municipality=found, request__year=year).order_by("-request_id")
    context = {
        "found": queries.municipality_year(viewer, found, year),
        "year": year,
        "told": told_queries.history(viewer, found),
        "quarters": rules.QUARTERS,
        "answers": list(asked[:5]),
        "own": access.is_municipality(viewer),
        "may_answer": access.is_municipality(viewer) and viewer.may(Capability.PLACEMENT_ANSWER),
        "may_agree": access.is_region(viewer) and viewer.may(Capability.PLACEMENT_AGREE),
    }
    context["may_tell"] = context["may_answer"] or context["may_agree"]
    return render(request, "placement/municipality.html", context)


@needs(Capability.PLACEMENT_AGREE)
def agree(request: ViewerRequest, municipality_id: int) -> HttpResponse:
    """The region agrees on a municipality's places of a year; empty ones begin from what is offered."""
    viewer, year = request.viewer, year_asked(request)
    municipality = access.municipality(viewer, municipality_id)
    found = queries.municipality_year(viewer, municipality, year)
    now = found.agreed if any(found.agreed.values()) else found.offered
    form = AgreeForm(
        now, request.POST if request.method == "POST" else None, initial={"version": found.version}
    )
    back = f"{reverse('placement:municipality', args=[municipality_id])}?year={year}"
    return saving(
        request,
        form,
        lambda: actions.agree_places(
            municipality_id,
            year,
            form.figures(),
            form.cleaned_data["reason"],
            actor=viewer,
            expected_version=form.expected_version,
            token=form.cleaned_data["token"],
        ),
        done=_("The places were agreed. The municipality has been told."),
        template="placement/grid.html",
        title=_("Agree on places of %(municipality)s, %(year)d")
        % {"municipality": municipality.name, "year": year},
        lead=_(
            "Places can be agreed while an agreement is in force, and never under what is reserved or in use."
        ),
        button=_("Agree"),
        back=back,
        offered=found,
        quarters=rules.QUARTERS,
    )


@needs(Capability.PLACEMENT_VIEW)
def tell_facts(request: ViewerRequest, municipality_id: int) -> HttpResponse:
    """What rounds know of a municipality, told by itself or by its region."""
    viewer = request.viewer
    municipality = access.municipality(viewer, municipality_id)
    access.side_of(viewer)
    before = told_queries.current(viewer, [municipality_id]).get(municipality_id)
    form = FactsForm(before, request.POST if request.method == "POST" else None)
    back = reverse("placement:municipality", args=[municipality_id])
    return saving(
        request,
        form,
        lambda: actions.tell_facts(
            municipality_id,
            form.told(),
            actor=viewer,
            expected_version=form.expected_version,
            token=form.cleaned_data["token"],
        ),
        done=_("The facts were saved. They count in rounds from today on."),
        onward=lambda _done: f"{back}#facts-title",
        template="placement/facts_form.html",
        title=_("Facts of %(municipality)s for rounds") % {"municipality": municipality.name},
        lead=_("They give points when a municipality is sought for a family. What is left empty gives none."),
        button=_("Save"),
        back=back,
    )


@needs(Capability.PLACEMENT_AGREE)
def new_request(request: ViewerRequest) -> HttpResponse:
    """The yearly request to every municipality of the area."""
    viewer = request.viewer
    year = viewer.day.year + 1
    form = RequestForm(
        request.POST if request.method == "POST" else None,
        initial={"year": year, "answer_by": law.due("O-PR", viewer.day).due},
    )
    return saving(
        request,
        form,
        lambda: actions.send_request(
            form.cleaned_data["year"],
            form.cleaned_data["answer_by"],
            form.cleaned_data["text"],
            actor=viewer,
            token=form.cleaned_data["token"],
        ),
        done=_("The request was sent to the municipalities of your area."),
        onward=lambda sent: reverse("placement:request", args=[sent.pk]),
        title=_("Ask the municipalities for places"),
        lead=_(
            "Every municipality of your area is asked. Those that have not answered are reminded before the last day."
        ),
        button=_("Send"),
        back=reverse("placement:places"),
    )


@needs(Capability.PLACEMENT_VIEW)
@require_GET
def asked(request: ViewerRequest, request_id: int) -> HttpResponse:
    """One request: who has answered, who has not. A municipality sees its own answer only."""
    viewer = request.viewer
    found = access.request(viewer, request_id)
    lines = queries.answer_lines(viewer, found)
    context = {
        "asked": found,
        "lines": lines,
        "answered": sum(1 for line in lines if line.answer.version),
        "own": access.is_municipality(viewer),
        "may_answer": access.is_municipality(viewer) and viewer.may(Capability.PLACEMENT_ANSWER),
    }
    return render(request, "placement/request.html", context)


@needs(Capability.PLACEMENT_ANSWER)
def answer(request: ViewerRequest, request_id: int) -> HttpResponse:
    """The municipality's answer: what it offers, by resource and quarter."""
    viewer = request.viewer
    mine = access.answer(viewer, request_id)
    asked = mine.request
    found = queries.municipality_year(viewer, mine.municipality, asked.year)
    now = found.offered if mine.version or any(found.offered.values()) else {}
    form = AnswerForm(
        now,
        request.POST if request.method == "POST" else None,
        initial={"version": mine.version, "body": mine.body},
    )
    if request.method == "POST":
        given = run(
            form,
            lambda: actions.answer_request(
                request_id,
                form.answer(),
                actor=viewer,
                expected_version=form.expected_version,
                token=form.cleaned_data["token"],
            ),
        )
        if given is not None:
            words = _("Your answer was sent to the region.")
            if given.late:
                words = _(
                    "Your answer was sent to the region. It came after the answer day and is marked late."
                )
            messages.success(request, words)
            return redirect("placement:request", request_id)
    return show_form(
        request,
        form,
        template="placement/grid.html",
        title=_("Places that we offer for %(year)d") % {"year": asked.year},
        lead=_("Offering places is voluntary. They can be used when the region has agreed on them."),
        button=_("Send the answer"),
        back=reverse("placement:request", args=[request_id]),
        asked=asked,
        late=viewer.day > asked.answer_by,
        again=mine.version > 0,
        facts_of=mine.municipality_id,
        quarters=rules.QUARTERS,
    )


@needs(Capability.PLACEMENT_VIEW)
@require_GET
def targets(request: ViewerRequest) -> HttpResponse:
    """The ministry's targets by area beside what has been agreed; a region sees its own."""
    viewer, year = request.viewer, year_asked(request)
    if not (access.is_region(viewer) or access.is_ministry(viewer)):
        raise NotVisible
    context = {
        "lines": queries.target_lines(viewer, year),
        "year": year,
        "may_set": viewer.may(Capability.PLACEMENT_TARGET) and access.is_ministry(viewer),
    }
    return render(request, "placement/targets.html", context)


@needs(Capability.PLACEMENT_TARGET)
def target(request: ViewerRequest, authority_id: int) -> HttpResponse:
    """Sets or changes one area's target for the year in the query string."""
    viewer, year = request.viewer, year_asked(request)
    authority = access.regions(viewer).filter(pk=authority_id).first()
    if authority is None or not access.is_ministry(viewer):
        raise NotVisible
    last = queries.current_targets(viewer, year).get(authority_id)
    form = TargetForm(
        request.POST if request.method == "POST" else None,
        initial={"persons": last.persons if last else None, "version": last.number if last else 0},
    )
    back = f"{reverse('placement:targets')}?year={year}"
    return saving(
        request,
        form,
        lambda: actions.set_target(
            year,
            authority_id,
            form.cleaned_data["persons"],
            form.cleaned_data["reason"],
            actor=viewer,
            expected_number=form.expected_version,
            token=form.cleaned_data["token"],
        ),
        done=_("The target was set. The region has been told."),
        title=_("Target of %(region)s for %(year)d") % {"region": authority.name, "year": year},
        lead=_("Earlier targets stay in the history."),
        button=_("Set the target"),
        back=back,
    )
