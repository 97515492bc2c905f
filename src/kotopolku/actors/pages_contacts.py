"""Pages on which an organisation keeps its own contacts and their deputies."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import needs
from kotopolku.access.viewer import Viewer
from kotopolku.actors import access, actions, queries
from kotopolku.actors.forms import ContactForm, DeputyForm, LastDayForm, refuse
from kotopolku.actors.models import Contact, not_over
from kotopolku.actors.rules import EditClash, Refusal


def _viewer(request: HttpRequest) -> Viewer:
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    return viewer


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Capability.CONTACTS_MANAGE)
def contact_new(request: HttpRequest) -> HttpResponse:
    """Adds a contact to the own organisation."""
    viewer = _viewer(request)
    organisation = access.own_organisation(viewer)
    form = ContactForm(request.POST or None, organisation=organisation, initial={"valid_from": viewer.day})
    if request.method == "POST" and form.is_valid():
        try:
            contact = actions.add_contact(actor=viewer, organisation=organisation, facts=form.facts())
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("%(name)s is in the directory.") % {"name": contact.display_name})
            return redirect("actors:contact", contact.pk)
    context = {"form": form, "organisation": organisation}
    return render(request, "actors/contact_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Capability.CONTACTS_MANAGE)
def contact(request: HttpRequest, pk: int) -> HttpResponse:
    """Changes a contact; below it, its deputies. Two editors: the second sees what the first saved."""
    viewer = _viewer(request)
    found = access.own_contact(viewer, pk)
    clash = False
    form = ContactForm(
        request.POST or None, organisation=found.organisation, initial=ContactForm.typed(found)
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_contact(
                actor=viewer,
                contact=found,
                facts=form.facts(),
                expected_version=form.cleaned_data["version"] or 0,
            )
        except Refusal as refusal:
            refuse(form, refusal)
        except EditClash:
            clash = True
            typed = request.POST.copy()
            typed["version"] = str(found.version)
            form = ContactForm(typed, organisation=found.organisation)
            form.add_error(
                None,
                _(
                    "Somebody else has changed this contact meanwhile. Their version is shown beside; "
                    "what you typed is kept here. Save again to put yours in place of theirs."
                ),
            )
        else:
            messages.success(request, _("The contact is saved."))
            return redirect("actors:contact", found.pk)
    return _contact_page(request, found, form=form, clash=clash)


def _contact_page(
    request: HttpRequest,
    found: Contact,
    *,
    form: ContactForm | None = None,
    deputy_form: DeputyForm | None = None,
    end_form: LastDayForm | None = None,
    clash: bool = False,
) -> HttpResponse:
    viewer = _viewer(request)
    forms = {
        "form": form or ContactForm(organisation=found.organisation, initial=ContactForm.typed(found)),
        "deputy_form": deputy_form or DeputyForm(choices=_others(viewer, found)),
        "end_form": end_form or LastDayForm(initial={"last_day": viewer.day}),
    }
    context = forms | {
        "contact": found,
        "theirs": found if clash else None,
        "today": queries.who_answers_today(found, viewer.day),
        "deputies": queries.deputies_from(found, viewer.day),
        "uses": viewer.may(Capability.CONTENT_EDIT),
    }
    wrong = any(one.errors for one in forms.values())
    return render(request, "actors/contact.html", context, status=422 if wrong else 200)


def _others(viewer: Viewer, found: Contact) -> QuerySet[Contact]:
    return (
        access.own_contacts(viewer)
        .filter(not_over("valid", viewer.day))
        .exclude(pk=found.pk)
        .order_by("name")
    )


@require_POST
@needs(Capability.CONTACTS_MANAGE)
def deputy(request: HttpRequest, pk: int) -> HttpResponse:
    """Sets a deputy for some days."""
    viewer = _viewer(request)
    found = access.own_contact(viewer, pk)
    form = DeputyForm(request.POST, choices=_others(viewer, found))
    if form.is_valid():
        data = form.cleaned_data
        try:
            actions.set_deputy(
                actor=viewer,
                contact=found,
                deputy=data["deputy"],
                first=data["first"],
                last=data["last"],
                reason=data["reason"],
            )
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(
                request, _("The deputy is set. The directory changes by itself on the right days.")
            )
            return redirect("actors:contact", found.pk)
    return _contact_page(request, found, deputy_form=form)


@require_POST
@needs(Capability.CONTACTS_MANAGE)
def deputy_remove(request: HttpRequest, pk: int, deputy_pk: int) -> HttpResponse:
    """Takes a deputy's days away."""
    viewer = _viewer(request)
    found = access.own_contact(viewer, pk)
    row = found.deputies.filter(pk=deputy_pk).select_related("contact").first()
    if row is None:
        raise NotVisible
    actions.remove_deputy(actor=viewer, deputy=row)
    messages.success(request, _("The deputy's days are removed."))
    return redirect("actors:contact", found.pk)


@require_POST
@needs(Capability.CONTACTS_MANAGE)
def contact_end(request: HttpRequest, pk: int) -> HttpResponse:
    """The contact is in the directory to the end of a day."""
    viewer = _viewer(request)
    found = access.own_contact(viewer, pk)
    form = LastDayForm(request.POST)
    if form.is_valid():
        try:
            actions.end_contact(actor=viewer, contact=found, last_day=form.cleaned_data["last_day"])
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("The contact's last day is saved."))
            return redirect("actors:organisation", found.organisation.code)
    return _contact_page(request, found, end_form=form)
