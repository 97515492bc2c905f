"""Attendance: what a provider sees and reports, what the worker is told, who is heard before anything is decided."""

import uuid
from datetime import date
from decimal import Decimal

import pytest

from kotopolku.access.capabilities import Role
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.clients import actions as clients
from kotopolku.clients.models import Measure, Person, PlanVersion
from kotopolku.clients.rules import EditClash, MeasureProgress, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.journal.models import Entry
from kotopolku.notices.models import Notice
from kotopolku.progress import actions, queries
from kotopolku.progress.models import AbsenceProcess, AttendanceMonth
from kotopolku.progress.tests import stage

pytestmark = pytest.mark.django_db


def test_a_provider_sees_name_course_and_days_of_its_own_participants_and_no_row_of_a_client() -> None:
    course = stage.course()
    with make.working(course.provider) as reporter:
        [one] = actions.show_participants(actor=reporter)
        assert (one.measure_id, one.title, one.starts_on) == (
            course.measure.pk,
            "Kotoutumiskoulutus",
            stage.STARTED,
        )
        assert one.name.startswith("Mallinen")
        assert set(vars(one)) == {"measure_id", "family_name", "given_names", "title", "starts_on", "ends_on"}
        assert not Person.objects.exists()
        assert not Measure.objects.exists()
    with make.working(course.provider):
        entry = Entry.objects.get(action="progress.participants.listed")
    assert entry.subjects == [course.relationship.person_id], "who was shown is in the journal"


def test_another_provider_sees_no_participant_and_can_report_nothing_of_them() -> None:
    course = stage.course()
    _organisation, other = stage.provider(course.leader, "Toinen opisto")
    with make.working(other) as stranger:
        assert queries.participants(stranger) == []
        with pytest.raises(Refusals) as refused:
            actions.report_attendance([stage.month(course.measure)], actor=stranger)
        assert refused.value.codes == ("not-participant",)
        assert not AttendanceMonth.objects.exists()


def test_a_worker_without_the_providers_right_cannot_list_participants() -> None:
    course = stage.course()
    with make.working(course.worker) as at_work, pytest.raises(MissingCapability):
        actions.show_participants(actor=at_work)


def test_a_reported_month_is_seen_by_the_answering_authority_and_by_no_other() -> None:
    course = stage.course()
    with make.working(course.provider) as reporter:
        done = actions.report_attendance([stage.month(course.measure)], actor=reporter)
        assert (done.new, done.same, done.to_hear) == (1, 0, 0)
        again = actions.report_attendance([stage.month(course.measure)], actor=reporter)
        assert (again.new, again.changed, again.same) == (0, 0, 1)
    with make.working(course.worker) as at_work:
        view = queries.progress_of(at_work, course.relationship.pk)
        assert view.measures[0].attended == Decimal(90)
        assert view.measures[0].share == 15
    with make.working(make.worker("kunta-205", stage.TODAY)):
        assert not AttendanceMonth.objects.exists()


def test_the_same_form_sent_twice_reports_once() -> None:
    course = stage.course()
    token = uuid.uuid4()
    with make.working(course.provider) as reporter:
        actions.report_attendance([stage.month(course.measure)], actor=reporter, token=token)
        actions.report_attendance([stage.month(course.measure, attended=10)], actor=reporter, token=token)
        assert AttendanceMonth.objects.get().hours_attended == Decimal(90)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"month": date(2026, 12, 1)}, "month-future"),
        ({"attended": 800}, "hours-impossible"),
        ({"attended": 60, "absent": 50}, "more-than-planned"),
        ({"days": 3}, "absence-without-hours"),
        ({"absent": 5, "days": 32}, "days-impossible"),
        ({"last_attended_on": date(2026, 11, 3)}, "attended-later"),
    ],
)
def test_a_month_that_cannot_be_so_is_refused_at_its_row(wrong: dict[str, object], code: str) -> None:
    course = stage.course()
    rows = [stage.month(course.measure, **wrong)]  # type: ignore[arg-type]
    with make.working(course.provider) as reporter, pytest.raises(Refusals) as refused:
        actions.report_attendance(rows, actor=reporter)
    assert code in refused.value.codes
    assert all(one.field.startswith("rows-0-") for one in refused.value.refusals)


def test_five_days_in_a_row_without_leave_start_the_hearing_and_tell_the_worker() -> None:
    course = stage.course()
    row = stage.month(course.measure, attended=60, absent=30, days=5, last_attended_on=date(2026, 10, 9))
    with make.working(course.provider) as reporter:
        assert actions.report_attendance([row], actor=reporter).to_hear == 1
        assert not AbsenceProcess.objects.exists(), "the provider sees nothing of it"
    with make.working(course.worker) as at_work:
        process = AbsenceProcess.objects.get()
        assert (process.days, process.act, process.section) == (5, "380/2023", "65")
        assert Notice.objects.get(user_id=course.worker.user_id).kind == "progress.absence-too-long"
        [listed] = queries.absences_to_decide(at_work, "own")
        assert listed.relationship_id == course.relationship.pk


