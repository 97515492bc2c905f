"""Meetings for who keeps the body: planned singly or as a series, changed, moved, cancelled; who reads them; calendar, paper."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.cooperation import access_meetings as access
from kotopolku.cooperation.actions import meeting_calls, meetings
from kotopolku.cooperation.models import Meeting, MeetingSeries
from kotopolku.cooperation.queries import meetings as queries
from kotopolku.cooperation.tests import meetings_world as world
from kotopolku.cooperation.tests.meetings_world import Group
from kotopolku.notices.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def group() -> Group:
    return world.group()


def typed(**changes: Any) -> dict[str, Any]:
    values = {
        "token": str(uuid4()),
        "day": "14.12.2026",
        "starts": "9",
        "ends": "11.00",
        "place": "Opastinsilta 12",
        "link": world.LINK,
        "language": "fi",
    }
    return values | changes


def told(kind: str) -> set[int]:
    with rowsecurity.as_system():
        rows = Notice.objects.filter(kind=f"cooperation.{kind}")
        return set(rows.values_list("user_id", flat=True))


def test_a_meeting_is_planned_on_its_page_with_the_formal_items(group: Group) -> None:
    by = group.keeper
    address = f"/commons/meetings/bodies/{group.body.pk}/new/"
    assert by.get(address).status_code == 200
    answer = by.post(address, **typed())
    assert answer.status_code == 302
    rowsecurity.apply(by.viewer)
    made = Meeting.objects.get()
    assert (made.year, made.number, made.organisation_id) == (2026, 1, by.viewer.organisation_id)
    assert made.items_until == date(2026, 12, 4), "by our own target"
    shown = words(by.get(answer.headers["Location"]))
    assert "Uudenmaan yhteistyöryhmä 1/2026" in shown
    assert "1. Kokouksen avaaminen" in shown or "1. Opening of the meeting" in shown
    assert "Nobody else sees the meeting before it." in shown
    assert "1/2026" in words(by.get(f"/commons/bodies/{group.body.pk}/"))


FAULTY: list[tuple[dict[str, str], str]] = [
    ({"day": "20.11.2026"}, "The time has passed already."),
    ({"ends": "8"}, "ends before it begins"),
    ({"ends": "23.30"}, "at most 12 hours"),
    ({"day": "14.12.2031"}, "The body has no term on that day."),
    ({"place": "", "link": ""}, "Say where the meeting is"),
    ({"items_until": "15.12.2026"}, "Items are proposed before the meeting"),
    ({"starts": "25"}, "is not a time"),
    ({"language": "xx"}, "xx"),
]


def test_a_faulty_meeting_is_shown_back(group: Group) -> None:
    for changes, complaint in FAULTY:
        answer = group.keeper.post(f"/commons/meetings/bodies/{group.body.pk}/new/", **typed(**changes))
        assert answer.status_code == 422, complaint
        assert complaint in words(answer)
        assert world.LINK in answer.content.decode() or "link" in changes
    rowsecurity.apply(group.keeper.viewer)
    assert not Meeting.objects.exists()


def test_the_same_form_sent_twice_makes_one_meeting(group: Group) -> None:
    form = typed()
    address = f"/commons/meetings/bodies/{group.body.pk}/new/"
    first, second = (group.keeper.post(address, **form) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]


def test_two_editors_of_one_meeting_are_told(group: Group) -> None:
    made = world.planned(group)
    address = f"/commons/meetings/{made.pk}/edit/"
    assert group.keeper.post(address, **typed(version="1", place="Sali A")).status_code == 302
    clash = group.keeper.post(address, **typed(version="1", place="Sali B"))
    assert clash.status_code == 409
    assert "Sali B" in clash.content.decode(), "what was typed stays"
    assert world.fresh(made).place == "Sali A"


def test_a_series_skips_holidays_and_says_so(group: Group) -> None:
    form = {
        "token": str(uuid4()),
        "first_on": "11.12.2026",
        "last_on": "15.1.2027",
        "every_weeks": "1",
        "starts": "9",
        "minutes_long": "90",
        "place": "Sali",
        "language": "sv",
    }
    by = group.keeper
    address = f"/commons/meetings/bodies/{group.body.pk}/series/"
    answer = by.post(address, **form)
    assert answer.status_code == 302
    assert by.post(address, **form).status_code == 302, "sent twice"
    shown = words(by.get(answer.headers["Location"]))
    assert "No meeting was made for these days" in shown
    rowsecurity.apply(by.viewer)
    rows = list(Meeting.objects.order_by("starts_at"))
    days = [one.starts_at.astimezone(clock.HELSINKI).date() for one in rows]
    assert days == [date(2026, 12, 11), date(2026, 12, 18), date(2027, 1, 8), date(2027, 1, 15)]
    assert [(one.year, one.number) for one in rows] == [(2026, 1), (2026, 2), (2027, 1), (2027, 2)]
    titles = list(rows[0].items.values_list("title", flat=True))
    assert len(titles) == 6
    bad = by.post(address, **(form | {"token": str(uuid4()), "every_weeks": "0", "last_on": "1.1.2031"}))
    assert bad.status_code == 422
    assert "1 to 52" in words(bad)
    assert "within the term" in words(bad)


def test_only_holidays_make_no_series(group: Group) -> None:
    content = world.series_content(first_on=date(2026, 12, 25), last_on=date(2026, 12, 25))
    with make.working(group.keeper.viewer) as at_work, pytest.raises(Refusals) as refused:
        meetings.plan_series(group.body.pk, content, actor=at_work)
    assert refused.value.codes == ("holidays",)
    assert not MeetingSeries.objects.exists()


def test_later_meetings_of_a_series_are_changed_but_not_those_called(group: Group) -> None:
    with make.working(group.keeper.viewer) as at_work:
        series, _skipped = meetings.plan_series(group.body.pk, world.series_content(), actor=at_work)
        rows = list(series.meetings.order_by("starts_at"))
        meeting_calls.send(rows[1].pk, actor=at_work)
        day = rows[0].starts_at.astimezone(clock.HELSINKI).date() + timedelta(days=1)
        new = world.content(starts_at=world.at(13, day=day), ends_at=world.at(14, day=day), place="Sali B")
        changed, left = meetings.change_later(rows[0].pk, new, actor=at_work, expected_version=1)
        assert (changed, left) == (len(rows) - 1, 1)
        third = Meeting.objects.get(pk=rows[2].pk)
        moved = third.starts_at.astimezone(clock.HELSINKI)
        assert (moved.hour, third.place) == (13, "Sali B")
        assert moved.date() == rows[2].starts_at.astimezone(clock.HELSINKI).date() + timedelta(days=1)
        assert Meeting.objects.get(pk=rows[1].pk).place == "Opastinsilta 12"


def test_a_draft_is_removed_and_a_called_meeting_is_not(group: Group) -> None:
    draft, made = world.planned(group), world.planned(group, starts_at=world.at(13), ends_at=world.at(14))
    world.called(group, made)
    by = group.keeper
    assert by.post(f"/commons/meetings/{draft.pk}/remove/").status_code == 302
    by.post(f"/commons/meetings/{made.pk}/remove/")
    rowsecurity.apply(by.viewer)
    assert list(Meeting.objects.values_list("pk", flat=True)) == [made.pk]
    assert by.post(f"/commons/meetings/{made.pk}/edit/", **typed(version="2")).status_code == 422


# Who reads ------------------------------------------------------------------------------------------------------------


def test_a_membership_opens_nothing_before_the_call(group: Group) -> None:
    made = world.planned(group)
    page = f"/commons/meetings/{made.pk}/"
    for name in ("chair", "vice", "maija", "stranger"):
        if name != "chair":
            assert group.worker(name).get(page).status_code == 404, name
    world.called(group, made)
    shown = group.worker("maija").get(page)
    assert shown.status_code == 200
    assert world.LINK in shown.content.decode(), "the remote link is for those called"
    assert group.worker("deputy").get(page).status_code == 404, "the deputy is not called yet"
    stranger = group.worker("stranger")
    for more in ("", "calls/", "papers/", "agenda.pdf", "meeting.ics", "day/"):
        assert stranger.get(page + more).status_code == 404, more
    with make.working(group.viewer("stranger")) as at_work:
        assert not queries.listed(at_work, "").exists()
        assert access.call_of(at_work, made) is None
        assert not Meeting.objects.filter(pk=made.pk).exists(), "row security"
        with pytest.raises(MissingCapability):
            access.own_meeting(make.worker(world.VANTAA, world.ON), made.pk)
        with pytest.raises(NotVisible):
            access.own_meeting(at_work, made.pk)


def test_the_lists_show_what_comes_and_what_is_over(group: Group) -> None:
    made, draft = world.called(group), world.planned(group, starts_at=world.at(14), ends_at=world.at(15))
    maija = group.worker("maija")

    def listed(of: Meeting, by: Worker, more: str = "") -> bool:
        return f'href="/commons/meetings/{of.pk}/"' in by.get(f"/commons/meetings/{more}").content.decode()

    assert listed(made, maija)
    assert not listed(draft, maija), "it is only said that items can be proposed"
    assert listed(draft, group.keeper, f"?body={group.body.pk}")
    with make.working(group.keeper.viewer) as at_work:
        meetings.cancel(made.pk, "Esityslista puuttuu.", actor=at_work)
    assert not listed(made, maija)
    assert listed(made, maija, "?box=past")
    assert group.keeper.get("/commons/meetings/?box=xx&body=xx").status_code == 200


def test_pages_take_a_bounded_number_of_statements(group: Group) -> None:
    made = world.planned(group)
    for number in range(3):
        world.item(group, made, f"Asia {number}")
    world.called(group, made)

    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert group.worker("maija").get(f"/commons/meetings/{made.pk}/").status_code == 200
        return len(found)

    few = statements()
    for number in range(10):
        world.item(group, made, f"Asia {number}")
    assert statements() <= few + 1


# Moved and cancelled ----------------------------------------------------------------------------------------------------


def test_a_moved_meeting_is_told_and_asked_anew(group: Group) -> None:
    made = world.called(group)
    world.answered(group, made, "maija", "no")
    world.answered(group, made, "vice", "yes")
    assert world.calls(made)["deputy"] == ("none", True)
    by = group.keeper
    answer = by.post(
        f"/commons/meetings/{made.pk}/move/",
        **typed(day="15.12.2026", version=str(world.fresh(made).version)),
    )
    assert answer.status_code == 302
    found = world.fresh(made)
    assert found.sequence == 1
    assert world.calls(made)["maija"] == ("none", True)
    assert world.calls(made)["vice"] == ("none", True)
    assert world.calls(made)["deputy"] == ("none", False), "the member is asked first"
    assert group.viewer("deputy").user_id not in found.readers
    assert group.viewer("maija").user_id in told("meeting-moved")


def test_another_place_alone_keeps_the_answers(group: Group) -> None:
    made = world.called(group)
    world.answered(group, made, "maija", "yes")
    with make.working(group.keeper.viewer) as at_work:
        meetings.move(
            made.pk, made.starts_at, made.ends_at, "Sali B", "", actor=at_work, expected_version=made.version
        )
        with pytest.raises(EditClash):
            meetings.move(
                made.pk, made.starts_at, made.ends_at, "Sali C", "", actor=at_work, expected_version=1
            )
    assert world.calls(made)["maija"] == ("yes", True)


def test_a_cancelled_meeting_says_why_and_leaves_the_calendars(group: Group) -> None:
    made = world.called(group)
    by = group.keeper
    assert by.post(f"/commons/meetings/{made.pk}/cancel/", reason=" ").status_code == 422
    assert (
        by.post(
            f"/commons/meetings/{made.pk}/cancel/", reason="Puheenjohtaja; sairas, \n perutaan"
        ).status_code
        == 302
    )
    shown = words(group.worker("maija").get(f"/commons/meetings/{made.pk}/"))
    assert "The meeting was cancelled." in shown
    assert told("meeting-cancelled") >= {group.viewer("maija").user_id, group.viewer("vice").user_id}
    event = _event(group, made)
    assert event["STATUS"] == "CANCELLED"
    assert event["SEQUENCE"] == 1
    assert by.post(f"/commons/meetings/{made.pk}/cancel/", reason="uudelleen").status_code == 422


# Calendar and paper -----------------------------------------------------------------------------------------------------


def _event(group: Group, made: Meeting) -> Any:
    answer = group.worker("maija").get(f"/commons/meetings/{made.pk}/meeting.ics")
    assert answer.headers["Content-Type"].startswith("text/calendar")
    return Calendar.from_ical(answer.content).walk("VEVENT")[0]


def test_the_calendar_file_is_in_finnish_time_with_a_stable_identifier(group: Group) -> None:
    made = world.called(group, title="Vuoden viimeinen; kokous, jossa \\ pilkku")
    event = _event(group, made)
    assert event["DTSTART"].dt == datetime(2026, 12, 14, 9, tzinfo=clock.HELSINKI)
    assert event["SEQUENCE"] == 0
    assert str(event["SUMMARY"]).endswith("1/2026: Vuoden viimeinen; kokous, jossa \\ pilkku")
    assert world.LINK in str(event["LOCATION"])
    text = group.worker("maija").get(f"/commons/meetings/{made.pk}/meeting.ics").content.decode()
    assert "DTSTART;TZID=Europe/Helsinki:20261214T090000" in text
    assert "BEGIN:VTIMEZONE" in text
    assert "METHOD:PUBLISH" in text
    uid = str(event["UID"])
    with make.working(group.keeper.viewer) as at_work:
        meetings.move(
            made.pk,
            made.starts_at + timedelta(hours=1),
            made.ends_at + timedelta(hours=1),
            "Sali",
            "",
            actor=at_work,
            expected_version=made.version,
        )
    later = _event(group, made)
    assert (str(later["UID"]), later["SEQUENCE"]) == (uid, 1)
    assert later["DTSTART"].dt.hour == 10


def test_the_agenda_is_a_tagged_pdf(group: Group) -> None:
    made = world.planned(group)
    world.item(
        group,
        made,
        "Alueen tilanne",
        text="Lukuja:\n\n- yksi\n- kaksi",
        proposal="Merkitään.",
        minutes_planned=15,
    )
    answer = group.keeper.get(f"/commons/meetings/{made.pk}/agenda.pdf")
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF")
