"""Reviews of the plan, interruptions and extensions: what changes how long it lasts and when it is looked at next."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kotopolku import law
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients import actions, queries
from kotopolku.clients.forms_plan import (
    ExtensionForm,
    InterruptionForm,
    ReasonForm,
    ReviewForm,
    cited,
    own_text,
)
from kotopolku.clients.pages import attempt, frame, open_case, open_detail, to_client
from kotopolku.clients.pages_assessment import typed
from kotopolku.clients.pages_plan import longest_clock
from kotopolku.clients.plan_effect import Effect, effect
from kotopolku.clients.queries import ClientDetail
from kotopolku.clients.rules import Refusals

NEW_ACT = "681/2023"


@needs(Capability.PLAN_WRITE)
def review(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    """A review of the plan; what is typed is kept as a draft."""
    detail = open_detail(request, relationship_id)
    if detail.plan is None or detail.plan.plan.made_on is None:
        return redirect("clients:client", relationship_id)
    draft = detail.drafts.get("review")
    initial: dict[str, Any] = {"held_on": request.viewer.day, "version": detail.plan.plan.version}
    if draft is not None:
        initial |= draft.data
    initial["token"] = uuid.uuid4()
    form = ReviewForm(request.POST or None, initial=initial)
    if request.method == "POST":
        held = attempt(
            form,
            lambda: actions.hold_review(
                relationship_id, form.content(), actor=request.viewer, token=form.cleaned_data["token"]
            ),
        )
        if held is not None:
            actions.discard_form_draft(relationship_id, "review", actor=request.viewer)
            done = _("The review was saved. The next one is counted from it.")
            return to_client(request, open_case(request, relationship_id), done)
        actions.save_form_draft(relationship_id, "review", typed(request), actor=request.viewer)
    due = next((clock for clock in detail.clocks if clock.rule in ("A5", "A6")), None)
    context = frame(request, detail) | {
        "title": _("Review of the plan"),
        "form": form,
        "draft": draft,
        "view": detail.plan,
        "due": due,
        "longest": longest_clock(detail),
        "contents": [(own_text(item.texts), cited(item)) for item in law.review_contents(NEW_ACT)],
    }
    return render(request, "clients/review.html", context, status=422 if form.errors else 200)


def _made(request: ViewerRequest, relationship_id: int) -> ClientDetail | None:
    """The client if there is a plan that has been made."""
    detail = open_detail(request, relationship_id)
    return detail if detail.plan is not None and detail.plan.plan.made_on else None


@needs(Capability.PLAN_WRITE)
def interruption(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    detail = _made(request, relationship_id)
    if detail is None or detail.plan is None:
        return redirect("clients:client", relationship_id)
    form = InterruptionForm(detail.plan.plan.act, request.POST or None, initial={"token": uuid.uuid4()})
    shown = None
    if _asks_effect(request):
        shown = _effect(request, relationship_id, form)
    elif request.method == "POST":
        added = attempt(
            form, lambda: actions.add_interruption(relationship_id, **form.cleaned_data, actor=request.viewer)
        )
        if added is not None:
            messages.success(request, _("The interruption was saved. The longest time grew by its days."))
            return redirect("clients:plan", relationship_id)
    lead = _("Days on which the plan could not be carried out lengthen the longest time by as many days.")
    return _time_page(
        request,
        detail,
        form,
        title=_("Interruption"),
        button=_("Save the interruption"),
        lead=lead,
        shown=shown,
    )


@needs(Capability.PLAN_WRITE)
def extension(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    detail = _made(request, relationship_id)
    if detail is None or detail.plan is None:
        return redirect("clients:client", relationship_id)
    form = ExtensionForm(detail.plan.plan.act, request.POST or None, initial={"token": uuid.uuid4()})
    shown = None
    if _asks_effect(request):
        shown = _effect(request, relationship_id, form)
    elif request.method == "POST":
        added = attempt(
            form, lambda: actions.add_extension(relationship_id, **form.cleaned_data, actor=request.viewer)
        )
        if added is not None:
            messages.success(request, _("The extension was saved with its reason."))
            return redirect("clients:plan", relationship_id)
    lead = _("The law names the grounds and the most months. A person decides and says why.")
    return _time_page(
        request,
        detail,
        form,
        title=_("Extension"),
        button=_("Decide the extension"),
        lead=lead,
        shown=shown,
    )


def _asks_effect(request: ViewerRequest) -> bool:
    """Whether the form was sent only to see what saving it would do."""
    return request.method == "POST" and request.POST.get("do") == "effect"


def _effect(request: ViewerRequest, relationship_id: int, form: Any) -> Effect | None:
    """The latest end with what was typed; None, with the reason at the form, when it cannot be so."""
    if not form.is_valid():
        return None
    typed = form.cleaned_data
    try:
        if "months" in typed:
            more = law.Extension(typed["ground"], typed["months"])
            return effect(request.viewer, relationship_id, extension=more)
        stop = law.Period(typed["first_day"], typed["last_day"])
        return effect(request.viewer, relationship_id, interruption=stop)
    except law.LawError as refused:
        form.add_error(None, ValidationError(own_text(refused.texts), code="law"))
        return None


def _time_page(
    request: ViewerRequest,
    detail: ClientDetail,
    form: Any,
    *,
    title: str,
    button: str,
    lead: str,
    shown: Effect | None,
) -> HttpResponse:
    context = frame(request, detail) | {
        "form": form,
        "effect": shown,
        "title": title,
        "button": button,
        "lead": lead,
        "longest": longest_clock(detail),
    }
    return render(request, "clients/plan_time.html", context, status=422 if form.errors else 200)


@needs(Capability.PLAN_WRITE)
@require_POST
def cancel_time(request: ViewerRequest, relationship_id: int, kind: str, row_id: int) -> HttpResponse:
    """Cancels an interruption or extension recorded by mistake, with a reason."""
    open_case(request, relationship_id)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write why it is cancelled."))
        return redirect("clients:plan", relationship_id)
    act = actions.cancel_interruption if kind == "interruption" else actions.cancel_extension
    try:
        act(relationship_id, row_id, actor=request.viewer, reason=form.cleaned_data["reason"])
    except Refusals as refusals:
        for refusal in refusals.refusals:
            messages.error(request, queries.refusal_text(refusal))
    else:
        messages.success(request, _("It was cancelled. The longest time is counted again."))
    return redirect("clients:plan", relationship_id)
