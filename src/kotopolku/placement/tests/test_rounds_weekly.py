"""Rounds of the week: made on Mondays, with those still to come in mind, and stopped in the middle like any other."""

from datetime import date, timedelta
from typing import Any

import pytest

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.clients.tests import factories as make
from kotopolku.placement import jobs, round_run
from kotopolku.placement.actions import cases
from kotopolku.placement.models import Case, Round, RoundState
from kotopolku.placement.queries import rounds as queries
from kotopolku.placement.queries import what_if
from kotopolku.placement.queries.what_if import Changes
from kotopolku.placement.tests import casework as work
from kotopolku.placement.tests.casework import LOHJA, ON, VANTAA
from kotopolku.placement.tests.test_rounds import row_of, run, started

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> Viewer:
    return work.officer()


@pytest.fixture
def family(officer: Viewer) -> Case:
    """Five people who wish for Lohja, where there is room, as there is in Vantaa."""
    work.places(LOHJA, home_6=2)
    work.places(VANTAA, home_6=2)
    return work.family(officer)


def test_the_weekly_job_makes_a_round_on_mondays_only(officer: Viewer, family: Case) -> None:
    sunday, monday = date(2026, 11, 22), date(2026, 11, 23)
    with clock.at(sunday):
        assert jobs.weekly_rounds(0) == 0
    with clock.at(monday):
        assert jobs.weekly_rounds(0) == 1
        rowsecurity.apply(officer)
        found = Round.objects.get()
        assert jobs.run_round(found.pk) == RoundState.READY
    rowsecurity.apply(officer)
    assert (found.weekly, found.asked_by_id) == (True, None)


def test_a_weekly_round_keeps_families_to_come_in_mind_by_last_years_arrivals(officer: Viewer) -> None:
    work.places(LOHJA, home_6=1)
    work.places(VANTAA, home_6=3)
    family = work.family(officer)
    for number in range(8):
        case = work.family(officer, reference=f"old {number}", received_on=ON - timedelta(days=40 + number))
        with make.working(officer) as at_work:
            cases.withdraw_case(case.pk, "Muutti itse.", actor=at_work)
    found = run(officer, weekly=True)
    assert found.figures["ahead"]["pool"] == 9
    assert found.figures["ahead"]["high"] >= found.figures["ahead"]["mid"] > 0
    row = row_of(found, family)
    assert row.municipality in (LOHJA, VANTAA)
    worth = {one["municipality"]: one["worth"] for one in row.alternatives} | {row.municipality: row.price}
    assert worth[LOHJA] > worth[VANTAA], "the only home in Lohja is worth something to those to come"
    with make.working(officer) as at_work:
        assert queries.why_not(at_work, row.pk, LOHJA).kind != "old"
        assert what_if.what_if(at_work, found.pk, Changes(leave=(LOHJA,))).points is not None


def test_a_weekly_round_stopped_while_it_runs_keeps_the_best_plan_so_far(
    officer: Viewer, family: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(8):
        case = work.family(officer, reference=f"old {number}", received_on=ON - timedelta(days=40 + number))
        with make.working(officer) as at_work:
            cases.withdraw_case(case.pk, "Muutti itse.", actor=at_work)
    found = started(officer, weekly=True)
    solve, asked = round_run.solve_week, []

    def stopped_meanwhile(*given: Any, **more: Any) -> Any:
        Round.objects.update(stop_asked=True)
        seen = more["stop"]

        def counted() -> bool:
            asked.append(seen())
            return asked[-1]

        return solve(*given, **(more | {"stop": counted}))

    monkeypatch.setattr(round_run, "solve_week", stopped_meanwhile)
    with clock.at(ON):
        assert jobs.run_round(found.pk) == RoundState.STOPPED
    rowsecurity.apply(officer)
    found.refresh_from_db()
    assert True in asked
    assert found.figures["ahead"]["pool"] == 9
    assert row_of(found, family).municipality in (LOHJA, VANTAA, "")
