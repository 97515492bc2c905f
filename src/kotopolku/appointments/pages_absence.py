"""Pages on staying away without telling (681/2023 § 32a): the list, one matter step by step, the warning."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kotopolku import law
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.appointments import actions, queries, rules, wording
from kotopolku.appointments.forms import (
    DecisionForm,
    DropForm,
    ExplanationForm,
    HearingForm,
    ProposalForm,
    WarningForm,
)
from kotopolku.appointments.models import OPEN_FEES, FeeState
from kotopolku.clients.pages import attempt, head, open_case, show_form
from kotopolku.clients.wording import language


@needs(Capability.CLIENT_VIEW)
@require_GET
def absences(request: ViewerRequest) -> HttpResponse:
    """Absences of the last year: who has been warned, which matters are open."""
    rows = queries.absences(request.viewer, open_only=request.GET.get("show") == "open")
    actions.record_calendar_look(sorted({row.participant.person_id for row in rows}), actor=request.viewer)
    return render(
        request,
        "appointments/absences.html",
        {"rows": rows, "show": request.GET.get("show", ""), "law_text": _law_text(request)},
    )


def _law_text(request: ViewerRequest) -> dict[str, str] | None:
    """The rule in the page's language and where it stands; None when no such rule is in force."""
    try:
        rule = law.no_show_terms(request.viewer.day).rule
    except law.RuleNotInForce:
        return None
    return {"text": rule.texts[language()], "source": rule.citation(language()), "id": rule.id}


@needs(Capability.CLIENT_VIEW)
@require_GET
def matter(request: ViewerRequest, participant_id: int) -> HttpResponse:
    """One absence: what the law asks, what has been done, what can be done next."""
    found = queries.absence(request.viewer, participant_id)
    case = open_case(request, found.participant.relationship_id)
    viewer = request.viewer
    return render(
        request,
        "appointments/absence.html",
        head(request, case)
        | {
            "title": _("Absence"),
            "matter": found,
            "booked_on": found.facts.booked_on,
            "conditions": [
                (one.met, wording.condition_text(one.id, one.met)) for one in found.answer.conditions
            ],
            "most": rules.euros(found.answer.most_eur),
            "amount": rules.euros(found.fee.amount_eur) if found.fee and found.fee.amount_eur else "",
            "cost": rules.euros(found.facts.cost_eur) if found.facts.cost_eur else "",
            "law_text": _law_text(request),
            "can_edit": viewer.may(Capability.CLIENT_EDIT),
            "can_decide": viewer.may(Capability.TEAM_LEAD),
        },
    )


