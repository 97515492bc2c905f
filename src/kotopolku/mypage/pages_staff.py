"""Pages of officials in the room: a sign-in code for a client, and clients' requests to correct.

In the languages of officials. Not for: the client's own pages.
"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients import pages as client_pages
from kotopolku.mypage import access, actions, languages, queries
from kotopolku.mypage.forms_staff import AnswerForm, GiveCodeForm
from kotopolku.mypage.models import CorrectionRequest, CorrectionState


@needs(Capability.CLIENT_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def give_code(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    """A sign-in code: shown once, to be printed in the client's language and handed over."""
    case = client_pages.open_case(request, relationship_id)
    person = case.relationship.person
    form = GiveCodeForm(
        request.POST if request.method == "POST" else None,
        representatives=list(access.representatives_of(person.pk, request.viewer.day)),
    )
    given = client_pages.attempt(
        form,
        lambda: actions.give_code(
            relationship_id,
            actor=request.viewer,
            representative_id=form.cleaned_data.get("to"),
            token=form.cleaned_data["token"],
        ),
    )
    if given is None:
        context = client_pages.head(request, case) | {"form": form, "title": _("Own page")}
        return render(request, "mypage/staff/give.html", context, status=422 if form.errors else 200)
    if not given.text:
        messages.info(request, _("The code was shown already. If it was lost, give a new one."))
        return redirect("mypage:give", relationship_id)
    code = languages.own_code(person.service_language) or "fi"
    address = request.build_absolute_uri(reverse("mypage:path"))
    with translation.override(code):
        sheet = {"language": languages.current(), "given": given, "address": address}
        paper = render(request, "mypage/code_sheet.html", sheet).content.decode()
    context = client_pages.head(request, case) | {
        "given": given,
        "paper": paper,
        "title": _("Own page"),
    }
    response = render(request, "mypage/staff/given.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


@needs(Capability.CLIENT_EDIT)
@require_GET
def corrections(request: ViewerRequest) -> HttpResponse:
    """Requests to correct that wait for an answer of the viewer's authority."""
    found = queries.corrections_to_answer(request.viewer)
    return render(request, "mypage/staff/corrections.html", {"requests": found})


@needs(Capability.CLIENT_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def correction(request: ViewerRequest, request_id: int) -> HttpResponse:
    """One request: accept it (the edit opens), or refuse it and say why."""
    asked = CorrectionRequest.objects.filter(pk=request_id).select_related("answered_by").first()
    if asked is None:
        raise NotVisible
    case = client_pages.open_case(request, asked.relationship_id)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    accepted = request.POST.get("do") == "accept"
    act = actions.accept_correction if accepted else actions.refuse_correction
    done = client_pages.attempt(
        form, lambda: act(request_id, form.cleaned_data["answer"], actor=request.viewer)
    )
    if done is None:
        context = client_pages.head(request, case) | {
            "form": form,
            "title": _("Request to correct"),
            "asked": asked,
            "is_open": asked.state == CorrectionState.OPEN,
        }
        return render(request, "mypage/staff/correction.html", context, status=422 if form.errors else 200)
    if accepted:
        messages.success(request, _("Accepted. Now correct the data; the client sees your answer."))
        return redirect("clients:edit", asked.relationship_id)
    messages.success(request, _("Refused. The client sees your answer on the own page."))
    return redirect("mypage:corrections")
