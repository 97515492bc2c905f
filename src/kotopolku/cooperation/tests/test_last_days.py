"""A last day given by mistake is moved or taken away: of somebody on a seat, of a body; what depends on it forbids it."""

from datetime import date, timedelta

import pytest

from kotopolku.access import rowsecurity
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.cooperation.actions import bodies, last_days, seats
from kotopolku.cooperation.models import Body, BodySeat, BodyTerm, MeetingCall, Presence, SeatHolder
from kotopolku.cooperation.tests import bodies_world as world
from kotopolku.cooperation.tests import meetings_world as meetings
from kotopolku.cooperation.tests.bodies_world import FIRST, LAST
from kotopolku.journal.models import Entry

pytestmark = pytest.mark.django_db
LIST = "/commons/bodies/"
MISTAKE, RIGHT = date(2026, 12, 31), date(2027, 6, 30)


def seat_of(by: Worker) -> BodySeat:
    return world.seat(by.viewer, world.term(by.viewer, world.body(by.viewer)))


def left(by: Worker, one: SeatHolder, on: date = MISTAKE) -> None:
    with make.working(by.viewer) as at_work:
        version = BodySeat.objects.get(pk=one.seat_id).version
        seats.leave(one.pk, on, "Vaihtoi työtä.", actor=at_work, expected_version=version)


def corrected(by: Worker, one: SeatHolder, on: date | None) -> tuple[str, ...]:
    """The codes of refusals; empty when it was corrected."""
    with make.working(by.viewer) as at_work:
        version = BodySeat.objects.get(pk=one.seat_id).version
        try:
            last_days.of_holder(one.pk, on, "Kirjattiin väärin.", actor=at_work, expected_version=version)
        except Refusals as refused:
            return refused.codes
    return ()


def fresh(one: SeatHolder) -> SeatHolder:
    with rowsecurity.as_system():
        return SeatHolder.objects.get(pk=one.pk)


# On a seat --------------------------------------------------------------------------------------------------------------


def test_the_keeper_moves_a_last_day_and_takes_it_away_from_the_page_of_the_seat() -> None:
    by = world.keeper()
    seat = seat_of(by)
    person = world.holder(by.viewer, seat, "Tuuli Testi")
    page = f"{LIST}holders/{person.pk}/last-day/"
    assert by.get(page).status_code == 404, "there is no last day to correct"
    assert "Correct the last day" not in words(by.get(f"{LIST}seats/{seat.pk}/"))
    left(by, person)
    assert "Correct the last day" in words(by.get(f"{LIST}seats/{seat.pk}/"))
    assert Worker(world.VANTAA, world.ON).get(page).status_code == 403
    assert "Tuuli Testi: the last day is now 31 December 2026." in words(by.get(page))
    typed = by.hidden(page)
    assert "Write why." in words(by.post(page, **typed, on="30.6.2027"))
    assert by.post(page, **typed, on="30.6.2027", reason="Väärä päivä").status_code == 302
    assert (fresh(person).last_day, fresh(person).left_reason) == (RIGHT, "Vaihtoi työtä.")
    clash = by.post(page, **typed, on="", reason="Väärä päivä")
    assert clash.status_code == 409, "another window has changed the seat"
    assert by.post(page, **by.hidden(page), on="", reason="Ei lähtenyt").status_code == 302
    assert (fresh(person).last_day, fresh(person).left_reason) == (LAST, "")
    with rowsecurity.as_system():
        entries = Entry.objects.filter(action="cooperation.seat.last-day-corrected").select_related("payload")
        assert [one.payload.reason for one in entries.order_by("pk")] == ["Väärä päivä", "Ei lähtenyt"]


def test_who_has_the_seat_after_forbids_it_and_is_named() -> None:
    by = world.keeper()
    seat = seat_of(by)
    person = world.holder(by.viewer, seat, "Tuuli Testi")
    left(by, person)
    after = MISTAKE + timedelta(days=10)
    world.holder(by.viewer, seat, "Uusi Jäsen", after)
    page = f"{LIST}holders/{person.pk}/last-day/"
    shown = words(by.post(page, **by.hidden(page), on="", reason="Ei lähtenyt"))
    assert "Uusi Jäsen has this seat from" in shown
    assert corrected(by, person, after) == ("followed",)
    assert corrected(by, person, after - timedelta(days=1)) == ()
    assert corrected(by, person, after - timedelta(days=1)) == ("same",)
    assert corrected(by, person, FIRST - timedelta(days=1)) == ("before-start",)
    assert corrected(by, person, LAST + timedelta(days=1)) == ("outside-term",)


def test_a_member_is_not_given_days_on_which_the_same_person_is_the_deputy() -> None:
    by = world.keeper()
    seat = seat_of(by)
    person = world.holder(by.viewer, seat, "Tuuli Testi")
    left(by, person)
    world.holder(by.viewer, seat, "Tuuli Testi", MISTAKE + timedelta(days=1), part="deputy")
    assert corrected(by, person, RIGHT) == ("same-person",)


