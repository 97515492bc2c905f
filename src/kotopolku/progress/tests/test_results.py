"""Levels and results at the end, and what happened later: planned by the job, asked of the team, counted without persons."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.access.viewer import Own, Viewer
from kotopolku.clients import actions as clients
from kotopolku.clients import queries as client_queries
from kotopolku.clients.models import Relationship
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.journal.models import Entry
from kotopolku.notices.models import Notice
from kotopolku.progress import actions, queries
from kotopolku.progress.actions.results import ResultContent
from kotopolku.progress.models import FollowUp, LanguageLevel, Result
from kotopolku.progress.tests import stage

pytestmark = pytest.mark.django_db
TODAY = stage.TODAY
RESULT = ResultContent(TODAY, "full-time", "none", "Ajokortti")


def levels(actor: Viewer, relationship: Relationship, on: date, **by_skill: str) -> list[LanguageLevel]:
    return actions.record_levels(
        relationship.pk,
        by_skill,
        language="fi",
        basis="test",
        source="Esimerkkiopisto",
        assessed_on=on,
        actor=actor,
    )


def ended(worker: Viewer, on: date) -> Relationship:
    """A client of the worker whose relationship ended on the day."""
    with make.working(worker, on) as at_work:
        relationship = make.client(at_work, started_on=on - timedelta(days=30), worker_id=worker.user_id)
        clients.end_relationship(relationship.pk, on, "employed", actor=at_work)
    return relationship


def night(day: date = TODAY) -> int:
    """The nightly job's act on a day."""
    with make.working(Viewer.for_system("progress.follow-ups", day), day) as system:
        return actions.plan_follow_ups(actor=system)


def test_levels_are_kept_skill_by_skill_and_a_lower_one_later_is_flagged() -> None:
    with make.working(make.worker("kunta-092", TODAY)) as at_work:
        relationship = make.client(at_work)
        levels(at_work, relationship, TODAY - timedelta(days=90), speaking="B1.1", reading="A2.1", writing="")
        levels(at_work, relationship, TODAY, speaking="A2.2")
        view = queries.progress_of(at_work, relationship.pk)
        assert {(one.skill, one.level) for one in view.latest} == {("speaking", "A2.2"), ("reading", "A2.1")}
        [fallen] = view.regressed
        assert (fallen.skill, fallen.before.level, fallen.now.level) == ("speaking", "B1.1", "A2.2")
        mistake = next(one for one in view.levels if one.level == "A2.2")
        with pytest.raises(Refusals):
            actions.cancel_level(relationship.pk, mistake.pk, reason=" ", actor=at_work)
        actions.cancel_level(relationship.pk, mistake.pk, reason="Toisen asiakkaan.", actor=at_work)
        assert queries.progress_of(at_work, relationship.pk).regressed == []
        assert LanguageLevel.objects.filter(cancelled=True).count() == 1


def test_a_level_that_cannot_be_is_refused_and_nothing_is_kept() -> None:
    with make.working(make.worker("kunta-092", TODAY)) as at_work:
        relationship = make.client(at_work)
        for wrong, code in [
            ({"speaking": "D9"}, "unknown-level"),
            ({"dancing": "A1.1"}, "unknown-level"),
            ({"speaking": ""}, "required"),
        ]:
            with pytest.raises(Refusals) as refused:
                levels(at_work, relationship, TODAY, **wrong)
            assert code in refused.value.codes
        with pytest.raises(Refusals) as refused:
            levels(at_work, relationship, TODAY + timedelta(days=1), speaking="A1.1")
        assert refused.value.codes == ("future",)
        assert not LanguageLevel.objects.exists()


def test_another_authority_sees_no_level_result_or_follow_up_and_the_client_sees_the_own_ones() -> None:
    worker = make.worker("kunta-092", TODAY)
    relationship = ended(worker, TODAY)
    night()
    with make.working(worker) as at_work:
        levels(at_work, relationship, TODAY, speaking="A2.2")
        actions.record_result(relationship.pk, RESULT, actor=at_work, expected_version=0)
    with make.working(make.worker("kunta-205", TODAY)) as other:
        for model in (LanguageLevel, Result, FollowUp):
            assert not model.objects.exists()
        with pytest.raises(NotVisible):
            levels(other, relationship, TODAY, speaking="A2.2")
        assert queries.follow_ups_due(other) == []
    own = Viewer(
        user_id=None, name="", day=TODAY, seat=None, own=Own(relationship.person_id, relationship.person_id)
    )
    rowsecurity.apply(own)
    assert LanguageLevel.objects.get().level == "A2.2"
    assert Result.objects.exists()
    assert LanguageLevel.objects.update(level="C1.1") == 0


