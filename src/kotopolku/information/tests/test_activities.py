"""Services and events as acts: who keeps them, who approves, what readers see when, and dates that are moved or cancelled."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import translation

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.information import access_activities as access
from kotopolku.information import headings, recurrence
from kotopolku.information.actions import approvals, event_files, events, services, venues
from kotopolku.information.actions.event_files import Choices
from kotopolku.information.models import EntryState, Event, Occurrence, Revision, Service, Trust
from kotopolku.information.queries import activities, keeping
from kotopolku.information.queries.activities import Wanted
from kotopolku.information.tests import activities_world as world
from kotopolku.journal.models import Entry
from kotopolku.notices.models import Notice

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 10, tzinfo=clock.HELSINKI)


def seen_services(slug: str = "vantaa", **wanted: Any) -> list[str]:
    """Names of services that readers of a space see."""
    found = activities.services(world.space(slug), "fi", Wanted(**wanted), world.ON)
    return [str(one.name) for one in found.lines]


def seen_events(slug: str = "vantaa", **wanted: Any) -> list[activities.EventLine]:
    with clock.at(world.ON):
        return activities.events(world.space(slug), "fi", Wanted(**wanted), NOW).lines


def told(kind: str) -> int:
    """How many have been told, whoever they are."""
    with rowsecurity.as_system():
        return Notice.objects.filter(kind=kind).count()


@pytest.fixture
def editor() -> Viewer:
    return world.editor()


@pytest.fixture
def member() -> Viewer:
    return world.member()


# --- Whose ------------------------------------------------------------------------------------------------------------


def test_an_authority_publishes_in_its_own_area_at_once(editor: Viewer) -> None:
    made = world.service(editor)
    assert (made.state, made.places) == (EntryState.PUBLISHED, ["092"])
    assert seen_services() == ["Neuvonta omalla kielellä"]
    assert seen_services("uusimaa") == ["Neuvonta omalla kielellä"], "a region shows its municipalities'"
    assert seen_services("espoo") == seen_services("suomi") == []


def test_a_regions_entry_is_seen_in_the_region_and_all_of_its_municipalities() -> None:
    made = world.service(world.officer())
    assert "r01" in made.places
    assert seen_services("uusimaa") == seen_services("vantaa") == ["Neuvonta omalla kielellä"]
    assert seen_services("kajaani") == []


def test_what_the_ministry_publishes_for_the_whole_country_is_seen_everywhere() -> None:
    world.service(make.worker(world.MINISTRY, world.ON, role=Role.MINISTRY_OFFICER))
    assert seen_services("suomi") == seen_services("kajaani") == ["Neuvonta omalla kielellä"]


def test_a_draft_is_its_keepers_alone(editor: Viewer, member: Viewer) -> None:
    made = world.service(member, published=False, municipalities=("092",))
    for stranger in (editor, world.editor(world.OTHER_CITY), world.officer()):
        with make.working(stranger):
            with pytest.raises(NotVisible):
                access.shown_entry(stranger, Service, made.pk)
            with pytest.raises(NotVisible):
                services.change_service(made.pk, world.service_content(), actor=stranger, expected_version=1)
            assert not Service.objects.filter(pk=made.pk).exists(), "row security stands under it"


def test_nobody_without_the_right_keeps_anything() -> None:
    reader = make.worker("kunta-092", world.ON, role=Role.READER)
    with make.working(reader), pytest.raises(MissingCapability):
        services.add_service(world.service_content(), actor=reader)


def test_two_who_change_at_once_are_told(editor: Viewer) -> None:
    made = world.service(editor)
    with make.working(editor) as at_work:
        services.change_service(
            made.pk, world.service_content(), actor=at_work, expected_version=made.version
        )
        with pytest.raises(EditClash):
            services.change_service(
                made.pk, world.service_content(), actor=at_work, expected_version=made.version
            )


def test_places_of_others_cannot_be_used(editor: Viewer, member: Viewer) -> None:
    theirs = world.venue(member)
    with make.working(editor) as at_work:
        with pytest.raises(Refusals) as refused:
            services.add_service(world.service_content(points=(world.point(theirs),)), actor=at_work)
        assert refused.value.codes == ("unknown",)
        with pytest.raises(NotVisible):
            venues.remove_venue(theirs.pk, actor=at_work)


def test_a_place_in_use_stays(editor: Viewer) -> None:
    place = world.venue(editor)
    world.service(editor, points=(world.point(place),))
    with make.working(editor) as at_work, pytest.raises(Refusals):
        venues.remove_venue(place.pk, actor=at_work)


def test_each_act_writes_one_journal_entry_and_marks_what_readers_see(editor: Viewer) -> None:
    def numbers() -> int:
        return sum(
            Revision.objects.filter(space__slug__in=["vantaa", "uusimaa"]).values_list("number", flat=True)
        )

    before = numbers()
    made = world.service(editor)
    assert numbers() > before
    with make.working(editor):
        names = Entry.objects.filter(object_kind="information.service", object_id=made.pk).order_by("id")
        assert list(names.values_list("action", flat=True)) == [
            "information.service.added",
            "information.service.published",
        ]


# --- Approval ---------------------------------------------------------------------------------------------------------


def test_an_associations_first_entry_waits_for_the_municipality_it_names(
    editor: Viewer, member: Viewer
) -> None:
    made = world.service(member, municipalities=("092",))
    assert (made.state, made.places, made.awaits) == (EntryState.WAITING, [], ["092"])
    assert seen_services() == []
    assert told("information.activity-waits") == 1
    with make.working(editor) as at_work:
        [waiting] = keeping.waiting(at_work)
        assert waiting.entry.pk == made.pk
        approvals.approve("service", made.pk, actor=at_work)
    assert seen_services() == ["Neuvonta omalla kielellä"]
    assert told("information.activity-approved") == 1


def test_an_association_names_its_municipalities(member: Viewer) -> None:
    made = world.service(member, published=False)
    with make.working(member) as at_work, pytest.raises(Refusals) as refused:
        services.publish_service(made.pk, actor=at_work)
    assert refused.value.codes == ("no-place",)


def test_another_municipality_neither_sees_nor_approves_it(member: Viewer) -> None:
    made = world.service(member, municipalities=("092",))
    espoo = world.editor(world.OTHER_CITY)
    with make.working(espoo) as at_work:
        assert keeping.waiting(at_work) == []
        with pytest.raises(NotVisible):
            approvals.approve("service", made.pk, actor=at_work)
    with make.working(member) as at_work, pytest.raises(MissingCapability):
        approvals.approve("service", made.pk, actor=at_work)


def test_the_regional_officer_can_approve_in_the_regions_municipalities(member: Viewer) -> None:
    made = world.event(member, municipalities=("092",))
    with make.working(world.officer()) as at_work:
        approvals.approve("event", made.pk, actor=at_work)
    assert [str(one.name) for one in seen_events()] == ["Kielikahvila"]


def test_each_named_municipality_decides_for_itself(editor: Viewer, member: Viewer) -> None:
    made = world.service(member, municipalities=("092", "049"))
    with make.working(editor) as at_work:
        approvals.approve("service", made.pk, actor=at_work)
    made.refresh_from_db()
    assert (made.places, made.awaits) == (["092"], ["049"])
    assert (seen_services("vantaa"), seen_services("espoo")) == (["Neuvonta omalla kielellä"], [])


def test_sending_back_needs_a_reason_and_tells_the_association(editor: Viewer, member: Viewer) -> None:
    made = world.service(member, municipalities=("092",))
    with make.working(editor) as at_work:
        with pytest.raises(Refusals):
            approvals.send_back("service", made.pk, "  ", actor=at_work)
        approvals.send_back("service", made.pk, "Kerro hinta.", actor=at_work)
    with make.working(member) as at_work:
        mine = access.own_entry(at_work, Service, made.pk)
        assert (mine.state, mine.reason) == (EntryState.DRAFT, "Kerro hinta.")
        assert told("information.activity-sent-back") == 1
        again = services.publish_service(made.pk, actor=at_work)
    assert (again.state, again.reason) == (EntryState.WAITING, "")


def test_after_the_first_approval_changes_and_new_entries_show_at_once(
    editor: Viewer, member: Viewer
) -> None:
    made = world.service(member, municipalities=("092",))
    with make.working(editor) as at_work:
        approvals.approve("service", made.pk, actor=at_work)
    with make.working(member) as at_work:
        content = world.service_content(names={"fi": "Uusi nimi"}, municipalities=("092",))
        mine = access.own_entry(at_work, Service, made.pk)
        services.change_service(made.pk, content, actor=at_work, expected_version=mine.version)
    assert seen_services() == ["Uusi nimi"]
    assert world.event(member, municipalities=("092",)).state == EntryState.PUBLISHED


def test_where_each_change_waits_readers_see_the_earlier_one_until_then(
    editor: Viewer, member: Viewer
) -> None:
    made = world.service(member, municipalities=("092",))
    with make.working(editor) as at_work:
        approvals.approve("service", made.pk, actor=at_work, trust=False)
    with make.working(member) as at_work:
        mine = access.own_entry(at_work, Service, made.pk)
        content = world.service_content(names={"fi": "Uusi nimi"}, municipalities=("092",))
        changed = services.change_service(made.pk, content, actor=at_work, expected_version=mine.version)
        assert changed.proposed is not None
    assert seen_services() == ["Neuvonta omalla kielellä"]
    with make.working(editor) as at_work:
        approvals.approve("service", made.pk, actor=at_work)
    assert seen_services() == ["Uusi nimi"]


def test_a_refused_change_leaves_what_was_approved(editor: Viewer, member: Viewer) -> None:
    made = world.event(member, municipalities=("092",))
    with make.working(editor) as at_work:
        approvals.approve("event", made.pk, actor=at_work, trust=False)
    with make.working(member) as at_work:
        mine = access.own_entry(at_work, Event, made.pk)
        content = world.event_content(
            names={"fi": "Toinen"}, at=time(18), ends_at=time(20), municipalities=("092",)
        )
        events.change_event(made.pk, content, actor=at_work, expected_version=mine.version)
    with make.working(editor) as at_work:
        approvals.send_back("event", made.pk, "Ei näin.", actor=at_work)
    [line] = seen_events()
    assert (str(line.name), line.starts.hour) == ("Kielikahvila", 17)


def test_an_approver_withdraws_with_a_reason_and_trusts_no_more(editor: Viewer, member: Viewer) -> None:
    made = world.event(member, municipalities=("092",))
    with make.working(editor) as at_work:
        approvals.approve("event", made.pk, actor=at_work)
        approvals.withdraw("event", made.pk, "Ei ollut totta.", actor=at_work)
    assert seen_events() == []
    assert not Trust.objects.get(place="092").trusted
    with make.working(member) as at_work:
        mine = access.own_entry(at_work, Event, made.pk)
        assert (mine.state, mine.reason) == (EntryState.WITHDRAWN, "Ei ollut totta.")
        assert events.publish_event(made.pk, actor=at_work).state == EntryState.WAITING
    assert told("information.activity-withdrawn") == 1


def test_trust_is_chosen_by_those_of_the_area_only(editor: Viewer, member: Viewer) -> None:
    made = world.service(member, municipalities=("092",))
    with make.working(editor) as at_work:
        approvals.approve("service", made.pk, actor=at_work)
    row = Trust.objects.get()
    with make.working(world.editor(world.OTHER_CITY)) as at_work, pytest.raises(NotVisible):
        approvals.set_trust(row.pk, False, actor=at_work)
    with make.working(editor) as at_work:
        approvals.set_trust(row.pk, False, actor=at_work)
        assert not Trust.objects.get().trusted


# --- Events -----------------------------------------------------------------------------------------------------------


def weekly(actor: Viewer, **changes: Any) -> Event:
    return world.event(actor, rule="FREQ=WEEKLY;BYDAY=TU", **changes)


def test_an_event_at_the_hour_that_does_not_exist_is_refused_and_mended(editor: Viewer) -> None:
    content = world.event_content(on=date(2027, 3, 28), at=time(3, 30), ends_at=time(5))
    with make.working(editor) as at_work:
        with pytest.raises(Refusals) as refused:
            events.add_event(content, actor=at_work)
        [refusal] = refused.value.refusals
        assert (refusal.field, refusal.code) == ("at", "hour-missing")
        assert (refusal.params["typed"], refusal.params["better"]) == ("03.30", "04.30")
        assert events.add_event(replace(content, at=time(4, 30)), actor=at_work).pk


def test_an_event_at_the_doubled_hour_takes_the_first(editor: Viewer) -> None:
    made = world.event(editor, on=date(2027, 10, 31), at=time(3, 30), ends_at=time(5))
    assert made.starts == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


def test_an_event_over_midnight_ends_on_the_next_day(editor: Viewer) -> None:
    made = world.event(editor, at=time(22), ends_at=time(1))
    assert made.ends - made.starts == timedelta(hours=3)


def test_readers_see_every_date_with_the_cancelled_and_moved_ones_marked(editor: Viewer) -> None:
    made = weekly(editor)
    with make.working(editor) as at_work:
        events.cancel_date(made.pk, date(2026, 12, 1), actor=at_work, notes={"fi": "Sairaana"})
        events.move_date(made.pk, date(2026, 12, 8), date(2026, 12, 9), time(18), time(20), actor=at_work)
    lines = seen_events()[:4]
    assert [(f"{one.starts:%d.%m.}", one.cancelled, one.moved) for one in lines] == [
        ("24.11.", False, False),
        ("01.12.", True, False),
        ("09.12.", False, True),
        ("15.12.", False, False),
    ]
    assert str(lines[1].note) == "Sairaana"
    with make.working(editor) as at_work:
        events.restore_date(made.pk, date(2026, 12, 1), actor=at_work)
    assert not seen_events()[1].cancelled


def test_a_date_that_the_event_has_not_cannot_be_cancelled(editor: Viewer) -> None:
    made = weekly(editor)
    with make.working(editor) as at_work, pytest.raises(Refusals) as refused:
        events.cancel_date(made.pk, date(2026, 12, 2), actor=at_work)
    assert refused.value.codes == ("no-date",)


def test_a_date_cannot_be_moved_to_the_missing_hour(editor: Viewer) -> None:
    made = weekly(editor)
    with make.working(editor) as at_work, pytest.raises(Refusals) as refused:
        events.move_date(made.pk, date(2027, 3, 30), date(2027, 3, 28), time(3, 30), time(5), actor=at_work)
    assert refused.value.codes == ("hour-missing",)


def test_changing_all_dates_keeps_exceptions_that_the_rule_still_has(editor: Viewer) -> None:
    made = weekly(editor)
    with make.working(editor) as at_work:
        events.cancel_date(made.pk, date(2026, 12, 1), actor=at_work)
        mine = access.own_entry(at_work, Event, made.pk)
        content = world.event_content(rule="FREQ=WEEKLY;BYDAY=TU", at=time(18), ends_at=time(20))
        changed = events.change_event(made.pk, content, actor=at_work, expected_version=mine.version)
        assert changed.sequence > mine.sequence
    assert [(one.starts.hour, one.cancelled) for one in seen_events()[:2]] == [(18, False), (18, True)]
    with make.working(editor) as at_work:
        mine = access.own_entry(at_work, Event, made.pk)
        content = world.event_content(on=date(2026, 11, 26), rule="FREQ=WEEKLY;BYDAY=TH")
        events.change_event(made.pk, content, actor=at_work, expected_version=mine.version)
        assert not mine.exceptions.exists()


def test_a_copy_is_a_draft_without_the_dates_that_were_changed(editor: Viewer) -> None:
    made = weekly(editor)
    with make.working(editor) as at_work:
        events.cancel_date(made.pk, date(2026, 12, 1), actor=at_work)
        copy = events.copy_event(made.pk, actor=at_work)
        assert (copy.state, copy.uid != made.uid, copy.exceptions.count()) == (EntryState.DRAFT, True, 0)


def test_an_event_that_is_over_cannot_be_published(editor: Viewer) -> None:
    made = world.event(editor, published=False, on=date(2026, 11, 2))
    with make.working(editor) as at_work, pytest.raises(Refusals) as refused:
        events.publish_event(made.pk, actor=at_work)
    assert refused.value.codes == ("past",)


def test_dates_are_written_for_a_year_ahead_and_the_job_writes_more(editor: Viewer) -> None:
    made = weekly(editor)
    job = Viewer.for_system("information.dates", date(2027, 2, 1))
    with make.working(job) as at_work:
        assert events.extend_horizon(actor=at_work) == 1
        assert events.extend_horizon(actor=at_work) == 0
        last = Occurrence.objects.filter(event=made).latest("starts")
        assert last.starts.date() > date(2028, 1, 31)


def test_withdrawn_events_leave_no_dates(editor: Viewer) -> None:
    made = weekly(editor)
    with make.working(editor) as at_work:
        events.withdraw_event(made.pk, actor=at_work)
        assert not Occurrence.objects.filter(event=made).exists()
    assert seen_events() == []


# --- Calendar files ---------------------------------------------------------------------------------------------------

FILE = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Muu kalenteri//FI
BEGIN:VEVENT
UID:cafe@example.invalid
SEQUENCE:{sequence}
SUMMARY:{name}
LOCATION:Tikkurilan kirjasto
DTSTART;TZID=Europe/Helsinki:20261124T170000
DTEND;TZID=Europe/Helsinki:20261124T190000
RRULE:FREQ=WEEKLY;BYDAY=TU
EXDATE;TZID=Europe/Helsinki:20261222T170000
END:VEVENT
BEGIN:VEVENT
UID:cafe@example.invalid
SEQUENCE:{sequence}
RECURRENCE-ID;TZID=Europe/Helsinki:20261208T170000
SUMMARY:{name}
DTSTART;TZID=Europe/Helsinki:20261209T180000
DTEND;TZID=Europe/Helsinki:20261209T200000
END:VEVENT
BEGIN:VEVENT
UID:night@example.invalid
SUMMARY:Yökahvila
LOCATION:Kirjasto
DTSTART;TZID=Europe/Helsinki:20270328T033000
END:VEVENT
END:VCALENDAR
"""


