"""The integration plan: read, written in rows with a draft kept, made, signed, referred, ended; versions; two editors at once."""

import uuid
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kotopolku import law
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients import actions, clash, queries
from kotopolku.clients.forms import DayField, EndForm
from kotopolku.clients.forms_plan import (
    MakeForm,
    PaperSignatureForm,
    PlanEditor,
    ReferralForm,
    ScreenSignatureForm,
    cited,
    own_text,
    plan_initial,
    typed_content,
)
from kotopolku.clients.models import Clock, PlanStatus, SignedHow
from kotopolku.clients.pages import (
    attempt,
    frame,
    head,
    is_start_sent_again,
    open_case,
    open_detail,
    plan_act,
    refused,
    show_form,
    to_client,
)
from kotopolku.clients.pages_assessment import typed
from kotopolku.clients.queries import ClientDetail
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.reference import queries as reference

OCCASIONS: dict[str, str | Promise] = {
    "draft": gettext_lazy("draft saved"),
    "made": gettext_lazy("plan made"),
    "edited": gettext_lazy("changed"),
    "reviewed": gettext_lazy("reviewed"),
    "extended": gettext_lazy("longest time extended"),
    "interrupted": gettext_lazy("interruption recorded"),
    "signed": gettext_lazy("signed"),
    "ended": gettext_lazy("ended"),
}


def longest_clock(detail: ClientDetail) -> Clock | None:
    """The clock that says how long the client can have plans; its explanation counts extensions and interruptions."""
    return next((clock for clock in detail.clocks if clock.rule in ("D2", "D3")), None)


