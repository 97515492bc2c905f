"""Scenario 2 across the rooms: on 1 January 2025 a client passes from the TE office to the employment area, whole.

The dates of the clocks are counted in the clients' own tests; here it is who sees what, before and after, and the journal.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation
from kotopolku.actors.queries import who_answers
from kotopolku.clients import actions, queries
from kotopolku.clients.models import Clock, Person, Plan, PlanVersion, Relationship
from kotopolku.clients.queries import ClientFilters
from kotopolku.clients.rules import ReviewContent
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.handover.commands import succeed
from kotopolku.journal import queries as journal

pytestmark = pytest.mark.django_db
REFORM = date(2025, 1, 1)
EVE = date(2024, 12, 31)


@pytest.fixture(autouse=True)
def no_second_factor(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def te_office() -> Worker:
    return Worker("te-01", date(2024, 9, 2))


@pytest.fixture
def area() -> Worker:
    return Worker(make.employment_area_of(make.VANTAA, REFORM), REFORM)


@pytest.fixture
def passed(te_office: Worker, area: Worker) -> Relationship:
    """A jobseeker's plan of 1 October 2024, signed; its client passes on the day of the reform."""
    with make.working(te_office.viewer, date(2024, 9, 2)) as at_work:
        relationship = make.client(at_work, jobseeker_since=at_work.day)
        make.assessed(relationship, at_work, started=at_work.day, done=at_work.day)
    with make.working(te_office.viewer, date(2024, 10, 1)) as at_work:
        make.planned(relationship, at_work, made=at_work.day, signed=at_work.day)
    successor = Organisation.objects.get(pk=area.viewer.organisation_id)
    with make.working(Viewer.for_system("reform", REFORM)) as job:
        actions.pass_to_successor(relationship, REFORM, successor, actor=job, section="681/2023 § 3")
    return relationship


def test_the_law_names_the_te_office_to_the_last_day_of_2024_and_the_employment_area_after_it() -> None:
    before, after = (who_answers("plan-jobseeker", make.VANTAA, day) for day in (EVE, REFORM))
    assert (before.organisation_code, before.act) == ("te-01", "1386/2010")
    assert (after.organisation_code[:4], after.act) == ("tyo-", "681/2023")
    assert "Vantaa" in Organisation.objects.get(code=after.organisation_code).name


def test_the_te_office_s_worker_sees_the_client_on_new_year_s_eve_and_nothing_from_new_year(
    te_office: Worker, passed: Relationship
) -> None:
    pages = (f"/clients/{passed.pk}/", f"/clients/{passed.pk}/plan/", f"/clients/{passed.pk}/events/")
    with te_office.on(EVE):
        assert {te_office.get(page).status_code for page in pages} == {200}
        assert passed.case_number in words(te_office.get("/clients/"))
    with te_office.on(REFORM):
        # The office itself has ended: its worker has no seat any more.
        assert not {te_office.get(page).status_code for page in (*pages, "/clients/")} & {200}
        for page in pages:
            assert passed.case_number not in words(te_office.get(page))
    with make.working(te_office.viewer, REFORM):
        for model in (Relationship, Person, Plan, PlanVersion, Clock):
            assert not model.objects.exists(), model
        with pytest.raises(NotVisible):
            queries.client_page(te_office.viewer, passed.pk)


def test_even_a_seat_that_was_left_open_shows_nothing_of_the_passed_client(
    te_office: Worker, passed: Relationship
) -> None:
    with make.working(te_office.viewer, date(2025, 3, 3)) as late:
        assert not queries.client_list(late, ClientFilters()).rows
        assert not queries.client_list(late, ClientFilters(q=passed.case_number)).rows
        assert not queries.client_list(late, ClientFilters(q=passed.person.family_name)).rows
        assert not queries.deadlines(late, "organisation")
        assert not any(gap.count for gap in queries.gaps(late, "organisation"))
        assert not queries.recent(late)


