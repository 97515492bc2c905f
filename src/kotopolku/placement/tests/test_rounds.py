"""Rounds of the engine over the register: one at a time, reproducible, with reasons, and no right beyond the region's."""

import threading
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import connection, transaction
from django.utils import translation

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.journal.models import Entry
from kotopolku.notices.models import Notice
from kotopolku.placement import access, jobs, round_run
from kotopolku.placement.actions import bindings, cases, rounds, weights
from kotopolku.placement.actions.bindings import NewBinding
from kotopolku.placement.actions.proposals import NewProposal
from kotopolku.placement.actions.rounds import Override, RoundChoice
from kotopolku.placement.actions.weights import NewWeights
from kotopolku.placement.case_rules import Answered
from kotopolku.placement.commands import placement
from kotopolku.placement.models import Capacity, Case, Round, RoundRow, RoundState
from kotopolku.placement.queries import board, what_if
from kotopolku.placement.queries import rounds as queries
from kotopolku.placement.queries.weights import weights_in_force
from kotopolku.placement.queries.what_if import Changes
from kotopolku.placement.round_input import of_region
from kotopolku.placement.tests import casework as work
from kotopolku.placement.tests import places_world
from kotopolku.placement.tests.casework import LOHJA, ON, VANTAA

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


def started(officer: Viewer, **choice: Any) -> Round:
    with make.working(officer) as at_work:
        return rounds.start_round(actor=at_work, seed=7, choice=RoundChoice(**choice))


def run(officer: Viewer, **choice: Any) -> Round:
    """A round from start to end, as the page and the job do it."""
    found = started(officer, **choice)
    with clock.at(ON):
        jobs.run_round(found.pk)
    rowsecurity.apply(officer)
    found.refresh_from_db()
    return found


def row_of(found: Round, case: Case) -> RoundRow:
    return RoundRow.objects.get(round=found, case=case)


# --- Making one ------------------------------------------------------------------------------------------------------


def test_a_round_places_the_family_where_it_wishes_with_points_that_sum_and_a_proof(
    officer: Viewer, family: Case
) -> None:
    found = run(officer)
    row = row_of(found, family)
    assert (found.state, row.municipality, (row.year, row.quarter)) == (RoundState.READY, LOHJA, (2026, 4))
    assert sum(row.parts.values()) == row.points > 0
    assert found.objective == found.bound
    assert found.expires_on == ON + timedelta(days=14)
    assert [one["municipality"] for one in row.alternatives] == [VANTAA]
    assert Notice.objects.filter(kind="placement.round-ready", user_id=officer.user_id).exists()


def test_the_same_input_has_the_same_digest_and_the_same_answer(officer: Viewer, family: Case) -> None:
    first, second = run(officer), run(officer)
    assert first.pk != second.pk
    assert first.input_digest == second.input_digest
    assert first.proof["plan"] == second.proof["plan"]
    work.family(officer, reference="M-2")
    assert run(officer).input_digest != first.input_digest


def test_two_officers_who_start_at_once_get_one_round(officer: Viewer, family: Case) -> None:
    first = started(officer)
    assert started(work.officer()).pk == first.pk
    assert Round.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_starts_in_the_same_moment_make_one_round() -> None:
    with transaction.atomic():
        officers = [work.officer(), work.officer()]
    got: list[int] = []

    def start(viewer: Viewer) -> None:
        try:
            with transaction.atomic():
                got.append(started(viewer).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=start, args=(one,)) for one in officers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 2
    assert len(set(got)) == 1


def test_a_wish_for_a_municipality_that_has_merged_is_one_for_its_successor(
    officer: Viewer, family: Case
) -> None:
    Case.objects.filter(pk=family.pk).update(wishes=["444", "911", "999"], vetoes=["541"])
    with make.working(officer) as at_work:
        (found,) = of_region(at_work).families
    assert (found.wishes, found.vetoes) == (("444", "541"), ())


def test_a_round_asked_for_twice_is_run_once(officer: Viewer, family: Case) -> None:
    found = run(officer)
    with clock.at(ON):
        assert jobs.run_round(found.pk) == RoundState.READY
    rowsecurity.apply(officer)
    assert RoundRow.objects.count() == 1
    assert Entry.objects.filter(action="placement.round.finished").count() == 1


