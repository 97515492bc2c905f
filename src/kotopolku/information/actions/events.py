"""Acts on events: added, changed, copied, published, withdrawn, one date of them cancelled or moved.

Not for: approving what others keep (``approvals.py``), files (``event_files.py``).
"""

import uuid
from collections.abc import Mapping
from datetime import date, time, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import EditClash, Refusal, refuse
from kotopolku.information import access_activities as access
from kotopolku.information import activity_rules as rules
from kotopolku.information import hours_rules, indexing, recurrence
from kotopolku.information.actions import entries
from kotopolku.information.actions.services import check_lists, details_of
from kotopolku.information.activity_rules import EventContent
from kotopolku.information.models import EntryState, Event, EventException, Occurrence, Venue
from kotopolku.information.queries import keeping
from kotopolku.journal.actions import record

EVENT = "information.event"
KEPT_DAYS, AHEAD_DAYS, LEAST_AHEAD_DAYS = 31, 400, 366
"""How far back and ahead the dates of an event are written out, and when the job writes more. Our own rule."""


@transaction.atomic
def add_event(content: EventContent, *, actor: Viewer, token: UUID | None = None) -> Event:
    """A new event of the actor's organisation, as a draft. Raises ``Refusals``."""
    require(actor, Capability.ACTIVITY_KEEP)
    if (before := done_before(token, EVENT)) is not None:
        return access.own_entry(actor, Event, before)
    if actor.organisation_id is None:
        raise NotVisible
    refuse(check_event(content, actor.organisation_id))
    event = new_event(actor)
    write_event(event, content)
    record("information.event.added", actor=actor, object=(EVENT, event.pk), token=token)
    return event


def new_event(actor: Viewer, uid: str = "") -> Event:
    """An empty draft of the actor's organisation, not saved."""
    return Event(
        organisation_id=actor.organisation_id or 0,
        uid=uid or str(uuid.uuid4()),
        made_on=clock.today(),
        made_by_id=actor.user_id,
        changed_at=clock.now(),
    )


@transaction.atomic
def change_event(event_id: int, content: EventContent, *, actor: Viewer, expected_version: int) -> Event:
    """Changes all dates of an event. Dates that were cancelled or moved stay so where the rule still has them.

    Where each change is approved, readers see the earlier one until then. Raises ``EditClash``, ``Refusals``.
    """
    event = access.own_entry(actor, Event, event_id, lock=True)
    if event.version != expected_version:
        raise EditClash(theirs={}, version=event.version, who="", when=clock.now())
    refuse(check_event(content, event.organisation_id))
    before = list(event.places)
    waits = entries.holds_back(event, content)
    if not waits:
        write_event(event, content)
        entries.placed_anew(event)
        event.version += 1
        event.sequence += 1
        event.save()
        write_occurrences(event)
    record("information.event.changed", actor=actor, object=(EVENT, event.pk), details={"waits": waits})
    entries.changed(indexing.EVENT, event, before, actor=actor)
    return event


@transaction.atomic
def copy_event(event_id: int, *, actor: Viewer, token: UUID | None = None) -> Event:
    """A draft with the content of an own event, to be given a new day. Cancelled and moved dates are not copied."""
    source = access.own_entry(actor, Event, event_id)
    if (before := done_before(token, EVENT)) is not None:
        return access.own_entry(actor, Event, before)
    event = new_event(actor)
    event.organisation_id = source.organisation_id
    for name in _ALL:
        setattr(event, name, getattr(source, name))
    event.save()
    record(
        "information.event.copied",
        actor=actor,
        object=(EVENT, event.pk),
        details={"from": source.pk},
        token=token,
    )
    return event


@transaction.atomic
def publish_event(event_id: int, *, actor: Viewer) -> Event:
    """Shows the event to readers, or sends it in where somebody has to approve it first. Safe to repeat."""
    event = access.own_entry(actor, Event, event_id, lock=True)
    if event.state in (EntryState.PUBLISHED, EntryState.WAITING):
        return event
    _publish(event)
    record("information.event.published", actor=actor, object=(EVENT, event.pk), details=details_of(event))
    entries.changed(indexing.EVENT, event, (), actor=actor)
    return event


