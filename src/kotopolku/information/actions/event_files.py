"""Events from a calendar file: what would be made, changed or refused, row by row; and then doing just that.

An event is known by its UID; one whose SEQUENCE is not newer changes nothing, so the same file twice is harmless.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_noop as _

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import Refusal, Refusals, refuse
from kotopolku.information import access_activities as access
from kotopolku.information import activity_rules as rules
from kotopolku.information import ical, indexing, recurrence
from kotopolku.information.actions import entries
from kotopolku.information.actions.events import check_event, new_event, write_event, write_occurrences
from kotopolku.information.activity_rules import EventContent
from kotopolku.information.ical import In
from kotopolku.information.models import EntryState, Event, EventException
from kotopolku.information.queries import keeping
from kotopolku.journal.actions import record

FILE = "information.event-file"
ADD, CHANGE, SAME, OLDER, REFUSED = "add", "change", "same", "older", "refused"

PROBLEMS = {
    "no-uid": _("The event has no UID, so it could not be known again."),
    "no-title": _("The event has no name (SUMMARY)."),
    "no-time": _("The event has no time (DTSTART)."),
    "unreadable": _("The event's times are not understood."),
    "hour-missing": rules.HOURS_WORDS["hour-missing"],
    "two-rules": _("The event has two rules of recurrence. Make two events of it."),
    "rdate": _(
        "The event lists single dates (RDATE), which cannot be taken. Use a rule, or events of their own."
    ),
    "bad-rule": _("The rule of recurrence is not understood: %(part)s"),
    "twice": _("The same UID is in the file twice. The first one counts."),
    "cancelled": _("The event is cancelled in the file. Cancel or withdraw it here yourself."),
    "waits": _("A change of this event waits for approval. Import it after that."),
}
FILES = {
    "not-calendar": _("The file is not an iCalendar file (.ics). Save it again from your calendar."),
    "too-large": _("The file is larger than 400 kB. Export a shorter time."),
    "too-many": _("There are more than 500 events in the file. Export a shorter time."),
    "empty": _("There are no events in the file."),
}


@dataclass(frozen=True)
class Choices:
    """What a file does not say: the language of its texts, for which municipality, whether to publish what is added."""

    language: str
    municipalities: tuple[str, ...] = ()
    publish: bool = False


@dataclass(frozen=True)
class Line:
    """What becomes of one event of the file. ``reasons``: why it is refused."""

    row: In
    what: str
    event_id: int | None = None
    reasons: tuple[Refusal, ...] = ()
    content: EventContent | None = field(default=None, repr=False)


def report(content: bytes, choices: Choices, *, actor: Viewer) -> list[Line]:
    """What an import would do. Writes nothing. Raises ``Refusals`` for a file that cannot be read."""
    require(actor, Capability.ACTIVITY_KEEP)
    try:
        rows = ical.read(content)
    except ical.BadFile as bad:
        raise Refusals([Refusal("file", bad.code, FILES[bad.code])]) from bad
    known = {
        one.uid: one
        for one in access.own_events(actor)
        .filter(uid__in=[row.uid for row in rows])
        .prefetch_related("exceptions")
    }
    venues = _venues(actor.organisation_id or 0)
    return [_line(row, known.get(row.uid), choices, venues, actor) for row in rows]


def _venues(organisation_id: int) -> dict[str, int]:
    """Own venues by each of their names, to be recognised in LOCATION."""
    return {
        name.casefold(): venue.pk
        for venue in keeping.own_venue_choices(organisation_id)
        for name in venue.names.values()
    }


def _line(row: In, event: Event | None, choices: Choices, venues: Mapping[str, int], actor: Viewer) -> Line:
    known = event.pk if event else None
    problem = row.problem or ("cancelled" if row.cancelled else "")
    if not problem and event is not None and event.proposed is not None and event.awaits:
        problem = "waits"
    if problem:
        return Line(row, REFUSED, known, (Refusal("", problem, PROBLEMS[problem], dict(row.params)),))
    if event is not None and row.sequence < event.sequence:
        return Line(row, OLDER, known)
    content = _content(row, event, choices, venues)
    found = check_event(content, actor.organisation_id or 0)
    if found:
        return Line(row, REFUSED, known, tuple(found))
    if event is None:
        return Line(row, ADD, None, content=content)
    same = content == keeping.event_content(event) and _exceptions_of(event) == _kept_exceptions(row)
    return Line(row, SAME if same else CHANGE, known, content=content)


def _content(row: In, event: Event | None, choices: Choices, venues: Mapping[str, int]) -> EventContent:
    """The event as the file has it; what a file does not know stays as it is here."""
    base = (
        keeping.event_content(event)
        if event
        else EventContent(names={}, on=None, at=None, municipalities=choices.municipalities)
    )
    place = f", {row.place.casefold()},"
    venue = next((pk for name, pk in venues.items() if f", {name}," in place), None)
    described = rules.tidy_texts({choices.language: row.description[: rules.LONGEST_TEXT]})
    starts, ends = row.starts, row.ends
    return replace(
        base,
        names={**base.names, **rules.tidy_texts({choices.language: row.title[: rules.LONGEST_NAME]})},
        descriptions={**base.descriptions, **described},
        on=starts.date() if starts else None,
        at=starts.time() if starts else None,
        ends_on=ends.date() if ends else None,
        ends_at=ends.time() if ends else None,
        rule=row.rule,
        venue_id=venue or (base.venue_id if not row.place else None),
        place_note=row.place[:300] if row.place and not venue else base.place_note,
        web=base.web if not row.web or _is_ours(row.web) or rules.check_web("web", row.web) else row.web,
    )


def _is_ours(address: str) -> bool:
    """A page of this product, as our own calendar files have it."""
    return address.startswith(settings.SITE_ADDRESS)


Kept = tuple[tuple[object, ...], ...]


def _exceptions_of(event: Event) -> Kept:
    rows = sorted(event.exceptions.all(), key=lambda one: one.original)
    return tuple((one.original, one.cancelled, one.starts, one.ends) for one in rows)


def _kept_exceptions(row: In) -> Kept:
    """Those of the file's exceptions that fall on a date of the rule."""
    return tuple((one.original, one.cancelled, one.starts, one.ends) for one in _real(row))