@needs(Capability.CLIENT_VIEW)
@require_GET
def plan(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    """The whole plan to read, with reviews, interruptions and extensions."""
    detail = open_detail(request, relationship_id)
    if detail.plan is None:
        return redirect("clients:client", relationship_id)
    act = detail.plan.plan.act or "681/2023"
    grounds = {item.id: own_text(item.texts) for item in law.interruption_grounds(act)}
    grounds |= {item.id: own_text(item.texts) for item in law.extension_grounds(act)}
    context = frame(request, detail) | {
        "title": _("Integration plan"),
        "view": detail.plan,
        "longest": longest_clock(detail),
        "interruptions": [(row, grounds.get(row.ground, row.ground)) for row in detail.plan.interruptions],
        "extensions": [(row, grounds.get(row.ground, row.ground)) for row in detail.plan.extensions],
        "duties": [
            (own_text(item.texts), cited(item))
            for item in law.duties_and_rights(plan_act(detail, request.viewer.day))
        ],
        "can_plan": request.viewer.may(Capability.PLAN_WRITE) and detail.relationship.ended_on is None,
    }
    return render(request, "clients/plan.html", context)


@needs(Capability.PLAN_WRITE)
def plan_edit(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    """Writes the plan. Opening it for a client without one starts a draft after a question."""
    detail = open_detail(request, relationship_id)
    if detail.plan is None or detail.plan.plan.status == PlanStatus.ENDED:
        return _start(request, detail)
    if is_start_sent_again(request):
        return redirect("clients:plan-edit", relationship_id)
    if request.method == "POST":
        return _plan_sent(request, detail)
    draft = detail.drafts.get("plan")
    if draft is not None:
        editor = PlanEditor(content=typed_content(draft.data), version=draft.base_version)
    else:
        editor = PlanEditor(content=plan_initial(detail.plan.content), version=detail.plan.plan.version)
    return _edit_page(request, detail, editor, draft=draft)


def _start(request: ViewerRequest, detail: ClientDetail) -> HttpResponse:
    if request.method == "POST":
        try:
            token = uuid.UUID(request.POST.get("token", ""))
            actions.start_plan(detail.relationship.pk, actor=request.viewer, token=token)
        except ValueError:
            messages.error(request, _("The form was not complete. Try again."))
        except Refusals as refusals:
            return refused(request, open_case(request, detail.relationship.pk), refusals)
        return redirect("clients:plan-edit", detail.relationship.pk)
    context = frame(request, detail) | {"title": _("Start the plan"), "token": uuid.uuid4()}
    return render(request, "clients/plan_start.html", context)


def _plan_sent(request: ViewerRequest, detail: ClientDetail) -> HttpResponse:
    relationship_id, do = detail.relationship.pk, request.POST.get("do", "save")
    name, _colon, value = do.partition(":")
    if name in ("add", "remove"):
        editor = PlanEditor(
            content=_with_rows(typed_content(request.POST), name, value), version=_version(request)
        )
        return _edit_page(request, detail, editor)
    if name in ("discard", "take"):
        actions.discard_form_draft(relationship_id, "plan", actor=request.viewer)
        messages.success(request, _("Your draft was thrown away. This is the plan as it is stored."))
        return redirect("clients:plan-edit", relationship_id)
    if name == "merge":
        return _merged(request, detail)
    editor = PlanEditor(request.POST)
    if editor.is_valid():
        try:
            actions.save_plan(
                relationship_id,
                editor.content(),
                actor=request.viewer,
                expected_version=editor.head.cleaned_data["version"],
            )
        except EditClash as found:
            return _clash_page(request, detail, found)
        except Refusals as refusals:
            for refusal in refusals.refusals:
                error = ValidationError(queries.refusal_text(refusal), code=refusal.code)
                editor.add_refusal(refusal.field, error)
        else:
            messages.success(request, _("The plan was saved."))
            return redirect("clients:plan-make" if name == "make" else "clients:plan", relationship_id)
    actions.save_form_draft(
        relationship_id, "plan", typed(request), actor=request.viewer, base_version=_version(request)
    )
    return _edit_page(request, detail, editor)


def _version(request: ViewerRequest) -> int:
    text = request.POST.get("version", "0")
    return int(text) if text.isdecimal() else 0


def _with_rows(content: dict[str, Any], name: str, place: str) -> dict[str, Any]:
    """The content with one row more or less, for pages without script. ``place``: "goals" or "goals-0-measures[-1]"."""
    numbers = [int(part) for part in place.split("-") if part.isdecimal()]
    goals = content["goals"]
    if not numbers or numbers[0] >= len(goals):
        goals += [{"measures": [{}]}] if name == "add" else []
        return content
    goal = goals[numbers[0]]
    if name == "add":
        goal["measures"].append({})
    elif len(numbers) == 1:
        goals.remove(goal)
    elif numbers[1] < len(goal["measures"]):
        del goal["measures"][numbers[1]]
    return content


def _edit_page(
    request: ViewerRequest, detail: ClientDetail, editor: PlanEditor, *, draft: Any = None
) -> HttpResponse:
    if detail.plan is None:
        raise NotVisible
    made = detail.plan.plan.made_on
    context = frame(request, detail) | {
        "title": _("Change the plan") if made else _("Write the plan"),
        "view": detail.plan,
        "editor": editor,
        "form": editor,
        "draft": draft,
        "longest": longest_clock(detail),
        "contents": [
            (own_text(item.texts), cited(item))
            for item in law.plan_contents(plan_act(detail, request.viewer.day))
        ],
    }
    return render(request, "clients/plan_form.html", context, status=422 if editor.errors else 200)


def _clash_page(request: ViewerRequest, detail: ClientDetail, found: EditClash) -> HttpResponse:
    """Somebody else saved first: who, when, both side by side. What was typed is kept as a draft and on the page."""
    mine, theirs = typed_content(request.POST), clash.as_typed(found.theirs)
    actions.save_form_draft(
        detail.relationship.pk, "plan", typed(request), actor=request.viewer, base_version=_version(request)
    )
    context = frame(request, detail) | {
        "title": _("Somebody else has changed this plan"),
        "clash": found,
        "rows": clash.rows(mine, theirs),
        "kept": [(name, value) for name, value in typed(request).items() if name != "version"],
    }
    return render(request, "clients/plan_clash.html", context, status=409)


def _merged(request: ViewerRequest, detail: ClientDetail) -> HttpResponse:
    """The plan made of what was chosen field by field, in the form, to be looked at and saved."""
    if detail.plan is None:
        raise NotVisible
    version = _version(request)
    stored = plan_initial(detail.plan.content)
    if detail.plan.plan.version != version:
        messages.warning(request, _("The plan was changed once more in between. Look at it again."))
    take = {name.removeprefix("take.") for name, value in request.POST.items() if value == "theirs"}
    content = clash.merge(typed_content(request.POST), clash.as_typed(stored), take)
    editor = PlanEditor(content=content, version=detail.plan.plan.version)
    messages.info(request, _("This is the plan made of both. Look it through and save it."))
    return _edit_page(request, detail, editor)


@needs(Capability.PLAN_WRITE)
def plan_make(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    """The draft becomes a plan: from this day its time limits run."""
    detail = open_detail(request, relationship_id)
    case = open_case(request, relationship_id) if request.method == "POST" else None
    if detail.plan is None or detail.plan.plan.made_on:
        return redirect("clients:client", relationship_id)
    day = request.viewer.day
    limits = _limits(detail, day)
    initial = {"version": detail.plan.plan.version, "made_on": day, "ends_on": limits["latest"]}
    form = MakeForm(request.POST or None, initial=initial)
    if request.method == "POST" and case is not None:
        try:
            made = attempt(
                form,
                lambda: actions.make_plan(
                    relationship_id,
                    form.cleaned_data["made_on"],
                    form.cleaned_data["ends_on"],
                    actor=request.viewer,
                    expected_version=form.cleaned_data["version"],
                ),
            )
        except EditClash:
            messages.warning(
                request, _("Somebody has changed the plan in between. Look it through, then make it.")
            )
            return redirect("clients:plan", relationship_id)
        if made is not None:
            messages.success(request, _("The plan was made. The client signs it next."))
            return redirect("clients:plan-sign", relationship_id)
        if typed_day := form.cleaned_data.get("made_on"):
            limits = _limits(detail, typed_day)
    context = frame(request, detail) | {"title": _("Make the plan"), "form": form, "limits": limits}
    return render(request, "clients/plan_make.html", context, status=422 if form.errors else 200)


def _limits(detail: ClientDetail, made_on: date) -> dict[str, Any]:
    """Latest allowed last day of a plan made on a day, with the reasons."""
    longest = longest_clock(detail)
    if longest is not None and longest.due:
        return {"latest": longest.due, "explanation": longest.explanation, "rule": longest.rule}
    due = law.first_plan_end(made_on)
    lines = due.explanation.lines((get_language() or "fi")[:2])
    return {"latest": due.due, "explanation": lines, "rule": due.rule.id}


@needs(Capability.PLAN_WRITE)
@require_POST
def limits(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    """The latest allowed end for the day typed, asked for while the form is filled in."""
    detail = queries.client_page(request.viewer, relationship_id)
    try:
        day = DayField().clean(request.POST.get("made_on", ""))
    except ValidationError:
        day = None
    shown = _limits(detail, day or request.viewer.day)
    return render(request, "clients/plan_limits.html", {"limits": shown})


@needs(Capability.PLAN_WRITE)
def plan_sign(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    """Signature: a day for a paper, or on to the client's own page."""
    case = open_case(request, relationship_id)
    form = PaperSignatureForm(request.POST or None, initial={"signed_on": request.viewer.day})
    if request.method == "POST":
        signed = attempt(
            form,
            lambda: actions.sign_plan(
                relationship_id, form.cleaned_data["signed_on"], SignedHow.PAPER, "", actor=request.viewer
            ),
        )
        if signed is not None:
            return to_client(request, case, _("The signature was recorded."))
    return show_form(
        request,
        case,
        form,
        title=_("Sign the plan"),
        button=_("Record the signature on paper"),
        template="clients/plan_sign.html",
    )


@needs(Capability.PLAN_WRITE)
def plan_sign_screen(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    """The client's own clean page: reads the plan, writes the name, confirms."""
    detail = open_detail(request, relationship_id)
    if detail.plan is None or detail.plan.plan.made_on is None:
        return redirect("clients:client", relationship_id)
    form = ScreenSignatureForm(request.POST or None)
    if request.method == "POST":
        signed = attempt(
            form,
            lambda: actions.sign_plan(
                relationship_id,
                request.viewer.day,
                SignedHow.SCREEN,
                form.cleaned_data["name"],
                actor=request.viewer,
            ),
            {"signed_name": "name"},
        )
        if signed is not None:
            messages.success(request, _("Thank you. The plan is signed. You can give the device back."))
            return redirect("clients:client", relationship_id)
    duties = [own_text(item.texts) for item in law.duties_and_rights(plan_act(detail, request.viewer.day))]
    language = reference.language(detail.person.service_language)
    context = {
        "form": form,
        "view": detail.plan,
        "person": detail.person,
        "duties": duties,
        "language": language,
    }
    context |= {"relationship": detail.relationship, "organisation": detail.authority_name}
    return render(request, "clients/plan_sign_screen.html", context, status=422 if form.errors else 200)


@needs(Capability.PLAN_WRITE)
def referral(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    case = open_case(request, relationship_id)
    form = ReferralForm(request.POST or None, initial={"referred_on": request.viewer.day})
    if request.method == "POST":
        referred = attempt(
            form,
            lambda: actions.record_referral(
                relationship_id,
                form.cleaned_data["referred_on"],
                note=form.cleaned_data["note"],
                actor=request.viewer,
            ),
        )
        if referred is not None:
            return to_client(request, case, _("The referral was recorded."))
    return show_form(
        request,
        case,
        form,
        title=_("Refer to training or a service"),
        button=_("Record the referral"),
        lead=_("The client is referred to what the plan agrees on."),
    )


@needs(Capability.PLAN_WRITE)
def plan_end(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    case = open_case(request, relationship_id)
    form = EndForm(request.POST or None, initial={"ended_on": request.viewer.day})
    if request.method == "POST":
        ended = attempt(
            form,
            lambda: actions.end_plan(
                relationship_id,
                form.cleaned_data["ended_on"],
                form.cleaned_data["reason"],
                note=form.cleaned_data["note"],
                actor=request.viewer,
            ),
            {"on": "ended_on"},
        )
        if ended is not None:
            return to_client(request, case, _("The plan was ended. The client relationship goes on."))
    return show_form(
        request,
        case,
        form,
        title=_("End the plan"),
        button=_("End the plan"),
        danger=True,
        template="clients/plan_end.html",
    )


@needs(Capability.CLIENT_VIEW)
@require_GET
def versions(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    """All versions, and what changed from one to another in words."""
    case = open_case(request, relationship_id)
    found = queries.plan_versions(request.viewer, relationship_id)
    numbers = [version.number for version in found]
    context: dict[str, Any] = {
        "title": _("Versions of the plan"),
        "versions": [(version, OCCASIONS.get(version.occasion, version.occasion)) for version in found],
    }
    if numbers:
        newer = _number(request.GET.get("to"), numbers[0])
        older = _number(request.GET.get("from"), max(newer - 1, numbers[-1]))
        changes = queries.plan_differences(request.viewer, relationship_id, older, newer)
        shown = [(change, *clash.words_of(change)) for change in changes]
        context |= {"older": older, "newer": newer, "differences": shown}
    return render(request, "clients/plan_versions.html", head(request, case) | context)


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 6 else otherwise
