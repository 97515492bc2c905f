"""What anybody may read of steering without signing in: adopted programmes as page, PDF, CSV and JSON."""

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kotopolku import law
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, open_to_all
from kotopolku.access.viewer import Viewer
from kotopolku.clients.wording import language
from kotopolku.steering import access, published, wording_programme
from kotopolku.steering.marks import national_mark
from kotopolku.steering.models import NationalProgramme, ProgrammeState
from kotopolku.steering.pages_shown import branches
from kotopolku.steering.queries import indicators as indicator_queries
from kotopolku.steering.queries import programme as queries
from kotopolku.steering.rules_indicators import picture
from kotopolku.steering.rules_programme import LANGUAGES

NAMES = {"fi": "suomi", "sv": "svenska", "en": "English"}


def _adopted(viewer: Viewer, programme_id: int) -> NationalProgramme:
    found = access.programme(viewer, programme_id)
    if found.state != ProgrammeState.ADOPTED:
        raise NotVisible
    return found


@open_to_all
@require_GET
def programmes(request: ViewerRequest) -> HttpResponse:
    """Adopted programmes, the one in force first."""
    viewer = request.viewer
    rows = [one for one in queries.programmes(viewer) if one.programme.state == ProgrammeState.ADOPTED]
    lines = [(one, national_mark(one.programme, viewer.day)) for one in rows]
    return render(request, "steering/public_programmes.html", {"lines": lines})


@open_to_all
@require_GET
def programme(request: ViewerRequest, programme_id: int) -> HttpResponse:
    """An adopted programme in Finnish, Swedish or English: ``?language=``, by default the page's."""
    viewer = request.viewer
    found = _adopted(viewer, programme_id)
    asked = request.GET.get("language", "")
    wanted = asked if asked in LANGUAGES else language()
    shown = branches(queries.tree(viewer, found), wanted, viewer.day)
    goals = [one for branch in shown for one in branch.indicators]
    series = indicator_queries.series_of(goals)
    context = {
        "programme": found,
        "name": wording_programme.named(found, wanted),
        "wanted": wanted,
        "languages": [(code, NAMES[code]) for code in LANGUAGES],
        "period": wording_programme.period(found.days.lower, found.last_day),
        "act": law.act_named(found.act).names[language()],
        "mark": national_mark(found, viewer.day),
        "branches": [
            (
                one,
                [
                    (each, picture(series.get(each.pk, [])), series.get(each.pk, []))
                    for each in one.indicators
                ],
            )
            for one in shown
        ],
    }
    return render(request, "steering/public_programme.html", context)


@open_to_all
@require_GET
def paper(request: ViewerRequest, programme_id: int, lang: str) -> HttpResponse:
    """The programme as a PDF."""
    if lang not in LANGUAGES:
        raise Http404
    found = _adopted(request.viewer, programme_id)
    tree = queries.tree(request.viewer, found)
    series = indicator_queries.series_of(each for one in tree for each in one.line.indicators.all())
    return HttpResponse(
        published.paper(found, tree, series, lang),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="programme-{found.pk}-{lang}.pdf"'},
    )


@open_to_all
@require_GET
def table(request: ViewerRequest, programme_id: int) -> HttpResponse:
    """The programme as CSV."""
    found = _adopted(request.viewer, programme_id)
    return HttpResponse(
        published.as_csv(found, queries.tree(request.viewer, found)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="programme-{found.pk}.csv"'},
    )


@open_to_all
@require_GET
def data(request: ViewerRequest, programme_id: int) -> HttpResponse:
    """The programme as JSON."""
    found = _adopted(request.viewer, programme_id)
    return JsonResponse(published.as_data(found, queries.tree(request.viewer, found)))
