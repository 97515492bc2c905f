"""How a step of the service path went, as the client tells it: which steps are asked about now, the form about one.

The answer is kept without the client; nothing marks that one has been given (``steering.actions.path_feedback`` says why),
so a step stays on the list until its time is up. Not for: the same form by link (``steering.pages_say``).
"""

from functools import partial
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients.pages import attempt
from kotopolku.mypage import access, languages
from kotopolku.mypage.pages import show
from kotopolku.steering import forms_say
from kotopolku.steering.actions import path_feedback as actions
from kotopolku.steering.forms_say import SayForm
from kotopolku.steering.path_rules import said_in
from kotopolku.steering.queries.path_answers import Asked, offered


def _titled(found: list[Asked]) -> list[dict[str, str]]:
    shown = []
    for one in found:
        title, language = said_in(one.step.title, languages.current().code)
        shown.append(
            {"title": title, "language": language, "code": one.code, "organisation": one.organisation}
        )
    return shown


@needs(Capability.OWN_PATH)
@require_GET
def steps(request: ViewerRequest) -> HttpResponse:
    """Steps that have lately ended and ask."""
    case = access.own_case(request.viewer)
    found = _titled(offered(request.viewer, case.person.pk))
    return show(request, "mypage/steps.html", {"steps": found})


@needs(Capability.OWN_PATH)
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: ViewerRequest, code: str) -> HttpResponse:
    """The form about one of them."""
    case = access.own_case(request.viewer)
    asked = [one for one in _titled(offered(request.viewer, case.person.pk)) if one["code"] == code]
    if not asked:
        raise NotVisible
    posted = request.method == "POST"
    form = SayForm(request.POST if posted else None, initial={"mark": forms_say.seal(code)})
    if posted and form.is_valid():
        token = forms_say.opened(form.cleaned_data["mark"], code)
        if token is None:
            form.add_error(
                None, _("The form was open for a long time. Your words are still here: send them again.")
            )
            form.renew(code)
        elif attempt(form, partial(_give, request, form, code, token)):
            messages.success(request, _("Your answer helps us to do better."))
            return redirect("mypage:steps")
    context = {"form": form, "step": asked[0], "smallest": settings.SMALLEST_SHOWN_COUNT}
    return show(request, "mypage/step.html", context, status=422 if form.errors else 200)


def _give(request: ViewerRequest, form: SayForm, code: str, token: UUID) -> bool:
    content = form.content(languages.current().code)
    actions.give(code, content, actor=request.viewer, token=token, by_link=False)
    return True