def file(name: str = "Kahvila", sequence: int = 0) -> bytes:
    return FILE.format(name=name, sequence=sequence).replace("\n", "\r\n").encode()


def whats(content: bytes, actor: Viewer, *, take: bool = False, **choices: Any) -> list[str]:
    chosen = Choices("fi", **choices)
    with make.working(actor) as at_work:
        done = event_files.import_events if take else event_files.report
        return [line.what for line in done(content, chosen, actor=at_work)]


def test_a_file_is_reported_row_by_row_before_anything_is_written(editor: Viewer) -> None:
    with make.working(editor) as at_work, translation.override("en"):
        lines = event_files.report(file(), Choices("fi"), actor=at_work)
        assert [line.what for line in lines] == ["add", "refused"]
        assert lines[1].reasons[0].code == "hour-missing"
        assert not Event.objects.exists()


def test_the_same_file_twice_changes_nothing(editor: Viewer) -> None:
    place = world.venue(editor)
    assert whats(file(), editor, take=True, publish=True) == ["add", "refused"]
    with make.working(editor):
        made = Event.objects.get()
        assert (made.venue_id, made.state, made.exceptions.count()) == (place.pk, EntryState.PUBLISHED, 2)
        before = (made.version, made.sequence)
    assert whats(file(), editor, take=True) == ["same", "refused"]
    with make.working(editor):
        made.refresh_from_db()
        assert (Event.objects.count(), made.version, made.sequence) == (1, *before)


