"""Pages of work-permit guidelines that anybody may open: the question, versions, one version, its files, differences.

Not for: writing a guideline (``pages_guidelines_keep.py``).
"""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, open_to_all
from kotopolku.clients.wording import language
from kotopolku.cooperation import access_guidelines as access
from kotopolku.cooperation import guideline_paper, wording_hearings, wording_positions
from kotopolku.cooperation import wording_guidelines as wording
from kotopolku.cooperation.forms_reading import QuestionForm
from kotopolku.cooperation.models import Guideline, GuidelineState
from kotopolku.cooperation.queries import guidelines as queries
from kotopolku.cooperation.queries import hearings
from kotopolku.cooperation.queries.guideline_texts import line_of
from kotopolku.cooperation.showing import paged
from kotopolku.procurement.files import attachment
from kotopolku.reference import queries as reference

MOST_SUGGESTED = 12


@open_to_all
@require_GET
def guidelines(request: ViewerRequest) -> HttpResponse:
    """The question with its answer, versions in force on the day, and all versions."""
    viewer = request.viewer
    asked = any(name in request.GET for name in ("occupation", "municipality"))
    on = _day(request) or viewer.day
    typed = {name: request.GET.get(name, "") for name in ("occupation", "municipality")}
    typed["on"] = request.GET.get("on") or f"{on.day}.{on.month}.{on.year}"
    form = QuestionForm(_places(on, typed["municipality"]), typed if asked else None, initial={"on": on})
    context: dict[str, Any] = {"form": form, "on": on, "keeps": viewer.may(Capability.GUIDELINE_KEEP)}
    if asked and form.is_valid():
        context |= _answered(form)
    context |= {
        "in_force": [
            (one.guideline, wording.regions(one.regions), wording.occupations_number(one.occupations))
            for one in queries.in_force(viewer, on)
        ],
        "drafts": [(one, wording.regions(one.regions)) for one in queries.drafts(viewer)],
        "names": [(one.code, one.name()) for one in reference.occupations().values() if one.code != "X"],
    }
    context |= paged(request, queries.versions(viewer), queries.PAGE_SIZE)
    context["versions"] = [
        (one, wording.regions(one.regions), wording.state_mark(one, viewer.day)) for one in context["rows"]
    ]
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "cooperation/guidelines.html", context, status=status)


def _day(request: ViewerRequest) -> date | None:
    """The day in the address, when there is one that exists."""
    form = QuestionForm([], {"on": request.GET.get("on", "")})
    form.is_valid()
    return form.cleaned_data.get("on")


def _places(on: date, asked: str) -> list[tuple[str, str]]:
    """The day's municipalities, and the one asked when it is no more: the answer says what became of it."""
    rows = reference.municipalities_on(on)
    gone = reference.municipality_by_code(asked) if reference.merger(asked, on) else None
    return [(one.code, one.name()) for one in ([*rows, gone] if gone else rows)]


def _answered(form: QuestionForm) -> dict[str, Any]:
    typed = form.cleaned_data
    codes = occupations_named(typed["occupation"])
    if len(codes) > 1:
        return {"suggested": [(code, wording.occupation_name(code)) for code in codes]}
    if not codes:
        form.add_error("occupation", _("No occupation has this code or name."))
        return {}
    try:
        found = queries.answer(codes[0], typed["municipality"], typed["on"])
    except queries.CannotAnswer as wrong:
        form.add_error(wrong.field, wrong.message)
        return {}
    line = found.line
    return {
        "answer": found,
        "heading": wording.heading(found),
        "mark": wording.outcome_mark(found),
        "explanation": wording.explanation(found),
        "conditions": wording.conditions(line) if line is not None and found.lifted else [],
        "shortage": wording.shortage_sentences(found.shortage),
    }


def occupations_named(typed: str) -> list[str]:
    """Codes that a typed code or name may mean: one for a code or a whole name, several for a part of names."""
    words = " ".join(typed.lower().split())
    first = words.split(" ")[0] if words else ""
    if first.isdecimal():
        return [first]
    known = reference.occupations().values()
    names = [
        (one.code, {one.name_fi.lower(), one.name_sv.lower(), one.name_en.lower()})
        for one in known
        if one.code != "X"
    ]
    same = [code for code, called in names if words in called]
    if same:
        return [max(same, key=len)]
    near = [code for code, called in names if any(words in name for name in called)]
    return sorted(near, key=lambda code: (-len(code), code))[:MOST_SUGGESTED]