def test_a_round_stopped_in_the_queue_is_never_run(officer: Viewer, family: Case) -> None:
    found = started(officer)
    with make.working(officer) as at_work:
        assert rounds.stop_round(found.pk, actor=at_work).state == RoundState.STOPPED
    with clock.at(ON):
        assert jobs.run_round(found.pk) == RoundState.STOPPED
    rowsecurity.apply(officer)
    assert not RoundRow.objects.exists()


def test_a_round_stopped_while_it_runs_keeps_the_best_plan_so_far(
    officer: Viewer, family: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = started(officer)
    solve = round_run.solve_now

    def stopped_meanwhile(*given: Any, **more: Any) -> Any:
        Round.objects.update(stop_asked=True)
        assert more["stop"]()
        return solve(*given, **more)

    monkeypatch.setattr(round_run, "solve_now", stopped_meanwhile)
    with clock.at(ON):
        assert jobs.run_round(found.pk) == RoundState.STOPPED
    rowsecurity.apply(officer)
    assert row_of(found, family).municipality in (LOHJA, "")


def test_a_server_killed_in_the_middle_leaves_a_failed_round_and_a_new_one_can_be_run(
    officer: Viewer, family: Case
) -> None:
    found = started(officer)
    long_ago = clock.real_now() - timedelta(hours=1)
    Round.objects.update(state=RoundState.RUNNING, alive_at=long_ago)
    with clock.at(ON):
        assert jobs.mend_rounds(0) == 1
    rowsecurity.apply(officer)
    found.refresh_from_db()
    assert found.state == RoundState.FAILED
    assert run(officer).state == RoundState.READY


def test_an_answer_that_comes_after_the_round_was_given_up_is_not_kept(
    officer: Viewer, family: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = started(officer)
    solve = round_run.solve_now

    def given_up_meanwhile(*given: Any, **more: Any) -> Any:
        solved = solve(*given, **more)
        Round.objects.update(state=RoundState.FAILED)
        return solved

    monkeypatch.setattr(round_run, "solve_now", given_up_meanwhile)
    with clock.at(ON):
        assert jobs.run_round(found.pk) == RoundState.FAILED
    rowsecurity.apply(officer)
    assert not RoundRow.objects.exists()


def test_a_fault_in_the_search_marks_the_round_as_failed(
    officer: Viewer, family: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = started(officer)

    def broken(*given: Any, **more: Any) -> Any:
        raise MemoryError

    monkeypatch.setattr(round_run, "solve_now", broken)
    with clock.at(ON), pytest.raises(MemoryError):
        jobs.run_round(found.pk)
    rowsecurity.apply(officer)
    found.refresh_from_db()
    assert found.state == RoundState.FAILED


def test_a_family_for_whom_nobody_has_room_is_told_which_rules_and_what_would_help(officer: Viewer) -> None:
    work.places(LOHJA, persons=4)
    work.places(LOHJA, persons=4, year=2027, quarter=1)
    case = work.family(officer, deadline=date(2027, 2, 1))
    found = run(officer)
    row = row_of(found, case)
    assert row.municipality == ""
    assert row.removed == {"places": 1}, "a municipality with two quarters is one municipality"
    assert "Lohja" in " ".join(row.sentences["en"])


def test_a_round_without_cases_or_places_is_ready_and_empty(officer: Viewer) -> None:
    found = run(officer)
    assert found.state == RoundState.READY
    with make.working(officer) as at_work:
        assert queries.round_detail(at_work, found.pk).rows == []


# --- What a person does with it --------------------------------------------------------------------------------------


def proposed(officer: Viewer, case: Case, code: str, override: Override | None = None) -> Any:
    with make.working(officer) as at_work:
        place = access.municipalities(at_work).get(area_code=code)
        data = NewProposal(place.pk, "Koti ja palvelut.", 2026, 4)
        return rounds.propose(case.pk, data, actor=at_work, override=override)


def test_proposing_what_the_round_says_asks_no_reason_and_is_kept_with_the_row(
    officer: Viewer, family: Case
) -> None:
    found = run(officer)
    proposal = proposed(officer, family, LOHJA)
    assert row_of(found, family).proposal_id == proposal.pk
    with make.working(officer) as at_work:
        assert queries.overrides(at_work).rate_pct == 0
        line = queries.round_detail(at_work, found.pk).rows[0]
    assert line.stale


def test_another_municipality_than_the_rounds_asks_a_reason_that_is_kept_with_its_cost(
    officer: Viewer, family: Case
) -> None:
    found = run(officer)
    with pytest.raises(Refusals) as caught, transaction.atomic():
        proposed(officer, family, VANTAA)
    assert caught.value.codes == ("required", "required")
    proposed(officer, family, VANTAA, Override("work", "Työpaikka Vantaalla."))
    row = row_of(found, family)
    assert (row.override_code, row.override_points) == ("work", row.points - row.alternatives[0]["points"])
    assert Entry.objects.filter(action="placement.round.overridden").exists()
    with make.working(officer) as at_work:
        figures = queries.overrides(at_work)
    assert (figures.rows, figures.overridden, figures.points) == (1, 1, row.override_points)


def test_a_case_withdrawn_while_the_round_runs_is_stale_and_changes_nobody_else(
    officer: Viewer, family: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = work.family(officer, reference="M-2")
    found = started(officer)
    solve = round_run.solve_now

    def withdrawn_meanwhile(*given: Any, **more: Any) -> Any:
        with make.working(officer) as at_work:
            cases.withdraw_case(family.pk, "Muutti itse.", actor=at_work)
        return solve(*given, **more)

    monkeypatch.setattr(round_run, "solve_now", withdrawn_meanwhile)
    with clock.at(ON):
        assert jobs.run_round(found.pk) == RoundState.READY
    with make.working(officer) as at_work:
        lines = {line.case.pk: line for line in queries.round_detail(at_work, found.pk).rows}
        assert lines[family.pk].stale
        assert not lines[other.pk].stale
    with pytest.raises(Answered):
        proposed(officer, family, LOHJA)
    assert proposed(officer, other, LOHJA)


def test_a_row_is_stale_when_its_places_have_been_taken(officer: Viewer, family: Case) -> None:
    found = run(officer)
    with rowsecurity.as_system():
        Capacity.objects.filter(municipality__area_code=LOHJA, resource="persons-quota").update(reserved=24)
    with make.working(officer) as at_work, translation.override("en"):
        assert "taken" in queries.round_detail(at_work, found.pk).rows[0].stale


def test_an_expired_round_asks_no_reason_and_is_marked(officer: Viewer, family: Case) -> None:
    found = run(officer)
    later = replace(officer, day=ON + timedelta(days=15))
    with make.working(later) as at_work:
        assert queries.row_for(at_work, access.case(at_work, family.pk)) is None
        assert found.state_on(at_work.day) == "expired"


# --- Fixed and ruled out ---------------------------------------------------------------------------------------------


def bound(officer: Viewer, case: Case, kind: str, code: str, why: str = "agreed") -> Any:
    with make.working(officer) as at_work:
        return bindings.bind_case(case.pk, NewBinding(kind, code, why, "Sovittu."), actor=at_work)


def test_a_municipality_fixed_by_an_officer_is_kept_and_one_ruled_out_is_left(
    officer: Viewer, family: Case
) -> None:
    lock = bound(officer, family, "lock", VANTAA)
    assert row_of(run(officer), family).municipality == VANTAA
    with make.working(officer) as at_work:
        bindings.unbind_case(lock.pk, actor=at_work)
    bound(officer, family, "exclude", LOHJA, "safety")
    row = row_of(run(officer), family)
    assert row.municipality == VANTAA
    assert row.removed == {"excluded": 1}, "why a municipality is unsafe is not told"


def test_a_fixed_municipality_that_is_not_possible_leaves_that_case_out_and_nobody_else(
    officer: Viewer, family: Case
) -> None:
    other = work.family(officer, reference="M-2")
    bound(officer, family, "lock", "049")
    found = run(officer)
    assert list(RoundRow.objects.filter(round=found).values_list("case_id", flat=True)) == [other.pk]
    with make.working(officer) as at_work:
        assert [one.number for one in queries.round_detail(at_work, found.pk).left_out] == [family.number]


@pytest.mark.parametrize(
    ("kind", "code", "why", "refused"),
    [
        ("lock", LOHJA, "", "required"),
        ("gold", LOHJA, "work", "required"),
        ("lock", "999", "work", "unknown-municipality"),
        ("lock", "564", "work", "not-ours"),
    ],
)
def test_what_is_wrong_in_a_binding_is_told(
    officer: Viewer, family: Case, kind: str, code: str, why: str, refused: str
) -> None:
    with pytest.raises(Refusals) as caught:
        bound(officer, family, kind, code, why)
    assert refused in caught.value.codes


def test_a_municipality_cannot_be_fixed_and_ruled_out_at_once(officer: Viewer, family: Case) -> None:
    bound(officer, family, "lock", LOHJA)
    with pytest.raises(Refusals) as caught:
        bound(officer, family, "exclude", LOHJA)
    assert caught.value.codes == ("both",)


# --- Who sees what ---------------------------------------------------------------------------------------------------


def test_a_case_under_a_non_disclosure_order_is_in_no_shared_round(officer: Viewer, family: Case) -> None:
    hidden = work.family(officer, reference="M-2", non_disclosure=True)
    found = run(officer)
    assert list(RoundRow.objects.values_list("case_id", flat=True)) == [family.pk]
    assert found.figures["hidden"] == 1
    assert hidden.number not in str(found.source)
    with make.working(officer) as at_work:
        assert board.suggestions(at_work, access.case(at_work, hidden.pk)), "its own officer is helped"
    colleague = work.officer()
    with make.working(colleague) as at_work:
        assert board.suggestions(at_work, access.case(at_work, hidden.pk)) == []


def test_an_order_that_comes_after_a_round_hides_the_row_from_all_but_the_officer(
    officer: Viewer, family: Case
) -> None:
    found = run(officer)
    with make.working(officer) as at_work:
        cases.set_order(family.pk, True, actor=at_work)
    colleague = work.officer()
    with make.working(colleague) as at_work:
        assert not RoundRow.objects.exists()
        assert queries.round_detail(at_work, found.pk).rows == []
    with make.working(officer) as at_work:
        assert len(queries.round_detail(at_work, found.pk).rows) == 1


def test_a_municipality_and_another_region_see_nothing_of_a_round(officer: Viewer, family: Case) -> None:
    found = run(officer)
    for stranger in (work.leader(), places_world.officer(work.region_code("205"))):
        with make.working(stranger, ON) as at_work:
            assert not Round.objects.exists()
            assert not RoundRow.objects.exists()
            with pytest.raises(NotVisible):
                queries.round_detail(at_work, found.pk)


def test_a_municipality_starts_no_round() -> None:
    with make.working(work.leader()) as at_work, pytest.raises(MissingCapability):
        rounds.start_round(actor=at_work)


# --- Reasons and what-if ---------------------------------------------------------------------------------------------


def test_why_not_another_municipality_is_answered_from_the_rounds_prices(
    officer: Viewer, family: Case
) -> None:
    row = row_of(run(officer), family)
    with make.working(officer) as at_work, translation.override("en"):
        other = queries.why_not(at_work, row.pk, VANTAA)
        assert (other.kind, other.gain) == ("points", row.alternatives[0]["points"] - row.points)
        assert queries.why_not(at_work, row.pk, LOHJA).kind == "chosen"
        assert queries.why_not(at_work, row.pk, "049").kind == "none"


def test_one_more_place_and_a_municipality_that_leaves_move_the_family(officer: Viewer) -> None:
    work.places(LOHJA, persons=4)
    work.places(VANTAA)
    case = work.family(officer)
    found = run(officer)
    assert row_of(found, case).municipality == VANTAA
    with make.working(officer) as at_work, translation.override("en"):
        one_more = what_if.what_if(at_work, found.pk, Changes(more={(LOHJA, "persons-quota"): 1}))
        assert one_more.points is not None
        assert one_more.points > 0
        assert [(one.before, one.after) for one in one_more.moved] == [("Vantaa", "Lohja")]
        left = what_if.what_if(at_work, found.pk, Changes(leave=(VANTAA,)))
        assert left.persons == -5
        with pytest.raises(Refusals):
            what_if.what_if(at_work, found.pk, Changes(leave=("049",)))
        with pytest.raises(Refusals):
            what_if.what_if(at_work, found.pk, Changes(locks={case.number: LOHJA}))


def test_the_cost_of_fixing_a_case_elsewhere_is_told_with_who_moves(officer: Viewer, family: Case) -> None:
    row = row_of(run(officer), family)
    with make.working(officer) as at_work:
        found = what_if.lock_cost(at_work, row.pk, VANTAA)
    assert (found.possible, found.points_lost) == (True, row.points - row.alternatives[0]["points"])
    assert [one.number for one in found.moved] == [family.number]


def test_lists_take_a_few_statements_however_many_cases(
    officer: Viewer, family: Case, django_assert_max_num_queries: Any
) -> None:
    for number in range(3):
        work.family(officer, reference=f"M-{number + 2}")
    found = run(officer)
    with make.working(officer) as at_work:
        with django_assert_max_num_queries(10):
            assert len(queries.round_detail(at_work, found.pk).rows) == 4
        case = access.case(at_work, family.pk)
        with django_assert_max_num_queries(14):
            board.suggestions(at_work, case)


def test_the_board_suggests_what_the_round_says(officer: Viewer, family: Case) -> None:
    with make.working(officer) as at_work:
        alone = board.suggestions(at_work, access.case(at_work, family.pk))
    found = run(officer)
    with make.working(officer) as at_work:
        after = board.suggestions(at_work, access.case(at_work, family.pk))
    assert [one.municipality.area_code for one in after] == [LOHJA, VANTAA]
    assert [one.points for one in after] == [one.points for one in alone]
    assert (alone[0].from_round, after[0].from_round, after[0].proposed) == (None, found.pk, True)
    assert sum(part.points for part in after[0].parts) == after[0].points


# --- Weights ---------------------------------------------------------------------------------------------------------


def test_weights_are_measured_and_approved_by_another_person_than_their_proposer(
    officer: Viewer, family: Case
) -> None:
    run(officer)
    one, other = places_world.ministry(ON), places_world.ministry(ON)
    data = NewWeights({"wishes": (0.0,) * 5}, "Kokeillaan ilman toiveita.", date(2026, 12, 1))
    with make.working(one) as at_work:
        made = weights.propose_weights(data, actor=at_work)
    with make.working(other) as at_work, pytest.raises(Refusals) as caught:
        weights.approve_weights(made.pk, actor=at_work)
    assert caught.value.codes == ("not-measured",)
    with clock.at(ON):
        assert jobs.measure_weights(made.pk)["families"] == 1
    with make.working(one) as at_work, pytest.raises(Refusals) as caught:
        weights.approve_weights(made.pk, actor=at_work)
    assert caught.value.codes == ("same-person",)
    with make.working(other) as at_work:
        weights.approve_weights(made.pk, actor=at_work)
        assert weights_in_force(date(2026, 11, 30)).version == "2026.1"
        assert weights_in_force(date(2026, 12, 1)).version == "2026.1/1"
        assert weights_in_force(date(2026, 12, 1)).part("wishes").weight == (0.0,) * 5


def test_a_region_sets_no_weights(officer: Viewer) -> None:
    with make.working(officer) as at_work, pytest.raises(MissingCapability):
        weights.propose_weights(NewWeights({"work": (10.0,)}, "Työ.", ON), actor=at_work)


def test_input_of_an_old_round_is_deleted_and_its_figures_stay(officer: Viewer, family: Case) -> None:
    found = run(officer)
    row = row_of(found, family)
    with clock.at(date(2028, 1, 3)):
        jobs.weekly_rounds(0)
    rowsecurity.apply(officer)
    found.refresh_from_db()
    assert (found.source, found.proof) == ({}, {})
    assert found.figures["families"] == 1
    with make.working(officer) as at_work:
        assert queries.why_not(at_work, row.pk, VANTAA).kind == "old"


# --- The command line ------------------------------------------------------------------------------------------------


def test_the_command_makes_a_round_that_anybody_can_check_and_the_list_shows_it(
    officer: Viewer, family: Case, tmp_path: Path
) -> None:
    call = CliRunner().invoke
    with clock.at(ON):
        made = call(placement, ["round", "--authority", work.region_code(), "--audit", str(tmp_path)])
        listed = call(placement, ["rounds"])
        unknown = call(placement, ["round", "--authority", "evk-99"])
    assert made.exit_code == 0, made.output
    assert "1 of 1 families placed" in made.output
    assert "proven that no plan is better" in made.output
    assert "ready" in listed.output
    assert unknown.exit_code == 2
    checked = call(placement, ["check", str(tmp_path), str(tmp_path / "answer.json")])
    assert checked.exit_code == 0, checked.output
