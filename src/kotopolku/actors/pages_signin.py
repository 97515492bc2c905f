"""One-click sign-in of the demo personas. Exists only in demo mode; real sign-in is allauth's."""

from datetime import date

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from kotopolku import clock
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import open_to_all
from kotopolku.actors import queries, signin

DEMO_DAY = "demo_day"
"""Session key of the demo's day, ISO text; read by the portal's middleware."""


@require_POST
@open_to_all
def demo_sign_in(request: HttpRequest, username: str) -> HttpResponse:
    """Signs a persona in. On a day on which its organisation does not exist, offers to go to a day on which it does."""
    persona = queries.persona(username) if settings.DEMO else None
    if persona is None:
        raise NotVisible
    today = clock.today()
    there = persona.a_working_day(clock.base_day())
    if not persona.works_on(today) and request.POST.get("travel") != "1":
        context = {"persona": persona, "there": there, "today": today}
        return render(request, "actors/demo_other_time.html", context, status=409)
    login(request, persona.user, backend=signin.BACKEND)
    request.session.pop(signin.SEAT, None)
    if not persona.works_on(today):
        _travel(request, there)
    return redirect("/")


def _travel(request: HttpRequest, day: date) -> None:
    request.session[DEMO_DAY] = day.isoformat()