def test_the_result_is_asked_when_the_relationship_has_ended_and_a_clash_is_told() -> None:
    worker = make.worker("kunta-092", TODAY)
    relationship = ended(worker, TODAY)
    with make.working(worker) as at_work:
        detail = client_queries.client_page(at_work, relationship.pk)
        levels(at_work, relationship, TODAY, reading="B1.1")
        with CaptureQueriesContext(connection) as statements:
            panel = queries.panel(at_work, detail)
        assert len(statements) == 1
        assert panel is not None
        assert panel["asks_result"]
        stored = actions.record_result(relationship.pk, RESULT, actor=at_work, expected_version=0)
        assert stored.version == 1
        with pytest.raises(EditClash):
            actions.record_result(relationship.pk, RESULT, actor=at_work, expected_version=0)
        wrong = ResultContent(TODAY + timedelta(days=3), "often", "")
        with pytest.raises(Refusals) as refused:
            actions.record_result(relationship.pk, wrong, actor=at_work, expected_version=1)
        assert {one.field for one in refused.value.refusals} == {"on", "employment", "study"}
        panel = queries.panel(at_work, detail)
        assert panel is not None
        assert not panel["asks_result"]


def test_the_night_plans_three_questions_once_and_takes_them_away_when_the_end_is_taken_back() -> None:
    worker = make.worker("kunta-092", TODAY)
    relationship = ended(worker, TODAY)
    assert night() == 3
    assert night() == 0
    with make.working(worker) as at_work:
        assert [row.rule for row in FollowUp.objects.order_by("due_on")] == ["O-L3", "O-L6", "O-L12"]
        clients.undo_end(relationship.pk, actor=at_work)
    night()
    with make.working(worker):
        assert not FollowUp.objects.exists()


def test_of_one_who_has_died_and_of_an_end_long_ago_nothing_is_asked() -> None:
    worker = make.worker("kunta-092", TODAY)
    with make.working(worker) as at_work:
        died = make.client(at_work)
        clients.end_relationship(died.pk, TODAY, "deceased", actor=at_work)
    long_ago = ended(worker, TODAY - timedelta(days=800))
    half_year_ago = ended(worker, TODAY - timedelta(days=200))
    night()
    with make.working(worker):
        assert not FollowUp.objects.filter(relationship__in=[died, long_ago]).exists()
        asked = FollowUp.objects.filter(relationship=half_year_ago)
        assert [row.rule for row in asked.order_by("due_on")] == ["O-L6", "O-L12"]


def test_a_question_that_is_due_is_listed_told_to_the_worker_once_and_answered() -> None:
    worker = make.worker("kunta-092", TODAY)
    relationship = ended(worker, TODAY - timedelta(days=95))
    night()
    assert night() == 0
    with make.working(worker) as at_work:
        assert Notice.objects.get(kind="progress.follow-up-due").count == 1
        with CaptureQueriesContext(connection) as statements:
            [row] = queries.follow_ups_due(at_work, "own")
        assert len(statements) <= 2
        assert row.what.months == 3
        with pytest.raises(Refusals):
            actions.answer_follow_up(relationship.pk, row.what.pk, "flying", "", actor=at_work)
        actions.answer_follow_up(relationship.pk, row.what.pk, "employed", "client", actor=at_work)
        assert queries.follow_ups_due(at_work, "own") == []
        assert Entry.objects.filter(action="progress.follow-up.answered").count() == 1


def answered(worker: Viewer, number: int, situation: str, **changes: bool) -> None:
    """So many follow-ups of the worker's former clients answered alike."""
    with make.working(worker) as at_work:
        for _one in range(number):
            relationship = make.client(at_work, **changes)
            row = FollowUp.objects.create(
                relationship=relationship, person=relationship.person, rule="O-L3", months=3, due_on=TODAY
            )
            actions.answer_follow_up(relationship.pk, row.pk, situation, "client", actor=at_work)


def test_counts_hide_small_numbers_and_leave_out_those_under_non_disclosure() -> None:
    vantaa = make.worker("kunta-092", TODAY)
    answered(vantaa, 5, "employed")
    answered(vantaa, 2, "studying")
    answered(vantaa, 1, "employed", non_disclosure=True)
    answered(make.worker("kunta-205", TODAY), 1, "employed")
    with make.working(make.worker("kunta-092", TODAY, role=Role.TEAM_LEADER)) as leader:
        [own] = queries.follow_up_counts(leader, TODAY.year)
        assert (own.months, own.total) == (3, None)
        assert own.numbers[:3] == [5, None, 0]
        assert queries.follow_up_counts(leader, TODAY.year - 1) == []
    with make.working(make.worker("evk-01", TODAY, role=Role.REGIONAL_OFFICER)) as regional:
        rows = queries.follow_up_counts(regional, TODAY.year)
        assert len(rows) == 2
        assert not FollowUp.objects.exists(), "numbers only"
    with make.working(vantaa) as worker, pytest.raises(MissingCapability):
        queries.follow_up_counts(worker, TODAY.year)
