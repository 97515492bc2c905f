"""The family's page, and the pages that change who belongs to it and how: members, relations, what is special.

Not for: representatives, housing units and the family's plan (``pages_minors.py``, ``pages_plans.py``).
"""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kotopolku import law
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients import actions as client_actions
from kotopolku.clients import queries as client_queries
from kotopolku.clients.access import Case
from kotopolku.clients.pages import attempt, head, open_case, show_form
from kotopolku.clients.pages_due import STAGE_MARKS, STAGES, title_of
from kotopolku.clients.rules import PersonContent
from kotopolku.clients.wording import language
from kotopolku.families import access, actions, queries, rules
from kotopolku.families.forms import (
    EndRelationForm,
    JoinForm,
    LeaveForm,
    RelationForm,
    SituationForm,
    SplitForm,
)
from kotopolku.families.panels import line
from kotopolku.families.wording import RELATIONS


def to_family(request: ViewerRequest, case: Case, done: str | Promise) -> HttpResponse:
    """Back to the family's page, saying what was done."""
    messages.success(request, str(done))
    return redirect("families:family", case.relationship.pk)


def after_row(request: ViewerRequest, case: Case, form: Any, done: object, words: str) -> HttpResponse:
    """A small form in a row of the family's page: back there, with what was done or what was wrong."""
    if done is not None:
        return to_family(request, case, words)
    for errors in form.errors.values():
        messages.error(request, " ".join(errors))
    return redirect("families:family", case.relationship.pk)


