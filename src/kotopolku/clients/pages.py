"""What every page of one client shares: opening the case (and writing down the look), running an action, showing a form.

Not for: one page's own content (``pages_client.py``, ``pages_assessment.py``, ``pages_plan.py``, ``pages_review.py``).
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise

from kotopolku import law
from kotopolku.access.gate import ViewerRequest
from kotopolku.clients import access, actions, extensions, queries, rules
from kotopolku.clients.access import Case
from kotopolku.clients.queries import ClientDetail
from kotopolku.clients.rules import Refusals

T = TypeVar("T")
Words = str | Promise


def is_start_sent_again(request: ViewerRequest) -> bool:
    """Whether a POST is the form that starts something, sent twice, or lost its fields on the way.

    What it wanted has begun by now; read as the next form it would look like one that had been emptied.
    """
    return request.method == "POST" and not {"version", "do"} & set(request.POST)


def open_case(request: ViewerRequest, relationship_id: int) -> Case:
    """The case for a page about one client. A GET is a look, and looks are journalled. Raises ``NotVisible``."""
    case = access.case(request.viewer, relationship_id)
    if request.method == "GET":
        actions.record_look(relationship_id, case.relationship.person_id, actor=request.viewer)
    return case


def tabs(request: ViewerRequest, relationship_id: int) -> list[tuple[extensions.Tab, str, str]]:
    """The client's menu: each tab with its address and, where one is in it, "page" or "true" (a page further in)."""
    found = [(tab, reverse(tab.address, args=[relationship_id])) for tab in extensions.tabs(request.viewer)]
    inside = [address for _tab, address in found if request.path.startswith(address)]
    here = max(inside, key=len, default="")
    current = "page" if request.path == here else "true"
    return [(tab, address, current if address == here else "") for tab, address in found]


def head(request: ViewerRequest, case: Case) -> dict[str, Any]:
    """What ``clients/base.html`` needs on every page of a client: name, number, non-disclosure bar."""
    person = case.relationship.person
    return {
        "tabs": tabs(request, case.relationship.pk),
        "person": person,
        "relationship": case.relationship,
        "responsibility": case.responsibility,
        "protected": rules.non_disclosure_in_force(
            person.non_disclosure, person.non_disclosure_until, request.viewer.day
        ),
    }


def open_detail(request: ViewerRequest, relationship_id: int) -> ClientDetail:
    """Client and plan for a page; a GET is a look."""
    detail = queries.client_page(request.viewer, relationship_id)
    if request.method == "GET":
        actions.record_look(relationship_id, detail.person.pk, actor=request.viewer)
    return detail


def frame(request: ViewerRequest, detail: ClientDetail) -> dict[str, Any]:
    """What ``clients/base.html`` needs, from a client already read."""
    return {
        "tabs": tabs(request, detail.relationship.pk),
        "person": detail.person,
        "relationship": detail.relationship,
        "responsibility": detail.responsibility,
        "protected": detail.protected,
        "detail": detail,
    }


def plan_act(detail: ClientDetail, on: date) -> str:
    """The Act whose contents, rights and duties the plan follows on the day.

    A plan of the old Act follows it until it has been reviewed under the new one (681/2023 § 102.2).
    """
    if detail.plan is None or detail.plan.plan.made_on is None:
        return law.first_plan_end(on).rule.act
    now = law.first_plan_end(on).rule.act
    return now if any(review.act == now for review in detail.plan.reviews) else detail.plan.plan.act


def attempt(form: forms.Form, act: Callable[[], T], names: Mapping[str, str] | None = None) -> T | None:
    """Runs ``act`` if the form is sound. Its refusals go to their fields, renamed by ``names``; then the answer is None."""
    if not form.is_valid():
        return None
    try:
        return act()
    except Refusals as refusals:
        show_refusals(form, refusals, names or {})
        return None


def show_refusals(form: forms.Form, refusals: Refusals, names: Mapping[str, str]) -> None:
    """Puts each refusal at its field, or at the head of the form when the form has no such field."""
    for refusal in refusals.refusals:
        name = names.get(refusal.field, refusal.field)
        error = ValidationError(queries.refusal_text(refusal), code=refusal.code)
        form.add_error(name if name in form.fields else None, error)


def show_form(
    request: ViewerRequest,
    case: Case,
    form: forms.Form,
    *,
    title: Words,
    button: Words,
    template: str = "clients/form.html",
    lead: Words = "",
    danger: bool = False,
    **context: Any,
) -> HttpResponse:
    """A page with one form about one client; 422 when something in it needs mending."""
    shown = {"form": form, "title": title, "button": button, "lead": lead, "danger": danger}
    return render(
        request, template, head(request, case) | shown | context, status=422 if form.errors else 200
    )


def to_client(request: ViewerRequest, case: Case, done: Words) -> HttpResponse:
    """Back to the client page, saying what was done."""
    messages.success(request, str(done))
    return redirect("clients:client", case.relationship.pk)


def refused(request: ViewerRequest, case: Case, refusals: Refusals) -> HttpResponse:
    """Back to the client page, saying why an act of one button was not done."""
    for refusal in refusals.refusals:
        messages.error(request, queries.refusal_text(refusal))
    return redirect("clients:client", case.relationship.pk)
