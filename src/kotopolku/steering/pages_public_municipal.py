"""What anybody may read of municipal programmes without signing in: the list, one as page, PDF and JSON."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_GET

from kotopolku.access.gate import ViewerRequest, one_of, open_to_all
from kotopolku.access.viewer import Viewer
from kotopolku.clients.wording import language
from kotopolku.cooperation.forms import WordsFilter
from kotopolku.placement.pages import pager
from kotopolku.steering import access_municipal, municipal_paper
from kotopolku.steering import wording_councils as wording
from kotopolku.steering.models import MunicipalProgramme
from kotopolku.steering.queries import programme_public as queries


def _published(viewer: Viewer, programme_id: int) -> MunicipalProgramme:
    return one_of(access_municipal.published(viewer), programme_id)


@open_to_all
@require_GET
def programmes(request: ViewerRequest) -> HttpResponse:
    """Published programmes by municipality, found by name."""
    form = WordsFilter(request.GET)
    form.is_valid()
    words = (form.cleaned_data.get("q") or "").strip()
    found = queries.published(request.viewer, words)
    page = Paginator(found, queries.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "filters": form,
        "rows": queries.listed(request.viewer, page.object_list),
        "number": page.paginator.count,
        "page": pager(page),
    }
    return render(request, "steering/public_municipals.html", context)


@open_to_all
@require_GET
def programme(request: ViewerRequest, programme_id: int) -> HttpResponse:
    """A published programme in Finnish or Swedish: ``?language=``, by default the page's."""
    found = _published(request.viewer, programme_id)
    asked = request.GET.get("language", "")
    own = language() if language() in queries.WRITTEN else "fi"
    wanted = asked if asked in queries.WRITTEN else own
    context = {
        "page": queries.page(request.viewer, found, wanted),
        "programme": found,
        "wanted": wanted,
        "languages": [(code, wording.LANGUAGE_NAMES[code]) for code in queries.WRITTEN],
    }
    return render(request, "steering/public_municipal.html", context)


@open_to_all
@require_GET
def paper(request: ViewerRequest, programme_id: int, lang: str) -> HttpResponse:
    """The programme as PDF/UA."""
    if lang not in queries.WRITTEN:
        raise Http404
    found = _published(request.viewer, programme_id)
    with translation.override(lang):
        page = queries.page(request.viewer, found, lang)
    return HttpResponse(
        municipal_paper.paper(page, lang),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="municipal-programme-{found.pk}-{lang}.pdf"'},
    )


@open_to_all
@require_GET
def data(request: ViewerRequest, programme_id: int) -> HttpResponse:
    """The programme as JSON."""
    return JsonResponse(queries.as_data(_published(request.viewer, programme_id)))
