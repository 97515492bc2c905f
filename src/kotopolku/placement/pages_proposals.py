"""Pages of a proposal for both sides: what the municipality sees and answers, questions, county, workers, arrival.

Not for: the case at the region (``pages_cases.py``).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kotopolku import law
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.actors import queries as actors
from kotopolku.clients.pages import attempt, show_refusals
from kotopolku.clients.rules import Refusals
from kotopolku.clients.wording import language
from kotopolku.placement import access
from kotopolku.placement.actions import arrivals, sealed
from kotopolku.placement.actions import proposals as actions
from kotopolku.placement.case_rules import Answered
from kotopolku.placement.forms_cases import (
    AnswerForm,
    ArrivedForm,
    HearingForm,
    PlanArrivalForm,
    ReasonForm,
    WordForm,
    WorkersForm,
    chosen_workers,
)
from kotopolku.placement.models import Case, CaseState, Proposal, ProposalState
from kotopolku.placement.pages import show_form
from kotopolku.placement.queries import cases as queries
from kotopolku.placement.queries.cases import ProposalDetail
from kotopolku.placement.queries.people import holders
from kotopolku.placement.wording_cases import answered_text


@needs(Capability.PLACEMENT_VIEW)
@require_GET
def proposals(request: ViewerRequest) -> HttpResponse:
    """Proposals of the own region or municipality: those that go on, and those that have ended."""
    viewer = request.viewer
    if not (access.is_region(viewer) or access.is_municipality(viewer)):
        raise NotVisible
    context = {
        "live": queries.proposal_rows(viewer),
        "ended": queries.proposal_rows(viewer, live=False)[:50],
        "region": access.is_region(viewer),
    }
    return render(request, "placement/proposals.html", context)


@needs(Capability.PLACEMENT_VIEW)
@require_GET
def proposal(request: ViewerRequest, proposal_id: int) -> HttpResponse:
    """One proposal; a look, so it is journalled. No name stands in it."""
    sealed.record_proposal_look(proposal_id, actor=request.viewer)
    return _page(request, proposal_id)


def _page(
    request: ViewerRequest,
    proposal_id: int,
    *,
    answer_form: AnswerForm | None = None,
    word_form: WordForm | None = None,
    clash: str = "",
) -> HttpResponse:
    viewer = request.viewer
    found = access.proposal(viewer, proposal_id)
    case = access.proposed_case(found)
    detail = queries.proposal_detail(viewer, found, case)
    municipality = access.is_municipality(viewer)
    may_answer = municipality and viewer.may(Capability.PLACEMENT_ANSWER)
    is_open = found.state == ProposalState.OPEN
    wrong = any(form is not None and form.errors for form in (answer_form, word_form))
    context = {
        "proposal": found,
        "case": case,
        "detail": detail,
        "steps": steps_of(found, case, detail),
        "municipality": municipality,
        "may_answer": may_answer and is_open and case is not None,
        "may_name": may_answer and found.state == ProposalState.ACCEPTED,
        "may_write": found.is_live and (may_answer or not municipality),
        "may_arrive": municipality
        and viewer.may(Capability.CLIENT_REGISTER)
        and detail.names_open
        and case is not None
        and case.state in (CaseState.DIRECTED, CaseState.PLANNED),
        "may_plan": case is not None and case.state in (CaseState.DIRECTED, CaseState.PLANNED),
        "form": answer_form or (AnswerForm(_workers(request)) if may_answer else None),
        "word_form": word_form or WordForm(),
        "clash": clash,
        "late": is_open and found.answer_by < viewer.day,
        "county": detail.described.county if detail.described and found.is_live else [],
    }
    response = render(
        request, "placement/proposal.html", context, status=409 if clash else 422 if wrong else 200
    )
    response["Cache-Control"] = "no-store"
    return response


@dataclass(frozen=True)
class StepView:
    """A step of the line over a proposal, for ``components/path.html``."""

    state: str
    name: str
    icon: str
    lines: tuple[str, ...] = ()
    meta: tuple[str, ...] = ()


def steps_of(found: Proposal, case: Case | None, detail: ProposalDetail) -> list[StepView]:
    """Proposed, answer, direction, names open, arrival: what is done, what is now."""
    stands = case.state if case is not None else ""
    directed = stands in (CaseState.DIRECTED, CaseState.PLANNED, CaseState.ARRIVED)
    opened = [one.opened_on for one in detail.workers if one.opened_on]
    days = _days(found, case, detail)
    done = [
        True,
        found.state != ProposalState.OPEN,
        directed,
        directed and bool(opened),
        stands == CaseState.ARRIVED,
    ]
    names = [_("Proposed"), _("Answer"), _("Direction"), _("Names open"), _("Arrival")]
    icons = ["out", "wait", "flag", "lock", "house"]
    now = done.index(False) if False in done and found.is_live else -1
    return [
        StepView("done" if done[n] else "now" if n == now else "next", names[n], icons[n], days[n])
        for n in range(len(names))
    ]


def _days(found: Proposal, case: Case | None, detail: ProposalDetail) -> list[tuple[str, ...]]:
    """A line under each step: the day, or what is waited for."""
    answered = str(ProposalState(found.state).label)
    arrival = detail.arrival
    day = arrival.arrived_on or arrival.planned_on if arrival else None
    opened = next((one.opened_on for one in detail.workers if one.opened_on), None)
    by = _("by %(day)s") % {"day": weekday_day(found.answer_by)}
    return [
        (weekday_day(found.proposed_on),),
        (answered, weekday_day(found.answered_on)) if found.answered_on else (by,),
        (weekday_day(case.directed_on),) if case and case.directed_on else (_("by the region"),),
        (weekday_day(opened),) if opened else (_("to the named workers"),),
        (weekday_day(day),) if day else (_("agreed together"),),
    ]


def weekday_day(day: date) -> str:
    """The day with its weekday as the page's language writes it."""
    return law.long_day(day, language())


