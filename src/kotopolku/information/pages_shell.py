"""What makes the public site an application of a phone: manifest, service worker, the page without a connection; and
the places that pages ask for. Not for: pages with content (``pages_public.py``).
"""

from functools import cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from kotopolku import clock
from kotopolku.access.gate import open_to_all
from kotopolku.information import languages, sources
from kotopolku.information.public_frame import words_of
from kotopolku.information.revisions import Reader, code_version, revised
from kotopolku.reference import queries as reference

WORKER = Path(__file__).parent / "static" / "information" / "worker.js"
DAY_SECONDS = 24 * 60 * 60
BAR_COLOUR = "#0b3b48"
CANVAS_COLOUR = "#f6f6f2"


@open_to_all
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, from an address above all public pages so that it may serve them; named by the code's version."""
    text = WORKER.read_text(encoding="utf-8").replace("{version}", code_version())
    return HttpResponse(
        text, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"}
    )


@require_safe
@revised
def manifest(request: HttpRequest, reader: Reader) -> HttpResponse:
    """So that a space can be put on a phone's home screen."""
    words = words_of(reader)
    start = request.path.removesuffix("manifest.webmanifest")
    is_space = start != f"{languages.PUBLIC}{reader.language.code}/"
    name = f"Kotopolku – {reader.space.name()}" if is_space else "Kotopolku"
    icon = {"src": static("brand.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
    return JsonResponse(
        {
            "id": start,
            "name": name,
            "short_name": reader.space.name() if is_space else "Kotopolku",
            "description": _("Public pages for newcomers"),
            "lang": words.code,
            "dir": words.direction,
            "start_url": start,
            "scope": languages.PUBLIC,
            "display": "standalone",
            "theme_color": BAR_COLOUR,
            "background_color": CANVAS_COLOUR,
            "icons": [icon],
        },
        content_type="application/manifest+json",
    )


@open_to_all
@require_safe
def offline(request: HttpRequest, language: str) -> HttpResponse:
    """What the service worker shows for a page that was never opened on the device."""
    with override(languages.language_of(request)):
        response = render(request, "information/public/offline.html")
    response.headers["Cache-Control"] = f"public, max-age={DAY_SECONDS}"
    return response


@open_to_all
@require_safe
def places(request: HttpRequest) -> JsonResponse:
    """Centres of the municipalities, so that the device itself finds the nearest: nobody's position is sent."""
    response = JsonResponse({"places": _places(clock.today().year)})
    response.headers["Cache-Control"] = f"public, max-age={DAY_SECONDS}"
    return response


@cache
def _places(year: int) -> list[tuple[str, str, float, float]]:
    day = clock.today()
    rows = {one.area_code: one for one in sources.spaces(day) if one.kind == "municipality"}
    return [
        (rows[one.code].slug, one.name_fi, round(one.lat, 3), round(one.lon, 3))
        for one in reference.municipalities_on(day)
        if one.code in rows
    ]