def _real(row: In) -> list[recurrence.Exceptional]:
    if row.starts is None or row.ends is None:
        return []
    starts = recurrence.at(row.starts.date(), row.starts.time())
    pattern = recurrence.Pattern(starts, starts, row.rule)
    real = recurrence.dates_among(pattern, [one.original for one in row.exceptions])
    return [one for one in row.exceptions if one.original in real]


@transaction.atomic
def import_events(
    content: bytes, choices: Choices, *, actor: Viewer, token: UUID | None = None
) -> list[Line]:
    """Takes the events of a file: new ones as drafts (or published), known ones changed. Safe to repeat.

    Refused rows are left out and the others taken. Raises ``Refusals`` for a file that cannot be read.
    """
    require(actor, Capability.ACTIVITY_KEEP)
    if actor.organisation_id is None:
        raise NotVisible
    if done_before(token, FILE) is not None:
        return report(content, choices, actor=actor)
    lines = report(content, choices, actor=actor)
    if not choices.municipalities and choices.publish:
        _refuse_without_area(actor)
    taken = [_take(line, choices, actor) for line in lines]
    counts = {what: sum(1 for line in taken if line.what == what) for what in (ADD, CHANGE, SAME, REFUSED)}
    record(
        "information.events.imported",
        actor=actor,
        object=(FILE, actor.organisation_id),
        details=counts,
        token=token,
    )
    return taken


def _refuse_without_area(actor: Viewer) -> None:
    if not access.own_area(actor).base:
        refuse([Refusal("municipalities", "no-place", entries.NO_PLACE)])


def _take(line: Line, choices: Choices, actor: Viewer) -> Line:
    if line.what not in (ADD, CHANGE) or line.content is None:
        return line
    if line.what == ADD:
        event = new_event(actor, line.row.uid)
        before: list[str] = []
        waits = False
    else:
        event = access.own_entry(actor, Event, line.event_id or 0, lock=True)
        before = list(event.places)
        waits = entries.holds_back(event, line.content)
    if waits:
        _write_exceptions(event, line.row)
        write_occurrences(event)
    else:
        _write(event, line, choices)
    entries.changed(indexing.EVENT, event, before, actor=actor)
    return replace(line, event_id=event.pk)


def _write(event: Event, line: Line, choices: Choices) -> None:
    if line.content is None:
        return
    write_event(event, line.content)
    event.exceptions.exclude(original__in=[one.original for one in line.row.exceptions]).delete()
    _write_exceptions(event, line.row)
    if line.what == ADD and choices.publish:
        entries.send_in(event)
    elif event.state in (EntryState.PUBLISHED, EntryState.WAITING):
        entries.placed_anew(event)
    event.sequence = line.row.sequence
    event.version += 1
    event.save()
    write_occurrences(event)


def _write_exceptions(event: Event, row: In) -> None:
    """Dates that the file cancels or moves; what readers are told of them here stays."""
    real = _real(row)
    kept = event.exceptions.filter(original__in=[one.original for one in real])
    notes = dict(kept.values_list("original", "notes"))
    kept.delete()
    EventException.objects.bulk_create(
        [
            EventException(
                event=event,
                original=one.original,
                cancelled=one.cancelled,
                starts=one.starts,
                ends=one.ends,
                notes=notes.get(one.original, {}),
            )
            for one in real
        ]
    )
