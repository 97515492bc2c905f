"""Pages of letters: a client's letters, writing one, sending it, its PDF; and the authority's register of letters.

Not for: rules and writing (``actions.py``).
"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients.access import Case
from kotopolku.clients.models import Plan, PlanStatus
from kotopolku.clients.pages import attempt, head, open_case
from kotopolku.clients.queries import refusal_text
from kotopolku.clients.rules import Refusals
from kotopolku.letters import actions, queries, sources
from kotopolku.letters.forms import SendForm, WriteForm, letter_choices
from kotopolku.letters.models import Channel, Letter, LetterState


@needs(Capability.CLIENT_VIEW)
@require_GET
def letters(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    """A client's letters, newest first, and which can be written."""
    case = open_case(request, relationship_id)
    context = {
        "title": _("Letters"),
        "letters": queries.of_client(request.viewer, relationship_id),
        "choices": letter_choices(),
        "can_edit": request.viewer.may(Capability.CLIENT_EDIT),
    }
    return render(request, "letters/letters.html", head(request, case) | context)


@needs(Capability.CLIENT_EDIT)
def write(request: ViewerRequest, relationship_id: int, template: str) -> HttpResponse:
    """The letter's own fields; what is known is filled in."""
    case = open_case(request, relationship_id)
    asked = sources.templates().get(template)
    if asked is None:
        raise Http404
    form = WriteForm(asked, request.POST or None, initial=_known(case))
    if request.method == "POST":
        letter = attempt(
            form,
            lambda: actions.write_letter(
                relationship_id,
                template,
                form.values(asked),
                actor=request.viewer,
                language=form.cleaned_data["language"],
                beside=form.cleaned_data["beside"],
                token=form.cleaned_data["token"],
            ),
        )
        if letter is not None:
            messages.success(request, _("The letter is ready. Look at it, then send it."))
            return redirect("letters:letter", relationship_id, letter.pk)
    context = {
        "title": queries.template_name(template),
        "form": form,
        "contact": queries.contact_today(case.responsibility, request.viewer.day),
        "decision": asked.decision,
    }
    status = 422 if form.errors else 200
    return render(request, "letters/write.html", head(request, case) | context, status=status)


def _known(case: Case) -> dict[str, Any]:
    """What the register knows for the fields: languages, the plan's days."""
    known = known_languages(case)
    plan = Plan.objects.filter(relationship=case.relationship, status=PlanStatus.IN_FORCE).first()
    if plan is not None:
        known["until"] = plan.ends_on
    return known


def known_languages(case: Case) -> dict[str, Any]:
    """The binding language and the one beside it, by the language in which the client is served."""
    service = case.relationship.person.service_language
    return {
        "language": service if service in sources.BINDING else "fi",
        "beside": service if service in sources.languages() and service not in sources.BINDING else "",
    }


@needs(Capability.CLIENT_VIEW)
@require_GET
def letter(request: ViewerRequest, relationship_id: int, letter_id: int) -> HttpResponse:
    """One letter as it was written, and what can be done with it."""
    case = open_case(request, relationship_id)
    found = queries.one(request.viewer, relationship_id, letter_id)
    return _show(request, case, found)


def _show(request: ViewerRequest, case: Case, found: Letter, *, wrong: str = "") -> HttpResponse:
    can_send = request.viewer.may(Capability.CLIENT_EDIT) and found.state in (
        LetterState.PREPARED,
        LetterState.FAILED,
    )
    context = {
        "title": queries.template_name(found.template),
        "letter": found,
        "part": found.content["parts"][0],
        "beside": found.content["parts"][1] if len(found.content["parts"]) > 1 else None,
        "channels": [(value, Channel(value).label) for value in queries.channels(request.viewer, case)]
        if can_send
        else [],
        "wrong": wrong,
    }
    return render(request, "letters/letter.html", head(request, case) | context, status=422 if wrong else 200)


@needs(Capability.CLIENT_EDIT)
@require_POST
def send(request: ViewerRequest, relationship_id: int, letter_id: int) -> HttpResponse:
    case = open_case(request, relationship_id)
    found = queries.one(request.viewer, relationship_id, letter_id)
    form = SendForm(request.POST)
    try:
        sent = actions.send_letter(
            relationship_id, letter_id, form.data.get("channel", ""), actor=request.viewer
        )
    except Refusals as refusals:
        return _show(request, case, found, wrong=refusal_text(refusals.refusals[0]))
    done = {
        Channel.PAPER.value: _(
            "The letter is marked as sent on paper. Print it and post it or hand it over."
        ),
        Channel.OWN_PAGE.value: _("The letter is on the client's own page now."),
        Channel.MESSAGES.value: _(
            "The letter waits for the messages service. You see here when it has gone."
        ),
    }
    messages.success(request, done[sent.channel])
    return redirect("letters:letter", relationship_id, letter_id)


@needs(Capability.CLIENT_EDIT)
@require_POST
def withdraw(request: ViewerRequest, relationship_id: int, letter_id: int) -> HttpResponse:
    case = open_case(request, relationship_id)
    found = queries.one(request.viewer, relationship_id, letter_id)
    try:
        actions.withdraw_letter(relationship_id, letter_id, actor=request.viewer)
    except Refusals as refusals:
        return _show(request, case, found, wrong=refusal_text(refusals.refusals[0]))
    messages.success(request, _("The letter was taken back. Its number stays used."))
    return redirect("letters:letters", relationship_id)


@needs(Capability.CLIENT_VIEW)
@require_GET
def pdf(request: ViewerRequest, relationship_id: int, letter_id: int) -> HttpResponse:
    """The letter as it was set when it was written."""
    open_case(request, relationship_id)
    found = queries.one(request.viewer, relationship_id, letter_id)
    return HttpResponse(
        actions.print_letter(found, actor=request.viewer),
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{found.number}.pdf"',
            "Cache-Control": "no-store",
        },
    )


@needs(Capability.CLIENT_VIEW)
@require_GET
def register(request: ViewerRequest) -> HttpResponse:
    """Letters that the authority has written; those not delivered first asked for."""
    state = request.GET.get("state", "")
    if state not in LetterState.values:
        state = ""
    found = queries.sent_by(request.viewer, state)
    context = {
        "letters": [(one, queries.template_name(one.template)) for one in found],
        "state": state,
        "states": LetterState.choices,
        "limit": queries.LIMIT,
    }
    return render(request, "letters/register.html", context)