def test_a_last_day_is_not_moved_before_a_meeting_at_which_the_person_was(afternoon: None) -> None:
    group = meetings.group()
    made = meetings.opened(group, meetings.called(group), "maija", "chair")
    with rowsecurity.as_system():
        assert Presence.objects.filter(call__in=MeetingCall.objects.filter(meeting=made)).count() == 2
    maija, vice = group.holders["maija"], group.holders["vice"]
    for one in (maija, vice):
        left(group.keeper, one, meetings.MEET + timedelta(days=5))
    before = meetings.MEET - timedelta(days=1)
    assert corrected(group.keeper, maija, before) == ("was-there",)
    assert corrected(group.keeper, maija, meetings.MEET) == ()
    assert corrected(group.keeper, vice, before) == (), "called, but did not come"


# Of a body --------------------------------------------------------------------------------------------------------------


def ended(by: Worker, body: Body, on: date = MISTAKE) -> None:
    with make.working(by.viewer) as at_work:
        bodies.end(body.pk, on, actor=at_work, expected_version=Body.objects.get(pk=body.pk).version)


def body_corrected(by: Worker, body: Body, on: date | None) -> tuple[str, ...]:
    with make.working(by.viewer) as at_work:
        version = Body.objects.get(pk=body.pk).version
        try:
            last_days.of_body(body.pk, on, "Kirjattiin väärin.", actor=at_work, expected_version=version)
        except Refusals as refused:
            return refused.codes
    return ()


def test_a_body_goes_on_with_the_term_and_the_people_it_had() -> None:
    by = world.keeper()
    body = world.body(by.viewer)
    term = world.term(by.viewer, body)
    first, second, third = (world.seat(by.viewer, term) for _n in range(3))
    stays = world.holder(by.viewer, first, "Pysyvä")
    short = world.holder(by.viewer, second, "Lyhyt", last=RIGHT)
    gone = world.holder(by.viewer, third, "Lähtenyt")
    left(by, gone, date(2026, 11, 30))
    page = f"{LIST}{body.pk}/last-day/"
    assert by.get(page).status_code == 404, "the body has no last day"
    ended(by, body)
    later = world.holder(by.viewer, third, "Uusi", date(2026, 12, 1), MISTAKE)
    assert "Correct the last day" in words(by.get(f"{LIST}{body.pk}/"))
    assert Worker(world.REGION, world.ON).get(page).status_code == 403
    typed = by.hidden(page)
    assert by.post(page, **typed, on="", reason="").status_code == 422
    assert by.post(page, **typed, on="31.1.2027", reason="Väärä päivä").status_code == 302
    assert [fresh(one).last_day for one in (stays, short, later)] == [date(2027, 1, 31)] * 3
    assert by.post(page, **typed, on="", reason="Väärä päivä").status_code == 409
    assert by.post(page, **by.hidden(page), on="", reason="Ei lakkautettu").status_code == 302
    days = [fresh(one).last_day for one in (stays, short, gone, later)]
    assert days == [LAST, RIGHT, date(2026, 11, 30), LAST]
    with rowsecurity.as_system():
        assert Body.objects.get(pk=body.pk).ended_on is None
        found = BodyTerm.objects.get(pk=term.pk)
        assert (found.last_day, found.cut_from) == (LAST, None)
        [*_earlier, entry] = Entry.objects.filter(action="cooperation.body.last-day-corrected").order_by("pk")
        assert entry.payload.details == {"from": "2027-01-31", "to": None}


def test_what_a_term_was_changed_to_after_the_end_is_not_undone() -> None:
    by = world.keeper()
    body = world.body(by.viewer)
    term = world.term(by.viewer, body)
    ended(by, body)
    with make.working(by.viewer) as at_work:
        content = bodies.TermContent(FIRST, date(2026, 12, 15), FIRST, "UUD/1/2026")
        version = BodyTerm.objects.get(pk=term.pk).version
        bodies.change_term(term.pk, content, actor=at_work, expected_version=version)
    assert body_corrected(by, body, None) == ()
    with rowsecurity.as_system():
        assert BodyTerm.objects.get(pk=term.pk).last_day == date(2026, 12, 15)


def test_a_body_s_last_day_is_not_moved_before_a_meeting_or_by_the_successor_into_the_time_before() -> None:
    group = meetings.group()
    by, body = group.keeper, group.body
    meetings.called(group)
    ended(by, body)
    assert body_corrected(by, body, meetings.MEET - timedelta(days=1)) == ("meeting",)
    assert body_corrected(by, body, FIRST - timedelta(days=1))[0] == "before-founded"
    assert body_corrected(by, body, MISTAKE) == ("same",)
    with rowsecurity.as_system():
        Body.objects.filter(pk=body.pk).update(taken_over_on=meetings.MEET + timedelta(days=1))
    assert body_corrected(by, body, meetings.MEET) == ("before-taken-over",)
    left_early = group.holders["vice"]
    left(by, left_early, meetings.MEET)
    assert corrected(by, left_early, None) == ("taken-over",)
    with rowsecurity.as_system():
        Body.objects.filter(pk=body.pk).update(taken_over_on=MISTAKE + timedelta(days=1))
    page = f"{LIST}{body.pk}/last-day/"
    shown = words(by.post(page, **by.hidden(page), on="", reason="Ei lakkautettu"))
    assert "gave an earlier last day, which stays" in shown
    assert body_corrected(by, body, RIGHT) == ("taken-over",)


def test_two_who_correct_at_once_do_not_overwrite_each_other() -> None:
    by = world.keeper()
    body = world.body(by.viewer)
    ended(by, body)
    with make.working(by.viewer) as at_work, pytest.raises(EditClash):
        last_days.of_body(body.pk, None, "Väärin.", actor=at_work, expected_version=1)