def test_a_newer_file_changes_and_an_older_one_does_not(editor: Viewer) -> None:
    whats(file(), editor, take=True)
    assert whats(file("Uusi kahvila", 2), editor, take=True)[0] == "change"
    assert whats(file("Kahvila", 1), editor, take=True)[0] == "older"
    with make.working(editor):
        assert Event.objects.get().names == {"fi": "Uusi kahvila"}


def test_what_the_file_does_not_know_stays(editor: Viewer) -> None:
    whats(file(), editor, take=True)
    with make.working(editor) as at_work:
        made = Event.objects.get()
        content = replace(
            keeping.event_content(made), names={"fi": "Kahvila", "ar": "مقهى"}, topics=("language",)
        )
        events.change_event(made.pk, content, actor=at_work, expected_version=made.version)
    whats(file("Uusi", 9), editor, take=True)
    with make.working(editor):
        made.refresh_from_db()
        assert (made.names, made.topics) == ({"fi": "Uusi", "ar": "مقهى"}, ["language"])


def test_the_uid_of_another_organisation_is_not_touched(editor: Viewer, member: Viewer) -> None:
    whats(file(), editor, take=True)
    assert whats(file("Vallattu", 5), member, take=True, municipalities=("092",)) == ["add", "refused"]
    with make.working(editor):
        assert Event.objects.get(organisation_id=editor.organisation_id).names == {"fi": "Kahvila"}


