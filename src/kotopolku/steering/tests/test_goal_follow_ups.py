"""The yearly follow-up of goals: proposed, decided by a person, once a year, corrected, listed where it lacks."""

from datetime import date
from decimal import Decimal

import pytest

from kotopolku.access.capabilities import Role
from kotopolku.access.errors import MissingCapability
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.journal.models import Entry
from kotopolku.notices.models import Notice
from kotopolku.steering.actions import goal_follow_ups, goals
from kotopolku.steering.goal_rules import FollowUpContent
from kotopolku.steering.jobs import remind_of_follow_ups
from kotopolku.steering.models import GoalFollowUp
from kotopolku.steering.tests import goals_world as world

pytestmark = pytest.mark.django_db

LIST = "/steering/goals/"


def test_figure_and_track_are_proposed_and_a_person_decides() -> None:
    measured = world.indicator(m092={2024: 40, 2025: 41})
    made = world.goal(world.programme(state="approved"), indicator_id=measured.pk)
    by = world.at_work()
    page = f"{LIST}{made.pk}/"
    assert "No follow-up of 2025" in words(by.get(page))
    new = f"{page}follow-ups/new/"
    form = by.get(new)
    text = form.content.decode()
    assert 'value="41"' in text
    assert "off track" in words(form)
    assert "on the straight way to the target it would be 42.5 %" in words(form)
    sent = {
        "token": by.hidden(new)["token"],
        "year": "2025",
        "value": "41",
        "track": "on",
        "text": "Koulutus alkoi.",
        "source": "Oma",
    }
    wrong = by.send(new, sent | {"text": "", "track": ""})
    assert wrong.status_code == 422
    assert "Write what was done or reached." in words(wrong)
    assert by.send(new, sent).status_code == 302
    assert by.send(new, sent).status_code == 302, "the same form twice writes one"
    shown = words(by.get(page))
    assert "Koulutus alkoi." in shown
    assert "No follow-up of 2025" not in shown
    assert "on track" in words(by.get(LIST, track="on"))
    assert "No goal was found." in words(by.get(LIST, track="off"))
    with make.working(by.viewer):
        assert GoalFollowUp.objects.get().track == "on"
        assert Entry.objects.filter(action="steering.goal.followed-up").count() == 1


def test_a_year_has_one_follow_up_which_is_corrected() -> None:
    made = world.goal(world.programme(state="approved"))
    by = world.at_work()
    world.follow_up(made, by.viewer, 2025, "off", 41)
    with pytest.raises(Refusals) as refused:
        world.follow_up(made, by.viewer, 2025)
    assert refused.value.codes == ("twice",)
    edit = f"{LIST}{made.pk}/follow-ups/2025/"
    second = world.at_work()
    sent = {
        "token": by.hidden(edit)["token"],
        "version": "1",
        "year": "2025",
        "value": "42",
        "track": "unclear",
        "text": "Tilasto tarkentui.",
    }
    assert by.send(edit, sent).status_code == 302
    assert second.send(edit, sent).status_code == 409, "two who correct at once are told"
    with make.working(by.viewer) as actor:
        kept = GoalFollowUp.objects.get()
        assert (kept.value, kept.track, kept.version) == (Decimal(42), "unclear", 2)
        assert Entry.objects.filter(action="steering.goal.follow-up-corrected").count() == 1
        with pytest.raises(EditClash):
            goal_follow_ups.correct(
                made.pk, FollowUpContent(2025, "on", "x"), actor=actor, expected_version=1
            )
    for year in ("2024", "99999999999"):
        assert by.get(f"{LIST}{made.pk}/follow-ups/{year}/").status_code == 404


@pytest.mark.parametrize(("year", "code"), [(2027, "to-come"), (2023, "before-start")])
def test_only_a_year_that_has_come_is_followed_up(year: int, code: str) -> None:
    made = world.goal(world.programme(state="approved"))
    with pytest.raises(Refusals) as refused:
        world.follow_up(made, world.leader(), year)
    assert refused.value.codes == (code,)


def test_goals_of_a_draft_are_not_followed_up() -> None:
    made = world.goal(world.programme())
    assert "Write the follow-up of a year" not in words(world.at_work().get(f"{LIST}{made.pk}/"))
    with pytest.raises(Refusals) as refused:
        world.follow_up(made, world.leader())
    assert refused.value.codes == ("draft",)


