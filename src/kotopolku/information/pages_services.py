"""Pages of those who keep services and places: lists, one service, changing, publishing, preview.

Not for: events (``pages_events.py``), approving (``pages_approvals.py``), readers (``pages_public_activities.py``).
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.actors.models import Organisation
from kotopolku.clients.rules import Refusals
from kotopolku.clients.wording import refusal_text
from kotopolku.information import access_activities as access
from kotopolku.information import wording_public
from kotopolku.information.actions import services as actions
from kotopolku.information.actions import venues as venue_actions
from kotopolku.information.activity_rules import PointContent, ServiceContent
from kotopolku.information.forms_activities import PointForm, ServiceForm, VenueForm
from kotopolku.information.forms_events import FilterForm, WithdrawForm
from kotopolku.information.languages import Language
from kotopolku.information.models import Entry, Service
from kotopolku.information.queries import activities, keeping
from kotopolku.information.queries.keeping import Sought
from kotopolku.placement.pages import act, pager, run, saving, show_form
from kotopolku.steering.models import TieKind
from kotopolku.steering.queries import carries

T = TypeVar("T")
FORM = "information/activities/entry_form.html"


def renamed(made: Callable[[], T], names: Mapping[str, str]) -> Callable[[], T]:
    """The act, with the fields of its refusals called as the form calls them."""

    def called() -> T:
        try:
            return made()
        except Refusals as refusals:
            named = [replace(one, field=names.get(one.field, one.field)) for one in refusals.refusals]
            raise Refusals(named) from refusals

    return called


def attempt(form: Any, made: Callable[[], T]) -> T | None:
    """Runs the act if the form is sound; refusals go to their fields."""
    names = form.names() if hasattr(form, "names") else {}
    return run(form, renamed(made, names))


def sought(form: FilterForm) -> Sought:
    """What was typed to narrow a list; values that do not exist narrow nothing."""
    form.is_valid()
    typed = form.cleaned_data
    return Sought(
        typed.get("q") or "", typed.get("state") or "", typed.get("topic") or "", bool(typed.get("past"))
    )


def page_of_rows(rows: Any, request: ViewerRequest) -> tuple[Any, dict[str, Any], int]:
    """A page of the rows, what the pager needs, and how many rows there are."""
    page = Paginator(rows, keeping.PAGE_SIZE).get_page(request.GET.get("page"))
    shown = pager(page)
    return page.object_list, shown, page.paginator.count


def reader_language() -> Language:
    """The language in which staff read names of entries."""
    return activities.as_language(get_language() or "fi")


def named(entry: Entry) -> str:
    """The entry's name in the page's language, else in the nearest."""
    return str(activities.said(entry.names, reader_language()) or "–")


def area_words(request: ViewerRequest) -> str:
    """The area of the viewer's own organisation in words; empty for one without."""
    organisation = Organisation.objects.filter(pk=request.viewer.organisation_id or 0).first()
    names = keeping.base_names(organisation, request.viewer.day)
    return ", ".join(name or _("the whole country") for name in names)


def tabs(request: ViewerRequest, current: str) -> dict[str, Any]:
    """The menu of the part: services, events, places, and what waits for approval."""
    viewer = request.viewer
    items = [
        ("services", _("Services"), reverse("information:services")),
        ("events", _("Events"), reverse("information:events")),
        ("venues", pgettext("venue", "Places"), reverse("information:venues")),
    ]
    if viewer.may(Capability.ACTIVITY_APPROVE):
        items.append(("approvals", _("To approve"), reverse("information:approvals")))
    if viewer.may(Capability.CONTENT_PUBLISH):
        items.append(("catalogue", _("Service catalogue"), reverse("information:catalogue")))
    return {"parts": [(words, address, name == current) for name, words, address in items]}


@needs(Capability.ACTIVITY_KEEP)
@require_GET
def services(request: ViewerRequest) -> HttpResponse:
    """Own services."""
    form = FilterForm(request.GET)
    found, page, number = page_of_rows(keeping.services(request.viewer, sought(form)), request)
    context = {
        "filters": form,
        "lines": [(one, named(one)) for one in found],
        "page": page,
        "number": number,
        **tabs(request, "services"),
    }
    return render(request, "information/activities/services.html", context)


@needs(Capability.ACTIVITY_KEEP)
@require_GET
def service(request: ViewerRequest, service_id: int) -> HttpResponse:
    """One service among staff: its state, how readers see it, what can be done."""
    viewer = request.viewer
    found = keeping.with_points(access.shown_entry(viewer, Service, service_id))
    language = reader_language()
    previewed = keeping.previewed_service(found)
    shown = activities.shown_service(previewed, language, clock.now())
    context = {
        "entry": found,
        "kind": "service",
        "title": named(found),
        "keeps": access.keeps(viewer, found),
        **approving(request, found),
        "proposed": found.proposed is not None,
        "shown": shown,
        "served": [wording_public.language_name(code) for code in shown.languages],
        "now": clock.now(),
        "carried": carries.of_thing(viewer, TieKind.SERVICE, found.pk),
        "points": [(one, activities.said(one.venue.names, language)) for one in previewed.points.all()],
    }
    return render(request, "information/activities/service.html", context)


