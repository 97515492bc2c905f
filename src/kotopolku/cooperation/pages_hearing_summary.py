"""Pages after a hearing: answers by question, how they were taken into account, the summary, as paper and as table.

The summary of a public hearing is open to everybody.
"""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_GET

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs, open_to_all
from kotopolku.clients.documents import as_pdf
from kotopolku.cooperation import access_hearings as access
from kotopolku.cooperation import hearing_paper
from kotopolku.cooperation import wording_hearings as wording
from kotopolku.cooperation.actions import hearing_answers as acts
from kotopolku.cooperation.forms_hearings import RespondForm, SummaryForm
from kotopolku.cooperation.models import HearingState
from kotopolku.cooperation.pages_hearings import address_of
from kotopolku.cooperation.queries import hearings as queries
from kotopolku.cooperation.showing import paged
from kotopolku.placement.pages import run, show_form, status_of

PAPER_LANGUAGES = ("fi", "sv", "en")


@needs(Capability.HEARING_KEEP)
@require_GET
def answers(request: ViewerRequest, hearing_id: int) -> HttpResponse:
    """What was said, by question, with counts of views."""
    found = access.own_hearing(request.viewer, hearing_id)
    context = {
        "hearing": found,
        "blocks": _shown(queries.blocks(found)),
        "closed": found.state == HearingState.CLOSED,
        "left": queries.unmarked(found),
    }
    return render(request, "cooperation/hearing_answers.html", context)


def _shown(blocks: list[queries.Block]) -> list[tuple[queries.Block, list[tuple[object, object, object]]]]:
    """Each question with its answers and their marks."""
    return [
        (block, [(one, wording.view_mark(one), wording.taken_mark(one)) for one in block.answers])
        for block in blocks
    ]


@needs(Capability.HEARING_KEEP)
def respond(request: ViewerRequest, hearing_id: int, number: int) -> HttpResponse:
    """How the answers to one question were taken into account; ``number`` 0: what was said in general."""
    viewer = request.viewer
    found = access.own_hearing(viewer, hearing_id)
    block = next((one for one in queries.blocks(found) if one.number == number), None)
    if block is None:
        raise Http404
    form = RespondForm(block.answers, request.POST if request.method == "POST" else None)
    back = reverse("cooperation:hearing-answers", args=[hearing_id])
    if request.method == "POST":
        done = run(form, lambda: acts.respond(hearing_id, number or None, form.responses(), actor=viewer))
        if done is not None:
            messages.success(request, _("Saved."))
            return redirect(back)
        # What somebody else has written is shown at its field; sent again, the form knows of it.
        typed = cast(QueryDict, form.data).copy()
        for one in form.answers:
            if form.has_error(f"response-{one.pk}", "clash"):
                typed[f"was-{one.pk}"] = queries.mark_of(one)
        form.data = typed
    context = {
        "hearing": found,
        "block": block,
        "form": form,
        "rows": [(*row, wording.view_mark(row[0])) for row in form.rows()],
        "back": back,
    }
    return render(request, "cooperation/hearing_respond.html", context, status=status_of(form))


@needs(Capability.HEARING_KEEP)
def summary_edit(request: ViewerRequest, hearing_id: int) -> HttpResponse:
    """Writing the summary; publishing it with the statements."""
    viewer = request.viewer
    found = access.own_hearing(viewer, hearing_id)
    form = SummaryForm(
        request.POST if request.method == "POST" else None,
        initial={"summary": found.summary, "version": found.version},
    )
    if request.method == "POST":
        publishes = request.POST.get("do") == "publish"
        do = acts.publish if publishes else acts.summarise
        done = run(
            form,
            lambda: do(
                hearing_id,
                form.cleaned_data["summary"],
                actor=viewer,
                expected_version=form.expected_version,
            ),
        )
        if done is not None:
            messages.success(
                request,
                _("The summary was published. Those who were heard are told.")
                if publishes
                else _("The summary was saved."),
            )
            return redirect("cooperation:hearing-summary", hearing_id)
    return show_form(
        request,
        form,
        template="cooperation/hearing_summary_form.html",
        title=_("Summary of the hearing"),
        lead=found.title,
        button=_("Save"),
        back=address_of(hearing_id),
        hearing=found,
        left=queries.unmarked(found),
    )


@open_to_all
@require_GET
def published(request: ViewerRequest) -> HttpResponse:
    """Summaries that everybody may read."""
    rows = queries.published(request.viewer)
    return render(request, "cooperation/hearings_published.html", paged(request, rows, queries.PAGE_SIZE))


@open_to_all
@require_GET
def summary(request: ViewerRequest, hearing_id: int) -> HttpResponse:
    """Who said what, by question, and how it was taken into account."""
    found = queries.summary(access.summarised_hearing(request.viewer, hearing_id))
    context = {
        "hearing": found.hearing,
        "summary": found,
        "blocks": _shown(found.blocks),
        "keeps": access.keeps(request.viewer, found.hearing),
        "signed_in": request.viewer.may(Capability.SIGNED_IN),
        "closed": found.hearing.state == HearingState.CLOSED,
    }
    return render(request, "cooperation/hearing_summary.html", context)


@open_to_all
@require_GET
def paper(request: ViewerRequest, hearing_id: int, language: str) -> HttpResponse:
    """The summary on paper."""
    if language not in PAPER_LANGUAGES:
        raise Http404
    with override(language):
        found = queries.summary(access.summarised_hearing(request.viewer, hearing_id))
        made = as_pdf(hearing_paper.content(found, request.viewer.day, language))
    return HttpResponse(
        made,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="hearing-{hearing_id}-{language}.pdf"'},
    )


@needs(Capability.HEARING_KEEP)
@require_GET
def table(request: ViewerRequest, hearing_id: int) -> HttpResponse:
    """Every answer as a table, as spreadsheets in Finland open it. The taking out is journalled."""
    found = access.own_hearing(request.viewer, hearing_id)
    acts.note_exported(hearing_id, actor=request.viewer)
    return HttpResponse(
        hearing_paper.as_csv(queries.blocks(found)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="kotopolku-hearing-{hearing_id}.csv"'},
    )
