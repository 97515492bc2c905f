"""Small pages of the frame itself: day, language, light or dark, health, and what the service says of itself.

Not for: the rooms' pages.
"""

from datetime import date, timedelta

from django.conf import settings
from django.contrib import messages
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kotopolku import clock, writing
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import needs, open_to_all
from kotopolku.mypage import languages
from kotopolku.portal import preferences
from kotopolku.portal.forms import typed_day
from kotopolku.portal.middleware import DEMO_DAY, FIRST_DEMO_DAY, LAST_DEMO_DAY

STEPS = {"day": timedelta(days=1), "week": timedelta(weeks=1)}


def back(request: HttpRequest) -> HttpResponse:
    """To the page that the form stood on; never to another site."""
    address = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()}):
        address = "/"
    return redirect(address)


@open_to_all
@require_POST
def choose_day(request: HttpRequest) -> HttpResponse:
    """Steps the demo to another day. Production has no such page."""
    if not settings.DEMO:
        raise Http404
    step = request.POST.get("step", "")
    if step == "today":
        request.session.pop(DEMO_DAY, None)
        return back(request)
    if step in STEPS:
        wanted: date | None = clock.today() + STEPS[step]
    else:
        wanted = typed_day(request.POST.get("day", ""))
    if wanted is None:
        messages.warning(request, _("Write the day as 1.3.2021."))
    elif not FIRST_DEMO_DAY <= wanted <= LAST_DEMO_DAY:
        ends = {"first": writing.day(FIRST_DEMO_DAY), "last": writing.day(LAST_DEMO_DAY)}
        messages.warning(request, _("The demo lives between %(first)s and %(last)s.") % ends)
    elif wanted == clock.base_day():
        request.session.pop(DEMO_DAY, None)
    else:
        request.session[DEMO_DAY] = wanted.isoformat()
    return back(request)


@open_to_all
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    language = request.POST.get("language", "")
    response = back(request)
    if language in languages.CODES:
        preferences.remember(response, settings.LANGUAGE_COOKIE_NAME, language)
    if language in preferences.LANGUAGES:
        _keep_for_user(request, language=language)
    return response


@open_to_all
@require_POST
def choose_scheme(request: HttpRequest) -> HttpResponse:
    scheme = request.POST.get("scheme", "")
    response = back(request)
    if scheme in preferences.SCHEMES:
        preferences.remember(response, preferences.SCHEME_COOKIE, scheme)
        _keep_for_user(request, colour_scheme=scheme)
    return response


def _keep_for_user(request: HttpRequest, **chosen: str) -> None:
    """A signed-in person finds the choice again on another computer."""
    from kotopolku.actors import actions

    viewer = request.viewer  # type: ignore[attr-defined]
    if viewer.user_id is not None:
        actions.set_preferences(actor=viewer, **chosen)
        for name, value in chosen.items():
            request.session[name] = value


@open_to_all
@require_GET
def health(request: HttpRequest) -> JsonResponse:
    """200 when the database answers; otherwise the fault pages say 503. For a proxy and the supervisor."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


@open_to_all
@require_GET
def about(request: HttpRequest, topic: str) -> HttpResponse:
    """Accessibility statement, data protection, help."""
    return render(request, f"portal/about/{topic}.html")


@needs(Capability.SIGNED_IN)
@require_GET
def account(request: HttpRequest) -> HttpResponse:
    """One's own page: seats, language, light or dark, second factor."""
    return render(request, "portal/account.html", {"language": translation.get_language()})
