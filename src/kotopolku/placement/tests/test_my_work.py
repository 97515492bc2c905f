"""What of municipal places My work shows: to each side what waits for it, with its day and reason, the nearest first."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.placement import actions
from kotopolku.placement.actions import arrivals, proposals
from kotopolku.placement.models import Agreement
from kotopolku.placement.queries import my_work
from kotopolku.placement.tests import casework as work
from kotopolku.placement.tests.casework import LOHJA, ON

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> Viewer:
    return work.officer()


@pytest.fixture
def lohja() -> Viewer:
    return work.leader()


def shown(viewer: Viewer, on: date | None = None) -> list[tuple[str, date | None]]:
    with make.working(viewer, on) as at_work, translation.override("en"):
        return [(one.words, one.due) for one in my_work.todo(at_work, 20)]


def test_each_side_is_told_what_waits_for_it_from_the_proposal_to_the_arrival(
    officer: Viewer, lohja: Viewer
) -> None:
    worker = make.worker(f"kunta-{LOHJA}", ON)
    case = work.family(officer)
    pressing = ("Find a municipality for case K-26-001", date(2026, 12, 14))
    assert shown(officer) == [pressing]
    proposal = work.proposed(officer, case, work.places())
    answer_by = proposal.answer_by
    assert shown(lohja) == [("Answer the proposal of case K-26-001", answer_by)]
    assert (shown(officer), shown(worker)) == ([], [])
    with make.working(lohja) as at_work:
        proposals.ask_more(proposal.pk, "Tarvitaanko hissi?", actor=at_work)
    assert shown(officer) == [("Lohja asks about case K-26-001", answer_by)]
    with make.working(lohja) as at_work:
        proposals.accept_proposal(proposal.pk, None, actor=at_work)
    assert shown(lohja) == [("Name who sees the names of case K-26-001", None)]
    with make.working(lohja) as at_work:
        proposals.name_workers(proposal.pk, [worker.user_id or 0], actor=at_work)
    with make.working(officer) as at_work:
        proposals.reply(proposal.pk, "Ei tarvita.", actor=at_work)
    assert shown(officer) == [("Direct case K-26-001", date(2026, 12, 14))]
    with make.working(officer) as at_work:
        proposals.direct_case(case.pk, actor=at_work)
        proposals.open_names(case.pk, actor=at_work)
    assert shown(worker) == [("Plan the arrival of case K-26-001", None)]
    with make.working(worker) as at_work:
        arrivals.plan_arrival(proposal.pk, date(2026, 11, 20), "", actor=at_work)
    for viewer in (worker, lohja, officer):
        assert shown(viewer) == [("Arrival of case K-26-001 in Lohja", date(2026, 11, 20))]


def test_late_answers_requests_and_reviews_come_with_their_days(officer: Viewer, lohja: Viewer) -> None:
    proposal = work.proposed(officer, work.family(officer, deadline=None), work.places())
    with make.working(officer) as at_work:
        actions.send_request(2027, date(2026, 12, 15), actor=at_work)
    with rowsecurity.as_system():
        Agreement.objects.update(review_by=date(2026, 12, 31))
    after = date(2026, 11, 27)
    assert shown(officer, after) == [
        ("Lohja has not answered about case K-26-001", proposal.answer_by),
        ("Review the agreement with Lohja", date(2026, 12, 31)),
    ]
    assert ("Answer the request for places of 2027", date(2026, 12, 15)) in shown(lohja)


def test_under_an_order_a_colleague_is_told_nothing(officer: Viewer) -> None:
    colleague = work.officer()
    work.proposed(officer, work.family(officer, non_disclosure=True, deadline=None), work.places())
    after = date(2026, 11, 27)
    assert (len(shown(officer, after)), shown(colleague, after)) == (1, [])


def test_as_many_statements_for_many_cases_as_for_one(officer: Viewer, lohja: Viewer) -> None:
    municipality = work.places()

    def asked(viewer: Viewer) -> int:
        with make.working(viewer) as at_work, CaptureQueriesContext(connection) as captured:
            my_work.todo(at_work, 20)
        return len(captured)

    work.proposed(officer, work.family(officer), municipality)
    few = asked(officer), asked(lohja)
    for number in range(2, 5):
        work.proposed(officer, work.family(officer, reference=f"M-{number}"), municipality)
    assert (asked(officer), asked(lohja)) == few
    assert max(few) <= 16


def test_the_page_my_work_shows_it_to_an_officer_and_to_a_worker(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    officer = Worker(work.region_code(), ON, Role.REGIONAL_OFFICER)
    leader = Worker(f"kunta-{LOHJA}", ON, Role.TEAM_LEADER)
    work.proposed(officer.viewer, work.family(officer.viewer), work.places())
    assert "Answer the proposal of case K-26-001" in words(leader.get("/"))
    work.family(officer.viewer, reference="M-2")
    assert "Find a municipality for case K-26-002" in words(officer.get("/"))
