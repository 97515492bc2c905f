"""One date of an event moved or cancelled, what lasts for days, and rules that came from other calendars."""

from datetime import date, datetime, time
from typing import Any

import pytest
from django.test import Client

from kotopolku import clock
from kotopolku.access.viewer import Viewer
from kotopolku.clients.tests import factories as make
from kotopolku.information import access_activities as access
from kotopolku.information.actions import approvals, events
from kotopolku.information.forms_events import EventForm, repeat_of
from kotopolku.information.models import EntryState, Event
from kotopolku.information.queries import keeping
from kotopolku.information.recurrence import HELSINKI
from kotopolku.information.tests import activities_world as world
from kotopolku.information.tests.test_activities import file, whats

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> Viewer:
    return world.editor()


def local(moment: datetime | None) -> str:
    return f"{moment.astimezone(HELSINKI):%d.%m. %H:%M}" if moment else ""


@pytest.mark.parametrize(
    ("event", "to", "ends"),
    [
        ({"at": time(17), "ends_at": time(15), "ends_on": date(2026, 11, 26)}, time(17), "12.12. 15:00"),
        ({"at": time(9), "ends_at": time(15), "ends_on": date(2026, 11, 26)}, time(9), "12.12. 15:00"),
        ({"at": time(22), "ends_at": time(15)}, time(14), "10.12. 15:00"),
        ({"at": time(17), "ends_at": time(19)}, time(17), "10.12. 15:00"),
    ],
)
def test_a_date_that_is_moved_lasts_as_many_days_as_before(
    editor: Viewer, event: dict[str, Any], to: time, ends: str
) -> None:
    made = world.event(editor, **event)
    ends_at = time(15)
    if to == time(17) and "ends_on" not in event:
        to = time(13)
    with make.working(editor) as at_work:
        row = events.move_date(made.pk, date(2026, 11, 24), date(2026, 12, 10), to, ends_at, actor=at_work)
    assert local(row.ends) == ends


def test_what_is_going_on_now_can_be_published(editor: Viewer) -> None:
    made = world.event(
        editor, on=date(2026, 11, 20), at=time(10), ends_at=time(16), ends_on=date(2026, 11, 29)
    )
    assert made.state == EntryState.PUBLISHED


def test_an_event_that_begins_next_autumn_has_dates_for_its_keeper(editor: Viewer) -> None:
    made = world.event(editor, published=False, on=date(2027, 9, 7), rule="FREQ=WEEKLY;BYDAY=TU")
    with make.working(editor):
        assert keeping.dates(made)[0].original == date(2027, 9, 7)


def test_why_a_date_is_cancelled_stays_when_a_newer_file_is_taken(editor: Viewer) -> None:
    whats(file(), editor, take=True)
    with make.working(editor) as at_work:
        made = Event.objects.get()
        events.cancel_date(made.pk, date(2026, 12, 22), actor=at_work, notes={"fi": "Joululoma"})
    assert whats(file("Uusi nimi", 9), editor, take=True)[0] == "change"
    with make.working(editor):
        assert made.exceptions.get(original=date(2026, 12, 22)).notes == {"fi": "Joululoma"}


def test_our_own_file_taken_in_again_changes_nothing(editor: Viewer) -> None:
    place = world.venue(editor)
    made = world.event(editor, venue_id=place.pk, place_note="Sali 2", rule="FREQ=WEEKLY")
    with make.working(editor) as at_work:
        events.cancel_date(made.pk, date(2026, 12, 1), actor=at_work)
    with clock.at(world.ON):
        written = Client().get(f"/info/fi/vantaa/events/{made.pk}.ics").content
    assert b"URL:" in written
    assert whats(written, editor) == ["same"]


def test_dates_that_a_file_cancels_are_cancelled_while_its_other_changes_wait(editor: Viewer) -> None:
    member = world.member()
    whats(file(), member, take=True, municipalities=("092",), publish=True)
    with make.working(editor) as at_work:
        [waiting] = keeping.waiting(at_work)
        approvals.approve("event", waiting.entry.pk, actor=at_work, trust=False)
    newer = file("Uusi nimi", 9).replace(b"20261222T170000", b"20261215T170000")
    assert whats(newer, member, take=True) == ["change", "refused"]
    with make.working(member):
        made = Event.objects.get()
        assert (made.names, made.awaits) == ({"fi": "Kahvila"}, ["092"]), "the name waits"
        assert made.occurrences.get(original=date(2026, 12, 15)).cancelled
    with make.working(editor) as at_work:
        approvals.approve("event", made.pk, actor=at_work)
        made.refresh_from_db()
        assert made.names == {"fi": "Uusi nimi"}
        assert made.occurrences.get(original=date(2026, 12, 15)).cancelled


def form_of(made: Event, viewer: Viewer, **typed: Any) -> EventForm:
    """The form as it would come back from a browser with those fields typed anew."""
    with make.working(viewer) as at_work:
        kept = keeping.event_content(access.own_entry(at_work, Event, made.pk))
        shown = EventForm([], "Vantaa", initial=EventForm.initial_of(kept, "Vantaa"), kept=kept)
        data = {bound.html_name: bound.value() for bound in shown if bound.value() is not None}
        form = EventForm([], "Vantaa", data | typed, kept=kept)
        assert form.is_valid(), form.errors
    return form


@pytest.mark.parametrize(
    ("rule", "on"),
    [
        ("FREQ=MONTHLY;BYDAY=-1FR", date(2027, 2, 26)),
        ("FREQ=MONTHLY;INTERVAL=1;BYDAY=4FR", date(2027, 2, 26)),
        ("FREQ=DAILY;BYDAY=MO,TU;UNTIL=20271231T235959", date(2027, 2, 22)),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", date(2027, 2, 22)),
    ],
)
def test_a_form_sent_back_as_it_was_keeps_the_rule(editor: Viewer, rule: str, on: date) -> None:
    made = world.event(editor, published=False, on=on, rule=rule)
    assert form_of(made, editor).rule() == rule


def test_the_last_day_of_a_rule_of_another_calendar_can_be_taken_away(editor: Viewer) -> None:
    made = world.event(
        editor, published=False, on=date(2026, 11, 24), rule="FREQ=DAILY;BYDAY=MO,TU;UNTIL=20271231T235959"
    )
    assert form_of(made, editor, until="").rule() == "FREQ=DAILY;BYDAY=MO,TU"


def test_the_last_friday_is_not_taken_for_the_fourth() -> None:
    content = world.event_content(on=date(2027, 2, 26), rule="FREQ=MONTHLY;INTERVAL=1;BYDAY=-1FR")
    assert repeat_of(content) == "kept"