def test_the_employment_area_gets_plan_notes_clocks_and_history(area: Worker, passed: Relationship) -> None:
    with make.working(area.viewer, date(2025, 1, 2)) as at_work:
        detail = queries.client_page(at_work, passed.pk)
        assert detail.assessment is not None
        assert all(detail.assessment.items.values())
        assert detail.plan is not None
        assert [view.goal.title for view in detail.plan.goals] == [goal.title for goal in make.PLAN.goals]
        assert len(queries.plan_versions(at_work, passed.pk)) >= 2
        running, met = {one.rule for one in detail.clocks}, {one.rule for one in detail.closed_clocks}
        assert running >= {"A4", "A5", "D1", "D2"}
        assert met >= {"A1", "A2"}
        assert {row.authority_id for row in Clock.objects.all()} == {area.viewer.organisation_id}
    page = words(_get(area, f"/clients/{passed.pk}/plan/", date(2025, 1, 2)))
    assert make.PLAN.goals[0].title in page


def test_the_events_of_the_te_office_stand_in_the_new_authority_s_timeline(
    area: Worker, passed: Relationship
) -> None:
    with make.working(area.viewer, date(2025, 9, 15)) as at_work:
        actions.hold_review(passed.pk, ReviewContent(held_on=at_work.day), actor=at_work)
        rowsecurity.open_subject(passed.person_id)
        lines = journal.timeline(at_work, passed.person_id, with_looks=False).lines
    assert len({line.organisation_id for line in lines if line.organisation_id}) == 2
    text = words(_get(area, f"/clients/{passed.pk}/events/", date(2025, 9, 15)))
    assert "TE" in text
    assert "Tuuli Testi" in text


def test_the_operator_s_command_of_the_reform_passes_the_client_by_municipality_and_can_be_run_again(
    te_office: Worker, area: Worker
) -> None:
    with make.working(te_office.viewer, date(2024, 9, 2)) as at_work:
        relationship = make.client(at_work, jobseeker_since=at_work.day)
        make.assessed(relationship, at_work, started=at_work.day, done=at_work.day)
    with make.working(te_office.viewer, date(2024, 10, 1)) as at_work:
        make.planned(relationship, at_work, made=at_work.day, signed=at_work.day)
        before = set(Clock.objects.values_list("rule", "due", "closed_on"))
    with clock.at(EVE):
        assert CliRunner().invoke(succeed, ["--reform", "te-2025"]).exit_code == 2
        counted = json.loads(
            CliRunner().invoke(succeed, ["--reform", "te-2025", "--dry-run", "--json"]).stdout
        )
    assert counted["clients"] == 1
    with clock.at(REFORM):
        for moved in (1, 0):
            done = json.loads(CliRunner().invoke(succeed, ["--reform", "te-2025", "--json"]).stdout)
            assert (done["moved"], done["left"], done["state"]) == (moved, 0, "finished")
    with make.working(area.viewer, date(2025, 1, 2)) as at_work:
        detail = queries.client_page(at_work, relationship.pk)
        assert detail.plan is not None
        assert detail.plan.plan.latest_end == date(2027, 10, 1)
        assert set(Clock.objects.values_list("rule", "due", "closed_on")) == before
    with make.working(te_office.viewer, REFORM):
        for model in (Relationship, Person, Plan, PlanVersion, Clock):
            assert not model.objects.exists(), model


def test_a_municipality_s_own_client_stays_where_it_was() -> None:
    municipality = Worker("kunta-092", date(2024, 9, 2), role=Role.TEAM_LEADER)
    with make.working(municipality.viewer, date(2024, 9, 2)) as at_work:
        relationship = make.client(at_work)
    for day in (EVE, REFORM, date(2026, 11, 23)):
        assert relationship.case_number in words(_get(municipality, "/clients/", day))


def _get(worker: Worker, address: str, day: date) -> Any:
    with worker.on(day):
        answer = worker.get(address)
    assert answer.status_code == 200, words(answer)[:300]
    return answer