def approving(request: ViewerRequest, entry: Entry) -> dict[str, Any]:
    """What the viewer can decide about an entry of another, and where it is shown and waits, in words."""
    viewer = request.viewer
    others = viewer.may(Capability.ACTIVITY_APPROVE) and not access.keeps(viewer, entry)
    return {
        "can_approve": others and bool(access.my_places(viewer, entry.awaits)),
        "can_end": others and bool(access.my_places(viewer, entry.places)),
        "places": place_words(entry.places),
        "awaits": place_words(entry.awaits),
    }


def place_words(keys: list[str]) -> str:
    """Places by key, in words."""
    return ", ".join(name or _("the whole country") for name in keeping.place_names(keys))


@needs(Capability.ACTIVITY_KEEP)
def service_add(request: ViewerRequest) -> HttpResponse:
    """A new service; it begins as a draft."""
    viewer = request.viewer
    form = _service_form(request, None)
    if request.method == "POST":
        made = attempt(
            form,
            lambda: actions.add_service(form.content(), actor=viewer, token=form.cleaned_data["token"]),
        )
        if made is not None:
            _tell(request, form)
            messages.success(request, _("The service was saved as a draft. Publish it when it is ready."))
            return redirect("information:service", made.pk)
    return _show_service(
        request, form, _("New service"), _("Save the draft"), reverse("information:services")
    )


@needs(Capability.ACTIVITY_KEEP)
def service_change(request: ViewerRequest, service_id: int) -> HttpResponse:
    """Changing a service; two who change it at once are told."""
    viewer = request.viewer
    found = keeping.with_points(access.own_entry(viewer, Service, service_id))
    form = _service_form(request, keeping.newest_service(found), found.version)
    if request.method == "POST":
        changed = attempt(
            form,
            lambda: actions.change_service(
                service_id, form.content(), actor=viewer, expected_version=form.expected_version
            ),
        )
        if changed is not None:
            _tell(request, form)
            said_changed(request, changed)
            return redirect("information:service", service_id)
    back = reverse("information:service", args=[service_id])
    return _show_service(request, form, _("Change the service"), _("Save"), back, lead=named(found))


def said_changed(request: ViewerRequest, changed: Entry) -> None:
    """Says what became of a change: shown, kept, or waiting."""
    if changed.proposed is not None:
        messages.success(
            request, _("The change waits for approval. Readers see what was approved before until then.")
        )
    else:
        messages.success(request, _("The changes were saved."))


def said_published(request: ViewerRequest, entry: Entry) -> None:
    """Says where the entry is shown now and who is asked."""
    if entry.places:
        messages.success(
            request, _("Published. Readers see it in: %(places)s.") % {"places": place_words(entry.places)}
        )
    if entry.awaits:
        messages.success(
            request,
            _("Sent in for approval in: %(places)s. You are told of the answer.")
            % {"places": place_words(entry.awaits)},
        )


def _service_form(request: ViewerRequest, kept: ServiceContent | None, version: int = 0) -> ServiceForm:
    own = area_words(request)
    return ServiceForm(
        keeping.own_venue_choices(request.viewer.organisation_id or 0),
        own,
        request.POST if request.method == "POST" else None,
        initial=ServiceForm.initial_of(kept, own) | {"version": version} if kept else {},
        kept=kept,
        kept_languages=kept.languages if kept else (),
    )


def _show_service(
    request: ViewerRequest, form: ServiceForm, title: str, button: str, back: str, lead: str = ""
) -> HttpResponse:
    return show_form(
        request,
        form,
        template=FORM,
        title=title,
        lead=lead,
        button=button,
        back=back,
        kind="service",
        sections=[
            (_("About"), form.rest("topics", "groups", "languages")),
            (_("Where"), form.rest("where", "municipalities", "venues")),
            (_("Price and contact"), form.rest("price", "web", "telephone", "email", "for_plans")),
        ],
    )


def _tell(request: ViewerRequest, form: forms.Form) -> None:
    for words in getattr(form, "told", ()):
        messages.info(request, words)


@needs(Capability.ACTIVITY_KEEP)
@require_POST
def service_publish(request: ViewerRequest, service_id: int) -> HttpResponse:
    """Shows the service to readers, or sends it in."""
    back = reverse("information:service", args=[service_id])
    return published(request, lambda: actions.publish_service(service_id, actor=request.viewer), back)


def published(request: ViewerRequest, done: Callable[[], Entry], back: str) -> HttpResponse:
    """Publishes with one button and says what became of it, or why not."""
    try:
        said_published(request, done())
    except Refusals as refusals:
        for refusal in refusals.refusals:
            messages.error(request, refusal_text(refusal))
    return redirect(back)


@needs(Capability.ACTIVITY_KEEP)
def service_withdraw(request: ViewerRequest, service_id: int) -> HttpResponse:
    """Taking an own service away from readers."""
    return withdrawn(
        request,
        access.own_entry(request.viewer, Service, service_id),
        actions.withdraw_service,
        title=_("Withdraw the service"),
        lead=_("%(name)s: readers do not see it any more. You can publish it again."),
        words=_("The service was withdrawn. Readers do not see it any more."),
        back=reverse("information:service", args=[service_id]),
    )


