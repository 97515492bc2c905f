"""How long a case is kept: names and papers go first, then every text; what statistics and money need stays."""

from datetime import date, timedelta

import pytest

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.clients.models import Person
from kotopolku.clients.tests import factories as make
from kotopolku.desk import files
from kotopolku.desk.actions.documents import Upload
from kotopolku.journal.models import Entry
from kotopolku.placement import access
from kotopolku.placement.actions import arrivals, case_lists, cases, proposals, sealed
from kotopolku.placement.models import Case, CaseEvent, CaseList, CaseMember, NamedWorker, Sealed, SealedPaper
from kotopolku.placement.tests import casework as work
from kotopolku.placement.tests.casework import LOHJA, ON
from kotopolku.retention import run
from kotopolku.retention.models import RetentionRun

pytestmark = pytest.mark.django_db
ONE_DAY = timedelta(days=1)


@pytest.fixture
def officer() -> Viewer:
    return work.officer()


def job(day: date) -> Viewer:
    return Viewer.for_system("retention.run", day)


def run_on(day: date) -> RetentionRun:
    with clock.at(day):
        return run.delete_what_is_due(job(day))[0]


def due_on(day: date, rule: str) -> int:
    with clock.at(day):
        return next(one.due for one in run.report(job(day)) if one.rule.id == rule)


def kept(model: type) -> int:
    with rowsecurity.as_system():
        return int(model.objects.count())  # type: ignore[attr-defined]


def test_names_and_papers_of_a_withdrawn_case_go_after_six_months_with_the_file(
    officer: Viewer, django_capture_on_commit_callbacks: object
) -> None:
    case = work.family(officer)
    with make.working(officer) as at_work:
        paper = sealed.add_paper(case.pk, "Päätös", Upload("p.txt", b"Sinetin alla."), actor=at_work)
        cases.withdraw_case(case.pk, "Muutti maasta.", actor=at_work)
    last = date(2027, 5, 17)
    assert (due_on(last, "O-R-NAMES"), due_on(last + ONE_DAY, "O-R-NAMES")) == (0, 1)
    run_on(last)
    assert (kept(Sealed), kept(SealedPaper)) == (5, 1)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert run_on(last + ONE_DAY).deleted["O-R-NAMES"] == 1
    assert (kept(Sealed), kept(SealedPaper), kept(CaseMember)) == (0, 0, 5)
    with pytest.raises(files.FileVanished):
        files.read(paper.sha256)
    with rowsecurity.as_system():
        assert Entry.objects.filter(action="retention.rows.deleted").exists()
    assert "O-R-NAMES" not in run_on(last + 2 * ONE_DAY).deleted


def test_the_sealed_copy_of_an_arrived_case_goes_and_the_client_stays(officer: Viewer) -> None:
    lohja, worker = work.leader(), make.worker(f"kunta-{LOHJA}", ON)
    case = work.family(officer)
    proposal = work.proposed(officer, case, work.places())
    with make.working(lohja) as at_work:
        proposals.accept_proposal(proposal.pk, None, actor=at_work, workers=[worker.user_id or 0])
    with make.working(officer) as at_work:
        proposals.direct_case(case.pk, actor=at_work)
        proposals.open_names(case.pk, actor=at_work)
    with make.working(worker) as at_work:
        arrivals.record_arrival(proposal.pk, ON, actor=at_work)
    run_on(date(2027, 2, 17))
    assert kept(Sealed) == 5
    after = date(2027, 2, 18)
    assert run_on(after).deleted["O-R-ARRIVED"] == 1
    assert (kept(Sealed), kept(Person)) == (0, 5)
    with rowsecurity.as_system():
        assert NamedWorker.objects.get().ended_on == after
    with make.working(worker, after) as at_work:
        assert not access.sees_names(at_work, case.pk)


def test_two_years_after_its_end_only_group_ages_and_days_are_left_of_a_case(officer: Viewer) -> None:
    case, waiting = work.family(officer), work.family(officer, reference="M-2")
    with make.working(officer) as at_work:
        cases.withdraw_case(case.pk, "Muutti maasta.", actor=at_work)
    assert run_on(date(2028, 11, 17)).deleted.get("O-R-CASE") is None
    assert run_on(date(2028, 11, 18)).deleted["O-R-CASE"] == 1
    with rowsecurity.as_system():
        gone, stays = Case.objects.get(pk=case.pk), Case.objects.get(pk=waiting.pk)
        assert (gone.description, gone.languages, gone.file.reference) == ("", [], gone.number)
        assert set(gone.members.values_list("work", "age")) == {("", 34), ("", 31), ("", 9), ("", 6), ("", 2)}
        assert not CaseEvent.objects.filter(case=gone).exclude(note="").exists()
        assert (stays.description, stays.file.reference) == (work.FIVE.description, "M-2")
    assert "O-R-CASE" not in run_on(date(2028, 11, 19)).deleted


def test_a_list_that_was_never_brought_in_goes_after_thirty_days(officer: Viewer) -> None:
    with make.working(officer) as at_work:
        case_lists.receive_list("lista.csv", b"case;group;age\nA-1;quota;34\n", actor=at_work)
    run_on(ON + timedelta(days=29))
    assert kept(CaseList) == 1
    run_on(ON + timedelta(days=31))
    assert kept(CaseList) == 0
