"""Pages of agreements: the list, one with what happens next, each step's form, and the agreement on paper."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import Refusals
from kotopolku.clients.wording import refusal_text
from kotopolku.placement import access, actions, papers
from kotopolku.placement.forms_places import (
    AgreementForm,
    DecisionForm,
    DiscardForm,
    EndForm,
    ReviewForm,
    SignForm,
    StatementForm,
)
from kotopolku.placement.models import Agreement
from kotopolku.placement.pages import saving
from kotopolku.placement.queries import agreements as queries


@needs(Capability.PLACEMENT_VIEW)
@require_GET
def agreements(request: ViewerRequest) -> HttpResponse:
    viewer = request.viewer
    everything = request.GET.get("show") == "all"
    context = {
        "lines": queries.agreement_lines(viewer, all_states=everything),
        "everything": everything,
        "may_draft": viewer.may(Capability.PLACEMENT_AGREE) and access.is_region(viewer),
        "region": access.is_region(viewer),
    }
    return render(request, "placement/agreements.html", context)


@needs(Capability.PLACEMENT_AGREE)
def new(request: ViewerRequest) -> HttpResponse:
    viewer = request.viewer
    form = AgreementForm(
        access.municipalities(viewer),
        request.POST if request.method == "POST" else None,
        initial={"starts_on": viewer.day},
    )
    return saving(
        request,
        form,
        lambda: actions.draft_agreement(form.content(), actor=viewer, token=form.cleaned_data["token"]),
        done=_("The draft was made. The municipality has been told."),
        onward=lambda made: reverse("placement:agreement", args=[made.pk]),
        title=_("New agreement on municipal places"),
        lead=_("The draft can be changed until the municipality has decided."),
        button=_("Make the draft"),
        back=reverse("placement:agreements"),
    )


@needs(Capability.PLACEMENT_VIEW)
@require_GET
def agreement(request: ViewerRequest, agreement_id: int) -> HttpResponse:
    detail = queries.agreement_detail(request.viewer, agreement_id)
    row = detail.agreement
    context = {
        "detail": detail,
        "agreement": row,
        "year": request.viewer.day.year,
        "signed_by": {
            "municipality": detail.names.get(row.signed_municipality_by_id or 0, ""),
            "authority": detail.names.get(row.signed_authority_by_id or 0, ""),
        },
    }
    return render(request, "placement/agreement.html", context)


@needs(Capability.PLACEMENT_AGREE)
def edit(request: ViewerRequest, agreement_id: int) -> HttpResponse:
    viewer = request.viewer
    row = access.agreement(viewer, agreement_id)
    initial = {
        "starts_on": row.days.lower,
        "ends_on": row.last_day,
        "groups": row.groups,
        "preparedness": row.preparedness,
        "version": row.version,
    }
    form = AgreementForm(None, request.POST if request.method == "POST" else None, initial=initial)
    return saving(
        request,
        form,
        lambda: actions.change_agreement(
            agreement_id, form.content(), actor=viewer, expected_version=form.expected_version
        ),
        done=_("The draft was saved."),
        title=_("Change the agreement with %(municipality)s") % {"municipality": row.municipality.name},
        button=_("Save"),
        back=reverse("placement:agreement", args=[agreement_id]),
    )


def _mine(viewer: Viewer, agreement_id: int) -> Agreement:
    """An agreement in which the viewer may act for one of the sides. ``NotVisible``, ``MissingCapability``."""
    found = access.agreement(viewer, agreement_id)
    access.side_of(viewer)
    return found


@needs(Capability.PLACEMENT_VIEW)
@require_POST
def ask_county(request: ViewerRequest, agreement_id: int) -> HttpResponse:
    try:
        actions.ask_county(agreement_id, actor=request.viewer)
        messages.success(
            request, _("The county has been told that it is heard. Record its statement when it comes.")
        )
    except Refusals as refusals:
        for refusal in refusals.refusals:
            messages.error(request, refusal_text(refusal))
    return redirect("placement:agreement", agreement_id)


@needs(Capability.PLACEMENT_VIEW)
def statement(request: ViewerRequest, agreement_id: int) -> HttpResponse:
    viewer = request.viewer
    row = _mine(viewer, agreement_id)
    form = StatementForm(
        request.POST if request.method == "POST" else None,
        initial={"answered_on": viewer.day, "statement": row.county_statement},
    )
    return saving(
        request,
        form,
        lambda: actions.record_statement(
            agreement_id, form.cleaned_data["statement"], form.cleaned_data["answered_on"], actor=viewer
        ),
        done=_("The county's statement was recorded."),
        title=_("The county's statement"),
        lead=row.county.name if row.county else "",
        button=_("Save"),
        back=reverse("placement:agreement", args=[agreement_id]),
    )


@needs(Capability.PLACEMENT_VIEW)
def decide(request: ViewerRequest, agreement_id: int) -> HttpResponse:
    viewer = request.viewer
    row = _mine(viewer, agreement_id)
    form = DecisionForm(
        request.POST if request.method == "POST" else None,
        initial={"decided_on": viewer.day, "version": row.version},
    )
    return saving(
        request,
        form,
        lambda: actions.decide_agreement(
            agreement_id, form.decision(), actor=viewer, expected_version=form.expected_version
        ),
        done=_("The decision was recorded. Both sides can sign now."),
        title=_("The municipality's decision"),
        lead=_("After this the content cannot be changed."),
        button=_("Record the decision"),
        back=reverse("placement:agreement", args=[agreement_id]),
    )


@needs(Capability.PLACEMENT_VIEW)
def sign(request: ViewerRequest, agreement_id: int) -> HttpResponse:
    viewer = request.viewer
    row = _mine(viewer, agreement_id)
    form = SignForm(request.POST if request.method == "POST" else None, initial={"version": row.version})
    return saving(
        request,
        form,
        lambda: actions.sign_agreement(agreement_id, actor=viewer, expected_version=form.expected_version),
        done=_("You have signed the agreement for your organisation."),
        title=_("Sign the agreement with %(municipality)s")
        % {"municipality": row.authority.name if access.is_municipality(viewer) else row.municipality.name},
        lead=_("A signature cannot be taken back. A signed agreement can only be ended."),
        button=_("Sign"),
        back=reverse("placement:agreement", args=[agreement_id]),
    )


@needs(Capability.PLACEMENT_AGREE)
def review(request: ViewerRequest, agreement_id: int) -> HttpResponse:
    viewer = request.viewer
    row = access.agreement(viewer, agreement_id)
    form = ReviewForm(request.POST if request.method == "POST" else None, initial={"reviewed_on": viewer.day})
    return saving(
        request,
        form,
        lambda: actions.review_agreement(
            agreement_id,
            form.cleaned_data["summary"],
            form.cleaned_data["reviewed_on"],
            actor=viewer,
            token=form.cleaned_data["token"],
        ),
        done=_("The review was recorded."),
        title=_("Review the agreement with %(municipality)s") % {"municipality": row.municipality.name},
        button=_("Record the review"),
        back=reverse("placement:agreement", args=[agreement_id]),
    )


@needs(Capability.PLACEMENT_VIEW)
def end(request: ViewerRequest, agreement_id: int) -> HttpResponse:
    viewer = request.viewer
    row = _mine(viewer, agreement_id)
    form = EndForm(request.POST if request.method == "POST" else None, initial={"last_day": row.last_day})
    return saving(
        request,
        form,
        lambda: actions.end_agreement(
            agreement_id, form.cleaned_data["last_day"], form.cleaned_data["reason"], actor=viewer
        ),
        done=_("The agreement ends on the day you gave. The other side has been told."),
        title=_("End the agreement with %(municipality)s") % {"municipality": row.municipality.name},
        lead=_("Places that are reserved or in use stay so. No new places can be taken after the last day."),
        button=_("End the agreement"),
        back=reverse("placement:agreement", args=[agreement_id]),
        danger=True,
    )


@needs(Capability.PLACEMENT_VIEW)
def discard(request: ViewerRequest, agreement_id: int) -> HttpResponse:
    viewer = request.viewer
    row = _mine(viewer, agreement_id)
    form = DiscardForm(request.POST if request.method == "POST" else None)
    return saving(
        request,
        form,
        lambda: actions.discard_agreement(agreement_id, form.cleaned_data["reason"], actor=viewer),
        done=_("The agreement was given up."),
        onward=lambda _done: reverse("placement:agreements"),
        title=_("Give up the agreement with %(municipality)s") % {"municipality": row.municipality.name},
        button=_("Give up"),
        back=reverse("placement:agreement", args=[agreement_id]),
        danger=True,
    )


@needs(Capability.PLACEMENT_VIEW)
@require_GET
def paper(request: ViewerRequest, agreement_id: int, language: str) -> HttpResponse:
    """The agreement as tagged PDF in one of the languages of administration, or in English."""
    if language not in papers.LANGUAGES:
        raise Http404
    with translation.override(language):
        detail = queries.agreement_detail(request.viewer, agreement_id)
        pdf = papers.agreement_pdf(detail, request.viewer.day)
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="agreement-{agreement_id}-{language}.pdf"',
            "Cache-Control": "no-store",
        },
    )
