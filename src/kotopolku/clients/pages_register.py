"""Registering a client: one form, a preview of who answers by law, a warning of possible duplicates. Editing the person."""

import uuid
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients import actions, queries
from kotopolku.clients.forms import DayField, PersonAndContactForm, PersonForm, RegisterForm, person_initial
from kotopolku.clients.pages import attempt, head, open_case, to_client
from kotopolku.clients.rules import EditClash, Refusals

FIELD_NAMES = {
    "jobseeker_since": "jobseeker_from",
    "languages": "other_language",
    "citizenships": "citizenship",
}


@needs(Capability.CLIENT_REGISTER)
def register(request: ViewerRequest) -> HttpResponse:
    viewer = request.viewer
    initial = {"token": uuid.uuid4(), "started_on": viewer.day}
    form = RegisterForm(request.POST or None, initial=initial)
    if request.method == "POST":
        registered = attempt(form, lambda: _register(request, form), FIELD_NAMES)
        if registered is not None:
            done = _("Client %(number)s was registered.")
            if form.cleaned_data["same_person"] and "another" not in request.POST:
                done = _("Client %(number)s: a new client relationship was opened for the same person.")
            messages.success(request, done % {"number": registered.case_number})
            return redirect("clients:client", registered.pk)
    asked = set(form.errors) | {name for name in form.fields if form.data.get(name)}
    alike = asked & {"duplicate_reason", "same_person", "same_person_reason"}
    return render(
        request,
        "clients/register.html",
        {
            "form": form,
            "duplicates": _duplicates(request, form) if alike else [],
            "ask_override": "override_reason" in asked,
            "answer": _answer(request) if request.method == "POST" else None,
        },
        status=422 if form.errors else 200,
    )


def _duplicates(request: ViewerRequest, form: RegisterForm) -> list[queries.DuplicateMatch]:
    """Nothing while what was typed of the person cannot be read."""
    if set(form.errors) & set(PersonForm.base_fields):
        return []
    return queries.duplicates(request.viewer, form.person())


def _register(request: ViewerRequest, form: RegisterForm) -> Any:
    number = form.cleaned_data["household_case"]
    household_with = queries.person_by_number(request.viewer, number) if number else None
    if number and household_with is None:
        form.add_error("household_case", _("Your authority has no client with this number."))
        return None
    client = form.new_client(household_with=household_with, worker_id=request.viewer.user_id)
    if "another" in request.POST:
        client = replace(client, same_person_id=None, same_person_reason="")
    return actions.register_client(client, actor=request.viewer, token=form.cleaned_data["token"])


class _AuthorityForm(forms.Form):
    """What decides who answers."""

    municipality = forms.CharField()
    jobseeker = forms.ChoiceField(choices=[("yes", ""), ("no", "")])
    started_on = DayField()


def _answer(request: ViewerRequest) -> dict[str, Any] | None:
    """Who answers by law for what has been typed so far; None while something is missing."""
    form = _AuthorityForm(request.POST)
    if not form.is_valid():
        return None
    try:
        answer = queries.who_answers_for(
            request.viewer,
            municipality=form.cleaned_data["municipality"],
            jobseeker=form.cleaned_data["jobseeker"] == "yes",
            on=request.viewer.day,
        )
    except Refusals as refusals:
        return {"refusals": [queries.refusal_text(refusal) for refusal in refusals.refusals]}
    return {"found": answer}


@needs(Capability.CLIENT_REGISTER)
@require_POST
def authority(request: ViewerRequest) -> HttpResponse:
    """The preview beside the form, asked for while it is filled in."""
    return render(request, "clients/authority.html", {"answer": _answer(request)})


@needs(Capability.CLIENT_EDIT)
def edit(request: ViewerRequest, relationship_id: int) -> HttpResponse:
    """Personal data; municipality and contacts only when no non-disclosure order hides them."""
    case = open_case(request, relationship_id)
    context = head(request, case)
    person = case.relationship.person
    contact = None if context["protected"] else queries.contact(request.viewer, relationship_id)
    initial = person_initial(vars(person)) | (vars(contact) if contact else {}) | {"version": person.version}
    form = (PersonForm if contact is None else PersonAndContactForm)(request.POST or None, initial=initial)
    clash = None
    if request.method == "POST":
        try:
            saved = attempt(
                form,
                lambda: actions.update_person(
                    relationship_id,
                    form.person(),
                    form.contact() if isinstance(form, PersonAndContactForm) else None,
                    actor=request.viewer,
                    expected_version=form.cleaned_data["version"],
                ),
                FIELD_NAMES,
            )
        except EditClash as found:
            clash = found
        else:
            if saved is not None:
                return to_client(request, case, _("The data was saved."))
    context |= {"form": form, "title": _("Personal data"), "clash": clash}
    if clash is not None:
        context["theirs"] = _their_changes(form, clash)
        form.data = request.POST.dict() | {"version": str(clash.version)}
        return render(request, "clients/edit.html", context, status=409)
    return render(request, "clients/edit.html", context, status=422 if form.errors else 200)


def _their_changes(form: forms.Form, clash: EditClash) -> list[tuple[str, str, str]]:
    """(field, what was typed, what is stored now) where the two differ."""
    theirs = person_initial(clash.theirs)
    found = []
    for bound in form:
        if bound.name in theirs:
            typed, stored = _shown(bound, bound.value()), _shown(bound, theirs[bound.name])
            if typed != stored:
                found.append((str(bound.label), typed, stored))
    return found


def _shown(bound: forms.BoundField, value: Any) -> str:
    """A field's value as people read it: the words of a choice, a day as it is typed."""
    choices = getattr(bound.field, "choices", None)
    if choices is not None:
        from django.utils.encoding import force_str

        flat: list[tuple[Any, Any]] = []
        for key, words in choices:
            flat += list(words) if isinstance(words, list | tuple) else [(key, words)]
        return (
            next((force_str(words) for key, words in flat if str(key) == str(value or "")), "")
            if value
            else ""
        )
    if isinstance(bound.field, forms.BooleanField):
        return _("yes") if value else _("no")
    return str(bound.field.widget.format_value(value) or "")
