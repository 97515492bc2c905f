"""The client page, its timeline, and the pages that change one thing about the person or the client relationship."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients import actions, extensions, pages_path, queries
from kotopolku.clients.forms import (
    CONSENT_PURPOSES,
    ConsentForm,
    EndForm,
    EndMemberForm,
    EndPermitForm,
    JobseekerForm,
    MemberForm,
    NonDisclosureForm,
    PermitForm,
    ProtectedReasonForm,
    WithdrawConsentForm,
    WorkerForm,
)
from kotopolku.clients.pages import attempt, head, open_case, refused, show_form, tabs, to_client
from kotopolku.clients.pages_due import act_for
from kotopolku.clients.queries import ClientDetail
from kotopolku.clients.rules import PermitContent, PersonContent, Refusals, Stage
from kotopolku.journal import queries as journal
from kotopolku.reference import queries as reference


@dataclass(frozen=True)
class Button:
    """The one filled button of the client page: what comes next on the path."""

    words: str
    address: str


@dataclass(frozen=True)
class Coming:
    on: date
    words: str
    address: str = ""


@needs(Capability.CLIENT_VIEW)
@require_GET
def client(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    viewer = request.viewer
    detail = queries.client_page(viewer, relationship_id)
    actions.record_look(relationship_id, detail.person.pk, actor=viewer)
    return render(
        request,
        "clients/client.html",
        {
            "detail": detail,
            "person": detail.person,
            "relationship": detail.relationship,
            "responsibility": detail.responsibility,
            "protected": detail.protected,
            "title": _("Client"),
            "tabs": tabs(request, relationship_id),
            "panels": extensions.panels(viewer, detail),
            "languages": _language_names(detail),
            "citizenships": [
                country.name() for country in map(reference.country, detail.person.citizenships) if country
            ],
            "place": _place(detail),
            "steps": pages_path.steps(detail, viewer.day),
            "clock_rows": pages_path.clock_rows(detail, viewer.day),
            "next_step": next_step(detail),
            "coming": _coming(detail, viewer.day),
            "looks": journal.look_counts(viewer, [detail.person.pk])[detail.person.pk],
            "can_edit": viewer.may(Capability.CLIENT_EDIT),
            "can_plan": viewer.may(Capability.PLAN_WRITE),
        },
    )


def next_step(detail: ClientDetail) -> Button | None:
    """What the stage asks for next; None when nothing does."""
    plan = detail.plan.plan if detail.plan else None
    drafting = plan is not None and plan.made_on is None
    words, page = {
        Stage.REGISTERED: (_("Start assessment"), "assessment"),
        Stage.ASSESSING: (_("Go on with the assessment"), "assessment"),
        Stage.ASSESSED: (_("Go on with the plan"), "plan-edit")
        if drafting
        else (_("Make plan"), "plan-edit"),
        Stage.PLANNED: (_("Refer"), "referral")
        if plan and plan.signed_on
        else (_("Sign the plan"), "plan-sign"),
        Stage.UNDER_WAY: (_("Start review"), "review"),
    }.get(detail.stage, ("", ""))
    return Button(words, reverse(f"clients:{page}", args=[detail.relationship.pk])) if page else None


def _language_names(detail: ClientDetail) -> dict[str, Any]:
    def name(code: str) -> str:
        found = reference.language(code)
        return found.name() if found else code

    person = detail.person
    return {
        "mother_tongue": name(person.mother_tongue) if person.mother_tongue else "",
        "others": [name(code) for code in person.languages],
        "service": name(person.service_language) if person.service_language else "",
    }


def _place(detail: ClientDetail) -> str:
    if detail.contact is None:
        return ""
    found = reference.municipality_by_code(detail.contact.municipality)
    return found.name() if found else detail.contact.municipality


def _coming(detail: ClientDetail, on: date) -> list[Coming]:
    """What lies ahead, nearest first: last days by law, an agreed review, beginnings and ends of measures."""
    found = [
        Coming(clock.due, (act := act_for(clock)).title, act.address)
        for clock in detail.clocks
        if clock.due and clock.due >= on
    ]
    if detail.plan:
        if detail.plan.reviews and (agreed := detail.plan.reviews[0].next_review_on):
            found.append(Coming(agreed, _("Review agreed with the client")))
        for goal in detail.plan.goals:
            for measure in goal.measures:
                if measure.starts_on and measure.starts_on >= on:
                    found.append(Coming(measure.starts_on, _("Begins: %(title)s") % {"title": measure.title}))
                elif measure.ends_on and measure.ends_on >= on:
                    found.append(Coming(measure.ends_on, _("Ends: %(title)s") % {"title": measure.title}))
    return sorted((coming for coming in found if coming.on >= on), key=lambda coming: coming.on)[:4]


@needs(Capability.CLIENT_VIEW)
@require_GET
def events(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    """The client's timeline from the journal: what was done and who looked."""
    case = open_case(request, relationship_id)
    before = request.GET.get("before", "")
    show = request.GET.get("show", "")
    found = journal.timeline(
        request.viewer,
        case.relationship.person_id,
        before=int(before) if before.isdecimal() and len(before) < 19 else None,
        with_looks=show != "acts",
    )
    people, organisations = queries.names_of(
        {line.actor_id for line in found.lines if line.actor_id},
        {line.organisation_id for line in found.lines if line.organisation_id},
    )
    lines = [
        {
            "line": line,
            "who": people.get(line.actor_id or 0, line.system),
            "where": organisations.get(line.organisation_id or 0, ""),
        }
        for line in found.lines
    ]
    context = {
        "title": pgettext("of a client", "Events"),
        "lines": lines,
        "before": found.before,
        "show": show,
    }
    return render(request, "clients/events.html", head(request, case) | context)


