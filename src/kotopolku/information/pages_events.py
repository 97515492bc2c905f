"""Pages of those who keep events: lists, one event, changing all dates or one, copying, calendar files.

Not for: services and places (``pages_services.py``), approving (``pages_approvals.py``).
"""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients.rules import Refusals
from kotopolku.clients.wording import refusal_text
from kotopolku.information import access_activities as access
from kotopolku.information import ical, wording_activities, wording_public
from kotopolku.information.actions import event_files
from kotopolku.information.actions import events as actions
from kotopolku.information.actions.event_files import Choices
from kotopolku.information.activity_rules import EventContent
from kotopolku.information.forms_events import (
    ConfirmForm,
    EventForm,
    FilterForm,
    ImportForm,
    MoveForm,
    NotesForm,
)
from kotopolku.information.models import Event
from kotopolku.information.pages_services import (
    FORM,
    approving,
    area_words,
    attempt,
    named,
    page_of_rows,
    published,
    reader_language,
    said_changed,
    sought,
    tabs,
    withdrawn,
)
from kotopolku.information.queries import activities, keeping
from kotopolku.placement.pages import act, run, saving, show_form

SALT = "information.event-file"
KEPT_SECONDS = 3_600
"""How long a report of a file can be confirmed."""


@needs(Capability.ACTIVITY_KEEP)
@require_GET
def events(request: ViewerRequest) -> HttpResponse:
    """Own events."""
    form = FilterForm(request.GET)
    found, page, number = page_of_rows(keeping.events(request.viewer, sought(form)), request)
    context = {
        "filters": form,
        "lines": [(one, named(one), wording_activities.rule(one.rule, one.starts)) for one in found],
        "page": page,
        "number": number,
        **tabs(request, "events"),
    }
    return render(request, "information/activities/events.html", context)


@needs(Capability.ACTIVITY_KEEP)
@require_GET
def event(request: ViewerRequest, event_id: int) -> HttpResponse:
    """One event among staff: its state, its dates, what can be done with all or with one."""
    viewer = request.viewer
    found = access.shown_entry(viewer, Event, event_id)
    language = reader_language()
    previewed = keeping.previewed_event(found)
    shown = activities.shown_event(previewed, [], language, clock.now())
    context = {
        "entry": found,
        "kind": "event",
        "title": named(found),
        "keeps": access.keeps(viewer, found),
        **approving(request, found),
        "shown": shown,
        "served": [wording_public.language_name(code) for code in shown.languages],
        "proposed": found.proposed is not None,
        "rule": wording_activities.rule(previewed.rule, previewed.starts),
        "dates": keeping.dates(found),
        "now": clock.now(),
        "token": uuid4(),
    }
    return render(request, "information/activities/event.html", context)


@needs(Capability.ACTIVITY_KEEP)
def event_add(request: ViewerRequest) -> HttpResponse:
    """A new event; it begins as a draft."""
    form = _form(request, None)
    if request.method == "POST":
        made = attempt(
            form,
            lambda: actions.add_event(form.content(), actor=request.viewer, token=form.cleaned_data["token"]),
        )
        if made is not None:
            _tell(request, form)
            messages.success(request, _("The event was saved as a draft. Publish it when it is ready."))
            return redirect("information:event", made.pk)
    return _show(request, form, _("New event"), _("Save the draft"), reverse("information:events"))


@needs(Capability.ACTIVITY_KEEP)
def event_change(request: ViewerRequest, event_id: int) -> HttpResponse:
    """Changing all dates of an event; two who change it at once are told."""
    found = access.own_entry(request.viewer, Event, event_id)
    form = _form(request, keeping.newest_event(found), found.version)
    if request.method == "POST":
        changed = attempt(
            form,
            lambda: actions.change_event(
                event_id, form.content(), actor=request.viewer, expected_version=form.expected_version
            ),
        )
        if changed is not None:
            _tell(request, form)
            said_changed(request, changed)
            return redirect("information:event", event_id)
    title = _("Change all dates of the event") if found.rule else _("Change the event")
    return _show(request, form, title, _("Save"), reverse("information:event", args=[event_id]), named(found))


def _tell(request: ViewerRequest, form: EventForm) -> None:
    for words in form.doubled():
        messages.info(request, words)


def _form(request: ViewerRequest, kept: EventContent | None, version: int = 0) -> EventForm:
    own = area_words(request)
    return EventForm(
        keeping.own_venue_choices(request.viewer.organisation_id or 0),
        own,
        request.POST if request.method == "POST" else None,
        initial=EventForm.initial_of(kept, own) | {"version": version} if kept else {},
        kept=kept,
        kept_languages=kept.languages if kept else (),
    )


