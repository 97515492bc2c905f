"""Scenarios 1 to 3 as the domain tells them: every date counted by hand, through the workers' own acts."""

from datetime import date

import pytest

from kotopolku import law
from kotopolku.access import rowsecurity
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation
from kotopolku.clients import access, actions, queries
from kotopolku.clients.models import Clock, Relationship
from kotopolku.clients.rules import ReviewContent, Stage
from kotopolku.clients.tests import factories as make

pytestmark = pytest.mark.django_db


def clock(relationship: Relationship, rule: str) -> Clock:
    return Clock.objects.filter(relationship=relationship, rule=rule).latest("opens_on")


def days(relationship: Relationship, rule: str) -> tuple[date | None, date | None]:
    found = clock(relationship, rule)
    return found.nominal, found.due


def test_scenario_1_vantaa_spring_2021() -> None:
    worker = make.worker("te-01", date(2021, 4, 26))
    with make.working(worker, date(2021, 4, 26)) as at_work:
        answer = queries.who_answers_for(at_work, municipality=make.VANTAA, jobseeker=True, on=at_work.day)
        assert (answer.code, answer.is_own) == ("te-01", True)
        other = queries.who_answers_for(at_work, municipality=make.VANTAA, jobseeker=False, on=at_work.day)
        assert other.code == "kunta-092"
        data = make.new_client(at_work.day, jobseeker_since=at_work.day)
        relationship = actions.register_client(data, actor=at_work)
        assert days(relationship, "A1") == (date(2021, 6, 26), date(2021, 6, 28))
    with make.working(worker, date(2021, 6, 11)) as at_work:
        make.assessed(relationship, at_work, started=at_work.day, done=at_work.day)
        assert clock(relationship, "A1").closed_on == date(2021, 6, 11)
        assert days(relationship, "A2") == (date(2021, 6, 25), date(2021, 6, 28))
    with make.working(worker, date(2021, 6, 24)) as at_work:
        plan = make.planned(relationship, at_work, made=at_work.day, signed=at_work.day)
        assert clock(relationship, "A2").closed_on == date(2021, 6, 24)
        assert days(relationship, "A4") == (date(2021, 7, 24), date(2021, 7, 26))
        assert days(relationship, "D1") == (date(2022, 6, 24), date(2022, 6, 24))
        assert plan.ends_on == date(2022, 6, 24)
        assert days(relationship, "D2") == (date(2024, 6, 24), date(2024, 6, 24))
        assert plan.latest_end == date(2024, 6, 24)
    with make.working(worker, date(2022, 4, 1)) as at_work:
        actions.add_interruption(
            relationship.pk, "parental-leave", date(2022, 1, 1), date(2022, 3, 31), actor=at_work
        )
        longest = clock(relationship, "D2")
        assert (longest.nominal, longest.due, longest.suspended_days) == (
            date(2024, 6, 24),
            date(2024, 9, 22),
            90,
        )
        lines = law.Explanation.from_json(longest.explanation).lines("fi")
        assert any("22.9.2024" in text for text, _source in lines)


def test_scenario_2_the_change_of_2025() -> None:
    worker = make.worker("te-01", date(2024, 9, 2))
    with make.working(worker, date(2024, 9, 2)) as at_work:
        relationship = make.client(at_work, jobseeker_since=at_work.day)
        make.assessed(relationship, at_work, started=at_work.day, done=at_work.day)
    with make.working(worker, date(2024, 10, 1)) as at_work:
        make.planned(relationship, at_work, made=at_work.day, signed=at_work.day)
        assert days(relationship, "D2") == (date(2027, 10, 1), date(2027, 10, 1))
        assert days(relationship, "A5") == (date(2025, 10, 1), date(2025, 10, 1))
    reform = date(2025, 1, 1)
    area = Organisation.objects.get(code=make.employment_area_of(make.VANTAA, reform))
    with make.working(Viewer.for_system("test", reform)) as job:
        actions.pass_to_successor(relationship, reform, area, actor=job, section="681/2023 § 3")
    with make.working(worker, reform) as at_work:
        with pytest.raises(NotVisible):
            access.case(at_work, relationship.pk)
        assert not Clock.objects.filter(relationship=relationship).exists()
    successor = make.worker(area.code, reform)
    with make.working(successor, date(2025, 9, 15)) as at_work:
        detail = queries.client_page(at_work, relationship.pk)
        assert detail.plan is not None
        assert [view.goal.title for view in detail.plan.goals] == [goal.title for goal in make.PLAN.goals]
        assert {one.rule for one in detail.clocks} >= {"A5", "D2"}
        actions.record_referral(relationship.pk, date(2024, 10, 20), actor=at_work)
        actions.hold_review(relationship.pk, ReviewContent(held_on=at_work.day), actor=at_work)
        assert clock(relationship, "A5").closed_on == date(2025, 9, 15)
        review = clock(relationship, "A6")
        assert (review.nominal, review.due) == (date(2026, 3, 15), date(2026, 3, 16))
        assert (review.act, review.section) == ("681/2023", "22")
        assert days(relationship, "D2") == (date(2027, 10, 1), date(2027, 10, 1))
        assert {event.authority_id for event in Clock.objects.filter(relationship=relationship)} == {area.pk}


def test_scenario_3_vantaa_winter_2026() -> None:
    begins = date(2026, 11, 30)
    worker = make.worker(make.employment_area_of(make.VANTAA, begins), begins)
    with make.working(worker) as at_work:
        relationship = actions.register_client(make.new_client(begins, jobseeker_since=begins), actor=at_work)
        assert days(relationship, "A9") == (date(2026, 12, 7), date(2026, 12, 7))
        without_number = clock(relationship, "A7")
        assert (without_number.kind, without_number.due, without_number.own) == ("without-delay", None, False)
        target = clock(relationship, "O-A7")
        assert (target.own, target.due) == (True, date(2026, 12, 14))
    with make.working(worker, date(2026, 12, 7)) as at_work:
        make.assessed(relationship, at_work, started=at_work.day, done=at_work.day)
        assert clock(relationship, "A9").closed_on == date(2026, 12, 7)
    with make.working(worker, date(2026, 12, 14)) as at_work:
        plan = make.planned(relationship, at_work, made=at_work.day)
        assert days(relationship, "A4")[1] == date(2027, 1, 14)
        assert days(relationship, "A6")[1] == date(2027, 6, 14)
        assert days(relationship, "D1")[1] == date(2027, 12, 14)
        assert days(relationship, "D3")[1] == date(2028, 12, 14)
        assert (plan.ends_on, plan.latest_end) == (date(2027, 12, 14), date(2028, 12, 14))
        assert queries.client_page(at_work, relationship.pk).stage == Stage.PLANNED
        rowsecurity.apply(at_work)