# --- Reading ----------------------------------------------------------------------------------------------------------


def test_services_are_found_by_topic_group_language_and_word_in_any_language(editor: Viewer) -> None:
    world.service(editor)
    world.service(editor, names={"fi": "Uimahalli"}, topics=("sport",), groups=("women",), languages=("uk",))
    assert seen_services(topic="sport") == ["Uimahalli"]
    assert seen_services(group="men") == ["Neuvonta omalla kielellä"], "one without groups is for everybody"
    assert seen_services(language="uk") == ["Uimahalli"]
    assert seen_services(words="uima") == ["Uimahalli"]
    assert seen_services(words="jää") == []


def test_a_text_missing_in_the_readers_language_is_the_nearest_and_says_so(editor: Viewer) -> None:
    made = world.service(editor, names={"fi": "Neuvonta", "ru": "Совет"})
    with clock.at(world.ON):
        shown = activities.service(world.space(), "uk", made.pk, NOW)
        assert (shown.name.words, shown.name.language, shown.name.own) == ("Совет", "ru", False)
        assert activities.service(world.space(), "fi", made.pk, NOW).name.own


def test_one_of_another_place_is_not_there(editor: Viewer) -> None:
    made, happening = world.service(editor), world.event(editor)
    with clock.at(world.ON), pytest.raises(NotVisible):
        activities.service(world.space("kajaani"), "fi", made.pk, NOW)
    with clock.at(world.ON), pytest.raises(NotVisible):
        activities.event(world.space("kajaani"), "fi", happening.pk, NOW)