@open_to_all
@require_GET
def guideline(request: ViewerRequest, guideline_id: int) -> HttpResponse:
    """One version: its occupations, conditions and grounds."""
    viewer = request.viewer
    found = access.guideline(viewer, guideline_id)
    mine = viewer.may(Capability.GUIDELINE_KEEP) and found.organisation_id == viewer.organisation_id
    rows = queries.lines(found)
    lines = [(row, wording.shown_line(line_of(row))) for row in rows]
    draft = found.state == GuidelineState.DRAFT
    may_withdraw = mine or bool(access.follows(viewer, found))
    context = {
        "position": found.body_position,
        "position_adopted": wording_positions.adopted(found.body_position) if found.body_position else "",
        "hearing": hearings.heard_in(found.hearing),
        "hearing_mark": wording_hearings.hearing_mark(found.hearing) if found.hearing else None,
        "guideline": found,
        "regions": wording.regions(found.regions),
        "market": wording.said(found.market),
        "market_language": wording.said_in(found.market),
        "note_language": wording.said_in(found.note),
        "note": wording.said(found.note),
        "mark": wording.state_mark(found, viewer.day),
        "lifted": [one for row, one in lines if row.lifted],
        "excepted": [one for row, one in lines if not row.lifted],
        "lines": lines,
        "tables": queries.tables(found),
        "clocks": queries.clocks(found),
        "others": [(one, wording.regions(one.regions)) for one in queries.compared_with(viewer, found)[:5]],
        "editable": mine and draft,
        "can_withdraw": may_withdraw
        and found.state == GuidelineState.ADOPTED
        and found.valid.upper > viewer.day,
        "can_renew": viewer.may(Capability.GUIDELINE_KEEP) and not draft,
    }
    return render(request, "cooperation/guideline.html", context)


@open_to_all
@require_GET
def differences(request: ViewerRequest, guideline_id: int) -> HttpResponse:
    """What a version changed against another, by default the one before it."""
    viewer = request.viewer
    new = access.guideline(viewer, guideline_id)
    others = queries.compared_with(viewer, new)
    asked = request.GET.get("from", "")
    if asked.isdecimal() and len(asked) < 19:
        old: Guideline | None = access.guideline(viewer, int(asked))
    else:
        old = others[0] if others else None
    context: dict[str, Any] = {"guideline": new, "old": old, "others": others}
    if old is not None:
        found = queries.differences(old, new)
        context |= {
            "differences": found,
            "added": [wording.shown_line(line) for line in found.added],
            "removed": [wording.shown_line(line) for line in found.removed],
            "changed": [
                (
                    wording.shown_line(one.old),
                    wording.shown_line(one.new),
                    wording.changed_terms(one.fields),
                )
                for one in found.changed
            ],
            "regions_added": wording.regions(found.regions_added),
            "regions_removed": wording.regions(found.regions_removed),
        }
    return render(request, "cooperation/guideline_differences.html", context)


@open_to_all
@require_GET
def as_csv(request: ViewerRequest, guideline_id: int) -> HttpResponse:
    """A version's occupations as CSV."""
    found = access.guideline(request.viewer, guideline_id)
    response = HttpResponse(
        guideline_paper.as_csv(queries.lines(found)), content_type="text/csv; charset=utf-8"
    )
    name = f"{guideline_paper.file_name(found)}.csv"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    response["X-Content-Type-Options"] = "nosniff"
    return response


@open_to_all
@require_GET
def as_pdf(request: ViewerRequest, guideline_id: int) -> HttpResponse:
    """A version as a PDF in the page's language; in English from a page in a further language."""
    found = access.guideline(request.viewer, guideline_id)
    with translation.override(language()):
        data = guideline_paper.as_pdf(found, queries.lines(found), queries.tables(found))
    return attachment(f"{guideline_paper.file_name(found)}.pdf", "pdf", data)