def test_four_days_start_nothing_and_a_corrected_report_takes_the_hearing_back() -> None:
    course = stage.course()
    with make.working(course.provider) as reporter:
        four = stage.month(course.measure, attended=60, absent=20, days=4)
        assert actions.report_attendance([four], actor=reporter).to_hear == 0
        actions.report_attendance(
            [stage.month(course.measure, attended=60, absent=30, days=6)], actor=reporter
        )
        actions.report_attendance([four], actor=reporter)
    with make.working(course.worker) as at_work:
        assert AbsenceProcess.objects.get().outcome == "withdrawn"
        assert queries.absences_to_decide(at_work) == []


def test_nothing_is_decided_before_the_client_has_been_heard() -> None:
    course = stage.course()
    number = course.relationship.pk
    with make.working(course.provider) as reporter:
        actions.report_attendance(
            [stage.month(course.measure, attended=60, absent=30, days=5)], actor=reporter
        )
    with make.working(course.worker) as at_work:
        process = AbsenceProcess.objects.get()
        with pytest.raises(Refusals) as refused:
            actions.decide_absence(number, process.pk, "interrupted", "Ei tullut.", actor=at_work)
        assert "hear-first" in refused.value.codes
        with pytest.raises(Refusals):
            actions.hear_client(number, process.pk, stage.TODAY, "  ", actor=at_work)
        actions.hear_client(number, process.pk, stage.TODAY, "Oli sairaana.", actor=at_work)
        decided = actions.decide_absence(number, process.pk, "continues", "Syy selvisi.", actor=at_work)
        assert decided.outcome == "continues"
        with pytest.raises(NotVisible):
            actions.decide_absence(number, process.pk, "interrupted", "Vielä.", actor=at_work)


def test_the_worker_away_is_told_together_with_the_deputy() -> None:
    course = stage.course()
    deputy = make.worker("kunta-092", stage.TODAY)
    assert course.worker.user_id
    assert deputy.user_id
    with make.working(course.leader) as at_work:
        clients.write_absence(
            course.worker.user_id, deputy.user_id, stage.TODAY, date(2026, 12, 4), actor=at_work
        )
    with make.working(course.provider) as reporter:
        actions.report_attendance(
            [stage.month(course.measure, attended=60, absent=30, days=5)], actor=reporter
        )
    with make.working(deputy):
        assert Notice.objects.filter(kind="progress.absence-too-long").exists()


def test_the_own_worker_records_a_month_of_a_measure_that_nobody_reports() -> None:
    course = stage.course()
    with make.working(course.worker) as at_work:
        done = actions.record_attendance(course.relationship.pk, stage.month(course.measure), actor=at_work)
        assert done.new == 1
        assert AttendanceMonth.objects.get().provider_id is None
    with make.working(make.worker("kunta-205", stage.TODAY)) as other, pytest.raises(NotVisible):
        actions.record_attendance(course.relationship.pk, stage.month(course.measure), actor=other)


def test_a_measure_is_followed_without_writing_the_plan_again_and_the_plan_keeps_its_versions() -> None:
    course = stage.course()
    number = course.relationship.pk
    with make.working(course.worker) as at_work:
        before = PlanVersion.objects.count()
        plan = course.measure.plan
        plan.refresh_from_db()
        done = MeasureProgress(
            state="done", starts_on=stage.STARTED, ends_on=date(2026, 11, 20), result="Hyvin."
        )
        clients.record_measure_progress(
            number, course.measure.pk, done, actor=at_work, expected_version=plan.version
        )
        assert PlanVersion.objects.count() == before + 1
        content = PlanVersion.objects.order_by("-number").first()
        assert content is not None
        assert content.content["goals"][0]["measures"][0]["result"] == "Hyvin."
        with pytest.raises(EditClash):
            clients.record_measure_progress(
                number, course.measure.pk, done, actor=at_work, expected_version=plan.version
            )
        plan.refresh_from_db()
        reversed_days = MeasureProgress(
            state="done", starts_on=stage.TODAY, ends_on=stage.STARTED, provider_id=10**9
        )
        with pytest.raises(Refusals) as refused:
            clients.record_measure_progress(
                number, course.measure.pk, reversed_days, actor=at_work, expected_version=plan.version
            )
        assert set(refused.value.codes) == {"measure-reversed", "unknown-provider"}


def test_a_provider_is_added_once_by_one_who_leads() -> None:
    from kotopolku.actors import actions as actors
    from kotopolku.actors.rules import Refusal

    leader = make.worker("kunta-092", stage.TODAY, role=Role.TEAM_LEADER)
    with make.working(leader) as at_work:
        actors.add_provider(actor=at_work, name_fi="Esimerkkiopisto", first=stage.TODAY)
        with pytest.raises(Refusal):
            actors.add_provider(actor=at_work, name_fi="esimerkkiopisto", first=stage.TODAY)
    with make.working(make.worker("kunta-092", stage.TODAY)) as worker, pytest.raises(MissingCapability):
        actors.add_provider(actor=worker, name_fi="Kolmas opisto", first=stage.TODAY)
