"""What a client says of a step by link, without signing in, in thirteen languages and without a cookie or script.

Not for: the client's own page (the own page's room has it), reading what was said (``pages_answers.py``).
"""

from contextlib import suppress

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, open_to_all
from kotopolku.clients.pages import attempt
from kotopolku.steering import access_paths as access
from kotopolku.steering import forms_say, say_languages
from kotopolku.steering.actions import path_feedback as acts
from kotopolku.steering.forms_say import SayForm
from kotopolku.steering.models import PathStep
from kotopolku.steering.path_rules import said_in
from kotopolku.steering.say_languages import Language


# Who answers has no session and gets no cookie, so the usual check (a cookie against a field) has nothing to hold on to.
# It is not needed either: the form acts in nobody's name. What it must be is a form that we have shown lately; that the
# signed mark tells.
@csrf_exempt
@open_to_all
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def say(request: ViewerRequest, code: str) -> HttpResponse:
    """The form about one step."""
    language = say_languages.wanted(request)
    with override(language.code):
        step = _asked(request, code)
        if step is None:
            return _over(request, language)
        if request.method != "POST":
            return _show(request, step, language, SayForm(initial={"mark": forms_say.seal(code)}))
        form = SayForm(request.POST)
        if not request.POST.get(forms_say.TRAP) and not _received(request, step, language, form):
            return _show(request, step, language, form)
    return redirect(reverse("steering:say-thanks", args=[code]) + f"?language={language.code}")


def _received(request: ViewerRequest, step: PathStep, language: Language, form: SayForm) -> bool:
    token = forms_say.opened(str(request.POST.get("mark", "")), step.code)
    if token is None:
        form.add_error(
            None, _("The form was open for a long time. Your words are still here: send them again.")
        )
        form.renew(step.code)
        return False

    def act() -> bool:
        acts.give(
            step.code,
            form.content(language.code),
            actor=request.viewer,
            token=token,
            by_link=True,
            network_address=network_address(request),
        )
        return True

    return bool(attempt(form, act))


def network_address(request: HttpRequest) -> str:
    """Where an answer comes from; behind the operator's proxy, what the proxy says. It is never stored."""
    named = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() if settings.HTTPS else ""
    return named or str(request.META.get("REMOTE_ADDR", ""))


def _show(request: HttpRequest, step: PathStep, language: Language, form: SayForm) -> HttpResponse:
    title, title_language = said_in(step.title, language.code)
    context = {
        "step": step,
        "title": title,
        "title_language": title_language,
        "language": language,
        "languages": say_languages.all_languages(),
        "form": form,
        "trap": forms_say.TRAP,
        "smallest": settings.SMALLEST_SHOWN_COUNT,
    }
    return render(request, "steering/say/form.html", context, status=422 if form.errors else 200)


@open_to_all
@never_cache
@require_safe
def thanks(request: ViewerRequest, code: str) -> HttpResponse:
    """That it has come in."""
    language = say_languages.wanted(request)
    with override(language.code):
        if _asked(request, code) is None:
            return _over(request, language)
        context = {"language": language, "languages": say_languages.all_languages()}
        return render(request, "steering/say/thanks.html", context)


def _asked(request: ViewerRequest, code: str) -> PathStep | None:
    with suppress(NotVisible):
        return access.asked_step(request.viewer, code)
    return None


def _over(request: HttpRequest, language: Language) -> HttpResponse:
    """A printed sheet outlives its question: whoever comes then is told so, in the same languages."""
    context = {"language": language, "languages": say_languages.all_languages()}
    return render(request, "steering/say/over.html", context, status=404)
