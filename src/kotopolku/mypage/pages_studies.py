"""The client's own studies: each course with its study plan, hours, tests and certificate, and what one thinks of it.

Not for: places offered (``pages_offers.py``), all measures of the plan (``pages.courses``).
"""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients.forms import ChoiceField, text_area
from kotopolku.clients.rules import Refusals
from kotopolku.mypage import access, languages, wording
from kotopolku.mypage.pages import show
from kotopolku.training import certificate as papers
from kotopolku.training.actions import studies as actions
from kotopolku.training.feedback import QUESTIONS, SCALE
from kotopolku.training.queries import studies as queries


class FeedbackForm(forms.Form):
    """Five questions from 1 to 5, and free words."""

    def __init__(self, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        for number, question in enumerate(QUESTIONS, start=1):
            self.fields[f"answer{number}"] = ChoiceField(
                label=question,
                choices=SCALE,
                widget=forms.RadioSelect,
                error_messages={"required": gettext_lazy("Choose a number from 1 to 5.")},
            )
        self.fields["words"] = forms.CharField(
            label=gettext_lazy("What else would you like to say?"),
            required=False,
            max_length=actions.MOST_WORDS,
            widget=text_area(4),
            help_text=gettext_lazy("In any language. Do not write your name."),
        )

    def answers(self) -> list[int]:
        return [int(self.cleaned_data[f"answer{number}"]) for number in range(1, len(QUESTIONS) + 1)]


@needs(Capability.OWN_PATH)
@require_GET
def studies(request: ViewerRequest) -> HttpResponse:
    access.own_case(request.viewer)
    found = queries.own_studies(request.viewer)
    return show(request, "mypage/studies.html", {"studies": found})


@needs(Capability.OWN_PATH)
@require_GET
def certificate(request: ViewerRequest, enrolment_id: int, language: str) -> HttpResponse:
    """The certificate as PDF in Finnish or Swedish."""
    if language not in papers.LANGUAGES:
        raise Http404
    return papers.response(queries.own_certificate(request.viewer, enrolment_id), language)


@needs(Capability.OWN_PATH)
@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request: ViewerRequest, enrolment_id: int) -> HttpResponse:
    enrolment = queries.own_enrolment(request.viewer, enrolment_id)
    form = FeedbackForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.give_feedback(
                enrolment_id,
                form.answers(),
                form.cleaned_data["words"],
                languages.current().code,
                actor=request.viewer,
            )
        except Refusals as refusals:
            messages.warning(request, wording.refusal_text(refusals.refusals[0]))
        else:
            messages.success(request, _("Thank you. Your answer helps to make the course better."))
        return redirect("mypage:studies")
    context = {"form": form, "enrolment": enrolment}
    return show(request, "mypage/feedback.html", context, status=422 if form.errors else 200)