def _workers(request: ViewerRequest) -> list[tuple[int, str]]:
    """Workers of the own municipality who can register clients."""
    viewer = request.viewer
    names = actors.user_names(holders(viewer.organisation_id, Capability.CLIENT_REGISTER, viewer.day))
    return sorted(names.items(), key=lambda pair: pair[1])


# --- The answer ------------------------------------------------------------------------------------------------------


@needs(Capability.PLACEMENT_ANSWER)
@require_POST
def answer(request: ViewerRequest, proposal_id: int) -> HttpResponse:
    """Yes, no, or a question; who answered second is told what the first one answered."""
    access.proposal(request.viewer, proposal_id)
    form = AnswerForm(_workers(request), request.POST)
    try:
        done = attempt(
            form, lambda: _answer(request, proposal_id, form), {"workers": "worker1", "text": "note"}
        )
    except Answered as error:
        return _page(request, proposal_id, clash=answered_text(error))
    if done is None:
        return _page(request, proposal_id, answer_form=form)
    messages.success(request, done)
    return redirect("placement:proposal", proposal_id)


def _answer(request: ViewerRequest, proposal_id: int, form: AnswerForm) -> str:
    typed, actor = form.cleaned_data, request.viewer
    if typed["answer"] == "yes":
        accepted = actions.accept_proposal(
            proposal_id,
            typed["home_ready_on"],
            actor=actor,
            workers=form.workers(),
            note=typed["note"],
            token=typed["token"],
        )
        if accepted.late:
            return _(
                "Accepted, after the day for the answer. The region waited for it. It directs the case next."
            )
        return _("Accepted. The region directs the case next; then names open to the workers you named.")
    if typed["answer"] == "no":
        actions.decline_proposal(
            proposal_id, typed["decline_reason"], typed["note"], actor=actor, token=typed["token"]
        )
        return _("Declined. It does not affect the agreement.")
    actions.ask_more(proposal_id, typed["note"], actor=actor, token=typed["token"])
    return _("The question was sent to the region. The day for the answer stays.")


@needs(Capability.PLACEMENT_VIEW)
@require_POST
def word(request: ViewerRequest, proposal_id: int) -> HttpResponse:
    """A question or an answer to the other side."""
    viewer = request.viewer
    form = WordForm(request.POST)
    act = actions.reply if access.is_region(viewer) else actions.ask_more
    try:
        written = attempt(
            form,
            lambda: act(
                proposal_id, form.cleaned_data["text"], actor=viewer, token=form.cleaned_data["token"]
            ),
        )
    except Answered as error:
        return _page(request, proposal_id, clash=answered_text(error))
    if written is None:
        return _page(request, proposal_id, word_form=form)
    messages.success(request, _("The message was sent."))
    return redirect("placement:proposal", proposal_id)


def _one_form(
    request: ViewerRequest,
    proposal_id: int,
    form: forms.Form,
    act: Callable[[], Any],
    done: str,
    *,
    names: dict[str, str] | None = None,
    **page: Any,
) -> HttpResponse:
    """A page with one form about one proposal, back to the proposal when it is done."""
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except Refusals as refusals:
            show_refusals(form, refusals, names or {})
        except Answered as error:
            messages.error(request, answered_text(error))
            return redirect("placement:proposal", proposal_id)
        else:
            messages.success(request, done)
            return redirect("placement:proposal", proposal_id)
    return show_form(request, form, back=reverse("placement:proposal", args=[proposal_id]), **page)