def _publish(event: Event) -> None:
    last = recurrence.last_day(pattern_of(event), clock.today() + timedelta(days=AHEAD_DAYS))
    if last is not None and last < clock.today():
        refuse([Refusal("", "past", _("The event is over already. Give it a day to come."))])
    entries.send_in(event)
    event.version += 1
    event.save()
    write_occurrences(event)


@transaction.atomic
def withdraw_event(event_id: int, *, actor: Viewer, reason: str = "") -> Event:
    """Takes the event away from readers; it can be published again. An event that is called off is cancelled instead."""
    event = access.own_entry(actor, Event, event_id, lock=True)
    if event.state == EntryState.WITHDRAWN:
        return event
    before = list(event.places)
    entries.taken_back(event, reason)
    event.version += 1
    event.save()
    write_occurrences(event)
    record("information.event.withdrawn", actor=actor, object=(EVENT, event.pk), reason=reason.strip())
    entries.seen_anew(indexing.EVENT, event, before)
    return event


# --- One date ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def cancel_date(
    event_id: int, original: date, *, actor: Viewer, notes: Mapping[str, str] | None = None
) -> EventException:
    """Calls off one date; readers see that it is cancelled. Safe to repeat."""
    event = _with_date(event_id, original, actor)
    row = _exception(event, original)
    row.cancelled, row.starts, row.ends = True, None, None
    return _kept(row, event, "information.event.date-cancelled", notes, actor)


@transaction.atomic
def move_date(
    event_id: int,
    original: date,
    on: date,
    at: time,
    ends_at: time,
    *,
    actor: Viewer,
    notes: Mapping[str, str] | None = None,
) -> EventException:
    """Moves one date to another day or time; readers see both. What lasts for days lasts as many days again.

    Raises ``Refusals`` for an hour that does not exist.
    """
    event = _with_date(event_id, original, actor)
    lasts = hours_rules.back_and_forth(event.ends) - hours_rules.back_and_forth(event.starts)
    ends_on = on + timedelta(days=lasts.days)
    if ends_at <= at:
        ends_on = recurrence.next_day(ends_on)
    refuse(rules.check_hours_exist("at", on, at) + rules.check_hours_exist("ends_at", ends_on, ends_at))
    row = _exception(event, original)
    row.cancelled = False
    row.starts, row.ends = recurrence.at(on, at), max(recurrence.at(ends_on, ends_at), recurrence.at(on, at))
    return _kept(row, event, "information.event.date-moved", notes, actor)


@transaction.atomic
def restore_date(event_id: int, original: date, *, actor: Viewer) -> Event:
    """The date is as the rule has it again. Safe to repeat."""
    event = access.own_entry(actor, Event, event_id, lock=True)
    EventException.objects.filter(event=event, original=original).delete()
    _dated(event, original, "information.event.date-restored", actor)
    return event


def _with_date(event_id: int, original: date, actor: Viewer) -> Event:
    event = access.own_entry(actor, Event, event_id, lock=True)
    if not recurrence.dates_among(pattern_of(event), [original]):
        refuse([Refusal("original", "no-date", _("The event has no such date."))])
    return event


def _exception(event: Event, original: date) -> EventException:
    found = EventException.objects.filter(event=event, original=original).first()
    return found or EventException(event=event, original=original)


def _kept(
    row: EventException, event: Event, name: str, notes: Mapping[str, str] | None, actor: Viewer
) -> EventException:
    row.notes = rules.tidy_texts(notes or {})
    row.save()
    _dated(event, row.original, name, actor)
    return row