def withdrawn(
    request: ViewerRequest,
    entry: Entry,
    withdraw: Callable[..., Entry],
    *,
    title: str,
    lead: str,
    words: str,
    back: str,
) -> HttpResponse:
    """Asks why, withdraws the entry and says ``words``."""
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    return saving(
        request,
        form,
        lambda: withdraw(entry.pk, actor=request.viewer, reason=form.cleaned_data["reason"]),
        done=words,
        title=title,
        lead=lead % {"name": named(entry)},
        button=pgettext("entry", "Withdraw"),
        back=back,
        danger=True,
    )


@needs(Capability.ACTIVITY_KEEP)
def point_change(request: ViewerRequest, service_id: int, venue_id: int) -> HttpResponse:
    """What differs at one place of a service: hours, telephone, a note."""
    viewer = request.viewer
    found = keeping.with_points(access.own_entry(viewer, Service, service_id))
    points = keeping.previewed_service(found).points.all()
    point = next((one for one in points if one.venue_id == venue_id), None)
    if point is None:
        raise NotVisible
    kept = PointContent(venue_id, point.telephone, point.hours, point.notes)
    form = PointForm(
        request.POST if request.method == "POST" else None,
        initial=PointForm.initial_of(kept) | {"version": found.version},
    )
    form.keep_notes(kept.hours)
    back = reverse("information:service", args=[service_id])
    if request.method == "POST":
        changed = run(
            form,
            lambda: actions.change_point(
                service_id, form.content(venue_id), actor=viewer, expected_version=form.expected_version
            ),
        )
        if changed is not None:
            _tell(request, form)
            said_changed(request, changed)
            return redirect(back)
    name = activities.said(point.venue.names, reader_language())
    return show_form(
        request,
        form,
        template=FORM,
        title=_("What differs at this place"),
        lead=f"{named(found)}, {name}",
        button=_("Save"),
        back=back,
        kind="point",
        sections=[(_("Contact"), form.rest("telephone"))],
    )


# --- Places -----------------------------------------------------------------------------------------------------------


@needs(Capability.ACTIVITY_KEEP)
@require_GET
def venues(request: ViewerRequest) -> HttpResponse:
    """Own places."""
    words = request.GET.get("q", "")[:100]
    found, page, number = page_of_rows(keeping.venues(request.viewer, words), request)
    language = reader_language()
    context = {
        "q": words,
        "lines": [(one, activities.said(one.names, language)) for one in found],
        "page": page,
        "number": number,
        **tabs(request, "venues"),
    }
    return render(request, "information/activities/venues.html", context)


@needs(Capability.ACTIVITY_KEEP)
def venue_add(request: ViewerRequest) -> HttpResponse:
    """A new place."""
    form = VenueForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        made = attempt(
            form,
            lambda: venue_actions.add_venue(
                form.content(), actor=request.viewer, token=form.cleaned_data["token"]
            ),
        )
        if made is not None:
            _tell(request, form)
            messages.success(request, _("The place was added."))
            return redirect("information:venues")
    return _show_venue(request, form, _("New place"))


@needs(Capability.ACTIVITY_KEEP)
def venue_change(request: ViewerRequest, venue_id: int) -> HttpResponse:
    """Changing a place; two who change it at once are told."""
    found = access.own_venue(request.viewer, venue_id)
    kept = keeping.venue_content(found)
    form = VenueForm(
        request.POST if request.method == "POST" else None,
        initial=VenueForm.initial_of(kept) | {"version": found.version},
        kept=kept,
    )
    if request.method == "POST":
        changed = attempt(
            form,
            lambda: venue_actions.change_venue(
                venue_id, form.content(), actor=request.viewer, expected_version=form.expected_version
            ),
        )
        if changed is not None:
            _tell(request, form)
            messages.success(request, _("The place was changed."))
            return redirect("information:venues")
    return _show_venue(request, form, _("Change the place"), venue_id)


def _show_venue(request: ViewerRequest, form: VenueForm, title: str, venue_id: int = 0) -> HttpResponse:
    address = form.rest("street", "postal_code", "city", "municipality", "latitude", "longitude")
    return show_form(
        request,
        form,
        template=FORM,
        title=title,
        button=_("Save"),
        back=reverse("information:venues"),
        kind="venue",
        sections=[
            (_("Address"), address),
            (_("Contact"), form.rest("telephone", "email", "web", "languages")),
        ],
        removes=reverse("information:venue-remove", args=[venue_id]) if venue_id else "",
    )


@needs(Capability.ACTIVITY_KEEP)
@require_POST
def venue_remove(request: ViewerRequest, venue_id: int) -> HttpResponse:
    """Takes a place away where nothing is any more."""
    return act(
        request,
        lambda: venue_actions.remove_venue(venue_id, actor=request.viewer),
        _("The place was taken away."),
        reverse("information:venues"),
    )