def _show(
    request: ViewerRequest, form: EventForm, title: str, button: str, back: str, lead: str = ""
) -> HttpResponse:
    return show_form(
        request,
        form,
        template=FORM,
        title=title,
        lead=lead,
        button=button,
        back=back,
        kind="event",
        sections=[
            (_("When"), form.rest("on", "at", "ends_at", "ends_on", "repeat", "weekdays", "until")),
            (_("Place"), form.rest("venue", "place_note", "online")),
            (_("Registration and price"), form.rest("registration", "registration_by", "price", "web")),
            (_("About"), form.rest("topics", "groups", "languages", "for_plans")),
            (_("Where readers see it"), form.rest("where", "municipalities")),
        ],
    )


@needs(Capability.ACTIVITY_KEEP)
@require_POST
def event_publish(request: ViewerRequest, event_id: int) -> HttpResponse:
    """Shows the event to readers, or sends it in."""
    back = reverse("information:event", args=[event_id])
    return published(request, lambda: actions.publish_event(event_id, actor=request.viewer), back)


@needs(Capability.ACTIVITY_KEEP)
def event_withdraw(request: ViewerRequest, event_id: int) -> HttpResponse:
    """Taking an own event away from readers."""
    return withdrawn(
        request,
        access.own_entry(request.viewer, Event, event_id),
        actions.withdraw_event,
        title=_("Withdraw the event"),
        lead=_(
            "%(name)s: readers do not see it any more. If it is called off, cancel its dates instead: then readers see that."
        ),
        words=_("The event was withdrawn. Readers do not see it any more."),
        back=reverse("information:event", args=[event_id]),
    )


@needs(Capability.ACTIVITY_KEEP)
@require_POST
def event_copy(request: ViewerRequest, event_id: int) -> HttpResponse:
    """A draft with the same content."""
    try:
        token = UUID(request.POST.get("token", ""))
    except ValueError:
        token = None
    copy = actions.copy_event(event_id, actor=request.viewer, token=token)
    messages.success(request, _("This is the copy. Give it a new day."))
    return redirect("information:event-change", copy.pk)


# --- One date ---------------------------------------------------------------------------------------------------------


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotVisible from None


def _as_it_is(event: Event, day: date) -> dict[str, Any]:
    """When that date is now, moved or not, and what readers are told of it."""
    exception = event.exceptions.filter(original=day).first()
    starts, ends = event.starts, event.ends
    if exception is not None and exception.starts and exception.ends:
        starts, ends = exception.starts, exception.ends
        day = starts.astimezone(clock.HELSINKI).date()
    notes = exception.notes if exception is not None else {}
    return {
        "on": day,
        "at": starts.astimezone(clock.HELSINKI).time(),
        "ends_at": ends.astimezone(clock.HELSINKI).time(),
    } | {f"notes_{code}": words for code, words in notes.items()}


@needs(Capability.ACTIVITY_KEEP)
def date_cancel(request: ViewerRequest, event_id: int, original: str) -> HttpResponse:
    """Calling off one date; readers see that it is cancelled."""
    found, day = access.own_entry(request.viewer, Event, event_id), _day(original)
    form = NotesForm(request.POST if request.method == "POST" else None, initial=_as_it_is(found, day))
    back = reverse("information:event", args=[event_id])
    return saving(
        request,
        form,
        lambda: actions.cancel_date(event_id, day, actor=request.viewer, notes=form.texts("notes")),
        done=_("The date was cancelled. Readers see it as cancelled."),
        onward=lambda _done: f"{back}#dates-title",
        template=FORM,
        title=_("Cancel this date"),
        lead=f"{named(found)}, {wording_activities.short_day(day)}",
        button=_("Cancel the date"),
        back=back,
        danger=True,
        kind="date",
        sections=[],
    )


@needs(Capability.ACTIVITY_KEEP)
def date_move(request: ViewerRequest, event_id: int, original: str) -> HttpResponse:
    """Moving one date to another day or time."""
    found, day = access.own_entry(request.viewer, Event, event_id), _day(original)
    form = MoveForm(request.POST if request.method == "POST" else None, initial=_as_it_is(found, day))
    back = reverse("information:event", args=[event_id])
    return saving(
        request,
        form,
        lambda: actions.move_date(
            event_id,
            day,
            form.cleaned_data["on"],
            form.cleaned_data["at"],
            form.cleaned_data["ends_at"],
            actor=request.viewer,
            notes=form.texts("notes"),
        ),
        done=_("The date was moved. Readers see the new time and that it was moved."),
        onward=lambda _done: f"{back}#dates-title",
        template=FORM,
        title=_("Move this date"),
        lead=f"{named(found)}, {wording_activities.short_day(day)}",
        button=_("Move the date"),
        back=back,
        kind="date",
        sections=[(_("New time"), form.rest("on", "at", "ends_at"))],
    )