def _dated(event: Event, original: date, name: str, actor: Viewer) -> None:
    """Writes what became of one date, for readers, calendars and the journal."""
    event.sequence += 1
    event.changed_at = clock.now()
    event.save(update_fields=["sequence", "changed_at"])
    write_occurrences(event)
    record(name, actor=actor, object=(EVENT, event.pk), details={"on": original.isoformat()})
    entries.seen_anew(indexing.EVENT, event, ())


# --- What is written out ----------------------------------------------------------------------------------------------


def pattern_of(event: Event) -> recurrence.Pattern:
    """When the event happens, with its exceptions. One statement."""
    return keeping.pattern(event, list(event.exceptions.all()) if event.pk else [])


def write_occurrences(event: Event) -> int:
    """Writes the dates of a published event out for lists; of any other there are none. Returns how many."""
    Occurrence.objects.filter(event=event).delete()
    event.horizon = None
    rows: list[Occurrence] = []
    if event.state == EntryState.PUBLISHED:
        today = clock.today()
        event.horizon = today + timedelta(days=AHEAD_DAYS)
        pattern = pattern_of(event)
        rows = [
            Occurrence(
                event=event,
                original=one.original,
                starts=one.starts,
                ends=one.ends,
                cancelled=one.cancelled,
                moved=one.moved,
                notes=dict(one.notes),
            )
            for one in recurrence.times(pattern, today - timedelta(days=KEPT_DAYS), event.horizon)
        ]
        Occurrence.objects.bulk_create(rows)
    Event.objects.filter(pk=event.pk).update(horizon=event.horizon)
    return len(rows)


@transaction.atomic
def extend_horizon(*, actor: Viewer) -> int:
    """Writes further dates of events that go on and on, so that there is always a year of them. For the job."""
    near = clock.today() + timedelta(days=LEAST_AHEAD_DAYS)
    rows = Event.objects.select_for_update(of=("self",)).filter(state=EntryState.PUBLISHED, horizon__lt=near)
    done = 0
    for event in rows.exclude(rule="").prefetch_related("exceptions").order_by("pk"):
        write_occurrences(event)
        done += 1
    if done:
        record("information.event.dates-written", actor=actor, details={"count": done})
    return done


# --- Content ----------------------------------------------------------------------------------------------------------

_TEXTS = ("names", "descriptions", "price_notes")
_WORDS = ("place_note", "online", "web", "registration")
_COPIED = ("venue_id", "nationwide", "price", "registration_by", "for_plans")
_LISTS = ("topics", "groups", "languages", "municipalities")
_ALL = (*_TEXTS, *_WORDS, *_COPIED, *_LISTS, "starts", "ends", "rule")


def check_event(content: EventContent, organisation_id: int) -> list[Refusal]:
    """Everything unsound in an event of the organisation."""
    found = rules.check_event(content) + check_lists(content)
    own = Venue.objects.filter(organisation_id=organisation_id, removed_on=None)
    if content.venue_id is not None and not own.filter(pk=content.venue_id).exists():
        found.append(Refusal("venue", "unknown", _("Choose a place that your organisation keeps.")))
    return found


def write_event(event: Event, content: EventContent) -> None:
    """Puts the content into the event and saves it. The act that calls it has checked the content."""
    ends = content.last_wall
    if content.on is None or content.at is None or ends is None:
        raise ValueError("an event without a time")
    for name in _TEXTS:
        setattr(event, name, rules.tidy_texts(getattr(content, name)))
    for name in _WORDS:
        setattr(event, name, getattr(content, name).strip())
    for name in _COPIED:
        setattr(event, name, getattr(content, name))
    for name in _LISTS:
        setattr(event, name, list(dict.fromkeys(getattr(content, name))))
    event.starts = recurrence.at(content.on, content.at)
    event.ends = max(recurrence.at(ends.date(), ends.time()), event.starts)
    event.rule = recurrence.tidy(content.rule, event.starts)
    event.changed_at = clock.now()
    event.save()
    pattern = pattern_of(event)
    real = recurrence.dates_among(pattern, [one.original for one in pattern.exceptions])
    event.exceptions.exclude(original__in=real).delete()
