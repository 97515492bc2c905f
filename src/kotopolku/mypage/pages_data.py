"""What is stored about the client: to see, to take along as PDF or JSON, to have corrected, and who has looked.

Not for: gathering it (``own_data.py``).
"""

import json

from django.contrib import messages
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients.rules import Refusals
from kotopolku.mypage import actions, own_data, paper, queries, wording
from kotopolku.mypage.forms import CorrectionForm
from kotopolku.mypage.models import CorrectionRequest
from kotopolku.mypage.pages import as_file, show


@needs(Capability.OWN_PATH)
@require_GET
def data(request: ViewerRequest) -> HttpResponse:
    context = {
        "stored": own_data.stored_about(request.viewer),
        "corrections": [_shown(one) for one in queries.own_corrections(request.viewer)],
    }
    return show(request, "mypage/data.html", context)


def _shown(one: CorrectionRequest) -> dict[str, object]:
    return {
        "part": wording.CORRECTION_PARTS.get(one.part, one.part),
        "state": one.state,
        "state_name": wording.CORRECTION_STATES.get(one.state, one.state),
        "text": one.text,
        "made_at": one.made_at,
        "answer": one.answer,
        "answered_at": one.answered_at,
    }


@needs(Capability.OWN_PATH)
@require_GET
def data_pdf(request: ViewerRequest) -> HttpResponse:
    stored = own_data.stored_about(request.viewer)
    actions.record_download("pdf", actor=request.viewer)
    return as_file(paper.as_pdf(stored, request.viewer.day), "application/pdf", "own-data.pdf")


@needs(Capability.OWN_PATH)
@require_GET
def data_json(request: ViewerRequest) -> HttpResponse:
    stored = own_data.stored_about(request.viewer)
    actions.record_download("json", actor=request.viewer)
    text = json.dumps(stored.data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
    return as_file(text, "application/json; charset=utf-8", "own-data.json")


@needs(Capability.OWN_PATH)
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: ViewerRequest) -> HttpResponse:
    """The client asks for a correction; the worker answers, and the answer stands on the page of stored data."""
    form = CorrectionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.ask_correction(given["part"], given["text"], actor=request.viewer, token=given["token"])
        except Refusals as refusals:
            for refusal in refusals.refusals:
                form.add_error(refusal.field or None, wording.refusal_text(refusal))
        else:
            messages.success(request, _("We have got your request. You see our answer on this page."))
            return redirect("mypage:data")
    return show(request, "mypage/correct.html", {"form": form}, status=422 if form.errors else 200)


@needs(Capability.OWN_PATH)
@require_GET
def looks(request: ViewerRequest) -> HttpResponse:
    return show(request, "mypage/looks.html", {"months": queries.who_has_looked(request.viewer)})