@needs(Capability.PLACEMENT_ANSWER)
def county(request: ViewerRequest, proposal_id: int) -> HttpResponse:
    """That the wellbeing services county was heard, and what it said."""
    found = access.proposal(request.viewer, proposal_id)
    known = queries.CountyHearing.objects.filter(proposal=found).first()
    initial = (
        {"asked_on": known.asked_on, "answered_on": known.answered_on, "statement": known.statement}
        if known
        else {"asked_on": request.viewer.day}
    )
    form = HearingForm(request.POST if request.method == "POST" else None, initial=initial)
    return _one_form(
        request,
        proposal_id,
        form,
        lambda: actions.record_hearing(proposal_id, **form.cleaned_data, actor=request.viewer),
        _("What the county said is kept with the proposal."),
        title=_("The county is heard"),
        button=_("Save"),
        lead=_("Where needs are evident, the wellbeing services county is heard before the direction."),
    )


@needs(Capability.PLACEMENT_ANSWER)
def workers(request: ViewerRequest, proposal_id: int) -> HttpResponse:
    """Who of the municipality sees the names."""
    found = access.proposal(request.viewer, proposal_id)
    now = list(found.workers.filter(ended_on=None).order_by("id").values_list("user_id", flat=True))
    initial = {f"worker{n}": user_id for n, user_id in enumerate(now, start=1)}
    form = WorkersForm(_workers(request), request.POST if request.method == "POST" else None, initial=initial)
    return _one_form(
        request,
        proposal_id,
        form,
        lambda: actions.name_workers(proposal_id, chosen_workers(form.cleaned_data), actor=request.viewer),
        _("The workers were named."),
        names={"workers": "worker1"},
        title=_("Workers who see the names"),
        button=_("Save"),
        lead=_(
            "Names and papers open to them when the region has directed the case. Each look is written down."
        ),
    )


@needs(Capability.PLACEMENT_AGREE)
def take_back(request: ViewerRequest, proposal_id: int) -> HttpResponse:
    found = access.proposal(request.viewer, proposal_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    return _one_form(
        request,
        proposal_id,
        form,
        lambda: actions.take_back_proposal(proposal_id, form.cleaned_data["reason"], actor=request.viewer),
        _("The proposal was taken back. The case waits again."),
        title=_("Take back the proposal of case %(number)s") % {"number": found.number},
        button=_("Take back"),
        lead=_("The places are free again, and names close to the municipality."),
        danger=True,
    )


# --- Arrival ---------------------------------------------------------------------------------------------------------


@needs(Capability.PLACEMENT_VIEW)
def plan_arrival(request: ViewerRequest, proposal_id: int) -> HttpResponse:
    found = access.proposal(request.viewer, proposal_id)
    known = access.arrivals(request.viewer).filter(proposal=found).first()
    initial = {"planned_on": known.planned_on, "note": known.note} if known else {}
    form = PlanArrivalForm(request.POST if request.method == "POST" else None, initial=initial)
    return _one_form(
        request,
        proposal_id,
        form,
        lambda: arrivals.plan_arrival(proposal_id, **form.cleaned_data, actor=request.viewer),
        _("The arrival was planned."),
        title=_("Plan the arrival of case %(number)s") % {"number": found.number},
        button=_("Save"),
    )


@needs(Capability.CLIENT_REGISTER)
def arrived(request: ViewerRequest, proposal_id: int) -> HttpResponse:
    """The people have come: they become clients today. Names stand on the page, so opening it is a look at them."""
    viewer = request.viewer
    found = access.proposal(viewer, proposal_id)
    if request.method == "GET":
        sealed.record_names_look(found.case_id, actor=viewer)
    people = [
        (one.member.number, f"{one.given_names} {one.family_name}".strip())
        for one in access.sealed(viewer, found.case_id)
    ]
    form = ArrivedForm(
        people,
        request.POST if request.method == "POST" else None,
        initial={"arrived_on": viewer.day, "members": [number for number, _name in people]},
    )
    return _one_form(
        request,
        proposal_id,
        form,
        lambda: arrivals.record_arrival(
            proposal_id,
            form.cleaned_data["arrived_on"],
            actor=viewer,
            members=form.cleaned_data["members"],
            duplicate_reason=form.cleaned_data["duplicate_reason"],
            token=form.cleaned_data["token"],
        ),
        _("Welcome was said: the people are clients of your municipality from today."),
        title=_("Case %(number)s: they have arrived") % {"number": found.number},
        button=_("Record the arrival"),
        lead=_(
            "Each becomes a client of your municipality, with the time limits of the Act from the day of arrival."
        ),
    )