def test_the_owner_follows_up_and_others_do_not() -> None:
    of = world.programme("092", "049", partners=(world.COUNTY,), state="approved")
    made = world.goal(of, owner_id=world.organisation(world.COUNTY).pk)
    owner = Worker(world.COUNTY, world.ON, Role.COUNTY_OFFICER)
    world.follow_up(made, owner.viewer)
    page = f"{LIST}{made.pk}/"
    assert "Correct" in words(owner.get(page))
    assert "Change the state" not in words(owner.get(page))
    assert owner.get(f"{page}edit/").status_code == 403
    for stranger in (world.at_work("049"), Worker(world.REGION, world.ON, Role.REGIONAL_OFFICER)):
        assert stranger.get(f"{page}follow-ups/new/").status_code == 404
        assert stranger.post(f"{page}ties/add/").status_code == 404
    reader = Worker("kunta-092", world.ON, Role.READER)
    assert reader.get(f"{page}follow-ups/new/").status_code == 403
    assert reader.get(page).status_code == 200
    with make.working(world.leader("049")):
        assert GoalFollowUp.objects.update(track="off") == 0, "row security"
    with make.working(reader.viewer) as actor, pytest.raises(MissingCapability):
        goal_follow_ups.write(made.pk, FollowUpContent(2024, "on", "x"), actor=actor)


def test_what_lacks_is_listed_and_stands_in_my_work() -> None:
    of = world.programme(state="approved")
    done, waiting = world.goal(of), world.goal(of, title={"fi": "Odottaa"})
    fresh = world.goal(of, title={"fi": "Tuore"}, start_year=2026, start_value=None)
    by = world.at_work()
    world.follow_up(done, by.viewer)
    listed = words(by.get(LIST, missing="on"))
    assert "Odottaa" in listed
    assert "Useampi työssä" not in listed
    assert "Tuore" not in listed, fresh
    with make.working(by.viewer) as viewer:
        found = world.waiting(viewer)
        assert [one.words for one in found] == ["Follow up the goal: Odottaa"]
        assert found[0].address == f"{LIST}{waiting.pk}/follow-ups/new/?year=2025"
        assert world.waiting(viewer, 0) == []
        goals.set_state(waiting.pk, "dropped", "Pois.", actor=viewer, expected_version=1)
        assert world.waiting(viewer) == []
    with make.working(make.worker("kunta-049", world.ON)) as viewer:
        assert world.waiting(viewer) == []


def test_a_goal_past_its_target_asks_to_be_closed() -> None:
    of = world.programme(state="approved")
    then = date(2024, 5, 1)
    world.goal(of, world.leader(on=then), target_year=2025, start_year=2023)
    with make.working(world.leader()) as viewer:
        found = world.waiting(viewer)
    assert [one.words for one in found] == [
        "Follow up the goal: Useampi työssä",
        "Close the goal: Useampi työssä",
    ]
    assert found[1].due == date(2025, 12, 31)


def test_who_answers_is_told_once_that_last_years_follow_up_is_missing() -> None:
    on = date(2027, 3, 2)
    lead, owner = world.leader(on=on), make.worker(world.COUNTY, on, role=Role.TEAM_LEADER)
    made = world.programme(state="approved", partners=(world.COUNTY,))
    world.goal(made)
    second = world.goal(made)
    with make.working(world.system()):
        made.goals.filter(pk=second.pk).update(owner=world.organisation(world.COUNTY))
    with make.working(Viewer.for_system("steering.follow-ups", date(2027, 2, 1))):
        assert remind_of_follow_ups(0) == 0, "the own target is not near yet"
    with make.working(Viewer.for_system("steering.follow-ups", on)):
        assert remind_of_follow_ups(0) >= 2
        assert remind_of_follow_ups(0) == 0
        told = Notice.objects.filter(kind="steering.goals-follow-up-missing")
        numbers = dict(told.values_list("user_id", "count"))
        assert (numbers[lead.user_id], numbers[owner.user_id]) == (2, 1)
        assert told[0].on == date(2027, 3, 31)
        address = told[0].address
    shown = words(world.at_work(on=on).get(address))
    assert "No follow-up of" in shown
