"""The day of a meeting: opened by keeper, secretary or chair, presence, the quorum lost and won, items, the closing."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kotopolku.access import rowsecurity
from kotopolku.access.errors import NotVisible
from kotopolku.clients.rules import Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import words
from kotopolku.cooperation import access_meetings as access
from kotopolku.cooperation import meeting_rules as rules
from kotopolku.cooperation.actions import meeting_calls, meeting_day, meetings
from kotopolku.cooperation.meeting_rules import GuestContent
from kotopolku.cooperation.models import AgendaItem, Meeting, MeetingCall, Presence
from kotopolku.cooperation.queries import meetings as queries
from kotopolku.cooperation.tests import meetings_world as world
from kotopolku.cooperation.tests.meetings_world import MEET, Group, at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("afternoon")]


@pytest.fixture
def group() -> Group:
    return world.group()


def standing(group: Group, meeting: Meeting) -> queries.Standing:
    with make.working(group.keeper.viewer, MEET) as at_work:
        return queries.standing(at_work, access.meeting(at_work, meeting.pk), at(12))


def state(item: AgendaItem) -> str:
    with rowsecurity.as_system():
        return AgendaItem.objects.get(pk=item.pk).state


def test_a_meeting_is_opened_on_its_day_by_who_runs_it(group: Group) -> None:
    made = world.called(group)
    page = f"/commons/meetings/{made.pk}/"
    with make.working(group.keeper.viewer) as at_work, pytest.raises(Refusals) as refused:
        meeting_day.open_meeting(made.pk, actor=at_work)
    assert refused.value.codes == ("early",)
    maija, secretary = group.worker("maija"), group.worker("secretary")
    with maija.on(MEET), secretary.on(MEET):
        assert maija.post(page + "open/").status_code == 404, "a member does not run the meeting"
        assert maija.get(page + "day/").status_code == 404
        assert secretary.get(page + "day/").status_code == 200
        assert secretary.post(page + "open/").status_code == 302
        assert secretary.post(page + "open/").status_code == 302, "safe to repeat"
    found = world.fresh(made)
    assert (found.state, found.quorum) == ("open", 3), "more than half of four seats"


def test_who_presides_runs_the_meeting_without_keeping_the_body(group: Group) -> None:
    made = world.called(group)
    world.answered(group, made, "chair", "no")
    with make.working(group.viewer("vice"), MEET) as at_work:
        assert access.is_chair(at_work, access.meeting(at_work, made.pk))
        meeting_day.open_meeting(made.pk, actor=at_work, at=at(9))
        meeting_day.came(world.call(made, "vice").pk, actor=at_work, at=at(9))
        meeting_day.came(world.call(made, "maija").pk, actor=at_work, at=at(9))
    with make.working(group.viewer("maija"), MEET) as at_work, pytest.raises(NotVisible):
        meeting_day.came(world.call(made, "aloud").pk, actor=at_work, at=at(9))


def test_the_body_s_own_quorum_counts(group: Group) -> None:
    with rowsecurity.as_system():
        group.body.quorum = 2
        group.body.save()
    made = world.opened(group, world.called(group))
    assert made.quorum == 2


def test_presence_is_marked_with_one_button_and_taken_back(group: Group) -> None:
    made = world.opened(group, world.called(group))
    maija = world.call(made, "maija")
    by = group.keeper
    page = f"/commons/meetings/calls/{maija.pk}/"
    with by.on(MEET):
        assert by.post(page + "came/").status_code == 302
        by.post(page + "came/")
        shown = words(by.get(f"/commons/meetings/{made.pk}/day/"))
        assert "Maija Malli is present." in shown
        assert "This person is marked present already." in shown
        assert "The meeting has no quorum" in shown
        by.post(page + "left/", at="23.59")
        assert "The time is still ahead." in words(by.get(f"/commons/meetings/{made.pk}/day/"))
        by.post(page + "left/", at="klo yksi")
        assert "is not a time" in words(by.get(f"/commons/meetings/{made.pk}/day/"))
        by.post(page + "undo/")
        by.post(page + "left/")
        assert "This person is not marked present." in words(by.get(f"/commons/meetings/{made.pk}/day/"))
    with rowsecurity.as_system():
        assert not Presence.objects.exists()


def test_a_member_comes_in_by_the_own_telephone_and_by_the_link(group: Group) -> None:
    made = world.called(group)
    maija, vice = group.worker("maija"), group.worker("vice")
    page = f"/commons/meetings/{made.pk}/"
    with maija.on(MEET), vice.on(MEET):
        maija.post(page + "come/")
        with rowsecurity.as_system():
            assert not Presence.objects.exists(), "the meeting is not under way"
        world.opened(group, made)
        assert "I am here" in words(maija.get(page))
        assert maija.post(page + "come/").status_code == 302
        assert vice.post(page + "come/", remote="on").status_code == 302
        assert "I am here" not in words(maija.get(page))
    assert group.worker("stranger").post(page + "come/").status_code == 404
    with rowsecurity.as_system():
        assert sorted(Presence.objects.values_list("remote", flat=True)) == [False, True]


def test_nobody_is_there_twice_on_one_seat(group: Group) -> None:
    made = world.called(group)
    world.answered(group, made, "maija", "no")
    world.opened(group, made, "chair", "deputy")
    with make.working(group.keeper.viewer, MEET) as at_work:
        with pytest.raises(Refusals) as refused:
            meeting_day.came(world.call(made, "maija").pk, actor=at_work, at=at(9, 30))
        assert refused.value.codes == ("seat-taken",)
        meeting_day.left(world.call(made, "deputy").pk, actor=at_work, at=at(9, 30))
        meeting_day.came(world.call(made, "maija").pk, actor=at_work, at=at(9, 30))
        with pytest.raises(Refusals) as refused:
            meeting_calls.answer_for(world.call(made, "maija").pk, "yes", actor=at_work)
        assert "deputy-there" in refused.value.codes
    assert sum(one.vote for one in standing(group, made).people) == 2


def test_a_mark_is_not_taken_back_into_a_seat_that_the_deputy_has_taken(group: Group) -> None:
    made = world.opened(group, world.called(group), "chair", "maija")
    maija = world.call(made, "maija")
    with make.working(group.keeper.viewer, MEET) as at_work:
        meeting_day.left(maija.pk, actor=at_work, at=at(9, 20))
        meeting_calls.answer_for(maija.pk, "no", actor=at_work)
        meeting_day.came(world.call(made, "deputy").pk, actor=at_work, at=at(9, 25))
        with pytest.raises(Refusals) as refused:
            meeting_day.undo_presence(maija.pk, actor=at_work)
    assert refused.value.codes == ("seat-taken",)


def test_who_presided_leads_the_minutes_of_a_closed_meeting(group: Group) -> None:
    made = world.opened(group, world.called(group), "vice", "maija", "aloud")
    with make.working(group.keeper.viewer, MEET) as at_work:
        meeting_day.close_meeting(made.pk, actor=at_work, at=at(10))
    with make.working(group.viewer("vice"), MEET) as at_work:
        assert access.leads(at_work, access.meeting(at_work, made.pk))
    shown = words(group.worker("vice").get(f"/commons/minutes/meetings/{made.pk}/"))
    assert "These minutes are a draft" in shown


def test_a_member_who_does_not_come_is_replaced_on_the_day(group: Group) -> None:
    made = world.opened(group, world.called(group), "chair", "vice")
    with make.working(group.keeper.viewer, MEET) as at_work:
        meeting_calls.answer_for(world.call(made, "maija").pk, "no", "Juna myöhässä", actor=at_work)
        meeting_day.came(world.call(made, "deputy").pk, actor=at_work, at=at(9, 10))
    found = standing(group, made)
    assert found.quorum == rules.Quorum(3, 3)


# Quorum lost ----------------------------------------------------------------------------------------------------------


def test_a_quorum_lost_during_the_meeting_is_said_at_once_and_its_times_are_kept(group: Group) -> None:
    made = world.called(group)
    item = world.item(group, made, "Kannanotto", kind="decision")
    world.opened(group, made, "chair", "vice", "maija")
    found = standing(group, made)
    assert found.quorum is not None
    assert found.quorum.reached
    with make.working(group.keeper.viewer, MEET) as at_work:
        meeting_day.open_item(item.pk, actor=at_work, at=at(9, 20))
        meeting_day.left(world.call(made, "maija").pk, actor=at_work, at=at(9, 30))
    lost = standing(group, made)
    assert lost.quorum == rules.Quorum(2, 3)
    assert lost.lost == [rules.Gap(at(9, 30), None)]
    with group.keeper.on(MEET), group.worker("vice").on(MEET):
        assert "Being dealt with : 5. Kannanotto" in words(
            group.worker("vice").get(f"/commons/meetings/{made.pk}/")
        ).replace("with:", "with :")
        for page in ("", "day/"):
            shown = words(group.keeper.get(f"/commons/meetings/{made.pk}/{page}"))
            assert "The meeting has no quorum." in shown
        assert "The meeting has no quorum." in words(
            group.worker("vice").get(f"/commons/meetings/{made.pk}/")
        )
    with make.working(group.keeper.viewer, MEET) as at_work:
        meeting_day.close_item(item.pk, actor=at_work, at=at(9, 35), on_the_table=True)
        meeting_day.came(world.call(made, "maija").pk, actor=at_work, at=at(9, 45))
    again = standing(group, made)
    assert again.quorum is not None
    assert again.quorum.reached
    assert again.lost == [rules.Gap(at(9, 30), at(9, 45))]
    assert state(item) == "tabled"


# Items and the closing ------------------------------------------------------------------------------------------------


def test_one_item_at_a_time(group: Group) -> None:
    made = world.called(group)
    first, second = world.item(group, made, "Eka"), world.item(group, made, "Toka")
    by = group.keeper
    with by.on(MEET):
        by.post(f"/commons/meetings/items/{first.pk}/open/")
        assert state(first) == "agenda", "the meeting is not under way"
        world.opened(group, made, "chair", "vice", "maija")
        assert by.post(f"/commons/meetings/items/{first.pk}/open/").status_code == 302
        by.post(f"/commons/meetings/items/{second.pk}/open/")
        assert (state(first), state(second)) == ("open", "agenda")
        assert "An item is being dealt with. Close it first." in words(
            by.get(f"/commons/meetings/{made.pk}/")
        )
        assert group.worker("maija").post(f"/commons/meetings/items/{first.pk}/close/").status_code == 404
        assert by.post(f"/commons/meetings/items/{first.pk}/close/", **{"from": "day"}).status_code == 302
        assert by.post(f"/commons/meetings/items/{second.pk}/table/").status_code == 302
        assert (state(first), state(second)) == ("done", "tabled")
        assert by.post(f"/commons/meetings/items/{first.pk}/open/").status_code == 302, "taken up again"
        assert state(first) == "open"


def test_what_is_left_on_the_table_continues_in_the_next_meeting(group: Group) -> None:
    made = world.called(group)
    done, left = world.item(group, made, "Käsitelty"), world.item(group, made, "Jäänyt", text="Perustelut")
    later = MEET + timedelta(weeks=4)
    coming = world.planned(group, starts_at=at(9, day=later), ends_at=at(11, day=later))
    world.opened(group, made, "chair", "vice", "maija")
    by = group.keeper
    with make.working(by.viewer, MEET) as at_work:
        meeting_calls.invite(made.pk, GuestContent("Vieno", "vieno@example.fi"), actor=at_work)
        meeting_day.open_item(done.pk, actor=at_work, at=at(9, 20))
        with pytest.raises(Refusals) as refused:
            meeting_day.close_meeting(made.pk, actor=at_work, at=at(10))
        assert refused.value.codes == ("item-open",)
        meeting_day.close_item(done.pk, actor=at_work, at=at(9, 40))
    with by.on(MEET):
        shown = words(by.get(f"/commons/meetings/{made.pk}/close/"))
        assert "Jäänyt" in shown
        assert "Käsitelty" not in shown
        assert by.post(f"/commons/meetings/{made.pk}/close/").status_code == 302
        assert by.post(f"/commons/meetings/{made.pk}/close/").status_code == 302, "safe to repeat"
    with rowsecurity.as_system():
        [again] = AgendaItem.objects.filter(meeting=coming, continued=left)
        assert again.text == "Perustelut"
        assert not Presence.objects.filter(left_at=None).exists()
        assert not MeetingCall.objects.exclude(email="").exists(), "a guest's address was for the call"
    assert "The item there" in words(by.get(f"/commons/meetings/items/{again.pk}/"))
    found = world.fresh(made)
    assert (found.state, state(left)) == ("closed", "tabled")
    with make.working(by.viewer, MEET) as at_work:
        for act in (
            lambda: meeting_day.open_item(left.pk, actor=at_work),
            lambda: meeting_day.came(world.call(made, "aloud").pk, actor=at_work),
            lambda: meetings.cancel(made.pk, "Ei.", actor=at_work),
        ):
            with pytest.raises(Refusals):
                act()


def test_the_next_meeting_planned_later_gets_what_was_left(group: Group) -> None:
    made = world.called(group)
    left = world.item(group, made, "Jäänyt")
    world.opened(group, made, "chair")
    with make.working(group.keeper.viewer, MEET) as at_work:
        meeting_day.close_meeting(made.pk, actor=at_work, at=at(10))
        later = MEET + timedelta(weeks=4)
        content = world.content(starts_at=at(9, day=later), ends_at=at(11, day=later))
        coming = meetings.plan(group.body.pk, content, actor=at_work)
        assert coming.items.filter(continued=left).count() == 1
        another = meetings.plan(group.body.pk, content, actor=at_work)
        assert not another.items.filter(continued=left).exists(), "once"


def test_the_page_of_the_day_takes_a_bounded_number_of_statements(group: Group) -> None:
    made = world.opened(group, world.called(group), "chair", "vice")
    with group.keeper.on(MEET), CaptureQueriesContext(connection) as found:
        assert group.keeper.get(f"/commons/meetings/{made.pk}/day/").status_code == 200
    assert len(found) <= 60