@needs(Capability.PROTECTED_VIEW)
def protected(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    """Municipality and contacts under a non-disclosure order, for one look with a reason."""
    case = open_case(request, relationship_id)
    form = ProtectedReasonForm(request.POST or None)
    if request.method == "POST":
        contact = attempt(
            form,
            lambda: actions.open_protected(
                relationship_id, form.cleaned_data["reason"], actor=request.viewer
            ),
        )
        if contact is not None:
            place = reference.municipality_by_code(contact.municipality)
            context = {
                "title": _("Protected contacts"),
                "contact": contact,
                "place": place.name() if place else "",
            }
            response = render(request, "clients/protected.html", head(request, case) | context)
            response["Cache-Control"] = "no-store"
            return response
    return show_form(
        request,
        case,
        form,
        title=_("Show hidden contacts"),
        button=_("Show the contacts"),
        lead=_(
            "The order protects the person's life or health. Look only when your work with this client needs it."
        ),
    )


@needs(Capability.CLIENT_EDIT)
def permit(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    case = open_case(request, relationship_id)
    form = PermitForm(request.POST or None)
    if request.method == "POST":
        names = {
            "permit_starts": "starts",
            "permit_ends": "ends",
            "permit_kind": "kind",
            "permit_basis": "basis",
        }
        added = attempt(
            form,
            lambda: _add_permit(request, relationship_id, **form.cleaned_data),
            names,
        )
        if added is not None:
            return to_client(request, case, _("The right of residence was added."))
    return show_form(
        request,
        case,
        form,
        title=_("Right of residence"),
        button=_("Add"),
        lead=_("The first permit, card or registration starts the three years in which a plan can be made."),
        template="clients/permit.html",
        permits=queries.permits(request.viewer, relationship_id),
    )


def _add_permit(request: ViewerRequest, relationship_id: int, *, token: uuid.UUID, **content: Any) -> object:
    return actions.add_permit(relationship_id, PermitContent(**content), actor=request.viewer, token=token)


@needs(Capability.CLIENT_EDIT)
@require_POST
def end_permit(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    case = open_case(request, relationship_id)
    form = EndPermitForm(request.POST)
    ended = attempt(
        form,
        lambda: actions.end_permit(
            relationship_id, form.cleaned_data["permit"], form.cleaned_data["ends"], actor=request.viewer
        ),
    )
    return _after_row(request, case, form, ended, _("The last day was saved."), "clients:permit")


@needs(Capability.CLIENT_EDIT)
def household(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    case = open_case(request, relationship_id)
    form = MemberForm(request.POST or None)
    if (
        request.method == "POST"
        and attempt(form, lambda: _add_member(request, relationship_id, form)) is not None
    ):
        return to_client(request, case, _("The household member was added."))
    return show_form(
        request,
        case,
        form,
        title=_("Household"),
        button=_("Add the member"),
        template="clients/household.html",
        members=queries.household(request.viewer, relationship_id),
    )


def _add_member(request: ViewerRequest, relationship_id: int, form: MemberForm) -> object:
    typed = form.cleaned_data
    other = (
        queries.relationship_by_number(request.viewer, typed["case_number"]) if typed["case_number"] else None
    )
    person = PersonContent(typed["family_name"], typed["given_names"], birth_date=typed["birth_date"])
    return actions.add_household_member(
        relationship_id,
        actor=request.viewer,
        role=typed["role"],
        from_day=typed["from_day"],
        member=None if other else person,
        member_relationship_id=other,
        token=typed["token"],
    )


@needs(Capability.CLIENT_EDIT)
@require_POST
def end_member(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    case = open_case(request, relationship_id)
    form = EndMemberForm(request.POST)
    ended = attempt(
        form,
        lambda: actions.end_household_member(
            relationship_id, form.cleaned_data["member"], form.cleaned_data["left_on"], actor=request.viewer
        ),
    )
    return _after_row(request, case, form, ended, _("The last day was saved."), "clients:household")


@needs(Capability.CLIENT_EDIT)
def consent(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    case = open_case(request, relationship_id)
    form = ConsentForm(request.POST or None)
    if request.method == "POST":
        given = attempt(
            form, lambda: actions.give_consent(relationship_id, **form.cleaned_data, actor=request.viewer)
        )
        if given is not None:
            return to_client(request, case, _("The consent was saved."))
    purposes = dict(CONSENT_PURPOSES)
    consents = [
        (row, purposes.get(row.purpose, row.purpose))
        for row in queries.consents(request.viewer, relationship_id)
    ]
    return show_form(
        request,
        case,
        form,
        title=_("Consents"),
        button=_("Save the consent"),
        template="clients/consent.html",
        consents=consents,
    )


@needs(Capability.CLIENT_EDIT)
@require_POST
def withdraw_consent(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    case = open_case(request, relationship_id)
    form = WithdrawConsentForm(request.POST)
    done = attempt(
        form,
        lambda: actions.withdraw_consent(
            relationship_id,
            form.cleaned_data["consent"],
            form.cleaned_data["withdrawn_on"],
            actor=request.viewer,
        ),
    )
    return _after_row(request, case, form, done, _("The consent was taken back."), "clients:consent")


def _after_row(
    request: ViewerRequest, case: Any, form: Any, done: object, words: str, page: str
) -> HttpResponse:
    """A small form in a row of a list: back to the list, with what was done or what was wrong."""
    if done is not None:
        messages.success(request, words)
    else:
        for errors in form.errors.values():
            messages.error(request, " ".join(errors))
    return redirect(page, case.relationship.pk)


@needs(Capability.CLIENT_EDIT)
def non_disclosure(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    case = open_case(request, relationship_id)
    person = case.relationship.person
    form = NonDisclosureForm(
        request.POST or None,
        initial={"non_disclosure": person.non_disclosure, "until": person.non_disclosure_until},
    )
    if request.method == "POST":
        done = attempt(
            form,
            lambda: actions.set_non_disclosure(
                relationship_id,
                form.cleaned_data["non_disclosure"],
                form.cleaned_data["until"],
                actor=request.viewer,
            ),
            {"non_disclosure_until": "until"},
        )
        if done is not None:
            return to_client(request, case, _("The non-disclosure order was saved."))
    return show_form(
        request,
        case,
        form,
        title=_("Non-disclosure order"),
        button=_("Save"),
        lead=_("While it is in force, municipality, address and contacts are hidden everywhere."),
    )


@needs(Capability.CLIENT_EDIT)
def jobseeker(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    """Job search begins or ends. If the law then names another authority, a person confirms before the client passes."""
    case = open_case(request, relationship_id)
    form = JobseekerForm(request.POST or None, initial={"on": request.viewer.day})
    proposal = None
    if request.method == "POST":
        confirmed = "confirm" in request.POST
        proposal = attempt(
            form,
            lambda: actions.set_jobseeker(
                relationship_id,
                form.cleaned_data["jobseeker"] == "yes",
                form.cleaned_data["on"],
                actor=request.viewer,
                confirm=confirmed,
                keep_reason=request.POST.get("keep_reason", "")
                if request.POST.get("confirm") == "keep"
                else "",
                offered=request.POST.get("confirm") == "offer",
            ),
        )
        if proposal is not None and proposal.changes and request.POST.get("confirm") == "offer":
            messages.success(request, _("The job search was saved. Your authority answers for now."))
            address = reverse("handover:offer-client", args=[relationship_id])
            return redirect(f"{address}?occasion=jobseeker")
        if proposal is not None and confirmed:
            if proposal.passed:
                messages.success(
                    request,
                    _("The client now belongs to %(authority)s. You no longer see the client.")
                    % {"authority": proposal.answer.name},
                )
                return redirect("clients:list")
            return to_client(request, case, _("The job search was saved. Your authority goes on answering."))
    return show_form(
        request,
        case,
        form,
        title=_("Job search"),
        button=_("Go on"),
        lead=_("The job search decides which authority is responsible for the client."),
        template="clients/jobseeker.html",
        proposal=proposal,
        keep_reason=request.POST.get("keep_reason", ""),
    )


@needs(Capability.CLIENT_EDIT)
def worker(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    case = open_case(request, relationship_id)
    form = WorkerForm(
        queries.workers(request.viewer),
        request.POST or None,
        initial={"worker": case.responsibility.worker_id or request.viewer.user_id},
    )
    if request.method == "POST":
        chosen = attempt(
            form,
            lambda: actions.assign_worker(
                relationship_id, int(form.cleaned_data["worker"] or 0) or None, actor=request.viewer
            ),
        )
        if chosen is not None:
            return to_client(request, case, _("The own worker was saved."))
    return show_form(request, case, form, title=_("Own worker"), button=_("Save"))


@needs(Capability.CLIENT_EDIT)
def end(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    case = open_case(request, relationship_id)
    form = EndForm(request.POST or None, initial={"ended_on": request.viewer.day})
    if request.method == "POST":
        typed = lambda: form.cleaned_data  # noqa: E731 - read after the form has been checked
        done = attempt(
            form,
            lambda: actions.end_relationship(
                relationship_id,
                typed()["ended_on"],
                typed()["reason"],
                note=typed()["note"],
                actor=request.viewer,
            ),
            {"on": "ended_on"},
        )
        if done is not None:
            return to_client(
                request, case, _("The client relationship was ended. You can take it back on this page.")
            )
    return show_form(
        request,
        case,
        form,
        title=_("End the client relationship"),
        button=_("End the client relationship"),
        danger=True,
        template="clients/end.html",
    )


@needs(Capability.CLIENT_EDIT)
@require_POST
def undo_end(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    case = open_case(request, relationship_id)
    try:
        actions.undo_end(relationship_id, actor=request.viewer)
    except Refusals as refusals:
        return refused(request, case, refusals)
    return to_client(request, case, _("The client relationship goes on as before."))


@needs(Capability.CLIENT_EDIT)
@require_POST
def confirm(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    case = open_case(request, relationship_id)
    actions.confirm_person(relationship_id, actor=request.viewer)
    return to_client(request, case, _("The data was confirmed today."))