@needs(Capability.ACTIVITY_KEEP)
@require_POST
def date_restore(request: ViewerRequest, event_id: int, original: str) -> HttpResponse:
    """The date is as the rule has it again."""
    return act(
        request,
        lambda: actions.restore_date(event_id, _day(original), actor=request.viewer),
        _("The date is back as it was."),
        reverse("information:event", args=[event_id]),
    )


# --- Calendar files ---------------------------------------------------------------------------------------------------


@needs(Capability.ACTIVITY_KEEP)
def file_in(request: ViewerRequest) -> HttpResponse:
    """Choosing a calendar file; then the report of what would be made, changed or refused. Nothing is written here."""
    posted = request.method == "POST"
    form = ImportForm(
        request.POST if posted else None, request.FILES if posted else None, initial={"language": "fi"}
    )
    if posted:
        report = run(form, lambda: _report(request, form))
        if report is not None:
            return _show_report(request, *report)
    return show_form(
        request,
        form,
        template="information/activities/import.html",
        title=_("Events from a calendar file"),
        lead=_(
            "You first see what would be made, changed and refused. Nothing is written before you confirm."
        ),
        button=_("Look at the file"),
        back=reverse("information:events"),
    )


def _report(request: ViewerRequest, form: ImportForm) -> tuple[bytes, Choices, list[event_files.Line]]:
    typed = form.cleaned_data
    content = typed["file"].read(ical.LARGEST + 1)
    choices = Choices(typed["language"], tuple(typed["municipalities"]))
    return content, choices, event_files.report(content, choices, actor=request.viewer)


def _show_report(
    request: ViewerRequest, content: bytes, choices: Choices, lines: list[event_files.Line]
) -> HttpResponse:
    kept = signing.dumps(
        {
            "text": ical.decoded(content),
            "language": choices.language,
            "municipalities": list(choices.municipalities),
            "organisation": request.viewer.organisation_id,
        },
        salt=SALT,
        compress=True,
    )
    context = {
        "form": ConfirmForm(initial={"kept": kept}),
        "lines": [_line(line) for line in lines],
        "counts": _counts(lines),
        "takes": any(line.what in (event_files.ADD, event_files.CHANGE) for line in lines),
    }
    return render(request, "information/activities/import_report.html", context)


def _line(line: event_files.Line) -> dict[str, Any]:
    words, state = {
        event_files.ADD: (_("is made"), "plan"),
        event_files.CHANGE: (_("is changed"), "now"),
        event_files.SAME: (_("is here already"), "ok"),
        event_files.OLDER: (_("is newer here, stays"), "ok"),
        event_files.REFUSED: (_("is not taken"), "late"),
    }[line.what]
    return {
        "row": line.row,
        "what": line.what,
        "words": words,
        "state": state,
        "reasons": [refusal_text(one) for one in line.reasons],
        "event_id": line.event_id,
    }


def _counts(lines: list[event_files.Line]) -> str:
    """How many events of the file become what, in a sentence."""
    numbers = {
        what: sum(1 for line in lines if line.what == what)
        for what in (event_files.ADD, event_files.CHANGE, event_files.REFUSED)
    }
    same = len(lines) - sum(numbers.values())
    return _("Made: %(add)s. Changed: %(change)s. Stay as they are: %(same)s. Not taken: %(refused)s.") % {
        **numbers,
        "same": same,
    }


@needs(Capability.ACTIVITY_KEEP)
@require_POST
def file_take(request: ViewerRequest) -> HttpResponse:
    """Doing what the report said."""
    form = ConfirmForm(request.POST)
    try:
        kept = signing.loads(request.POST.get("kept", ""), salt=SALT, max_age=KEPT_SECONDS)
    except signing.BadSignature:
        kept = None
    if not form.is_valid() or not kept or kept["organisation"] != request.viewer.organisation_id:
        messages.error(request, _("The report is too old, or has changed on the way. Choose the file again."))
        return redirect("information:event-file")
    choices = Choices(kept["language"], tuple(kept["municipalities"]), form.cleaned_data["publish"])
    try:
        lines = event_files.import_events(
            kept["text"].encode(), choices, actor=request.viewer, token=form.cleaned_data["token"]
        )
    except Refusals as refusals:
        for refusal in refusals.refusals:
            messages.error(request, refusal_text(refusal))
        return redirect("information:event-file")
    done = sum(1 for line in lines if line.what in (event_files.ADD, event_files.CHANGE))
    messages.success(
        request,
        ngettext("%(number)s event was taken.", "%(number)s events were taken.", done) % {"number": done},
    )
    return redirect("information:events")