def test_every_heading_has_words_for_the_catalogues() -> None:
    named = {one.en for one in (*headings.topics().values(), *headings.groups().values())}
    assert named == set(headings.ENGLISH)


@pytest.mark.parametrize("number", [2, 200])
def test_lists_take_the_same_statements_whatever_their_length(editor: Viewer, number: int) -> None:
    for count in range(number):
        rule = "FREQ=MONTHLY;INTERVAL=1" if count % 4 == 0 else ""
        _bulk(editor, count, rule)
    with clock.at(world.ON):
        space = world.space()
        with _Statements() as statements:
            activities.services(space, "fi", Wanted(), world.ON)
        assert statements.number == 3
        with _Statements() as statements:
            activities.events(space, "fi", Wanted(), NOW)
        assert statements.number == 2
        with _Statements() as statements:
            assert activities.calendar(space, world.ON)
        assert statements.number == 2
        with _Statements() as statements:
            activities.front_services(space, "fi", 6)
            activities.front_events(space, "fi", 4)
        assert statements.number == 2


def _bulk(actor: Viewer, count: int, rule: str) -> None:
    """Rows as the acts write them, without the acts: hundreds are made for the count of statements only."""
    shared: dict[str, Any] = {
        "organisation_id": actor.organisation_id,
        "state": EntryState.PUBLISHED,
        "places": ["092"],
        "topics": ["advice"],
        "made_on": world.ON,
        "changed_at": NOW,
        "published_at": NOW,
    }
    with make.working(actor):
        Service.objects.create(names={"fi": f"Palvelu {count}"}, **shared)
        starts = recurrence.at(world.ON + timedelta(days=count % 60), time(17))
        made = Event.objects.create(
            names={"fi": f"Tapahtuma {count}"},
            uid=f"u-{count}",
            starts=starts,
            ends=starts + timedelta(hours=2),
            rule=rule,
            **shared,
        )
        events.write_occurrences(made)


class _Statements:
    """Counts the statements of a block."""

    def __enter__(self) -> "_Statements":
        from django.test.utils import CaptureQueriesContext

        self._context = CaptureQueriesContext(connection)
        self._context.__enter__()
        return self

    def __exit__(self, *given: object) -> None:
        self._context.__exit__(None, None, None)

    @property
    def number(self) -> int:
        return len(self._context)