@needs(Capability.CLIENT_VIEW)
@require_GET
def family(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    """The household as a unit: members with their paths, relations, who acts for a child, and special rules."""
    viewer = request.viewer
    case = open_case(request, relationship_id)
    person = case.relationship.person
    found = queries.family(viewer, case, language())
    around = queries.around(relationship_id, person, viewer.day)
    permits = client_queries.permits(viewer, relationship_id)
    situation = queries.situation(person, permits, _has_plan(case), around)
    minor = law.is_minor(person.birth_date, viewer.day)
    context = {
        "title": _("Family"),
        "family": found,
        "members": [_member(member, found.guardians) for member in found.members],
        "relations": [_relation(row) for row in found.relations],
        "rules": [line(rule) for rule in rules.special_rules(situation, viewer.day)],
        "minor": minor,
        "missing": minor and person.unaccompanied and not any(row.current for row in found.representatives),
        "acts_for_client": found.guardians.get(person.pk, []) if minor else [],
        "earlier": situation.earlier_relationships,
        "knows_family_plan": law.family_plan(viewer.day) is not None,
        "can_edit": viewer.may(Capability.CLIENT_EDIT),
        "can_plan": viewer.may(Capability.PLAN_WRITE),
    }
    return render(request, "families/family.html", head(request, case) | context)


def _has_plan(case: Case) -> bool:
    return case.responsibility.planned_on is not None


def _member(member: queries.Member, guardians: dict[int, list[str]]) -> dict[str, Any]:
    path = member.path
    return {
        "member": member,
        "guardians": guardians.get(member.person.pk, []) if member.is_minor else [],
        "stage": STAGES[path.stage] if path else "",
        "mark": STAGE_MARKS[path.stage] if path else "",
        "clock": title_of(path.clock) if path and path.clock else "",
    }


def _relation(row: queries.RelationRow) -> dict[str, Any]:
    return {
        "row": row,
        "what": RELATIONS[row.of_client or row.kind],
        "can_change_custody": row.kind == "parent",
    }


@needs(Capability.CLIENT_EDIT)
def join(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    """A member joins the household, and what the member is to the client."""
    case = open_case(request, relationship_id)
    form = JoinForm(request.POST or None, initial={"from_day": request.viewer.day})
    if request.method == "POST":
        joined = attempt(form, lambda: _join(request, case, form), {"kind": "relation"})
        if joined is not None:
            return to_family(request, case, _("The household member was added."))
    return show_form(
        request,
        case,
        form,
        title=_("Add to the household"),
        button=_("Add the member"),
        template="families/form.html",
        lead=_("Give the number of a person who is a client. Otherwise give the name."),
    )


@transaction.atomic
def _join(request: ViewerRequest, case: Case, form: JoinForm) -> object:
    """Both acts or neither."""
    typed, number = form.cleaned_data, form.cleaned_data["case_number"]
    other = client_queries.relationship_by_number(request.viewer, number) if number else None
    if number and other is None:
        form.add_error("case_number", _("Your authority has no client with this number."))
        return None
    person = PersonContent(typed["family_name"], typed["given_names"], birth_date=typed["birth_date"])
    member = client_actions.add_household_member(
        case.relationship.pk,
        actor=request.viewer,
        role=typed["role"],
        from_day=typed["from_day"],
        member=None if other else person,
        member_relationship_id=other,
        token=typed["token"],
    )
    known = {relation.pk for relation in access.relations(request.viewer, {member.person_id})}
    if typed["relation"] and not known:
        actions.add_relation(
            case.relationship.pk,
            actor=request.viewer,
            person_id=member.person_id,
            kind=typed["relation"],
            other_id=case.relationship.person_id,
            from_day=typed["from_day"],
            custody=typed["custody"],
        )
    return member


@needs(Capability.CLIENT_EDIT)
@require_POST
def leave(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    case = open_case(request, relationship_id)
    form = LeaveForm(request.POST)
    left = attempt(
        form,
        lambda: client_actions.end_household_member(
            relationship_id, form.cleaned_data["member"], form.cleaned_data["left_on"], actor=request.viewer
        ),
        {"on": "left_on"},
    )
    return after_row(request, case, form, left, _("The member has moved out."))


@needs(Capability.CLIENT_EDIT)
def split(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    """Some members move together into a household of their own."""
    case = open_case(request, relationship_id)
    members = queries.household_names(request.viewer, case)
    form = SplitForm(members, request.POST or None, initial={"on": request.viewer.day})
    if request.method == "POST":
        done = attempt(
            form,
            lambda: client_actions.split_household(
                relationship_id,
                [int(pk) for pk in form.cleaned_data["members"]],
                form.cleaned_data["on"],
                actor=request.viewer,
                token=form.cleaned_data["token"],
            ),
        )
        if done is not None:
            return to_family(request, case, _("The household was split."))
    return show_form(
        request,
        case,
        form,
        title=_("Split the household"),
        button=_("Split the household"),
        template="families/form.html",
        lead=_("Those chosen move together into a new household. Relations between persons stay."),
    )


@needs(Capability.CLIENT_EDIT)
def relation(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    case = open_case(request, relationship_id)
    persons = queries.persons_of_family(request.viewer, case)
    initial = {"from_day": request.viewer.day, "other": case.relationship.person_id}
    form = RelationForm(persons, request.POST or None, initial=initial)
    if request.method == "POST":
        added = attempt(form, lambda: _add_relation(request, case, form))
        if added is not None:
            return to_family(request, case, _("The relation was recorded. It shows from both ends."))
    return show_form(
        request,
        case,
        form,
        title=_("Add a family relation"),
        button=_("Add the relation"),
        template="families/form.html",
    )


def _add_relation(request: ViewerRequest, case: Case, form: RelationForm) -> object:
    typed, number = form.cleaned_data, form.cleaned_data["case_number"]
    person_id = int(typed["person"] or 0)
    if number:
        other = access.case_of_number(request.viewer, number)
        if other is None:
            form.add_error("case_number", _("Your authority has no client with this number."))
            return None
        person_id = other.relationship.person_id
    return actions.add_relation(
        case.relationship.pk,
        actor=request.viewer,
        person_id=person_id,
        kind=typed["kind"],
        other_id=int(typed["other"]),
        from_day=typed["from_day"],
        custody=typed["custody"],
        source=typed["source"],
        token=typed["token"],
    )


@needs(Capability.CLIENT_EDIT)
@require_POST
def change_relation(request: ViewerRequest, relationship_id: int, relation_id: int) -> HttpResponse:
    """A row's buttons: the relation ends, was a mistake, or custody changes."""
    case = open_case(request, relationship_id)
    access.relation(request.viewer, case, relation_id)
    form = EndRelationForm(request.POST)
    if request.POST.get("do") == "remove":
        actions.remove_relation(relationship_id, relation_id, actor=request.viewer)
        return to_family(
            request, case, _("The relation was removed. The journal keeps that it was recorded.")
        )
    if request.POST.get("do") in ("custody", "no-custody"):
        has = request.POST["do"] == "custody"
        done: object = attempt(
            form,
            lambda: actions.change_custody(
                relationship_id, relation_id, has, form.cleaned_data["on"], actor=request.viewer
            ),
        )
        return after_row(request, case, form, done, _("Custody was changed."))
    done = attempt(
        form,
        lambda: actions.end_relation(
            relationship_id, relation_id, form.cleaned_data["on"], actor=request.viewer
        ),
    )
    return after_row(request, case, form, done, _("The end of the relation was saved."))


@needs(Capability.CLIENT_EDIT)
def situation(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    """What is special in the person's situation: it changes rules and clocks."""
    case = open_case(request, relationship_id)
    person = case.relationship.person
    initial = {
        "unaccompanied": person.unaccompanied,
        "trafficking_victim": person.trafficking_victim,
    }
    form = SituationForm(request.POST or None, initial=initial)
    if request.method == "POST":
        saved = attempt(
            form,
            lambda: client_actions.set_situation(relationship_id, actor=request.viewer, **form.cleaned_data),
        )
        if saved is not None:
            return to_family(request, case, _("Saved. The time limits were counted again."))
    return show_form(
        request,
        case,
        form,
        title=_("Special situation"),
        button=_("Save"),
        template="families/form.html",
    )
