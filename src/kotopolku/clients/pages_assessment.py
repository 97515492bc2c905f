"""The assessment: started, written with a draft kept while typing, completed by a person, read and reopened."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients import access, actions
from kotopolku.clients.forms import DayField
from kotopolku.clients.forms_plan import AssessmentForm, ReasonForm, assessment_initial, own_text
from kotopolku.clients.models import Assessment, Status
from kotopolku.clients.pages import attempt, frame, is_start_sent_again, open_case, open_detail, show_form
from kotopolku.clients.queries import ClientDetail
from kotopolku.clients.rules import NOT_RELEVANT, EditClash
from kotopolku.law import assessment_items, assessment_measures, told_to_client
from kotopolku.reference import queries as reference

TITLES: dict[str, str | Promise] = {
    "1386/2010": gettext_lazy("Initial assessment"),
    "681/2023": gettext_lazy("Assessment of skills and integration service needs"),
}


class StartForm(forms.Form):
    token = forms.UUIDField(widget=forms.HiddenInput)
    started_on = DayField(label=gettext_lazy("Day of the initial interview"))


@needs(Capability.CLIENT_VIEW)
def assessment(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    """The form while it is being written, the text when it is completed, a start page before."""
    detail = open_detail(request, relationship_id)
    found = detail.assessment
    if found is not None and found.status == Status.COMPLETED and "new" not in request.GET:
        return _read(request, detail, found)
    if not request.viewer.may(Capability.ASSESSMENT_WRITE):
        return _read(request, detail, found) if found else redirect("clients:client", relationship_id)
    under_way = found is not None and found.status == Status.DRAFT
    if under_way and is_start_sent_again(request):
        return redirect("clients:assessment", relationship_id)
    return (
        _write(request, detail, found)
        if found is not None and under_way
        else _start(request, relationship_id)
    )


def _start(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    case = access.case(request.viewer, relationship_id)
    form = StartForm(request.POST or None, initial={"token": uuid.uuid4(), "started_on": request.viewer.day})
    if request.method == "POST":
        started = attempt(
            form,
            lambda: actions.start_assessment(
                relationship_id,
                form.cleaned_data["started_on"],
                actor=request.viewer,
                token=form.cleaned_data["token"],
            ),
            {"on": "started_on"},
        )
        if started is not None:
            return redirect("clients:assessment", relationship_id)
    return show_form(
        request,
        case,
        form,
        title=_("Start the assessment"),
        button=_("Start"),
        lead=_(
            "The assessment starts with the initial interview. The time limit for starting it is then met."
        ),
    )


def _write(request: ViewerRequest, detail: ClientDetail, found: Assessment) -> HttpResponse:
    relationship_id = detail.relationship.pk
    draft = detail.drafts.get("assessment")
    stored = assessment_initial(vars(found)) | {"version": found.version, "completed_on": request.viewer.day}
    initial = stored | (draft.data | {"version": draft.base_version} if draft else {})
    form = AssessmentForm(found.act, request.POST or None, initial=initial)
    if request.method != "POST":
        return _form_page(request, detail, found, form, draft)
    if request.POST.get("do") == "discard":
        actions.discard_form_draft(relationship_id, "assessment", actor=request.viewer)
        messages.success(request, _("The draft was thrown away."))
        return redirect("clients:assessment", relationship_id)
    try:
        saved = attempt(form, lambda: _save(request, relationship_id, form), {"on": "completed_on"})
    except EditClash as clash:
        actions.save_form_draft(relationship_id, "assessment", typed(request), actor=request.viewer)
        return _clash(request, detail, found, form, clash)
    if saved is None:
        actions.save_form_draft(
            relationship_id, "assessment", typed(request), actor=request.viewer, base_version=found.version
        )
        return _form_page(request, detail, found, form, None)
    if saved.status == Status.COMPLETED:
        messages.success(
            request, _("The assessment was completed. The time limits that follow from it now run.")
        )
        return redirect("clients:client", relationship_id)
    messages.success(request, _("The assessment was saved. It is not completed yet."))
    return redirect("clients:assessment", relationship_id)


def _save(request: ViewerRequest, relationship_id: int, form: AssessmentForm) -> Assessment | None:
    content, version = form.content(), form.cleaned_data["version"]
    if request.POST.get("do") != "complete":
        return actions.save_assessment(
            relationship_id, content, actor=request.viewer, expected_version=version
        )
    day = form.cleaned_data["completed_on"]
    if day is None:
        form.add_error("completed_on", _("Give the day on which the assessment was completed."))
        return None
    return actions.complete_assessment(
        relationship_id, content, day, actor=request.viewer, expected_version=version
    )


def _form_page(
    request: ViewerRequest,
    detail: ClientDetail,
    found: Assessment,
    form: AssessmentForm,
    draft: Any,
    **more: Any,
) -> HttpResponse:
    context = frame(request, detail) | {
        "title": TITLES.get(found.act, _("Assessment")),
        "assessment": found,
        "form": form,
        "draft": draft,
    }
    status = more.pop("status", 422 if form.errors else 200)
    return render(request, "clients/assessment_form.html", context | more, status=status)


def _clash(
    request: ViewerRequest, detail: ClientDetail, found: Assessment, form: AssessmentForm, clash: EditClash
) -> HttpResponse:
    """Somebody else saved: both texts side by side; what was typed stays in the form."""
    theirs = assessment_initial(clash.theirs)
    rows = [
        (str(bound.label), str(bound.value() or ""), str(theirs.get(bound.name) or ""))
        for bound in form
        if isinstance(bound.field.widget, forms.Textarea)
        and str(bound.value() or "").strip() != str(theirs.get(bound.name) or "").strip()
    ]
    form.data = typed(request) | {"version": str(clash.version)}
    return _form_page(request, detail, found, form, None, clash=clash, theirs=rows, status=409)


def _read(request: ViewerRequest, detail: ClientDetail, found: Assessment) -> HttpResponse:
    language = reference.language(found.language)
    context = frame(request, detail) | {
        "title": TITLES.get(found.act, _("Assessment")),
        "assessment": found,
        "language": language.name() if language else "",
        "items": [
            (
                own_text(item.texts),
                item,
                text if (text := found.items.get(item.id, "")) != NOT_RELEVANT else None,
            )
            for item in assessment_items(found.act)
        ],
        "measures": [
            (own_text(measure.texts), found.measures[measure.id].get("note", ""))
            for measure in assessment_measures(found.act)
            if found.measures.get(measure.id, {}).get("done")
        ],
        "told": [own_text(told.texts) for told in told_to_client(found.act) if told.id in found.told],
        "can_write": request.viewer.may(Capability.ASSESSMENT_WRITE),
    }
    return render(request, "clients/assessment.html", context)


@needs(Capability.ASSESSMENT_WRITE)
def reopen(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    case = open_case(request, relationship_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST":
        opened = attempt(
            form,
            lambda: actions.reopen_assessment(
                relationship_id, form.cleaned_data["reason"], actor=request.viewer
            ),
        )
        if opened is not None:
            return redirect("clients:assessment", relationship_id)
    return show_form(
        request,
        case,
        form,
        title=_("Reopen the assessment"),
        button=_("Reopen"),
        lead=_(
            "The assessment can then be changed and must be completed again. The reason is written in the journal."
        ),
    )


def typed(request: ViewerRequest) -> dict[str, str]:
    """What was sent, as a draft keeps it: without the form's own secrets."""
    sent = request.POST.dict()
    return {
        name: str(value) for name, value in sent.items() if name not in ("csrfmiddlewaretoken", "do", "token")
    }


@needs(Capability.CLIENT_EDIT)
@require_POST
def draft(request: ViewerRequest, relationship_id: int, form: str) -> HttpResponse:
    """Keeps what is in a form while it is being typed; answers with the time."""
    version = request.POST.get("version", "0")
    kept = actions.save_form_draft(
        relationship_id,
        form,
        typed(request),
        actor=request.viewer,
        base_version=int(version) if version.isdecimal() else 0,
    )
    return JsonResponse({"saved_at": kept.saved_at.isoformat()})