@needs(Capability.CLIENT_EDIT)
def warning(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    """The client has been told of the fee; ``?absence=`` names the absence that led to it."""
    case = open_case(request, relationship_id)
    after = request.GET.get("absence", "")
    participant_id = int(after) if after.isdecimal() and len(after) < 19 else None
    initial = {"given_on": request.viewer.day, "language": case.relationship.person.service_language}
    form = WarningForm(request.POST or None, initial=initial)
    if request.method == "POST":
        done = attempt(
            form,
            lambda: actions.give_warning(
                relationship_id,
                form.cleaned_data["given_on"],
                form.cleaned_data["how"],
                actor=request.viewer,
                participant_id=participant_id,
                language=form.cleaned_data["language"],
                note=form.cleaned_data["note"],
                token=form.cleaned_data["token"],
            ),
        )
        if done is not None:
            messages.success(request, _("The warning was written down."))
            if participant_id is not None:
                return redirect("appointments:absence", participant_id)
            return redirect("appointments:of-client", relationship_id)
    return show_form(
        request,
        case,
        form,
        title=_("Told of the fee for staying away"),
        button=_("Save"),
        lead=_(
            "Write down when and how the client was told, in a language the client understands. "
            "The letter itself is made under Letters."
        ),
    )


def _step(
    request: ViewerRequest,
    participant_id: int,
    form: forms.Form,
    act: Callable[[], Any],
    *,
    after: tuple[str, ...],
    done: str,
    **words: Any,
) -> HttpResponse:
    """One step of a matter: its form, the act, and back to the matter. ``after``: states in which it can be taken."""
    found = queries.absence(request.viewer, participant_id)
    case = open_case(request, found.participant.relationship_id)
    if request.method == "GET" and (found.fee.state if found.fee else "") not in after:
        return redirect("appointments:absence", participant_id)
    if request.method == "POST" and attempt(form, act) is not None:
        messages.success(request, done)
        return redirect("appointments:absence", participant_id)
    return show_form(
        request,
        case,
        form,
        template="appointments/absence_step.html",
        most=rules.euros(found.answer.most_eur),
        matter=found,
        back=reverse("appointments:absence", args=[participant_id]),
        amount=rules.euros(found.fee.amount_eur) if found.fee and found.fee.amount_eur else "",
        **words,
    )


@needs(Capability.CLIENT_EDIT)
def hear(request: ViewerRequest, participant_id: int) -> HttpResponse:
    """Begins the matter: the client is asked to explain."""
    last = law.due("O-F1", request.viewer.day).due or request.viewer.day + timedelta(days=14)
    form = HearingForm(request.POST or None, initial={"heard_by": last})
    return _step(
        request,
        participant_id,
        form,
        lambda: actions.ask_to_explain(
            participant_id,
            form.cleaned_data["heard_by"],
            actor=request.viewer,
            token=form.cleaned_data["token"],
        ),
        done=_("The client is being heard. Send the letter that asks for an explanation."),
        lead=_("Before a fee is thought of, the client may say why. No fee is decided before that."),
        after=("",),
        title=_("Ask the client to explain"),
        button=_("Begin"),
    )


@needs(Capability.CLIENT_EDIT)
def explanation(request: ViewerRequest, participant_id: int) -> HttpResponse:
    form = ExplanationForm(request.POST or None)
    return _step(
        request,
        participant_id,
        form,
        lambda: actions.record_explanation(
            participant_id, form.cleaned_data["explanation"], actor=request.viewer
        ),
        done=_("The explanation was written down."),
        after=(FeeState.HEARING,),
        title=_("The client's explanation"),
        button=_("Save"),
    )


@needs(Capability.CLIENT_EDIT)
def propose(request: ViewerRequest, participant_id: int) -> HttpResponse:
    """A worker proposes a sum with reasons."""
    form = ProposalForm(request.POST or None)
    return _step(
        request,
        participant_id,
        form,
        lambda: actions.propose_fee(
            participant_id,
            form.cleaned_data["amount_eur"],
            form.cleaned_data["reasons"],
            actor=request.viewer,
        ),
        done=_("The fee was proposed. A team leader decides."),
        proposing=True,
        after=(FeeState.HEARD, FeeState.PROPOSED),
        title=_("Propose a fee"),
        button=_("Propose"),
    )


@needs(Capability.TEAM_LEAD)
def decide(request: ViewerRequest, participant_id: int) -> HttpResponse:
    """The decision, on a page of its own: what happens, to whom, what is logged; the sum is written again."""
    found = queries.absence(request.viewer, participant_id)
    in_two_weeks = law.next_working_day(request.viewer.day + timedelta(weeks=2))
    due_on = max(found.answer.earliest_due or in_two_weeks, in_two_weeks)
    form = DecisionForm(request.POST or None, initial={"due_on": due_on})
    return _step(
        request,
        participant_id,
        form,
        lambda: actions.decide_fee(
            participant_id,
            form.cleaned_data["amount_again"],
            form.cleaned_data["due_on"],
            actor=request.viewer,
        ),
        done=_("The fee was decided. Send the decision with the advice on how to ask for a correction."),
        lead=_(
            "The client will owe this sum. The decision is written into the journal and cannot be taken back here."
        ),
        after=(FeeState.PROPOSED,),
        title=_("Decide the fee"),
        button=_("Decide the fee"),
        danger=True,
        deciding=True,
    )


@needs(Capability.CLIENT_EDIT)
def drop(request: ViewerRequest, participant_id: int) -> HttpResponse:
    form = DropForm(request.POST or None)
    return _step(
        request,
        participant_id,
        form,
        lambda: actions.drop_fee(participant_id, form.cleaned_data["why"], actor=request.viewer),
        done=_("There is no fee for this absence."),
        lead=_("The matter ends. It cannot be begun again for this absence."),
        after=OPEN_FEES,
        title=_("Leave the fee out"),
        button=_("Leave the fee out"),
    )
